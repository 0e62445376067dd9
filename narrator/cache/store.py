"""Stores results on disk, each under a fingerprint of everything that determines its content.

So an entry is never out of date: it is correct, damaged or missing. Every entry has a checksum that
is verified when the entry is read. A damaged entry is removed and counted, and the caller computes
it again. Each file is written under a temporary name, then renamed, so builds can share a store.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHECKSUM_BYTES = 16
"""Length of the checksum before an entry's content: 128 bits of BLAKE2b."""

DEFAULT_LIMIT_BYTES = 8 * 1024**3
"""Default size limit of a store: enough for about 75 hours of clips and audiobooks."""

_UNFINISHED_KIND = "unfinished"
_TEMPORARY_KINDS = (_UNFINISHED_KIND, "speaking")
"""Kinds of temporary files, which a build removes at its end unless it is killed."""
_ABANDONED_SECONDS = 86_400
"""Age from which a temporary file counts as left over from a killed build."""


@dataclass(frozen=True, slots=True)
class KindUsage:
    """The number and total size of a store's entries of one kind."""

    kind: str
    entry_count: int
    size_bytes: int
    """Total size of their files."""


def _compute_file_checksum(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compute_content_checksum(content: bytes) -> bytes:
    """Return the checksum that is stored before an entry's content."""
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES).digest()


def _record_use(path: Path) -> None:
    """Record that an entry is used: pruning removes the least recently used entries first.

    A folder that can't be written to is read all the same, and can't be pruned anyway.
    """
    with suppress(OSError):
        os.utime(path)


class Store:
    """A folder of entries, each with a kind (`clip`, `gain`, ...), a name and its content.

    Raises:
        OutputError: Every method that writes raises it if the folder can't be written to or the
            disk is full.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.damaged_count = 0
        """Number of damaged entries found and removed."""

    @property
    def location(self) -> str:
        """Return the folder or URL of the store, as shown to users."""
        return str(self.root)

    def path(self, kind: str, name: str) -> Path:
        """Return the path of an entry, whether it exists or not."""
        return self.root / kind / name[:2] / name

    def load(self, kind: str, name: str) -> bytes | None:
        """Return the content of an entry, or `None` if it is missing or was damaged."""
        path = self.path(kind, name)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        _record_use(path)
        # A file shorter than a checksum also fails this comparison.
        checksum, content = stored[:_CHECKSUM_BYTES], stored[_CHECKSUM_BYTES:]
        if _compute_content_checksum(content) == checksum:
            return content
        self.damaged_count += 1
        self.remove(kind, name)
        return None

    def adopt_file(self, kind: str, name: str, finished_file: Path) -> str:
        """Move a finished `temporary_file` into the store, and return its SHA-256.

        Such an entry is used by its path, so its file holds only the content. The caller must keep
        the checksum, to pass it to `find_verified`.
        """
        with self.convert_write_errors():
            checksum = _compute_file_checksum(finished_file)
            self._move_into_place(kind, name, finished_file)
        return checksum

    def find_verified(self, kind: str, name: str, checksum: str) -> Path | None:
        """Return the path of an adopted file, or `None` if it is missing or was damaged."""
        path = self.path(kind, name)
        try:
            is_intact = _compute_file_checksum(path) == checksum
        except OSError:
            return None
        if is_intact:
            _record_use(path)
            return path
        self.damaged_count += 1
        self.remove(kind, name)
        return None

    @contextmanager
    def temporary_file(self) -> Iterator[Path]:
        """Yield a new file in the store's folder; remove it at the end unless it was adopted."""
        with self.convert_write_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            # In the store's folder, because a file can be renamed only on the same disk. The dot
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
            hint = "choose another folder with --cache-dir"
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                hint = f"make room there, or {hint}"
            raise OutputError(
                f"the cache in {self.root} can't be written to ({error.strerror})", hint
            ) from error

    def has_entry(self, kind: str, name: str) -> bool:
        """Return whether an entry exists, damaged or not."""
        return self.path(kind, name).exists()

    def save(self, kind: str, name: str, content: bytes) -> None:
        """Store an entry. An entry of the same name, which has the same content, is replaced."""
        self.save_parts(kind, name, (content,))

    def save_parts(self, kind: str, name: str, parts: Iterable[bytes]) -> None:
        """Store an entry as `save` does, given the parts of its content in order."""
        checksum = hashlib.blake2b(digest_size=_CHECKSUM_BYTES)
        with self.temporary_file() as new_file, self.convert_write_errors():
            with new_file.open("wb") as file:
                file.seek(_CHECKSUM_BYTES)  # the checksum before the content is known at the end
                for part in parts:
                    checksum.update(part)
                    file.write(part)
                file.seek(0)
                file.write(checksum.digest())
            self._move_into_place(kind, name, new_file)

    def import_entry(self, kind: str, name: str, stored: bytes) -> None:
        """Store an entry, given the bytes of its file in another store, checksum included."""
        with self.temporary_file() as new_file, self.convert_write_errors():
            new_file.write_bytes(stored)
            self._move_into_place(kind, name, new_file)

    def remove(self, kind: str, name: str) -> None:
        """Remove an entry, if there is one and the folder can be written to."""
        with suppress(OSError):
            self.path(kind, name).unlink(missing_ok=True)

    def _move_into_place(self, kind: str, name: str, finished_file: Path) -> None:
        """Rename a finished file to the path of an entry."""
        path = self.path(kind, name)
        try:
            finished_file.replace(path)
        except FileNotFoundError:  # the first entry whose name begins with these two letters
            path.parent.mkdir(parents=True, exist_ok=True)
            finished_file.replace(path)

    def _iterate_files(self) -> Iterator[tuple[str, os.stat_result, Path]]:
        """Yield the kind, the status and the path of every file in the store."""
        # The pattern excludes the folders of engines: entries are in folders with two-letter names.
        for path in [*self.root.glob("*/??/*"), *self.root.glob(".*")]:
            is_unfinished = path.name.startswith(".")
            kind = _UNFINISHED_KIND if is_unfinished else path.parent.parent.name
            try:
                yield kind, path.stat(), path
            except FileNotFoundError:  # another build has just removed it
                continue

    def measure_usage(self) -> tuple[KindUsage, ...]:
        """Return the number and total size of the entries per kind."""
        sizes_by_kind: dict[str, list[int]] = {}
        for kind, status, _ in self._iterate_files():
            sizes_by_kind.setdefault(kind, []).append(status.st_size)
        return summarise_usage(sizes_by_kind)

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES, used_since: float | None = None) -> int:
        """Remove the least recently used entries until the rest fits `limit_bytes`.

        Temporary files of killed builds are removed too, once they are a day old.

        Args:
            limit_bytes: The size that may remain.
            used_since: A time in seconds since the epoch, such as the start of the current build.
                Entries used since then are kept.

        Returns:
            How many bytes were freed.

        Raises:
            OutputError: An entry can't be removed.
        """
        # `load` and `find_verified` set the modification time to that of the last use.
        oldest_first = sorted(self._iterate_files(), key=lambda file: file[1].st_mtime)
        total_bytes = sum(status.st_size for _, status, _ in oldest_first)
        now, freed_bytes = time.time(), 0
        for kind, status, path in oldest_first:
            is_old = now - status.st_mtime > _ABANDONED_SECONDS
            is_abandoned = kind in _TEMPORARY_KINDS and is_old
            is_in_use = used_since is not None and status.st_mtime >= used_since
            if is_abandoned or (total_bytes - freed_bytes > limit_bytes and not is_in_use):
                with self.convert_write_errors():
                    path.unlink(missing_ok=True)
                freed_bytes += status.st_size
        return freed_bytes

    def clear(self) -> int:
        """Remove everything, and return how many bytes were freed."""
        return self.prune(limit_bytes=-1)


def summarise_usage(sizes_by_kind: dict[str, list[int]]) -> tuple[KindUsage, ...]:
    """Return the number and sum of sizes in bytes per kind, sorted by kind."""
    return tuple(
        KindUsage(kind, len(sizes), sum(sizes)) for kind, sizes in sorted(sizes_by_kind.items())
    )
