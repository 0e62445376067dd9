"""Writes files atomically: a file appears complete, by being renamed, or not at all.

A file is first written beside its target, under a temporary name. The name contains the process id,
so parallel builds of one book don't write to the same file. Temporary files of a killed build are
removed by the next build.
"""

from __future__ import annotations

import glob
import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OUTPUT_HINT = "choose another place with -o"

_ABANDONED_SECONDS = 86_400
"""Age from which a temporary file counts as abandoned even if a process with its id is running."""


def prepare_output_file(target: Path) -> None:
    """Create the folder of an output file, and check that the file can be written.

    Raises:
        OutputError: The target is `-`, a folder or a device, or its folder can't be written to.
    """
    refuse_standard_output(target)
    if target.is_dir():
        raise OutputError(f"{target} is a folder", OUTPUT_HINT)
    if target.exists() and not target.is_file():  # a device would be replaced by a file
        raise OutputError(f"{target} is no file", OUTPUT_HINT)
    temporary_path = unfinished_path(target)
    with name_target_in_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary_path.touch()
        temporary_path.unlink()


def refuse_standard_output(target: Path) -> None:
    """Raise an error if the target is `-`, which means standard output to many programs.

    Raises:
        OutputError: The target is `-`.
    """
    if str(target) == "-":
        raise OutputError("nothing is written to standard output", "name a file with -o")


@contextmanager
def write_atomically(target: Path) -> Iterator[Path]:
    """Yield a temporary path; at the end, its file replaces the target unless there was an error.

    Raises:
        OutputError: The target can't be written.
    """
    prepare_output_file(target)
    temporary_path = unfinished_path(target)
    try:
        with name_target_in_errors(target, temporary_path):
            yield temporary_path
            temporary_path.replace(target)
    finally:
        temporary_path.unlink(missing_ok=True)


def unfinished_path(target: Path, suffix: str = "part") -> Path:
    """Return a free path beside the target where this process may write.

    Files left beside the target by processes that have ended are removed.
    """
    # Temporary names have the form `.TARGET.PROCESS_ID.SUFFIX`.
    for leftover in target.parent.glob(f".{glob.escape(target.name)}.*.{suffix}"):
        process_id = leftover.name.split(".")[-2]
        if process_id.isdecimal() and (
            int(process_id) == os.getpid() or _is_abandoned(leftover, process_id)
        ):
            remove_path(leftover)
    return target.with_name(f".{target.name}.{os.getpid()}.{suffix}")


def _is_abandoned(leftover: Path, process_id: str) -> bool:
    """Return whether a temporary file's process has ended, or the file is over a day old."""
    try:
        if os.name == "posix":
            # Signal 0 only checks that the process exists; on Windows it would end the process.
            os.kill(int(process_id), 0)
        return time.time() - leftover.stat().st_mtime > _ABANDONED_SECONDS
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return True
    except PermissionError:  # the process exists, but belongs to another user
        return False


def remove_path(path: Path) -> None:
    """Remove a file, or a folder and everything in it, if it exists."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def name_target_in_errors(target: Path, temporary_path: Path | None = None) -> Iterator[None]:
    """Make errors name the target, because the user does not know the temporary path.

    An `OSError` is raised as an `OutputError`. In the message of an `OutputError`, the target
    replaces the temporary path.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(f"{target} can't be written ({error.strerror})", OUTPUT_HINT) from error
    except OutputError as error:
        message = error.message.replace(str(temporary_path or target), str(target))
        raise OutputError(message, error.hint) from error
