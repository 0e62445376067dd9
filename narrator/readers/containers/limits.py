"""What an input may cost: a book is untrusted, and every bound stands here with its reason."""

INPUT_BYTES = 512 * 2**20
"""Of one input file. Illustrated books reach 300 MB; the input is held in memory."""

UNPACKED_BYTES = 1024 * 2**20
"""Of all entries of an archive, as its directory states them. Only text and cover are unpacked."""

ENTRY_BYTES = 64 * 2**20
"""Of one unpacked entry. The longest novels, as one file of markup, stay under 20 MB."""

TEXT_BYTES = 128 * 2**20
"""Of all entries of text together, so that memory stays under 1 GB with their parsed trees."""

RATIO = 200
"""Unpacked to packed, of an entry over `RATIO_FROM` bytes. Deflated prose reaches 5, and dull
markup 60; the format's own limit is 1032, which only a bomb comes near."""

RATIO_FROM = 2**20
"""Bytes from which `RATIO` counts: a small file of blanks does no harm."""

ENTRIES = 50_000
"""Of an archive. Books of comics reach some thousands."""

DEPTH = 200
"""Of nested elements. Pages reach 40; beyond this, text is read as if it stood at this depth."""

ATTRIBUTE_CHARACTERS = 4096
"""Of an alternative text that is kept. Longer ones are no description of a picture."""

IMAGE_BYTES = 24 * 2**20
"""Of a cover as stored. It is copied, never decoded."""

PAGES = 20_000
"""Of a PDF."""

PAGE_SECONDS = 5.0
"""For the text of one PDF page: dense pages take 0.5 s."""
