"""Split plain text into rows, its lines without outer whitespace, and group rows by blank lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.readers.layout import gutenberg, heading_syntax
from narrator.readers.layout.chapter_titles import can_be_chapter_title, is_in_title_case
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.text.quotes import (
    CLOSING_BRACKETS,
    CLOSING_MARKS,
    DASHES,
    EMPHASIS_MARKS,
    HYPHEN,
    QUOTATION_MARKS,
)
from narrator.text.words import ALL_SENTENCE_ENDS, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r+\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]")
"""A line break; some programs write CR twice before LF."""
_PARAGRAPH_END_CHARACTERS = frozenset(
    ALL_SENTENCE_ENDS + ":;" + CLOSING_BRACKETS + EMPHASIS_MARKS + DASHES + HYPHEN
)
_CLOSING_MARKS = frozenset(CLOSING_MARKS)
SCENE_MARK_PATTERN = re.compile(r"\s*(?:[*#~⁂•·◆◇❦❧§=+_.xX○●☙†‡✱※-]|—|–|\s){1,80}\s*")
_CERTAIN_SCENE_CHARACTER = re.compile(r"[*#~⁂•·◆◇❦❧§=+○●☙†‡✱※_—–-]")
"""A character that a scene mark must contain; dots and the letter x alone are not enough."""
_LETTER_MARK = re.compile(r"(?=\w*[xo])(?=\w*[XO])[xXoO0]{5,}")
"""Large and small letters that form a pattern, such as "OooOooO"; it is a palindrome."""
_MARK_LETTERS = str.maketrans("", "", "xXoO0")
"""Letters that scene marks may have, for `str.translate`."""
_MAX_SCENE_MARK_CHARACTERS = 80
_LEADING_SIGNS = QUOTATION_MARKS + EMPHASIS_MARKS + "([{—–-… \t"
"""Signs that may precede the first word of a row."""
_MAX_HEADING_CHARACTERS = 80
"""Length of a row above which it is not a heading in the midst of a group."""


@dataclass(frozen=True, slots=True)
class Row:
    """A non-blank line of the file; `start` and `end` are the offsets of its stripped text."""

    start: int
    end: int
    indent: int
    """Columns of whitespace before the text, with tabs expanded."""
    text: str
    blank_lines_before: int
    width: int
    """Number of columns up to the end of the text."""
    first_word_length: int
    starts_in_lower_case: bool
    """Whether the first word begins with a letter that is not a capital. Letters of scripts without
    capitals count as well."""
    ends_paragraph: bool
    """Whether the end of the row may be the end of a paragraph."""
    stands_alone: bool
    """Whether the row is never part of a paragraph: a scene mark or a boundary line."""


def _make_row(text: str, start: int, indent: int, blank_lines_before: int) -> Row:
    """Return the row of a line without outer whitespace."""
    first = text.lstrip(_LEADING_SIGNS)[:1]
    return Row(
        start,
        start + len(text),
        indent,
        text,
        blank_lines_before,
        indent + len(text),
        len(text.split(maxsplit=1)[0]),
        first.isalpha() and not first.isupper(),
        _ends_paragraph(text),
        is_scene_mark(text) or bool(gutenberg.BOUNDARY_LINE.match(text)),
    )


def _ends_paragraph(text: str) -> bool:
    """Return whether a paragraph may end at the end of a line.

    It does not after a comma and a closing mark, because a reporting clause ("he said") follows.
    """
    return text[-1] in _PARAGRAPH_END_CHARACTERS or (
        text[-1] in _CLOSING_MARKS and text[-2:-1] != ","
    )


def split_rows(text: str) -> list[Row]:
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
        rows.append(_make_row(content, start, indent, max(0, breaks - 1)))
        breaks = 0
    return rows


def group_rows(rows: Sequence[Row], line_spacing: int) -> Iterator[list[Row]]:
    """Group rows with at most `line_spacing` blank lines between them.

    Each scene mark, each boundary line of Project Gutenberg, and each heading with its title is a
    group of its own.
    """
    group: list[Row] = []
    for row in rows:
        if group and (row.blank_lines_before > line_spacing or row.stands_alone):
            yield from _separate_headings(group)
            group = []
        if row.stands_alone:
            yield [row]
        else:
            group.append(row)
    if group:
        yield from _separate_headings(group)


def _separate_headings(group: list[Row]) -> Iterator[list[Row]]:
    """Split a group before and after the headings in it."""
    start = index = 0
    while index < len(group):
        length = _measure_heading(group, index)
        if length:
            if index > start:
                yield group[start:index]
            yield group[index : index + length]
            start = index + length
        index += length or 1
    if start < len(group):
        yield group[start:]


def _measure_heading(group: Sequence[Row], index: int) -> int:
    """Return the number of rows of the heading that begins at `index`, or 0 if none does."""
    if not is_heading_row(group[index]):
        return 0
    if index and not group[index - 1].ends_paragraph:
        return 0
    rest = group[index + 1 :]
    title = " ".join(row.text for row in rest)
    if not index and can_be_chapter_title(title, len(rest), is_attached=True):
        return len(group)
    if rest and (rest[0].text[0].islower() or is_heading_row(rest[0])):
        return 0
    return 1 + (len(rest) > 1 and _is_title_row(*rest[:2]))


def is_heading_row(row: Row) -> bool:
    """Return whether a row has the form of a heading that needs no blank lines around it."""
    if len(row.text) > _MAX_HEADING_CHARACTERS or row.text[0].islower():
        return False
    heading = heading_syntax.parse_heading(row.text)
    if heading is None:
        return False
    if heading.rank in (HeadingRank.PART, HeadingRank.CHAPTER):
        return True
    bare_text = row.text.strip(" .-–—*_[]()")
    is_year = bare_text.isdigit() and len(bare_text) > 3
    is_numeral = (bare_text.isdigit() or bare_text.isupper()) and not is_year
    return not heading.title and (heading.rank is HeadingRank.NAMED or is_numeral)


def _is_title_row(row: Row, following: Row) -> bool:
    """Return whether a row below a chapter's number is its title rather than the first sentence."""
    return (
        can_be_chapter_title(row.text)
        and (row.text.isupper() or is_in_title_case(row.text))
        and not following.text[0].islower()
        and row.width < following.width
    )


def is_scene_mark(text: str) -> bool:
    """Return whether a line marks a scene break, such as "* * *"."""
    # most lines have a letter among the first, and testing for it is quicker
    if len(text) > _MAX_SCENE_MARK_CHARACTERS or has_words(text[:8].translate(_MARK_LETTERS)):
        return False
    if _LETTER_MARK.fullmatch(text):
        return text == text[::-1]
    if not SCENE_MARK_PATTERN.fullmatch(text):
        return False
    without_crosses = text.replace("x", "").replace("X", "")
    return bool(_CERTAIN_SCENE_CHARACTER.search(text)) and not has_words(without_crosses)


def can_separate(row: Row, following: Row) -> bool:
    """Return whether a paragraph may end between two rows."""
    return row.ends_paragraph and not following.text[0].islower()


def is_wrapped_between(row: Row, following: Row) -> bool:
    """Return whether a sentence certainly continues from one row to the next."""
    return (
        following.starts_in_lower_case
        and not row.ends_paragraph
        and any(map(str.isalpha, row.text))  # a page number has no letters
    )


def reach_with_next_word(row: Row, following: Row) -> int:
    """Return the width that a row would have with the first word of the next row.

    In wrapped text, a row within a paragraph would exceed the width of the text.
    """
    return row.width + 1 + following.first_word_length
