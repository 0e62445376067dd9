"""A book's text as the later steps see it: with its language and the style of its quotations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.segmentation.languages import Language


@dataclass(frozen=True, slots=True)
class QuotationStyle:
    """How a book sets its quotations."""

    opening_costs: Mapping[str, float] = field(default_factory=dict)
    """What it costs to open with a sign, where that is not nothing."""
    has_dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""


@dataclass(frozen=True, slots=True)
class TextView:
    """What is to be cut, and how it is to be read."""

    text: str = field(repr=False)
    """`Book.readable`, with characters without width replaced so that offsets agree."""
    language: Language
    style: QuotationStyle

    def skip_space(self, start: int, end: int) -> int:
        """The first sign of a stretch that is neither space nor emphasis; `end` without one."""
        while start < end and (self.text[start].isspace() or self.text[start] in "_*"):
            start += 1
        return start

    def trim_span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch without the space around it; empty where it is only space."""
        piece = self.text[start:end]
        left = len(piece) - len(piece.lstrip())
        return start + left, max(start + left, start + len(piece.rstrip()))
