"""Finds the quotations of a chapter: within paragraphs, and over several of them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.segmentation import quotation_marks
from narrator.segmentation.dash_dialogue import find_spoken_spans
from narrator.segmentation.quotation_style import OPENING_DASH
from narrator.segmentation.reporting_clauses import (
    compile_clause,
    find_inline_clause,
    find_reporter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Paragraph
    from narrator.segmentation.text_view import TextView

_SENTENCE_START = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_STANDING = re.compile(r"``|[\"“‘'«„»`「]")
_CLOSE = re.compile(r"(?<=[,.!?…—-])[\"”’'»“]")
_REACH = 3
"""How many paragraphs without a mark a quotation may run over."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation within one paragraph, its marks included."""

    start: int
    end: int
    closed: bool = True
    """Whether it has its closing mark."""
    goes_on: bool = False
    """Whether the next paragraph goes on with it."""
    by_dash: bool = False
    """Whether a dash opens it; such a quotation is always speech."""


@dataclass(frozen=True, slots=True)
class QuotedParagraph:
    """A paragraph and its quotations."""

    paragraph: Paragraph
    first: int
    """Where its first word or mark stands."""
    end: int
    quotations: tuple[Quotation, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether its last quotation goes on in the next paragraph."""
        return bool(self.quotations) and self.quotations[-1].goes_on


def find_quotations(page: TextView, paragraphs: Sequence[Paragraph]) -> list[QuotedParagraph]:
    """The paragraphs of a chapter, in order, with their outermost quotations."""
    found = [
        _block(page, paragraph, following)
        for paragraph, following in itertools.zip_longest(paragraphs, paragraphs[1:])
    ]
    _bridge(page, found)
    return found


def _block(page: TextView, paragraph: Paragraph, following: Paragraph | None) -> QuotedParagraph:
    start, end = page.trim_span(paragraph.start, paragraph.end)
    first = page.skip_space(start, end)
    if paragraph.kind is ParagraphKind.HEADING:
        return QuotedParagraph(paragraph, first, end)
    if page.style.has_dash_dialogue and OPENING_DASH.match(page.text, first, end):
        spans = find_spoken_spans(page.text, first, end, page.language)
        return QuotedParagraph(
            paragraph, first, end, tuple(Quotation(*s, by_dash=True) for s in spans)
        )
    signs = quotation_marks.find_quotation_marks(page, start, end)
    if not signs:
        return QuotedParagraph(paragraph, first, end)
    continued = (
        following is not None
        and _opens_alike(page, paragraph, following)
        and not _another_reports(page, paragraph, following)
    )
    readings, is_open = quotation_marks.pair_quotation_marks(signs, continued=continued)
    quotations = []
    before = start
    for reading in readings:
        goes_on = continued and is_open and reading is readings[-1]
        quotation = _mended(page, reading, before, end, goes_on=goes_on)
        quotations.append(quotation)
        before = quotation.end
    return QuotedParagraph(paragraph, first, end, tuple(quotations))


def _opens_alike(page: TextView, paragraph: Paragraph, following: Paragraph) -> bool:
    """Whether the next paragraph opens with a mark that stands in this one."""
    if following.kind is ParagraphKind.HEADING:
        return False
    first = page.skip_space(following.start, following.end)
    found = _STANDING.match(page.text, first, following.end)
    return found is not None and found[0] in page.text[paragraph.start : paragraph.end]


def _another_reports(page: TextView, paragraph: Paragraph, following: Paragraph) -> bool:
    """Whether both paragraphs name who speaks, and differ: then a closing mark was forgotten."""
    here, there = _reporters(page, paragraph), _reporters(page, following)
    return bool(here and there) and here.isdisjoint(there)


def _reporters(page: TextView, paragraph: Paragraph) -> set[str]:
    """The last names in the clauses that stand right after a mark: "said Aunt Ottilie"."""
    found = (
        find_reporter(page.text, mark.end(), page.language)
        for mark in _CLOSE.finditer(page.text, paragraph.start, paragraph.end)
    )
    return {name for name in found if name}


def _mended(
    page: TextView,
    reading: quotation_marks.MarkedQuotation,
    before: int,
    end: int,
    *,
    goes_on: bool,
) -> Quotation:
    """The quotation that was read; where a mark is missing, it ends where it most likely does."""
    last = end if reading.end is None else reading.end
    if reading.start is None:
        return Quotation(_missing_start(page, before, last), last)
    if reading.closed:
        return Quotation(reading.start, last)
    found = find_inline_clause(page.text, reading.start, last, page.language)
    if found and (found[1] >= end or not goes_on):
        return Quotation(reading.start, found[0], closed=False)
    return Quotation(reading.start, last, False, goes_on)


def _missing_start(page: TextView, before: int, last: int) -> int:
    """From where a quotation without its opening mark is taken: its last sentence, or more."""
    start = page.skip_space(before, last)
    if compile_clause(page.language).match(page.text, last):
        return start
    starts = [match.end() for match in _SENTENCE_START.finditer(page.text, start, last - 2)]
    return starts[-1] if starts else start


def _bridge(page: TextView, found: list[QuotedParagraph]) -> None:
    """Join an open quotation with the lone closing mark that follows soon, marks between none."""
    for at, block in enumerate(found):
        last = block.quotations[-1] if block.quotations else None
        if last is None or last.closed or last.goes_on or last.by_dash:
            continue
        until = _closing_block(page, found, at)
        if until is None:
            continue
        whole = replace(last, end=block.end, goes_on=True)
        found[at] = replace(block, quotations=(*block.quotations[:-1], whole))
        for between in range(at + 1, until):
            inner = Quotation(found[between].first, found[between].end, False, True)
            found[between] = replace(found[between], quotations=(inner,))
        end = found[until]
        closing = replace(end.quotations[0], start=end.first)
        found[until] = replace(end, quotations=(closing, *end.quotations[1:]))


def _closing_block(page: TextView, found: list[QuotedParagraph], at: int) -> int | None:
    for index in range(at + 1, min(len(found), at + 2 + _REACH)):
        block = found[index]
        if block.paragraph.kind is ParagraphKind.HEADING or block.paragraph.follows_scene_break:
            return None
        if block.quotations:
            first = block.quotations[0]
            lone = first.closed and not _STANDING.match(page.text, first.start)
            return index if lone else None
    return None
