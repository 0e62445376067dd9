"""Find page numbers left over from a printed edition, and mark them as skipped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout.blocks import UnspokenSpan
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

PAGE_NUMBER_REASON = "page number"
_NUMBER = r"(?:\d{1,4}|[ivxlc]{2,8})"
_LABELLED_NUMBER = re.compile(
    rf"\[\s*(?:pg|page|p|pag|seite|s)\b\.?\s*{_NUMBER}\s*\]|\{{\s*(?:(?:pg|page|p)\.?\s*)?\d{{1,4}}\s*\}}",
    re.IGNORECASE,
)
"""Text that is always a page number: "[Pg 47]", "[Page xii]", "{47}"."""

_POSSIBLE_NUMBER = re.compile(
    rf"[\[({{<~–—-]*\s*(?:(?:pg|page|p)\.?\s*)?{_NUMBER}\s*[\])}}>~.–—-]*", re.IGNORECASE
)
"""Text that is a page number if it interrupts a sentence: "47", "- 47 -", "Page 47", "[47]"."""

_OPEN_END = re.compile(r"[^\W_][,-]?$")
"""The end of a paragraph that stops in the middle of a sentence."""


def mark_page_numbers(blocks: Sequence[Block]) -> None:
    """Mark unambiguous page numbers as skipped, both in blocks of their own and in paragraphs."""
    for block in blocks:
        numbers = [
            UnspokenSpan(*match.span(), PAGE_NUMBER_REASON)
            for match in _LABELLED_NUMBER.finditer(block.text)
        ]
        new_spans = [
            number
            for number in numbers
            if not any(_are_overlapping(number, span) for span in block.unspoken_spans)
        ]
        if not new_spans or block.skip_reason:
            continue
        block.unspoken_spans = sorted(
            [*block.unspoken_spans, *new_spans], key=lambda span: span.start
        )
        if not has_words(block.spoken_text):
            block.unspoken_spans, block.skip_reason = [], PAGE_NUMBER_REASON


def _are_overlapping(first: UnspokenSpan, second: UnspokenSpan) -> bool:
    """Return whether two spans overlap."""
    return first.start < second.end and second.start < first.end


def join_broken_paragraphs(blocks: Sequence[Block], text: str) -> list[Block]:
    """Join paragraphs of a plain text that a page number interrupts, and return all blocks.

    `text` is the text to which the blocks' offsets refer.
    """
    joined: list[Block] = []
    for block in blocks:
        if len(joined) > 1 and _interrupts_sentence(joined[-2], joined[-1], block):
            joined[-2:] = [_join_around_number(joined[-2], joined[-1], block, text)]
        else:
            joined.append(block)
    return joined


def _interrupts_sentence(previous: Block, number: Block, following: Block) -> bool:
    """Return whether the block `number` is a page number between two halves of a sentence."""
    if number.skip_reason not in ("", PAGE_NUMBER_REASON):
        return False
    if not number.skip_reason and not _POSSIBLE_NUMBER.fullmatch(number.text):
        return False
    if any(
        block.kind is not ParagraphKind.TEXT or block.skip_reason or block.note_anchor
        for block in (previous, following)
    ):
        return False
    return bool(_OPEN_END.search(previous.text)) and following.text[:1].islower()


def _join_around_number(previous: Block, number: Block, following: Block, text: str) -> Block:
    """Extend `previous` to the end of `following`; the page number becomes an unspoken span."""
    shift, end = following.start - previous.start, following.start + len(following.text)
    number_start = number.start - previous.start
    previous.text = text[previous.start : end]
    previous.unspoken_spans += [
        UnspokenSpan(number_start, number_start + len(number.text), PAGE_NUMBER_REASON),
        *(
            UnspokenSpan(span.start + shift, span.end + shift, span.reason)
            for span in following.unspoken_spans
        ),
    ]
    previous.emphasis += [Span(span.start + shift, span.end + shift) for span in following.emphasis]
    previous.note_references += following.note_references
    return previous
