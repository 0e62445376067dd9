"""Lets nobody speak whose relative the tag names: "said her mother" is not the daughter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.speech_tags import SpeechTag

_OWNER_FACTOR = 0.1
"""Factor on the probability of the person whose relative the tag names.

In ten annotated novels, 7 of 119 such persons spoke, where "his" or "her" meant somebody else.
"""


def apply_kinship_constraint(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, reduced for persons whose relative the speech tag names.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    constrained = probabilities.copy()
    for index, (tag, candidates) in enumerate(
        zip(context.best_tags, context.candidates, strict=True)
    ):
        owner = find_owner(context, tag)
        if owner in candidates and len(candidates) > 1:
            row = constrained[index]
            total = float(row.sum())
            row[candidates.index(owner)] *= _OWNER_FACTOR
            row *= total / (float(row.sum()) or 1.0)
    return constrained


def find_owner(context: QuotationContext, tag: SpeechTag | None) -> int:
    """Return the person whose relative a tag with a verb of speech names as the speaker, or -1."""
    if tag is None or tag.verb_strength < LISTED_VERB:
        return -1
    mentions = context.people.mention_by_start
    start = next((start for start in range(tag.start, tag.end) if start in mentions), -1)
    return context.people.owner_by_start.get(start, -1)
