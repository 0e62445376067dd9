"""Looks up the values of many pairs of integers at once, such as how often each pair occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from narrator.attribution.features.column import AnyArray, BoolArray, IntArray

_STRIDE = 1 << 32
"""Larger than any index of a person, word or quotation, so every pair has a different key."""


class PairValues:
    """Values of pairs of integers, such as a quotation and a person.

    Each pair is packed into one integer key, `first * _STRIDE + second`. The keys are sorted, so a
    binary search with NumPy looks up many pairs at once.
    """

    def __init__(
        self,
        firsts: Sequence[int] | IntArray,
        seconds: Sequence[int] | IntArray,
        values: Sequence[float] | AnyArray,
    ) -> None:
        """Build the table from parallel sequences, without pairs whose first number is negative."""
        keys, pair_values = _pack_pairs(firsts, seconds), np.asarray(values)
        order = np.argsort(keys)
        order = order[np.searchsorted(keys[order], 0) :]
        # A search for a key after the last one ends at this sentinel, which is not a valid key.
        self._keys = np.append(keys[order], -1)
        self._values = np.append(pair_values[order], 0)

    def look_up(self, first: IntArray, second: IntArray, default: float = 0) -> AnyArray:
        """Return the value of each pair, or `default` where there is none.

        Args:
            first: any shape.
            second: a shape that broadcasts with `first`.
            default: value of pairs that are not in the table, or whose first number is negative.
        """
        keys = first * _STRIDE + second
        positions = np.searchsorted(self._keys[:-1], keys)
        return np.where(self._keys[positions] == keys, self._values[positions], default)


class PairCounts:
    """Counts of pairs of integers, such as a quotation and a person named in it."""

    def __init__(self, firsts: Sequence[int] | IntArray, seconds: Sequence[int] | IntArray) -> None:
        """Count parallel sequences of pairs, ignoring those whose first number is negative."""
        keys = _pack_pairs(firsts, seconds)
        unique_keys, counts = np.unique(keys[keys >= 0], return_counts=True)
        self._counts = PairValues(unique_keys // _STRIDE, unique_keys % _STRIDE, counts)

    def count_pairs(self, first: IntArray, second: IntArray) -> IntArray:
        """Return how often each pair occurs; 0 where the first number is negative.

        Args:
            first: any shape.
            second: a shape that broadcasts with `first`.
        """
        counts: IntArray = self._counts.look_up(first, second).astype(np.int64)
        return counts

    def has_pairs(self, first: IntArray, second: IntArray) -> BoolArray:
        """Return whether each pair occurs at all."""
        return self.count_pairs(first, second) > 0


def _pack_pairs(firsts: Sequence[int] | IntArray, seconds: Sequence[int] | IntArray) -> IntArray:
    keys: IntArray = np.asarray(firsts, np.int64) * _STRIDE + np.asarray(seconds, np.int64)
    return keys


def count_memberships(sets: Sequence[Collection[int]]) -> PairCounts:
    """Return a count of 1 for each pair of a set's index and a member of the set."""
    sizes = [len(members) for members in sets]
    flat_members = [member for members in sets for member in members]
    return PairCounts(np.repeat(np.arange(len(sets)), sizes), np.array(flat_members, np.int64))
