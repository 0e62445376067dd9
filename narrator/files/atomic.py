"""Writes files atomically: a file appears whole, by rename, or not at all.

While it is written, it lies beside its target under a temporary name that holds the process id, so
that several builds of one book don't write into each other's file. What a killed build left there
is removed by the next one.
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
"""Age at which a temporary file is taken to be abandoned, even if its process can't be checked."""


def prepare_output_file(target: Path) -> None:
    """Create the folder of an output, and check that a file can be put there.

    Raises:
        OutputError: It can't.
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
    """Raise an error if the target is `-`, which many programs take as standard output.

    Raises:
        OutputError: It is.
    """
    if str(target) == "-":
        raise OutputError("nothing is written to standard output", "name a file with -o")


@contextmanager
def write_atomically(target: Path) -> Iterator[Path]:
    """Yield a temporary path, whose file replaces the target unless an exception is raised.

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
    """Return a path beside the target where this process may write; nothing lies there.

    What processes that have ended left beside the target is removed.
    """
    # The name is `.TARGET.PROCESS.SUFFIX`.
    for leftover in target.parent.glob(f".{glob.escape(target.name)}.*.{suffix}"):
        process_id = leftover.name.split(".")[-2]
        if process_id.isdecimal() and (
            int(process_id) == os.getpid() or _is_abandoned(leftover, process_id)
        ):
            remove_path(leftover)
    return target.with_name(f".{target.name}.{os.getpid()}.{suffix}")


def _is_abandoned(leftover: Path, process_id: str) -> bool:
    """Return whether the process that wrote a temporary file has ended."""
    try:
        if os.name == "posix":
            # Signal 0 only checks that the process exists. On other systems it would end it.
            os.kill(int(process_id), 0)
        return time.time() - leftover.stat().st_mtime > _ABANDONED_SECONDS
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return True
    except PermissionError:  # the process is another user's, so it exists
        return False


def remove_path(path: Path) -> None:
    """Remove a file, or a folder and everything in it, if it exists."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def name_target_in_errors(target: Path, temporary_path: Path | None = None) -> Iterator[None]:
    """Raise errors that name the target, which is the path that the user knows.

    Every `OSError` becomes an `OutputError`. In other `OutputError`s, the temporary path is
    replaced by the target.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(f"{target} can't be written ({error.strerror})", OUTPUT_HINT) from error
    except OutputError as error:
        message = error.message.replace(str(temporary_path or target), str(target))
        raise OutputError(message, error.hint) from error
