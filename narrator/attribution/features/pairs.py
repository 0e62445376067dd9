"""Quotations and those who may speak them, as arrays that fit each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.attribution.tokens import TokenTable

    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CandidatePairs:
    """Some quotations in a row, each with its candidates."""

    quotation_indices: Whole
    """Quotations x 1: their indices in the book."""
    start_tokens: Whole
    """Quotations x 1: the first token; 0 where a quotation has none."""
    end_tokens: Whole
    """Quotations x 1: the token after the last."""
    person_indices: Whole
    """Quotations x candidates: the persons' indices; 0 where there are fewer candidates."""
    mask: NDArray[np.bool_]
    """Quotations x candidates: whether there is a candidate."""


def pair_candidates(
    tokens: TokenTable, candidate_persons: NDArray[np.int32], first_quotation: int = 0
) -> CandidatePairs:
    """The pairs of some quotations of a page.

    Args:
        page: the book.
        persons: quotations x candidates, -1 where there are fewer.
        first: the index of the first quotation.
    """
    numbers = np.arange(first_quotation, first_quotation + len(candidate_persons))
    runs = [tokens.quotations[number].token_runs for number in numbers]
    spans = np.array([(r[0][0], r[-1][1]) if r else (0, 0) for r in runs], np.int64)
    begin, end = spans.reshape(-1, 2).T[:, :, None]
    known = candidate_persons.astype(np.int64)
    return CandidatePairs(
        numbers[:, None], begin, end, np.maximum(known, 0), candidate_persons >= 0
    )
