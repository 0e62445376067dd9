"""Whom "his wife" and "her mother" mean: who bears the last name of whom he or she is.

That is who was told of, or called, last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import People
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.name_detection import Form
    from narrator.attribution.language import Language
    from narrator.attribution.tokens import Page

    Names = set[tuple[str, ...]]

_EARLIER = 12
"""Mentions before a relative's among which he or she is looked for."""
_REACH = 80
"""Tokens before it, likewise."""


def unite_relatives(page: Page, people: People) -> None:
    """Let each such mention mean the named person, where there is just one of that name."""
    language = page.language
    for number, mention in enumerate(people.mentions):
        noun = page.lower[mention.end - 1]
        if not mention.role or not (noun in language.spouses or noun in language.parents):
            continue
        gender = language.pronouns.get(page.lower[mention.start])
        in_law = page.lower[mention.end : mention.end + 1] == [language.in_law]
        if gender not in {"male", "female"} or in_law:
            continue
        owner = _last_named(people, number, gender)
        relative = _relative(people.persons, owner, noun, language) if owner else -1
        if relative >= 0:
            people.mentions[number] = replace(mention, person=relative)


def _last_named(people: People, number: int, gender: str) -> Person | None:
    """Who of a gender was named last before a mention, by the narrator or to his face."""
    here = people.mentions[number].start
    for earlier in reversed(people.mentions[max(0, number - _EARLIER) : number]):
        person = people.persons[earlier.person]
        if here - earlier.start > _REACH:
            return None
        if (earlier.called or not earlier.quoted) and not person.role and person.gender == gender:
            return person
    return None


def _relative(persons: list[Person], owner: Person, noun: str, language: Language) -> int:
    """The index of the one person who bears the last name, and the title, of a relative; or -1."""
    if noun in language.spouses:
        gender = "female" if owner.gender == "male" else "male"
        names = _married_names(owner, language)
    else:
        gender, names = language.kin.get(noun, ""), _born_names(owner, language)
    titles = language.married if gender == "female" else language.plain_titles

    def bears(form: Form) -> bool:
        return form.title in titles and form.words in names

    found = [
        number
        for number, person in enumerate(persons)
        if person.gender == gender and person is not owner and any(map(bears, person.forms))
    ]
    return found[0] if len(found) == 1 else -1


def _married_names(owner: Person, language: Language) -> Names:
    """The last names that somebody shares with husband or wife."""
    titles = language.plain_titles if owner.gender == "male" else language.married
    return {form.words for form in owner.forms if form.title in titles and len(form.words) == 1}


def _born_names(owner: Person, language: Language) -> Names:
    """The last names that somebody shares with the parents; none, where one is married."""
    if any(form.title in language.married for form in owner.forms):
        return set()
    unmarried = language.unmarried
    return {f.words[-1:] for f in owner.forms if len(f.words) > 1 or f.title in unmarried}
