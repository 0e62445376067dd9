"""Writes folders of files: the files are moved into place only when all are complete."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import OutputError
from narrator.files.atomic import (
    OUTPUT_HINT,
    name_target_in_errors,
    prepare_output_file,
    refuse_standard_output,
    remove_path,
    unfinished_path,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def prepare_output_folder(target: Path, index_name: str) -> None:
    """Create a folder for several output files, and check that files can be written to it.

    Args:
        target: The folder.
        index_name: The name of the file in the folder that lists the others.

    Raises:
        OutputError: The target is `-` or a file, or can't be written to.
    """
    refuse_standard_output(target)
    if target.is_file():
        raise OutputError(f"{target} is a file, and would have to be a folder", OUTPUT_HINT)
    prepare_output_file(target / index_name)


@contextmanager
def write_folder_atomically(target: Path, names: Sequence[str], index_name: str) -> Iterator[Path]:
    """Yield a temporary folder; at the end, its files move to the target unless there was an error.

    Files that the target's old index lists, but `names` does not, are removed. An index has one
    name per line, and comments in lines that begin with `#`. All other files in the folder stay.

    Args:
        target: The folder of the output.
        names: The names of the files to be written, including the index.
        index_name: The name of the index, such as a playlist.

    Raises:
        OutputError: The target can't be written, or is a file.
    """
    prepare_output_folder(target, index_name)
    temporary_folder = unfinished_path(target)
    try:
        with name_target_in_errors(target, temporary_folder):
            temporary_folder.mkdir(exist_ok=True)
            yield temporary_folder
            stale_names = _read_index(target / index_name) - set(names)
            for name in names:
                (temporary_folder / name).replace(target / name)
            for name in stale_names:
                (target / name).unlink(missing_ok=True)
    finally:
        remove_path(temporary_folder)


def _read_index(index: Path) -> set[str]:
    """Return the names that an index lists, except paths to other folders."""
    if not index.is_file():
        return set()
    names = index.read_text("utf-8", errors="replace").splitlines()
    return {name for name in names if name and not name.startswith("#") and name == Path(name).name}
