"""Take text that the reader leaves out back into the book, where the user wants to hear it.

The corrections of a book name such text by its first words::

    [[include]]
    words = "For my mother, who rowed the first ferry"
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrator.model import Paragraph
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.model import Book, Chapter, SkippedPassage

_MAX_WORDS = 16
"""Number of words by which a passage is found."""
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
"""Lines without an empty one between them."""
_NEW_NUMBER = -1
"""The number of a paragraph that is not numbered yet."""


class Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Text that is spoken although the reader would leave it out."""

    words: str
    """The first words of the text."""
    occurrence: int = 1
    """Which of the passages that begin with these words, counted from 1."""


def include_passages(book: Book, inclusions: Sequence[Inclusion]) -> Book:
    """Return a book in which some skipped passages are spoken.

    A passage within a paragraph becomes part of it, and any other becomes paragraphs of its
    chapter, or of the nearest one. An inclusion that finds nothing adds a note.
    """
    found: dict[int, SkippedPassage] = {}
    notes = []
    for inclusion in inclusions:
        passage = find_passage(book, inclusion)
        if passage is None:
            notes.append(f"“{inclusion.words}” is to be included, but is not left out here.")
        else:
            found[passage.start] = passage
    chapters = list(book.chapters)
    for start, passage in found.items():
        if not any(p.start <= start < p.end for each in chapters for p in each.paragraphs):
            index = _find_chapter(chapters, start)
            chapters[index] = _add_paragraphs(chapters[index], passage)
    return replace(
        book,
        chapters=tuple(chapters),
        skipped=tuple(passage for passage in book.skipped if passage.start not in found),
        included=tuple(found[start] for start in sorted(found)),
        notes=(*book.notes, *notes),
    )


def find_passage(book: Book, inclusion: Inclusion) -> SkippedPassage | None:
    """Return the skipped passage that an inclusion names, or None."""
    words = tuple(_list_words(inclusion.words))
    matches = (
        passage
        for passage in book.skipped
        if words and tuple(_list_words(passage.text))[: len(words)] == words
    )
    return next((p for number, p in enumerate(matches, 1) if number == inclusion.occurrence), None)


def describe_skipped_passages(passages: Iterable[SkippedPassage]) -> Iterator[Inclusion | None]:
    """Yield the inclusion that names each passage; None for one without words.

    Args:
        passages: All passages that the reader skips, in the order of the text.
    """
    counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for passage in passages:
        words = tuple(_list_words(passage.text))[:_MAX_WORDS]
        if not words:
            yield None
            continue
        # a passage is also found by words with which a longer one begins
        for length in range(1, len(words) + 1):
            counts[words[:length]] += 1
        yield Inclusion(_take_words(passage.text), counts[words])


def _take_words(text: str) -> str:
    """Return the beginning of a text up to its last word that counts, on one line."""
    words = list(PLAIN_WORD_PATTERN.finditer(text))[:_MAX_WORDS]
    return " ".join(text[words[0].start() : words[-1].end()].split())


def _list_words(text: str) -> Iterator[str]:
    """Yield the words of a text, case-folded."""
    return (word.casefold() for word in PLAIN_WORD_PATTERN.findall(text))


def _find_chapter(chapters: Sequence[Chapter], offset: int) -> int:
    """Return the index of the chapter that an offset is in, or the one before it."""
    starts = [index for index, chapter in enumerate(chapters) if chapter.start <= offset]
    return starts[-1] if starts else 0


def _add_paragraphs(chapter: Chapter, passage: SkippedPassage) -> Chapter:
    """Return a chapter with the paragraphs of a passage, numbered again in the order of the text.

    Headings keep their number, 0.
    """
    added = [
        Paragraph(start, start + len(match[0].rstrip()), _NEW_NUMBER)
        for match in _PARAGRAPH.finditer(passage.text)
        for start in (passage.start + match.start(),)
    ]
    paragraphs = sorted((*chapter.paragraphs, *added), key=lambda paragraph: paragraph.start)
    numbered, number = [], 0
    for paragraph in paragraphs:
        number += paragraph.number != 0
        numbered.append(replace(paragraph, number=number if paragraph.number else 0))
    return replace(
        chapter,
        start=min(chapter.start, passage.start),
        end=max(chapter.end, passage.end),
        paragraphs=tuple(numbered),
    )
