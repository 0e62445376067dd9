"""Book -> lines: sentences, and who is heard in them, the narrator or somebody in the story."""

from __future__ import annotations

from narrator.segmentation.languages import Language, language
from narrator.segmentation.lines import segment

__all__ = ["Language", "language", "segment"]
