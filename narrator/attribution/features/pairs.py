"""Arrays of (quotation, candidate) pairs, which the features are computed from.

NumPy broadcasting does the pairing: what belongs to a quotation has the shape (quotations, 1), what
belongs to a pair the shape (quotations, candidates).
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
    """Consecutive quotations, each paired with its candidates."""

    quotation_indices: IntArray
    """Shape (quotations, 1): index of each quotation in the book."""
    start_tokens: IntArray
    """Shape (quotations, 1): first token of each quotation; 0 for a quotation without tokens."""
    end_tokens: IntArray
    """Shape (quotations, 1): the token after its last one."""
    person_indices: IntArray
    """Shape (quotations, candidates): the persons; 0 in slots without a candidate."""
    mask: BoolArray
    """Shape (quotations, candidates): whether a slot holds a candidate."""


def pair_candidates(
    tokens: TokenTable, candidate_persons: NDArray[np.int32], first_quotation: int = 0
) -> CandidatePairs:
    """Return the pairs of some consecutive quotations.

    Args:
        tokens: the tokens of the book.
        candidate_persons: shape (quotations, candidates): person indices, -1 in empty slots.
        first_quotation: index in the book of the quotation in the first row.
    """
    indices = np.arange(first_quotation, first_quotation + len(candidate_persons))
    runs = [tokens.quotations[index].token_runs for index in indices]
    # A quotation interrupted by a tag has several runs: it reaches from the first to the last.
    spans = np.array([(r[0][0], r[-1][1]) if r else (0, 0) for r in runs], np.int64)
    # Two columns of shape (quotations, 1), ready to broadcast against the candidates.
    start_tokens, end_tokens = spans.reshape(-1, 2).T[:, :, None]
    # Empty slots get person 0, which is a valid index; `mask` rules them out.
    person_indices = np.maximum(candidate_persons.astype(np.int64), 0)
    return CandidatePairs(
        indices[:, None], start_tokens, end_tokens, person_indices, candidate_persons >= 0
    )
