"""Normalises all lines of a script, with the user's lexicon."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.cache.memo import Memo
from narrator.languages.normalisation_rules import load_rules
from narrator.normalisation.book_evidence import collect_evidence
from narrator.normalisation.lexicon import fill_placeholders
from narrator.normalisation.steps import normalise_text
from narrator.text.language_tags import primary_subtag, region_subtag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from narrator.model import Book, Line, LineKind, Script
    from narrator.normalisation.book_evidence import BookEvidence
    from narrator.normalisation.lexicon import Lexicon


def normalise_script(
    script: Script, lexicon: Lexicon | None = None, memo: Memo | None = None
) -> Script:
    """Return the script with `Line.spoken` set on each line; see `normalise_lines`."""
    lines = normalise_lines(script.lines, script.book, lexicon, memo)
    return replace(script, lines=tuple(lines))


def normalise_lines(
    lines: Iterable[Line], book: Book, lexicon: Lexicon | None = None, memo: Memo | None = None
) -> Iterator[Line]:
    """Yield lines of a book with `Line.spoken` set, and otherwise unchanged.

    Words in the lexicon get its spoken forms; all others follow the rules of the language of their
    line. A text in the memo is not normalised again.
    """
    normalisers: dict[str, Callable[[str, LineKind], str]] = {}

    def find_normaliser(language_tag: str) -> Callable[[str, LineKind], str]:
        if language_tag not in normalisers:
            normalisers[language_tag] = _make_normaliser(
                book, language_tag or book.metadata.language, memo or Memo()
            )
        return normalisers[language_tag]

    for line in lines:
        yield replace(line, spoken=_spoken_text(line, find_normaliser(line.language), lexicon))


def normalise_changes(script: Script, before: Script, lexicon: Lexicon) -> Script:
    """Return the script with `Line.spoken` set on the lines that are not as they were before.

    Args:
        script: The same lines of the same book, of which corrections have changed some.
        before: The script before that, normalised with the same lexicon.
        lexicon: May depend on the speaker.
    """
    names_speakers = any(entry.speaker for entry in lexicon.entries)

    def list_inputs(line: Line) -> tuple[object, ...]:
        return line.text, line.kind, line.directions.say, names_speakers and line.speaker

    pairs = zip(before.lines, script.lines, strict=True)
    changed = [
        index
        for index, (old, line) in enumerate(pairs)
        if old is not line and list_inputs(old) != list_inputs(line)
    ]
    if not changed:
        return script
    changed_script = replace(script, lines=tuple(script.lines[index] for index in changed))
    lines = list(script.lines)
    normalised = normalise_script(changed_script, lexicon).lines
    for index, line in zip(changed, normalised, strict=True):
        lines[index] = line
    return replace(script, lines=tuple(lines))


def _make_normaliser(book: Book, language_tag: str, memo: Memo) -> Callable[[str, LineKind], str]:
    """Return the function that normalises texts of a book in one language."""
    language = primary_subtag(language_tag)
    evidence = _collect_book_evidence(book, language_tag)
    regional_words = _list_regional_words(language_tag)

    def normalise(text: str, line_kind: LineKind) -> str:
        relevant = evidence.restrict(text)
        order, words = relevant.is_day_first, " ".join(sorted(relevant.known_words))
        spoken = memo.get_or_compute(
            f"said {language} {line_kind} {order}",
            f"{text}\0{words}" if words else text,
            lambda: normalise_text(text, language, line_kind, relevant),
        )
        if spoken == text:
            return text  # one object, because most narration is the same
        for word, regional_word in regional_words.items():
            spoken = re.sub(rf"\b{word}\b", regional_word, spoken)
        return spoken

    return normalise


def _list_regional_words(language_tag: str) -> dict[str, str]:
    """Return the words of numbers that the region of a language replaces, each with its own."""
    rules, region = load_rules(primary_subtag(language_tag)), region_subtag(language_tag)
    pairs = ((key.split(maxsplit=1), word) for key, word in rules.regional_words.items())
    return {word: own for (place, word), own in pairs if place == region.casefold()}


def _collect_book_evidence(book: Book, language_tag: str) -> BookEvidence:
    """Return what a book shows about its writing in a language."""
    region, rules = region_subtag(language_tag), load_rules(primary_subtag(language_tag))
    # the names before speeches may be in capitals throughout
    names = " ".join(persona.name for persona in book.personae)
    return collect_evidence(f"{book.readable_text}\n{names}", region, rules)


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
