"""What differs from language to language on the page, as data: one TOML file a language.

A language without a file gets the typography that most share and the words of none, but for those
whose habits another file describes (`_KIN`).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

_WORDS = "frozenset[str]"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ENOUGH = 20_000
_KIN = {"kk": "ru", "ky": "ru", "uk": "ru", "be": "ru", "bg": "ru", "gl": "pt", "ca": "es"}
"""Languages without a file of their own, and the one whose dialogue they set alike."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words and habits of a language; words are in lower case, without a dot at their end."""

    tag: str
    """Its primary subtag, such as `en`."""
    has_dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""
    has_inverted_guillemets: bool = False
    """Whether » opens."""
    has_inline_clauses: bool = False
    """Whether a reporting clause stands within the marks, between commas."""
    speech_verbs: frozenset[str] = frozenset()
    """Forms of verbs that report speech."""
    gesture_verbs: frozenset[str] = frozenset()
    """Those of `speech` that are often no more than what somebody does."""
    thought_verbs: frozenset[str] = frozenset()
    """Forms of verbs that report a thought."""
    subject_pronouns: frozenset[str] = frozenset()
    """Subjects of a reporting clause that are no names."""
    determiners: frozenset[str] = frozenset()
    """What opens the description of a person."""
    conjunctions: frozenset[str] = frozenset()
    """Words that lead from one who speaks to the next."""
    mention_words: frozenset[str] = frozenset()
    """What stands before quoted words that nobody says."""
    inscription_nouns: frozenset[str] = frozenset()
    """Things with writing on them."""
    document_nouns: frozenset[str] = frozenset()
    """Writings that are quoted at length."""
    writing_verbs: frozenset[str] = frozenset()
    """Forms of verbs that tell that something is written or read."""
    announcing_words: frozenset[str] = frozenset()
    """Nouns and verbs that announce one word for word: "to this effect"."""
    salutations: frozenset[str] = frozenset()
    """Words that open a letter."""
    valedictions: frozenset[str] = frozenset()
    """Words that close a letter."""
    leading_elisions: frozenset[str] = frozenset()
    """Words whose apostrophe stands first, without it."""
    trailing_elisions: frozenset[str] = frozenset()
    """Words whose apostrophe stands last, without it."""
    month_names: frozenset[str] = frozenset()
    """Names of months, and what is written for them."""
    speaker_pronouns: frozenset[str] = frozenset()
    """Words by which a speaker names himself and his hearer; `others` and `past` go with them."""
    third_person_pronouns: frozenset[str] = frozenset()
    """Words by which a speaker names others."""
    past_verbs: frozenset[str] = frozenset()
    """Verbs in the tense in which is told."""
    title_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end no sentence."""
    number_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence unless a number follows."""
    abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence only where the next word begins one."""
    sentence_starters: frozenset[str] = frozenset()
    """Words that begin a sentence when they have a capital."""


@cache
def load_language(tag: str) -> Language:
    """The language of a BCP 47 tag; only its primary subtag counts."""
    primary = tag.replace("_", "-").split("-")[0].casefold()
    folder = files(__package__)
    source = folder / f"{_KIN.get(primary, primary)}.toml"
    if not primary.isalpha() or not source.is_file():
        return Language(tag=primary)
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    kinds = {field.name: str(field.type) for field in fields(Language)}
    values: dict[str, Any] = {
        key: frozenset(value.casefold().split()) if kinds[key] == _WORDS else value
        for key, value in table.items()
    }
    return Language(tag=primary, **values)


@cache
def list_languages() -> tuple[Language, ...]:
    """The languages that have a file, by tag."""
    found = sorted(entry.name for entry in files(__package__).iterdir())
    return tuple(load_language(name[:-5]) for name in found if name.endswith(".toml"))


def recognise_language(text: str, tag: str) -> Language:
    """The language of a text that is said to be in `tag`, unless its words plainly tell another.

    Looks at the first 20,000 characters. Of the languages in another script than Latin it tells
    apart only those that a file describes.
    """
    words = Counter(_WORD.findall(text[:_ENOUGH].casefold()))
    claimed = load_language(tag)
    said = _familiar(claimed, words)
    best = max(
        list_languages(), key=lambda other: (_familiar(other, words), other.tag == claimed.tag)
    )
    return best if _familiar(best, words) > 1.5 * said + 0.5 else claimed


def _familiar(known: Language, words: Counter[str]) -> int:
    """How many of the words are among the commonest of a language."""
    common = (
        known.sentence_starters | known.determiners | known.subject_pronouns | known.speech_verbs
    )
    return sum(count for word, count in words.items() if word in common)
