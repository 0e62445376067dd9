"""What a language says of people, read from its table: titles, kin, roles, names, speech verbs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrator.segmentation.languages import language as typography

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.segmentation.languages import Language as Typography

FALLBACK = "en"
ADDRESS = ("male", "female", "kin", "fond")
_THE = frozenset(["the", "a", "an", "this", "that", "another", "one", "each", "both"])
RELATIONS = ("parent", "spouse", "sibling", "child")


@dataclass(frozen=True)
class Language:
    """Sets of lower-case words, by what they tell."""

    titles: Mapping[str, str]
    """Title to `male`, `female` or `neutral`."""
    married: frozenset[str]
    unmarried: frozenset[str]
    weak_titles: frozenset[str]
    """Adjectives that may stand where a title does, as in "poor Tom"."""
    plain_titles: frozenset[str]
    """Titles that any man may bear."""
    manners: frozenset[str]
    """What speaks for its owner: "his voice"."""
    spelling: Mapping[str, str]
    """A title written out to its short form."""
    abbreviations: frozenset[str]
    """Words after which a full stop ends no sentence."""
    kin: Mapping[str, str]
    roles: Mapping[str, str]
    ages: Mapping[str, str]
    pronouns: Mapping[str, str]
    """Pronoun to `male`, `female` or `plural`."""
    subjects: frozenset[str]
    first: frozenset[str]
    speech: frozenset[str]
    weak_speech: frozenset[str]
    address: Mapping[str, frozenset[str]]
    """What one may call the person spoken to: `male`, `female`, `kin`, `fond`."""
    relations: Mapping[str, frozenset[str]]
    """Nouns of kin by generation: `parent`, `spouse`, `sibling`, `child`."""
    answers: frozenset[str]
    """Words that begin an answer."""
    past: frozenset[str]
    """Irregular verbs in the past, and what else stands between a subject and its verb."""
    no_nouns: frozenset[str]
    """Words that may follow "said the" and are nobody."""
    not_names: frozenset[str]
    places: frozenset[str]
    place_prepositions: frozenset[str]
    particles: frozenset[str]
    endearments: frozenset[str]
    given: Mapping[str, str]
    """First name to `male` or `female`."""
    nicknames: Mapping[str, str]
    determiners: frozenset[str] = _THE
    """What stands before the description of a person."""
    article: str = "the "
    """What a character without a name is called by; empty where it depends on the noun."""
    dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""


def _words(table: Mapping[str, str], key: str) -> frozenset[str]:
    return frozenset(table.get(key, "").split())


def _by_gender(table: Mapping[str, str]) -> dict[str, str]:
    return {
        word: gender
        for gender in ("neutral", "female", "male")
        for word in table.get(gender, "").split()
    }


def _pairs(table: Mapping[str, str]) -> dict[str, str]:
    return dict(pair.split(":") for pair in table.get("pairs", "").split())


@cache
def language(tag: str) -> Language:
    """The table of a BCP 47 tag's language; English where there is none."""
    folder = files("narrator.attribution") / "languages"
    primary = tag.split("-", maxsplit=1)[0].lower()
    path = folder / f"{primary}.toml"
    if primary == FALLBACK or not path.is_file():
        return _build(tomllib.loads((folder / f"{FALLBACK}.toml").read_text(encoding="utf-8")))
    known = _build(tomllib.loads(path.read_text(encoding="utf-8")))
    return _with_typography(known, typography(primary))


def _with_typography(known: Language, page: Typography) -> Language:
    """A language whose verbs and small words are those by which its dialogue is found.

    English first names are known everywhere.
    """
    small = page.starters | page.determiners | page.pronouns | page.months | page.speech
    given = {**language(FALLBACK).given, **known.given}
    return replace(
        known,
        speech=page.speech - page.gestures,
        weak_speech=page.gestures,
        not_names=(known.not_names | small) - given.keys(),
        abbreviations=page.titles | page.abbreviations,
        given=given,
        determiners=page.determiners,
        article="",
        dash_dialogue=page.dash_dialogue,
    )


def _build(data: Mapping[str, Mapping[str, str]]) -> Language:
    def table(name: str) -> Mapping[str, str]:
        return data.get(name, {})

    pronouns, speech, other, titles = (table(n) for n in ("pronouns", "speech", "other", "titles"))
    ages = {word: age for age, words in table("age").items() for word in words.split()}
    return Language(
        titles=_by_gender(titles),
        married=_words(titles, "married"),
        unmarried=_words(titles, "unmarried"),
        weak_titles=_words(titles, "weak"),
        plain_titles=_words(titles, "plain"),
        manners=_words(other, "manners"),
        spelling=_pairs(table("spelling")),
        abbreviations=_words(table("abbreviations"), "words"),
        kin=_by_gender(table("kin")),
        roles=_by_gender(table("roles")),
        ages=ages,
        pronouns={w: g for g in ("plural", "female", "male") for w in _words(pronouns, g)},
        subjects=_words(pronouns, "subject"),
        first=_words(pronouns, "first"),
        speech=_words(speech, "strong") | _words(speech, "present"),
        weak_speech=_words(speech, "weak"),
        address={key: _words(table("address"), key) for key in ADDRESS},
        relations={key: _words(table("relations"), key) for key in RELATIONS},
        answers=_words(table("address"), "answers"),
        past=_words(table("verbs"), "past"),
        no_nouns=_words(other, "no_nouns"),
        not_names=_words(other, "not_names"),
        places=_words(other, "places"),
        place_prepositions=_words(other, "place_prepositions"),
        particles=_words(other, "particles"),
        endearments=_words(other, "vocative_adjectives"),
        given=_by_gender(table("names")),
        nicknames=_pairs(table("nicknames")),
    )
