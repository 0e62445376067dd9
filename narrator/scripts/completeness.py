"""Check that a script covers its book: each word is in exactly one line, in order, or is skipped.

The check is independent of the readers and the segmentation: it compares their results with the
text of the book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import LedgerError
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from narrator.model import Book, Line

_REPORT_HINT = (
    "this is a fault of narrator, not of the book: please report it with the text at this place"
)
_EXCERPT_BEFORE, _EXCERPT_AFTER = 20, 40
"""Number of characters before and after an offset that an error message quotes."""


def verify_completeness(book: Book, lines: Iterable[Line]) -> None:
    """Verify that every word of the book is either skipped or in exactly one line.

    Raises:
        LedgerError: the lines and the text differ; the message quotes the first difference.
    """
    _check_skipped_passages(book)
    _check_line_words(book, _check_line_order(book, lines))


def describe_offset(book: Book, offset: int) -> str:
    """Describe an offset into the book's text by chapter, paragraph and excerpt, for errors."""
    context = book.text[max(0, offset - _EXCERPT_BEFORE) : offset + _EXCERPT_AFTER]
    excerpt = " ".join(context.split())
    for chapter in book.chapters:
        for paragraph in chapter.paragraphs:
            if paragraph.start <= offset < paragraph.end:
                place = f"paragraph {paragraph.number}" if paragraph.number else "its heading"
                return f"chapter {chapter.number}, {place} (character {offset}: “{excerpt}”)"
    return f"character {offset}: “{excerpt}”"


def _create_error(book: Book, problem: str, offset: int) -> LedgerError:
    """Return an error that states a problem and describes its offset in the book's text."""
    place = describe_offset(book, offset)
    return LedgerError(f"{problem} in {book.source.path}, {place}", _REPORT_HINT)


def _check_skipped_passages(book: Book) -> None:
    """Check that skipped passages are in order, match the text exactly and have a reason."""
    previous_end = 0
    for passage in book.skipped:
        if not previous_end <= passage.start <= passage.end <= len(book.text):
            raise _create_error(book, "what is skipped is out of order", passage.start)
        if passage.text != book.text[passage.start : passage.end] or not passage.reason:
            raise _create_error(book, "the list of skipped text is wrong", passage.start)
        previous_end = passage.end


def _check_line_order(book: Book, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, and check that they lie within the text and do not overlap."""
    before: Line | None = None
    for line in lines:
        if not 0 <= line.start <= line.end <= len(book.text):
            raise _create_error(book, f"line {line.id} lies outside the text", line.start)
        if before and line.start < before.end:
            problem = f"line {line.id} says again what {before.id} said"
            raise _create_error(book, problem, line.start)
        yield line
        before = line


def _check_line_words(book: Book, lines: Iterable[Line]) -> None:
    """Check that each line has the words between its offsets, and that gaps contain no words.

    The comparison uses `Book.readable_text`, where skipped passages are replaced by spaces and
    offsets are the same as in `Book.text`.
    """
    readable_text = book.readable_text
    # Gaps are checked before each line and after the last one.
    previous_end = 0
    for line in lines:
        _check_gap(book, previous_end, line.start)
        if _extract_letters(line.text) != _extract_letters(readable_text[line.start : line.end]):
            raise _create_error(book, f"line {line.id} does not say what is written", line.start)
        # The characters on both sides of the line's start must not be parts of the same word.
        boundary = readable_text[line.start - 1 : line.start + 1].ljust(2)
        if line.start and PLAIN_WORD_PATTERN.fullmatch(boundary):
            raise _create_error(book, f"line {line.id} begins inside a word", line.start)
        previous_end = line.end
    _check_gap(book, previous_end, len(readable_text))


def _extract_letters(text: str) -> str:
    """Return the letters and digits of a text, joined without spaces or punctuation.

    Whole words can't be compared, because `Line.text` joins words that are split in the book by a
    line end or a drop cap.
    """
    return "".join(PLAIN_WORD_PATTERN.findall(text))


def _check_gap(book: Book, start: int, end: int) -> None:
    """Check that the text between two offsets, which no line covers, has no words."""
    lost_word = PLAIN_WORD_PATTERN.search(book.readable_text, start, end)
    if lost_word:
        raise _create_error(book, f"the word “{lost_word[0]}” is lost", lost_word.start())
