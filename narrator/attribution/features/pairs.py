"""Quotations and those who may speak them, as arrays that fit each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.attribution.tokens import Page

    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some quotations in a row, each with its candidates."""

    number: Whole
    """Quotations x 1: their indices in the book."""
    begin: Whole
    """Quotations x 1: the first token; 0 where a quotation has none."""
    end: Whole
    """Quotations x 1: the token after the last."""
    person: Whole
    """Quotations x candidates: the persons' indices; 0 where there are fewer candidates."""
    weighed: NDArray[np.bool_]
    """Quotations x candidates: whether there is a candidate."""


def pairs_of(page: Page, persons: NDArray[np.int32], first: int = 0) -> Pairs:
    """The pairs of some quotations of a page.

    Args:
        page: the book.
        persons: quotations x candidates, -1 where there are fewer.
        first: the index of the first quotation.
    """
    numbers = np.arange(first, first + len(persons))
    runs = [page.quotations[number].runs for number in numbers]
    spans = np.array([(r[0][0], r[-1][1]) if r else (0, 0) for r in runs], np.int64)
    begin, end = spans.reshape(-1, 2).T[:, :, None]
    known = persons.astype(np.int64)
    return Pairs(numbers[:, None], begin, end, np.maximum(known, 0), persons >= 0)
