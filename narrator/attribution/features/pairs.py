"""Arrays of (quotation, candidate) pairs, from which the features are computed.

Arrays of quotations have the shape (quotations, 1) and arrays of pairs (quotations, candidates), so
that NumPy broadcasts the ones against the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.attribution.features.column import BoolArray, IntArray
    from narrator.attribution.tokens import TokenTable


@dataclass(frozen=True, slots=True)
class CandidatePairs:
    """A batch of consecutive quotations, each paired with its candidates."""

    quotation_indices: IntArray
    """Shape (quotations, 1): index of each quotation in the book."""
    start_tokens: IntArray
    """Shape (quotations, 1): first token of each quotation; 0 for a quotation without tokens."""
    end_tokens: IntArray
    """Shape (quotations, 1): the token after the quotation; 0 for a quotation without tokens."""
    person_indices: IntArray
    """Shape (quotations, candidates): index of each candidate; 0 in slots without one."""
    mask: BoolArray
    """Shape (quotations, candidates): whether a slot holds a candidate."""


def pair_candidates(
    tokens: TokenTable, candidate_persons: NDArray[np.int32], first_quotation: int = 0
) -> CandidatePairs:
    """Return the pairs of a batch of consecutive quotations.

    Args:
        tokens: the tokens of the book.
        candidate_persons: shape (quotations, candidates): person indices, -1 in empty slots.
        first_quotation: index in the book of the first quotation of the batch.
    """
    indices = np.arange(first_quotation, first_quotation + len(candidate_persons))
    runs = [tokens.quotations[index].token_runs for index in indices]
    # The span of an interrupted quotation reaches from its first run to its last.
    spans = np.array([(r[0][0], r[-1][1]) if r else (0, 0) for r in runs], np.int64)
    # Both of shape (quotations, 1).
    start_tokens, end_tokens = spans.reshape(-1, 2).T[:, :, None]
    # Empty slots get person 0, a valid index; `mask` tells them apart.
    person_indices = np.maximum(candidate_persons.astype(np.int64), 0)
    return CandidatePairs(
        indices[:, None], start_tokens, end_tokens, person_indices, candidate_persons >= 0
    )
