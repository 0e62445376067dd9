"""Find the table of contents of a plain text, whose lines would otherwise look like headings."""

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

_TRAILING_PAGE_NUMBER = re.compile(r"(?:(?<![\s.·…_-])[\s.·…_-]{2,}+|\s)\d{1,4}$")
"""The page number at the end of a line, perhaps after leader dots."""
_NUMBERED_ENTRY = re.compile(r"\s*(\d{1,3}|[IVXLC]+)\s+(?=\S)")
"""The number of an entry that no punctuation separates from its title: "1 The Sea"."""
_SENTENCE_AT_END = re.compile(
    rf"{ALL_SENTENCE_ENDS_CLASS}{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}?$"
)
_TITLE_EDGES = " .:;,*_–—-[]"
_MAX_CONTENTS_CHARACTERS = 20_000
_MIN_CONTENTS_ENTRIES = 3
"""Minimum number of entries in a table of contents without a title."""
_MIN_PROSE_CHARACTERS = 150
"""Length from which a block is prose even if it does not end like a sentence."""

ContentsKey = tuple[str, int | str] | str
"""A key that matches an entry in the table of contents with its heading in the text.

It is a pair of rank and number (or label), or a normalised title.
"""


def mark_contents_list(blocks: Sequence[Block]) -> set[ContentsKey]:
    """Mark the table of contents as skipped, and return the keys of its entries."""
    bounds = _find_titled_contents(blocks) or _find_untitled_contents(blocks)
    contents_keys: set[ContentsKey] = set()
    for block in blocks[slice(*bounds)] if bounds else ():
        block.skip_reason = block.skip_reason or "contents"
        contents_keys.update(_parse_entries(block.text.splitlines()))
    return contents_keys


def _find_titled_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Find a table of contents with a title such as "Contents".

    Return its range of block indices, end exclusive, or None.
    """
    for index, block in enumerate(blocks[: len(blocks) // 2 + 3]):
        lines = block.text.splitlines()
        first_line = block.text.partition("\n")[0]
        if (
            not block.skip_reason
            and front_matter.classify_title(first_line) == "contents"
            and len(block.text) < _MAX_CONTENTS_CHARACTERS
        ):
            end = _find_contents_end(blocks, index + 1, {*_parse_entries(lines[1:])})
            return (index, end) if end > index + 1 or len(lines) > 1 else None
    return None


def _find_untitled_contents(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Find a table of contents without a title.

    Three or more headings in a row, before any prose, are a table of contents if they all occur
    again later. Return its range of block indices, end exclusive, or None.
    """
    for index, block in enumerate(blocks[: len(blocks) // 2]):
        keys = _parse_heading_keys(block.text.splitlines()) if not block.skip_reason else []
        if not keys:
            if not block.skip_reason and _is_prose(block):
                return None
            continue
        end = _find_contents_end(blocks, index, set())
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


def _find_contents_end(blocks: Sequence[Block], start: int, listed_keys: set[ContentsKey]) -> int:
    """Return the index of the first block after the table of contents.

    The table ends where a listed heading occurs again, or else at the first prose block. If there
    is no prose, return `start`. The keys of the entries are added to `listed_keys`.
    """
    prose = next((i for i in range(start, len(blocks)) if _is_prose(blocks[i])), None)
    if prose is None:
        return start
    for index in range(start, prose):
        lines = blocks[index].text.splitlines()
        keys = _parse_heading_keys(lines)
        if not keys and len(lines) == 1:
            keys = [normalise_listed_title(lines[0])]
        # The numbers of chapters begin again in each part, but headings have no page numbers.
        is_entry = _TRAILING_PAGE_NUMBER.search(lines[0].rstrip()) and " " in lines[0].strip()
        if len(keys) == 1 and keys[0] in listed_keys and not is_entry:
            return index
        listed_keys.update(_parse_entries(lines))
    return prose


def _parse_heading_keys(lines: Sequence[str]) -> list[ContentsKey]:
    """Return the keys of the lines that are headings."""
    keys: list[ContentsKey] = []
    for line in lines:
        # "Chapter 1" may lack the number of the page
        bare_line = _TRAILING_PAGE_NUMBER.sub("", line.strip())
        heading = heading_syntax.parse_heading(bare_line) or heading_syntax.parse_heading(line)
        if heading:
            keys.append(make_contents_key(heading))
    return keys


def make_contents_key(heading: Heading) -> ContentsKey:
    """Return the key of a heading; all ranks below "part" are treated as "chapter"."""
    rank = "part" if heading.rank is HeadingRank.PART else "chapter"
    return (rank, heading.number or heading.label)


def _parse_entries(lines: Sequence[str]) -> list[ContentsKey]:
    """Return all keys of lines in a table of contents: heading keys and normalised titles."""
    short_lines = [line for line in lines if len(line) <= heading_syntax.MAX_HEADING_CHARACTERS]
    titles = [normalise_listed_title(line) for line in short_lines]
    keys = _parse_heading_keys(lines)
    for line in short_lines:
        match = _NUMBERED_ENTRY.match(line)
        heading = heading_syntax.parse_heading(match[1]) if match else None
        if match and heading and _TRAILING_PAGE_NUMBER.search(line.rstrip()):
            keys.append(make_contents_key(heading))
            titles.append(normalise_listed_title(line[match.end() :]))
    return [*keys, *(title for title in titles if title)]


def normalise_listed_title(line: str) -> str:
    """Normalise a title so that an entry in the table of contents equals its heading.

    The page number, the label ("Chapter IV") and surrounding punctuation are removed.
    """
    title = " ".join(_TRAILING_PAGE_NUMBER.sub("", line.strip()).split())
    heading = heading_syntax.parse_heading(title)
    return (heading.title if heading else title).strip(_TITLE_EDGES).casefold()


def _is_prose(block: Block) -> bool:
    """Return whether a block is prose rather than part of a table of contents."""
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
