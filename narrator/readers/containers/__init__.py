"""Read the containers of books, ZIP archives and EPUB packages, within limits."""
