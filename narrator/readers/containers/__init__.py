"""Containers that books come in: archives, EPUB packages, and the limits that both keep to."""
