"""Puts finished files in their place: whole, by rename, or not at all.

What is not finished lies beside its place, under a name that no other process uses, so that several
builds of one book don't write into each other's file. What a killed build left there goes away when
the next one comes.
"""

from __future__ import annotations

import glob
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUTPUT_HINT = "choose another place with -o"


def prepare_output_file(target: Path) -> None:
    """Make the folder of an output, and make sure that a file can be put there.

    Raises:
        OutputError: it can't.
    """
    _refuse_stream(target)
    if target.is_dir():
        raise OutputError(f"{target} is a folder", OUTPUT_HINT)
    if target.exists() and not target.is_file():  # a device would be replaced by a file
        raise OutputError(f"{target} is no file", OUTPUT_HINT)
    part = unfinished_path(target)
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        part.unlink()


def prepare_output_folder(target: Path, index: str) -> None:
    """Make a folder for an output of many files, and make sure that files can be put there.

    Raises:
        OutputError: they can't.
    """
    _refuse_stream(target)
    if target.is_file():
        raise OutputError(f"{target} is a file, and would have to be a folder", OUTPUT_HINT)
    prepare_output_file(target / index)


def _refuse_stream(target: Path) -> None:
    if str(target) == "-":  # which many a program takes as standard output
        raise OutputError("nothing is written to standard output", "name a file with -o")


@contextmanager
def write_atomically(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when all went well, and vanishes otherwise.

    Raises:
        OutputError: the place can't be written to.
    """
    prepare_output_file(target)
    part = unfinished_path(target)
    try:
        with _told(target, part):
            yield part
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def write_folder_atomically(target: Path, names: Sequence[str], index: str) -> Iterator[Path]:
    """A folder beside the target, whose files move into the target when all went well.

    What an earlier build put there under other names goes away: it is what `index` lists, one name
    a line, where lines that begin with `#` count for nothing. All else in the folder stays.

    Args:
        target: the folder of the output.
        names: of the files that will be in it, `index` among them.
        index: the name of the playlist.

    Raises:
        OutputError: the place can't be written to, or is a file.
    """
    prepare_output_folder(target, index)
    part = unfinished_path(target)
    try:
        with _told(target, part):
            part.mkdir(exist_ok=True)
            yield part
            stale = _listed(target / index) - set(names)
            for name in names:
                (part / name).replace(target / name)
            for name in stale:
                (target / name).unlink(missing_ok=True)
    finally:
        remove_path(part)


def _listed(index: Path) -> set[str]:
    if not index.is_file():
        return set()
    names = index.read_text("utf-8", errors="replace").splitlines()
    return {name for name in names if name and not name.startswith("#") and name == Path(name).name}


_ABANDONED_SECONDS = 86_400
"""After which nobody is still writing, even where it can't be asked whether a process runs."""


def unfinished_path(target: Path, end: str = "part") -> Path:
    """Where this process may write what is to take the target's place; there is nothing there yet.

    What was left beside the target by processes that are gone is removed.
    """
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.{end}"):
        process = left.name.split(".")[-2]
        if process.isdecimal() and (int(process) == os.getpid() or _is_abandoned(left, process)):
            remove_path(left)
    return target.with_name(f".{target.name}.{os.getpid()}.{end}")


def _is_abandoned(left: Path, process: str) -> bool:
    try:
        if os.name == "posix":
            os.kill(int(process), 0)  # on other systems this would end it
        return time.time() - left.stat().st_mtime > _ABANDONED_SECONDS
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return True
    except PermissionError:  # another user's, and it runs
        return False


def remove_path(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _told(target: Path, part: Path | None = None) -> Iterator[None]:
    """Tell of what goes wrong by the name of the target, which is the one that the user knows."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{target} can't be written ({error.strerror})", OUTPUT_HINT) from error
    except OutputError as error:
        message = error.message.replace(str(part or target), str(target))
        raise OutputError(message, error.hint) from error
