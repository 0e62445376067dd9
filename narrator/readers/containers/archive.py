"""Read ZIP archives from untrusted sources, within limits and without writing to disk.

Entries are read by name into memory, so a malicious path in an archive can't overwrite a file. The
code uses `zipfile` directly because e-book libraries unpack all entries.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from typing import BinaryIO

from narrator.errors import NEW_COPY_HINT, BrokenInputError, ProtectedInputError
from narrator.readers.containers import limits

_ZIP_ERRORS = (
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
"""Errors that `zipfile` and its decompressors raise on damaged archives."""
_MALICIOUS_HINT = "the file was built to do damage: do not trust its source"
_DIRECTORY_BYTES = 1 << 20
"""Number of bytes at the end of an archive that are searched for the name of an entry."""
_ENCRYPTED_FLAG = 1
"""The bit in an entry's flags that marks it as encrypted with a password."""


def is_zip(data: bytes) -> bool:
    """Return whether the data begins with the signature of a ZIP archive."""
    return data.startswith(b"PK\x03\x04")


def may_have_entry(data: bytes, name: str) -> bool:
    """Return whether the data looks like a ZIP archive with an entry of this name.

    The name is searched for in the last 1 MiB without opening the archive. The result may be wrong
    for damaged archives and for larger directories.
    """
    return is_zip(data) and name.encode() in data[-_DIRECTORY_BYTES:]


class Archive:
    """A ZIP archive, opened for reading its entries by name."""

    def __init__(self, data: bytes | BinaryIO, path: str) -> None:
        """Open an archive from bytes, or from a binary file that stays open while it is used.

        `path` is only for error messages.

        Raises:
            BrokenInputError: the archive is damaged or exceeds the limits.
        """
        self.path = path
        self.total_bytes_read = 0
        try:
            self._zip_file = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
            self._all_entries = self._zip_file.infolist()
        except _ZIP_ERRORS as error:
            raise BrokenInputError(f"{path} is damaged: {error}", NEW_COPY_HINT) from error
        self._check_limits()
        self._check_duplicates()
        # Some programs write Windows paths. Entries that end with "/" are folders.
        self.entries = {
            entry.filename.replace("\\", "/"): entry
            for entry in self._all_entries
            if not entry.filename.endswith("/")
        }
        self._entries_by_folded_name = {
            _fold_name(name): entry for name, entry in self.entries.items()
        }

    def _check_limits(self) -> None:
        """Raise an error if the archive's directory states too many or too large entries."""
        entries = self._all_entries
        if len(entries) > limits.MAX_ENTRIES:
            raise BrokenInputError(f"{self.path} has {len(entries)} entries", _MALICIOUS_HINT)
        if sum(entry.file_size for entry in entries) > limits.MAX_UNPACKED_BYTES:
            raise BrokenInputError(
                f"{self.path} unpacks to over {limits.MAX_UNPACKED_BYTES >> 20} MiB",
                _MALICIOUS_HINT,
            )
        for entry in entries:
            largest_size = limits.MAX_COMPRESSION_RATIO * entry.compress_size
            if entry.file_size > max(limits.MIN_RATIO_CHECK_BYTES, largest_size):
                ratio = limits.MAX_COMPRESSION_RATIO
                raise BrokenInputError(
                    f"{self.path}: {entry.filename} unpacks to {ratio} times its size",
                    _MALICIOUS_HINT,
                )

    def _check_duplicates(self) -> None:
        """Raise an error if two different entries have the same name.

        Programs disagree on which of the two to read; attackers can use this to hide contents.
        """
        checksums: dict[str, int] = {}
        for entry in self._all_entries:
            if checksums.setdefault(entry.filename, entry.CRC) != entry.CRC:
                raise BrokenInputError(
                    f"{self.path} holds {entry.filename} twice, and they differ", _MALICIOUS_HINT
                )

    def __contains__(self, name: str) -> bool:
        """Return whether an entry has this name, ignoring case and the encoding of accents."""
        return self._find_entry(name) is not None

    def _find_entry(self, name: str) -> zipfile.ZipInfo | None:
        """Return the entry with exactly this name, or one that matches as in `__contains__`."""
        return self.entries.get(name) or self._entries_by_folded_name.get(_fold_name(name))

    def read_entry(self, name: str, max_bytes: int = limits.MAX_ENTRY_BYTES) -> bytes:
        """Return the unpacked bytes of an entry, found as in `__contains__`.

        Raises:
            KeyError: there is no such entry, or it is a symbolic link.
            ProtectedInputError: the entry is encrypted.
            BrokenInputError: the entry is damaged or too large.
        """
        entry = self._find_entry(name)
        # The upper 16 bits of the attributes are the Unix file mode.
        if entry is None or stat.S_ISLNK(entry.external_attr >> 16):
            raise KeyError(name)
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise ProtectedInputError(
                f"{self.path} is locked by a password", "unpack it with the password first"
            )
        try:
            with self._zip_file.open(entry) as file:
                # One byte over the limit is read to detect an entry larger than its stated size.
                data = file.read(max_bytes + 1)
        except _ZIP_ERRORS as error:
            raise BrokenInputError(
                f"{self.path}: {entry.filename} can't be unpacked: {error}", NEW_COPY_HINT
            ) from error
        self.total_bytes_read += len(data)
        if len(data) > max_bytes or self.total_bytes_read > limits.MAX_TEXT_BYTES:
            raise BrokenInputError(f"{self.path}: {entry.filename} is too large", _MALICIOUS_HINT)
        return data


def _fold_name(name: str) -> str:
    """Return a name case-folded and in Unicode form NFC, for comparison."""
    return unicodedata.normalize("NFC", name).casefold()
