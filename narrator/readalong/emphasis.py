"""Finds the words that the book prints in italics or bold."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import Book, Span

_CLOSING_MARKS_LENGTH = 2
"""The maximum length of punctuation between the end of an emphasis and the end of its word."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """The emphasised passages of a chapter."""

    starts: tuple[int, ...]
    """Offset of the start of each passage in the book's text, in order and without overlap."""
    ends: tuple[int, ...]

    def covers_word(self, word: Span) -> bool:
        """Return whether a word is emphasised; punctuation at its end need not be."""
        index = bisect_right(self.starts, word.start) - 1
        return index >= 0 and word.end <= self.ends[index] + _CLOSING_MARKS_LENGTH


def find_emphasis(book: Book, chapter_number: int) -> Emphasis:
    """Return the emphasised passages of a chapter."""
    spans = sorted(
        (span.start, span.end)
        for chapter in book.chapters
        if chapter.number == chapter_number
        for paragraph in chapter.paragraphs
        for span in paragraph.emphasis
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged[-1][1])  # noqa: PLW2901 - the merged span
            merged.pop()
        merged.append((start, end))
    return Emphasis(tuple(start for start, _ in merged), tuple(end for _, end in merged))
