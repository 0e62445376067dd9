"""Gives passages in another language lines of their own, so that they are read by its rules.

A few foreign words within a sentence stay in its line: a change of voice there would disturb
more than it helps.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from narrator.languages import load_language
from narrator.segmentation.sentences import split_sentences
from narrator.text.words import count_words, has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from narrator.model import Book, LanguageSpan, Line, Paragraph

_MIN_WORDS = 4
"""Words of a passage within a sentence that gets a line of its own."""


def split_foreign_lines(book: Book, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, cut where passages in another language begin and end."""
    paragraphs = {
        (chapter.number, paragraph.number): paragraph
        for chapter in book.chapters
        for paragraph in chapter.paragraphs
        if paragraph.number and paragraph.foreign_passages
    }
    if not paragraphs:
        return iter(lines)
    pieces = _split_lines(book, lines, paragraphs)
    return _number_lines(_split_again(book, pieces), paragraphs.keys())


def _split_lines(
    book: Book, lines: Iterable[Line], paragraphs: Mapping[tuple[int, int], Paragraph]
) -> Iterator[Line]:
    """Yield the lines, those of some paragraphs in pieces; the keys are chapters and numbers."""
    for line in lines:
        paragraph = paragraphs.get((line.chapter, line.paragraph))
        yield from [line] if paragraph is None else _split_line(book, line, paragraph)


def _split_again(book: Book, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, those in another language cut at the ends of sentences of that language.

    They were cut by the rules of the book: "am 3. Oktober" is one sentence only in German.
    """
    for (_, _, tag, _, _), group in groupby(lines, key=_passage_key):
        run = list(group)
        if not tag:
            yield from run
            continue
        start, end = run[0].start, run[-1].end
        sentences = split_sentences(book.readable_text[start:end], load_language(tag))
        for first, last in sentences:
            bounds = _trim(book.readable_text, start + first, start + last)
            if has_words(book.readable_text[slice(*bounds)]):
                is_first = bounds[0] == start
                yield replace(
                    run[0],
                    start=bounds[0],
                    end=bounds[1],
                    text=book.display_text(*bounds),
                    follows_scene_break=run[0].follows_scene_break and is_first,
                )


def _passage_key(line: Line) -> tuple[object, ...]:
    """Return what the lines of one passage have in common."""
    return line.chapter, line.paragraph, line.language, line.quotation, line.kind


def _split_line(book: Book, line: Line, paragraph: Paragraph) -> list[Line]:
    """Return the pieces of a line, each in one language."""
    passages = [
        passage
        for passage in paragraph.foreign_passages
        if passage.start < line.end
        and passage.end > line.start
        and _is_read_apart(book, line, passage)
    ]
    pieces = _cut_at_passages(book, line, passages)
    return [
        replace(
            line,
            start=start,
            end=end,
            text=book.display_text(start, end),
            language=tag,
            follows_scene_break=line.follows_scene_break and start == line.start,
        )
        for start, end, tag in pieces
    ]


def _is_read_apart(book: Book, line: Line, passage: LanguageSpan) -> bool:
    """Return whether a passage has several words, or is all of a line."""
    if count_words(book.readable_text[passage.start : passage.end]) >= _MIN_WORDS:
        return True
    start, end = max(line.start, passage.start), min(line.end, passage.end)
    surrounding_text = (
        book.readable_text[line.start : start] + " " + book.readable_text[end : line.end]
    )
    return has_words(book.readable_text[start:end]) and not has_words(surrounding_text)


def _cut_at_passages(
    book: Book, line: Line, passages: Iterable[LanguageSpan]
) -> list[tuple[int, int, str]]:
    """Return start, end and language of each piece of a line; each piece has words."""
    bounds: list[tuple[int, str]] = [(line.start, "")]
    for passage in passages:
        bounds += [(max(line.start, passage.start), passage.tag), (min(line.end, passage.end), "")]
    pieces: list[tuple[int, int, str]] = []
    for (start, tag), (end, _) in pairwise([*bounds, (line.end, "")]):
        if start >= end:
            continue
        if pieces and not has_words(book.readable_text[start:end]):
            pieces[-1] = (pieces[-1][0], end, pieces[-1][2])
        elif pieces and not has_words(book.readable_text[slice(*pieces[-1][:2])]):
            pieces[-1] = (pieces[-1][0], end, tag)
        else:
            pieces.append((start, end, tag))
    return [(*_trim(book.readable_text, start, end), tag) for start, end, tag in pieces]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return start and end of a passage without the space around it."""
    passage = text[start:end]
    trimmed_start = start + len(passage) - len(passage.lstrip())
    return trimmed_start, trimmed_start + len(passage.strip())


def _number_lines(lines: Iterable[Line], places: Iterable[tuple[int, int]]) -> Iterator[Line]:
    """Yield the lines, with new ids in the paragraphs at some places."""
    renumbered, counts = set(places), dict[tuple[int, int], int]()
    for line in lines:
        place = (line.chapter, line.paragraph)
        if place in renumbered:
            counts[place] = counts.get(place, 0) + 1
            yield replace(line, id=f"{line.chapter}.{line.paragraph}.{counts[place]}")
        else:
            yield line
