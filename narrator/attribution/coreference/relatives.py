"""Tell the relatives of different persons apart: Ada's "her brother" is not Robert's "his brother".

A noun of kinship after "his" or "her" describes one person as long as its possessors meet: Ada and
Robert may be brother and sister. Possessors who are never in one scene with it have different
relatives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from narrator.attribution.coreference.kinship import find_possessor
from narrator.attribution.coreference.name_statistics import NameStatistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.attribution.coreference.people import People
    from narrator.attribution.tokens import TokenTable


def separate_relatives(tokens: TokenTable, people: People) -> None:
    """Give each circle of possessors who meet a relative of their own, in place.

    The circle with the most mentions of a relative keeps the person; each other circle gets a new
    one, added to `people.persons`.
    """
    scenes = tokens.number_scenes()
    people.owner_by_start.update(people.possessors)
    for relative, owners in _find_owners(tokens, people).items():
        people.owner_by_start.update((people.mentions[m].start, o) for m, o in owners.items())
        if len(set(owners.values()) - {-1}) < 2:
            continue
        owned_scenes = defaultdict[int, set[int]](set)
        for mention_index, owner in owners.items():
            scene = scenes[tokens.paragraph_indices[people.mentions[mention_index].start]]
            owned_scenes[owner].add(scene)
        circles = _join_owners(owned_scenes, _list_scene_persons(tokens, people, scenes))
        counts = Counter(circles[owner] for owner in owners.values() if owner >= 0)
        for circle, _ in counts.most_common()[1:]:
            _add_relative(
                people, relative, [m for m, owner in owners.items() if circles.get(owner) == circle]
            )


def _find_owners(tokens: TokenTable, people: People) -> dict[int, dict[int, int]]:
    """Return, for each described relative, the possessor of each mention (-1 if unknown).

    The keys are the index of the relative in `people.persons`, and the index of the mention.
    """
    owners = defaultdict[int, dict[int, int]](dict)
    genders = tokens.language.pronoun_genders
    for index, mention in enumerate(people.mentions):
        gender = genders.get(tokens.lowercase_words[mention.start])
        if mention.is_description and people.persons[mention.person_index].is_kin and gender:
            owners[mention.person_index][index] = find_possessor(
                people, index, gender, tokens.language.kin_nouns
            )
    return owners


def _list_scene_persons(
    tokens: TokenTable, people: People, scenes: Sequence[int]
) -> dict[int, set[int]]:
    """Return the persons whom the narration of each scene mentions, by the number of the scene."""
    persons = defaultdict[int, set[int]](set)
    for mention in people.mentions:
        if not mention.is_quoted:
            persons[scenes[tokens.paragraph_indices[mention.start]]].add(mention.person_index)
    return persons


def _join_owners(
    owned_scenes: Mapping[int, set[int]], scene_persons: Mapping[int, set[int]]
) -> dict[int, int]:
    """Return the circle of each possessor, named by one of its members; -1 has none."""
    circles = {owner: owner for owner in owned_scenes if owner >= 0}
    for first, second in combinations(sorted(circles), 2):
        shared = owned_scenes[first] | owned_scenes[second]
        if any({first, second} <= scene_persons[scene] for scene in shared):
            joined, kept = circles[second], circles[first]
            circles = {owner: kept if c == joined else c for owner, c in circles.items()}
    return circles


def _add_relative(people: People, relative: int, mention_indices: Sequence[int]) -> None:
    """Move some mentions of a described relative to a new person of the same description."""
    described = people.persons[relative]
    forms = Counter(
        {form: len(mention_indices) for form in described.name_forms.most_common(1)[0][:1]}
    )
    statistics = NameStatistics(total_count=len(mention_indices))
    people.persons.append(replace(described, name_forms=forms, statistics=statistics))
    for index in mention_indices:
        people.mentions[index] = replace(
            people.mentions[index], person_index=len(people.persons) - 1
        )
