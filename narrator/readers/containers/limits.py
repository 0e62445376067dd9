"""Limits on untrusted input files (sizes, counts, seconds), each with its reason."""

MAX_INPUT_BYTES = 512 * 2**20
"""Size of one input file, which is held in memory. Illustrated books reach 300 MB."""

MAX_UNPACKED_BYTES = 1024 * 2**20
"""Total size of all entries of an archive, as its directory states it. Only the text and the cover
are actually unpacked."""

MAX_ENTRY_BYTES = 64 * 2**20
"""Size of one unpacked entry. The longest novels stay under 20 MB as a single XHTML file."""

MAX_TEXT_BYTES = 128 * 2**20
"""Total size of the text that is unpacked from an archive. Memory stays under 1 GB, including the
parsed trees."""

MAX_COMPRESSION_RATIO = 200
"""Ratio of unpacked to packed bytes of an entry over `MIN_RATIO_CHECK_BYTES`. Deflated prose
reaches 5 and repetitive markup 60; only ZIP bombs come near the format's limit of 1032.
"""

MIN_RATIO_CHECK_BYTES = 2**20
"""Unpacked size above which the ratio is checked. A small file of spaces compresses well and is
harmless."""

MAX_ENTRIES = 50_000
"""Number of entries in an archive. Comic books have a few thousand."""

MAX_NESTING_DEPTH = 200
"""Depth of nested elements. Real pages reach 40; deeper text is treated as if at this depth."""

MAX_ATTRIBUTE_CHARACTERS = 4096
"""Length of the `alt` text of a picture. Longer texts are not descriptions and are dropped."""

MAX_IMAGE_BYTES = 24 * 2**20
"""Size of a cover's image file, which is copied and never decoded."""

MAX_PDF_PAGES = 20_000
"""Number of pages in a PDF."""

MAX_PDF_PAGE_SECONDS = 5.0
"""Processor time to extract the text of one PDF page, in seconds. Dense pages take 0.5 s."""

MAX_SLOW_PDF_PAGES = 12
"""Number of pages in a PDF that may exceed `MAX_PDF_PAGE_SECONDS` and are left out."""
