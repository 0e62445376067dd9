"""A store that several machines share: any place that fsspec reaches, behind a local folder.

What is read is fetched once and kept in the local folder, so that encoders and exporters find
files, and so that a second build needs nothing from the network. What is made is kept in the local
folder and then sent. Entries have the same names and bytes in both places. An entry that arrives
damaged is removed at the remote place too.

Backends raise exceptions of many kinds when a network fails. So each operation is tried a second
time, over a new connection, and only then reported as an `OutputError`.
"""

from __future__ import annotations

import re
import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import fsspec

from narrator.cache.fingerprints import fingerprint
from narrator.cache.places import local_cache_root
from narrator.cache.store import DEFAULT_LIMIT_BYTES, KindUsage, Store, summarise_usage
from narrator.errors import MissingExtraError, OptionError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SHARED_KINDS = ("clip", "reel", "sheet", "gain", "script")
"""Kinds of entries that are useful to other machines: not what was measured on this machine, nor
where files lie on it."""

_CACHE_TAG = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n# narrator's; may be removed at any time\n"
)
"""Content of the file that tells backup programs that a folder is a cache
(https://bford.info/cachedir)."""

_CONNECTION_LOCK = threading.RLock()  # connections must not be used by several threads at a time

_ResultT = TypeVar("_ResultT")


@cache
def _connect(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, and the folder in it."""
    # fsspec caches file systems too, but resolves the URL each time, once per clip.
    filesystem, root = fsspec.url_to_fs(url)
    return filesystem, str(root).rstrip("/")


def hide_password(text: str) -> str:
    """Replace the password of every URL in a text by an ellipsis."""
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:…@", text)


class SharedStore(Store):
    """A store at a URL.

    Raises:
        OptionError: The protocol is not known.
        MissingExtraError: The package for the protocol is not installed.
        OutputError: The place can't be reached, or can't be written to.
    """

    def __init__(self, url: str, *, is_verified: bool = False) -> None:
        # Each URL has a local folder of its own: what one place lacks is not taken from another's.
        super().__init__(local_cache_root() / "shared" / fingerprint(url))
        self.url = url
        self._remote_names: dict[str, frozenset[str]] = {}
        if not is_verified:
            self._verify_access()

    def __reduce__(self) -> tuple[Callable[[str], SharedStore], tuple[str]]:
        """Pickle the URL alone: on another machine, the store has that machine's folder."""
        return _open_verified, (self.url,)

    @property
    def location(self) -> str:
        """Return the URL, without its password."""
        return hide_password(self.url)

    def _verify_access(self) -> None:
        """Connect, and write a small file.

        Raises:
            OptionError: The protocol is not known.
            MissingExtraError: The package for the protocol is not installed.
            OutputError: The place can't be reached, or can't be written to.
        """
        scheme = self.url.partition("://")[0]
        try:
            _connect(self.url)
        except ImportError as error:
            raise MissingExtraError(
                f"a cache at {scheme}:// needs a package that is not installed", str(error)
            ) from error
        except ValueError as error:
            protocols = "s3, gs, abfs, sftp, ftp, webdav, smb, file"
            raise OptionError(
                f"no cache can be at {self.location} ({error})",
                f"give a folder, or a URL: {protocols}",
            ) from error
        except Exception as error:  # backends raise exceptions of any kind
            raise self._access_error(error) from error
        self.root.mkdir(parents=True, exist_ok=True)
        self._send("CACHEDIR.TAG", _CACHE_TAG)

    # ------------------------------------------------------------------ the interface of a store

    def load(self, kind: str, name: str) -> bytes | None:
        """Return the content of an entry, or `None` if it is missing or was damaged."""
        content = super().load(kind, name)
        if content is None and self._fetch(kind, name):
            content = super().load(kind, name)
            if content is None:
                self._remove_remote(kind, name)
        return content

    def find_verified(self, kind: str, name: str, checksum: str) -> Path | None:
        """Return the local path of an adopted file, or `None` if it is missing or was damaged."""
        path = super().find_verified(kind, name, checksum)
        if path is None and self._fetch(kind, name):
            path = super().find_verified(kind, name, checksum)
            if path is None:
                self._remove_remote(kind, name)
        return path

    def has_entry(self, kind: str, name: str) -> bool:
        """Return whether there is such an entry, as of the first time that was asked."""
        if super().has_entry(kind, name):
            return True
        # A forecast asks for every clip of a book. At most 256 listings per kind answer all of
        # these questions, where one request per clip would take minutes.
        folder = f"{kind}/{name[:2]}"
        if kind in SHARED_KINDS and folder not in self._remote_names:
            self._remote_names[folder] = frozenset(self._list_names(folder))
        return name in self._remote_names.get(folder, ())

    def measure_usage(self) -> tuple[KindUsage, ...]:
        """Return the number and the size of the remote entries, without the local folder."""
        sizes_by_kind: dict[str, list[int]] = {}
        for kind, _, size, _ in self._list_entries():
            sizes_by_kind.setdefault(kind, []).append(size)
        return summarise_usage(sizes_by_kind)

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES, used_since: float | None = None) -> int:
        """Remove entries until the rest fits `limit_bytes`, and return how many bytes were freed.

        A build, which gives its start as `used_since`, prunes only the local folder. The remote
        place does not record when an entry was used, so what was made longest ago goes first.
        """
        freed_bytes = super().prune(limit_bytes, used_since)
        if used_since is not None:
            return freed_bytes
        oldest_first = sorted(self._list_entries(), key=lambda entry: entry[3])
        excess_bytes = sum(size for _, _, size, _ in oldest_first) - limit_bytes
        for kind, name, size, _ in oldest_first:
            if excess_bytes > 0:
                self._remove_remote(kind, name)
                excess_bytes, freed_bytes = excess_bytes - size, freed_bytes + size
        return freed_bytes

    def _put_in_place(self, kind: str, name: str, finished_file: Path) -> None:
        """Rename a finished file to the path of an entry, and send it."""
        super()._put_in_place(kind, name, finished_file)
        if kind in SHARED_KINDS:
            self._send(_remote_path(kind, name), self.path(kind, name).read_bytes())

    # ------------------------------------------------------------------ over the network

    def _fetch(self, kind: str, name: str) -> bool:
        """Fetch an entry into the local folder, and return whether there was one."""
        if kind not in SHARED_KINDS:
            return False
        content = self._try_twice(
            lambda filesystem, root: filesystem.cat_file(f"{root}/{_remote_path(kind, name)}")
        )
        if content is None:
            return False
        with self.temporary_file() as new_file, self.convert_write_errors():
            new_file.write_bytes(content)
            # The base class's method: this one's would send back what was just fetched.
            super()._put_in_place(kind, name, new_file)
        return True

    def _remove_remote(self, kind: str, name: str) -> None:
        """Remove an entry at the remote place, if it is there."""
        self._try_twice(
            lambda filesystem, root: filesystem.rm_file(f"{root}/{_remote_path(kind, name)}")
        )

    def _send(self, path: str, content: bytes) -> None:
        """Write a remote file atomically.

        Object stores, whose file systems are asynchronous, only have whole files. Elsewhere the
        file is written under another name, then renamed.
        """

        def write_file(filesystem: Any, root: str) -> None:
            target = f"{root}/{path}"
            if filesystem.async_impl:
                filesystem.pipe_file(target, content)
                return
            temporary_path = f"{root}/.{secrets.token_hex(8)}"
            filesystem.makedirs(target.rpartition("/")[0], exist_ok=True)
            filesystem.pipe_file(temporary_path, content)
            filesystem.mv(temporary_path, target)

        self._try_twice(write_file, may_be_missing=False)

    def _list_names(self, folder: str) -> Iterator[str]:
        """Yield the names of the entries in a remote folder."""

        def list_folder(filesystem: Any, root: str) -> list[str]:
            filesystem.invalidate_cache()
            return list(filesystem.ls(f"{root}/{folder}", detail=False))

        for path in self._try_twice(list_folder) or ():
            yield path.rpartition("/")[2]

    def _list_entries(self) -> Iterator[tuple[str, str, int, float]]:
        """Yield the kind, the name, the size in bytes and the age key of each remote entry."""

        def find_files(filesystem: Any, root: str) -> dict[str, dict[str, Any]]:
            filesystem.invalidate_cache()
            return dict(filesystem.find(root, detail=True))

        for path, details in (self._try_twice(find_files) or {}).items():
            # Padded, as files at the top, such as CACHEDIR.TAG, have fewer than three parts.
            kind, folder, name = ["", "", *path.split("/")][-3:]
            if kind in SHARED_KINDS and name.startswith(folder):
                yield kind, name, int(details.get("size") or 0), _modification_key(details)

    def _try_twice(
        self, operation: Callable[[Any, str], _ResultT], *, may_be_missing: bool = True
    ) -> _ResultT | None:
        """Return the result of an operation, or `None` if the file it reads is missing.

        Args:
            operation: Takes a file system and the folder in it.
            may_be_missing: Whether a missing file is not an error.

        Raises:
            OutputError: It fails twice.
        """
        with _CONNECTION_LOCK:
            for attempt in (1, 2):
                try:
                    return operation(*_connect(self.url))
                except FileNotFoundError as error:
                    if may_be_missing:
                        return None
                    raise self._access_error(error) from error
                except Exception as error:  # backends raise exceptions of any kind
                    # Both caches hold the broken connection.
                    _connect.cache_clear()
                    fsspec.AbstractFileSystem.clear_instance_cache()
                    if attempt == 2:
                        raise self._access_error(error) from error
        return None

    def _access_error(self, error: Exception) -> OutputError:
        """Return the error that says why the remote place can't be used."""
        reason = hide_password(str(error)) or type(error).__name__
        return OutputError(
            f"the cache at {self.location} can't be used ({reason})",
            "see whether it can be reached and written to, or choose a folder with --cache-dir",
        )


def _open_verified(url: str) -> SharedStore:
    """Open a store that another machine has verified."""
    return SharedStore(url, is_verified=True)


def _remote_path(kind: str, name: str) -> str:
    """Return an entry's path, which is that in a local folder: such a folder may be uploaded."""
    return f"{kind}/{name[:2]}/{name}"


_TIME_KEYS = ("mtime", "LastModified", "last_modified", "modify", "updated", "created")
"""Names that backends give to the time of the last change."""


def _modification_key(details: dict[str, Any]) -> float:
    """Return a number that orders the entries of one place by age: mostly seconds.

    Args:
        details: What the backend lists about a file. Times are `datetime`s, numbers, or text such
            as ISO 8601, of which the first 14 digits (down to seconds) are taken.
    """
    for key in _TIME_KEYS:
        time_value = details.get(key)
        if time_value is not None and hasattr(time_value, "timestamp"):
            return float(time_value.timestamp())
        digits = (
            re.sub(r"\D", "", str(time_value or ""))[:14]
            if isinstance(time_value, str)
            else time_value
        )
        if digits:
            return float(digits)
    return 0.0
