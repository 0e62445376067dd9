"""Counts how often pairs of integers occur, and looks up the counts of many pairs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from narrator.attribution.features.column import BoolArray, IntArray

_STRIDE = 1 << 32
"""Larger than any index of a person, word or quotation, so every pair has a different key."""


class PairCounts:
    """Counts of pairs of integers, such as a quotation and a person named in it.

    Each pair is packed into one integer key, `first * _STRIDE + second`. The keys are sorted, so a
    binary search with NumPy looks up many pairs at once.
    """

    def __init__(self, firsts: Sequence[int] | IntArray, seconds: Sequence[int] | IntArray) -> None:
        """Count parallel sequences of pairs, ignoring those whose first number is negative."""
        keys = np.asarray(firsts, np.int64) * _STRIDE + np.asarray(seconds, np.int64)
        unique_keys, counts = np.unique(keys[keys >= 0], return_counts=True)
        # A search for a key after the last one ends at this sentinel, which is not a valid key.
        self._keys = np.append(unique_keys, -1)
        self._counts = np.append(counts, 0)

    def count_pairs(self, first: IntArray, second: IntArray) -> IntArray:
        """Return how often each pair occurs; 0 where the first number is negative.

        Args:
            first: any shape.
            second: a shape that broadcasts with `first`.
        """
        keys = first * _STRIDE + second
        positions = np.searchsorted(self._keys[:-1], keys)
        return np.where(self._keys[positions] == keys, self._counts[positions], 0)

    def has_pairs(self, first: IntArray, second: IntArray) -> BoolArray:
        """Return whether each pair occurs at all."""
        return self.count_pairs(first, second) > 0


def count_memberships(sets: Sequence[Collection[int]]) -> PairCounts:
    """Return a count of 1 for each pair of a set's index and a member of the set."""
    sizes = [len(members) for members in sets]
    flat_members = [member for members in sets for member in members]
    return PairCounts(np.repeat(np.arange(len(sets)), sizes), np.array(flat_members, np.int64))
