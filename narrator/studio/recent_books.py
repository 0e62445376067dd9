"""Remembers which books were opened in the studio, the newest first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from narrator.cache.places import local_cache_root
from narrator.errors import OutputError
from narrator.files.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_BOOKS = 20


class RememberedBook(msgspec.Struct, frozen=True):
    """A book that was opened before."""

    title: str
    paths: list[str]
    """Absolute paths."""


def _locate_list() -> Path:
    """Return the file with the list; without it, nothing but the list is lost."""
    return local_cache_root() / "studio" / "recent.json"


def load_recent_books() -> list[RememberedBook]:
    """Return the books that are still there; an unreadable list is an empty one."""
    try:
        books = msgspec.json.decode(_locate_list().read_bytes(), type=list[RememberedBook])
    except (OSError, msgspec.DecodeError, RecursionError):
        return []
    return [
        book for book in books if book.paths and all(Path(path).exists() for path in book.paths)
    ]


def remember_book(title: str, paths: Sequence[str]) -> None:
    """Put a book at the top of the list; a list that can't be written is not worth an error."""
    absolute = [str(Path(path).absolute()) for path in paths]
    others = [book for book in load_recent_books() if book.paths != absolute]
    books = [RememberedBook(title, absolute), *others][:_MAX_BOOKS]
    path = _locate_list()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomically(path) as part:
            part.write_bytes(msgspec.json.encode(books))
    except (OSError, OutputError):
        return
