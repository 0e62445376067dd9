"""What a language says of people, read from its table: titles, kin, roles, names, speech verbs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrator.segmentation.languages import load_language as written

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE_LANGUAGE = "en"
"""The language whose table is complete by itself, and on whose novels the judge was trained."""
ADDRESS_KINDS = ("male", "female", "kin", "fond")
RELATION_KINDS = ("parent", "spouse", "sibling", "child")
REPORTING_KINDS = ("asking", "answering", "continuing", "interrupting")


@dataclass(frozen=True)
class AttributionLanguage:
    """Sets of lower-case words, by what they tell."""

    requires_name_evidence: bool
    """Whether a word with a capital is a name only where the page shows that it is."""
    capitalises_nouns: bool
    """Whether every noun has a capital."""
    omits_articles: bool
    """Whether a noun needs no article."""
    has_dash_dialogue: bool
    """Whether a paragraph that opens with a dash is speech."""
    titles: Mapping[str, str]
    """Title to `male`, `female` or `neutral`."""
    married_titles: frozenset[str]
    unmarried_titles: frozenset[str]
    adjective_titles: frozenset[str]
    """Adjectives that may stand where a title does, as in "poor Tom"."""
    common_male_titles: frozenset[str]
    """Titles that any man may bear."""
    speaker_metonyms: frozenset[str]
    """What speaks for its owner: "his voice"."""
    title_short_forms: Mapping[str, str]
    """A title written out to its short form."""
    abbreviations: frozenset[str]
    """Words after which a full stop ends no sentence."""
    kin_nouns: Mapping[str, str]
    role_nouns: Mapping[str, str]
    age_words: Mapping[str, str]
    pronoun_genders: Mapping[str, str]
    """Pronoun to `male`, `female` or `plural`."""
    subject_pronouns: frozenset[str]
    first_person_pronouns: frozenset[str]
    speech_verbs: frozenset[str]
    weak_speech_verbs: frozenset[str]
    leading_verb_forms: frozenset[str]
    """Forms of verbs that lead to words which follow: "could not help saying"."""
    utterance_nouns: frozenset[str]
    """Nouns for what somebody says: "answer"."""
    linking_verbs: frozenset[str]
    """What stands between words and such a noun: "was her answer"."""
    reporting_verbs: Mapping[str, frozenset[str]]
    """Forms of verbs of speech by what they tell of the words before, as `REPORTS`."""
    counterpart_words: frozenset[str]
    """Words for the one of two who did not speak last: "the other"."""
    address_words: Mapping[str, frozenset[str]]
    """What one may call the person spoken to: `male`, `female`, `kin`, `fond`."""
    relation_nouns: Mapping[str, frozenset[str]]
    """Nouns of kin by generation: `parent`, `spouse`, `sibling`, `child`."""
    spouse_nouns: frozenset[str]
    """Nouns for the one whom somebody is married to: "his lady"."""
    parent_nouns: frozenset[str]
    """Nouns for a parent, who as a rule bears the same last name."""
    in_law_word: str
    """What after such a noun says that it is another's."""
    answer_words: frozenset[str]
    """Words that begin an answer."""
    past_verbs: frozenset[str]
    """Irregular verbs in the past, and what else stands between a subject and its verb."""
    past_endings: tuple[str, ...]
    """Of the other verbs in the past."""
    gendered_verb_endings: Mapping[str, tuple[str, ...]]
    """Endings of verbs that tell whether the subject is `male` or `female`."""
    adverb_endings: tuple[str, ...]
    """Endings of adverbs."""
    tag_filler_words: frozenset[str]
    """Words that may stand between a verb of speech and its subject."""
    addressee_prepositions: frozenset[str]
    """Words before whoever is spoken to."""
    vague_nouns: frozenset[str]
    """Nouns that tell little of who is described."""
    determiners: frozenset[str]
    """What opens a description."""
    definite_articles: frozenset[str]
    oblique_articles: frozenset[str]
    """Articles in other cases than a subject's, which no name bears either."""
    possessive_determiners: frozenset[str]
    """What opens a description by kin: "her" in "her mother"."""
    first_person_words: frozenset[str]
    """Words by which a speaker names himself."""
    second_person_words: frozenset[str]
    """Words by which a speaker names his hearer."""
    narrator_name: str
    """What a first-person narrator without a name is called."""
    non_person_words: frozenset[str]
    """Words that may follow "said the" and are nobody."""
    non_name_words: frozenset[str]
    place_nouns: frozenset[str]
    place_prepositions: frozenset[str]
    name_particles: frozenset[str]
    endearment_adjectives: frozenset[str]
    """What may stand before the name of the person spoken to: "my dear"."""
    pity_adjectives: frozenset[str]
    """Of these, those that are rather said of somebody: "poor Edward"."""
    vocative_exclamations: frozenset[str]
    """Exclamations that lead to such a name: "Oh Emma"."""
    relative_pronouns: frozenset[str]
    """Words that go on about somebody named: "Nancy, who"."""
    conjunctions: frozenset[str]
    """Words that add one name to another: "Laura, and Ann"."""
    given_names: Mapping[str, str]
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
def load_attribution_language(tag: str) -> AttributionLanguage:
    """What is known of a BCP 47 tag's language.

    A language without a table has the verbs of speech that segmentation knows, or else those of
    English: only whom they name is a person then.
    """
    primary = tag.replace("_", "-").split("-", maxsplit=1)[0].lower()
    path = files("narrator.attribution") / "languages" / f"{primary}.toml"
    if not primary.isalpha() or not path.is_file():
        if written(primary).speech_verbs:
            return _with_segmentation(_build({}), primary)
        return replace(load_attribution_language(BASE_LANGUAGE), requires_name_evidence=True)
    built = _build(tomllib.loads(path.read_text(encoding="utf-8")))
    return built if primary == BASE_LANGUAGE else _with_segmentation(built, primary)


def _with_segmentation(built: AttributionLanguage, tag: str) -> AttributionLanguage:
    """A language with the words that the segmentation has for it, and strict in what is a name.

    English first names are known everywhere.
    """
    known = written(tag)
    articles = built.determiners or (known.determiners if not built.omits_articles else frozenset())
    common = (
        known.sentence_starters
        | known.month_names
        | known.subject_pronouns
        | known.determiners
        | known.speech_verbs
    )
    foreign = {
        name: sex
        for name, sex in load_attribution_language(BASE_LANGUAGE).given_names.items()
        if name not in common
    }
    return replace(
        built,
        requires_name_evidence=True,
        speech_verbs=known.speech_verbs - known.gesture_verbs,
        weak_speech_verbs=built.weak_speech_verbs | known.gesture_verbs,
        abbreviations=built.abbreviations | known.title_abbreviations | known.abbreviations,
        given_names={**foreign, **built.given_names},
        determiners=articles,
        definite_articles=articles,
        has_dash_dialogue=known.has_dash_dialogue,
        subject_pronouns=built.subject_pronouns or known.subject_pronouns,
        non_name_words=(
            built.non_name_words | common | built.determiners | built.possessive_determiners
        )
        - built.given_names.keys(),
    )


def _build(data: Mapping[str, Mapping[str, str]]) -> AttributionLanguage:
    def table(name: str) -> Mapping[str, str]:
        return data.get(name, {})

    pronouns, speech, other, titles = (table(n) for n in ("pronouns", "speech", "other", "titles"))
    ages = {word: age for age, words in table("age").items() for word in words.split()}
    verbs, gendered = table("verbs"), table("gendered")
    return AttributionLanguage(
        requires_name_evidence=False,
        capitalises_nouns="noun_capitals" in other,
        omits_articles="bare_nouns" in other,
        has_dash_dialogue=False,
        titles=_by_gender(titles),
        married_titles=_words(titles, "married"),
        unmarried_titles=_words(titles, "unmarried"),
        adjective_titles=_words(titles, "weak"),
        common_male_titles=_words(titles, "plain"),
        speaker_metonyms=_words(other, "manners"),
        title_short_forms=_pairs(table("spelling")),
        abbreviations=_words(table("abbreviations"), "words"),
        kin_nouns=_by_gender(table("kin")),
        role_nouns=_by_gender(table("roles")),
        age_words=ages,
        pronoun_genders={w: g for g in ("plural", "female", "male") for w in _words(pronouns, g)},
        subject_pronouns=_words(pronouns, "subject"),
        first_person_pronouns=_words(pronouns, "first"),
        speech_verbs=_words(speech, "strong") | _words(speech, "present"),
        weak_speech_verbs=_words(speech, "weak"),
        leading_verb_forms=_words(speech, "leading"),
        utterance_nouns=_words(speech, "utterances"),
        linking_verbs=_words(speech, "being"),
        reporting_verbs={key: _words(speech, key) for key in REPORTING_KINDS},
        counterpart_words=_words(other, "counterparts"),
        address_words={key: _words(table("address"), key) for key in ADDRESS_KINDS},
        relation_nouns={key: _words(table("relations"), key) for key in RELATION_KINDS},
        spouse_nouns=_words(other, "spouses"),
        parent_nouns=_words(other, "parents"),
        in_law_word=other.get("in_law", ""),
        answer_words=_words(table("address"), "answers"),
        past_verbs=_words(verbs, "past"),
        past_endings=_endings(verbs, "endings"),
        gendered_verb_endings={gender: _endings(gendered, gender) for gender in gendered},
        adverb_endings=_endings(other, "adverbs"),
        tag_filler_words=_words(other, "between"),
        addressee_prepositions=_words(other, "towards"),
        vague_nouns=_words(other, "anybody"),
        determiners=_words(other, "articles"),
        definite_articles=_words(other, "definite"),
        oblique_articles=_words(other, "marked"),
        possessive_determiners=_words(other, "owners"),
        first_person_words=_words(other, "first"),
        second_person_words=_words(other, "second"),
        narrator_name=other.get("narrator", "Narrator"),
        non_person_words=_words(other, "no_nouns"),
        non_name_words=_words(other, "not_names") | _words(table("address"), "answers"),
        place_nouns=_words(other, "places"),
        place_prepositions=_words(other, "place_prepositions"),
        name_particles=_words(other, "particles"),
        endearment_adjectives=_words(other, "vocative_adjectives"),
        pity_adjectives=_words(other, "pity"),
        vocative_exclamations=_words(other, "callers") | _words(table("address"), "answers"),
        relative_pronouns=_words(other, "relatives"),
        conjunctions=_words(other, "joining"),
        given_names=_by_gender(table("names")),
        nicknames=_pairs(table("nicknames")),
    )
