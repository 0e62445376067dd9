"""Corrects the scored probabilities where the text itself decides, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.postprocessing.alternation import alternate_speakers
from narrator.attribution.postprocessing.answers import favour_answers
from narrator.attribution.postprocessing.contrast import contrast_speakers
from narrator.attribution.postprocessing.descriptions import reassign_vague_descriptions
from narrator.attribution.postprocessing.exchanges import alternate_in_exchanges
from narrator.attribution.postprocessing.first_person import apply_narration
from narrator.attribution.postprocessing.kin_tags import apply_kinship_constraint
from narrator.attribution.postprocessing.presence import apply_presence
from narrator.attribution.postprocessing.reveals import find_revealed_names
from narrator.attribution.postprocessing.statements import apply_statements

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext


def correct_probabilities(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, corrected where the text itself decides.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    scored = apply_narration(context, apply_kinship_constraint(context, probabilities))
    present = apply_presence(context, scored)
    turns = alternate_speakers(context, present, scored)
    others, revealed = contrast_speakers(context), find_revealed_names(context)
    named = reassign_vague_descriptions(context, turns, others, revealed)
    stated = apply_statements(context, named, others, revealed)
    return alternate_in_exchanges(context, favour_answers(context, stated))
