"""Keeps what was made, under names that say what it was made from.

A name is a digest of everything that shapes the content, so an entry is never out of date: it is
right, or damaged, or not there. Each entry carries a checksum of its own and is verified when read;
a damaged one is removed, counted, and made anew. Entries appear whole, by rename, so that any
number of builds may share a store.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

FINGERPRINT_BYTES = 16
"""Of BLAKE2b: 128 bits, far beyond any accidental collision."""

DEFAULT_LIMIT_BYTES = 8 * 1024**3
"""What a store may hold by default: about 75 hours of clips and audiobooks."""

CHOSEN = "NARRATOR_CACHE_DIR"
"""The variable that says where the cache is, unless an option does."""
SCHEME = "://"
"""What tells a URL from a folder."""

UNFINISHED = "unfinished"
PASSING = (UNFINISHED, "speaking")
"""Kinds that a build takes away itself, unless it is killed."""


def fingerprint(*parts: object) -> str:
    """A name for whatever is made from these values, which must be plain JSON."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()


def local_cache_root() -> Path:
    """The folder where the platform keeps caches, or the one that `NARRATOR_CACHE_DIR` names."""
    chosen = os.environ.get(CHOSEN, "")
    own = not chosen or SCHEME in chosen
    return Path(platformdirs.user_cache_dir("narrator", False)) if own else Path(chosen)


def default_cache_location() -> str:
    """What `NARRATOR_CACHE_DIR` names, a folder or a URL, or else the platform's own folder."""
    return os.environ.get(CHOSEN) or str(local_cache_root())


@dataclass(frozen=True, slots=True)
class KindUsage:
    """What a store holds of one kind."""

    kind: str
    entry_count: int
    size_bytes: int
    """Bytes on disk."""


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Store:
    """Entries of several kinds (`clip`, `reel`, ...) in a folder.

    Raises:
        OutputError: by whatever writes, when the folder can't be written to or the disk is full.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.damaged_count = 0
        """How many damaged entries were met and removed."""

    @property
    def location(self) -> str:
        """Where it is, as a user has it."""
        return str(self.root)

    def path(self, kind: str, name: str) -> Path:
        """Where an entry lies, or would lie."""
        return self.root / kind / name[:2] / name

    def load(self, kind: str, name: str) -> bytes | None:
        """The content of an entry, or none where there is none or where it was damaged."""
        path = self.path(kind, name)
        try:
            stored = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        checksum, content = stored[:FINGERPRINT_BYTES], stored[FINGERPRINT_BYTES:]
        if hashlib.blake2b(content, digest_size=FINGERPRINT_BYTES).digest() == checksum:
            return content
        self.damaged_count += 1
        self.remove(kind, name)
        return None

    def adopt_file(self, kind: str, name: str, made: Path) -> str:
        """Keep a finished file of `scratch` as an entry that programs may open by its path.

        Such an entry holds no checksum. The one returned is for `verify`.
        """
        with self.convert_write_errors():
            checksum = _checksum(made)
            self._place(kind, name, made)
        return checksum

    def find_verified(self, kind: str, name: str, checksum: str) -> Path | None:
        """Where an adopted entry lies, or none where there is none or where it was damaged."""
        path = self.path(kind, name)
        try:
            if _checksum(path) == checksum:
                os.utime(path)
                return path
        except OSError:
            return None
        self.damaged_count += 1
        self.remove(kind, name)
        return None

    @contextmanager
    def temporary_file(self) -> Iterator[Path]:
        """A new file on the same disk, removed in the end unless it was adopted."""
        with self.convert_write_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.root, prefix=".")
            os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    @contextmanager
    def convert_write_errors(self) -> Iterator[None]:
        """Tell of what goes wrong with the disk, as an `OutputError`."""
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"the cache in {self.root} can't be written to ({error.strerror})",
                "make room there, or choose another folder with --cache-dir",
            ) from error

    def has_entry(self, kind: str, name: str) -> bool:
        """Whether there is such an entry, damaged or not."""
        return self.path(kind, name).exists()

    def save(self, kind: str, name: str, content: bytes) -> None:
        """Keep an entry; one of the same name has the same content and is replaced."""
        checksum = hashlib.blake2b(content, digest_size=FINGERPRINT_BYTES).digest()
        with self.temporary_file() as part, self.convert_write_errors():
            part.write_bytes(checksum + content)
            self._place(kind, name, part)

    def import_entry(self, kind: str, name: str, file: bytes) -> None:
        """Keep the file of an entry as another store has it."""
        with self.temporary_file() as part, self.convert_write_errors():
            part.write_bytes(file)
            self._place(kind, name, part)

    def remove(self, kind: str, name: str) -> None:
        """Forget an entry, if there is one."""
        self.path(kind, name).unlink(missing_ok=True)

    def _place(self, kind: str, name: str, made: Path) -> None:
        path = self.path(kind, name)
        try:
            made.replace(path)
        except FileNotFoundError:  # the first whose name begins so
            path.parent.mkdir(parents=True, exist_ok=True)
            made.replace(path)

    def _files(self) -> Iterator[tuple[str, os.stat_result, Path]]:
        for path in [*self.root.glob("*/??/*"), *self.root.glob(".*")]:
            kind = UNFINISHED if path.name.startswith(".") else path.parent.parent.name
            try:
                yield kind, path.stat(), path
            except FileNotFoundError:  # another build has just removed it
                continue

    def measure_usage(self) -> tuple[KindUsage, ...]:
        """What it holds, by kind."""
        sizes: dict[str, list[int]] = {}
        for kind, status, _ in self._files():
            sizes.setdefault(kind, []).append(status.st_size)
        return tuple(KindUsage(kind, len(of), sum(of)) for kind, of in sorted(sizes.items()))

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES, used_since: float | None = None) -> int:
        """Remove what was used longest ago until the rest fits `limit` bytes.

        Keeps what was used since the time `since` (seconds since the epoch), such as the start of
        the build in progress. Removes what a killed build left half-written, once a day old.

        Returns:
            How many bytes were freed.
        """
        files = sorted(self._files(), key=lambda file: file[1].st_mtime)
        total = sum(status.st_size for _, status, _ in files)
        now, freed = time.time(), 0
        for kind, status, path in files:
            abandoned = kind in PASSING and now - status.st_mtime > 86_400
            recent = used_since is not None and status.st_mtime >= used_since
            if abandoned or (total - freed > limit_bytes and not recent):
                path.unlink(missing_ok=True)
                freed += status.st_size
        return freed

    def clear(self) -> int:
        """Remove everything; return how many bytes were freed."""
        return self.prune(limit_bytes=-1)
