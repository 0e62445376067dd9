"""What an input may cost: a book is untrusted, and every bound stands here with its reason."""

MAX_INPUT_BYTES = 512 * 2**20
"""Of one input file. Illustrated books reach 300 MB; the input is held in memory."""

MAX_UNPACKED_BYTES = 1024 * 2**20
"""Of all entries of an archive, as its directory states them. Only text and cover are unpacked."""

MAX_ENTRY_BYTES = 64 * 2**20
"""Of one unpacked entry. The longest novels, as one file of markup, stay under 20 MB."""

MAX_TEXT_BYTES = 128 * 2**20
"""Of all entries of text together, so that memory stays under 1 GB with their parsed trees."""

MAX_COMPRESSION_RATIO = 200
"""Unpacked to packed, of an entry over `RATIO_FROM` bytes. Deflated prose reaches 5, and dull
markup 60; the format's own limit is 1032, which only a bomb comes near."""

MIN_RATIO_CHECK_BYTES = 2**20
"""Bytes from which `RATIO` counts: a small file of blanks does no harm."""

MAX_ENTRIES = 50_000
"""Of an archive. Books of comics reach some thousands."""

MAX_NESTING_DEPTH = 200
"""Of nested elements. Pages reach 40; beyond this, text is read as if it stood at this depth."""

MAX_ATTRIBUTE_CHARACTERS = 4096
"""Of an alternative text that is kept. Longer ones are no description of a picture."""

MAX_IMAGE_BYTES = 24 * 2**20
"""Of a cover as stored. It is copied, never decoded."""

MAX_PDF_PAGES = 20_000
"""Of a PDF."""

MAX_PDF_PAGE_SECONDS = 5.0
"""For the text of one PDF page: dense pages take 0.5 s."""
