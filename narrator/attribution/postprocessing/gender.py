"""Bars from a quotation whoever its tag can't mean: nobody whom the book calls "he" is "she".

The nets weigh a hundred clues, and now and then the others outweigh this one, which is certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import Surroundings
    from narrator.attribution.speech_tags import Clue

_LEFT = 0.02
"""What is left of a chance that gender speaks against: a book may err in a pronoun."""
_SURE = 2
"""Of a tag's verb, by the list."""


def agreeing(around: Surroundings, chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """The chances, with hardly any left for whoever is of another gender than the tag says.

    Args:
        around: the surroundings of every quotation.
        chances: quotations x candidates; not changed.
    """
    persons, result = around.people.persons, chances.copy()
    for number, (clue, candidates) in enumerate(zip(around.tags, around.candidates, strict=True)):
        gender = _gender(around, clue)
        if gender is None:
            continue
        for place, person in enumerate(candidates):
            if persons[person].gender not in {gender, None}:
                result[number, place] *= _LEFT
        total = result[number].sum()
        result[number] *= chances[number].sum() / total if total else 1.0
    return result


def _gender(around: Surroundings, clue: Clue | None) -> str | None:
    """The gender that a tag tells by a pronoun, or by a noun that has one, as "mother" has.

    What somebody does for a living tells none: a doctor may be a woman.
    """
    if clue is None or clue.verb < _SURE:
        return None
    if not clue.role or clue.person < 0:
        return clue.gender if clue.gender in {"male", "female"} else None
    described = around.people.persons[clue.person]
    tells = described.kin or not around.page.language.anybody.isdisjoint(described.role.split())
    return described.gender if tells else None
