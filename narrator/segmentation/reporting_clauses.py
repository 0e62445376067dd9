"""Reporting clauses: "said the old man", "she asked", "dit-il"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.segmentation.languages import Language

_CAPITAL = r"[^\W\d_a-zа-яёà-öø-ÿ]"
_NAME = rf"{_CAPITAL}[\w.’'-]{{0,20}}(?:\s+(?:{_CAPITAL}[\w.’'-]{{0,20}}|de|von|van|der|of))*"
_NAMED_AFTER = re.compile(rf"\s+{_NAME}")
_LAST_NAME = re.compile(rf"\b{_CAPITAL}[\w’'-]+")
_LAST_WORD = re.compile(r"[^\W_]+\Z")
_CLAUSE_END = re.compile(r"[.!?…](?=\s|\Z)")


@cache
def compile_clause(language: Language) -> re.Pattern[str]:
    """What matches a reporting clause that stands right after a quotation."""
    return re.compile(
        r"[\s,.—–_*-]*" + _body(language, language.speech_verbs | language.thought_verbs)
    )


@cache
def compile_plain_clause(language: Language) -> re.Pattern[str]:
    """The same without verbs that may stand alone: "she asked", but not "she laughed"."""
    return re.compile(
        r"[\s,.—–_*-]*" + _body(language, language.speech_verbs - language.gesture_verbs)
    )


@cache
def compile_writing_clause(language: Language) -> re.Pattern[str]:
    """The same for what is not said but written: "wrote Miss Catharine", "was engraved on it"."""
    things = rf"(?:{_any(language.speech_verbs)})\s+\w+\s+(?:\w+\s+)?(?:{_any(language.inscription_nouns)})\b"
    passive = rf"\w+\s+(?:{_any(language.writing_verbs)})\b"
    written = _body(language, language.writing_verbs)
    return re.compile(rf"[\s,.—–_*-]*(?:{things}|{passive}|{written})")


@cache
def compile_handover(language: Language) -> re.Pattern[str] | None:
    """What matches a clause that leads to the next speaker: ", and the old man said,"."""
    if not language.conjunctions:
        return None
    who = rf"(?:{_NAME}|(?i:{_any(language.determiners)})\s+\w+(?:\s+\w+)?)"
    verb = rf"(?i:{_any(language.speech_verbs - language.gesture_verbs)})"
    return re.compile(
        rf"(?:\A|[\s,;—–-])(?i:{_any(language.conjunctions)})\s+{who}\b[^.!?]{{0,80}}?"
        rf"\b{verb}\b(?:[^.!?]*[,:])?\s*\Z"
    )


def find_reporter(text: str, start: int, language: Language) -> str | None:
    """The name of who speaks, in the reporting clause that stands right there: "Ottilie"."""
    told = compile_clause(language).match(text, start)
    if told is None:
        return None
    after = _NAMED_AFTER.match(text, told.end())
    names = _LAST_NAME.findall(told[0] + (after[0] if after else ""))
    return names[-1] if names else None


@cache
def _unmarked(language: Language) -> re.Pattern[str]:
    lead = r"(?P<speech>[^\W_]\s?[,!?…])\s+(?=[^\W\d_])"
    return re.compile(f"{lead}(?={_body(language, language.speech_verbs, bare=False)})")


def find_inline_clause(
    text: str, start: int, end: int, language: Language
) -> tuple[int, int] | None:
    """Where the first reporting clause stands in speech that does not mark it off, if any does."""
    match = _unmarked(language).search(text, start, end)
    if match is None:
        return None
    comma = text.find(",", match.end(), end) if language.has_inline_clauses else -1
    stop = _stop(text, match.end(), end, language)
    return match.end("speech"), min(stop, comma + 1) if comma >= 0 else stop


def _stop(text: str, start: int, end: int, language: Language) -> int:
    """Where the first sentence ends, titles with a dot passed over."""
    for match in _CLAUSE_END.finditer(text, start, end):
        word = _LAST_WORD.search(text, max(start, match.start() - 20), match.start())
        if word is None or word[0].casefold() not in language.title_abbreviations:
            return match.end()
    return end


@cache
def _body(language: Language, verbs: frozenset[str], *, bare: bool = True) -> str:
    """A verb with its subject before or after it; `bare` allows a verb alone to stand first."""
    joined = _any(verbs)
    described = rf"(?:{_any(language.determiners)})\s+(?:[\w’'-]+\s+){{0,3}}?[\w’'-]+"
    subject = rf"(?:(?:{_any(language.subject_pronouns)})\b|{_NAME}|{described})"
    adverb = r"(?:[^\W_]+ly\s+|had\s+|then\s+|also\s+|only\s+)?"
    after = "" if bare else rf"(?:-t)?[\s-]+{subject}"
    return (
        rf"(?:(?:and|then|et|y|und|и)\s+)?"
        rf"(?:(?:{joined})\b{after}|{subject}\s+{adverb}(?:{joined})\b)"
    )


def _any(words: Iterable[str]) -> str:
    both = sorted({*words, *(word.capitalize() for word in words)}, key=lambda w: (-len(w), w))
    return "|".join(map(re.escape, both)) or r"(?!)"
