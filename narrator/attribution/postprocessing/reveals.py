"""Finds the names of people whom a scene first only describes: "The stranger rose. It was Ada."."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.postprocessing.descriptions import can_describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.people import Mention

_MAX_REVEAL_TOKENS = 120
"""Maximum distance in tokens from a description to the name that it gets."""


def find_revealed_names(context: QuotationContext) -> dict[int, int]:
    """Return the person with a name who is behind each description that a scene brought in."""
    persons, tags = context.people.persons, context.best_tags
    pairs = [
        (tag.person_index, person)
        for quotation, person in context.introduced_speakers.items()
        if (tag := tags[quotation]) is not None and tag.person_index >= 0
    ]
    pairs += _find_statements(context)
    return {
        described: person
        for described, person in pairs
        if persons[described].is_introduced
        and not persons[person].description
        and can_describe(persons[described], persons[person])
    }


def _find_statements(context: QuotationContext) -> Iterator[tuple[int, int]]:
    """Yield the description, and the person, of each "it was Ada" about somebody new."""
    tokens, people = context.tokens, context.people
    scenes = tokens.number_scenes()
    seen: set[tuple[int, int]] = set()
    described: Mention | None = None
    for mention in people.mentions:
        scene = scenes[tokens.paragraph_indices[mention.start]]
        if mention.is_quoted:
            continue
        if people.persons[mention.person_index].is_introduced:
            described = mention
        elif (
            described is not None
            and (scene, mention.person_index) not in seen
            and scenes[tokens.paragraph_indices[described.start]] == scene
            and mention.start - described.start <= _MAX_REVEAL_TOKENS
            and _states_identity(context, mention)
        ):
            yield described.person_index, mention.person_index
        seen.add((scene, mention.person_index))


def _states_identity(context: QuotationContext, mention: Mention) -> bool:
    """Return whether "it was" directly precedes a mention."""
    tokens, language = context.tokens, context.tokens.language
    if mention.start < 2 or mention.is_possessive:
        return False
    subject, verb = tokens.lowercase_words[mention.start - 2 : mention.start]
    return verb in language.linking_verbs and subject in language.existential_words
