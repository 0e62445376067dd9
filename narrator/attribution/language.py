"""What a language says of people, read from its table: titles, kin, roles, names, speech verbs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrator.segmentation.languages import language as written

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOTED = "en"
"""The language whose table is complete by itself, and on whose novels the judge was trained."""
ADDRESS = ("male", "female", "kin", "fond")
RELATIONS = ("parent", "spouse", "sibling", "child")
REPORTS = ("asking", "answering", "continuing", "interrupting")


@dataclass(frozen=True)
class Language:
    """Sets of lower-case words, by what they tell."""

    strict: bool
    """Whether a word with a capital is a name only where the page shows that it is."""
    noun_capitals: bool
    """Whether every noun has a capital."""
    bare_nouns: bool
    """Whether a noun needs no article."""
    dash_dialogue: bool
    """Whether a paragraph that opens with a dash is speech."""
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
    leading: frozenset[str]
    """Forms of verbs that lead to words which follow: "could not help saying"."""
    utterances: frozenset[str]
    """Nouns for what somebody says: "answer"."""
    being: frozenset[str]
    """What stands between words and such a noun: "was her answer"."""
    reports: Mapping[str, frozenset[str]]
    """Forms of verbs of speech by what they tell of the words before, as `REPORTS`."""
    counterparts: frozenset[str]
    """Words for the one of two who did not speak last: "the other"."""
    address: Mapping[str, frozenset[str]]
    """What one may call the person spoken to: `male`, `female`, `kin`, `fond`."""
    relations: Mapping[str, frozenset[str]]
    """Nouns of kin by generation: `parent`, `spouse`, `sibling`, `child`."""
    spouses: frozenset[str]
    """Nouns for the one whom somebody is married to: "his lady"."""
    parents: frozenset[str]
    """Nouns for a parent, who as a rule bears the same last name."""
    in_law: str
    """What after such a noun says that it is another's."""
    answers: frozenset[str]
    """Words that begin an answer."""
    past: frozenset[str]
    """Irregular verbs in the past, and what else stands between a subject and its verb."""
    endings: tuple[str, ...]
    """Of the other verbs in the past."""
    gendered: Mapping[str, tuple[str, ...]]
    """Endings of verbs that tell whether the subject is `male` or `female`."""
    adverbs: tuple[str, ...]
    """Endings of adverbs."""
    between: frozenset[str]
    """Words that may stand between a verb of speech and its subject."""
    towards: frozenset[str]
    """Words before whoever is spoken to."""
    anybody: frozenset[str]
    """Nouns that tell little of who is described."""
    articles: frozenset[str]
    """What opens a description."""
    definite: frozenset[str]
    marked: frozenset[str]
    """Articles in other cases than a subject's, which no name bears either."""
    owners: frozenset[str]
    """What opens a description by kin: "her" in "her mother"."""
    me: frozenset[str]
    """Words by which a speaker names himself."""
    you: frozenset[str]
    """Words by which a speaker names his hearer."""
    narrator: str
    """What a first-person narrator without a name is called."""
    no_nouns: frozenset[str]
    """Words that may follow "said the" and are nobody."""
    not_names: frozenset[str]
    places: frozenset[str]
    place_prepositions: frozenset[str]
    particles: frozenset[str]
    endearments: frozenset[str]
    """What may stand before the name of the person spoken to: "my dear"."""
    pity: frozenset[str]
    """Of these, those that are rather said of somebody: "poor Edward"."""
    callers: frozenset[str]
    """Exclamations that lead to such a name: "Oh Emma"."""
    relatives: frozenset[str]
    """Words that go on about somebody named: "Nancy, who"."""
    joining: frozenset[str]
    """Words that add one name to another: "Laura, and Ann"."""
    given: Mapping[str, str]
    """First name to `male` or `female`."""
    nicknames: Mapping[str, str]


def _words(table: Mapping[str, str], key: str) -> frozenset[str]:
    return frozenset(table.get(key, "").split())


def _endings(table: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(table.get(key, "").split())


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
    """What is known of a BCP 47 tag's language.

    A language without a table has the verbs of speech that segmentation knows, or else those of
    English: only whom they name is a person then.
    """
    primary = tag.replace("_", "-").split("-", maxsplit=1)[0].lower()
    path = files("narrator.attribution") / "languages" / f"{primary}.toml"
    if not primary.isalpha() or not path.is_file():
        if written(primary).speech:
            return _with_segmentation(_build({}), primary)
        return replace(language(ROOTED), strict=True)
    built = _build(tomllib.loads(path.read_text(encoding="utf-8")))
    return built if primary == ROOTED else _with_segmentation(built, primary)


def _with_segmentation(built: Language, tag: str) -> Language:
    """A language with the words that the segmentation has for it, and strict in what is a name.

    English first names are known everywhere.
    """
    known = written(tag)
    articles = built.articles or (known.determiners if not built.bare_nouns else frozenset())
    common = known.starters | known.months | known.pronouns | known.determiners | known.speech
    foreign = {name: sex for name, sex in language(ROOTED).given.items() if name not in common}
    return replace(
        built,
        strict=True,
        speech=known.speech - known.gestures,
        weak_speech=built.weak_speech | known.gestures,
        abbreviations=built.abbreviations | known.titles | known.abbreviations,
        given={**foreign, **built.given},
        articles=articles,
        definite=articles,
        dash_dialogue=known.dash_dialogue,
        subjects=built.subjects or known.pronouns,
        not_names=(built.not_names | common | built.articles | built.owners) - built.given.keys(),
    )


def _build(data: Mapping[str, Mapping[str, str]]) -> Language:
    def table(name: str) -> Mapping[str, str]:
        return data.get(name, {})

    pronouns, speech, other, titles = (table(n) for n in ("pronouns", "speech", "other", "titles"))
    ages = {word: age for age, words in table("age").items() for word in words.split()}
    verbs, gendered = table("verbs"), table("gendered")
    return Language(
        strict=False,
        noun_capitals="noun_capitals" in other,
        bare_nouns="bare_nouns" in other,
        dash_dialogue=False,
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
        leading=_words(speech, "leading"),
        utterances=_words(speech, "utterances"),
        being=_words(speech, "being"),
        reports={key: _words(speech, key) for key in REPORTS},
        counterparts=_words(other, "counterparts"),
        address={key: _words(table("address"), key) for key in ADDRESS},
        relations={key: _words(table("relations"), key) for key in RELATIONS},
        spouses=_words(other, "spouses"),
        parents=_words(other, "parents"),
        in_law=other.get("in_law", ""),
        answers=_words(table("address"), "answers"),
        past=_words(verbs, "past"),
        endings=_endings(verbs, "endings"),
        gendered={gender: _endings(gendered, gender) for gender in gendered},
        adverbs=_endings(other, "adverbs"),
        between=_words(other, "between"),
        towards=_words(other, "towards"),
        anybody=_words(other, "anybody"),
        articles=_words(other, "articles"),
        definite=_words(other, "definite"),
        marked=_words(other, "marked"),
        owners=_words(other, "owners"),
        me=_words(other, "first"),
        you=_words(other, "second"),
        narrator=other.get("narrator", "Narrator"),
        no_nouns=_words(other, "no_nouns"),
        not_names=_words(other, "not_names") | _words(table("address"), "answers"),
        places=_words(other, "places"),
        place_prepositions=_words(other, "place_prepositions"),
        particles=_words(other, "particles"),
        endearments=_words(other, "vocative_adjectives"),
        pity=_words(other, "pity"),
        callers=_words(other, "callers") | _words(table("address"), "answers"),
        relatives=_words(other, "relatives"),
        joining=_words(other, "joining"),
        given=_by_gender(table("names")),
        nicknames=_pairs(table("nicknames")),
    )
