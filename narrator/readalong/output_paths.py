"""Puts files and folders in their place, whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import OutputError
from narrator.files import atomic
from narrator.files.errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def stage_file(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when all went well, and vanishes otherwise.

    Raises:
        OutputError: the place can't be written to.
    """
    part = atomic.unfinished_path(target)
    with convert_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with convert_os_errors(target):
            yield part
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def stage_folder(target: Path, marker_file: str) -> Iterator[Path]:
    """A folder beside the target that takes its place when all went well, and vanishes otherwise.

    Args:
        target: where the folder is to be. An older one is replaced only where it was made by the
            same function, so that nobody's own folder is ever lost.
        made_by: the name of a file that tells such a folder.

    Raises:
        OutputError: the place can't be written to, or holds something else.
    """
    require_replaceable_folder(target, marker_file)
    part, old = (atomic.unfinished_path(target, end) for end in ("part", "old"))
    try:
        with convert_os_errors(target):
            part.mkdir(parents=True)
            yield part
            if target.exists():
                target.replace(old)
            part.replace(target)
    finally:
        for rest in (part, old):
            atomic.remove_path(rest)


def require_replaceable_folder(target: Path, marker_file: str) -> None:
    """Make sure that what stands where a folder is to be is an older one of its kind, or nothing.

    Raises:
        OutputError: it is something else.
    """
    if target.exists() and not (target.is_dir() and _ours(target, marker_file)):
        raise OutputError(f"{target} is there already, and is something else", atomic.OUTPUT_HINT)


def _ours(folder: Path, made_by: str) -> bool:
    return (folder / made_by).is_file() or not any(folder.iterdir())
