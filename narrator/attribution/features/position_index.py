"""Where each person is mentioned, or speaks, searched for many persons and places at once."""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

ABSENT_LOG_DISTANCE = 15.0
"""Stands for the logarithm of a distance where there is nothing to measure to."""
ABSENT_DISTANCE = -1
"""Stands for a distance where there is nothing to measure to."""
_FAR = log1p(4000)
"""A distance beyond which it does not matter how far it is, so that an edit is felt by what stands
near, and no further. In 28 novels 55 lines went to another speaker for it, as many of them rightly
as before.
"""


class PositionIndex:
    """The places of each person: tokens of the book, or quotations.

    All questions take arrays that fit each other, of persons and places, and answer them by one
    bisection of all places: a person's stand together.
    """

    def __init__(self, persons: Sequence[int] | Whole, places: Sequence[int] | Whole) -> None:
        """Take a person, or -1 for nobody, and a place, in the order of places."""
        who, where = np.asarray(persons, np.int64), np.asarray(places, np.int64)
        order = np.argsort(who, kind="stable")
        order = order[np.searchsorted(who[order], 0) :]
        self._who, self._where = who[order], where[order]
        self._stride = int(where.max(initial=0)) + 2
        self._keys = self._who * self._stride + self._where

    def _before(self, person: Whole, place: Whole) -> Whole:
        """How many places of all the persons up to this one lie before a place of this one."""
        wanted: Whole = person * self._stride + place.clip(0, self._stride - 1)
        return np.searchsorted(self._keys, wanted)

    def count_between(self, person: Whole, begin: Whole, end: Whole) -> Whole:
        """How many of a person's places lie in a range."""
        return self._before(person, end) - self._before(person, begin)

    def distance_back(self, person: Whole, place: Whole) -> Whole:
        """How far the person's last place before another lies back."""
        if not len(self._keys):
            return np.full(np.broadcast_shapes(person.shape, place.shape), ABSENT_DISTANCE)
        at = self._before(person, place) - 1
        return np.where(
            (at >= 0) & (self._who[at] == person), place - self._where[at], ABSENT_DISTANCE
        )

    def distance_ahead(self, person: Whole, place: Whole) -> Whole:
        """How far ahead the person's first place at or after another lies."""
        if not len(self._keys):
            return np.full(np.broadcast_shapes(person.shape, place.shape), ABSENT_DISTANCE)
        at = self._before(person, place)
        last = np.minimum(at, len(self._keys) - 1)
        found = (at <= last) & (self._who[last] == person)
        return np.where(found, self._where[last] - place, ABSENT_DISTANCE)

    def log_count_between(self, person: Whole, begin: Whole, end: Whole) -> Real:
        """The logarithm of one more than the person's places in a range."""
        return np.log1p(self.count_between(person, begin, end))


def log_distance(distance: Whole) -> Real:
    """The logarithm of a distance."""
    return np.where(
        distance == ABSENT_DISTANCE, ABSENT_LOG_DISTANCE, np.log1p(np.maximum(distance, 0))
    )


def cap_log_distance(distance: Real) -> Real:
    """The logarithm of a distance as it counts by itself; which is nearer is told by all of it."""
    return np.where(
        distance == ABSENT_LOG_DISTANCE, ABSENT_LOG_DISTANCE, np.minimum(distance, _FAR)
    )
