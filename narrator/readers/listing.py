"""Chapters of a text without markup: which lines are headings, and which only list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Form
from narrator.readers import headings, matter
from narrator.readers.galley import has_words
from narrator.readers.headings import Heading, Rank
from narrator.readers.manuscript import is_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.galley import Block

_PAGED = re.compile(r"(?:[\s.·…_-]{2,}|\s)\d{1,4}$")
_CLOSED = re.compile(r"[.!?…\"”’)\]:;—_-]\s*$")
_PLAIN = (Form.TEXT, Form.VERSE, Form.QUOTE)
LINES = 5
"""Lines of the longest heading: a number, and a title over four lines."""


def mark(blocks: Sequence[Block]) -> None:
    """Mark a contents list as not spoken, and the headings as headings with their levels."""
    _mark_contents(blocks)
    found = {
        index: heading for index, block in enumerate(blocks) if (heading := _heading_of(block))
    }
    _drop_unlikely(found, blocks)
    deep = any(h.rank is Rank.PART for h in found.values())
    chapters = any(h.rank is Rank.CHAPTER for h in found.values())
    for index, heading in found.items():
        _make(blocks[index], _level(heading, deep=deep, chapters=chapters))
        _absorb_title(blocks, index, heading)


def _level(heading: Heading, *, deep: bool, chapters: bool) -> int:
    if heading.rank is Rank.PART:
        return 1
    return 1 + deep + (chapters and heading.rank is Rank.NUMBER)


def _make(block: Block, level: int) -> None:
    block.form, block.level, block.scene = Form.HEADING, level, False


def _heading_of(block: Block) -> Heading | None:
    """What a block says if it may be a heading by itself."""
    if block.reason or block.form not in _PLAIN or len(block.text) > 2 * headings.LONGEST:
        return None
    lines = block.spoken.strip().splitlines()
    if not lines or len(lines) > LINES:
        return None
    heading = headings.parse(lines[0])
    if heading is None:
        return None
    rest = lines[1:]
    if heading.rank in (Rank.NUMBER, Rank.NAMED) and (
        len(lines[0].strip()) > 80 or (heading.title and heading.title[-1] in ',;.!?"”')
    ):
        return None
    if rest and not is_title(" ".join(line.strip() for line in rest), len(rest)):
        return None
    return heading


def _drop_unlikely(found: dict[int, Heading], blocks: Sequence[Block]) -> None:
    """Drop numbers that do not count on from each other, and mark those that count pages."""
    numbers = [index for index, heading in found.items() if heading.rank is Rank.NUMBER]
    good = _runs([found[index].number or 0 for index in numbers])
    paged = _are_pages(numbers, blocks)
    for index, fits in zip(numbers, good, strict=True):
        if paged and not found[index].title:
            blocks[index].reason = "page number"
        if paged or not fits:
            del found[index]


def _runs(numbers: Sequence[int]) -> list[bool]:
    """Which numbers belong to a run that counts from 1 to 2 at least; runs may start again."""
    good = [False] * len(numbers)
    run: list[int] = []
    for at, number in enumerate(numbers):
        if number == 1 or not run or number != numbers[run[-1]] + 1:
            if run and number != 1:
                continue
            run = [at] if number == 1 else []
            continue
        run.append(at)
        for member in run:
            good[member] = True
    return good


def _are_pages(numbers: Sequence[int], blocks: Sequence[Block]) -> bool:
    """Whether numbers alone interrupt sentences, as page numbers do."""
    broken = sum(
        0 < index < len(blocks) - 1
        and not _CLOSED.search(blocks[index - 1].text)
        and blocks[index + 1].text[:1].islower()
        for index in numbers
    )
    return len(numbers) >= 2 and broken * 4 >= len(numbers)


def _absorb_title(blocks: Sequence[Block], index: int, heading: Heading) -> None:
    """A short block below a chapter's number, with prose below itself, is its title."""
    if heading.title or heading.rank is Rank.NAMED or len(blocks[index].text.splitlines()) > 1:
        return
    below = [block for block in blocks[index + 1 : index + 3] if not block.reason]
    if len(below) < 2 or below[0] is not blocks[index + 1]:
        return
    title, prose = below
    lines = title.spoken.strip().splitlines()
    flat = " ".join(line.strip() for line in lines)
    if title.form is Form.HEADING or headings.parse(flat) or not is_title(flat, len(lines)):
        return
    if len(prose.text) > len(title.text) and _CLOSED.search(prose.text):
        _make(title, blocks[index].level)
        title.level = 7


def _mark_contents(blocks: Sequence[Block]) -> None:
    bounds = _titled_contents(blocks) or _bare_contents(blocks)
    if bounds:
        for block in blocks[slice(*bounds)]:
            block.reason = block.reason or "contents"


def _titled_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """A list under the title "Contents"."""
    for index, block in enumerate(blocks[: len(blocks) // 2 + 3]):
        lines = block.text.splitlines()
        if (
            not block.reason
            and matter.of_title(block.text.partition("\n")[0]) == "contents"
            and len(block.text) < 20_000
        ):
            end = _end_of_list(blocks, index + 1, {*_keys(lines[1:])})
            return (index, end) if end > index + 1 or len(lines) > 1 else None
    return None


def _bare_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """A list without a title: three headings or more in a row that all come again."""
    for index, block in enumerate(blocks[: len(blocks) // 2]):
        keys = _keys(block.text.splitlines()) if not block.reason else []
        if not keys:
            if not block.reason and _is_prose(block):
                return None
            continue
        end = _end_of_list(blocks, index, set())
        listed = {k for b in blocks[index:end] for k in _keys(b.text.splitlines())}
        again = {k for b in blocks[end:] for k in _keys(b.text.splitlines()[:1])}
        return (index, end) if len(listed) >= 3 and listed <= again | {None} else None
    return None


def _end_of_list(blocks: Sequence[Block], start: int, seen: set[object]) -> int:
    """Where a list ends: at the heading of the first prose, which it has named before."""
    prose = next((i for i in range(start, len(blocks)) if _is_prose(blocks[i])), None)
    if prose is None:
        return start
    for index in range(start, prose):
        keys = _keys(blocks[index].text.splitlines())
        if len(keys) == 1 and keys[0] in seen:
            return index
        seen.update(keys)
    return prose


def _keys(lines: Sequence[str]) -> list[object]:
    """What the headings among some lines number or name."""
    keys: list[object] = []
    for line in lines:
        heading = headings.parse(_PAGED.sub("", line.strip()) or line)
        if heading:
            rank = "part" if heading.rank is Rank.PART else "chapter"
            keys.append((rank, heading.number or heading.label))
    return keys


def _is_prose(block: Block) -> bool:
    """Whether a block is running text, and no entry of a list."""
    if block.reason or not has_words(block.text):
        return False
    lines = block.text.splitlines()
    if _keys(lines[:1]) or (len(lines) > 2 and len(_keys(lines)) > len(lines) / 3):
        return False
    if sum(bool(_PAGED.search(line.rstrip())) for line in lines) * 2 > len(lines):
        return False
    return len(block.text) > 150 or bool(re.search(r"[.!?…][\"”’)]?$", block.text.rstrip()))
