"""Lines become a script: who says each line of dialogue, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.cache.memo import Memo
    from narrator.model import Book, Line, Script


def attribute_lines(book: Book, lines: tuple[Line, ...], memo: Memo | None = None) -> Script:
    """Attribute each line of dialogue; see `narrator.attribution.attribute.attribute`."""
    from narrator.attribution import attribute  # noqa: PLC0415 - a preview may do without people

    return attribute.attribute_dialogue(book, lines, memo)
