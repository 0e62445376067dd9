"""Builds what the page shows of the text: chapters, lines, and passages that are not spoken."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.languages.manners import Manner
from narrator.model import LineKind, ParagraphKind
from narrator.scripts.corrections import CORRECTION_REASON
from narrator.scripts.text_writer import REMARK_CONFIDENCE
from narrator.studio.messages import (
    Candidate,
    ChapterView,
    LineView,
    ParagraphView,
    SkippedView,
    UncertainLine,
)
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.build.resident_book import BookState
    from narrator.model import Book, Line, SkippedPassage


_NEARBY_LINES = 30
"""Lines before and after one of an unknown speaker among which likely speakers are looked for."""
_MAX_CANDIDATES = 3


def is_uncertain(line: Line) -> bool:
    """Return whether a line of dialogue has a speaker who may be wrong."""
    if line.kind is not LineKind.DIALOGUE or line.reason == CORRECTION_REASON:
        return False
    return line.confidence is None or line.confidence < REMARK_CONFIDENCE


def view_line(state: BookState, index: int) -> LineView:
    """Return a line as the page shows it."""
    line = state.script.lines[index]
    detected_line = state.detected.lines[index] if index < len(state.detected.lines) else line
    is_corrected = line.reason == CORRECTION_REASON or (
        line.kind is not detected_line.kind and detected_line.kind is LineKind.DIALOGUE
    )
    # a corrected line keeps the candidates that were found, so that the choice can be changed
    candidates = detected_line.candidates if is_corrected else line.candidates
    if not candidates and line.kind is LineKind.DIALOGUE:
        candidates = tuple((name, 0.0) for name in _list_nearby_speakers(state, index))
    manner = state.selector.select_manner(line)
    included = find_included_passage(state.script.book, line)
    return LineView(
        id=line.id,
        text=line.text,
        kind=str(line.kind),
        gap=_find_gap(state, index),
        speaker=line.speaker,
        confidence=None if line.confidence is None else round(line.confidence, 3),
        reason=line.reason,
        is_uncertain=is_uncertain(line),
        is_corrected=is_corrected,
        candidates=[Candidate(name, round(share, 3)) for name, share in candidates],
        manner=line.directions.manner,
        found_manner="" if manner is Manner.PLAIN else str(manner),
        pause=line.directions.pause_seconds,
        say=line.directions.say,
        take=line.directions.take,
        included=included.start if included else None,
        included_reason=included.reason if included else "",
    )


def find_included_passage(book: Book, line: Line) -> SkippedPassage | None:
    """Return the passage that a line belongs to, if the user included it in the book."""
    starts = [passage.start for passage in book.included]
    index = bisect_right(starts, line.start) - 1
    # a line may begin before a passage within its sentence
    nearby = book.included[max(index, 0) : index + 2]
    return next((p for p in nearby if p.start < line.end and line.start < p.end), None)


def _list_nearby_speakers(state: BookState, index: int) -> list[str]:
    """Return the characters who speak next to a line in its chapter, the nearest first."""
    lines = state.script.lines
    line_range = state.chapter_ranges[lines[index].chapter]
    first, last = max(line_range.start, index - _NEARBY_LINES), index + _NEARBY_LINES
    nearby = sorted(range(first, min(last, line_range.stop)), key=lambda i: abs(i - index))
    names = (lines[i].speaker for i in nearby if lines[i].quotation != lines[index].quotation)
    return list(dict.fromkeys(name for name in names if name is not None))[:_MAX_CANDIDATES]


def _find_gap(state: BookState, index: int) -> str:
    """Return what separates a line from the one before it: nothing, a space or a line break."""
    line = state.script.lines[index]
    before = state.script.lines[index - 1] if index else None
    if before is None or (before.chapter, before.paragraph) != (line.chapter, line.paragraph):
        return ""
    if before.end == line.start:
        return ""
    is_verse = line.paragraph_kind is ParagraphKind.VERSE
    return "\n" if is_verse and "\n" in state.script.book.text[before.end : line.start] else " "


def view_chapter(state: BookState, number: int) -> ChapterView | None:
    """Return the text of a chapter, or None if there is no such chapter."""
    chapter = next(
        (chapter for chapter in state.script.book.chapters if chapter.number == number), None
    )
    if chapter is None:
        return None
    line_range = state.chapter_ranges.get(number, range(0))
    paragraphs = []
    for _, group in groupby(line_range, key=lambda index: _paragraph_key(state, index)):
        indices = list(group)
        first = state.script.lines[indices[0]]
        kind = "heading" if first.kind is LineKind.HEADING else str(first.paragraph_kind)
        views = [view_line(state, index) for index in indices]
        paragraphs.append(ParagraphView(kind, first.follows_scene_break, views))
    skipped = list(_list_skipped(state, number, line_range))
    return ChapterView(number, chapter.title, paragraphs, skipped)


def _paragraph_key(state: BookState, index: int) -> tuple[int, bool]:
    """Return what tells the paragraphs of a chapter apart."""
    line = state.script.lines[index]
    return line.paragraph, line.kind is LineKind.HEADING


def _list_skipped(state: BookState, number: int, line_range: range) -> Iterator[SkippedView]:
    """Yield the passages of a chapter that are not spoken, in reading order.

    What comes before the first chapter is shown with it, and what comes after a chapter with that.
    """
    book, lines = state.script.book, state.script.lines[line_range.start : line_range.stop]
    chapter_starts = [chapter.start for chapter in book.chapters]
    position = [chapter.number for chapter in book.chapters].index(number)
    start = chapter_starts[position] if position else 0
    end = chapter_starts[position + 1] if position + 1 < len(chapter_starts) else len(book.text)
    line_starts = [line.start for line in lines]
    for passage in book.skipped:
        if start <= passage.start < end and passage.text.strip():
            before = bisect_right(line_starts, passage.start) - 1
            is_inline = before >= 0 and _is_within_paragraph(lines, before, passage.start)
            after = lines[before].id if before >= 0 else ""
            yield SkippedView(
                passage.text.strip(),
                passage.reason,
                after,
                is_inline,
                passage.start,
                can_include=not state.is_edited_script and has_words(passage.text),
            )


def _is_within_paragraph(lines: Sequence[Line], before: int, offset: int) -> bool:
    """Return whether an offset lies within the paragraph of the line before it."""
    if offset < lines[before].end:
        return True
    if before + 1 == len(lines):
        return False
    return lines[before].paragraph == lines[before + 1].paragraph


def list_uncertain_lines(state: BookState) -> Iterator[UncertainLine]:
    """Yield the first line of each quotation whose speaker may be wrong, in reading order."""
    seen: set[int | None] = set()
    for line in state.script.lines:
        if is_uncertain(line) and line.quotation not in seen:
            seen.add(line.quotation)
            yield UncertainLine(line.id, line.chapter, round(line.confidence or 0.0, 3))


def find_changed_lines(before: BookState, after: BookState) -> dict[str, LineView]:
    """Return the lines that the page must show in another way, by their ids."""
    return {
        line.id: view_line(after, index)
        for index, (old, line) in enumerate(
            zip(before.script.lines, after.script.lines, strict=True)
        )
        if old != line
    }
