"""The words that occur in and around speech prefixes, from `words.toml`.

Some of them are those of the book's language, and of English, which scripts in other languages mix
in. They don't come from all languages: a name such as "Dan" is a word in some.
"""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrator.languages import load_language

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE_LANGUAGE = "en"
_language_tag: ContextVar[str] = ContextVar("language_tag", default=_BASE_LANGUAGE)


@dataclass(frozen=True, slots=True)
class InterviewWords:
    """The words by which the two sides of an interview are told apart, in lower case."""

    phrases_before_asker: tuple[str, ...]
    """Words before the name of the one who asks: "interview by"."""
    verbs_of_asker: tuple[str, ...]
    """Words after that name: "spoke to"."""
    phrases_before_answerer: tuple[str, ...]
    """Words before the name of the one who answers: "a conversation with"."""
    phrases_after_answerer: tuple[str, ...]
    """Words after that name: "having been sworn"."""
    roles: dict[str, list[str]]
    """The words for the one who asks and the one who answers, by language."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words, in lower case."""

    field_labels: frozenset[str]
    """Labels that name no speaker, such as "note" and "monday"."""
    cast_list_titles: frozenset[str]
    """Headings of the list of the persons."""
    direction_words: frozenset[str]
    """First words of stage directions."""
    chat_notices: tuple[str, ...]
    """Beginnings of lines that a chat program adds; only those that end in a space or a full stop
    go on."""
    chat_verbs: frozenset[str]
    """Verbs that a chat program writes after the name of a sender."""
    voice_remarks: frozenset[str]
    """Remarks behind a name that are not spoken, such as "V.O."."""
    connectors: frozenset[str]
    """Words within a name that need no capital."""
    questions: frozenset[str]
    """Labels of questions in an interview."""
    answers: frozenset[str]
    """Labels of answers in an interview."""
    interview_words: InterviewWords
    title_abbreviations: frozenset[str]
    """Abbreviations before a name, without their full stop."""
    sentence_starters: frozenset[str]
    """Words that usually begin a sentence if they have a capital, and name no speaker."""
    speaker_pronouns: frozenset[str]
    """Pronouns of the first and second person."""
    pronouns: frozenset[str]
    """Pronouns of all persons, which may be labels: "Me:", "Him:"."""
    determiners: frozenset[str]
    """Words that open the description of a person or a thing."""
    numbers_by_ordinal: dict[str, str]
    """The digit for each word that numbers a role: "1" for "first"."""


@contextmanager
def use_vocabulary(tag: str) -> Iterator[None]:
    """Let `load_vocabulary` return the words for a book in the language of a BCP 47 tag."""
    token = _language_tag.set(tag)
    try:
        yield
    finally:
        _language_tag.reset(token)


def load_vocabulary() -> Vocabulary:
    """Return the words for the language that `use_vocabulary` names, or for English."""
    return _load_vocabulary(_language_tag.get())


@cache
def _load_vocabulary(tag: str) -> Vocabulary:
    source = files(__package__) / "words.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    languages = [load_language(_BASE_LANGUAGE), load_language(tag)]
    return Vocabulary(
        # not the months, of which some are first names and others abbreviations of names
        field_labels=frozenset([*table["field_labels"], *table["weekdays"]]),
        cast_list_titles=frozenset(table["cast_list_titles"]),
        direction_words=frozenset(table["direction_words"]),
        chat_notices=tuple(table["chat_notices"]),
        chat_verbs=frozenset(table["chat_verbs"]),
        voice_remarks=frozenset(table["voice_remarks"]),
        connectors=frozenset(table["connectors"]),
        questions=frozenset(table["questions"]),
        answers=frozenset(table["answers"]),
        interview_words=InterviewWords(
            tuple(table["phrases_before_asker"]),
            tuple(table["verbs_of_asker"]),
            tuple(table["phrases_before_answerer"]),
            tuple(table["phrases_after_answerer"]),
            table["interview_roles"],
        ),
        title_abbreviations=frozenset(
            word for language in languages for word in language.title_abbreviations
        ),
        sentence_starters=frozenset(
            word for language in languages for word in language.sentence_starters
        )
        - set(table["collectives"]),
        speaker_pronouns=frozenset(
            word for language in languages for word in language.speaker_pronouns
        ),
        pronouns=frozenset(
            word
            for language in languages
            for word in language.speaker_pronouns | language.third_person_pronouns
        ),
        determiners=frozenset(word for language in languages for word in language.determiners),
        numbers_by_ordinal={
            word: digit for digit, words in table["ordinals"].items() for word in words.split()
        },
    )
