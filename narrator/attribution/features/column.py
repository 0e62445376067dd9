"""Defines a feature as a column: a name with the function that computes its values.

Each module of features lists its columns in `COLUMNS`. The scoring nets read columns by position;
keeping each name beside its function ensures that the two lists cannot get out of step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    AnyArray = NDArray[np.generic]
    BoolArray = NDArray[np.bool_]
    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

SourceT = TypeVar("SourceT")
"""Type of the argument of the functions in one group of columns."""


@dataclass(frozen=True, slots=True)
class Column(Generic[SourceT]):
    """A feature: its name, and the function that computes its values."""

    name: str
    """Unique among all columns, and stored beside the trained weights."""
    compute: Callable[[SourceT], AnyArray]
    """Function that returns a value per quotation, per person, or per quotation and candidate."""


def list_column_names(columns: Iterable[Column[SourceT]]) -> tuple[str, ...]:
    """Return the names of columns, in order."""
    return tuple(column.name for column in columns)


def compute_columns(
    columns: Iterable[Column[SourceT]], source: SourceT
) -> Iterator[tuple[str, AnyArray]]:
    """Yield the name and the values of each column, computed from one source."""
    for column in columns:
        yield column.name, column.compute(source)
