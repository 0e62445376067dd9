"""Find everything that stands between two pages of a scanned book, from foot to head.

A foot, a head and a page number form one group of rows, in any order and number. They are known
from the whole book: the numbers of one typography count the pages, or the same words return, and
groups interrupt sentences. A heading never interrupts one.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.layout.text_rows import opens_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.readers.layout.text_rows import Row

_MAX_HEAD_CHARACTERS = 70
_MIN_HEAD_LETTERS = 3
_NUMBER_ROW = re.compile(
    r"(?P<before>[\[({<~–—-]*\s*(?:(?:pg|page|p)\b\.?\s*)?)(?P<number>\d{1,4})(?P<after>\s*[\])}>~.–—-]*)",
    re.IGNORECASE,
)
"""A row that has only a page number: "12", "- 12 -", "[Pg 12]"."""
_NUMBERED_HEAD = re.compile(
    r"(?:(?P<left>[\[(]?\d{1,4}[\])]?)\s+)?(?P<words>\S.*?)(?:\s+(?P<right>[\[(]?\d{1,4}[\])]?))?"
)
_SHEET_MARK = re.compile(r"[A-Z]{1,2}\s?\d?|\d\s?[A-Z]|\d{1,2}\s?\*")
"""What printers put below the first page of a sheet: "B2"."""
_OPEN_END = re.compile(r"[^\W\d_][,;-]?$")
"""The end of a row that stops in the middle of a sentence."""
_MAX_GROUP_ROWS = 5
_MIN_PAGES = 3
_MIN_INTERRUPTING = 2
_MIN_INTERRUPTING_SHARE = 0.25
"""Share of the groups with a kind of row that must interrupt a sentence; two must, at least."""
_MAX_PAGE_STEP = 4
"""Largest difference between the numbers of groups that follow each other; some are illegible."""
_MIN_RISING_SHARE = 0.8
MIN_PAGE_CHARACTERS = 150
_MIN_REGULAR_SHARE = 0.6
"""Share of the distances between heads that must be near the median length of a page."""
MAX_PAGE_RATIO = 2.0
_MIN_LIKENESS = 0.75
"""Smallest likeness of two heads, of which one may be misread (0 to 1)."""
_MAX_CATCHWORD_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class _Part:
    """A row at the edge of a page."""

    row: Row
    shape: str
    """How its number is printed; "" without a number."""
    number: int | None
    words: str
    """Its words in lower case, or "" if it only has a number."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring rows that may be the edges of two pages."""

    parts: tuple[_Part, ...]
    interrupts_sentence: bool


def find_page_edges(rows: Sequence[Row]) -> list[Row]:
    """Return the rows between the pages of a book, in text order."""
    catchwords = _find_catchwords(rows)
    groups = list(_group_parts(rows, catchwords))
    shapes = _find_page_numbers(groups)
    heads = _find_returning_words(groups, shapes)
    if not shapes and not heads:
        return []
    pages = [group for group in groups if _is_page_edge(group, shapes, heads)]
    heads |= {
        part.words
        for group in pages
        if group.interrupts_sentence
        for part in group.parts
        if len(part.words) >= _MIN_HEAD_LETTERS
    }
    found = {row.start: row for group in pages for row in _list_furniture(group, shapes, heads)}
    found |= {start: row for start, row in catchwords.items() if len(catchwords) >= _MIN_PAGES}
    return [found[start] for start in sorted(found)]


def _find_catchwords(rows: Sequence[Row]) -> dict[int, Row]:
    """Return the rows that only have the word with which the text below the edge goes on."""
    found = {}
    for index, row in enumerate(rows[:-1]):
        word = row.text
        if len(word) > _MAX_CATCHWORD_CHARACTERS or " " in word or not word[0].isalpha():
            continue
        following = rows[index + 1 : index + 1 + _MAX_GROUP_ROWS]
        if any(_begins_with(later.text, word) for later in following):
            found[row.start] = row
    return found


def _begins_with(text: str, word: str) -> bool:
    """Return whether a text begins with a word, and goes on."""
    return text.startswith(word) and text != word and not text[len(word)].isalnum()


def _group_parts(rows: Sequence[Row], catchwords: dict[int, Row]) -> Iterator[_Group]:
    """Yield the groups of rows that may stand at the edge of a page."""
    counts = Counter(row.text.casefold() for row in rows if len(row.text) <= _MAX_HEAD_CHARACTERS)
    parts: list[_Part] = []
    before: Row | None = None
    is_note = False
    for row in rows:
        part = _parse_part(row, counts, is_catchword=row.start in catchwords)
        if part is not None:
            parts.append(part)
            continue
        if parts and before is not None and len(parts) <= _MAX_GROUP_ROWS:
            is_open = row.starts_in_lower_case and _OPEN_END.search(before.text) is not None
            yield _Group(tuple(parts), is_open)
        parts = []
        if row.blank_lines_before:
            is_note = opens_note(row.text)  # the text of the page ends above it
        before = before if is_note else row
    if 0 < len(parts) <= _MAX_GROUP_ROWS:
        yield _Group(tuple(parts), interrupts_sentence=False)  # the foot of the last page


def _parse_part(row: Row, counts: Counter[str], *, is_catchword: bool) -> _Part | None:
    """Return a row as the edge of a page, or None if it is text."""
    if len(row.text) > _MAX_HEAD_CHARACTERS:
        return None
    number = _NUMBER_ROW.fullmatch(row.text)
    if number:
        shape = "".join(f"{number['before']}0{number['after']}".casefold().split())
        return _Part(row, shape, int(number["number"]), "")
    if is_catchword or _SHEET_MARK.fullmatch(row.text):
        return _Part(row, "", None, "")
    head = _NUMBERED_HEAD.fullmatch(row.text)
    if head is None or sum(map(str.isalpha, head["words"])) < _MIN_HEAD_LETTERS:
        return None
    words = head["words"].strip(" .,:;|-–—*_[]()\t").casefold()
    mark = head["left"] or head["right"]
    returns = counts[row.text.casefold()] >= _MIN_PAGES and not row.starts_in_lower_case
    is_set_off = row.text.isupper() or returns
    if mark and not row.starts_in_lower_case and not row.ends_paragraph:
        return _Part(row, "head", int(mark.strip("[]()")), words)
    return _Part(row, "", None, words) if is_set_off and not row.ends_paragraph else None


def _find_page_numbers(groups: Sequence[_Group]) -> set[str]:
    """Return the ways of printing numbers in which they count the pages."""
    shapes = {part.shape for group in groups for part in group.parts if part.shape}
    return {shape for shape in shapes if _counts_pages(shape, groups)}


def _counts_pages(shape: str, groups: Sequence[_Group]) -> bool:
    """Return whether the numbers of a shape rise from group to group, and interrupt sentences."""
    pages = [
        (part, group.interrupts_sentence)
        for group in groups
        for part in group.parts
        if part.shape == shape and part.number is not None
    ]
    if len(pages) < _MIN_PAGES:
        return False
    pairs = [(before, after) for (before, _), (after, _) in pairwise(pages)]
    steps = [(after.number or 0) - (before.number or 0) for before, after in pairs]
    rising_count = sum(0 < step <= _MAX_PAGE_STEP for step in steps)
    length = statistics.median(after.row.start - before.row.start for before, after in pairs)
    if rising_count < _MIN_RISING_SHARE * len(steps) or length < MIN_PAGE_CHARACTERS:
        return False
    interruptions = [interrupts for _, interrupts in pages]
    is_complete = all(step == 1 for step in steps) and sum(interruptions) >= _MIN_INTERRUPTING
    return is_complete or _is_interrupting(interruptions)


def _is_interrupting(interruptions: Sequence[bool]) -> bool:
    """Return whether enough of the groups interrupt a sentence."""
    return sum(interruptions) >= max(
        _MIN_INTERRUPTING, _MIN_INTERRUPTING_SHARE * len(interruptions)
    )


def _find_returning_words(groups: Sequence[_Group], shapes: set[str]) -> set[str]:
    """Return the words of heads that return, and interrupt sentences or stand beside a number.

    Some may be misread.
    """
    heads: set[str] = set()
    for words, found in _gather_by_words(groups).items():
        is_edge = [
            group.interrupts_sentence or any(part.shape in shapes for part in group.parts)
            for group in found
        ]
        starts = [(group.parts[0].row.start, n) for n, group in enumerate(found)]
        if len(found) >= _MIN_PAGES and _is_interrupting(is_edge) and have_regular_pages(starts):
            heads.add(words)
    return heads


def _gather_by_words(groups: Sequence[_Group]) -> dict[str, list[_Group]]:
    """Return the groups with the same words, or like ones, if some interrupt sentences."""
    counts = Counter(
        part.words for group in groups if group.interrupts_sentence for part in group.parts
    )
    places: dict[str, list[_Group]] = {words: [] for words, _ in counts.most_common() if words}
    for group in groups:
        for words in dict.fromkeys(part.words for part in group.parts if part.words):
            head = (
                words if words in places else next(filter(partial(_are_alike, words), places), None)
            )
            if head is not None:
                places[head].append(group)
    merged: dict[str, list[_Group]] = {}
    for words, found in places.items():
        head = next(filter(partial(_are_alike, words), merged), words)
        merged.setdefault(head, []).extend(found)
    return {
        words: sorted({id(group): group for group in found}.values(), key=_find_start)
        for words, found in merged.items()
    }


def _find_start(group: _Group) -> int:
    """Return where a group begins."""
    return group.parts[0].row.start


def have_regular_pages(pages: Sequence[tuple[int, int]]) -> bool:
    """Return whether page numbers increase, and most pages have about the same length.

    Each page is a pair of its offset in characters and its number.
    """
    if any(first[1] >= second[1] for first, second in pairwise(pages)):
        return False
    lengths = [(second[0] - first[0]) / (second[1] - first[1]) for first, second in pairwise(pages)]
    usual_length = statistics.median(lengths)
    regular_count = sum(
        usual_length / MAX_PAGE_RATIO <= length <= usual_length * MAX_PAGE_RATIO
        for length in lengths
    )
    return usual_length >= MIN_PAGE_CHARACTERS and regular_count >= _MIN_REGULAR_SHARE * len(
        lengths
    )


def _is_page_edge(group: _Group, shapes: set[str], heads: set[str]) -> bool:
    """Return whether a group has a page number or a head that is known."""
    return any(part.shape in shapes or _is_like(part.words, heads) for part in group.parts)


def _list_furniture(group: _Group, shapes: set[str], heads: set[str]) -> Iterator[Row]:
    """Yield the rows of a page's edge that are no heading; a heading interrupts no sentence."""
    is_below_heading = False
    for part in group.parts:
        is_head = bool(part.words) and _is_like(part.words, heads)
        is_title = (
            bool(part.words)
            and not part.shape
            and (is_below_heading or parse_heading(part.row.text) is not None)
        )
        if group.interrupts_sentence or (
            not is_title and (part.shape in shapes or not part.words or is_head)
        ):
            yield part.row
        elif is_title:
            is_below_heading = True


def _is_like(words: str, heads: Iterable[str]) -> bool:
    """Return whether words are those of a head, perhaps misread."""
    return bool(words) and (words in heads or any(_are_alike(words, head) for head in heads))


def _are_alike(words: str, head: str) -> bool:
    """Return whether words may be those of a head, misread."""
    matcher = SequenceMatcher(None, head, words, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _MIN_LIKENESS
        and matcher.quick_ratio() >= _MIN_LIKENESS
        and matcher.ratio() >= _MIN_LIKENESS
    )
