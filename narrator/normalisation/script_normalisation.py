"""Normalises all lines of a script, with the user's lexicon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.cache.memo import Memo
from narrator.languages.normalisation_rules import load_rules
from narrator.normalisation.evidence import collect_evidence
from narrator.normalisation.lexicon import fill_placeholders
from narrator.normalisation.steps import normalise_text
from narrator.text.language_tags import primary_subtag, region_subtag

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Book, Line, LineKind, Script
    from narrator.normalisation.evidence import BookEvidence
    from narrator.normalisation.lexicon import Lexicon


def normalise_script(
    script: Script, lexicon: Lexicon | None = None, memo: Memo | None = None
) -> Script:
    """Return the script with `Line.spoken` set on each line, and otherwise unchanged.

    Words in the lexicon get its spoken forms; all others follow the rules of the book's language.
    A text in the memo is not normalised again.
    """
    book, get_or_compute = script.book, (memo or Memo()).get_or_compute
    language = primary_subtag(book.metadata.language)
    evidence = _collect_book_evidence(book, language)

    def normalise(text: str, line_kind: LineKind) -> str:
        relevant = evidence.restrict(text)
        order, words = relevant.is_day_first, " ".join(sorted(relevant.known_words))
        return get_or_compute(
            f"said {language} {line_kind} {order}",
            f"{text}\0{words}" if words else text,
            lambda: normalise_text(text, language, line_kind, relevant),
        )

    lines = tuple(
        replace(line, spoken=_spoken_text(line, normalise, lexicon)) for line in script.lines
    )
    return replace(script, lines=lines)


def _collect_book_evidence(book: Book, language: str) -> BookEvidence:
    """Return what a book shows about its writing."""
    region = region_subtag(book.metadata.language)
    return collect_evidence(book.readable_text, region, load_rules(language))


def _spoken_text(
    line: Line, normalise: Callable[[str, LineKind], str], lexicon: Lexicon | None
) -> str:
    """Return the words that are spoken for a line."""
    if line.directions.say:
        return normalise(line.directions.say, line.kind)
    if lexicon is None or not lexicon.entries:
        return normalise(line.text, line.kind)
    # Placeholders protect the words of the lexicon from the rules.
    text, spoken_forms = lexicon.insert_placeholders(line)
    return fill_placeholders(normalise(text, line.kind), spoken_forms)
