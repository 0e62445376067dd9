"""What the guesses for the other quotations say of this one: the conversation seen as a whole.

Each stage of the judge reads the chances that the stage before gave, in both directions.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.forest import first_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.attribution.features import Situation

OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
_SAME_TALK = 12
"""Paragraphs between two quotations, beyond which they are taken to be of different talks."""
_WINDOWS = (5, 15, 60)


def table(situation: Situation, chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Chances as a matrix, quotations by people."""
    shape = (len(situation.page.quotations), len(situation.people.persons))
    dense = np.zeros(shape, dtype=np.float32)
    dense[situation.quotation, situation.person] = chances
    return dense


def conversation(situation: Situation, chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """The columns that a stage adds to the features, from the chances of the stage before."""
    dense = table(situation, chances)
    columns = [
        chances,
        *_neighbours(situation, dense),
        *_shares(situation, dense),
        *_standing(situation, chances),
    ]
    return np.column_stack(columns).astype(np.float32)


def _places(situation: Situation) -> NDArray[np.int64]:
    """Distance of each quotation from the first, in paragraphs of narration."""
    quotations = situation.page.quotations
    gaps = [later.first - earlier.last for earlier, later in pairwise(quotations)]
    return np.cumsum([0, *gaps])


def _neighbours(situation: Situation, dense: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    place = _places(situation)
    here, who, last = situation.quotation, situation.person, len(dense) - 1
    columns: list[NDArray[np.float32]] = []
    for offset in OFFSETS:
        there = np.clip(here + offset, 0, last)
        away = np.abs(place[there] - place[here])
        near = (there == here + offset) & (away < _SAME_TALK)
        columns.append(np.where(near, dense[there, who], np.float32(-0.1)))
    surest = dense.max(axis=1)
    for offset in (-2, -1, 1, 2):
        there = np.clip(here + offset, 0, last)
        away = np.where(there == here + offset, np.abs(place[there] - place[here]), 30)
        columns += [np.minimum(away, 30).astype(np.float32), surest[there]]
    before, after = np.clip(here - 1, 0, last), np.clip(here + 1, 0, last)
    columns.append(np.einsum("ij,ij->i", dense[before], dense[after]))
    return columns


def _shares(situation: Situation, dense: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """How much of the talk around, and of the whole book, is the candidate's."""
    here, who = situation.quotation, situation.person
    sums = np.vstack([np.zeros((1, dense.shape[1]), np.float32), np.cumsum(dense, axis=0)])
    columns = []
    for width in _WINDOWS:
        low, high = np.maximum(here - width, 0), np.minimum(here + width + 1, len(dense))
        part = sums[high, who] - sums[low, who] - dense[here, who]
        columns.append(part / (high - low))
    return [*columns, np.log1p(sums[-1, who])]


def _standing(situation: Situation, chances: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    starts, inverse = first_rows(situation.quotation)
    return [chances - np.maximum.reduceat(chances, starts)[inverse]]
