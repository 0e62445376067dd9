"""Locks a folder while files in it are checked and replaced, so that two builds take turns."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from os.path import samestat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def lock_folder(folder: Path) -> Iterator[int | None]:
    """Hold the lock of an existing folder, and wait for it if another process holds it.

    The lock ends with the process, even if that is killed. There is none on Windows, and on network
    file systems that don't lock folders. The lock is not reentrant.

    Yields:
        The descriptor of the folder; None on Windows.
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows lacks it
    except ImportError:
        yield None
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def lock_created_folder(folder: Path) -> Iterator[Path]:
    """Create a folder if there is none, and hold its lock; remove it at the end if it is empty.

    Yields:
        The folder.

    Raises:
        OSError: it can't be created.
    """
    with _create_and_lock(folder):
        try:
            yield folder
        finally:
            with suppress(OSError):  # it holds files
                folder.rmdir()


def _create_and_lock(folder: Path) -> ExitStack:
    """Return what holds the lock of a folder, created again as often as its holder removed it."""
    while True:
        _create_folder(folder)
        with ExitStack() as lock, suppress(FileNotFoundError):
            descriptor = lock.enter_context(lock_folder(folder))
            # while it is open, no other folder gets the number of the one that is locked
            if descriptor is None or samestat(os.fstat(descriptor), folder.stat()):
                return lock.pop_all()


def _create_folder(folder: Path) -> None:
    """Create a folder if there is none; its holder may remove it at any moment.

    Raises:
        OSError: it can't be created, or a file has its name.
    """
    # `exist_ok` would raise an error for a folder that is removed right after it was found
    try:
        folder.mkdir()
    except FileExistsError:
        if folder.is_file():
            raise
