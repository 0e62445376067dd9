"""Find who bears a title that stands alone: "the General" may be General Tilney."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.languages.people_words import AttributionLanguage

_DOMINANT_FACTOR = 4
"""Minimum ratio of a person's uses of a title to all others', for the title to mean the person."""
_COURTESY_TITLES = frozenset(("miss", "mr", "lady", "nurse", "master", "lord"))
"""Titles that, as nouns, may describe anybody: "the lady"."""


def list_title_holders(
    persons: Sequence[Person], language: AttributionLanguage
) -> dict[str, dict[int, int]]:
    """Return the named persons with each title, with the number of uses of the title."""
    holders: dict[str, dict[int, int]] = {}
    for index, person in enumerate(persons):
        if person.description:
            continue
        for form, count in person.name_forms.items():
            if form.title:
                uses = holders.setdefault(language.find_title(form.title), {})
                uses[index] = uses.get(index, 0) + count
    return holders


def find_title_holder(persons: Sequence[Person], title: str) -> int:
    """Return the index of the only or dominant person with a title, or -1.

    "The General" is General Tilney if no other general is named often.
    """
    counts = [
        (sum(count for form, count in person.name_forms.items() if form.title == title), -index)
        for index, person in enumerate(persons)
        if not person.description
    ]
    holders = sorted(pair for pair in counts if pair[0])
    if not holders or title in _COURTESY_TITLES:
        return -1
    most_uses, negated_index = holders[-1]
    other_uses = sum(uses for uses, _ in holders[:-1])
    return -negated_index if most_uses >= _DOMINANT_FACTOR * other_uses else -1
