"""Attributes each line of dialogue to its speaker, which turns lines into a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.cache.memo import Memo
    from narrator.model import Book, Line, Script


def attribute_lines(book: Book, lines: tuple[Line, ...], memo: Memo | None = None) -> Script:
    """Return the script of a book; see `narrator.attribution.attribute.attribute_dialogue`."""
    # Imported late: a preview of narration needs no attribution, and so it need not load NumPy.
    from narrator.attribution import attribute  # noqa: PLC0415 - as said above

    return attribute.attribute_dialogue(book, lines, memo)
