"""Find the contents list of a text without markup, so that its lines are not taken for headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.readers.layout import front_matter, heading_syntax
from narrator.readers.layout.heading_syntax import Heading, HeadingRank
from narrator.text.quotes import CLOSING_BRACKETS, CLOSING_MARKS, character_class
from narrator.text.words import ALL_SENTENCE_ENDS_CLASS, has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

_TRAILING_PAGE_NUMBER = re.compile(r"(?:[\s.·…_-]{2,}|\s)\d{1,4}$")
"""The page number at the end of a line, perhaps after dots that lead to it."""
_SENTENCE_AT_END = re.compile(
    rf"{ALL_SENTENCE_ENDS_CLASS}{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}?$"
)
_TITLE_EDGES = " .:;,*_–—-[]"
_MAX_CONTENTS_CHARACTERS = 20_000
_MIN_CONTENTS_ENTRIES = 3
"""Entries of the shortest contents list without a title."""
_MIN_PROSE_CHARACTERS = 150
"""Length from which a block is running text even if it does not end with a sentence."""

ContentsKey = tuple[str, int | str] | str
"""What a contents list and a heading have in common: (rank, number or label), or a plain title."""


def mark_contents_list(blocks: Sequence[Block]) -> set[ContentsKey]:
    """Mark the contents list as skipped, and return the keys of its entries."""
    bounds = _find_titled_contents(blocks) or _find_untitled_contents(blocks)
    contents_keys: set[ContentsKey] = set()
    for block in blocks[slice(*bounds)] if bounds else ():
        block.skip_reason = block.skip_reason or "contents"
        contents_keys.update(_parse_entries(block.text.splitlines()))
    return contents_keys


def _find_titled_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Return the range of blocks of a list with the title "Contents", end exclusive, or None."""
    for index, block in enumerate(blocks[: len(blocks) // 2 + 3]):
        lines = block.text.splitlines()
        first_line = block.text.partition("\n")[0]
        if (
            not block.skip_reason
            and front_matter.classify_title(first_line) == "contents"
            and len(block.text) < _MAX_CONTENTS_CHARACTERS
        ):
            end = _find_end_of_list(blocks, index + 1, {*_parse_entries(lines[1:])})
            return (index, end) if end > index + 1 or len(lines) > 1 else None
    return None


def _find_untitled_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Return the range of blocks of a list without a title, end exclusive, or None.

    Three or more headings in a row, before any prose, are a list if all of them occur again.
    """
    for index, block in enumerate(blocks[: len(blocks) // 2]):
        keys = _parse_heading_keys(block.text.splitlines()) if not block.skip_reason else []
        if not keys:
            if not block.skip_reason and _is_prose(block):
                return None
            continue
        end = _find_end_of_list(blocks, index, set())
        listed_keys = {
            key
            for block in blocks[index:end]
            for key in _parse_heading_keys(block.text.splitlines())
        }
        later_keys = {
            key
            for block in blocks[end:]
            for key in _parse_heading_keys(block.text.splitlines()[:1])
        }
        is_list = len(listed_keys) >= _MIN_CONTENTS_ENTRIES and listed_keys <= later_keys
        return (index, end) if is_list else None
    return None


def _find_end_of_list(blocks: Sequence[Block], start: int, listed_keys: set[ContentsKey]) -> int:
    """Return the index after a list: that of the first listed heading that occurs again.

    Without one the list ends at the first prose; without prose it is empty. The keys of the list's
    entries are added to `listed_keys`.
    """
    prose = next((i for i in range(start, len(blocks)) if _is_prose(blocks[i])), None)
    if prose is None:
        return start
    for index in range(start, prose):
        lines = blocks[index].text.splitlines()
        keys = _parse_heading_keys(lines)
        if not keys and len(lines) == 1:
            keys = [normalise_listed_title(lines[0])]
        if len(keys) == 1 and keys[0] in listed_keys:
            return index
        listed_keys.update(_parse_entries(lines))
    return prose


def _parse_heading_keys(lines: Sequence[str]) -> list[ContentsKey]:
    """Return the keys of those lines that are headings."""
    keys: list[ContentsKey] = []
    for line in lines:
        heading = heading_syntax.parse_heading(_TRAILING_PAGE_NUMBER.sub("", line.strip()) or line)
        if heading:
            keys.append(make_contents_key(heading))
    return keys


def make_contents_key(heading: Heading) -> ContentsKey:
    """Return the key of a heading; all ranks below that of a part count as the same."""
    rank = "part" if heading.rank is HeadingRank.PART else "chapter"
    return (rank, heading.number or heading.label)


def _parse_entries(lines: Sequence[str]) -> list[ContentsKey]:
    """Return the keys of the lines of a contents list, and their titles."""
    titles = (
        normalise_listed_title(line)
        for line in lines
        if len(line) <= heading_syntax.MAX_HEADING_CHARACTERS
    )
    return [*_parse_heading_keys(lines), *(title for title in titles if title)]


def normalise_listed_title(line: str) -> str:
    """Return a title in the form that a contents list and a heading have in common."""
    title = " ".join(_TRAILING_PAGE_NUMBER.sub("", line.strip()).split())
    heading = heading_syntax.parse_heading(title)
    return (heading.title if heading else title).strip(_TITLE_EDGES).casefold()


def _is_prose(block: Block) -> bool:
    """Return whether a block is running text rather than an entry of a list."""
    if block.skip_reason or not has_words(block.text):
        return False
    lines = block.text.splitlines()
    if _parse_heading_keys(lines[:1]):
        return False
    if len(lines) > 2 and len(_parse_heading_keys(lines)) > len(lines) / 3:
        return False
    numbered_lines = sum(bool(_TRAILING_PAGE_NUMBER.search(line.rstrip())) for line in lines)
    if numbered_lines * 2 > len(lines):
        return False
    return len(block.text) > _MIN_PROSE_CHARACTERS or bool(
        _SENTENCE_AT_END.search(block.text.rstrip())
    )
