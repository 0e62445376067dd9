"""Segmentation: cuts the text of a book into lines of narration, dialogue and headings."""
