"""A ZIP archive from a stranger, read within bounds and never onto the disk.

Entries are read one at a time, by name, into memory; nothing in an archive is a path here. Own code
over `zipfile`, as the libraries for books unpack whatever an archive holds.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from typing import BinaryIO

from narrator.errors import BrokenInputError, ProtectedInputError
from narrator.readers.containers import limits

_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeError,
    ValueError,
    KeyError,
    IndexError,
    MemoryError,
)
"""What `zipfile` raises on damage. Some come from the decompressors that it calls."""
_AGAIN = "get the file again, it is damaged"
_TRAP = "it is built to do damage, do not trust its source"


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a ZIP archive does."""
    return data.startswith(b"PK\x03\x04")


class Archive:
    """The entries of an archive, by name."""

    def __init__(self, data: bytes | BinaryIO, path: str) -> None:
        """Open an archive, in memory or in a file that stays open; `path` is for messages."""
        self.path = path
        self.total_bytes_read = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
            self._entries = self._zip.infolist()
        except _FAULTS as error:
            raise BrokenInputError(f"{path} is not whole: {error}", _AGAIN) from error
        self._check()
        self.entries = {
            e.filename.replace("\\", "/"): e for e in self._entries if not e.filename.endswith("/")
        }
        self._folded = {_fold(name): entry for name, entry in self.entries.items()}

    def _check(self) -> None:
        if len(self._entries) > limits.MAX_ENTRIES:
            raise BrokenInputError(f"{self.path} has {len(self._entries)} entries", _TRAP)
        if sum(entry.file_size for entry in self._entries) > limits.MAX_UNPACKED_BYTES:
            raise BrokenInputError(
                f"{self.path} unpacks to over {limits.MAX_UNPACKED_BYTES >> 20} MiB", _TRAP
            )
        for entry in self._entries:
            if entry.file_size > max(
                limits.MIN_RATIO_CHECK_BYTES, limits.MAX_COMPRESSION_RATIO * entry.compress_size
            ):
                raise BrokenInputError(
                    f"{self.path}: {entry.filename} unpacks to {limits.MAX_COMPRESSION_RATIO} times its size",
                    _TRAP,
                )
        for name, count in Counter(entry.filename for entry in self._entries).items():
            copies = {e.CRC for e in self._entries if count > 1 and e.filename == name}
            if len(copies) > 1:
                raise BrokenInputError(f"{self.path} holds {name} twice, and they differ", _TRAP)

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def _find(self, name: str) -> zipfile.ZipInfo | None:
        """The entry of that name; where there is none, one that differs in case or accents."""
        return self.entries.get(name) or self._folded.get(_fold(name))

    def read(self, name: str, max_bytes: int = limits.MAX_ENTRY_BYTES) -> bytes:
        """The bytes of an entry.

        Raises:
            KeyError: there is no such entry, or it is a link.
            ProtectedInputError: it is encrypted.
            BrokenInputError: it is damaged or too large.
        """
        entry = self._find(name)
        if entry is None or stat.S_ISLNK(entry.external_attr >> 16):
            raise KeyError(name)
        if entry.flag_bits & 1:
            raise ProtectedInputError(
                f"{self.path} is locked by a password", "unpack it with the password first"
            )
        try:
            with self._zip.open(entry) as file:
                data = file.read(max_bytes + 1)
        except _FAULTS as error:
            raise BrokenInputError(
                f"{self.path}: {entry.filename} can't be unpacked: {error}", _AGAIN
            ) from error
        self.total_bytes_read += len(data)
        if len(data) > max_bytes or self.total_bytes_read > limits.MAX_TEXT_BYTES:
            raise BrokenInputError(f"{self.path}: {entry.filename} is too large", _TRAP)
        return data


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
