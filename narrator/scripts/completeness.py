"""The proof that a book is read: every word is in exactly one line, in order, or is skipped.

It trusts neither the readers nor the segmentation; it compares what they made with the text itself.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book, Line

_WORD = re.compile(r"[^\W_]+")
_HINT = "this is a fault of narrator, not of the book: please report it with the text at this place"


def verify_completeness(book: Book, lines: Sequence[Line]) -> None:
    """Check that nothing of the book is lost or said twice.

    Raises:
        LedgerError: the first place where the ledger does not balance.
    """
    _check_skipped(book)
    _check_order(book, lines)
    _check_words(book, lines)


def describe_offset(book: Book, offset: int) -> str:
    """Where an offset lies, in words that a person can follow to the page."""
    excerpt = " ".join(book.text[max(0, offset - 20) : offset + 40].split())
    for chapter in book.chapters:
        for paragraph in chapter.paragraphs:
            if paragraph.start <= offset < paragraph.end:
                where = f"paragraph {paragraph.number}" if paragraph.number else "its heading"
                return f"chapter {chapter.number}, {where} (character {offset}: “{excerpt}”)"
    return f"character {offset}: “{excerpt}”"


def _fail(book: Book, what: str, offset: int) -> LedgerError:
    return LedgerError(f"{what} in {book.source.path}, {describe_offset(book, offset)}", _HINT)


def _check_skipped(book: Book) -> None:
    at = 0
    for skipped in book.skipped:
        if not at <= skipped.start <= skipped.end <= len(book.text):
            raise _fail(book, "what is skipped is out of order", skipped.start)
        if skipped.text != book.text[skipped.start : skipped.end] or not skipped.reason:
            raise _fail(book, "what is skipped is told wrongly", skipped.start)
        at = skipped.end


def _check_order(book: Book, lines: Sequence[Line]) -> None:
    for line in lines:
        if not 0 <= line.start <= line.end <= len(book.text):
            raise _fail(book, f"line {line.id} lies outside the text", line.start)
    for before, after in pairwise(lines):
        if after.start < before.end:
            raise _fail(book, f"line {after.id} says again what {before.id} said", after.start)


def _check_words(book: Book, lines: Sequence[Line]) -> None:
    readable = book.readable_text
    at = 0
    for line in lines:
        _check_lost(book, at, line.start)
        if _letters(line.text) != _letters(readable[line.start : line.end]):
            raise _fail(book, f"line {line.id} does not say what is written", line.start)
        if line.start and _WORD.fullmatch(readable[line.start - 1 : line.start + 1].ljust(2)):
            raise _fail(book, f"line {line.id} begins inside a word", line.start)
        at = line.end
    _check_lost(book, at, len(readable))


def _letters(text: str) -> str:
    """All letters and digits: a word that a line's end or a drop cap breaks may be mended."""
    return "".join(_WORD.findall(text))


def _check_lost(book: Book, start: int, end: int) -> None:
    lost = _WORD.search(book.readable_text, start, end)
    if lost:
        raise _fail(book, f"the word “{lost[0]}” is lost", lost.start())
