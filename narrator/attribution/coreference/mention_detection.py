"""Detect all mentions of persons by name or description, and the first-person narrators."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from narrator.attribution.coreference.aliases import find_alias_statements
from narrator.attribution.coreference.described_genders import learn_described_genders
from narrator.attribution.coreference.description_detection import detect_descriptions
from narrator.attribution.coreference.generations import distinguish_generations
from narrator.attribution.coreference.kinship import resolve_kinship
from narrator.attribution.coreference.name_cases import restore_nominatives
from narrator.attribution.coreference.name_clustering import Person, cluster_names
from narrator.attribution.coreference.name_contrast import contrast_names
from narrator.attribution.coreference.name_detection import detect_names
from narrator.attribution.coreference.name_statistics import (
    collect_name_statistics,
    find_narrated_positions,
    is_addressed,
    is_likely_verb,
)
from narrator.attribution.coreference.narrators import detect_narrators
from narrator.attribution.coreference.people import Mention, MentionSpan, People
from narrator.attribution.coreference.pronoun_genders import learn_pronoun_genders
from narrator.attribution.coreference.relatives import separate_relatives

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from narrator.attribution.tokens import TokenTable

_MIN_AGE_SHARE = 0.15
"""Minimum share of a person's mentions that have a word for the same age, to set the age."""


def detect_mentions(tokens: TokenTable) -> People:
    """Return all persons of a book with their mentions."""
    names = restore_nominatives(tokens, detect_names(tokens))
    names = distinguish_generations(tokens, names)
    persons, person_by_form = cluster_names(
        collect_name_statistics(tokens, names),
        find_narrated_positions(tokens, names),
        tokens.language,
        contrast_names(tokens, names),
        list(find_alias_statements(tokens, names)),
    )
    spans = [
        MentionSpan(name.start, name.end, person_by_form[name.form], is_description=False)
        for name in names
        if name.form in person_by_form
    ]
    _set_ages(tokens, persons, spans)
    descriptions, possessors = detect_descriptions(tokens, persons, spans)
    learn_described_genders(tokens, persons, descriptions)
    spans = [span for span in spans if span.start not in possessors] + descriptions
    people = People(persons, [_build_mention(tokens, span, persons) for span in sorted(spans)])
    people.possessors = possessors
    learn_pronoun_genders(tokens, people)
    resolve_kinship(tokens, people)
    separate_relatives(tokens, people)
    for mention_index, mention in enumerate(people.mentions):
        people.mention_by_start[mention.start] = mention_index
    detect_narrators(tokens, people)
    return people


def _build_mention(tokens: TokenTable, span: MentionSpan, persons: Sequence[Person]) -> Mention:
    """Return a mention, completed from the tokens around it."""
    start, end, person_index, is_description = span
    is_quoted = tokens.quotation_indices[start] >= 0
    is_possessive = bool(tokens.is_possessive[end - 1])
    precedes_verb = (
        end < len(tokens.words)
        and tokens.paragraph_indices[end] == tokens.paragraph_indices[start]
        and is_likely_verb(tokens, end)
    )
    return Mention(
        start,
        end,
        person_index,
        is_quoted,
        is_quoted and is_addressed(tokens, start, end),
        not is_possessive and (precedes_verb or bool(tokens.is_sentence_start[start])),
        is_description and not persons[person_index].has_calling,
        is_possessive,
    )


# ------------------------------------------------------------------------------------------ ages


def _set_ages(tokens: TokenTable, persons: Sequence[Person], spans: Sequence[MentionSpan]) -> None:
    """Set the age of persons in place, from adjectives and titles before the name: "old Tom".

    A single "old" or "young" in the narration is enough if it introduces the person, or if the
    person is mentioned rarely. A single "little" or "Miss" is not: the one may be an endearment,
    and the other has any age.
    """
    conclusive_words = tokens.language.adjective_titles
    counts: Counter[tuple[int, str]] = Counter()
    narrated_ages: dict[tuple[int, str], bool] = {}  # whether the word introduces the person
    introduced: set[int] = set()
    names = [{word for form in person.name_forms for word in form.words} for person in persons]
    for span in sorted(spans):
        words = _find_age_words(tokens, span, names[span.person_index])
        counts.update((span.person_index, age) for age in words.values())
        if tokens.quotation_indices[span.start] >= 0:
            continue
        for word, age in words.items():
            if age == "old" or (age == "young" and word in conclusive_words):
                is_introduction = span.person_index not in introduced
                narrated_ages.setdefault((span.person_index, age), is_introduction)
        introduced.add(span.person_index)
    for (person_index, age), count in counts.items():
        is_frequent = count >= _MIN_AGE_SHARE * persons[person_index].statistics.total_count
        is_narrated = (person_index, age) in narrated_ages
        introduces = narrated_ages.get((person_index, age), False)
        if introduces or (is_frequent and (count >= 2 or is_narrated)):
            persons[person_index].age = age
    for person in persons:
        person.age = person.age or _find_kinship_age(tokens, person)
    # Titles decide last: "young Mr. Reed" is young, although "Mr." implies an adult.
    for person in persons:
        if person.age is None and _has_adult_title(tokens, person):
            person.age = "adult"


def _find_kinship_age(tokens: TokenTable, person: Person) -> str | None:
    """Return the age of a person who is mostly called by a noun of kinship: "Grandad"."""
    language = tokens.language
    form = max(person.name_forms, key=lambda form: person.name_forms[form], default=None)
    if form is None or len(form.words) > 1:
        return None
    kinship = next((word for word in (*form.words, form.title) if word in language.kin_nouns), "")
    return language.age_words.get(kinship)


def _find_age_words(tokens: TokenTable, span: MentionSpan, names: Set[str]) -> dict[str, str]:
    """Return the words of age at the start of a mention, or before it, and the ages they mean.

    The names of the person are none: "Mr. Young" may be old.
    """
    age_words = tokens.language.age_words
    # The word may be the name's title, its first token, or the token before it.
    words = (tokens.lowercase_words[index] for index in (span.start, max(0, span.start - 1)))
    return {word: age_words[word] for word in words if word in age_words and word not in names}


def _has_adult_title(tokens: TokenTable, person: Person) -> bool:
    """Return whether a person has an adult's title.

    "Miss", "Master" and nouns of kinship do not count.
    """
    language = tokens.language
    ageless_titles = (
        language.unmarried_titles
        | language.adjective_titles
        | language.kin_nouns.keys()
        | {"", "master"}
    )
    return any(form.title not in ageless_titles for form in person.name_forms)
