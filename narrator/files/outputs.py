"""Writes everything that narrator makes for its user: audiobooks, scripts, cast files and so on.

An output is a file, possibly with companions beside it, or a folder of files. It is first written
to a temporary folder within its own folder, then moved into place. Only what
`narrator.files.conflicts` allows is replaced, and the record of what narrator wrote is updated
before and after the move. So each file is either complete or as it was, and the record is right, at
whatever moment the program is killed.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import OutputError
from narrator.files.atomic import make_temporary_path, remove_leftovers, remove_path
from narrator.files.conflicts import (
    is_file_of_user,
    refuse_changed_files,
    refuse_conflicts,
    refuse_unusual_target,
)
from narrator.files.existence import is_folder
from narrator.files.locking import lock_folder
from narrator.files.manifest import FOLDER_OUTPUT, is_unchanged, load_manifest, read_version
from narrator.files.os_errors import OUTPUT_HINT, convert_os_errors
from narrator.files.record_keeping import (
    WrittenFiles,
    record_planned_files,
    record_written_files,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from narrator.files.manifest import FileRecord, Version
    from narrator.files.ownership import Destination, Output


@dataclass(frozen=True, slots=True)
class Changes:
    """What writing an output did to files that existed before, as the user named them."""

    replaced: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    """Files of an earlier build of this book that are no longer part of the output."""


def prepare_output(output: Output, names: Sequence[str] = ()) -> None:
    """Create the folder of an output, and check that the output can be written.

    Args:
        output: The output.
        names: Files of the output besides the target, as far as they are known.

    Raises:
        OutputError: The target is `-`, a file that is read, or a device; it would replace something
            that must not be replaced; or it can't be written to.
    """
    refuse_unusual_target(output)
    with convert_os_errors(output.target, OUTPUT_HINT):
        _prepare_folder(output.folder)
        probe = make_temporary_path(output.folder)
        probe.mkdir()
        probe.rmdir()
    main_names = [] if output.is_folder else [output.target.name]
    refuse_conflicts(output, {Path(n): output.locate(Path(n)) for n in (*main_names, *names)})
    if output.is_folder:
        refuse_changed_files(output)


def _prepare_folder(folder: Path) -> None:
    """Create a folder, or remove what killed builds left in it.

    Raises:
        OSError: it can't be created.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)


@contextmanager
def stage_output(output: Output) -> Iterator[Path]:
    """Yield a temporary folder in which to write the files of an output, then to publish them.

    The folder and what is left in it are removed at the end.

    Raises:
        OutputError: The files can't be written. Messages name the target, because the user does
            not know the temporary folder.
    """
    refuse_unusual_target(output)
    staging_folder = make_temporary_path(output.folder)
    try:
        with convert_os_errors(output.target, OUTPUT_HINT):
            _prepare_folder(output.folder)
            staging_folder.mkdir()
            yield staging_folder
    except OutputError as error:
        raise OutputError(
            _name_target(error.message, staging_folder, output), error.hint
        ) from error
    finally:
        remove_path(staging_folder)


def _name_target(message: str, staging_folder: Path, output: Output) -> str:
    """Replace paths in a staging folder by those that the files will have."""
    shown_folder = "" if output.shown_folder == Path() else f"{output.shown_folder}{os.sep}"
    message = message.replace(f"{staging_folder}{os.sep}", shown_folder)
    return message.replace(str(staging_folder), str(output.target))


@contextmanager
def create_scratch_folder(output: Output) -> Iterator[Path]:
    """Yield a temporary folder on the disk of an output, for files that don't become part of it.

    Raises:
        OutputError: The files can't be written; the message names the target.
    """
    with stage_output(output) as folder:
        try:
            yield folder
        except OutputError as error:
            message = re.sub(rf"{re.escape(str(folder))}\S*", str(output.target), error.message)
            raise OutputError(message, error.hint) from error


@contextmanager
def write_file(output: Output) -> Iterator[Path]:
    """Yield a temporary path; at the end, its file replaces the target unless there was an error.

    Raises:
        OutputError: the target can't be written, or must not be replaced.
    """
    with stage_output(output) as staging_folder:
        yield staging_folder / output.target.name
        publish_output(output, staging_folder)


def update_file(output: Output, edit: Callable[[], str]) -> None:
    """Replace a text file by an edited version of it; no other process edits it meanwhile.

    The new text must hold what the user wrote, because a file of the user is replaced too. It stays
    the user's, and a file that narrator wrote stays narrator's.

    Args:
        output: The file.
        edit: Reads the file, if it exists, and returns the new text.

    Raises:
        OutputError: the file can't be written.
    """
    with stage_output(output) as staging_folder, lock_folder(output.folder):
        is_users = is_file_of_user(output)
        (staging_folder / output.target.name).write_text(edit(), "utf-8")
        _move_into_place(output, staging_folder, is_users=is_users)


def publish_output(
    output: Output, staging_folder: Path, earlier_names: Collection[str] = ()
) -> Changes:
    """Move the files of a staging folder into place, and remove what they make out of date.

    Files that an earlier build wrote to a folder of chapters, a page or a podcast, and that are
    not in the staging folder, are removed unless the user has changed them.

    Args:
        output: The output, which is then finished.
        staging_folder: Its files.
        earlier_names: Names of files that `publish_early` has put into place, which stay.

    Raises:
        OutputError: one of the files must not be replaced, in which case nothing is changed; or it
            can't be written.
    """
    with _lock_folders(output, staging_folder):
        return _move_into_place(output, staging_folder, earlier_names=frozenset(earlier_names))


def publish_early(output: Output, staging_folder: Path) -> None:
    """Move the first files of a folder output into place; `publish_output` later adds the others.

    The record says that the output is unfinished. Nothing is removed.

    Raises:
        OutputError: as `publish_output`.
    """
    with _lock_folders(output, staging_folder):
        _move_into_place(output, staging_folder, is_unfinished=True)


def is_unfinished(target: Path) -> bool:
    """Return whether a target is a folder in which a build has not, or not yet, finished."""
    if not is_folder(target):
        return False
    earlier = load_manifest(target).outputs.get(FOLDER_OUTPUT)
    return earlier.is_unfinished if earlier else not any(target.glob("[!.]*"))


def has_finished_output(output: Output) -> bool:
    """Return whether a folder holds all files of an earlier build of the same output."""
    earlier = output.find_earlier(load_manifest(output.folder))
    return earlier is not None and not earlier.is_unfinished


def find_early_files(output: Output, names: Iterable[str]) -> frozenset[str]:
    """Return which files that `publish_early` put into place are still there, and unchanged."""
    earlier = output.find_earlier(load_manifest(output.folder))
    records = earlier.files if earlier else {}
    return frozenset(
        name for name in names if name in records and _is_intact(output.folder, name, records[name])
    )


@contextmanager
def _lock_folders(output: Output, staging_folder: Path) -> Iterator[None]:
    """Hold the locks of all folders into which the files of a staging folder will be moved."""
    folders = {output.locate(path).folder for path in _list_files(staging_folder)}
    with ExitStack() as locks:
        # sorted, so that two processes never wait for each other
        for folder in sorted(folders):
            locks.enter_context(lock_folder(folder))
        yield


def _list_files(folder: Path) -> list[Path]:
    """Return the paths of all files in a folder and its subfolders, relative to the folder."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _move_into_place(
    output: Output,
    staging_folder: Path,
    *,
    is_users: bool = False,
    is_unfinished: bool = False,
    earlier_names: frozenset[str] = frozenset(),
) -> Changes:
    """Publish a staging folder; the caller holds the locks of the folders.

    Args:
        output: The output.
        staging_folder: Holds the new files.
        is_users: Whether the files are the user's, and so belong to no record.
        is_unfinished: Whether more files are to follow, so that nothing is out of date yet.
        earlier_names: Names of files of the same output that are in place already.
    """
    moves = {path: output.locate(path) for path in _list_files(staging_folder)}
    versions = {path: read_version(staging_folder / path) for path in moves}
    if not is_users:
        refuse_conflicts(output, moves, versions)
    stale_paths = () if is_unfinished else _list_stale_files(output, moves.values(), earlier_names)
    replaced_paths = tuple(move.path for move in moves.values() if move.real_path.exists())
    records = [] if is_users else _group_by_folder(output, moves, versions)
    records = [
        replace(record, is_unfinished=is_unfinished, earlier_names=earlier_names)
        for record in records
    ]
    for record in records:
        record_planned_files(record)
    for path, destination in moves.items():
        _move_file(staging_folder / path, destination.real_path)
    for path in stale_paths:
        _remove_file(output.folder, path)
    # the record is right already, so a full disk is no reason to fail now
    with suppress(OSError, OutputError):
        for record in records:
            record_written_files(record)
    return Changes(replaced_paths, tuple(output.target / path for path in stale_paths))


def _group_by_folder(
    output: Output, moves: Mapping[Path, Destination], versions: Mapping[Path, Version]
) -> list[WrittenFiles]:
    """Return the files to record in each folder."""
    by_folder: dict[Path, dict[str, Version]] = {}
    for path, destination in moves.items():
        by_folder.setdefault(destination.folder, {})[destination.record_name] = versions[path]
    return [
        WrittenFiles(folder, output.record_name, output.make_record(folder), folder_versions)
        for folder, folder_versions in by_folder.items()
    ]


def _list_stale_files(
    output: Output, destinations: Iterable[Destination], earlier_names: frozenset[str]
) -> tuple[Path, ...]:
    """Return the files of the same output folder that are not part of it now and are unchanged.

    The paths are relative to the folder.
    """
    if not output.is_folder:
        return ()
    earlier = output.find_earlier(load_manifest(output.folder))
    new_names = {destination.record_name for destination in destinations} | earlier_names
    return tuple(
        Path(name)
        for name, record in (earlier.files.items() if earlier else ())
        if name not in new_names and _is_intact(output.folder, name, record)
    )


def _is_intact(folder: Path, name: str, record: FileRecord) -> bool:
    """Return whether a recorded file exists, lies within the folder, and is unchanged."""
    path = folder / name
    if not Path(os.path.realpath(path.parent)).is_relative_to(folder):
        return False
    try:
        return is_unchanged(path, record)
    except OSError:
        return False


def _move_file(source: Path, target: Path) -> None:
    """Move a file into place; it gets the permissions of the file that it replaces.

    Raises:
        OSError: it can't be moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        shutil.copymode(target, source)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:  # a companion, if it is a link to another disk
            raise
        _copy_file(source, target)


def _copy_file(source: Path, target: Path) -> None:
    """Replace a file by a copy of a file on another disk.

    Raises:
        OSError: it can't be copied.
    """
    part = make_temporary_path(target.parent)
    try:
        shutil.copy(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _remove_file(folder: Path, path: Path) -> None:
    """Remove a file, and the folders around it that are now empty."""
    (folder / path).unlink(missing_ok=True)
    for parent in path.parents[:-1]:
        with suppress(OSError):
            (folder / parent).rmdir()
