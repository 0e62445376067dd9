"""Writes files atomically: a file appears complete, by being renamed, or not at all.

What is not complete yet lies beside its target under a temporary name, which contains the machine
and the process, so parallel builds don't write to the same file. Temporary files of a killed build
are removed by the next build in that folder.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from narrator.files.os_errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREFIX, _SUFFIX = ".narrator-", ".part"
"""Temporary names have the form `.narrator-MACHINE-PROCESS_ID-RANDOM.part`."""
_ABANDONED_SECONDS = 86_400
"""Age from which a temporary file counts as abandoned even if its process may still be running."""


def make_temporary_path(folder: Path) -> Path:
    """Return a path in a folder at which this process may create a temporary file or folder."""
    name = f"{_PREFIX}{_hash_machine()}-{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
    return folder / name


def _hash_machine() -> str:
    """Return a short hash of this machine's name, because others may write to the same folder."""
    return hashlib.sha256(platform.node().encode(errors="replace")).hexdigest()[:8]


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders of processes that have ended."""
    with suppress(OSError):
        for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            if _is_abandoned(leftover):
                remove_path(leftover)


def _is_abandoned(leftover: Path) -> bool:
    """Return whether a temporary file's process has ended, or the file is over a day old.

    Processes of other machines can't be looked up, and one with this process's own id may be
    another thread of it.
    """
    machine, _, process_id = leftover.name.removeprefix(_PREFIX).rpartition("-")[0].partition("-")
    try:
        if machine == _hash_machine() and os.name == "posix":
            # Signal 0 only checks that the process exists; on Windows it would end the process.
            os.kill(int(process_id), 0)
        return time.time() - leftover.lstat().st_mtime > _ABANDONED_SECONDS
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return True
    except (PermissionError, ValueError):  # another user's process, or another program's file
        return False


def remove_path(path: Path) -> None:
    """Remove a file, or a folder and everything in it, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def write_atomically(target: Path) -> Iterator[Path]:
    """Yield a temporary path; at the end, its file replaces the target unless there was an error.

    This is for narrator's own files, such as caches. What is written for the user goes through
    `narrator.files.outputs`, which does not replace files of theirs.

    Raises:
        OutputError: The target can't be written.
    """
    temporary_path = make_temporary_path(target.parent)
    with convert_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary_path
            temporary_path.replace(target)
        finally:
            temporary_path.unlink(missing_ok=True)
