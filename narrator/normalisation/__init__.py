"""What is said for what is written: numbers, abbreviations and signs in words, and the lexicon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.cache.memo import Memo
from narrator.normalisation.lexicon import (
    Lexicon,
    LexiconEntry,
    fill_placeholders,
    load_lexicon,
    parse_lexicon,
)
from narrator.normalisation.steps import normalise_text
from narrator.segmentation.languages import recognise_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Line, LineKind, Script

__all__ = [
    "Lexicon",
    "LexiconEntry",
    "load_lexicon",
    "normalise_script",
    "normalise_text",
    "parse_lexicon",
]


def normalise_script(
    script: Script, lexicon: Lexicon | None = None, memo: Memo | None = None
) -> Script:
    """The script with `Line.spoken` filled; nothing else of it changes.

    What the lexicon lists is said as it says; the rest by the rules of the book's language, or as
    the draft knows it.
    """
    book, known = script.book, (memo or Memo()).get_or_compute
    language = recognise_language(book.readable_text, book.metadata.language).tag

    def said(text: str, kind: LineKind) -> str:
        return known(f"said {language} {kind}", text, lambda: normalise_text(text, language, kind))

    lines = tuple(replace(line, spoken=_spoken(line, said, lexicon)) for line in script.lines)
    return replace(script, lines=lines)


def _spoken(line: Line, said: Callable[[str, LineKind], str], lexicon: Lexicon | None) -> str:
    if lexicon is None or not lexicon.entries:
        return said(line.text, line.kind)
    text, listed = lexicon.insert_placeholders(line)
    return fill_placeholders(said(text, line.kind), listed)
