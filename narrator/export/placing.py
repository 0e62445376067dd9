"""Puts finished files in their place: whole, by rename, or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINT = "choose another place with -o"


def make_room(target: Path) -> None:
    """Make the folder of an output, and make sure that a file can be put there.

    Raises:
        OutputError: it can't.
    """
    if target.is_dir():
        raise OutputError(f"{target} is a folder", HINT)
    if target.exists() and not target.is_file():  # a device would be replaced by a file
        raise OutputError(f"{target} is no file", HINT)
    part = _part(target)
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        part.unlink()


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when all went well, and vanishes otherwise.

    Raises:
        OutputError: the place can't be written to.
    """
    make_room(target)
    part = _part(target)
    try:
        with _told(target):
            yield part
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def folder(target: Path, names: Sequence[str], index: str) -> Iterator[Path]:
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
    if target.is_file():
        raise OutputError(f"{target} is a file, and would have to be a folder", HINT)
    part = _part(target)
    try:
        with _told(target):
            target.mkdir(parents=True, exist_ok=True)
            part.mkdir(exist_ok=True)
            yield part
            stale = _listed(target / index) - set(names)
            for name in names:
                (part / name).replace(target / name)
            for name in stale:
                (target / name).unlink(missing_ok=True)
    finally:
        for left in part.glob("*"):
            left.unlink()
        if part.is_dir():
            part.rmdir()


def _listed(index: Path) -> set[str]:
    if not index.is_file():
        return set()
    names = index.read_text("utf-8", errors="replace").splitlines()
    return {name for name in names if name and not name.startswith("#") and name == Path(name).name}


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{target} can't be written ({error.strerror})", HINT) from error
