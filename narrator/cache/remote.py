"""A store that several machines share: a remote location, with a local folder as a copy.

fsspec connects to the remote location. An entry is downloaded once and kept in the local folder,
because encoders and exporters need local files, and a second build then needs no network. A new
entry is written to the local folder first, then uploaded. Entries have the same names and bytes in
both places. An entry that is damaged when it arrives is deleted remotely as well.

Backends raise many kinds of exceptions if a network fails. So each operation is tried twice, the
second time over a new connection, before the failure is reported as an `OutputError`.
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
from narrator.text.credentials import (
    hide_credentials,
    hide_words,
    list_credentials,
    show_address,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SHARED_KINDS = ("clip", "reel", "sheet", "gain", "script")
"""Kinds of entries that are useful to other machines. Build times and file paths, for example, are
valid on one machine only."""

_CACHE_TAG = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n# narrator's; may be removed at any time\n"
)
"""Content of `CACHEDIR.TAG`, by which backup programs recognise a cache folder
(https://bford.info/cachedir)."""

_CONNECTION_LOCK = threading.RLock()  # only one thread at a time may use a connection

_ResultT = TypeVar("_ResultT")


@cache
def _connect_to_url(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, and the path of the folder in it."""
    # fsspec caches file systems too, but would resolve the URL again for each clip.
    filesystem, root = fsspec.url_to_fs(url)
    return filesystem, str(root).rstrip("/")


class SharedStore(Store):
    """A store at a URL, with a local copy of the entries that were used.

    Raises:
        OptionError: The protocol is not supported.
        MissingExtraError: The package for the protocol is not installed.
        OutputError: The location can't be reached or written to.
    """

    def __init__(self, url: str, *, is_verified: bool = False) -> None:
        # Each URL has its own local folder, because the entries at two URLs may differ.
        super().__init__(local_cache_root() / "shared" / fingerprint(url))
        self.url = url
        self._remote_names: dict[str, frozenset[str]] = {}
        if not is_verified:
            self._verify_access()

    def __reduce__(self) -> tuple[Callable[[str], SharedStore], tuple[str]]:
        """Pickle only the URL, because the local folder may be different on another machine."""
        return _open_verified, (self.url,)

    @property
    def location(self) -> str:
        """Return the URL, without its user information."""
        return show_address(self.url)

    def _verify_access(self) -> None:
        """Check that the location can be reached and written to, by writing a small file.

        Raises:
            OptionError: The protocol is not supported.
            MissingExtraError: The package for the protocol is not installed.
            OutputError: The location can't be reached or written to.
        """
        scheme = self.url.partition("://")[0]
        try:
            _connect_to_url(self.url)
        except ImportError as error:
            raise MissingExtraError(
                f"a cache at {scheme}:// needs a package that is not installed",
                self._hide_credentials(str(error)),
            ) from error
        except ValueError as error:
            protocols = "s3, gs, abfs, sftp, ftp, webdav, smb, file"
            raise OptionError(
                f"{self.location} can't hold a cache ({self._hide_credentials(str(error))})",
                f"give a folder, or a URL: {protocols}",
            ) from error
        except Exception as error:  # backends raise exceptions of any kind
            raise self._make_access_error(error) from error
        self.root.mkdir(parents=True, exist_ok=True)
        self._upload_file("CACHEDIR.TAG", _CACHE_TAG)

    # ------------------------------------------------------------------ the interface of a store

    def load(self, kind: str, name: str) -> bytes | None:
        """Return the content of an entry, or `None` if it is missing or was damaged."""
        content = super().load(kind, name)
        if content is None and self._download_entry(kind, name):
            content = super().load(kind, name)
            if content is None:
                self._remove_remote(kind, name)
        return content

    def find_verified(self, kind: str, name: str, checksum: str) -> Path | None:
        """Return the local path of an adopted file, or `None` if it is missing or was damaged."""
        path = super().find_verified(kind, name, checksum)
        if path is None and self._download_entry(kind, name):
            path = super().find_verified(kind, name, checksum)
            if path is None:
                self._remove_remote(kind, name)
        return path

    def has_entry(self, kind: str, name: str) -> bool:
        """Return whether an entry exists; remote folders are listed once per process."""
        if super().has_entry(kind, name):
            return True
        # A forecast checks every clip of a book. Listing at most 256 folders per kind is enough,
        # while one request per clip would take minutes.
        folder = f"{kind}/{name[:2]}"
        if kind in SHARED_KINDS and folder not in self._remote_names:
            self._remote_names[folder] = frozenset(self._list_names(folder))
        return name in self._remote_names.get(folder, ())

    def measure_usage(self) -> tuple[KindUsage, ...]:
        """Return the number and size of the remote entries per kind."""
        sizes_by_kind: dict[str, list[int]] = {}
        for kind, _, size, _ in self._list_entries():
            sizes_by_kind.setdefault(kind, []).append(size)
        return summarise_usage(sizes_by_kind)

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES, used_since: float | None = None) -> int:
        """Remove entries until the rest fits `limit_bytes`, and return how many bytes were freed.

        If `used_since` is given, as by a build, only the local folder is pruned. The last use of
        remote entries is not recorded, so the oldest are removed first.
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

    def _move_into_place(self, kind: str, name: str, finished_file: Path) -> None:
        """Rename a finished file to the path of an entry, and upload it if its kind is shared."""
        super()._move_into_place(kind, name, finished_file)
        if kind in SHARED_KINDS:
            self._upload_file(_remote_path(kind, name), self.path(kind, name).read_bytes())

    # ------------------------------------------------------------------ over the network

    def _download_entry(self, kind: str, name: str) -> bool:
        """Download an entry into the local folder, and return whether it exists."""
        if kind not in SHARED_KINDS:
            return False
        content = self._try_twice(
            lambda filesystem, root: filesystem.cat_file(f"{root}/{_remote_path(kind, name)}")
        )
        if content is None:
            return False
        with self.temporary_file() as new_file, self.convert_write_errors():
            new_file.write_bytes(content)
            # The method of the base class, because this class's would upload the entry again.
            super()._move_into_place(kind, name, new_file)
        return True

    def _remove_remote(self, kind: str, name: str) -> None:
        """Remove a remote entry, if it exists."""
        self._try_twice(
            lambda filesystem, root: filesystem.rm_file(f"{root}/{_remote_path(kind, name)}")
        )

    def _upload_file(self, path: str, content: bytes) -> None:
        """Write a remote file atomically.

        Object stores, whose fsspec file systems are asynchronous, only ever show complete files.
        Elsewhere, the file is written under a temporary name, then renamed.
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
        """Yield the kind, name, size in bytes and modification time of each remote entry."""

        def find_files(filesystem: Any, root: str) -> dict[str, dict[str, Any]]:
            filesystem.invalidate_cache()
            return dict(filesystem.find(root, detail=True))

        for path, details in (self._try_twice(find_files) or {}).items():
            # Padded, because the path of a top-level file, such as CACHEDIR.TAG, is shorter.
            kind, folder, name = ["", "", *path.split("/")][-3:]
            if kind in SHARED_KINDS and name.startswith(folder):
                yield kind, name, int(details.get("size") or 0), _parse_modification_time(details)

    def _try_twice(
        self, operation: Callable[[Any, str], _ResultT], *, may_be_missing: bool = True
    ) -> _ResultT | None:
        """Return the result of an operation, or `None` if the file it reads is missing.

        Args:
            operation: A function of a file system and the path of the folder in it.
            may_be_missing: Whether to return `None` instead of failing if a file is missing.

        Raises:
            OutputError: The operation fails twice.
        """
        with _CONNECTION_LOCK:
            for attempt in (1, 2):
                try:
                    return operation(*_connect_to_url(self.url))
                except FileNotFoundError as error:
                    if may_be_missing:
                        return None
                    raise self._make_access_error(error) from error
                except Exception as error:  # backends raise exceptions of any kind
                    # This module and fsspec both cache the broken connection.
                    _connect_to_url.cache_clear()
                    fsspec.AbstractFileSystem.clear_instance_cache()
                    if attempt == 2:
                        raise self._make_access_error(error) from error
        return None

    def _hide_credentials(self, text: str) -> str:
        """Return a backend's message without what the URL says of the user."""
        return hide_words(hide_credentials(text), list_credentials(self.url))

    def _make_access_error(self, error: Exception) -> OutputError:
        """Return an `OutputError` that explains why the remote location can't be used."""
        reason = self._hide_credentials(str(error)) or type(error).__name__
        return OutputError(
            f"the cache at {self.location} can't be used ({reason})",
            "check that it can be reached and written to, or choose a folder with --cache-dir",
        )


def _open_verified(url: str) -> SharedStore:
    """Open a store without checking access, which the machine that pickled it has done."""
    return SharedStore(url, is_verified=True)


def _remote_path(kind: str, name: str) -> str:
    """Return the remote path of an entry, the same as in a local store, which may be uploaded."""
    return f"{kind}/{name[:2]}/{name}"


_TIME_KEYS = ("mtime", "LastModified", "last_modified", "modify", "updated", "created")
"""Keys under which backends list the time of the last modification."""


def _parse_modification_time(details: dict[str, Any]) -> float:
    """Return a number by which the entries at one location can be sorted by modification time.

    Args:
        details: What the backend lists about a file. A time may be a `datetime`, a number, or text
            such as ISO 8601. Of a text, the first 14 digits, down to seconds, are used.
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
