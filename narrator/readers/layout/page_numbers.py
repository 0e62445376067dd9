"""Page numbers that a scan or a proofreader left in a text: told, and not spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout.blocks import UnspokenSpan, has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

PAGE_NUMBER_REASON = "page number"
_NUMBER = r"(?:\d{1,4}|[ivxlc]{2,8})"
_SURE = re.compile(
    rf"\[\s*(?:pg|page|p|pag|seite|s)\b\.?\s*{_NUMBER}\s*\]|\{{\s*(?:(?:pg|page|p)\.?\s*)?\d{{1,4}}\s*\}}",
    re.IGNORECASE,
)
"""What only a page number looks like: "[Pg 47]", "[Page xii]", "{47}"."""

_ALONE = re.compile(
    rf"[\[({{<~–—-]*\s*(?:(?:pg|page|p)\.?\s*)?{_NUMBER}\s*[\])}}>~.–—-]*", re.IGNORECASE
)
"""What may be one where it breaks a sentence: "47", "- 47 -", "Page 47", "[47]"."""

_OPEN = re.compile(r"[^\W_][,-]?$")


def mark_page_numbers(blocks: Sequence[Block]) -> None:
    """Mark what is surely a page number, alone or within a paragraph, as not spoken."""
    for block in blocks:
        gaps = [
            UnspokenSpan(*match.span(), PAGE_NUMBER_REASON) for match in _SURE.finditer(block.text)
        ]
        taken = [
            gap for gap in gaps if not any(_meet(gap, other) for other in block.unspoken_spans)
        ]
        if not taken or block.skip_reason:
            continue
        block.unspoken_spans = sorted([*block.unspoken_spans, *taken], key=lambda gap: gap.start)
        if not has_words(block.spoken_text):
            block.unspoken_spans, block.skip_reason = [], PAGE_NUMBER_REASON


def _meet(gap: UnspokenSpan, other: UnspokenSpan) -> bool:
    return gap.start < other.end and other.start < gap.end


def join_broken_paragraphs(blocks: Sequence[Block], text: str) -> list[Block]:
    """The blocks of a plain text, with a sentence that a page number breaks in one of them."""
    out: list[Block] = []
    for block in blocks:
        if len(out) > 1 and _breaks(out[-2], out[-1], block):
            out[-2:] = [_joined(out[-2], out[-1], block, text)]
        else:
            out.append(block)
    return out


def _breaks(before: Block, number: Block, after: Block) -> bool:
    """Whether a number stands within a sentence."""
    if number.skip_reason not in ("", PAGE_NUMBER_REASON) or not (
        number.skip_reason or _ALONE.fullmatch(number.text)
    ):
        return False
    if any(
        b.kind is not ParagraphKind.TEXT or b.skip_reason or b.note_anchor for b in (before, after)
    ):
        return False
    return bool(_OPEN.search(before.text)) and after.text[:1].islower()


def _joined(before: Block, number: Block, after: Block, text: str) -> Block:
    """The paragraph that a page number had cut in two, with the number as a gap."""
    shift, end = after.start - before.start, after.start + len(after.text)
    at = number.start - before.start
    before.text = text[before.start : end]
    before.unspoken_spans += [
        UnspokenSpan(at, at + len(number.text), PAGE_NUMBER_REASON),
        *(
            UnspokenSpan(gap.start + shift, gap.end + shift, gap.reason)
            for gap in after.unspoken_spans
        ),
    ]
    before.emphasis += [Span(e.start + shift, e.end + shift) for e in after.emphasis]
    before.note_references += after.note_references
    return before
