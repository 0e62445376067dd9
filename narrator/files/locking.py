"""Locks a folder while files in it are checked and replaced, so that two builds take turns."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of an existing folder, and wait for it if another process holds it.

    The lock ends with the process, even if that is killed. There is none on Windows, and on network
    file systems that don't lock folders. The lock is not reentrant.
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows lacks it
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
