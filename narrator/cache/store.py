"""Stores results on disk, each under a fingerprint of what it was made from.

A name covers everything that shapes the content, so an entry is never out of date: it is right,
damaged, or missing. Every entry has a checksum, which is verified when it is read. A damaged entry
is removed and counted, and its content is made again. Entries are put in place by renaming a
complete file, so any number of builds may share a store.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECKSUM_BYTES = 16
"""Length of the checksum in front of an entry: 128 bits of BLAKE2b."""

DEFAULT_LIMIT_BYTES = 8 * 1024**3
"""Size that a store may reach by default: about 75 hours of clips and audiobooks."""

_UNFINISHED_KIND = "unfinished"
_TEMPORARY_KINDS = (_UNFINISHED_KIND, "speaking")
"""Kinds of files that a build removes itself, unless it is killed."""
_ABANDONED_SECONDS = 86_400
"""Age at which such a file is taken to be left over from a build that was killed."""


@dataclass(frozen=True, slots=True)
class KindUsage:
    """The number and the size of a store's entries of one kind."""

    kind: str
    entry_count: int
    size_bytes: int
    """Size on disk."""


def _file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content_checksum(content: bytes) -> bytes:
    """Return the checksum that is stored in front of an entry's content."""
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES).digest()


class Store:
    """A folder of entries of several kinds (`clip`, `gain`, ...).

    Raises:
        OutputError: By every method that writes, if the folder can't be written to or the disk is
            full.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.damaged_count = 0
        """The number of damaged entries that were found and removed."""

    @property
    def location(self) -> str:
        """Return the store's location as the user knows it."""
        return str(self.root)

    def path(self, kind: str, name: str) -> Path:
        """Return where an entry lies, or would lie."""
        return self.root / kind / name[:2] / name

    def load(self, kind: str, name: str) -> bytes | None:
        """Return the content of an entry, or `None` if it is missing or was damaged."""
        path = self.path(kind, name)
        try:
            stored = path.read_bytes()
            os.utime(path)  # pruning removes first what was used longest ago
        except OSError:
            return None
        # A file that is shorter than a checksum has no content, and fails the comparison.
        checksum, content = stored[:_CHECKSUM_BYTES], stored[_CHECKSUM_BYTES:]
        if _content_checksum(content) == checksum:
            return content
        self.damaged_count += 1
        self.remove(kind, name)
        return None

    def adopt_file(self, kind: str, name: str, finished_file: Path) -> str:
        """Move a finished `temporary_file` into the store, as an entry that is used by its path.

        Such an entry has no checksum in it, as other programs open it. Its checksum is returned,
        for `find_verified`.
        """
        with self.convert_write_errors():
            checksum = _file_checksum(finished_file)
            self._put_in_place(kind, name, finished_file)
        return checksum

    def find_verified(self, kind: str, name: str, checksum: str) -> Path | None:
        """Return the path of an adopted file, or `None` if it is missing or was damaged."""
        path = self.path(kind, name)
        try:
            if _file_checksum(path) == checksum:
                os.utime(path)
                return path
        except OSError:
            return None
        self.damaged_count += 1
        self.remove(kind, name)
        return None

    @contextmanager
    def temporary_file(self) -> Iterator[Path]:
        """Create a file on the same disk, and remove it at the end unless it was adopted."""
        with self.convert_write_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            # On the disk of the entries, as only there a file can be renamed into place. The dot
            # marks it as unfinished.
            descriptor, name = tempfile.mkstemp(dir=self.root, prefix=".")
            os.close(descriptor)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    @contextmanager
    def convert_write_errors(self) -> Iterator[None]:
        """Raise `OutputError` in place of every `OSError`."""
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"the cache in {self.root} can't be written to ({error.strerror})",
                "make room there, or choose another folder with --cache-dir",
            ) from error

    def has_entry(self, kind: str, name: str) -> bool:
        """Return whether there is such an entry, damaged or not."""
        return self.path(kind, name).exists()

    def save(self, kind: str, name: str, content: bytes) -> None:
        """Store an entry, replacing one of the same name, which has the same content."""
        self.import_entry(kind, name, _content_checksum(content) + content)

    def import_entry(self, kind: str, name: str, stored: bytes) -> None:
        """Store an entry from the bytes of its file in another store."""
        with self.temporary_file() as new_file, self.convert_write_errors():
            new_file.write_bytes(stored)
            self._put_in_place(kind, name, new_file)

    def remove(self, kind: str, name: str) -> None:
        """Remove an entry, if there is one."""
        self.path(kind, name).unlink(missing_ok=True)

    def _put_in_place(self, kind: str, name: str, finished_file: Path) -> None:
        """Rename a finished file to the path of an entry."""
        path = self.path(kind, name)
        try:
            finished_file.replace(path)
        except FileNotFoundError:  # the first entry whose name begins with these two letters
            path.parent.mkdir(parents=True, exist_ok=True)
            finished_file.replace(path)

    def _iterate_files(self) -> Iterator[tuple[str, os.stat_result, Path]]:
        """Yield the kind, the status and the path of every file in the store."""
        # The pattern leaves out the folders of engines, whose names are not two letters long.
        for path in [*self.root.glob("*/??/*"), *self.root.glob(".*")]:
            is_unfinished = path.name.startswith(".")
            kind = _UNFINISHED_KIND if is_unfinished else path.parent.parent.name
            try:
                yield kind, path.stat(), path
            except FileNotFoundError:  # another build has just removed it
                continue

    def measure_usage(self) -> tuple[KindUsage, ...]:
        """Return the number and the size of the entries, by kind."""
        sizes_by_kind: dict[str, list[int]] = {}
        for kind, status, _ in self._iterate_files():
            sizes_by_kind.setdefault(kind, []).append(status.st_size)
        return summarise_usage(sizes_by_kind)

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES, used_since: float | None = None) -> int:
        """Remove what was used longest ago until the rest fits `limit_bytes`.

        What a killed build left half-written is removed too, once it is a day old.

        Args:
            limit_bytes: The size that may remain.
            used_since: Entries used since this time, in seconds since the epoch, are kept: for
                example the start of the build in progress.

        Returns:
            How many bytes were freed.
        """
        # The modification time is that of the last use, which `load` and `find_verified` set.
        oldest_first = sorted(self._iterate_files(), key=lambda file: file[1].st_mtime)
        total_bytes = sum(status.st_size for _, status, _ in oldest_first)
        now, freed_bytes = time.time(), 0
        for kind, status, path in oldest_first:
            is_old = now - status.st_mtime > _ABANDONED_SECONDS
            is_abandoned = kind in _TEMPORARY_KINDS and is_old
            is_in_use = used_since is not None and status.st_mtime >= used_since
            if is_abandoned or (total_bytes - freed_bytes > limit_bytes and not is_in_use):
                path.unlink(missing_ok=True)
                freed_bytes += status.st_size
        return freed_bytes

    def clear(self) -> int:
        """Remove everything, and return how many bytes were freed."""
        return self.prune(limit_bytes=-1)


def summarise_usage(sizes_by_kind: dict[str, list[int]]) -> tuple[KindUsage, ...]:
    """Return the number and the sum of sizes in bytes, by kind, in order of the kinds."""
    return tuple(
        KindUsage(kind, len(sizes), sum(sizes)) for kind, sizes in sorted(sizes_by_kind.items())
    )
