"""Resolve kinship descriptions such as "his wife" and "her mother" by shared last names.

The possessor ("his") is the man who was last named in narration or addressed. If the book has only
one "Mrs." with his last name, she is his wife.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.name_detection import NameForm
    from narrator.attribution.coreference.people import People
    from narrator.attribution.language import AttributionLanguage
    from narrator.attribution.tokens import TokenTable

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
    for mention_index, mention in enumerate(people.mentions):
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
        possessor = (
            people.persons[possessor_index]
            if possessor_index >= 0
            else _find_possessor(people, mention_index, possessor_gender)
        )
        person_index = (
            _find_relative(people.persons, possessor, noun, language) if possessor else -1
        )
        if person_index >= 0:
            people.mentions[mention_index] = replace(mention, person_index=person_index)


def _find_possessor(people: People, mention_index: int, gender: str) -> Person | None:
    """Return the named person of a gender who was mentioned last before a mention, or None.

    Mentions in quotations count only if they address the person.
    """
    start = people.mentions[mention_index].start
    first = max(0, mention_index - _MAX_MENTIONS_BACK)
    for earlier in reversed(people.mentions[first:mention_index]):
        if start - earlier.start > _MAX_TOKENS_BACK:
            return None
        person = people.persons[earlier.person_index]
        # A person who is only mentioned in a quotation may be absent.
        is_present = earlier.is_addressed or not earlier.is_quoted
        if is_present and not person.description and person.gender == gender:
            return person
    return None


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
        gender = "female" if possessor.gender == "male" else "male"
        last_names = _list_married_names(possessor, language)
    else:
        gender = language.kin_nouns.get(noun, "")
        last_names = _list_birth_names(possessor, language)
    titles = language.married_titles if gender == "female" else language.common_male_titles

    def is_relative_form(form: NameForm) -> bool:
        return form.title in titles and form.words in last_names

    relatives = [
        index
        for index, person in enumerate(persons)
        if person.gender == gender
        and person is not possessor
        and any(map(is_relative_form, person.name_forms))
    ]
    return relatives[0] if len(relatives) == 1 else -1


def _list_married_names(person: Person, language: AttributionLanguage) -> NameWords:
    """Return the last names that a person shares with a spouse: Vane for "Mr. Vane"."""
    is_male = person.gender == "male"
    titles = language.common_male_titles if is_male else language.married_titles
    return {
        form.words for form in person.name_forms if form.title in titles and len(form.words) == 1
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
