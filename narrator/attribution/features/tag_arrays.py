"""What one rule says of every quotation, as arrays: whom its clues name, and whom they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.speech_tags import SpeechTag

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

_BEYOND = 3
"""Quotations before the first and after the last that may be asked about: there is no clue."""
_NO_CLUE = -2
"""In the place of a person; a pronoun has -1 there."""
_MALE = {"male": 1.0, "female": 0.0}
_UNTOLD, _OTHER = -1.0, 0.3
"""How well a clue fits anybody that names somebody, and a pronoun that tells no gender."""


class TagArrays:
    """At most one clue for each quotation."""

    def __init__(self, clues: Sequence[SpeechTag | None], persons: Sequence[Person]) -> None:
        self._chance = np.array([person.male_probability for person in persons], float)
        self._narrates = np.array([float(person.is_narrator) for person in persons])
        beyond = [None] * _BEYOND
        rows = [_row(clue, persons) for clue in (*beyond, *clues, *beyond)]
        who, mine, other, male, first, fixed = np.array(rows, float).T
        self._who, self._mine, self._other = who.astype(np.int64), mine, other
        self._male, self._first, self._fixed = male, first > 0, fixed

    def match_names(self, number: Whole, person: Whole) -> Real:
        """Whether a clue names a person: by the strength of its verb, negative for another's."""
        at = number + _BEYOND
        said: Real = np.where(self._who[at] == person, self._mine[at], self._other[at])
        return said

    def match_gender(self, number: Whole, person: Whole) -> Real:
        """How well a pronoun or description fits a person, 0 to 1; -1 where there is neither."""
        at, chance = number + _BEYOND, self._chance[person]
        male = self._male[at]
        alike: Real = male * chance + (1 - male) * (1 - chance)
        otherwise = np.where(self._first[at], self._narrates[person], self._fixed[at])
        found: Real = np.where(male >= 0, alike, otherwise)
        return found


def _row(clue: SpeechTag | None, persons: Sequence[Person]) -> tuple[float, ...]:
    """Who is meant; what that says of him, and of others; and whom it fits.

    The last is the chance that a man is meant, or -1; whether the narrator is; or else a number.
    """
    if clue is None:
        return _NO_CLUE, 0.0, 0.0, -1.0, 0.0, _UNTOLD
    mine = 1.0 + clue.verb_strength
    other = 0.5 if clue.person_index < 0 else -mine
    if clue.pronoun_gender == "first":
        return clue.person_index, mine, other, -1.0, 1.0, _UNTOLD
    if clue.pronoun_gender:
        return clue.person_index, mine, other, _MALE.get(clue.pronoun_gender, -1.0), 0.0, _OTHER
    male = persons[clue.person_index].male_probability if clue.is_description else -1.0
    return clue.person_index, mine, other, male, 0.0, _UNTOLD
