"""Writes ZIP archives whose bytes depend only on their contents: all entries have one date."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP archive can hold."""
_COMPRESSED_SUFFIXES = frozenset(
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp3", ".m4a", ".m4b", ".mp4", ".woff2"]
)
"""Suffixes of formats that are compressed already; deflating them again would gain nothing."""
_COPY_BYTES = 1 << 20
"""Bytes that are read at a time when a file is copied into an archive."""


class ArchiveWriter:
    """A ZIP archive to which entries are added."""

    def __init__(self, zip_file: zipfile.ZipFile) -> None:
        self._zip_file = zip_file
        self.entry_names: set[str] = set()

    def add_bytes(self, name: str, data: bytes, *, stored: bool = False) -> None:
        """Add an entry, unless the archive has an entry of this name.

        `stored` leaves the entry uncompressed, regardless of its suffix.
        """
        if name not in self.entry_names:
            self._zip_file.writestr(self._create_entry(name, stored=stored), data)

    def copy_file(self, name: str, path: Path) -> None:
        """Add the content of a file, uncompressed, without reading all of it into memory."""
        entry = self._create_entry(name, stored=True)
        entry.file_size = path.stat().st_size
        with path.open("rb") as source_file, self._zip_file.open(entry, "w") as entry_file:
            while block := source_file.read(_COPY_BYTES):
                entry_file.write(block)

    def _create_entry(self, name: str, *, stored: bool) -> zipfile.ZipInfo:
        self.entry_names.add(name)
        entry = zipfile.ZipInfo(name, _ENTRY_DATE)
        suffix = name[name.rfind(".") :].lower()
        stored = stored or suffix in _COMPRESSED_SUFFIXES
        entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16  # the upper 16 bits are the file mode
        return entry


@contextmanager
def create_epub_archive(target: Path) -> Iterator[ArchiveWriter]:
    """Yield a writer of an EPUB, after adding the entry `mimetype`, which must be the first."""
    with zipfile.ZipFile(target, "w") as zip_file:
        archive = ArchiveWriter(zip_file)
        archive.add_bytes("mimetype", b"application/epub+zip", stored=True)
        yield archive
