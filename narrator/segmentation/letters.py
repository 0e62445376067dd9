"""Letters, notes and other documents that a book quotes at length: nobody says them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.segmentation.page import Page
    from narrator.segmentation.quotations import Block

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = "“”„‟\"«»‹›‚‘’'`「」『』_* \t\r\n"
_SENTENCES = re.compile(r"[.!?…][\"”’'»)]*\s+")
_SHORT = 9
_ENOUGH = 2.5
_REACH = 12
"""How many paragraphs, each within marks of its own, a letter may have."""


def letters(page: Page, blocks: Sequence[Block]) -> frozenset[int]:
    """The places in a chapter's blocks where a quotation is a document, by the sum of its signs.

    Signs are a salutation, a date, a signature, indented prose, a sentence before it that speaks
    of a letter, and length.
    """
    found: set[int] = set()
    for run in _runs(page, blocks):
        if _evidence(page, blocks, run) >= _ENOUGH:
            found.update(run)
    return frozenset(found)


def _runs(page: Page, blocks: Sequence[Block]) -> Iterator[range]:
    """Runs of paragraphs that are nothing but one quotation."""
    at = 0
    while at < len(blocks):
        until = at
        while until < len(blocks) and _whole(blocks[until]):
            until += 1
            if not _linked(page, blocks, at, until):
                break
        if until > at:
            yield range(at, until)
        at = max(until, at + 1)


def _linked(page: Page, blocks: Sequence[Block], at: int, until: int) -> bool:
    """Whether the next block may belong to the run that starts at `at`."""
    if blocks[until - 1].goes_on:
        return True
    if until < len(blocks) and _whole(blocks[until]) and _signed(page, blocks[until]):
        return True
    if not (_salutes(page, blocks[at], alone=True) or _dated(page, blocks[at])):
        return False
    return any(_signed(page, block) for block in blocks[until : until + _REACH])


def _whole(block: Block) -> bool:
    quotations = block.quotations
    return (
        len(quotations) == 1
        and not quotations[0].by_dash
        and quotations[0].start == block.first
        and quotations[0].end >= block.end - 1
    )


def _evidence(page: Page, blocks: Sequence[Block], run: range) -> float:
    first, last = blocks[run[0]], blocks[run[-1]]
    words = sum(len(_words(page, blocks[at])) for at in run)
    signs = [
        (2.5, _salutes(page, first, alone=True) and len(run) > 1),
        (0.5, _salutes(page, first, alone=False)),
        (1.5, _dated(page, first) and len(run) > 1),
        (2.0, len(run) > 1 and _signed(page, last)),
        (1.0, _valediction(page, last)),
        (1.5, _introduced(page, blocks, run[0])),
        (0.5, _led_in(page, blocks, run[0])),
        (1.5, _headed(page, blocks, run[0])),
        (1.5, _commented(page, blocks, run[-1] + 1)),
        (2.0, any(_indented(page, blocks[at]) for at in run)),
        (0.5, len(run) > 1),
        (0.5, words > 100),
        (0.5, words > 200),
    ]
    return sum(weight for weight, holds in signs if holds)


def _words(page: Page, block: Block) -> list[str]:
    return _WORD.findall(page.text[block.first : block.end].casefold())


def _salutes(page: Page, block: Block, *, alone: bool) -> bool:
    words = _words(page, block)
    if alone and (len(words) > _SHORT or not _stripped(page, block).endswith((",", "—", "-", ":"))):
        return False
    return bool(page.language.salutations.intersection(words[:3]))


def _dated(page: Page, block: Block) -> bool:
    words = _words(page, block)
    if len(words) > _SHORT or _stripped(page, block).endswith(("?", "!")):
        return False
    return bool(page.language.months.intersection(words))


def _signed(page: Page, block: Block) -> bool:
    words = _words(page, block)
    if not words or len(words) > _SHORT:
        return False
    written = _stripped(page, block).rstrip(".,")
    name = written.isupper() and len(written) > 3 and written[-1].isalnum()
    return name or bool(page.language.valedictions.intersection(words))


def _valediction(page: Page, block: Block) -> bool:
    return bool(page.language.valedictions.intersection(_words(page, block)[-14:]))


def _introduced(page: Page, blocks: Sequence[Block], at: int) -> bool:
    """Whether the paragraph before ends with a sentence that speaks of a document."""
    if at == 0 or blocks[at - 1].paragraph.form is Form.HEADING:
        return False
    before = blocks[at - 1]
    tail = page.text[max(before.first, before.end - 220) : before.end]
    words = _WORD.findall(_SENTENCES.split(tail)[-1].casefold())
    documents = page.language.documents | page.language.inscriptions
    named = documents.intersection(words) or page.language.writing.intersection(words[-8:])
    return bool(named) and not (before.quotations and before.quotations[-1].end >= before.end - 1)


def _led_in(page: Page, blocks: Sequence[Block], at: int) -> bool:
    """Whether the paragraph before ends with a colon."""
    return at > 0 and page.text[blocks[at - 1].end - 3 : blocks[at - 1].end].strip("-—").endswith(
        ":"
    )


def _headed(page: Page, blocks: Sequence[Block], at: int) -> bool:
    """Whether a date or a salutation without marks stands above it."""
    if at == 0 or blocks[at - 1].quotations:
        return False
    before = blocks[at - 1]
    return _salutes(page, before, alone=True) or _dated(page, before)


def _commented(page: Page, blocks: Sequence[Block], at: int) -> bool:
    """Whether the narrator goes on to speak of a letter."""
    if at >= len(blocks) or blocks[at].quotations[:1]:
        return False
    words = _words(page, blocks[at])[:16]
    return bool(page.language.documents.intersection(words))


def _indented(page: Page, block: Block) -> bool:
    """Whether the page sets it in: as a block quotation, or by spaces before its long lines."""
    if block.paragraph.form is Form.QUOTE:
        return True
    lines = page.text[block.first : block.end].splitlines()[1:-1]
    return bool(lines) and all(line.startswith("   ") and len(line) > 50 for line in lines)


def _stripped(page: Page, block: Block) -> str:
    return page.text[block.first : block.end].strip(_MARKS)
