"""A ZIP archive, as EPUB wants it and with the same bytes for the same book."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)
_PACKED = frozenset(
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp3", ".m4a", ".m4b", ".mp4", ".woff2"]
)
"""What would not become smaller."""


class ArchiveWriter:
    """An archive that is being filled."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.entry_names: set[str] = set()

    def add_bytes(self, name: str, data: bytes, *, packed: bool = False) -> None:
        """Put bytes into it; what is there already stays."""
        if name not in self.entry_names:
            self._file.writestr(self._entry(name, packed=packed), data)

    def copy_file(self, name: str, path: Path) -> None:
        """Put a file into it, as it is."""
        entry = self._entry(name, packed=True)
        entry.file_size = path.stat().st_size
        with path.open("rb") as source, self._file.open(entry, "w") as target:
            while block := source.read(1 << 20):
                target.write(block)

    def _entry(self, name: str, *, packed: bool) -> zipfile.ZipInfo:
        self.entry_names.add(name)
        entry = zipfile.ZipInfo(name, _DATE)
        dot = name.rfind(".")
        packed = packed or name[dot:].lower() in _PACKED
        entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


@contextmanager
def create_epub_archive(target: Path) -> Iterator[ArchiveWriter]:
    """An empty EPUB archive; it ends with the block."""
    with zipfile.ZipFile(target, "w") as file:
        made = ArchiveWriter(file)
        made.add_bytes("mimetype", b"application/epub+zip", packed=True)
        yield made
