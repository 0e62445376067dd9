"""The words and typography that segmentation needs for each language, from one TOML file each.

A language without a file uses that of a related language (`_RELATED_LANGUAGES`). Otherwise it gets
the typography that most languages share, and no words.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from narrator.text.language_tags import primary_subtag

_WORD_SET_TYPE = "frozenset[str]"
_RELATED_LANGUAGES = {
    "kk": "ru", "ky": "ru", "uk": "ru", "be": "ru", "bg": "ru", "gl": "pt", "ca": "es",
}  # fmt: skip
"""Languages without a file, each with a language that sets dialogue in the same way."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words and typography of a language; words are in lower case, without a final dot."""

    tag: str
    """Its primary subtag, such as `en`."""
    has_dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""
    has_inverted_guillemets: bool = False
    """Whether » opens a quotation."""
    has_inline_clauses: bool = False
    """Whether reporting clauses stand within the quotation marks, between commas."""
    speech_verbs: frozenset[str] = frozenset()
    """Forms of verbs that report speech."""
    gesture_verbs: frozenset[str] = frozenset()
    """Speech verbs that often report only an action, such as "laughed"."""
    thought_verbs: frozenset[str] = frozenset()
    """Forms of verbs that report a thought."""
    subject_pronouns: frozenset[str] = frozenset()
    """Subjects of a reporting clause that are not names."""
    determiners: frozenset[str] = frozenset()
    """Words that open the description of a person."""
    conjunctions: frozenset[str] = frozenset()
    """Conjunctions that may introduce another speaker, as in "and Ada said"."""
    mention_words: frozenset[str] = frozenset()
    """Words before a quotation that is not speech, such as "called"."""
    inscription_nouns: frozenset[str] = frozenset()
    """Things with writing on them, such as "sign"."""
    document_nouns: frozenset[str] = frozenset()
    """Documents that are quoted at length, such as "letter"."""
    writing_verbs: frozenset[str] = frozenset()
    """Forms of verbs of writing and reading."""
    announcing_words: frozenset[str] = frozenset()
    """Words that announce a quoted document, such as "effect" in "to this effect"."""
    salutations: frozenset[str] = frozenset()
    """Words that open a letter."""
    valedictions: frozenset[str] = frozenset()
    """Words that close a letter."""
    leading_elisions: frozenset[str] = frozenset()
    """Words that begin with an apostrophe, listed without it: "tis"."""
    trailing_elisions: frozenset[str] = frozenset()
    """Words that end with an apostrophe, listed without it: "th"."""
    month_names: frozenset[str] = frozenset()
    """Names of months, and their abbreviations."""
    speaker_pronouns: frozenset[str] = frozenset()
    """Pronouns of the first and second person. They and the next two fields help to recognise
    reported speech, which has none of them."""
    third_person_pronouns: frozenset[str] = frozenset()
    """Pronouns of the third person."""
    past_verbs: frozenset[str] = frozenset()
    """Auxiliary verbs in the past tense, the tense of narration."""
    question_words: frozenset[str] = frozenset()
    """Words that open a question, such as "where"."""
    inverting_verbs: frozenset[str] = frozenset()
    """Verbs that stand before their subject in a question, such as "did"."""
    inverted_subjects: frozenset[str] = frozenset()
    """Pronouns that show, after such a verb, that it is inverted."""
    question_openers: frozenset[str] = frozenset()
    """Words that may stand before the question word or the inverted verb, such as "but"."""
    choice_words: frozenset[str] = frozenset()
    """Words that offer a choice, such as "or"."""
    surprise_words: frozenset[str] = frozenset()
    """Question words that, alone before a comma, are a cry of surprise."""
    title_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that never end a sentence, such as "mr"."""
    number_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence unless a number follows, such as "vol"."""
    abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence only if a sentence starter follows, such as "etc"."""
    sentence_starters: frozenset[str] = frozenset()
    """Words that usually begin a sentence if they are capitalised."""

    @property
    def common_words(self) -> frozenset[str]:
        """Return words of which every text in this language has many."""
        return self.sentence_starters | self.determiners | self.subject_pronouns | self.speech_verbs


@cache
def load_language(tag: str) -> Language:
    """Return the words and typography for a BCP 47 tag, of which only the primary subtag counts."""
    primary = primary_subtag(tag)
    source = files(__package__) / f"{_RELATED_LANGUAGES.get(primary, primary)}.toml"
    if not primary.isalpha() or not source.is_file():
        return Language(tag=primary)
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    field_types = {field.name: str(field.type) for field in fields(Language)}
    values: dict[str, Any] = {
        key: frozenset(value.casefold().split()) if field_types[key] == _WORD_SET_TYPE else value
        for key, value in table.items()
    }
    return Language(tag=primary, **values)


@cache
def list_languages() -> tuple[Language, ...]:
    """Return the languages that have a file, ordered by tag."""
    file_names = sorted(entry.name for entry in files(__package__).iterdir())
    return tuple(
        load_language(name.removesuffix(".toml")) for name in file_names if name.endswith(".toml")
    )
