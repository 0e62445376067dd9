"""Find the running heads of a scanned book: the lines that stand at the edge of each of its pages.

The same words return beside page numbers that increase, at distances that fit the numbers, and some
of them interrupt a sentence. Headings, such as those of a diary, never interrupt one.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.layout.page_edges import (
    MAX_PAGE_RATIO,
    MIN_PAGE_CHARACTERS,
    find_page_edges,
    have_regular_pages,
)
from narrator.readers.layout.page_numbers import read_page_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.readers.layout.text_rows import Row

_MAX_HEAD_CHARACTERS = 70
_MIN_HEAD_LETTERS = 3
_MAX_PAGE_DIGITS = 4
_NUMBERED_HEAD = re.compile(r"(?P<left>\d{1,4}(?=\D))?(?P<words>\D+)(?P<right>\d{1,4})?")
_SPACED_HEAD = re.compile(
    r"(?:(?P<left>\d{1,4})\s{2,})?(?P<words>\S.*?)(?:\s{2,}(?P<right>\d{1,4}))?"
)
"""A head whose words have digits; a wide gap separates the page number: "CHAPTER 2      17"."""
_SPACED_NUMBER = re.compile(r"^\d+\s{2,}|\s{2,}\d+$")
_OPEN_END = re.compile(r"[^\W\d_][,;-]?$")
"""The end of a row that stops in the middle of a sentence."""
_MIN_NUMBERED_HEADS = 2
_MIN_PLAIN_HEADS = 3
"""Number of equal lines from which they may be running heads without page numbers."""
_MIN_INTERRUPTING_SHARE = 0.25
"""Share of numbered heads that must interrupt a sentence; at least two must."""
_MIN_PLAIN_INTERRUPTING_SHARE = 0.6
_MIN_CHAINED_HEADS = 4
_MAX_HEADS_BETWEEN = 12
"""Number of other rows with numbers that may stand between the heads of two pages."""
_MAX_PAGE_STEP = 3
"""Largest difference between the numbers of heads that follow each other; some are illegible."""
_SPONSOR = re.compile(
    r"in \d{4} with funding from.*|microsoft corporation|"
    r".{0,40}\b(?:university|library|foundation)\b.{0,40}",
    re.IGNORECASE,
)
"""A line below it that names who paid for the scan."""
_COUNTED_PAGE = re.compile(
    r"(?P<head>\S.{2,80}?)[\s|·•–—-]+(?P<page>[^\W\d]+\.?\s\d{1,4})(?:\s[^\W\d]{1,5}\s|\s?/\s?)(?P<total>\d{1,4})\W*"
)
"""A head with the number of its page and that of all pages."""
_MIN_INNER_PAGE = 10
"""Page number from which the head of the first page is no title: the text begins within a book."""
_SHEET_MARK = re.compile(r"(?:[A-Z]{1,2}|\d?[A-Z] ?\d?|\d{1,2} ?\*?)")
"""What printers put below the text on the first page of a sheet: "B", "2 B"."""
_NUMBER_ROW = re.compile(r"[-–—\[(]{0,2}\s?(?P<number>\d{1,4})\s?[-–—\])]{0,2}\.?")
"""A row that has only a page number: "12", "- 12 -", "12."."""
_MIN_RIGHT_INDENT, _MIN_RIGHT_SHARE = 45, 0.8
"""Smallest indent of a page number on the right, and its end as a share of the text's width."""
_MAX_PAGE_LINE_CHARACTERS = 40
_MAX_TITLE_ROWS = 8
"""Most rows of a first page that is the title page."""
_MIN_PAGE_BREAKS = 2
"""Fewest form feeds from which they separate pages rather than chapters."""
_SCANNER_LINE = re.compile(
    r"\W*(?:digiti[sz]ed by\b.{0,60}|generated (?:on|for|at)\b.{0,80}|original from\b.{0,60}"
    r"|public domain.{0,30}google-digiti[sz]ed.{0,40}|https?://(?:hdl\.handle\.net|www\.archive\.org)/\S+)",
    re.IGNORECASE,
)
"""A line that a library's scanner adds to each page."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that may be a running head."""

    row: Row
    words: str
    """The words in lower case, without the page number."""
    page: int | None
    """The page number, if there is one."""
    has_page_on_left: bool
    """Whether the page number stands before the words."""
    interrupts_sentence: bool


def find_running_heads(rows: Sequence[Row], text: str) -> list[Row]:
    """Return the rows of a text that are running heads or page numbers, in text order."""
    groups: dict[str, list[_Candidate]] = {}
    candidates = list(_list_candidates(rows))
    for candidate in candidates:
        groups.setdefault(candidate.words, []).append(candidate)
    certain = [
        head for group in groups.values() if _are_heads(group) for head in _leave_title(group)
    ]
    certain += [head for head in _find_page_chain(candidates) if head not in certain]
    certain = certain or _find_consecutive_pages(candidates)
    heads = set(_find_scanner_lines(rows))
    heads |= {*_find_page_lines(rows), *_find_counted_pages(rows)}
    heads |= {*_find_numbers_on_right(rows), *_find_edges(rows, text)}
    if certain:
        pages = sorted((head.row.start, head.page) for head in certain if head.page is not None)
        words = {head.words for head in certain}
        others = (head for group in groups.values() for head in group if head.words not in words)
        certain += [head for head in others if _fits_between(head, pages)]
        heads |= {head.row for head in certain}
        heads |= set(_find_numbers_beside(rows, heads))
    heads |= set(find_page_edges(rows))
    is_head = len(rows) > 1 and find_first_page_number(rows, list(heads)) is not None
    if is_head and _begins_within_book(rows[0], rows[1], heads):
        heads.add(rows[0])
    return sorted(heads, key=lambda row: row.start)


def _find_scanner_lines(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the lines that a library adds, some of which name who paid for the scan."""
    is_below = False
    for row in rows:
        is_sponsor = is_below and not row.blank_lines_before and _SPONSOR.fullmatch(row.text)
        is_below = bool(_SCANNER_LINE.fullmatch(row.text) or is_sponsor)
        if is_below:
            yield row


def is_page_line(text: str) -> bool:
    """Return whether a line has the number of a page and the word for it."""
    return read_page_line(text) is not None


def _find_page_lines(rows: Sequence[Row]) -> list[Row]:
    """Return the lines such as "Page 3", if there are several and their numbers rise."""
    pages = [
        (row, number)
        for row in rows
        if len(row.text) < _MAX_PAGE_LINE_CHARACTERS
        and any(map(str.isdecimal, row.text[-6:]))  # most rows have no number
        and (number := read_page_line(row.text)) is not None
    ]
    is_rising = all(before[1] < after[1] for before, after in pairwise(pages))
    return [row for row, _ in pages] if len(pages) > 1 and is_rising else []


def _find_counted_pages(rows: Sequence[Row]) -> list[Row]:
    """Return the heads such as "The War by T. Aune   Page 2 of 3", if their numbers rise by one."""
    groups: dict[tuple[str, str], list[tuple[Row, int]]] = {}
    for row in rows:
        match = _COUNTED_PAGE.fullmatch(row.text)
        page = read_page_line(match["page"]) if match else None
        if match and page is not None:
            groups.setdefault((match["head"].casefold(), match["total"]), []).append((row, page))
    return [
        row
        for group in groups.values()
        if len(group) > 1 and all(b[1] == a[1] + 1 for a, b in pairwise(group))
        for row, _ in group
    ]


def _find_numbers_on_right(rows: Sequence[Row]) -> list[Row]:
    """Return the page numbers on rows of their own at the right margin, as in manuscripts.

    Each is larger by one than the one above. Numbers of chapters stand in the middle.
    """
    numbered = [
        (row, int(match["number"]))
        for row in rows
        if row.indent >= _MIN_RIGHT_INDENT and (match := _NUMBER_ROW.fullmatch(row.text))
    ]
    is_counted = all(after[1] == before[1] + 1 for before, after in pairwise(numbered))
    width = max((row.width for row in rows), default=0)
    is_right = all(row.width >= _MIN_RIGHT_SHARE * width for row, _ in numbered)
    return [row for row, _ in numbered] if len(numbered) > 1 and is_counted and is_right else []


def _find_edges(rows: Sequence[Row], text: str) -> Iterator[Row]:
    """Yield the page numbers and running heads beside the form feeds between pages.

    Numbers rise from page to page, and running heads are in capitals or return. The first page may
    be that of the title.
    """
    if "\f" not in text:
        return
    breaks = [
        index
        for index, (before, after) in enumerate(pairwise(rows), 1)
        if "\f" in text[before.end : after.start]
    ]
    if len(breaks) < _MIN_PAGE_BREAKS:
        return
    pages = [rows[first:last] for first, last in pairwise([0, *breaks, len(rows)])]
    is_title_page = len(pages[0]) <= _MAX_TITLE_ROWS
    for edge in ([page[0] for page in pages], [page[-1] for page in pages]):
        yield from _choose_edge_rows(edge[is_title_page:], is_first_kept=not is_title_page)


def _choose_edge_rows(edge: Sequence[Row], *, is_first_kept: bool) -> Iterator[Row]:
    """Yield the rows at one edge of the pages that are no text.

    `is_first_kept` is whether the first of them may be the title of the book.
    """
    heads = [_split_edge(row.text) for row in edge]
    offsets = Counter(
        int(number) - page for page, (_, number) in enumerate(heads) if number
    ).most_common(1)
    usual_offset = offsets[0][0] if offsets and offsets[0][1] > 1 else None
    words = Counter(head for head, _ in heads if head)
    recurs = max(words.values(), default=0) > 1
    for page, (row, (head, number)) in enumerate(zip(edge, heads, strict=True)):
        is_numbered = bool(number) and int(number) - page == usual_offset
        may_be_head = head and len(row.text) <= _MAX_HEAD_CHARACTERS and not parse_heading(row.text)
        is_head = may_be_head and (words[head] > 1 or (row.text.isupper() and recurs))
        if is_numbered or (is_head and (page or not is_first_kept)):
            yield row


def _split_edge(text: str) -> tuple[str, str]:
    """Return the words of a row at the edge of a page, and its page number or ""."""
    match = _NUMBER_ROW.fullmatch(text)
    return ("", match["number"]) if match else _split_head(text)


def find_first_page_number(rows: Sequence[Row], heads: Sequence[Row]) -> tuple[int, int] | None:
    """Return the span of the page number in the first row, if that is a running head too, or None.

    The head of the first page is kept, because it may be the title of the book.
    """
    known_words = {_split_head(head.text)[0] for head in heads}
    first = rows[0]
    words, number = _split_head(first.text)
    if not number or words not in known_words or len(first.text) > _MAX_HEAD_CHARACTERS:
        return None
    if first.text.startswith(number):
        return first.start, first.start + len(number)
    return first.end - len(number), first.end


def _begins_within_book(first: Row, second: Row, heads: Iterable[Row]) -> bool:
    """Return whether the head of the first page is no title, but one of an inner page.

    The page goes on with a sentence, or its number is that of an inner page, and other pages have
    another head.
    """
    if second.starts_in_lower_case:
        return True
    words, number = _split_head(first.text)
    other_heads = Counter(_split_head(head.text)[0] for head in heads)
    del other_heads[words], other_heads[""]
    recurs = any(count > 1 for count in other_heads.values())
    return int(number) >= _MIN_INNER_PAGE and recurs


def _find_numbers_beside(rows: Sequence[Row], heads: set[Row]) -> Iterator[Row]:
    """Yield the page numbers on rows of their own directly above or below a running head."""
    for first, second in pairwise(rows):
        if second in heads and (
            _is_page_number(first.text)
            or (_SHEET_MARK.fullmatch(first.text) and first.blank_lines_before)
        ):
            yield first
        if first in heads and first.text[0].isalpha() and _is_page_number(second.text):
            yield second


def _is_page_number(text: str) -> bool:
    """Return whether a row has only the number of a page."""
    return text.isdecimal() and text.isascii() and len(text) <= _MAX_PAGE_DIGITS


def _list_candidates(rows: Sequence[Row]) -> Iterator[_Candidate]:
    """Yield the short rows with words, except the first and last row."""
    for index, row in enumerate(rows[1:-1], 1):
        if len(row.text) > _MAX_HEAD_CHARACTERS or row.starts_in_lower_case:
            continue
        words, number = _split_head(row.text)
        if number or sum(map(str.isalpha, words)) >= _MIN_HEAD_LETTERS:
            page = int(number) if number else None
            is_left = row.text[0].isdigit()
            yield _Candidate(row, words, page, is_left, _interrupts_sentence(rows, index))


def _split_head(text: str) -> tuple[str, str]:
    """Return the words of a row in lower case, and its page number or ""."""
    if _is_page_number(text):
        return "", text
    match = _NUMBERED_HEAD.fullmatch(text) or _SPACED_HEAD.fullmatch(text)
    if match is None or sum(map(str.isalpha, match["words"])) < _MIN_HEAD_LETTERS:
        return "", ""
    words = match["words"].strip(" .,:;|-–—*_[]()\t").casefold()
    return words, match["left"] or match["right"] or ""


def _interrupts_sentence(rows: Sequence[Row], index: int) -> bool:
    """Return whether a sentence continues after a row, and after a page number beside it."""
    first, last = index - 1, index + 1
    if first and rows[first].text.isdecimal():
        first -= 1
    if last < len(rows) - 1 and rows[last].text.isdecimal():
        last += 1
    return rows[last].starts_in_lower_case and _OPEN_END.search(rows[first].text) is not None


def _are_heads(group: Sequence[_Candidate]) -> bool:
    """Return whether rows with the same words are running heads."""
    interrupting_count = sum(head.interrupts_sentence for head in group)
    numbered = [head for head in group if head.page is not None]
    if not group[0].words and len(group) < _MIN_PLAIN_HEADS:
        return False
    if len(numbered) * 2 > len(group):
        if _alternates(numbered):
            return True
        return (
            len(numbered) >= _MIN_NUMBERED_HEADS
            and interrupting_count >= max(2, _MIN_INTERRUPTING_SHARE * len(group))
            and have_regular_pages([(head.row.start, head.page or 0) for head in numbered])
        )
    is_frequent = len(group) >= _MIN_PLAIN_HEADS and not numbered
    return (
        is_frequent
        and interrupting_count >= max(2, _MIN_PLAIN_INTERRUPTING_SHARE * len(group))
        and have_regular_pages([(head.row.start, n) for n, head in enumerate(group)])
    )


def _leave_title(group: Sequence[_Candidate]) -> Sequence[_Candidate]:
    """Return the rows of a group without the title that the heads on the pages below it repeat."""
    first, *others = group
    is_title = (
        first.page is None
        and not first.interrupts_sentence
        and sum(head.page is not None for head in others) * 2 > len(others)
    )
    return others if is_title else group


def _alternates(numbered: Sequence[_Candidate]) -> bool:
    """Return whether the numbers of consecutive pages stand left and right in turn.

    Those of left pages are on the left in every book, which headings are not.
    """
    pages = [head.page or 0 for head in numbered]
    is_consecutive = all(0 < after - before <= _MAX_PAGE_STEP for before, after in pairwise(pages))
    sides = {(page % 2, head.has_page_on_left) for page, head in zip(pages, numbered, strict=True)}
    return (
        len(numbered) >= _MIN_PLAIN_HEADS
        and bool(numbered[0].words)
        and is_consecutive
        and len(sides) == 2
        and {side for _, side in sides} == {True, False}
    )


def _find_consecutive_pages(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the heads of an excerpt of a few pages, whose words may differ from page to page.

    Their numbers follow each other, stand on the left and on the right in turn, and interrupt a
    sentence at least once.
    """
    heads = [head for head in candidates if head.page is not None and head.words]
    is_consecutive = all(
        (after.page or 0) == (before.page or 0) + 1 for before, after in pairwise(heads)
    )
    if not is_consecutive or not any(head.interrupts_sentence for head in heads):
        return []
    sides = {((head.page or 0) % 2, head.has_page_on_left) for head in heads}
    has_both_sides = {side for _, side in sides} == {True, False}
    return heads if len(sides) == 2 and has_both_sides else []


def _find_page_chain(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the longest row of heads whose numbers follow each other at the length of a page.

    Their words may differ from chapter to chapter. Some of them must interrupt a sentence.
    """
    numbered = [
        candidate
        for candidate in candidates
        if candidate.page is not None and candidate.words and not _is_numbered_heading(candidate)
    ]
    page_length = _measure_pages(numbered)
    if page_length < MIN_PAGE_CHARACTERS:
        return []
    chain_lengths: list[int] = []
    previous_indices: list[int] = []
    for index, head in enumerate(numbered):
        first = max(0, index - _MAX_HEADS_BETWEEN)
        length, previous = max(
            (
                (chain_lengths[i], i)
                for i in range(first, index)
                if _is_next_page(numbered[i], head, page_length)
            ),
            default=(0, -1),
        )
        chain_lengths.append(length + 1)
        previous_indices.append(previous)
    index = max(range(len(numbered)), key=chain_lengths.__getitem__)
    chain = []
    while index >= 0:
        chain.append(numbered[index])
        index = previous_indices[index]
    interrupting_count = sum(head.interrupts_sentence for head in chain)
    is_certain = len(chain) >= _MIN_CHAINED_HEADS and interrupting_count >= max(
        2, _MIN_INTERRUPTING_SHARE * len(chain)
    )
    return chain[::-1] if is_certain else []


def _is_numbered_heading(candidate: _Candidate) -> bool:
    """Return whether the number belongs to a heading, as in "CHAPTER 12", and is no page number."""
    text = candidate.row.text
    return (
        _SPACED_NUMBER.search(text) is None
        and parse_heading(text) is not None
        and parse_heading(text.rstrip("0123456789 ")) is None
    )


def _measure_pages(numbered: Sequence[_Candidate]) -> float:
    """Return the usual length of a page in characters, or 0."""
    lengths = [
        (after.row.start - before.row.start) / ((after.page or 0) - (before.page or 0))
        for before, after in pairwise(numbered)
        if 0 < (after.page or 0) - (before.page or 0) <= _MAX_PAGE_STEP
    ]
    return statistics.median(lengths) if lengths else 0.0


def _is_next_page(before: _Candidate, after: _Candidate, page_length: float) -> bool:
    """Return whether two heads may be those of neighbouring pages of a usual length."""
    step = (after.page or 0) - (before.page or 0)
    if not 0 < step <= _MAX_PAGE_STEP:
        return False
    length = (after.row.start - before.row.start) / step
    return page_length / MAX_PAGE_RATIO <= length <= page_length * MAX_PAGE_RATIO


def _fits_between(head: _Candidate, pages: Sequence[tuple[int, int]]) -> bool:
    """Return whether a row interrupts a sentence with a number between those of known pages."""
    if head.page is None or not head.interrupts_sentence or not pages:
        return False
    index = bisect_left(pages, (head.row.start, head.page))
    first = pages[index - 1][1] if index else 0
    last = pages[index][1] if index < len(pages) else first + 4
    return first < head.page < last
