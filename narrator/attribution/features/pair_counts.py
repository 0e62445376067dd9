"""How often two numbers went together, asked for many of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_STRIDE = 1 << 32
"""More than there are persons or quotations in any book."""


class PairCounts:
    """How often each pair of numbers went together, such as a quotation and who is named in it."""

    def __init__(self, firsts: Sequence[int] | Whole, seconds: Sequence[int] | Whole) -> None:
        """Take pairs; those whose first number is below zero count as none."""
        keys = np.asarray(firsts, np.int64) * _STRIDE + np.asarray(seconds, np.int64)
        found, counts = np.unique(keys[keys >= 0], return_counts=True)
        self._keys = np.append(found, -1)  # where the search for a larger one ends
        self._counts = np.append(counts, 0)

    def count_pairs(self, first: Whole, second: Whole) -> Whole:
        """How often the two went together; never, where the first is below zero."""
        wanted = first * _STRIDE + second
        at = np.searchsorted(self._keys[:-1], wanted)
        return np.where(self._keys[at] == wanted, self._counts[at], 0)

    def has_pairs(self, first: Whole, second: Whole) -> NDArray[np.bool_]:
        """Whether the two ever went together."""
        return self.count_pairs(first, second) > 0


def count_memberships(sets: Sequence[Collection[int]]) -> PairCounts:
    """The tally of each set's number and its members."""
    sizes = [len(each) for each in sets]
    members = [member for each in sets for member in each]
    return PairCounts(np.repeat(np.arange(len(sets)), sizes), np.array(members, np.int64))
