"""Segmentation: cuts the text of a book into lines of narration, dialogue and headings."""

from __future__ import annotations

from narrator.segmentation.languages import Language, load_language
from narrator.segmentation.lines import segment_book

__all__ = ["Language", "load_language", "segment_book"]
