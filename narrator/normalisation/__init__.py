"""Normalisation: written text becomes the words that are spoken.

Numbers, abbreviations and signs are written out, and the user's lexicon is applied.
"""

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
    """Return the script with `Line.spoken` filled; nothing else of it changes.

    Words that the lexicon lists are spoken as it says, all others by the rules of the book's
    language. A text that the memo holds is not normalised again.
    """
    book, get_or_compute = script.book, (memo or Memo()).get_or_compute
    language = recognise_language(book.readable_text, book.metadata.language).tag

    def normalise(text: str, line_kind: LineKind) -> str:
        return get_or_compute(
            f"said {language} {line_kind}", text, lambda: normalise_text(text, language, line_kind)
        )

    lines = tuple(
        replace(line, spoken=_spoken_text(line, normalise, lexicon)) for line in script.lines
    )
    return replace(script, lines=lines)


def _spoken_text(
    line: Line, normalise: Callable[[str, LineKind], str], lexicon: Lexicon | None
) -> str:
    """Return the words that are spoken for a line."""
    if lexicon is None or not lexicon.entries:
        return normalise(line.text, line.kind)
    # Placeholders keep the rules away from the words of the lexicon.
    text, spoken_forms = lexicon.insert_placeholders(line)
    return fill_placeholders(normalise(text, line.kind), spoken_forms)
