"""Book -> lines: sentences, and who is heard in them, the narrator or somebody in the story."""

from __future__ import annotations

from narrator.segmentation.languages import Language, load_language
from narrator.segmentation.lines import segment_book

__all__ = ["Language", "load_language", "segment_book"]
