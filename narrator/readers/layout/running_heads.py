"""Find the running heads of a scanned book: the lines that stand at the edge of each of its pages.

The same words return beside page numbers that increase, at distances that fit the numbers, and some
of them interrupt a sentence. Headings, such as those of a diary, never interrupt one.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.layout.text_rows import Row

RUNNING_HEAD_REASON = "running head"
_MAX_HEAD_CHARACTERS = 70
_MIN_HEAD_LETTERS = 3
_NUMBERED_HEAD = re.compile(r"(?P<left>\d{1,4}(?=\D))?(?P<words>\D+)(?P<right>\d{1,4})?")
_OPEN_END = re.compile(r"[^\W\d_][,;-]?$")
"""The end of a row that stops in the middle of a sentence."""
_MIN_NUMBERED_HEADS = 2
_MIN_PLAIN_HEADS = 3
"""Number of equal lines from which they may be running heads without page numbers."""
_MIN_INTERRUPTING_SHARE = 0.25
"""Share of numbered heads that must interrupt a sentence; at least two must."""
_MIN_PLAIN_INTERRUPTING_SHARE = 0.6
_MIN_PAGE_CHARACTERS = 150
_MIN_REGULAR_SHARE = 0.6
"""Share of the distances between heads that must be near the median length of a page."""
_MAX_PAGE_RATIO = 2.0


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that may be a running head."""

    row: Row
    words: str
    """The words in lower case, without the page number."""
    page: int | None
    """The page number, if there is one."""
    interrupts_sentence: bool


def find_running_heads(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are running heads, in text order."""
    groups: dict[str, list[_Candidate]] = {}
    for candidate in _list_candidates(rows):
        groups.setdefault(candidate.words, []).append(candidate)
    certain = [head for group in groups.values() if _are_heads(group) for head in group]
    if not certain:
        return []
    pages = sorted((head.row.start, head.page) for head in certain if head.page is not None)
    words = {head.words for head in certain}
    others = (head for group in groups.values() for head in group if head.words not in words)
    certain += [head for head in others if _fits_between(head, pages)]
    return sorted((head.row for head in certain), key=lambda row: row.start)


def _list_candidates(rows: Sequence[Row]) -> Iterator[_Candidate]:
    """Yield the short rows with words, except the first and last row."""
    for before, row, after in zip(rows, rows[1:], rows[2:], strict=False):
        if len(row.text) > _MAX_HEAD_CHARACTERS or row.starts_in_lower_case:
            continue
        match = _NUMBERED_HEAD.fullmatch(row.text)
        if match is None or sum(map(str.isalpha, match["words"])) < _MIN_HEAD_LETTERS:
            continue
        number = match["left"] or match["right"]
        yield _Candidate(
            row,
            match["words"].strip(" .,:;|-–—*_[]()\t").casefold(),
            int(number) if number else None,
            after.starts_in_lower_case and _OPEN_END.search(before.text) is not None,
        )


def _are_heads(group: Sequence[_Candidate]) -> bool:
    """Return whether rows with the same words are running heads."""
    interrupting_count = sum(head.interrupts_sentence for head in group)
    numbered = [head for head in group if head.page is not None]
    if len(numbered) * 2 > len(group):
        return (
            len(numbered) >= _MIN_NUMBERED_HEADS
            and interrupting_count >= max(2, _MIN_INTERRUPTING_SHARE * len(group))
            and _have_regular_pages([(head.row.start, head.page or 0) for head in numbered])
        )
    is_frequent = len(group) >= _MIN_PLAIN_HEADS and not numbered
    return (
        is_frequent
        and interrupting_count >= max(2, _MIN_PLAIN_INTERRUPTING_SHARE * len(group))
        and _have_regular_pages([(head.row.start, n) for n, head in enumerate(group)])
    )


def _have_regular_pages(pages: Sequence[tuple[int, int]]) -> bool:
    """Return whether page numbers increase, and most pages have about the same length.

    Each page is a pair of its offset in characters and its number.
    """
    if any(first[1] >= second[1] for first, second in pairwise(pages)):
        return False
    lengths = [(second[0] - first[0]) / (second[1] - first[1]) for first, second in pairwise(pages)]
    usual_length = statistics.median(lengths)
    regular_count = sum(
        usual_length / _MAX_PAGE_RATIO <= length <= usual_length * _MAX_PAGE_RATIO
        for length in lengths
    )
    return usual_length >= _MIN_PAGE_CHARACTERS and regular_count >= _MIN_REGULAR_SHARE * len(
        lengths
    )


def _fits_between(head: _Candidate, pages: Sequence[tuple[int, int]]) -> bool:
    """Return whether a row interrupts a sentence with a number between those of known pages."""
    if head.page is None or not head.interrupts_sentence or not pages:
        return False
    index = bisect_left(pages, (head.row.start, head.page))
    first = pages[index - 1][1] if index else 0
    last = pages[index][1] if index < len(pages) else first + 4
    return first < head.page < last
