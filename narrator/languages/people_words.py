"""The words of each language about people: titles, kinship, names, verbs of speech and the like.

They come from the section `[people]` of the language's file; verbs of speech and some others come
from `[dialogue]`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from narrator.errors import LanguageFileError
from narrator.languages import load_language
from narrator.languages.language_files import load_language_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.languages import Language
    from narrator.languages.sections import Section

BASE_LANGUAGE = "en"
"""The language of the training novels; its file needs no words from segmentation."""
ADDRESS_KINDS = ("male", "female", "kin", "fond")
"""Kinds of words of address: "sir", "madam", "papa", "dear"."""
GENERATIONS = ("old", "young")
"""Which of two people of one name is meant."""
AGES = ("child", "young", "old", "adult")
"""Ages of persons; if a word is of several, the last counts."""
RELATION_KINDS = ("parent", "spouse", "sibling", "child")
"""Kinds of nouns of kinship."""
REPORTING_KINDS = ("asking", "answering", "continuing", "interrupting")
"""Kinds of speech verbs that say how the speech relates to the speech before."""


@dataclass(frozen=True)
class AttributionLanguage:
    """Word lists of a language for attribution, all in lower case, and some of its conventions."""

    # -- conventions
    requires_name_evidence: bool
    """Whether a capital alone does not make a name: a title or speech verb must support it."""
    capitalises_nouns: bool
    """Whether every noun has a capital, as in German."""
    omits_articles: bool
    """Whether the language has no articles, as Russian."""
    drops_subjects: bool
    """Whether a verb of speech may stand without its subject, as in Italian: "«No» rispose."."""
    has_dash_dialogue: bool
    """Whether a paragraph that opens with a dash is speech."""

    # -- titles
    titles: Mapping[str, str]
    """Gender of each title: `male`, `female` or `neutral`."""
    married_titles: frozenset[str]
    unmarried_titles: frozenset[str]
    adjective_titles: frozenset[str]
    """Adjectives in the place of a title: "poor Tom"."""
    common_male_titles: frozenset[str]
    """Titles of men without a rank: "mr"."""
    title_short_forms: Mapping[str, str]
    """Short form of each full title: "dr" for "doctor"."""
    title_by_role: Mapping[str, str]
    """Title of the bearers whom each other noun may mean: "dr" for "arzt"."""
    abbreviations: frozenset[str]
    """Words after which a full stop does not end a sentence."""

    # -- descriptions of persons
    kin_nouns: Mapping[str, str]
    """Gender of each noun of kinship: `male`, `female` or `neutral`."""
    role_nouns: Mapping[str, str]
    """Gender of each other noun for a person, or for an animal that may speak."""
    age_words: Mapping[str, str]
    """Age implied by each adjective, title or noun: `child`, `young`, `adult` or `old`."""
    relation_nouns: Mapping[str, frozenset[str]]
    """Nouns of kinship for each of `RELATION_KINDS`."""
    spouse_nouns: frozenset[str]
    """Nouns for husband or wife: "his lady"."""
    parent_nouns: frozenset[str]
    """Nouns for a parent: "mother"."""
    in_law_word: str
    """Word after a parent noun that makes it an in-law: "in" of "mother-in-law"; may be empty."""
    vague_nouns: frozenset[str]
    """Nouns that describe nearly anybody: "man"."""
    non_person_words: frozenset[str]
    """Words that follow "said the" without being a noun for a person."""
    speaker_metonyms: frozenset[str]
    """Nouns that stand for the speaker: "voice" in "his voice"."""
    counterpart_words: frozenset[str]
    """Words for the person in a conversation who did not speak last: "other" in "the other"."""

    # -- pronouns and determiners
    pronoun_genders: Mapping[str, str]
    """Gender or number of each third-person pronoun: `male`, `female` or `plural`."""
    subject_pronouns: frozenset[str]
    object_pronouns: frozenset[str]
    """Pronouns of the third person that are objects, or may be: "him", "her"."""
    first_person_pronouns: frozenset[str]
    """Forms of "I"."""
    first_person_words: frozenset[str]
    """Words with which speakers refer to themselves: "I", "my"."""
    second_person_words: frozenset[str]
    """Words with which speakers refer to the hearer: "you", "your"."""
    relative_pronouns: frozenset[str]
    """Words that open a relative clause after a name: "Nancy, who"."""
    determiners: frozenset[str]
    """Words that open a description: "the", "another"."""
    indefinite_articles: frozenset[str]
    indefinite_determiners: frozenset[str]
    """Determiners of somebody new: "a", "another"."""
    determiner_genders: Mapping[str, str]
    """Gender of each determiner whose subject is always `male` or `female`: "der", "die"."""
    common_gender_nouns: frozenset[str]
    """Nouns for men and women alike, which the determiner tells apart: "der Alte", "die Alte"."""
    indefinite_pronouns: frozenset[str]
    """Words that stand for an unknown speaker in a tag: "somebody"."""
    modifier_prepositions: frozenset[str]
    """Words that open a modifier of a description: "with" in "the man with the beard"."""
    comparison_words: frozenset[str]
    """Words before somebody who is only compared or not there: "like" in "like a man"."""
    existential_words: frozenset[str]
    """Subjects of a clause that brings somebody in: "there" in "there was a man"."""
    modal_verbs: frozenset[str]
    """Verbs after somebody who is only thought of: "should" in "a man should"."""
    modifier_ends: frozenset[str]
    """Words that end such a modifier: "after" in "the man with the beard after a pause"."""
    definite_articles: frozenset[str]
    oblique_articles: frozenset[str]
    """Articles of objects ("dem"), which show that the next word is a common noun, not a name."""
    possessive_determiners: frozenset[str]
    """Words that open a kinship description: "her" in "her mother"."""
    conjunctions: frozenset[str]
    """Words that join two names: "Laura, and Ann"."""

    # -- verbs, and the words around them
    speech_verbs: frozenset[str]
    """Verb forms that nearly always report speech: "said"."""
    first_person_verbs: frozenset[str]
    """Verb forms that report speech if "I" is the subject: "say"."""
    weak_speech_verbs: frozenset[str]
    """Verb forms that may report speech: "nodded"."""
    leading_verb_forms: frozenset[str]
    """Verb forms that introduce a quotation in longer clauses: "could not help saying"."""
    reporting_verbs: Mapping[str, frozenset[str]]
    """Verbs of speech for each of `REPORTING_KINDS`."""
    silence_words: frozenset[str]
    """Words with which a verb of speech denies speech: "nothing" in "said nothing"."""
    silent_words: frozenset[str]
    """Words for somebody who does not speak: "silent"."""
    utterance_nouns: frozenset[str]
    """Nouns for speech: "answer"."""
    source_phrases: tuple[tuple[str, ...], ...]
    """Words before the person whose words are quoted: "according to"."""
    linking_verbs: frozenset[str]
    """Verbs between a quotation and an utterance noun: "was" in '"Yes," was her answer'."""
    past_verbs: frozenset[str]
    """Irregular past forms, and other words that often follow a subject."""
    past_endings: tuple[str, ...]
    """Endings of regular verbs in the past tense."""
    gendered_verb_endings: Mapping[str, tuple[str, ...]]
    """Endings of verbs with a `male` or a `female` subject; empty if the language has none."""
    adjective_endings: tuple[str, ...]
    """Endings of adjectives that may stand between a verb of speech and its subject."""
    subject_endings: tuple[str, ...]
    """Endings of nouns that may be subjects, in languages with cases but without articles."""
    adverb_endings: tuple[str, ...]
    tag_filler_words: frozenset[str]
    """Words that may stand between a verb of speech and its subject."""
    addressee_prepositions: frozenset[str]
    """Words before the addressee: "to" in "said Ada to Tom"."""

    # -- address
    address_words: Mapping[str, frozenset[str]]
    """Words that may address the hearer, for each of `ADDRESS_KINDS`."""
    introductions: tuple[tuple[str, ...], ...]
    """Words before the speaker's own name: "my name is"."""
    self_references: tuple[tuple[str, ...], ...]
    """Words by which somebody unseen says who calls, without the ending "'s": "it me"."""
    answer_words: frozenset[str]
    """Words that begin an answer."""
    endearment_adjectives: frozenset[str]
    """Adjectives before the name of the hearer: "dear"."""
    pity_adjectives: frozenset[str]
    """Endearment adjectives before the name of an absent person: "poor" in "poor Edward"."""
    vocative_exclamations: frozenset[str]
    """Exclamations before the name of the hearer: "oh" in "Oh Emma"."""

    # -- names
    alias_phrases: tuple[tuple[str, ...], ...]
    """Words between two names of one person: "known as"."""
    generation_adjectives: Mapping[str, str]
    """`old` or `young` for each word before a name that father and son share: "elder"."""
    generation_suffixes: Mapping[str, str]
    """The same for each word after such a name: "junior"."""
    given_names: Mapping[str, str]
    """Gender of each first name: `male`, `female` or `neutral`."""
    nicknames: Mapping[str, str]
    """Full first name of each nickname: "elizabeth" for "lizzy"."""
    has_english_nicknames: bool
    """Whether the nicknames of the package `nicknames` count as well."""
    name_cases: Mapping[str, tuple[str, ...]]
    """Endings of names in other cases, by the ending of the nominative: "ы", "у" for "а"."""
    patronymic_endings: tuple[str, ...]
    """Endings of patronymics, which only names have: Russian "ович" and "овна"."""
    name_particles: frozenset[str]
    """Words that join the parts of a name: "de", "von"."""
    non_name_words: frozenset[str]
    """Words that are never names, even with a capital."""
    ambiguous_name_words: frozenset[str]
    """Words that are names only if the book uses them as such: "june", "west"."""
    place_nouns: frozenset[str]
    """Last words of the names of places: "street"."""
    place_prepositions: frozenset[str]
    narrator_name: str
    """Display name of a first-person narrator whose name the book does not give."""
    tag: str = BASE_LANGUAGE
    """The primary subtag of the language."""
    inverts_clauses: bool = False
    """Whether the subject of a reporting clause follows its verb: "sagte Anna"."""
    clause_pronouns: frozenset[str] = frozenset()
    """Pronouns that may be objects in a reporting clause, beside its verb: "ihn", "lui", "si"."""
    function_words: frozenset[str] = frozenset()
    """Conjunctions, prepositions, pronouns and other words that open a clause, but are no verb."""

    @property
    def implied_first_person_verbs(self) -> frozenset[str]:
        """The verb forms that need no "I", as Spanish "dije"; none if subjects are not dropped."""
        return self.first_person_verbs if self.drops_subjects else frozenset()

    @property
    def past_gender_endings(self) -> tuple[str, ...]:
        """The endings of past tenses that show the gender of their subject, in Slavic languages."""
        return tuple(
            ending for endings in self.gendered_verb_endings.values() for ending in endings
        )

    def find_title(self, noun: str) -> str:
        """Return the short form of the title that a noun stands for, or the noun."""
        title = self.title_by_role.get(noun, noun)
        return self.title_short_forms.get(title, title)


@cache
def load_attribution_language(tag: str) -> AttributionLanguage:
    """Return the word lists of the language with a BCP 47 tag.

    A language without the section has only segmentation's words, such as verbs of speech; it
    borrows none of another language. In all languages but English, capitalised words need evidence
    to be names.
    """
    file = load_language_file(tag)
    people = file.section("people")
    language = _build_language(people)
    people.check_keys()
    if file.tag == BASE_LANGUAGE:
        return language
    language = replace(language, tag=file.tag)
    return _merge_segmentation_words(
        language, load_language(file.tag), knows_english_names=bool(people)
    )


def _merge_segmentation_words(
    language: AttributionLanguage, segmentation: Language, *, knows_english_names: bool
) -> AttributionLanguage:
    """Merge in segmentation's word lists; require evidence that a capitalised word is a name."""
    determiners = language.determiners
    if not determiners and not language.omits_articles:
        determiners = segmentation.determiners
    common_words = (
        segmentation.sentence_starters
        | segmentation.month_names
        | segmentation.subject_pronouns
        | segmentation.determiners
        | segmentation.speech_verbs
    )
    # English first names occur in books of every language; drop those that are common words.
    english_names = {
        name: gender
        for name, gender in load_attribution_language(BASE_LANGUAGE).given_names.items()
        if knows_english_names and name not in common_words
    }
    non_name_words = (
        language.non_name_words
        | common_words
        | language.determiners
        | language.possessive_determiners
    )
    return replace(
        language,
        requires_name_evidence=True,
        speech_verbs=segmentation.speech_verbs - segmentation.gesture_verbs,
        first_person_verbs=segmentation.first_person_verbs,
        weak_speech_verbs=language.weak_speech_verbs | segmentation.gesture_verbs,
        abbreviations=language.abbreviations
        | segmentation.title_abbreviations
        | segmentation.abbreviations,
        given_names={**english_names, **language.given_names},
        determiners=determiners,
        definite_articles=determiners,
        has_dash_dialogue=segmentation.has_dash_dialogue,
        subject_pronouns=language.subject_pronouns or segmentation.subject_pronouns,
        non_name_words=(non_name_words | language.first_person_pronouns)
        - language.given_names.keys(),
        inverts_clauses=segmentation.inverts_clauses,
        clause_pronouns=(
            segmentation.third_person_pronouns
            | segmentation.speaker_pronouns
            | segmentation.clause_proclitics
            | language.pronoun_genders.keys()
            | language.first_person_words
        ),
        function_words=(
            (segmentation.sentence_starters - segmentation.speech_verbs)
            | segmentation.conjunctions
            | segmentation.clause_openers
            | segmentation.determiners
            | segmentation.subject_pronouns
            | language.conjunctions
            | language.determiners
            | language.possessive_determiners
            | language.oblique_articles
            | language.place_prepositions
            | language.addressee_prepositions
            | language.tag_filler_words
            | language.relative_pronouns
            | language.pronoun_genders.keys()
            | language.first_person_words
        ),
    )


def _build_language(people: Section) -> AttributionLanguage:
    """Return the language that a section describes; missing keys give empty word lists."""
    table = people.subsection
    habits, titles, pronouns, speech = map(table, ("habits", "titles", "pronouns", "speech"))
    verbs, address, word_lists = map(table, ("verbs", "address", "word_lists"))
    answer_words = address.words("answers")
    return AttributionLanguage(
        requires_name_evidence=False,
        capitalises_nouns=habits.flag("capitalises_nouns"),
        omits_articles=habits.flag("omits_articles"),
        drops_subjects=habits.flag("drops_subjects"),
        has_dash_dialogue=False,
        titles=_parse_genders(titles),
        married_titles=titles.words("married"),
        unmarried_titles=titles.words("unmarried"),
        adjective_titles=titles.words("adjectives"),
        common_male_titles=titles.words("common_male"),
        title_short_forms=_parse_pairs(table("title_short_forms")),
        title_by_role=_parse_pairs(table("title_roles")),
        abbreviations=table("abbreviations").words("words"),
        kin_nouns=_parse_genders(table("kin_nouns")),
        role_nouns=_parse_genders(table("role_nouns")),
        age_words={word: age for age in AGES for word in table("age_words").word_sequence(age)},
        relation_nouns={kind: table("relations").words(kind) for kind in RELATION_KINDS},
        spouse_nouns=word_lists.words("spouse_nouns"),
        parent_nouns=word_lists.words("parent_nouns"),
        in_law_word=word_lists.text("in_law_word"),
        vague_nouns=word_lists.words("vague_nouns"),
        non_person_words=word_lists.words("non_person_words"),
        speaker_metonyms=word_lists.words("speaker_metonyms"),
        counterpart_words=word_lists.words("counterpart_words"),
        pronoun_genders={
            word: gender
            for gender in ("plural", "female", "male")
            for word in pronouns.words(gender)
        },
        subject_pronouns=pronouns.words("subject"),
        object_pronouns=pronouns.words("object"),
        first_person_pronouns=pronouns.words("first_person"),
        first_person_words=word_lists.words("first_person_words"),
        second_person_words=word_lists.words("second_person_words"),
        relative_pronouns=word_lists.words("relative_pronouns"),
        determiners=word_lists.words("determiners"),
        indefinite_articles=word_lists.words("indefinite_articles"),
        indefinite_determiners=word_lists.words("indefinite_determiners"),
        determiner_genders=_parse_genders(table("determiner_genders")),
        common_gender_nouns=table("role_nouns").words("male") & table("role_nouns").words("female"),
        indefinite_pronouns=word_lists.words("indefinite_pronouns"),
        modifier_prepositions=word_lists.words("modifier_prepositions"),
        comparison_words=word_lists.words("comparison_words"),
        existential_words=word_lists.words("existential_words"),
        modal_verbs=word_lists.words("modal_verbs"),
        modifier_ends=word_lists.words("modifier_ends"),
        definite_articles=word_lists.words("definite_articles"),
        oblique_articles=word_lists.words("oblique_articles"),
        possessive_determiners=word_lists.words("possessive_determiners"),
        conjunctions=word_lists.words("conjunctions"),
        speech_verbs=speech.words("verbs") | speech.words("present_verbs"),
        first_person_verbs=speech.words("first_person_verbs"),
        weak_speech_verbs=speech.words("weak_verbs"),
        leading_verb_forms=speech.words("leading_forms"),
        reporting_verbs={kind: speech.words(kind) for kind in REPORTING_KINDS},
        silence_words=speech.words("silence_words"),
        silent_words=speech.words("silent_words"),
        utterance_nouns=speech.words("utterance_nouns"),
        source_phrases=_parse_phrases(speech, "source_phrases"),
        linking_verbs=speech.words("linking_verbs"),
        past_verbs=verbs.words("past_forms"),
        past_endings=verbs.word_sequence("past_endings"),
        gendered_verb_endings={
            gender: table("gendered_verb_endings").word_sequence(gender)
            for gender in ("male", "female")
            if gender in table("gendered_verb_endings").table
        },
        adjective_endings=word_lists.word_sequence("adjective_endings"),
        subject_endings=word_lists.word_sequence("subject_endings"),
        adverb_endings=word_lists.word_sequence("adverb_endings"),
        tag_filler_words=word_lists.words("tag_filler_words"),
        addressee_prepositions=word_lists.words("addressee_prepositions"),
        address_words={kind: address.words(kind) for kind in ADDRESS_KINDS},
        introductions=_parse_phrases(address, "introductions"),
        self_references=_parse_phrases(address, "self_references"),
        answer_words=answer_words,
        endearment_adjectives=word_lists.words("endearment_adjectives"),
        pity_adjectives=word_lists.words("pity_adjectives"),
        vocative_exclamations=word_lists.words("vocative_exclamations") | answer_words,
        alias_phrases=_parse_phrases(word_lists, "alias_phrases"),
        generation_adjectives=_parse_generations(table("generation_adjectives")),
        generation_suffixes=_parse_generations(table("generation_suffixes")),
        given_names=_parse_genders(table("given_names")),
        nicknames=_parse_pairs(table("nicknames")),
        has_english_nicknames=habits.flag("english_nicknames"),
        name_cases=people.rows("name_cases"),
        patronymic_endings=word_lists.word_sequence("patronymic_endings"),
        name_particles=word_lists.words("name_particles"),
        non_name_words=word_lists.words("non_name_words") | answer_words,
        ambiguous_name_words=word_lists.words("ambiguous_name_words"),
        place_nouns=word_lists.words("place_nouns"),
        place_prepositions=word_lists.words("place_prepositions"),
        narrator_name=word_lists.text("narrator_name", "Narrator"),
    )


def _parse_phrases(section: Section, key: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases under a key, whose words are joined by underscores."""
    return tuple(tuple(phrase.split("_")) for phrase in section.word_sequence(key))


def _parse_generations(section: Section) -> dict[str, str]:
    """Return `old` or `young` for each word."""
    return {word: key for key in GENERATIONS for word in section.word_sequence(key)}


def _parse_genders(section: Section) -> dict[str, str]:
    """Return the gender of each word; of several, `male` counts before `female`, then `neutral`."""
    return {
        word: gender
        for gender in ("neutral", "female", "male")
        for word in section.word_sequence(gender)
    }


def _parse_pairs(section: Section) -> dict[str, str]:
    """Return a dictionary from words of the form `key:value`.

    Raises:
        LanguageFileError: a word has another form.
    """
    pairs = [pair.partition(":") for pair in section.word_sequence("pairs")]
    for name, colon, value in pairs:
        if not (name and colon and value):
            raise LanguageFileError(
                f"{section.place}: '{name}{colon}{value}' is not of the form word:word"
            )
    return {name: value for name, _, value in pairs}
