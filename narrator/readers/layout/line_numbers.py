"""Find the numbers that editions of poems, plays and transcripts print beside their lines."""

from __future__ import annotations

import re
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.readers.layout.text_rows import Row

LINE_NUMBER_REASON = "line number"
_NUMBER_AT_END = re.compile(r"\S.*?(?:[ ]{3,}|\t[ \t]*)(?P<number>\d{1,4})\Z")
"""A row with a number far to the right of its text."""
_NUMBER_AT_START = re.compile(r"(?P<number>\d{1,2})(?:(?:[ ]{2,}|[ ]?\t[ \t]*)(?=\S)|\Z)")
"""A row with a number far to the left of its text, or without text."""
_NUMBER_AT_BOTH_ENDS = re.compile(
    r"(?P<number>\d{1,4}[A-Z]?)(?:[ ]{2,}|\t)[ \t]*(?=\S).*?"
    r"(?:[ ]{2,}|\t)[ \t]*(?P<last>(?P=number))\Z"
)
"""The heading of a scene in a screenplay: "12   INT. KITCHEN - NIGHT   12"."""
_MIN_CONSISTENT_SHARE = 0.5
"""Share of the numbers from which they count lines; an editor may count the lines anew."""
_COUNT_STEP = 5
"""Editions number every fifth or tenth line, and perhaps the first."""
_MAX_ROWS_PER_LINE = 4
"""Most rows for each numbered line, with names, stage directions and halves of verses."""
_MIN_COUNTED_ROWS, _MIN_COUNTED_SHARE = 10, 0.6
"""Fewest rows with a number on the left, and their share of all rows, in a transcript."""
_MAX_LINES_OF_PAGE = 40
_MIN_RISING_SHARE = 0.9
_VERSE_NUMBER = re.compile(r"(?P<number>\d{1,3})[ ](?=[^\W\d_]|[\"“‘'(])")
_THREAD_NUMBER = re.compile(r"(?P<number>\d{1,3})/(?:\d{1,3}|[nNxX])?[ ]+(?=\S)")
_MIN_POSTS = 3
_MIN_VERSE_CHAPTERS, _MIN_VERSES = 2, 3
"""Fewest chapters with numbered verses, and fewest verses of each on average."""
_MIN_PAGE_NUMBER_INDENT = 20
"""Columns between the numbers of lines and that of their page."""


def find_line_numbers(rows: Sequence[Row]) -> dict[int, int]:
    """Return the offset of each line number in the text, by the offset of its row.

    Numbers count lines if most of them are larger than the one before by the number of rows
    between. The numbers of pages in a table of contents are not. Otherwise those that count in
    fives are taken, between which names and stage directions may stand.
    """
    numbered_rows = [
        (index, int(match["number"]), row.start + match.start("number"))
        for index, row in enumerate(rows)
        if row.text[-1].isdecimal() and (match := _NUMBER_AT_END.match(row.text))
    ]
    consistent_count = sum(
        0 < later[1] - earlier[1] == later[0] - earlier[0]
        for earlier, later in pairwise(numbered_rows)
    )
    is_consistent = consistent_count >= _MIN_CONSISTENT_SHARE * (len(numbered_rows) - 1)
    if consistent_count and is_consistent:
        return {rows[index].start: offset for index, _, offset in numbered_rows}
    return {rows[index].start: offset for index, _, offset in _choose_counting(numbered_rows)}


def _choose_counting(
    numbered_rows: Sequence[tuple[int, int, int]],
) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers that count lines in fives; each is a tuple of row index, number, offset."""
    counting: dict[int, tuple[int, int, int]] = {}
    for earlier, later in pairwise(numbered_rows):
        is_step = later[1] % _COUNT_STEP == 0 and (earlier[1] % _COUNT_STEP == 0 or earlier[1] == 1)
        lines, row_count = later[1] - earlier[1], later[0] - earlier[0]
        if (
            is_step
            and 1 < lines <= 2 * _COUNT_STEP
            and (lines <= row_count <= _MAX_ROWS_PER_LINE * lines)
        ):
            counting |= {earlier[0]: earlier, later[0]: later}
    yield from counting.values()


def _match_numbers(
    rows: Sequence[Row], pattern: re.Pattern[str]
) -> list[tuple[Row, re.Match[str]]]:
    """Return the rows that begin with a number of some form, each with its match."""
    return [
        (row, match)
        for row in rows
        if row.text[0].isdecimal() and (match := pattern.match(row.text))  # most rows have none
    ]


def find_leading_numbers(rows: Sequence[Row]) -> dict[int, int]:
    """Return the offset of the text behind each number on the left, by the offset of its row.

    In the transcripts of courts, the lines of each page are numbered from 1. The offset is the end
    of the row if it has nothing but its number.
    """
    matches = _match_numbers(rows, _NUMBER_AT_START)
    with_text = sum(match.end() < len(row.text) for row, match in matches)
    if len(matches) < _MIN_COUNTED_ROWS or with_text < _MIN_COUNTED_SHARE * len(rows):
        return {}
    usual_indent = statistics.median(row.indent for row, _ in matches)
    offsets = {  # the numbers of the pages
        row.start: row.end
        for row, match in matches
        if match.end() == len(row.text) and row.indent > usual_indent + _MIN_PAGE_NUMBER_INDENT
    }
    page_count = len(offsets)
    expected = 1
    for row, match in matches:
        if row.start in offsets:
            continue
        number = int(match["number"])
        if number == expected or (number == 1 and expected > 1):
            offsets[row.start] = row.start + match.end()
            expected = number % _MAX_LINES_OF_PAGE + 1
    return offsets if len(offsets) - page_count >= _MIN_RISING_SHARE * with_text else {}


def find_verse_numbers(rows: Sequence[Row]) -> dict[int, int]:
    """Return the offset of the text behind the number of each verse, by the offset of its row.

    In scripture, nearly every paragraph has a number without a full stop, and each chapter begins
    with 1 again.
    """
    matches = _match_numbers(rows, _VERSE_NUMBER)
    numbers = [int(match["number"]) for _, match in matches]
    chapters = numbers.count(1)
    is_counted = all(after in (before + 1, 1) for before, after in pairwise(numbers))
    others = sum(row.may_begin_paragraph for row in rows) - len(matches)
    if (
        chapters < _MIN_VERSE_CHAPTERS
        or len(matches) < _MIN_VERSES * chapters
        or not is_counted
        or others > 2 * chapters
    ):
        return {}
    return {row.start: row.start + match.end() for row, match in matches}


def find_thread_numbers(rows: Sequence[Row]) -> dict[int, int]:
    """Return the offset of the text behind the number of each post of a thread: "3/", "3/9"."""
    matches = _match_numbers(rows, _THREAD_NUMBER)
    numbers = [int(match["number"]) for _, match in matches]
    if len(numbers) < _MIN_POSTS or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return {}
    return {row.start: row.start + match.end() for row, match in matches}


def find_scene_numbers(rows: Sequence[Row]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Return the offsets of the text behind the first, and of the last, of two equal numbers.

    Screenplays print the number of a scene on both sides of its heading. The keys are the offsets
    of the rows.
    """
    matches = [
        (row, match)
        for row in rows
        if row.text[0].isdecimal() and (match := _NUMBER_AT_BOTH_ENDS.match(row.text))
    ]
    if len(matches) < 2:
        return {}, {}
    return (
        {row.start: row.start + match.end("number") for row, match in matches},
        {row.start: row.start + match.start("last") for row, match in matches},
    )
