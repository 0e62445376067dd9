"""Read a file as a `Book`; each format has a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.readers.interface import DEFAULT_POLICY, POLICY_CHOICES, Policy, Reader, SourceFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book

__all__ = ["DEFAULT_POLICY", "POLICY_CHOICES", "Policy", "Reader", "SourceFile", "read"]


def read(paths: Sequence[str], policy: Policy = DEFAULT_POLICY) -> Book:
    """Read the files in this order and return them as one book.

    See `narrator.readers.loading.read_book`.
    """
    # The parsing libraries take time to import, so they are loaded with the first book.
    from narrator.readers import loading  # noqa: PLC0415 - see above

    return loading.read_book(paths, policy)
