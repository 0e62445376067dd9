"""Lines -> Script: who the people of the book are, and which of them says what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.draft import Draft
    from narrator.model import Book, Line, Script

__all__ = ["attribute"]


def attribute(book: Book, lines: tuple[Line, ...], draft: Draft | None = None) -> Script:
    """Who says each line of dialogue, and why; see `narrator.attribution.scripting.attribute`."""
    from narrator.attribution import scripting  # noqa: PLC0415 - a preview may do without people

    return scripting.attribute(book, lines, draft)
