"""Writes to a staging path first, so a target file or folder is either complete or unchanged."""

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
    """Yield a path beside the target; a file written there replaces the target on success.

    If the block raises an error, the staged file is removed and the target stays as it was.

    Raises:
        OutputError: the target can't be written to.
    """
    staging_path = atomic.unfinished_path(target)
    with convert_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with convert_os_errors(target):
            yield staging_path
            staging_path.replace(target)
    finally:
        staging_path.unlink(missing_ok=True)


@contextmanager
def stage_folder(target: Path, marker_file: str) -> Iterator[Path]:
    """Yield an empty folder beside the target; it replaces the target on success.

    Args:
        target: the folder to write. An existing folder is replaced only if it holds the marker
            file or nothing, so a user's own files are never lost.
        marker_file: the name of a file that every folder of this kind contains.

    Raises:
        OutputError: the target can't be written to, or holds something else.
    """
    require_replaceable_folder(target, marker_file)
    staging_path, replaced_path = (atomic.unfinished_path(target, end) for end in ("part", "old"))
    try:
        with convert_os_errors(target):
            staging_path.mkdir(parents=True)
            yield staging_path
            # A folder that is not empty can't be replaced by a rename: move it aside first.
            if target.exists():
                target.replace(replaced_path)
            staging_path.replace(target)
    finally:
        for leftover_path in (staging_path, replaced_path):
            atomic.remove_path(leftover_path)


def require_replaceable_folder(target: Path, marker_file: str) -> None:
    """Check that the target does not exist, is empty, or is an older folder of the same kind.

    Raises:
        OutputError: the target is a file, or a folder that does not contain the marker file.
    """
    if target.exists() and not (target.is_dir() and _is_replaceable(target, marker_file)):
        raise OutputError(f"{target} is there already, and is something else", atomic.OUTPUT_HINT)


def _is_replaceable(folder: Path, marker_file: str) -> bool:
    return (folder / marker_file).is_file() or not any(folder.iterdir())
