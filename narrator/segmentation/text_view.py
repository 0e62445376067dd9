"""The text of a book or chapter, with its language and quotation style, for segmentation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.text.quotes import EMPHASIS_MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.languages import Language


@dataclass(frozen=True, slots=True)
class QuotationStyle:
    """How a book marks its quotations."""

    opening_costs: Mapping[str, float] = field(default_factory=dict)
    """Extra cost of reading a mark as an opening one, for marks that seldom open in this book."""
    has_dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""
    quotes_thoughts: bool = False
    """Whether quotation marks hold thoughts, because dashes open speech."""


@dataclass(frozen=True, slots=True)
class TextView:
    """The text to be segmented, with its language and quotation style."""

    text: str = field(repr=False)
    """The readable text of a book or chapter. Zero-width characters are replaced one for one, which
    keeps all offsets."""
    language: Language
    style: QuotationStyle

    def skip_space(self, start: int, end: int) -> int:
        """Return the first offset that is neither space nor emphasis; `end` if there is none."""
        while start < end and (self.text[start].isspace() or self.text[start] in EMPHASIS_MARKS):
            start += 1
        return start

    def trim_span(self, start: int, end: int) -> tuple[int, int]:
        """Return a span without spaces at its ends; an empty span if it is all space."""
        span_text = self.text[start:end]
        leading_count = len(span_text) - len(span_text.lstrip())
        first = start + leading_count
        return first, max(first, start + len(span_text.rstrip()))
