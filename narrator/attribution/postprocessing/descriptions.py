"""Reassigns the quotations of vague descriptions to persons: "the old lady" may be Grandmother.

Scoring treats each description as a separate person. In the quotations of "the young girl", the
probabilities of the other candidates suggest who she is. If they mostly favour one person, the
description means that person throughout the book; otherwise it means the likeliest person in each
quotation. A specific description ("the cook", "the croupier") remains a person, but a vague one
("the man") usually refers to somebody who is also named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from narrator.attribution.postprocessing.gender import apply_gender_constraint

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.languages.people_words import AttributionLanguage

_MIN_REFERENT_QUOTATIONS = 3
"""Minimum number of quotations of a description that means one person throughout the book."""
_MIN_REFERENT_SHARE = 0.3
"""Minimum mean share of this person among the probabilities of named candidates there."""
_MIN_LEAD_RATIO = 2.0
"""Minimum ratio of this person's share to the next person's."""
_MIN_TAKEOVER_RATIO = 0.1
"""Minimum probability, relative to the description's, of the person who replaces it in a quotation.

These four values were tuned on five novels by authors that the nets had not been trained on.
"""


def is_vague_description(described: Person, language: AttributionLanguage) -> bool:
    """Return whether a description fits so many people that it probably means a named person."""
    if not described.description or described.is_kin or described.is_narrator:
        return False
    return not described.is_introduced and (
        described.description.split()[-1].casefold() in language.vague_nouns
    )


def can_describe(described: Person, person: Person) -> bool:
    """Return whether the gender and age of a description do not contradict those of a person."""
    if described.gender and person.gender and described.gender != person.gender:
        return False
    ages = {described.age, person.age}
    return not ("child" in ages and ages & {"adult", "old"})


def is_narrated(person: Person) -> bool:
    """Return whether the narration calls a person by name, and not only the other characters."""
    uses = person.statistics
    return not person.description and uses.quoted_count < uses.total_count


def reassign_vague_descriptions(
    context: QuotationContext,
    probabilities: NDArray[np.float32],
    others: Mapping[int, Set[int]] | None = None,
    revealed: Mapping[int, int] | None = None,
) -> NDArray[np.float32]:
    """Apply the gender constraint, then move the probability of vague descriptions to persons.

    A description that fits no candidate keeps its probability.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
        others: for each description, the persons who are somebody else.
        revealed: the person behind each description whose name the scene reveals.
    """
    others, revealed = others or {}, revealed or {}
    persons, language = context.people.persons, context.tokens.language
    vague_persons = {
        index for index, person in enumerate(persons) if is_vague_description(person, language)
    }
    reassigned = apply_gender_constraint(context, probabilities)
    # Computed from the whole book, before any row is changed.
    referents = _find_constant_referents(context, reassigned, vague_persons) | dict(revealed)
    vague_persons |= revealed.keys()
    for index, candidates in enumerate(context.candidates):
        for slot, person in enumerate(candidates):
            if person in vague_persons:
                targets = _find_referent_slots(context, index, person, others.get(person, set()))
                _move_probability(reassigned[index], slot, targets, referents.get(person))
    return reassigned


def _find_referent_slots(
    context: QuotationContext, quotation: int, described: int, others: Set[int]
) -> dict[int, int]:
    """Return the slot of each person that a vague description may mean in a quotation.

    A person tagged as the speaker of the quotation before or after is left out, because
    neighbouring quotations usually have different speakers.

    Args:
        context: the context of every quotation.
        quotation: index of the quotation.
        described: the person with the description.
        others: the persons who are somebody else, as conversations show.
    """
    persons = context.people.persons
    different = list_neighbour_speakers(context, quotation) | others
    return {
        person: slot
        for slot, person in enumerate(context.candidates[quotation])
        if person not in different
        and is_narrated(persons[person])
        and can_describe(persons[described], persons[person])
    }


def list_neighbour_speakers(context: QuotationContext, quotation: int) -> set[int]:
    """Return the persons tagged as speakers of the quotations before and after a quotation."""
    tags = context.best_tags
    neighbours = tags[max(0, quotation - 1) : quotation] + tags[quotation + 1 : quotation + 2]
    return {tag.person_index for tag in neighbours if tag is not None}


def _move_probability(
    row: NDArray[np.float32], slot: int, targets: Mapping[int, int], referent: int | None
) -> None:
    """Move a description's probability to its referent, or else to the likeliest target.

    Args:
        row: shape (candidates,): the probabilities of one quotation; changed in place.
        slot: slot of the description.
        targets: person to slot, for the persons that the description may mean.
        referent: the person that it means throughout the book, if any.
    """
    target = targets.get(referent, -1) if referent is not None else -1
    if target < 0:
        # If probabilities are equal, the first slot is taken.
        target = max(targets.values(), key=lambda index: (float(row[index]), -index), default=-1)
        target = target if row[target] > _MIN_TAKEOVER_RATIO * row[slot] else -1
    if target >= 0:
        row[target] += row[slot]
        row[slot] = 0.0


def _find_constant_referents(
    context: QuotationContext, probabilities: NDArray[np.float32], vague_persons: set[int]
) -> dict[int, int]:
    """Return the person that each vague description means throughout the book, if there is one."""
    shares, counts = _sum_referent_shares(context, probabilities, vague_persons)
    referents = _find_introduced_referents(context, vague_persons)
    for described, count in counts.items():
        # Largest share first; if shares are equal, the lower person index first.
        ranked = sorted(((share, -person) for person, share in shares[described].items()))[::-1]
        (best_share, best_person), (next_share, _) = [*ranked, (0.0, 1), (0.0, 1)][:2]
        threshold = max(_MIN_REFERENT_SHARE * count, _MIN_LEAD_RATIO * next_share)
        if best_share > 0 and count >= _MIN_REFERENT_QUOTATIONS and best_share >= threshold:
            referents[described] = -best_person
    return referents


def _find_introduced_referents(
    context: QuotationContext, vague_persons: set[int]
) -> dict[int, int]:
    """Return the persons behind vague descriptions in tags: '"I am Ada," said the woman'."""
    return {
        tag.person_index: person
        for quotation, person in context.introduced_speakers.items()
        if (tag := context.best_tags[quotation]) is not None
        and tag.person_index in vague_persons
        and can_describe(context.people.persons[tag.person_index], context.people.persons[person])
    }


def _sum_referent_shares(
    context: QuotationContext, probabilities: NDArray[np.float32], vague_persons: set[int]
) -> tuple[dict[int, dict[int, float]], Counter[int]]:
    """Sum the probabilities of the named candidates in the quotations of each vague description.

    In each quotation, the probabilities are first scaled to a sum of 1 over the named candidates.

    Returns:
        The sum for each person, by description; and the number of quotations of each description.
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
