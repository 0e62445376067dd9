"""Finds where each person is mentioned or speaks, for many persons and positions at once."""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.features.column import FloatArray, IntArray

ABSENT_LOG_DISTANCE = 15.0
"""Log distance where there is nothing to measure to: further than any book is long."""
ABSENT_DISTANCE = -1
"""Distance where there is nothing to measure to."""
_LOG_DISTANCE_CAP = log1p(4000)
"""Log of the distance, in tokens, beyond which all distances count alike.

Without a cap, an edit in one chapter shifts every long distance across it, and so moves speakers
far away. In 28 novels the cap changed the speaker of 55 lines, with as many right before as after.
"""


class PositionIndex:
    """The positions of each person: token indices, or indices of quotations.

    A person and a position are packed into one key, `person * stride + position`, and all keys are
    sorted. A person's positions are then neighbours, and each question is one binary search over
    all keys, whatever the number of persons. All questions take arrays whose shapes broadcast.
    """

    def __init__(
        self, persons: Sequence[int] | IntArray, positions: Sequence[int] | IntArray
    ) -> None:
        """Index parallel sequences, sorted by position; entries with person -1 are left out."""
        all_persons = np.asarray(persons, np.int64)
        all_positions = np.asarray(positions, np.int64)
        # A stable sort by person keeps each person's positions in ascending order.
        order = np.argsort(all_persons, kind="stable")
        order = order[np.searchsorted(all_persons[order], 0) :]  # drops person -1
        self._persons, self._positions = all_persons[order], all_positions[order]
        # The stride leaves room for one position beyond the last; keys of two persons never
        # overlap.
        self._stride = int(all_positions.max(initial=0)) + 2
        self._keys = self._persons * self._stride + self._positions

    def _search(self, person: IntArray, position: IntArray) -> IntArray:
        """Return where in the sorted keys each person's first position at or after another is."""
        # Positions outside the book are clipped, as they would reach into another person's keys.
        keys: IntArray = person * self._stride + position.clip(0, self._stride - 1)
        return np.searchsorted(self._keys, keys)

    def count_between(self, person: IntArray, start: IntArray, end: IntArray) -> IntArray:
        """Return how many of each person's positions lie in `start` to `end`, without `end`."""
        return self._search(person, end) - self._search(person, start)

    def measure_back(self, person: IntArray, position: IntArray) -> IntArray:
        """Return how far before `position` each person's previous position lies.

        `ABSENT_DISTANCE` where there is none.
        """
        if not len(self._keys):
            return np.full(np.broadcast_shapes(person.shape, position.shape), ABSENT_DISTANCE)
        index = self._search(person, position) - 1
        # The key before may belong to another person, or wrap around to the last key (index -1).
        is_same_person = (index >= 0) & (self._persons[index] == person)
        return np.where(is_same_person, position - self._positions[index], ABSENT_DISTANCE)

    def measure_ahead(self, person: IntArray, position: IntArray) -> IntArray:
        """Return how far ahead each person's first position at or after `position` lies.

        `ABSENT_DISTANCE` where there is none.
        """
        if not len(self._keys):
            return np.full(np.broadcast_shapes(person.shape, position.shape), ABSENT_DISTANCE)
        index = self._search(person, position)
        clipped = np.minimum(index, len(self._keys) - 1)
        is_same_person = (index <= clipped) & (self._persons[clipped] == person)
        return np.where(is_same_person, self._positions[clipped] - position, ABSENT_DISTANCE)

    def compute_log_count(self, person: IntArray, start: IntArray, end: IntArray) -> FloatArray:
        """Return log(1 + count) of each person's positions in a range."""
        return np.log1p(self.count_between(person, start, end))


def compute_log_distance(distance: IntArray) -> FloatArray:
    """Return log(1 + distance), or `ABSENT_LOG_DISTANCE` for an absent one."""
    return np.where(
        distance == ABSENT_DISTANCE, ABSENT_LOG_DISTANCE, np.log1p(np.maximum(distance, 0))
    )


def cap_log_distance(distance: FloatArray) -> FloatArray:
    """Return log distances capped at 4000 tokens.

    Use the uncapped values to rank candidates, which must stay distinguishable.
    """
    return np.where(
        distance == ABSENT_LOG_DISTANCE,
        ABSENT_LOG_DISTANCE,
        np.minimum(distance, _LOG_DISTANCE_CAP),
    )
