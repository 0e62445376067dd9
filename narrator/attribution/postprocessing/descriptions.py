"""Reassigns vague descriptions to the persons they mean: "the old lady" is Grandmother all along.

Scoring treats everybody who is described as a separate person. Its result then shows who else might
have said what "the young girl" says. If that is mostly one person, the description means this
person throughout the book; if not, it means the likeliest person in each quotation. A specific
description ("the cook", "the croupier") stays a person; a vague one ("the man") hardly ever means a
person who is not known otherwise.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from narrator.attribution.postprocessing.gender import apply_gender_constraint

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.language import AttributionLanguage

_MIN_QUOTATIONS = 3
"""Quotations that a description must speak to mean one person throughout."""
_MIN_SHARE = 0.3
"""Mean share of the remaining probability that this person must have in those quotations."""
_MIN_LEAD = 2.0
"""How many times the share of the next person his share must be."""
_YIELD_RATIO = 0.1
"""Part of a description's probability that another must have to take it over in one quotation.

These four were chosen on five novels by authors that the nets had not been trained on.
"""


def is_vague_description(described: Person, language: AttributionLanguage) -> bool:
    """Return whether a description fits so many people that it likely means somebody known."""
    if not described.description or described.is_kin or described.is_narrator:
        return False
    return described.description.split()[-1].casefold() in language.vague_nouns


def can_describe(described: Person, person: Person) -> bool:
    """Return whether gender and age allow a description to mean a person."""
    if described.gender and person.gender and described.gender != person.gender:
        return False
    ages = {described.age, person.age}
    return not ("child" in ages and ages & {"adult", "old"})


def reassign_vague_descriptions(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return probabilities that agree with the tags, and leave none to vague descriptions.

    The gender constraint is applied first. Then the probability of each vague description goes to
    the person it means.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    persons, language = context.people.persons, context.tokens.language
    vague_persons = {
        index for index, person in enumerate(persons) if is_vague_description(person, language)
    }
    reassigned = apply_gender_constraint(context, probabilities)
    # Decided on the whole book before any row changes.
    referents = _find_constant_referents(context, reassigned, vague_persons)
    for index, candidates in enumerate(context.candidates):
        for slot, person in enumerate(candidates):
            if person in vague_persons:
                targets = _find_referent_slots(context, index, person)
                _move_probability(reassigned[index], slot, targets, referents.get(person))
    return reassigned


def _find_referent_slots(
    context: QuotationContext, quotation: int, described: int
) -> dict[int, int]:
    """Return the persons that a vague description may mean in a quotation, each with his slot.

    Whoever is named by the tag of the quotation before or after is left out, as the other speaker.
    """
    persons, tags = context.people.persons, context.best_tags
    neighbour_tags = tags[max(0, quotation - 1) : quotation] + tags[quotation + 1 : quotation + 2]
    neighbour_speakers = {tag.person_index for tag in neighbour_tags if tag is not None}
    return {
        person: slot
        for slot, person in enumerate(context.candidates[quotation])
        if person not in neighbour_speakers
        and not persons[person].description
        and can_describe(persons[described], persons[person])
    }


def _move_probability(
    row: NDArray[np.float32], slot: int, targets: Mapping[int, int], referent: int | None
) -> None:
    """Move a description's probability to its referent, or else to the likeliest target.

    Args:
        row: shape (candidates,): the probabilities of one quotation; changed in place.
        slot: the description's.
        targets: the persons that the description may mean, with their slots.
        referent: the person it means throughout the book, if any.
    """
    target = targets.get(referent, -1) if referent is not None else -1
    if target < 0:
        # Of equal probabilities, the first slot.
        target = max(targets.values(), key=lambda index: (float(row[index]), -index), default=-1)
        target = target if row[target] > _YIELD_RATIO * row[slot] else -1
    if target >= 0:
        row[target] += row[slot]
        row[slot] = 0.0


def _find_constant_referents(
    context: QuotationContext, probabilities: NDArray[np.float32], vague_persons: set[int]
) -> dict[int, int]:
    """Return the person that each vague description means throughout, for those that mean one."""
    shares, counts = _sum_referent_shares(context, probabilities, vague_persons)
    referents: dict[int, int] = {}
    for described, count in counts.items():
        # Largest share first; of equal shares, the person with the lower index.
        ranked = sorted(((share, -person) for person, share in shares[described].items()))[::-1]
        (best_share, best_person), (next_share, _) = [*ranked, (0.0, 1), (0.0, 1)][:2]
        threshold = max(_MIN_SHARE * count, _MIN_LEAD * next_share)
        if best_share > 0 and count >= _MIN_QUOTATIONS and best_share >= threshold:
            referents[described] = -best_person
    return referents


def _sum_referent_shares(
    context: QuotationContext, probabilities: NDArray[np.float32], vague_persons: set[int]
) -> tuple[dict[int, dict[int, float]], Counter[int]]:
    """Return, for each vague description, who would speak in its place, and how often it speaks.

    The probability that named candidates have in its quotations, as shares of their sum, added up.
    """
    persons = context.people.persons
    shares: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    counts: Counter[int] = Counter()
    for row, candidates in zip(probabilities, context.candidates, strict=True):
        best = candidates[int(row[: len(candidates)].argmax())] if candidates else -1
        if best not in vague_persons:
            continue
        counts[best] += 1
        named = [(slot, p) for slot, p in enumerate(candidates) if not persons[p].description]
        remainder = sum(float(row[slot]) for slot, _ in named) or 1.0
        for slot, person in named:
            if can_describe(persons[best], persons[person]):
                shares[best][person] += float(row[slot]) / remainder
    return shares, counts
