"""A store that several machines share: any place that fsspec reaches, behind a folder of this one.

What is read is fetched once and kept in the folder, so that encoders and exporters find files, and
so that building again asks the network for nothing. What is made is kept in the folder, then sent.
Entries have the same names and bytes here and there. One that came damaged is removed there too.

Backends raise what they like when a network fails. So each operation is tried again once, over a
new connection, and is told of as an `OutputError` after that.
"""

from __future__ import annotations

import re
import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import fsspec

from narrator.cache.store import (
    DEFAULT_LIMIT_BYTES,
    KindUsage,
    Store,
    fingerprint,
    local_cache_root,
)
from narrator.errors import MissingExtraError, OptionError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SHARED = ("clip", "reel", "sheet", "gain", "script")
"""Kinds that are of use to other machines: not what was measured here, nor where files lie here."""

_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# narrator's; may be removed at any time\n"
"""What tells backup programs that a folder is a cache (https://bford.info/cachedir)."""

_ONE_AT_A_TIME = threading.RLock()  # connections are not made for several threads

Answer = TypeVar("Answer")


@cache
def _connected(url: str) -> tuple[Any, str]:
    """A file system, and the folder in it."""
    filesystem, root = fsspec.url_to_fs(url)
    return filesystem, str(root).rstrip("/")


def without_password(url: str) -> str:
    """A URL as it may be shown."""
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:…@", url)


class SharedStore(Store):
    """The store at a URL.

    Raises:
        OptionError: no such protocol is known.
        MissingExtraError: the package for the protocol is not installed.
        OutputError: the place can't be reached, or not be written to.
    """

    def __init__(self, url: str, *, proven: bool = False) -> None:
        super().__init__(local_cache_root() / "shared" / fingerprint(url))
        self.url = url
        self._listed: dict[str, frozenset[str]] = {}
        if not proven:
            self._prove()

    def __reduce__(self) -> tuple[Callable[[str], SharedStore], tuple[str]]:
        """On another machine, it has that machine's folder."""
        return _known_to_work, (self.url,)

    @property
    def location(self) -> str:
        """Where it is, as a user has it."""
        return without_password(self.url)

    def _prove(self) -> None:
        scheme = self.url.partition("://")[0]
        try:
            _connected(self.url)
        except ImportError as error:
            raise MissingExtraError(
                f"a cache at {scheme}:// needs a package that is not installed", str(error)
            ) from error
        except ValueError as error:
            known = "s3, gs, abfs, sftp, ftp, webdav, smb, file"
            raise OptionError(
                f"no cache can be at {self.location} ({error})", f"give a folder, or a URL: {known}"
            ) from error
        except Exception as error:  # whatever its backend raises
            raise self._lost(error) from error
        self.root.mkdir(parents=True, exist_ok=True)
        self._send("CACHEDIR.TAG", _TAG)

    # ------------------------------------------------------------------ what a store does

    def load(self, kind: str, name: str) -> bytes | None:
        """As any store's."""
        content = super().load(kind, name)
        if content is None and self._fetched(kind, name):
            content = super().load(kind, name)
            if content is None:
                self._forget(kind, name)
        return content

    def find_verified(self, kind: str, name: str, checksum: str) -> Path | None:
        """As any store's."""
        path = super().find_verified(kind, name, checksum)
        if path is None and self._fetched(kind, name):
            path = super().find_verified(kind, name, checksum)
            if path is None:
                self._forget(kind, name)
        return path

    def has_entry(self, kind: str, name: str) -> bool:
        """As any store's, by what was there when it was first asked."""
        if super().has_entry(kind, name):
            return True
        shelf = f"{kind}/{name[:2]}"
        if kind in SHARED and shelf not in self._listed:
            self._listed[shelf] = frozenset(self._names(shelf))
        return name in self._listed.get(shelf, ())

    def measure_usage(self) -> tuple[KindUsage, ...]:
        """What is there, by kind, this machine's folder not counted."""
        sizes: dict[str, list[int]] = {}
        for kind, _, size, _ in self._entries():
            sizes.setdefault(kind, []).append(size)
        return tuple(KindUsage(kind, len(of), sum(of)) for kind, of in sorted(sizes.items()))

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES, used_since: float | None = None) -> int:
        """As any store's; a build, which tells its beginning by `since`, shrinks its folder alone.

        There, nobody writes down when an entry is used: what was made longest ago goes first.
        """
        freed = super().prune(limit_bytes, used_since)
        if used_since is not None:
            return freed
        entries = sorted(self._entries(), key=lambda entry: entry[3])
        excess = sum(size for _, _, size, _ in entries) - limit_bytes
        for kind, name, size, _ in entries:
            if excess > 0:
                self._forget(kind, name)
                excess, freed = excess - size, freed + size
        return freed

    def _place(self, kind: str, name: str, made: Path) -> None:
        super()._place(kind, name, made)
        if kind in SHARED:
            self._send(_within(kind, name), self.path(kind, name).read_bytes())

    # ------------------------------------------------------------------ over the network

    def _fetched(self, kind: str, name: str) -> bool:
        """Whether there is such an entry there, which now lies here as well."""
        if kind not in SHARED:
            return False
        content = self._try(lambda fs, root: fs.cat_file(f"{root}/{_within(kind, name)}"))
        if content is None:
            return False
        with self.temporary_file() as part, self.convert_write_errors():
            part.write_bytes(content)
            super()._place(kind, name, part)
        return True

    def _forget(self, kind: str, name: str) -> None:
        self._try(lambda fs, root: fs.rm_file(f"{root}/{_within(kind, name)}"))

    def _send(self, within: str, content: bytes) -> None:
        """Put a file there, whole: an object store has no others, elsewhere it is renamed."""

        def send(fs: Any, root: str) -> None:
            path = f"{root}/{within}"
            if fs.async_impl:
                fs.pipe_file(path, content)
                return
            part = f"{root}/.{secrets.token_hex(8)}"
            fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            fs.pipe_file(part, content)
            fs.mv(part, path)

        self._try(send, sought=False)

    def _names(self, shelf: str) -> Iterator[str]:
        def listing(fs: Any, root: str) -> list[str]:
            fs.invalidate_cache()
            return list(fs.ls(f"{root}/{shelf}", detail=False))

        for path in self._try(listing) or ():
            yield path.rpartition("/")[2]

    def _entries(self) -> Iterator[tuple[str, str, int, float]]:
        """Kind, name, bytes, and when it was made, of each entry there."""

        def everything(fs: Any, root: str) -> dict[str, dict[str, Any]]:
            fs.invalidate_cache()
            return dict(fs.find(root, detail=True))

        for path, told in (self._try(everything) or {}).items():
            kind, shelf, name = ["", "", *path.split("/")][-3:]
            if kind in SHARED and name.startswith(shelf):
                yield kind, name, int(told.get("size") or 0), _made(told)

    def _try(
        self, operation: Callable[[Any, str], Answer], *, sought: bool = True
    ) -> Answer | None:
        """What an operation gives, or none where what is sought is not there.

        Raises:
            OutputError: it fails twice.
        """
        with _ONE_AT_A_TIME:
            for attempt in (1, 2):
                try:
                    return operation(*_connected(self.url))
                except FileNotFoundError as error:
                    if sought:
                        return None
                    raise self._lost(error) from error
                except Exception as error:  # whatever its backend raises
                    _connected.cache_clear()
                    fsspec.AbstractFileSystem.clear_instance_cache()
                    if attempt == 2:
                        raise self._lost(error) from error
        return None

    def _lost(self, error: Exception) -> OutputError:
        reason = without_password(str(error)) or type(error).__name__
        return OutputError(
            f"the cache at {self.location} can't be used ({reason})",
            "see whether it can be reached and written to, or choose a folder with --cache-dir",
        )


def _known_to_work(url: str) -> SharedStore:
    return SharedStore(url, proven=True)


def _within(kind: str, name: str) -> str:
    """Where an entry lies: as in a folder, so that a folder may be put there as it is."""
    return f"{kind}/{name[:2]}/{name}"


_TIMES = ("mtime", "LastModified", "last_modified", "modify", "updated", "created")
"""How backends call the time of the last change."""


def _made(told: dict[str, Any]) -> float:
    """Something that orders entries of one place by age: seconds, as a rule."""
    for key in _TIMES:
        when = told.get(key)
        if when is not None and hasattr(when, "timestamp"):
            return float(when.timestamp())
        digits = re.sub(r"\D", "", str(when or ""))[:14] if isinstance(when, str) else when
        if digits:
            return float(digits)
    return 0.0
