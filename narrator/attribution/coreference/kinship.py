"""Whom "his wife" and "her mother" mean: who bears the last name of whom he or she is.

That is who was told of, or called, last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import People
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.name_detection import NameForm
    from narrator.attribution.language import AttributionLanguage
    from narrator.attribution.tokens import TokenTable

    Names = set[tuple[str, ...]]

_EARLIER = 12
"""Mentions before a relative's among which he or she is looked for."""
_REACH = 80
"""Tokens before it, likewise."""


def resolve_kinship(page: TokenTable, people: People) -> None:
    """Let each such mention mean the named person, where there is just one of that name."""
    language = page.language
    for number, mention in enumerate(people.mentions):
        noun = page.lowercase_words[mention.end - 1]
        if not mention.is_description or not (
            noun in language.spouse_nouns or noun in language.parent_nouns
        ):
            continue
        gender = language.pronoun_genders.get(page.lowercase_words[mention.start])
        in_law = page.lowercase_words[mention.end : mention.end + 1] == [language.in_law_word]
        if gender not in {"male", "female"} or in_law:
            continue
        owner = _last_named(people, number, gender)
        relative = _relative(people.persons, owner, noun, language) if owner else -1
        if relative >= 0:
            people.mentions[number] = replace(mention, person_index=relative)


def _last_named(people: People, number: int, gender: str) -> Person | None:
    """Who of a gender was named last before a mention, by the narrator or to his face."""
    here = people.mentions[number].start
    for earlier in reversed(people.mentions[max(0, number - _EARLIER) : number]):
        person = people.persons[earlier.person_index]
        if here - earlier.start > _REACH:
            return None
        if (
            (earlier.is_addressed or not earlier.is_quoted)
            and not person.description
            and person.gender == gender
        ):
            return person
    return None


def _relative(
    persons: list[Person], owner: Person, noun: str, language: AttributionLanguage
) -> int:
    """The index of the one person who bears the last name, and the title, of a relative; or -1."""
    if noun in language.spouse_nouns:
        gender = "female" if owner.gender == "male" else "male"
        names = _married_names(owner, language)
    else:
        gender, names = language.kin_nouns.get(noun, ""), _born_names(owner, language)
    titles = language.married_titles if gender == "female" else language.common_male_titles

    def bears(form: NameForm) -> bool:
        return form.title in titles and form.words in names

    found = [
        number
        for number, person in enumerate(persons)
        if person.gender == gender and person is not owner and any(map(bears, person.name_forms))
    ]
    return found[0] if len(found) == 1 else -1


def _married_names(owner: Person, language: AttributionLanguage) -> Names:
    """The last names that somebody shares with husband or wife."""
    titles = language.common_male_titles if owner.gender == "male" else language.married_titles
    return {
        form.words for form in owner.name_forms if form.title in titles and len(form.words) == 1
    }


def _born_names(owner: Person, language: AttributionLanguage) -> Names:
    """The last names that somebody shares with the parents; none, where one is married."""
    if any(form.title in language.married_titles for form in owner.name_forms):
        return set()
    unmarried = language.unmarried_titles
    return {f.words[-1:] for f in owner.name_forms if len(f.words) > 1 or f.title in unmarried}
