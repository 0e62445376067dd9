"""Lets nobody speak who is not there: before the first mention, or in a scene without one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.tokens import TokenTable

_ABSENT_FACTOR = 0.1
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
    addresses him. The first-person narrator is always present.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    reduced, scenes = probabilities.copy(), number_scenes(context.tokens)
    present_by_scene = _list_present_persons(context, scenes)
    for index, candidates in enumerate(context.candidates):
        scene = scenes[context.tokens.quotations[index].first_paragraph]
        present = present_by_scene[scene] | {context.people.narrator_index}
        absent = [slot for slot, person in enumerate(candidates) if person not in present]
        if not absent or len(candidates) - len(absent) < _MIN_PRESENT:
            continue
        total = reduced[index].sum()
        reduced[index, absent] *= _ABSENT_FACTOR
        reduced[index] *= total / max(reduced[index].sum(), _SMALLEST)
    return reduced


def number_scenes(tokens: TokenTable) -> list[int]:
    """Return the number of the scene of each paragraph."""
    number, numbers = 0, list[int]()
    for is_start in tokens.is_scene_start:
        number += is_start
        numbers.append(number)
    return numbers


def _list_present_persons(context: QuotationContext, scenes: list[int]) -> Mapping[int, set[int]]:
    """Return the persons mentioned or addressed in each scene, by its number."""
    present: dict[int, set[int]] = defaultdict(set)
    for mention in context.people.mentions:
        if not mention.is_quoted or mention.is_addressed:
            scene = scenes[context.tokens.paragraph_indices[mention.start]]
            present[scene].add(mention.person_index)
    return present
