"""Lets nobody speak who is not there: before the first mention, or in a scene without one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from narrator.attribution.postprocessing.descriptions import is_narrated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext

_ABSENT_FACTOR = 0.01
"""Factor on the probability of a candidate who is not mentioned in the scene."""
_SMALLEST = 1e-9
"""Lower bound of a sum to divide by."""
_MIN_PRESENT = 2
"""Minimum number of candidates mentioned in the scene, for the others to be absent."""


def apply_presence(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, reduced for candidates who are absent from the scene.

    A candidate is present if the narration of the scene mentions him anywhere, or if a quotation
    addresses him. The first-person narrator is always present. Whom the narration of the whole book
    never calls by name is somebody whom it describes, or is not there, if it shows two others.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    reduced = probabilities.copy()
    present_persons = list_present_persons(context)
    only_quoted = {
        index
        for index, person in enumerate(context.people.persons)
        if not person.description and not person.is_narrator and not is_narrated(person)
    }
    for index, candidates in enumerate(context.candidates):
        present = present_persons[index] | {context.narrators[index]}
        shown = present - only_quoted
        if len(shown.intersection(candidates)) >= _MIN_PRESENT:
            present = shown
        absent = [slot for slot, person in enumerate(candidates) if person not in present]
        if not absent or len(candidates) - len(absent) < _MIN_PRESENT:
            continue
        total = reduced[index].sum()
        reduced[index, absent] *= _ABSENT_FACTOR
        reduced[index] *= total / max(reduced[index].sum(), _SMALLEST)
    return reduced


def list_present_persons(context: QuotationContext) -> list[frozenset[int]]:
    """Return, for each quotation, the persons mentioned or addressed anywhere in its scene."""
    tokens, scenes = context.tokens, context.tokens.number_scenes()
    present: dict[int, set[int]] = defaultdict(set)
    for mention in context.people.mentions:
        if not mention.is_quoted or mention.is_addressed:
            present[scenes[tokens.paragraph_indices[mention.start]]].add(mention.person_index)
    frozen = {scene: frozenset(persons) for scene, persons in present.items()}
    return [
        frozen.get(scenes[quotation.first_paragraph], frozenset())
        for quotation in tokens.quotations
    ]
