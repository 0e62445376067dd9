"""Split plain text into rows, its lines without outer whitespace, and group rows by blank lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
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
    from collections.abc import Iterator, Mapping, Sequence

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r+\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]")
"""A line break; some programs write CR twice before LF."""
_PARAGRAPH_END_CHARACTERS = frozenset(
    ALL_SENTENCE_ENDS + ":;" + CLOSING_BRACKETS + EMPHASIS_MARKS + DASHES + HYPHEN
)
_CLOSING_MARKS = frozenset(CLOSING_MARKS)
SCENE_MARK_PATTERN = re.compile(
    r"\s*(?:[*#~⁂•·§=+_.xX†‡※\u25a0-\u25ff★☆☙\u2660-\u2667\u2720-\u2767-]|—|–|\s){1,80}\s*"
)
_CERTAIN_SCENE_CHARACTER = re.compile(
    r"[*#~⁂•·§=+†‡※_\u25a0-\u25ff★☆☙\u2660-\u2667\u2720-\u2767—–-]"
)
"""A character that a scene mark must contain; dots and the letter x alone are not enough."""
_LETTER_MARK = re.compile(r"(?=\w*[xo])(?=\w*[XO])[xXoO0]{3,}")
"""Large and small letters that form a pattern, such as "oOo" and "OooOooO"; it is a palindrome."""
_BETWEEN_LETTERS = re.compile(r"[\s*~.=+_—–-]+")
"""What may stand around and between such letters, as in "-oOo-" and "x X x"."""
_WORD_CHARACTER = re.compile(r"[^\W_xXoO0]")
"""A letter or digit that scene marks don't have."""
_MAX_SCENE_MARK_CHARACTERS = 80
_LEADING_SIGNS = QUOTATION_MARKS + EMPHASIS_MARKS + "([{—–-… \t"
"""Signs that may precede the first word of a row."""
_BYLINE = re.compile(r"(?:[Bb]y|BY|von|VON|par|PAR)\s+[^\W\d_a-zß-ÿ][^!?]{1,50}\Z")
_MAX_TITLE_ROWS, _MAX_TITLE_CHARACTERS = 4, 50
"""Limits of a title page without blank lines above the first heading."""
_MIN_SEPARATED_SHARE = 0.05
"""Share of rows after a blank line from which blank lines separate paragraphs."""
_MAX_TITLE_LINES = 8
"""Number of rows below a heading in capitals that may hold the rest of its title."""
_MIN_ROWS_BELOW_TITLE = 3
"""Fewest rows of prose directly below the title of a text."""
_MAX_HEADING_CHARACTERS = 80
"""Length of a row above which it is not a heading in the midst of a group."""


_NOTE_START = re.compile(r"[*†‡§]{1,3}\s?[^\W_]")


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
    is_heading: bool
    """Whether the row has the form of a heading that needs no blank lines around it."""
    continues_sentence: bool
    """Whether a sentence certainly continues from the row before to this one."""
    may_begin_paragraph: bool
    """Whether a paragraph may end on the row before, and another begin on this one."""
    reach_before: int
    """The width that the row before would have with the first word of this one. In wrapped text, a
    row within a paragraph would exceed the width of the text."""


def _make_row(
    text: str, start: int, indent: int, blank_lines_before: int, previous: Row | None
) -> Row:
    """Return the row of a line without outer whitespace; `previous` is the row before it."""
    first = text.lstrip(_LEADING_SIGNS)[:1]
    first_word_length = len(text.split(maxsplit=1)[0])
    starts_in_lower_case = first.isalpha() and not first.isupper()
    return Row(
        start,
        start + len(text),
        indent,
        text,
        blank_lines_before,
        indent + len(text),
        first_word_length,
        starts_in_lower_case,
        _ends_paragraph(text),
        is_scene_mark(text) or bool(gutenberg.BOUNDARY_LINE.match(text)),
        _is_heading_row(text),
        previous is not None and starts_in_lower_case and _is_sentence_open(previous),
        previous is not None and previous.ends_paragraph and not text[0].islower(),
        previous.width + 1 + first_word_length if previous else 0,
    )


def _is_sentence_open(row: Row) -> bool:
    """Return whether a row ends within a sentence."""
    # a page number has no letters
    return not row.ends_paragraph and any(map(str.isalpha, row.text))


def _ends_paragraph(text: str) -> bool:
    """Return whether a paragraph may end at the end of a line.

    It does not after a comma and a closing mark, because a reporting clause ("he said") follows.
    """
    return text[-1] in _PARAGRAPH_END_CHARACTERS or (
        text[-1] in _CLOSING_MARKS and text[-2:-1] != ","
    )


def split_rows(text: str) -> list[Row]:
    """Return the non-blank lines, each with the number of blank lines before it."""
    rows: list[Row] = []
    breaks = position = 0
    for match in _LINE.finditer(text):
        breaks += _count_breaks(text[position : match.start()])
        position = match.end()
        line = match[0]
        content = line.strip()
        # A line with only invisible characters, such as a byte order mark, is blank.
        if not content.strip("\ufeff\u200b\u00ad\x00"):
            continue
        start = match.start() + len(line) - len(line.lstrip())
        previous = rows[-1] if rows else None
        rows.append(_make_row(content, start, _measure_indent(line), max(0, breaks - 1), previous))
        breaks = 0
    return rows


def split_off_ends(
    rows: Sequence[Row], offsets: Mapping[int, int], starts: Mapping[int, int]
) -> tuple[list[Row], list[Row]]:
    """Return the rows without some of their ends and starts, and these as rows of their own.

    `offsets` has the offset of each end by the start of its row, and `starts` the offset behind
    each start. A row that is nothing but a start becomes a blank line.
    """
    shortened_rows: list[Row] = []
    parts: list[Row] = []
    blank_lines = 0
    for row in rows:
        first, last = starts.get(row.start, row.start), offsets.get(row.start, row.end)
        text = row.text[first - row.start : last - row.start].rstrip()
        blank_lines += row.blank_lines_before
        if first > row.start:
            parts.append(_make_row(row.text[: first - row.start].rstrip(), row.start, 0, 0, None))
        if last < row.end:
            parts.append(_make_row(row.text[last - row.start :], last, 0, 0, None))
        if not text.strip():
            blank_lines += 1
            continue
        first += len(text) - len(text.lstrip())
        previous = shortened_rows[-1] if shortened_rows else None
        indent = row.indent + first - row.start
        shortened_rows.append(_make_row(text.lstrip(), first, indent, blank_lines, previous))
        blank_lines = 0
    return shortened_rows, parts


def opens_note(text: str) -> bool:
    """Return whether a row begins as a footnote does: "* See the map."."""
    return _NOTE_START.match(text) is not None


def drop_rows(rows: Sequence[Row], dropped: Sequence[Row]) -> list[Row]:
    """Return the other rows, each with its relation to the row that is now before it.

    Blank lines around the dropped rows belong to the edge of a page. They count as one, or as none
    if no paragraph can end above them, or if the text has no blank lines elsewhere. All
    remain below a footnote.
    """
    dropped_starts = {row.start for row in dropped}
    has_blank_lines = _has_blank_lines(rows, dropped_starts)
    kept_rows: list[Row] = []
    blank_lines = 0
    is_after_dropped = is_note = False
    for row in rows:
        blank_lines = max(blank_lines, row.blank_lines_before)
        if row.start in dropped_starts:
            is_after_dropped = True
            continue
        if is_after_dropped:
            previous = kept_rows[-1] if kept_rows else None
            may_end = (
                row.is_heading
                or previous is None
                or previous.is_heading
                or (previous.ends_paragraph and has_blank_lines)
            )
            kept_lines = blank_lines if is_note else min(blank_lines, int(may_end))
            row = _make_row(row.text, row.start, row.indent, kept_lines, previous)  # noqa: PLW2901
        if row.blank_lines_before or is_after_dropped:
            is_note = opens_note(row.text)
        kept_rows.append(row)
        blank_lines, is_after_dropped = 0, False
    return kept_rows


def _has_blank_lines(rows: Sequence[Row], dropped_starts: set[int]) -> bool:
    """Return whether blank lines separate paragraphs, rather than pages and headings only."""
    inner = [
        row
        for before, row in pairwise(rows)
        if not {before.start, row.start} & dropped_starts
        and not (before.is_heading or row.is_heading)
    ]
    separated = sum(row.blank_lines_before > 0 for row in inner)
    return separated >= _MIN_SEPARATED_SHARE * len(inner)


def _count_breaks(gap: str) -> int:
    """Return the number of line breaks between two lines."""
    return 1 if gap == "\n" else len(_LINE_BREAK.findall(gap))


def _measure_indent(line: str) -> int:
    """Return the number of columns of whitespace at the start of a line, with tabs expanded."""
    if not line[0].isspace():
        return 0
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def group_rows(rows: Sequence[Row], line_spacing: int) -> Iterator[list[Row]]:
    """Group rows with at most `line_spacing` blank lines between them.

    Each scene mark, each boundary line of Project Gutenberg, and each heading with its title is a
    group of its own.
    """
    group: list[Row] = []
    for row in rows:
        if group and (row.blank_lines_before > line_spacing or row.stands_alone):
            yield from _separate_headings(group, opens_text=group[0] is rows[0])
            group = []
        if row.stands_alone:
            yield [row]
        else:
            group.append(row)
    if group:
        yield from _separate_headings(group, opens_text=group[0] is rows[0])


def _separate_headings(group: list[Row], *, opens_text: bool) -> Iterator[list[Row]]:
    """Split a group before and after the headings in it.

    `opens_text` is whether it is the first group, which may begin with the title of the book.
    """
    start = index = 0
    if opens_text and _opens_with_title(group):
        yield group[:1]
        start = index = 1
    while index < len(group):
        follows_heading = 0 < start == index
        length = _measure_heading(
            group, index, opens_text=opens_text, follows_heading=follows_heading
        )
        if length:
            if index > start:
                yield group[start:index]
            yield group[index : index + length]
            start = index + length
        index += length or 1
    if start < len(group):
        yield group[start:]


def _opens_with_title(group: Sequence[Row]) -> bool:
    """Return whether the first row of a text is its title, in capitals right above the prose."""
    if len(group) <= _MIN_ROWS_BELOW_TITLE or group[0].is_heading:
        return False
    title, first, *_ = group
    return (
        title.text.isupper()
        and " " in title.text
        and not first.text.isupper()
        and not title.ends_paragraph
        and _is_title_row(title, first)
    )


def _measure_heading(
    group: Sequence[Row], index: int, *, opens_text: bool, follows_heading: bool
) -> int:
    """Return the number of rows of the heading that begins at `index`, or 0 if none does.

    Another heading may stand right above it.
    """
    if not group[index].is_heading:
        return 0
    follows_title = opens_text and _is_title_page(group[:index])
    if index and not (group[index - 1].ends_paragraph or follows_title or follows_heading):
        return 0
    following_rows = group[index + 1 :]
    title = " ".join(row.text for row in following_rows)
    if not index and can_be_chapter_title(title, len(following_rows), is_attached=True):
        return len(group)
    if wrapped_count := _count_wrapped_title_rows(group[index], following_rows):
        return 1 + wrapped_count
    if following_rows and (following_rows[0].text[0].islower() or following_rows[0].is_heading):
        return int(
            following_rows[0].is_heading and _is_part_above_chapter(group[index], following_rows[0])
        )
    return 1 + (len(following_rows) > 1 and _is_title_row(*following_rows[:2]))


def _count_wrapped_title_rows(heading: Row, rest: Sequence[Row]) -> int:
    """Return how many rows in capitals below a heading in capitals are the rest of it.

    A single row is the rest only of a title that begins beside the number.
    """
    if not heading.text.isupper() or heading.text[-1] in "!?":
        return 0
    parsed = heading_syntax.parse_heading(heading.text)
    rows = list(takewhile(lambda row: row.text.isupper(), rest))
    has_title = parsed is not None and bool(parsed.title)
    if not rows or len(rows) > _MAX_TITLE_LINES or " " not in rows[0].text:
        return 0
    if any(row.is_heading for row in rows) or (len(rows) == 1 and not has_title):
        return 0
    following = rest[len(rows) : len(rows) + 1]
    return 0 if following and following[0].text[0].islower() else len(rows)


def _is_part_above_chapter(row: Row, following: Row) -> bool:
    """Return whether a row is the heading of a part, and the next that of its first chapter."""
    part, chapter = (heading_syntax.parse_heading(r.text) for r in (row, following))
    return (
        part is not None
        and chapter is not None
        and (part.rank, chapter.rank) == (HeadingRank.PART, HeadingRank.CHAPTER)
    )


def _is_title_page(rows: Sequence[Row]) -> bool:
    """Return whether the first rows of a text are short lines without full stops, as of a title."""
    return 0 < len(rows) <= _MAX_TITLE_ROWS and all(
        _BYLINE.match(row.text)
        or (
            len(row.text) <= _MAX_TITLE_CHARACTERS
            and not (row.starts_in_lower_case or row.ends_paragraph or row.is_heading)
        )
        for row in rows
    )


def _is_heading_row(text: str) -> bool:
    """Return whether a row has the form of a heading that needs no blank lines around it."""
    if len(text) > _MAX_HEADING_CHARACTERS or text[0].islower():
        return False
    heading = heading_syntax.parse_heading(text)
    if heading is None:
        return False
    if heading.rank in (HeadingRank.PART, HeadingRank.CHAPTER):
        return True
    bare_text = text.strip(" .-–—*_[]()")
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
    if len(text) > _MAX_SCENE_MARK_CHARACTERS or _WORD_CHARACTER.search(text, 0, 8):
        return False
    letters = _BETWEEN_LETTERS.sub("", text)
    if _LETTER_MARK.fullmatch(letters):
        return letters == letters[::-1]
    if not SCENE_MARK_PATTERN.fullmatch(text):
        return False
    without_crosses = text.replace("x", "").replace("X", "")
    return bool(_CERTAIN_SCENE_CHARACTER.search(text)) and not has_words(without_crosses)
