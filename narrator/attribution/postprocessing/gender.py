"""Bars from a quotation whoever its tag can't mean: nobody whom the book calls "he" is "she".

The nets weigh a hundred clues, and now and then the others outweigh this one, which is certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.speech_tags import SpeechTag

_LEFT = 0.02
"""What is left of a chance that gender speaks against: a book may err in a pronoun."""
_SURE = 2
"""Of a tag's verb, by the list."""


def apply_gender_constraint(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The chances, with hardly any left for whoever is of another gender than the tag says.

    Args:
        around: the surroundings of every quotation.
        chances: quotations x candidates; not changed.
    """
    persons, result = context.people.persons, probabilities.copy()
    for number, (clue, candidates) in enumerate(
        zip(context.best_tags, context.candidates, strict=True)
    ):
        gender = _gender(context, clue)
        if gender is None:
            continue
        for place, person in enumerate(candidates):
            if persons[person].gender not in {gender, None}:
                result[number, place] *= _LEFT
        total = result[number].sum()
        result[number] *= probabilities[number].sum() / total if total else 1.0
    return result


def _gender(around: QuotationContext, clue: SpeechTag | None) -> str | None:
    """The gender that a tag tells by a pronoun, or by a noun that has one, as "mother" has.

    What somebody does for a living tells none: a doctor may be a woman.
    """
    if clue is None or clue.verb_strength < _SURE:
        return None
    if not clue.is_description or clue.person_index < 0:
        return clue.pronoun_gender if clue.pronoun_gender in {"male", "female"} else None
    described = around.people.persons[clue.person_index]
    tells = described.is_kin or not around.tokens.language.vague_nouns.isdisjoint(
        described.description.split()
    )
    return described.gender if tells else None
