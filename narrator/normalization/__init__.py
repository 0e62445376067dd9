"""What is said for what is written: numbers, abbreviations and signs in words, and the lexicon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.normalization.lexicon import Entry, Lexicon, from_table, load, shown
from narrator.normalization.steps import say
from narrator.segmentation.languages import recognise

if TYPE_CHECKING:
    from narrator.model import Line, Script

__all__ = ["Entry", "Lexicon", "from_table", "load", "normalize", "say"]


def normalize(script: Script, lexicon: Lexicon | None = None) -> Script:
    """The script with `Line.spoken` filled; nothing else of it changes.

    What the lexicon lists is said as it says; the rest by the rules of the book's language.
    """
    book = script.book
    language = recognise(book.readable, book.metadata.language).tag
    lines = tuple(replace(line, spoken=_spoken(line, language, lexicon)) for line in script.lines)
    return replace(script, lines=lines)


def _spoken(line: Line, language: str, lexicon: Lexicon | None) -> str:
    if lexicon is None or not lexicon.entries:
        return say(line.text, language, line.kind)
    text, said = lexicon.hide(line)
    return shown(say(text, language, line.kind), said)
