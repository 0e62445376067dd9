"""Resolve kinship descriptions, "his wife" and "her mother", by the last name that they share.

The owner in "his wife" is the man who was named or addressed last. If the book has just one "Mrs."
with his name, she is his wife.
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
"""Mentions before a description among which its owner is looked for."""
_MAX_TOKENS_BACK = 80
"""Tokens before a description within which its owner is named."""


def resolve_kinship(tokens: TokenTable, people: People) -> None:
    """Replace the person of each kinship mention by the relative with a name, if there is one."""
    language = tokens.language
    for mention_index, mention in enumerate(people.mentions):
        noun = tokens.lowercase_words[mention.end - 1]
        is_relative = noun in language.spouse_nouns or noun in language.parent_nouns
        if not mention.is_description or not is_relative:
            continue
        owner_gender = language.pronoun_genders.get(tokens.lowercase_words[mention.start])
        # "Father-in-law" is read as three words, and names somebody of another family.
        following = tokens.lowercase_words[mention.end : mention.end + 1]
        is_in_law = following == [language.in_law_word]
        if owner_gender not in {"male", "female"} or is_in_law:
            continue
        owner = _find_possessor(people, mention_index, owner_gender)
        person_index = _find_relative(people.persons, owner, noun, language) if owner else -1
        if person_index >= 0:
            people.mentions[mention_index] = replace(mention, person_index=person_index)


def _find_possessor(people: People, mention_index: int, gender: str) -> Person | None:
    """Return the person of a gender who was named last before a mention, or None.

    Names in quotations count only if they address the person.
    """
    start = people.mentions[mention_index].start
    first = max(0, mention_index - _MAX_MENTIONS_BACK)
    for earlier in reversed(people.mentions[first:mention_index]):
        if start - earlier.start > _MAX_TOKENS_BACK:
            return None
        person = people.persons[earlier.person_index]
        # Somebody who is only talked about is seldom the owner in the narration that follows.
        is_present = earlier.is_addressed or not earlier.is_quoted
        if is_present and not person.description and person.gender == gender:
            return person
    return None


def _find_relative(
    persons: Sequence[Person], owner: Person, noun: str, language: AttributionLanguage
) -> int:
    """Return the index of the only person with the gender, title and last name of a relative.

    Returns -1 if the book has none or several.
    """
    if noun in language.spouse_nouns:
        gender = "female" if owner.gender == "male" else "male"
        last_names = _list_married_names(owner, language)
    else:
        gender = language.kin_nouns.get(noun, "")
        last_names = _list_birth_names(owner, language)
    titles = language.married_titles if gender == "female" else language.common_male_titles

    def is_relative_form(form: NameForm) -> bool:
        return form.title in titles and form.words in last_names

    relatives = [
        index
        for index, person in enumerate(persons)
        if person.gender == gender
        and person is not owner
        and any(map(is_relative_form, person.name_forms))
    ]
    return relatives[0] if len(relatives) == 1 else -1


def _list_married_names(person: Person, language: AttributionLanguage) -> NameWords:
    """Return the last names that a person shares with husband or wife: "Mr. Vane" has Vane."""
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
