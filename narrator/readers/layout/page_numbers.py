"""Page numbers that a scan or a proofreader left in a text: told, and not spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Form, Span
from narrator.readers.layout.blocks import Gap, has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

PAGE = "page number"
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


def mark(blocks: Sequence[Block]) -> None:
    """Mark what is surely a page number, alone or within a paragraph, as not spoken."""
    for block in blocks:
        gaps = [Gap(*match.span(), PAGE) for match in _SURE.finditer(block.text)]
        taken = [gap for gap in gaps if not any(_meet(gap, other) for other in block.gaps)]
        if not taken or block.reason:
            continue
        block.gaps = sorted([*block.gaps, *taken], key=lambda gap: gap.start)
        if not has_words(block.spoken):
            block.gaps, block.reason = [], PAGE


def _meet(gap: Gap, other: Gap) -> bool:
    return gap.start < other.end and other.start < gap.end


def join(blocks: Sequence[Block], text: str) -> list[Block]:
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
    if number.reason not in ("", PAGE) or not (number.reason or _ALONE.fullmatch(number.text)):
        return False
    if any(b.form is not Form.TEXT or b.reason or b.note for b in (before, after)):
        return False
    return bool(_OPEN.search(before.text)) and after.text[:1].islower()


def _joined(before: Block, number: Block, after: Block, text: str) -> Block:
    """The paragraph that a page number had cut in two, with the number as a gap."""
    shift, end = after.start - before.start, after.start + len(after.text)
    at = number.start - before.start
    before.text = text[before.start : end]
    before.gaps += [
        Gap(at, at + len(number.text), PAGE),
        *(Gap(gap.start + shift, gap.end + shift, gap.reason) for gap in after.gaps),
    ]
    before.emphasis += [Span(e.start + shift, e.end + shift) for e in after.emphasis]
    before.marks += after.marks
    return before
