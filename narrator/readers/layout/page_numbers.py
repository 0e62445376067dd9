"""Find page numbers left over from a printed edition, and mark them as skipped."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout.blocks import UnspokenSpan
from narrator.readers.layout.notes import FOOTNOTE_REASON
from narrator.readers.layout.skip_reasons import PAGE_NUMBER_REASON, RUNNING_HEAD_REASON
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

_NUMBER = r"(?:\d{1,4}|[ivxlc]{2,8})"
_LABELLED_NUMBER = re.compile(
    rf"\[\s*(?:pg|page|p|pag|seite|s)\b\.?\s*{_NUMBER}\s*\]|\{{\s*(?:(?:pg|page|p)\.?\s*)?\d{{1,4}}\s*\}}",
    re.IGNORECASE,
)
"""Text that is always a page number: "[Pg 47]", "[Page xii]", "{47}"."""
_NUMBER_WITH_WORD = re.compile(
    r"\W*(?:pg\.?|pages?|p a g e|pp?\.|seiten?|páginas?|pagina|стр\.?|страницы?)"
    r"\s*(?:\|\s*)?(?P<number>\d{1,4})"
    r"(?:\s*(?:/|of|von|de|di|из|[-–—&]|and)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
"""A paragraph that is a page number if there are several: "Page 2", "Page 2 of 90"."""
_MIN_NUMBERS_WITH_WORD = 2
_DIGITS = re.compile(r"[\[({<~–—-]*\s*\d{1,4}\s*[\])}>~.–—-]*")

_MAX_EDGE_BLOCKS = 3
"""Most blocks between the halves of a sentence: a page number, and the heads of two pages."""
_POSSIBLE_NUMBER = re.compile(
    rf"[\[({{<~–—-]*\s*(?:(?:pg|page|p)\.?\s*)?{_NUMBER}\s*[\])}}>~.–—-]*", re.IGNORECASE
)
"""Text that is a page number if it interrupts a sentence: "47", "- 47 -", "Page 47", "[47]"."""

_OPEN_END = re.compile(r"[^\W_][,-]?$")
"""The end of a paragraph that stops in the middle of a sentence."""


def mark_page_numbers(blocks: Sequence[Block]) -> None:
    """Mark unambiguous page numbers as skipped, both in blocks of their own and in paragraphs."""
    _mark_numbers_with_word(blocks)
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
    _mark_numbers_beside(blocks)


def read_page_line(text: str) -> int | None:
    """Return the number of a line such as "Page 2" or "Pages 4-5", or None."""
    match = _NUMBER_WITH_WORD.fullmatch(text) if len(text) < 40 else None
    return int(match["number"]) if match else None


def _mark_numbers_beside(blocks: Sequence[Block]) -> None:
    """Mark numbers right before or after the number of a page: "[1]" above "[Page 2]".

    Others that have the same brackets or dashes are page numbers, too.
    """
    shapes: set[str] = set()
    for block, following in pairwise(blocks):
        for number, page in ((block, following), (following, block)):
            is_page = page.skip_reason == PAGE_NUMBER_REASON and len(page.text) > 3
            if is_page and not number.skip_reason and _DIGITS.fullmatch(number.text):
                number.skip_reason = PAGE_NUMBER_REASON
                shapes.add(_describe_shape(number.text))
    for block in blocks if shapes - {"0"} else ():
        if _DIGITS.fullmatch(block.text) and _describe_shape(block.text) in shapes - {"0"}:
            block.skip_reason = block.skip_reason or PAGE_NUMBER_REASON


def _describe_shape(number: str) -> str:
    """Return the marks around a number, with "0" for the number."""
    return re.sub(r"\d+", "0", "".join(number.split()))


def _mark_numbers_with_word(blocks: Sequence[Block]) -> None:
    """Mark paragraphs such as "Page 2" as skipped if there are several of them."""
    numbers = [
        block
        for block in blocks
        if not block.skip_reason
        and len(block.text) < 40
        and _NUMBER_WITH_WORD.fullmatch(block.text)
    ]
    for block in numbers if len(numbers) >= _MIN_NUMBERS_WITH_WORD else ():
        block.skip_reason = PAGE_NUMBER_REASON


def _are_overlapping(first: UnspokenSpan, second: UnspokenSpan) -> bool:
    """Return whether two spans overlap."""
    return first.start < second.end and second.start < first.end


def join_broken_paragraphs(blocks: Sequence[Block], text: str) -> list[Block]:
    """Join paragraphs of a plain text that the edge of a page interrupts, and return all blocks.

    `text` is the text to which the blocks' offsets refer.
    """
    joined: list[Block] = []
    for block in blocks:
        count = sum(1 for _ in takewhile(_is_at_page_edge, joined[: -1 - _MAX_EDGE_BLOCKS : -1]))
        if 0 < count < len(joined) and _is_one_sentence(joined[-1 - count], block):
            joined[-1 - count :] = [
                _join_around_edge(joined[-1 - count], joined[-count:], block, text)
            ]
        else:
            joined.append(block)
    return joined


def _is_at_page_edge(block: Block) -> bool:
    """Return whether a block may be a page number, or is a running head or a footnote."""
    if block.skip_reason:
        return block.skip_reason in (PAGE_NUMBER_REASON, RUNNING_HEAD_REASON, FOOTNOTE_REASON)
    return _POSSIBLE_NUMBER.fullmatch(block.text) is not None


def _is_one_sentence(previous: Block, following: Block) -> bool:
    """Return whether two paragraphs are the halves of an interrupted sentence."""
    if any(
        block.kind is not ParagraphKind.TEXT or block.skip_reason or block.note_anchor
        for block in (previous, following)
    ):
        return False
    return bool(_OPEN_END.search(previous.text)) and following.text[:1].islower()


def _join_around_edge(previous: Block, edge: Sequence[Block], following: Block, text: str) -> Block:
    """Extend `previous` to the end of `following`; what is between becomes unspoken spans."""
    shift, end = following.start - previous.start, following.start + len(following.text)
    previous.text = text[previous.start : end]
    previous.unspoken_spans += [
        *(
            UnspokenSpan(
                block.start - previous.start,
                block.start - previous.start + len(block.text),
                block.skip_reason or PAGE_NUMBER_REASON,
            )
            for block in edge
        ),
        *(
            UnspokenSpan(span.start + shift, span.end + shift, span.reason)
            for span in following.unspoken_spans
        ),
    ]
    emphasis = [Span(span.start + shift, span.end + shift) for span in following.emphasis]
    previous.emphasis = [*previous.emphasis, *emphasis]
    previous.note_references += following.note_references
    return previous
