"""Keep the languages that markup declares inside a book, where they differ from the book's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.model import LanguageSpan, Span
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.readers.layout.blocks import Block

_MAX_FOREIGN_SHARE = 0.5
"""The share of the text from which declared languages are not believed: programs write the language
of their user around every paragraph of a book in another."""


def keep_foreign_passages(blocks: Iterable[Block], book_tag: str) -> None:
    """Leave only the passages in other languages than the book's, unless they are most of it."""
    language, blocks = primary_subtag(book_tag), list(blocks)
    foreign_length = 0
    for block in blocks:
        if block.foreign_passages:
            block.foreign_passages = [
                passage
                for passage in block.foreign_passages
                if primary_subtag(passage.tag) != language
            ]
            foreign_length += sum(passage.end - passage.start for passage in block.foreign_passages)
    if foreign_length > _MAX_FOREIGN_SHARE * sum(len(block.text) for block in blocks):
        for block in blocks:
            block.foreign_passages = []


def join_passages(
    languages: Iterable[tuple[str, Span]], shift: int, length: int
) -> list[LanguageSpan]:
    """Return the passages in each language, shifted, cut and joined."""
    passages: list[LanguageSpan] = []
    for tag, span in languages:
        for shifted in shift_spans((span,), shift, length):
            if passages and (passages[-1].tag, passages[-1].end) == (tag, shifted.start):
                passages[-1] = replace(passages[-1], end=shifted.end)
            else:
                passages.append(LanguageSpan(shifted.start, shifted.end, tag))
    return passages


def shift_spans(spans: Iterable[Span], shift: int, length: int) -> list[Span]:
    """Return the spans shifted, and cut to a text of this length."""
    return [
        Span(max(0, span.start + shift), min(length, span.end + shift))
        for span in spans
        if span.end + shift > 0 and span.start + shift < length
    ]
