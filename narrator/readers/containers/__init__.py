"""Containers of books: ZIP archives, EPUB packages, and the limits of what an input may cost."""
