"""The words and typography of each language that segmentation needs, from one TOML file each.

A language without a file gets the typography that most languages share, and no words, unless
another file describes its habits (`_RELATED_LANGUAGES`).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from narrator.text.language_tags import primary_subtag
from narrator.text.words import LETTER

_WORD_SET_TYPE = "frozenset[str]"
_WORD = re.compile(rf"{LETTER}+(?:-{LETTER}+)*")
_SAMPLE_CHARACTERS = 20_000
"""Length of the beginning of a text from which its language is recognised."""
_RELATED_LANGUAGES = {
    "kk": "ru", "ky": "ru", "uk": "ru", "be": "ru", "bg": "ru", "gl": "pt", "ca": "es",
}  # fmt: skip
"""Languages without a file of their own, and the one whose dialogue they set alike."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words and habits of a language; words are in lower case, without a dot at their end."""

    tag: str
    """Its primary subtag, such as `en`."""
    has_dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""
    has_inverted_guillemets: bool = False
    """Whether » opens a quotation."""
    has_inline_clauses: bool = False
    """Whether a reporting clause stands within the marks, between commas."""
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
    """Words that lead from one speaker to the next."""
    mention_words: frozenset[str] = frozenset()
    """Words before a quotation that is not speech, such as "called"."""
    inscription_nouns: frozenset[str] = frozenset()
    """Things with writing on them."""
    document_nouns: frozenset[str] = frozenset()
    """Writings that are quoted at length."""
    writing_verbs: frozenset[str] = frozenset()
    """Forms of verbs that say that something is written or read."""
    announcing_words: frozenset[str] = frozenset()
    """Words that announce a quoted document: "to this effect"."""
    salutations: frozenset[str] = frozenset()
    """Words that open a letter."""
    valedictions: frozenset[str] = frozenset()
    """Words that close a letter."""
    leading_elisions: frozenset[str] = frozenset()
    """Words that begin with an apostrophe, without it."""
    trailing_elisions: frozenset[str] = frozenset()
    """Words that end with an apostrophe, without it."""
    month_names: frozenset[str] = frozenset()
    """Names of months, and their abbreviations."""
    speaker_pronouns: frozenset[str] = frozenset()
    """Pronouns of the first and second person; `third_person_pronouns` and `past_verbs` are only
    used together with them."""
    third_person_pronouns: frozenset[str] = frozenset()
    """Pronouns of the third person."""
    past_verbs: frozenset[str] = frozenset()
    """Verbs in the tense of narration."""
    title_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that never end a sentence, such as "mr"."""
    number_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence unless a number follows."""
    abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence only if the next word begins one."""
    sentence_starters: frozenset[str] = frozenset()
    """Words that begin a sentence when they have a capital."""


@cache
def load_language(tag: str) -> Language:
    """Return the language of a BCP 47 tag, by its primary subtag."""
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


def recognise_language(text: str, declared_tag: str) -> Language:
    """Return the declared language of a text, unless its words clearly belong to another.

    Looks at the first 20,000 characters. Of the languages that are not written in Latin letters, it
    distinguishes only those that have a file.
    """
    word_counts = Counter(_WORD.findall(text[:_SAMPLE_CHARACTERS].casefold()))
    declared = load_language(declared_tag)
    declared_count = _count_common_words(declared, word_counts)
    best = max(
        list_languages(),
        key=lambda language: (
            _count_common_words(language, word_counts),
            language.tag == declared.tag,
        ),
    )
    # Metadata are right more often than not, so another language needs half as many words again.
    is_clear = _count_common_words(best, word_counts) > 1.5 * declared_count + 0.5
    return best if is_clear else declared


def _count_common_words(language: Language, word_counts: Counter[str]) -> int:
    """Return how many words of a text are among the most common of a language."""
    common_words = (
        language.sentence_starters
        | language.determiners
        | language.subject_pronouns
        | language.speech_verbs
    )
    return sum(count for word, count in word_counts.items() if word in common_words)
