"""Split plain text into blocks: paragraphs, verse, block quotations and scene breaks.

A plain-text file has one of three layouts, which is inferred from its lines: wrapped lines with
blank lines between paragraphs, wrapped lines with indents, or one paragraph per line.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout import gutenberg, heading_syntax
from narrator.readers.layout.blocks import SCENE_BREAK_REASON, Block
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.text.quotes import (
    CLOSING_BRACKETS,
    CLOSING_CLASS,
    CLOSING_MARKS,
    DASHES,
    EMPHASIS_MARKS,
    HYPHEN,
    OPENING_MARKS,
    character_class,
)
from narrator.text.words import ALL_SENTENCE_ENDS, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]")
_PARAGRAPH_END_CHARACTERS = (
    ALL_SENTENCE_ENDS + ":;" + CLOSING_BRACKETS + EMPHASIS_MARKS + DASHES + HYPHEN
)
_PARAGRAPH_END = re.compile(
    rf"(?:{character_class(_PARAGRAPH_END_CHARACTERS)}|(?<!,){CLOSING_CLASS})\s*$"
)
"""The end of a line that may end a paragraph.

It excludes a closing mark after a comma, because a reporting clause ("he said") follows.
"""
_VERSE_MARKS = "".join(mark for mark in OPENING_MARKS if mark not in "’”`")
"""Opening quotation marks that may begin a line of verse.

The excluded marks open quotations in some languages, but are mainly closing marks or apostrophes.
"""
_VERSE_START = re.compile(
    rf"[\s_*]*(?:[A-ZÀ-Þ(\[—]|{character_class(_VERSE_MARKS)}|[^\W\d_a-zß-ÿ])"
)
"""The start of a line of verse: an opening mark or a capital letter."""
_NON_TITLE_ENDINGS = ",;:—-" + CLOSING_MARKS.replace("'", "")
"""Final characters of a line that is not a title. They exclude "'", which ends "The Boys'"."""
SCENE_MARK_PATTERN = re.compile(r"\s*(?:[*#~⁂•·◆◇❦❧§=+_.xX○●☙†‡✱※-]|—|–|\s){1,80}\s*")
_CERTAIN_SCENE_CHARACTER = re.compile(r"[*#~⁂•·◆◇❦❧§=+○●☙†‡✱※_—–-]")
"""A character that a scene mark must contain; dots and the letter x alone are not enough."""
_EMPHASIS = re.compile(r"(?<!\w)_(?=\S)([^_]{1,400})(?<=\S)_(?!\w)")
_MAX_SCENE_MARK_CHARACTERS = 80
_MIN_INDENT = 4
"""Indent, in columns, from which lines are a block quotation or verse."""
_MAX_VERSE_CHARACTERS = 70
_SCENE_GAP_LINES = 3
"""Number of blank lines that mark a scene break if paragraphs are separated by one."""
_DEFAULT_WIDTH = 72
_MAX_WRAPPED_WIDTH = 120
"""Median line length, in characters, above which each line is a whole paragraph."""
_PARAGRAPH_END_SHARE = 0.7
"""If at least this share of lines look like the end of a paragraph, each line is a paragraph."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A non-blank line of the file; `start` and `end` are the offsets of its stripped text."""

    start: int
    end: int
    indent: int
    """Columns of whitespace before the text, with tabs expanded."""
    text: str
    blank_lines_before: int


def split_into_blocks(text: str) -> list[Block]:
    """Split a text into blocks, in order; they contain all characters except whitespace."""
    rows = _split_rows(text)
    groups = [list(group) for group in _group_rows(rows)]
    style = _infer_style(groups)
    paragraphs = (paragraph for group in groups for paragraph in _split_paragraphs(group, style))
    blocks = [_make_block(text, paragraph, style) for paragraph in paragraphs]
    _mark_scene_gaps(blocks)
    return blocks


def _split_rows(text: str) -> list[_Row]:
    """Return the non-blank lines, each with the number of blank lines before it."""
    rows = []
    breaks = position = 0
    for match in _LINE.finditer(text):
        breaks += len(_LINE_BREAK.findall(text, position, match.start()))
        position = match.end()
        content = match[0].strip()
        # A line with only invisible characters, such as a byte order mark, is blank.
        if not content.strip("\ufeff\u200b\u00ad\x00"):
            continue
        expanded = match[0].expandtabs(4)
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        indent = len(expanded) - len(expanded.lstrip())
        rows.append(_Row(start, start + len(content), indent, content, max(0, breaks - 1)))
        breaks = 0
    return rows


def _group_rows(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Group lines without a blank line between them.

    Each scene mark, and each boundary line of Project Gutenberg, is a group of its own.
    """
    group: list[_Row] = []
    for row in rows:
        stands_alone = is_scene_mark(row.text) or bool(gutenberg.BOUNDARY_LINE.match(row.text))
        if group and (row.blank_lines_before or stands_alone):
            yield group
            group = []
        if stands_alone:
            yield [row]
        else:
            group.append(row)
    if group:
        yield group


def is_scene_mark(text: str) -> bool:
    """Return whether a line marks a scene break, such as "* * *"."""
    if len(text) > _MAX_SCENE_MARK_CHARACTERS or not SCENE_MARK_PATTERN.fullmatch(text):
        return False
    without_crosses = text.replace("x", "").replace("X", "")
    return bool(_CERTAIN_SCENE_CHARACTER.search(text)) and not has_words(without_crosses)


@dataclass(frozen=True, slots=True)
class _LayoutStyle:
    """The layout of paragraphs in a file."""

    is_wrapped: bool
    """Whether paragraphs are wrapped over several lines; otherwise each line is a paragraph."""
    width: int
    """Number of characters in a full line, if paragraphs are wrapped."""


def _infer_style(groups: Sequence[list[_Row]]) -> _LayoutStyle:
    """Infer the layout of paragraphs from the lines of a file."""
    # The last line of a group is excluded because it is short in either layout.
    inner_rows = [row for group in groups for row in group[:-1] if len(group) > 1]
    if not inner_rows:
        return _LayoutStyle(is_wrapped=True, width=_DEFAULT_WIDTH)
    lengths = sorted(row.indent + len(row.text) for row in inner_rows)
    width = lengths[int(len(lengths) * 0.9)]  # the 90th percentile, because some lines are too long
    paragraph_ends = sum(
        _can_end_paragraph(row, following) for group in groups for row, following in pairwise(group)
    )
    is_wrapped = statistics.median(
        lengths
    ) <= _MAX_WRAPPED_WIDTH and paragraph_ends < _PARAGRAPH_END_SHARE * len(inner_rows)
    return _LayoutStyle(is_wrapped, width)


def _can_end_paragraph(row: _Row, following: _Row) -> bool:
    """Return whether a paragraph may end between two lines."""
    return bool(_PARAGRAPH_END.search(row.text)) and not following.text[0].islower()


def _split_paragraphs(group: list[_Row], style: _LayoutStyle) -> Iterator[list[_Row]]:
    """Split a group of lines without blank lines between them into paragraphs."""
    if len(group) > 1 and _starts_with_heading(group):
        yield group[:1]
        group = group[1:]
    if len(group) == 1 or _is_verse(group, style):
        yield group
    elif not style.is_wrapped:
        yield from ([row] for row in group)
    else:
        yield from _split_at_indents(group)


def _starts_with_heading(group: list[_Row]) -> bool:
    """Return whether the first line is a chapter heading and the others are not its title."""
    heading = heading_syntax.parse_heading(group[0].text)
    if not heading or heading.rank not in (HeadingRank.PART, HeadingRank.CHAPTER):
        return False
    return not can_be_chapter_title(" ".join(row.text for row in group[1:]), len(group) - 1)


def can_be_chapter_title(text: str, line_count: int = 1) -> bool:
    """Return whether a text on `line_count` lines may be the title below a chapter's number."""
    if (
        not has_words(text)
        or len(text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS
        or line_count > 4
    ):
        return False
    if text.isupper():
        return True
    if not text[0].isupper() or text[-1] in _NON_TITLE_ENDINGS:
        return False
    return text[-1] not in ".!?" or _is_in_title_case(text)


def _is_in_title_case(text: str) -> bool:
    """Return whether all major words begin with capitals, as in a title.

    A text with a year is a publisher's imprint rather than a title.
    """
    words = re.findall(r"[^\W\d_]+", text)
    major_words = (word for word in words if word.lower() not in heading_syntax.MINOR_WORDS)
    has_year = re.search(r"\b1[5-9]\d\d\b", text)
    return 2 <= len(words) <= 30 and not has_year and all(word[0].isupper() for word in major_words)


def _is_verse(group: list[_Row], style: _LayoutStyle) -> bool:
    """Return whether lines are verse: each begins like a verse, and all but the last are short."""
    longest = max(len(row.text) for row in group[:-1])
    if longest > _MAX_VERSE_CHARACTERS or not all(_VERSE_START.match(row.text) for row in group):
        return False
    is_indented = all(row.indent >= _MIN_INDENT for row in group)
    if not style.is_wrapped:
        return is_indented
    return (is_indented and longest < 0.9 * style.width) or longest < 0.75 * max(style.width, 60)


def _split_at_indents(group: list[_Row]) -> Iterator[list[_Row]]:
    """Split a group of lines into paragraphs that each begin with an indented line.

    If more than a tenth of the indents follow a line that can't end a paragraph, the group is one
    paragraph.
    """
    indented = [
        index
        for index in range(1, len(group))
        if group[index].indent >= group[index - 1].indent + 1 and group[index].indent >= 1
    ]
    starts = [index for index in indented if _can_end_paragraph(group[index - 1], group[index])]
    if len(starts) < 0.9 * len(indented):
        starts = []
    for first, last in zip([0, *starts], [*starts, len(group)], strict=True):
        yield group[first:last]


def _make_block(text: str, rows: list[_Row], style: _LayoutStyle) -> Block:
    """Return a block of these lines, classified as scene break, verse, quotation or text."""
    start, end = rows[0].start, rows[-1].end
    block = Block(text[start:end], start, blank_lines_before=rows[0].blank_lines_before)
    if len(rows) == 1 and is_scene_mark(rows[0].text):
        block.skip_reason = SCENE_BREAK_REASON
    elif len(rows) > 1 and _is_verse(rows, style):
        block.kind = ParagraphKind.VERSE
    elif len(rows) > 1 and all(row.indent >= _MIN_INDENT for row in rows):
        block.kind = ParagraphKind.QUOTE
    block.emphasis = [Span(*match.span(1)) for match in _EMPHASIS.finditer(block.text)]
    return block


def _mark_scene_gaps(blocks: Sequence[Block]) -> None:
    """Mark blocks after three or more blank lines as following a scene break.

    Nothing is marked if more than one blank line is usual between paragraphs.
    """
    blank_lines = [block.blank_lines_before for block in blocks[1:]]
    if not blank_lines or statistics.median(blank_lines) > 1:
        return
    for block in blocks[1:]:
        block.follows_scene_gap = block.blank_lines_before >= _SCENE_GAP_LINES
