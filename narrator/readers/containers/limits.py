"""Limits of what an input may cost: books are untrusted. Each limit is given with its reason."""

MAX_INPUT_BYTES = 512 * 2**20
"""Size of one input file. Illustrated books reach 300 MB; the input is held in memory."""

MAX_UNPACKED_BYTES = 1024 * 2**20
"""Size of all entries of an archive as its directory states them. Only text and cover are
unpacked."""

MAX_ENTRY_BYTES = 64 * 2**20
"""Size of one unpacked entry. The longest novels, as one file of markup, stay under 20 MB."""

MAX_TEXT_BYTES = 128 * 2**20
"""Size of all unpacked text of an archive; memory then stays under 1 GB with the parsed trees."""

MAX_COMPRESSION_RATIO = 200
"""Ratio of unpacked to packed bytes of an entry over `MIN_RATIO_CHECK_BYTES`. Deflated prose
reaches 5 and repetitive markup 60; only archives built as bombs come near the format's limit, 1032.
"""

MIN_RATIO_CHECK_BYTES = 2**20
"""Unpacked size from which the ratio is checked: a small file of blanks does no harm."""

MAX_ENTRIES = 50_000
"""Entries of an archive. Comic books reach some thousands."""

MAX_NESTING_DEPTH = 200
"""Depth of nested elements. Pages reach 40; text that lies deeper is read as if at this depth."""

MAX_ATTRIBUTE_CHARACTERS = 4096
"""Length of an alternative text that is kept. Longer texts do not describe a picture."""

MAX_IMAGE_BYTES = 24 * 2**20
"""Size of a cover as stored. It is copied and never decoded."""

MAX_PDF_PAGES = 20_000
"""Pages of a PDF."""

MAX_PDF_PAGE_SECONDS = 5.0
"""Time to extract the text of one PDF page: dense pages take 0.5 s."""
