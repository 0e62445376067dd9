"""Chapters of a text without markup: which lines are headings, and which only list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout import front_matter, heading_syntax
from narrator.readers.layout.blocks import has_words
from narrator.readers.layout.heading_syntax import Heading, HeadingRank
from narrator.readers.layout.plain_layout import can_be_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

_PAGED = re.compile(r"(?:[\s.·…_-]{2,}|\s)\d{1,4}$")
_CLOSED = re.compile(r"[.!?…\"”’)\]:;—_-]\s*$")
_ENDED = re.compile(r"[.!?…][\"”’'»)\]_*]*\s*$|\A[^.!?…]{0,119}[^.!?…:;,—-]\Z", re.DOTALL)
"""The end of a paragraph that is whole, or a heading."""
_EDGES = " .:;,*_–—-[]"
_PLAIN = (ParagraphKind.TEXT, ParagraphKind.VERSE, ParagraphKind.QUOTE)
_MOST = 199
"""Chapters that a number which stands apart may count: more is a year, or a sum."""
MAX_HEADING_LINES = 5
"""Lines of the longest heading: a number, and a title over four lines."""


def mark_headings(blocks: Sequence[Block]) -> None:
    """Mark a contents list as not spoken, and the headings as headings with their levels."""
    listed = _mark_contents(blocks)
    found = {
        index: heading for index, block in enumerate(blocks) if (heading := _heading_of(block))
    }
    _drop_unlikely(found, blocks, listed)
    found |= _named_by(listed, blocks, found)
    deep = any(h.rank is HeadingRank.PART for h in found.values())
    chapters = any(h.rank is HeadingRank.CHAPTER for h in found.values())
    for index, heading in sorted(found.items()):
        if blocks[index].kind is not ParagraphKind.HEADING:  # a title that the one above took
            _make(blocks[index], _level(heading, deep=deep, chapters=chapters))
            _absorb_title(blocks, index, heading)


def _level(heading: Heading, *, deep: bool, chapters: bool) -> int:
    if heading.rank is HeadingRank.PART:
        return 1
    return 1 + deep + (chapters and heading.rank is HeadingRank.NUMBER)


def _make(block: Block, level: int) -> None:
    block.kind, block.heading_level, block.follows_scene_gap = ParagraphKind.HEADING, level, False


def _heading_of(block: Block) -> Heading | None:
    """What a block says if it may be a heading by itself."""
    if (
        block.skip_reason
        or block.kind not in _PLAIN
        or len(block.text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS
    ):
        return None
    lines = block.spoken_text.strip().splitlines()
    if not lines or len(lines) > MAX_HEADING_LINES:
        return None
    heading = heading_syntax.parse_heading(lines[0])
    if heading is None:
        return None
    rest = lines[1:]
    if heading.rank in (HeadingRank.NUMBER, HeadingRank.NAMED) and (
        len(lines[0].strip()) > 80 or (heading.title and heading.title[-1] in ',;.!?"”')
    ):
        return None
    if rest and not can_be_title(" ".join(line.strip() for line in rest), len(rest)):
        return None
    return heading


def _named_by(
    listed: set[object], blocks: Sequence[Block], found: dict[int, Heading]
) -> dict[int, Heading]:
    """The first lines that repeat a title of the contents, where they stand alone."""
    wanted = {key for key in listed if isinstance(key, str)}
    named = {}
    for index, block in enumerate(blocks):
        title = _bare(block.single_line_text)
        if (
            title in wanted
            and not block.skip_reason
            and block.kind in _PLAIN
            and index not in found
        ):
            wanted.remove(title)
            named[index] = Heading(
                HeadingRank.NAMED,
                None,
                heading_syntax.normalise_title_case(block.single_line_text),
                "",
            )
    return named


def _drop_unlikely(found: dict[int, Heading], blocks: Sequence[Block], listed: set[object]) -> None:
    """Drop numbers that do not count on from each other, and mark those that count pages.

    A number that the contents list, or that stands apart, needs no neighbour.
    """
    chapters = any(heading.rank is HeadingRank.CHAPTER for heading in found.values())
    numbers = [index for index, heading in found.items() if heading.rank is HeadingRank.NUMBER]
    good = _runs([found[index].number or 0 for index in numbers])
    paged = _are_pages(numbers, blocks)
    for index, fits in zip(numbers, good, strict=True):
        if paged and not found[index].title:
            blocks[index].skip_reason = "page number"
        sure = fits or _key(found[index]) in listed
        alone = not chapters and len(numbers) == 1
        if paged or not (sure or _stands_apart(index, found[index], blocks, alone=alone)):
            del found[index]


def _stands_apart(index: int, heading: Heading, blocks: Sequence[Block], *, alone: bool) -> bool:
    """Whether a number has whole paragraphs around it, and more space, or no other number, too."""
    if heading.title or index + 1 == len(blocks) or (heading.number or 0) > _MOST:
        return False
    before, number, after = blocks[index - 1] if index else None, blocks[index], blocks[index + 1]
    if after.text[:1].islower() or (before and not _ENDED.search(before.text)):
        return False
    first = heading.number == 1 and all(len(block.text) <= 60 for block in blocks[:index])
    least = min(block.blank_lines_before for block in blocks[1:])
    written = number.text.isupper() or not number.text[0].isalpha()
    sole = alone and written and (len(number.text) > 1 or first)
    return sole or number.blank_lines_before > max(1, least)


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
    if (
        heading.title
        or heading.rank is HeadingRank.NAMED
        or len(blocks[index].text.splitlines()) > 1
    ):
        return
    below = [block for block in blocks[index + 1 : index + 3] if not block.skip_reason]
    if len(below) < 2 or below[0] is not blocks[index + 1]:
        return
    title, prose = below
    lines = title.spoken_text.strip().splitlines()
    flat = " ".join(line.strip() for line in lines)
    if (
        title.kind is ParagraphKind.HEADING
        or heading_syntax.parse_heading(flat)
        or not can_be_title(flat, len(lines))
    ):
        return
    if _CLOSED.search(prose.text):
        _make(title, blocks[index].heading_level)
        title.heading_level = 7


def _mark_contents(blocks: Sequence[Block]) -> set[object]:
    """Mark a contents list as not spoken; answer with what it lists."""
    bounds = _titled_contents(blocks) or _bare_contents(blocks)
    listed: set[object] = set()
    for block in blocks[slice(*bounds)] if bounds else ():
        block.skip_reason = block.skip_reason or "contents"
        listed.update(_entries(block.text.splitlines()))
    return listed


def _titled_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """A list under the title "Contents"."""
    for index, block in enumerate(blocks[: len(blocks) // 2 + 3]):
        lines = block.text.splitlines()
        if (
            not block.skip_reason
            and front_matter.reason_from_title(block.text.partition("\n")[0]) == "contents"
            and len(block.text) < 20_000
        ):
            end = _end_of_list(blocks, index + 1, {*_entries(lines[1:])})
            return (index, end) if end > index + 1 or len(lines) > 1 else None
    return None


def _bare_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """A list without a title: three headings or more in a row that all come again."""
    for index, block in enumerate(blocks[: len(blocks) // 2]):
        keys = _keys(block.text.splitlines()) if not block.skip_reason else []
        if not keys:
            if not block.skip_reason and _is_prose(block):
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
        lines = blocks[index].text.splitlines()
        keys = _keys(lines) or ([_bare(lines[0])] if len(lines) == 1 else [])
        if len(keys) == 1 and keys[0] in seen:
            return index
        seen.update(_entries(lines))
    return prose


def _keys(lines: Sequence[str]) -> list[object]:
    """What the headings among some lines number or name."""
    keys: list[object] = []
    for line in lines:
        heading = heading_syntax.parse_heading(_PAGED.sub("", line.strip()) or line)
        if heading:
            keys.append(_key(heading))
    return keys


def _key(heading: Heading) -> object:
    rank = "part" if heading.rank is HeadingRank.PART else "chapter"
    return (rank, heading.number or heading.label)


def _entries(lines: Sequence[str]) -> list[object]:
    """What the lines of a contents list number or name, and their titles."""
    titles = (_bare(line) for line in lines if len(line) <= heading_syntax.MAX_HEADING_CHARACTERS)
    return [*_keys(lines), *(title for title in titles if title)]


def _bare(line: str) -> str:
    """A title as a contents list and a heading have it in common."""
    flat = " ".join(_PAGED.sub("", line.strip()).split())
    heading = heading_syntax.parse_heading(flat)
    return (heading.title if heading else flat).strip(_EDGES).casefold()


def _is_prose(block: Block) -> bool:
    """Whether a block is running text, and no entry of a list."""
    if block.skip_reason or not has_words(block.text):
        return False
    lines = block.text.splitlines()
    if _keys(lines[:1]) or (len(lines) > 2 and len(_keys(lines)) > len(lines) / 3):
        return False
    if sum(bool(_PAGED.search(line.rstrip())) for line in lines) * 2 > len(lines):
        return False
    return len(block.text) > 150 or bool(re.search(r"[.!?…][\"”’)]?$", block.text.rstrip()))
