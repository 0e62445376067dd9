"""Name the newcomers who say who they are.

In "A man came in" and then "My name is Tom", the scene only describes Tom until he gives his name,
and what he says before that is his, too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.attribution.candidate_generation import apply_speaker_rules, choose_best_tag
from narrator.attribution.coreference.introductions import find_introductions
from narrator.attribution.postprocessing.descriptions import can_describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenTable


def name_newcomers(tokens: TokenTable, people: People) -> None:
    """Let the description of a newcomer mean the name that he gives in the scene, in place."""
    scenes = tokens.number_scenes()
    narrated = defaultdict[int, list[int]](list)
    for index, mention in enumerate(people.mentions):
        if not mention.is_quoted:
            narrated[scenes[tokens.paragraph_indices[mention.start]]].append(index)
    for introduction in list(find_introductions(tokens, people)):
        if introduction.is_quoted:
            scene = narrated[scenes[tokens.paragraph_indices[introduction.start]]]
            for described in _find_newcomer(tokens, people, scene, introduction):
                _rename(people, scene, described, introduction.person_index)


def _find_newcomer(
    tokens: TokenTable, people: People, scene: Sequence[int], introduction: Mention
) -> set[int]:
    """Return the described persons who are whoever gives a name; none if that is not clear.

    Args:
        tokens: The tokens of the book.
        people: The persons and mentions of the book.
        scene: The mentions in the narration of the scene, by index, in order.
        introduction: The mention by which somebody gives a name.
    """
    quotation = tokens.quotation_indices[introduction.start]
    start = tokens.quotations[quotation].token_runs[0][0]
    before = scene[: bisect_left(scene, start, key=lambda index: people.mentions[index].start)]
    if introduction.person_index in {people.mentions[index].person_index for index in before}:
        return set()
    tag = _find_tag(tokens, people, quotation)
    last_mentions = {
        person: index
        for index in before
        if _is_newcomer(tokens, people, person := people.mentions[index].person_index)
        and can_describe(people.persons[person], people.persons[introduction.person_index])
        and (tag is None or _fits(people, person, tag))
    }
    latest = max(last_mentions, key=lambda person: last_mentions[person], default=-1)
    if tag is not None:
        described_by_tag = tag.person_index if tag.is_description else -1
        return {p for p in (latest, described_by_tag) if _is_newcomer(tokens, people, p)}
    asker = _find_tag(tokens, people, quotation - 1) if quotation else None
    is_asked = asker is not None and any(_fits(people, person, asker) for person in last_mentions)
    genders = {people.persons[person].gender for person in last_mentions}
    return {latest} if len(genders) == 1 and not is_asked else set()


def _find_tag(tokens: TokenTable, people: People, quotation: int) -> SpeechTag | None:
    """Return the strongest speech tag of a quotation."""
    return choose_best_tag(apply_speaker_rules(tokens, people, tokens.quotations[quotation]))


def _is_newcomer(tokens: TokenTable, people: People, person_index: int) -> bool:
    """Return whether a person has only a description that means another one in each scene."""
    if person_index < 0 or people.persons[person_index].is_narrator:
        return False
    words = people.persons[person_index].description.casefold().split()
    return not tokens.language.vague_nouns.isdisjoint(words)


def _fits(people: People, person_index: int, tag: SpeechTag) -> bool:
    """Return whether the pronoun or description of a tag may mean a described person."""
    person = people.persons[person_index]
    if tag.is_description:
        return can_describe(people.persons[tag.person_index], person)
    return person.gender in {tag.pronoun_gender, None} and tag.pronoun_gender != ""


def _rename(people: People, scene: Sequence[int], described: int, named: int) -> None:
    """Let the mentions of a described person in a scene mean a named one, in place."""
    for index in scene:
        if people.mentions[index].person_index == described:
            people.mentions[index] = replace(people.mentions[index], person_index=named)
    person, newcomer = people.persons[named], people.persons[described]
    if person.gender is None:
        person.male_probability = newcomer.male_probability
    person.age = person.age or newcomer.age
    for count in ("total_count", "acting_count", "speaking_count"):
        total = getattr(person.statistics, count) + getattr(newcomer.statistics, count)
        setattr(person.statistics, count, total)
