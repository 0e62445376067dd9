"""A file becomes a `Book`; one format a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.readers.interface import DEFAULT_POLICY, Policy, Reader, SourceFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book

__all__ = ["DEFAULT_POLICY", "Policy", "Reader", "SourceFile", "read"]


def read(paths: Sequence[str], policy: Policy = DEFAULT_POLICY) -> Book:
    """The book that these files hold, in this order; see `narrator.readers.loading.read`."""
    from narrator.readers import loading  # noqa: PLC0415 - the readers' libraries load when one reads

    return loading.read_book(paths, policy)
