"""Finds who says each line of dialogue, and turns lines into a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.cache.memo import Memo
    from narrator.model import Book, Line, Script


def attribute_lines(book: Book, lines: tuple[Line, ...], memo: Memo | None = None) -> Script:
    """Return the script of a book; see `narrator.attribution.attribute.attribute_dialogue`."""
    from narrator.attribution import attribute  # noqa: PLC0415 - a preview may do without NumPy

    return attribute.attribute_dialogue(book, lines, memo)
