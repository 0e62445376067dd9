"""Applies the gender shown by speech tags as a constraint: "said she" does not mean a man.

The nets weigh over a hundred features, and sometimes the others outweigh this reliable one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.speech_tags import SpeechTag

_MISMATCH_FACTOR = 0.02
"""Factor on the probability of a candidate of the wrong gender; not 0, as books have misprints."""


def apply_gender_constraint(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, reduced for candidates whose gender contradicts the speech tag.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    persons, constrained = context.people.persons, probabilities.copy()
    for index, (tag, candidates) in enumerate(
        zip(context.best_tags, context.candidates, strict=True)
    ):
        gender = _infer_speaker_gender(context, tag)
        if gender is None:
            continue
        for slot, person in enumerate(candidates):
            if persons[person].gender not in {gender, None}:
                constrained[index, slot] *= _MISMATCH_FACTOR
        # Scale the row back to its former sum; a sum of 0 means that there are no candidates.
        total = constrained[index].sum()
        constrained[index] *= probabilities[index].sum() / total if total else 1.0
    return constrained


def _infer_speaker_gender(context: QuotationContext, tag: SpeechTag | None) -> str | None:
    """Return the gender shown by a tag's pronoun or by a noun such as "mother"; None if unknown.

    An occupation does not show a gender: "the doctor" may be a woman.
    """
    if tag is None or tag.verb_strength < LISTED_VERB:
        return None
    if not tag.is_description or tag.person_index < 0:
        return tag.pronoun_gender if tag.pronoun_gender in {"male", "female"} else None
    described = context.people.persons[tag.person_index]
    nouns = described.description.split()
    has_gendered_noun = not context.tokens.language.vague_nouns.isdisjoint(nouns)
    return described.gender if described.is_kin or has_gendered_noun else None
