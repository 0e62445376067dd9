"""What is said for what is written: numbers, abbreviations and signs in words, and the lexicon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.cache.memo import Draft
from narrator.normalisation.lexicon import Entry, Lexicon, from_table, load, shown
from narrator.normalisation.steps import say
from narrator.segmentation.languages import recognise

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Kind, Line, Script

__all__ = ["Entry", "Lexicon", "from_table", "load", "normalize", "say"]


def normalize(script: Script, lexicon: Lexicon | None = None, draft: Draft | None = None) -> Script:
    """The script with `Line.spoken` filled; nothing else of it changes.

    What the lexicon lists is said as it says; the rest by the rules of the book's language, or as
    the draft knows it.
    """
    book, known = script.book, (draft or Draft()).known
    language = recognise(book.readable, book.metadata.language).tag

    def said(text: str, kind: Kind) -> str:
        return known(f"said {language} {kind}", text, lambda: say(text, language, kind))

    lines = tuple(replace(line, spoken=_spoken(line, said, lexicon)) for line in script.lines)
    return replace(script, lines=lines)


def _spoken(line: Line, said: Callable[[str, Kind], str], lexicon: Lexicon | None) -> str:
    if lexicon is None or not lexicon.entries:
        return said(line.text, line.kind)
    text, listed = lexicon.hide(line)
    return shown(said(text, line.kind), listed)
