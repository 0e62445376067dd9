"""Finds reporting clauses, which say who speaks: "said the old man", "she asked", "dit-il"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.text.quotes import APOSTROPHES, DASHES, EMPHASIS_MARKS, HYPHEN, class_members
from narrator.text.words import LETTER, PLAIN_WORD, SENTENCE_END_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.languages import Language

_CAPITAL = r"[^\W\d_a-zа-яёà-öø-ÿ]"
_NAME_CHARACTER = rf"[\w.{APOSTROPHES}-]"
_NAME_PART = rf"{_CAPITAL}{_NAME_CHARACTER}{{0,20}}"
_NAME = rf"{_NAME_PART}(?:\s+(?:{_NAME_PART}|de|von|van|der|of))*"
_FOLLOWING_NAME = re.compile(rf"\s+{_NAME}")
_LAST_NAME = re.compile(rf"\b{_CAPITAL}[\w{APOSTROPHES}-]+")
_LAST_WORD = re.compile(rf"{PLAIN_WORD}\Z")
_CLAUSE_END = re.compile(rf"{SENTENCE_END_CLASS}(?=\s|\Z)")
_CLAUSE_SEPARATORS = rf"[\s{class_members(',.', DASHES, EMPHASIS_MARKS, HYPHEN)}]*"
"""Punctuation and space that may stand between a quotation and its reporting clause."""


@cache
def compile_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a reporting clause right after a quotation, with speech or thought."""
    return re.compile(
        _CLAUSE_SEPARATORS
        + _build_clause_expression(language, language.speech_verbs | language.thought_verbs)
    )


@cache
def compile_plain_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a clause with a pure verb of speech: "she asked", not "she laughed"."""
    return re.compile(
        _CLAUSE_SEPARATORS
        + _build_clause_expression(language, language.speech_verbs - language.gesture_verbs)
    )


@cache
def compile_writing_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a clause about something written: "wrote Ada", "was engraved on it"."""
    inscription = (
        rf"(?:{_build_alternatives(language.speech_verbs)})\s+\w+\s+(?:\w+\s+)?"
        rf"(?:{_build_alternatives(language.inscription_nouns)})\b"
    )
    passive = rf"\w+\s+(?:{_build_alternatives(language.writing_verbs)})\b"
    active = _build_clause_expression(language, language.writing_verbs)
    return re.compile(rf"{_CLAUSE_SEPARATORS}(?:{inscription}|{passive}|{active})")


@cache
def compile_speaker_change(language: Language) -> re.Pattern[str] | None:
    """Return a pattern for a clause that introduces another speaker: ", and the old man said,".

    It is `None` for a language whose file lists no conjunctions.
    """
    if not language.conjunctions:
        return None
    subject = rf"(?:{_NAME}|(?i:{_build_alternatives(language.determiners)})\s+\w+(?:\s+\w+)?)"
    verb = rf"(?i:{_build_alternatives(language.speech_verbs - language.gesture_verbs)})"
    return re.compile(
        rf"(?:\A|[\s{class_members(',;', DASHES, HYPHEN)}])"
        rf"(?i:{_build_alternatives(language.conjunctions)})\s+{subject}\b[^.!?]{{0,80}}?"
        rf"\b{verb}\b(?:[^.!?]*[,:])?\s*\Z"
    )


def find_reporter(text: str, start: int, language: Language) -> str | None:
    """Return the last name in the reporting clause at an offset: "Ada" in "said Aunt Ada"."""
    clause = compile_clause(language).match(text, start)
    if clause is None:
        return None
    # If the verb comes first, the pattern ends with it, and the name follows.
    following_name = _FOLLOWING_NAME.match(text, clause.end())
    names = _LAST_NAME.findall(clause[0] + (following_name[0] if following_name else ""))
    return names[-1] if names else None


@cache
def _compile_inline_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a reporting clause within speech, after a comma or another stop."""
    marks = class_members(",!?…،؟", language.question_mark)
    speech_end = rf"(?P<speech>[^\W_]\s?[{marks}])\s+(?={LETTER})"
    clause = _build_clause_expression(language, language.speech_verbs, allows_bare_verb=False)
    return re.compile(f"{speech_end}(?={clause})")


def find_inline_clause(
    text: str, start: int, end: int, language: Language
) -> tuple[int, int] | None:
    """Return the span of the first reporting clause that has no marks between it and the speech."""
    match = _compile_inline_clause(language).search(text, start, end)
    if match is None:
        return None
    sentence_end = find_sentence_end(text, match.end(), end, language)
    if language.has_inline_clauses:
        # in French, speech continues after the clause: « Oui, dit Luc, demain. »
        sentence_end = _find_clause_comma(text, match.end(), sentence_end, language)
    return match.end("speech"), sentence_end


def _find_clause_comma(text: str, start: int, end: int, language: Language) -> int:
    """Return the end of the comma after a reporting clause, or `end` if there is none.

    What belongs to the clause may follow a first comma: "dit Luc, en riant, demain".
    """
    comma = text.find(",", start, end)
    if comma < 0:
        return end
    extensions = _build_alternatives(language.clause_extensions)
    if re.compile(rf"\s*(?:{extensions})\s").match(text, comma + 1, end):
        return _find_clause_comma(text, comma + 1, end, language)
    return comma + 1


def find_sentence_end(text: str, start: int, end: int, language: Language) -> int:
    """Return the end of the first sentence; the dot of a title such as "Mr." does not end it."""
    for match in _CLAUSE_END.finditer(text, start, end):
        word = _LAST_WORD.search(text, max(start, match.start() - 20), match.start())
        if word is None or word[0].casefold() not in language.title_abbreviations:
            return match.end()
    return end


@cache
def _build_clause_expression(
    language: Language, verbs: frozenset[str], *, allows_bare_verb: bool = True
) -> str:
    """Return a regular expression for a verb with its subject before or after it.

    With `allows_bare_verb`, a clause that begins with a verb needs no subject.
    """
    verb = _build_alternatives(verbs)
    name_character = rf"[\w{APOSTROPHES}-]"
    determiner = _build_alternatives(language.determiners)
    description = rf"(?:{determiner})\.?\s+(?:{name_character}+\s+){{0,3}}?{name_character}+"
    bare = _build_alternatives(language.subject_pronouns | language.subject_nouns)
    subject = rf"(?:(?:{bare})\b|{_NAME}|{description})"
    adverb = r"(?:[^\W_]+ly\s+|had\s+|then\s+|also\s+|only\s+)?"
    subject_after = rf"(?:-t)?[\s-]+{subject}" if not allows_bare_verb else ""
    opener = "|".join(map(re.escape, sorted(language.clause_openers))) or r"(?!)"
    return (
        rf"(?:(?:{opener})\s+)?"
        rf"(?:(?:{verb})\b{subject_after}|{subject}\s+{adverb}(?:{verb})\b)"
    )


def _build_alternatives(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of the words, capitalised or not."""
    spellings = {*words, *(word.capitalize() for word in words)}
    # The longest come first, so a word is never matched by a shorter one that begins it.
    ordered = sorted(spellings, key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, ordered)) or r"(?!)"
