"""Tells whether the files of the open book have changed since they were read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from narrator.build.book_files import list_side_files
from narrator.build.settings import find_book_settings
from narrator.readers.source_files import list_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.build.resident_book import ResidentBook


def read_file_versions(book: ResidentBook) -> Mapping[Path, tuple[int, int, int]]:
    """Return what tells whether the files of the book have changed, by path."""
    paths = [Path(file) for path in book.paths for file in list_files(path)]
    versions = {}
    settings = find_book_settings(book.paths)
    for path in (*paths, *list_side_files(book.paths, book.options), settings):
        if path is None:
            continue
        try:
            status = path.stat()
        except OSError:
            continue
        versions[path] = status.st_mtime_ns, status.st_size, status.st_ino
    return versions
