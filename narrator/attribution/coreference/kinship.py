"""Resolve kinship descriptions such as "his wife" and "her mother" by shared last names.

The possessor ("his") is the man who was last named in narration or addressed. If the book has only
one "Mrs." with his last name, she is his wife; so is "Mrs. John Vane", if he is John Vane. Where
nobody was named for a while, "her husband" is whoever it last was in the scene.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_statistics import is_likely_verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.name_detection import NameForm
    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

    NameWords = set[tuple[str, ...]]

_MAX_MENTIONS_BACK = 12
"""Maximum number of mentions before a description to search for its possessor."""
_MAX_TOKENS_BACK = 80
"""Maximum distance in tokens from the possessor's mention to the description."""


def resolve_kinship(tokens: TokenTable, people: People) -> None:
    """Reassign each kinship mention, in place, to the named person it describes.

    Mentions that cannot be resolved are not changed.
    """
    language = tokens.language
    _resolve_appositions(tokens, people)
    scenes, scene = tokens.number_scenes(), -1
    latest_spouses: dict[str, int] = {}
    for mention_index, mention in enumerate(people.mentions):
        if scenes[tokens.paragraph_indices[mention.start]] != scene:
            scene = scenes[tokens.paragraph_indices[mention.start]]
            latest_spouses.clear()
        noun = tokens.lowercase_words[mention.end - 1]
        is_relative = noun in language.spouse_nouns or noun in language.parent_nouns
        if not mention.is_description or not is_relative:
            continue
        possessor_index = people.possessors.get(mention.start, -1)
        possessor_gender = (
            people.persons[possessor_index].gender
            if possessor_index >= 0
            else language.pronoun_genders.get(tokens.lowercase_words[mention.start])
        )
        # A parent-in-law has another last name. ("Father-in-law" is several tokens.)
        following = tokens.lowercase_words[mention.end : mention.end + 1]
        is_in_law = following == [language.in_law_word]
        if possessor_gender not in {"male", "female"} or is_in_law:
            continue
        if possessor_index < 0:
            possessor_index = find_possessor(
                people, mention_index, possessor_gender, language.kin_nouns
            )
        person_index = (
            _find_relative(people.persons, people.persons[possessor_index], noun, language)
            if possessor_index >= 0
            else latest_spouses.get(noun, -1)
        )
        if noun in language.spouse_nouns:
            latest_spouses[noun] = person_index
        if person_index >= 0:
            people.mentions[mention_index] = replace(mention, person_index=person_index)


def _resolve_appositions(tokens: TokenTable, people: People) -> None:
    """Reassign, in place, kinship mentions that the scene explains: "Cyril Cope, her son, sat".

    From there to the end of the scene, "her son" and "her brother" are Cyril, if no other man has
    been named as a child or brother.
    """
    relatives: dict[int, tuple[str, str]] = {}
    scenes, scene = tokens.number_scenes(), -1
    for mention_index, mention in enumerate(people.mentions):
        if scenes[tokens.paragraph_indices[mention.start]] != scene:
            scene = scenes[tokens.paragraph_indices[mention.start]]
            relatives.clear()
        gender = _find_kinship_gender(tokens, mention)
        if gender is None:
            continue
        relative = (gender, _find_generation(tokens, mention))
        person_index = _find_apposition(tokens, people, mention_index, gender)
        if person_index < 0:
            possessor = find_possessor(
                people,
                mention_index,
                _find_possessor_gender(tokens, mention),
                tokens.language.kin_nouns,
            )
            fitting = [
                index
                for index, other in relatives.items()
                if other == relative and index != possessor
            ]
            person_index = fitting[0] if len(fitting) == 1 else -1
        if person_index >= 0:
            relatives[person_index] = relative
            people.mentions[mention_index] = replace(mention, person_index=person_index)


def _find_generation(tokens: TokenTable, mention: Mention) -> str:
    """Return the kind of a relative; the children of one person are the siblings of another."""
    noun = tokens.lowercase_words[mention.end - 1]
    kinds = (kind for kind, nouns in tokens.language.relation_nouns.items() if noun in nouns)
    kind = next(kinds, noun)
    return "child" if kind == "sibling" else kind


def _find_possessor_gender(tokens: TokenTable, mention: Mention) -> str:
    """Return the gender of "his" or "her" at the beginning of a mention; empty for others."""
    return tokens.language.pronoun_genders.get(tokens.lowercase_words[mention.start], "")


def _find_kinship_gender(tokens: TokenTable, mention: Mention) -> str | None:
    """Return the gender of the relative in a mention such as "her son"; None for other mentions."""
    if not mention.is_description or not _find_possessor_gender(tokens, mention):
        return None
    gender = tokens.language.kin_nouns.get(tokens.lowercase_words[mention.end - 1])
    return gender if gender in {"male", "female"} else None


def _find_apposition(tokens: TokenTable, people: People, mention_index: int, gender: str) -> int:
    """Return the named person beside a kinship mention, set off by commas or directly after it.

    Returns -1 if there is none, or if the person has another gender.
    """
    mention = people.mentions[mention_index]
    for neighbour in (mention_index - 1, mention_index + 1):
        if not 0 <= neighbour < len(people.mentions):
            continue
        other = people.mentions[neighbour]
        person = people.persons[other.person_index]
        is_set_off = (
            tokens.words[other.end : mention.start] == [","]
            and mention.end + 1 < len(tokens.words)
            and tokens.words[mention.end] == ","
            # In a list, a conjunction or another name follows: "Ada, her mother, and Tom".
            and is_likely_verb(tokens, mention.end + 1)
        )
        is_named_so = mention.end == other.start and not other.is_possessive
        if (
            (is_set_off or is_named_so)
            and not person.description
            and (person.gender in {gender, None})
        ):
            return other.person_index
    return -1


def _is_called_by_kinship(person: Person, kin_nouns: Mapping[str, str]) -> bool:
    """Return whether a person has no name but a noun of kinship: "Papa"."""
    return all(form.words[:1] and form.words[0] in kin_nouns for form in person.name_forms)


def find_possessor(
    people: People, mention_index: int, gender: str, kin_nouns: Mapping[str, str]
) -> int:
    """Return the named person of a gender who was mentioned last before a mention, or -1.

    Mentions in quotations count only if they address the person.
    """
    start = people.mentions[mention_index].start
    first = max(0, mention_index - _MAX_MENTIONS_BACK)
    for earlier in reversed(people.mentions[first:mention_index]):
        if start - earlier.start > _MAX_TOKENS_BACK:
            return -1
        person = people.persons[earlier.person_index]
        # A person who is only mentioned in a quotation may be absent.
        is_present = earlier.is_addressed or not earlier.is_quoted
        is_named = not person.description and not _is_called_by_kinship(person, kin_nouns)
        if is_present and is_named and person.gender == gender:
            return earlier.person_index
    return -1


def _find_relative(
    persons: Sequence[Person], possessor: Person, noun: str, language: AttributionLanguage
) -> int:
    """Return the index of the only person who fits a noun of kinship to another person.

    The person must have the right gender, title and last name. Returns -1 if none or several do.

    Args:
        persons: all persons of the book.
        possessor: the person whose relative is searched for.
        noun: the noun of kinship, such as "wife".
        language: the word lists of the book's language.
    """
    if noun in language.spouse_nouns:
        spouses = _list_spouses_by_full_name(persons, possessor, language)
        if len(spouses) == 1:
            return spouses[0]
        gender = "female" if possessor.gender == "male" else "male"
        last_names = _list_married_names(possessor, language)
    else:
        gender = language.kin_nouns.get(noun, "")
        last_names = _list_birth_names(possessor, language)
    titles = language.married_titles if gender == "female" else _list_male_titles(language)
    noble_titles = _list_noble_titles(language)

    def is_relative_form(form: NameForm) -> bool:
        if form.title in noble_titles:
            return form.words[-1:] in last_names
        return form.title in titles and form.words in last_names

    relatives = [
        index
        for index, person in enumerate(persons)
        if person.gender == gender
        and person is not possessor
        and any(map(is_relative_form, person.name_forms))
    ]
    return relatives[0] if len(relatives) == 1 else -1


def _list_spouses_by_full_name(
    persons: Sequence[Person], possessor: Person, language: AttributionLanguage
) -> list[int]:
    """Return the indices of spouses whom a full name tells: "Mrs. John Vane" and "John Vane"."""
    is_wife = possessor.gender == "female"
    names = _list_full_names(possessor, language, is_married_title=is_wife)
    return [
        index
        for index, person in enumerate(persons)
        if person is not possessor
        and person.gender not in {possessor.gender, None}
        and names & _list_full_names(person, language, is_married_title=not is_wife)
    ]


def _list_full_names(
    person: Person, language: AttributionLanguage, *, is_married_title: bool
) -> NameWords:
    """Return the full names that a person has with a married woman's title, or without one."""
    return {
        form.words
        for form in person.name_forms
        if len(form.words) > 1 and (form.title in language.married_titles) == is_married_title
    }


def _list_male_titles(language: AttributionLanguage) -> frozenset[str]:
    """Return the titles of men without a first name: "Mr.", and ranks such as "Judge"."""
    ranks = {title for title, gender in language.titles.items() if gender == "neutral"}
    return language.common_male_titles | ranks - language.adjective_titles


def _list_noble_titles(language: AttributionLanguage) -> frozenset[str]:
    """Return the titles of one gender that are not everybody's: "Sir", "Lady" and "Count"."""
    gendered = {title for title, gender in language.titles.items() if gender in {"male", "female"}}
    common = language.common_male_titles | language.married_titles | language.unmarried_titles
    return frozenset(gendered.difference(common, language.kin_nouns, language.adjective_titles))


def _list_married_names(person: Person, language: AttributionLanguage) -> NameWords:
    """Return the last names that a person shares with a spouse: Vane for "Mr. Vane"."""
    is_male = person.gender == "male"
    titles = language.common_male_titles if is_male else language.married_titles
    noble_titles = _list_noble_titles(language)
    return {
        form.words[-1:]
        for form in person.name_forms
        if (form.title in titles and len(form.words) == 1) or form.title in noble_titles
    }


def _list_birth_names(person: Person, language: AttributionLanguage) -> NameWords:
    """Return the last names that a person shares with the parents; none for a married woman."""
    if any(form.title in language.married_titles for form in person.name_forms):
        return set()
    return {
        form.words[-1:]
        for form in person.name_forms
        if len(form.words) > 1 or form.title in language.unmarried_titles
    }
