"""Lines -> Script: who the people of the book are, and which of them says what."""

from __future__ import annotations

from narrator.attribution.scripting import attribute

__all__ = ["attribute"]
