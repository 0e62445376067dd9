"""Boosted trees, read from a small file and evaluated by numpy alone.

Every tree is kept as a complete binary tree of one depth, so that a step down is arithmetic on
arrays: the child of node n is 2n+1 or 2n+2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_ROWS = 4096
"""Rows evaluated at once, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Forest:
    """The trees of one stage: `trees` x `nodes` tests and `trees` x `leaves` values."""

    columns: NDArray[np.int32]
    thresholds: NDArray[np.float32]
    """A row goes right where its value exceeds the threshold."""
    values: NDArray[np.float32]
    depth: int

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[np.generic]], stage: int) -> Forest:
        """The forest of a stage, from the arrays of a weights file."""
        values = arrays[f"values{stage}"].astype(np.float32)
        return cls(
            arrays[f"columns{stage}"].astype(np.int32),
            arrays[f"thresholds{stage}"].astype(np.float32),
            values,
            int(values.shape[1]).bit_length() - 1,
        )

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sum of all trees for each row of features."""
        result = np.zeros(len(rows), dtype=np.float32)
        for begin in range(0, len(rows), _ROWS):
            result[begin : begin + _ROWS] = self._block(rows[begin : begin + _ROWS])
        return result

    def _block(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        flat = np.ascontiguousarray(rows).ravel()
        base = np.arange(len(rows), dtype=np.int64) * rows.shape[1]
        total = np.zeros(len(rows), dtype=np.float32)
        first_leaf = (1 << self.depth) - 1
        for columns, thresholds, values in zip(
            self.columns, self.thresholds, self.values, strict=True
        ):
            node = (flat.take(base + columns[0]) > thresholds[0]).astype(np.int64) + 1
            for _ in range(self.depth - 1):
                right = flat.take(base + columns.take(node)) > thresholds.take(node)
                node = 2 * node + 1 + right
            total += values.take(node - first_leaf)
        return total


def softmax(scores: NDArray[np.float32], groups: NDArray[np.int32]) -> NDArray[np.float32]:
    """Scores to chances that sum to 1 within each group; rows of a group stand together."""
    if not len(scores):
        return scores
    starts, inverse = first_rows(groups)
    shifted = np.exp(scores - np.maximum.reduceat(scores, starts)[inverse])
    chances: NDArray[np.float32] = (shifted / np.add.reduceat(shifted, starts)[inverse]).astype(
        np.float32
    )
    return chances


def first_rows(groups: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each group begins, and the ordinal of each row's group."""
    fresh = np.concatenate(([True], groups[1:] != groups[:-1]))
    return np.flatnonzero(fresh), np.cumsum(fresh) - 1
