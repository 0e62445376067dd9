"""Prove that a book is read completely: each word is in exactly one line, in order, or is skipped.

The proof trusts neither the readers nor the segmentation: it compares their results with the text
of the book itself.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.errors import LedgerError
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book, Line

_REPORT_HINT = (
    "this is a fault of narrator, not of the book: please report it with the text at this place"
)
_EXCERPT_BEFORE, _EXCERPT_AFTER = 20, 40
"""Characters of the text before and after an offset that an error message quotes."""


def verify_completeness(book: Book, lines: Sequence[Line]) -> None:
    """Verify that no word of the book is lost or spoken twice.

    Raises:
        LedgerError: names the first place where the lines and the text differ.
    """
    _check_skipped(book)
    _check_order(book, lines)
    _check_words(book, lines)


def describe_offset(book: Book, offset: int) -> str:
    """Return chapter, paragraph and excerpt at an offset into the text, for an error message."""
    surroundings = book.text[max(0, offset - _EXCERPT_BEFORE) : offset + _EXCERPT_AFTER]
    excerpt = " ".join(surroundings.split())
    for chapter in book.chapters:
        for paragraph in chapter.paragraphs:
            if paragraph.start <= offset < paragraph.end:
                place = f"paragraph {paragraph.number}" if paragraph.number else "its heading"
                return f"chapter {chapter.number}, {place} (character {offset}: “{excerpt}”)"
    return f"character {offset}: “{excerpt}”"


def _completeness_error(book: Book, problem: str, offset: int) -> LedgerError:
    """Return the error for a problem at an offset into the book's text."""
    place = describe_offset(book, offset)
    return LedgerError(f"{problem} in {book.source.path}, {place}", _REPORT_HINT)


def _check_skipped(book: Book) -> None:
    """Check that skipped passages are in order, quote the text exactly and have a reason."""
    previous_end = 0
    for passage in book.skipped:
        if not previous_end <= passage.start <= passage.end <= len(book.text):
            raise _completeness_error(book, "what is skipped is out of order", passage.start)
        if passage.text != book.text[passage.start : passage.end] or not passage.reason:
            raise _completeness_error(book, "what is skipped is told wrongly", passage.start)
        previous_end = passage.end


def _check_order(book: Book, lines: Sequence[Line]) -> None:
    """Check that lines lie within the text and do not overlap."""
    for line in lines:
        if not 0 <= line.start <= line.end <= len(book.text):
            raise _completeness_error(book, f"line {line.id} lies outside the text", line.start)
    for before, after in pairwise(lines):
        if after.start < before.end:
            problem = f"line {after.id} says again what {before.id} said"
            raise _completeness_error(book, problem, after.start)


def _check_words(book: Book, lines: Sequence[Line]) -> None:
    """Check that each line has the words of its stretch and that no word lies between two lines.

    `Book.readable_text` has the length of the text, with what is skipped as blanks, so offsets of
    lines are valid in it.
    """
    readable_text = book.readable_text
    # Gaps are checked before each line and after the last one.
    previous_end = 0
    for line in lines:
        _check_gap(book, previous_end, line.start)
        if _join_words(line.text) != _join_words(readable_text[line.start : line.end]):
            raise _completeness_error(
                book, f"line {line.id} does not say what is written", line.start
            )
        # The characters on both sides of the line's start must not belong to one word.
        boundary = readable_text[line.start - 1 : line.start + 1].ljust(2)
        if line.start and PLAIN_WORD_PATTERN.fullmatch(boundary):
            raise _completeness_error(book, f"line {line.id} begins inside a word", line.start)
        previous_end = line.end
    _check_gap(book, previous_end, len(readable_text))


def _join_words(text: str) -> str:
    """Return all letters and digits of a text without anything between them.

    Words are not compared one by one because a line may join a word that a line end or a drop cap
    separates.
    """
    return "".join(PLAIN_WORD_PATTERN.findall(text))


def _check_gap(book: Book, start: int, end: int) -> None:
    """Check that no word lies between two offsets, where no line is."""
    lost_word = PLAIN_WORD_PATTERN.search(book.readable_text, start, end)
    if lost_word:
        raise _completeness_error(book, f"the word “{lost_word[0]}” is lost", lost_word.start())
