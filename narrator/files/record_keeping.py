"""Keeps the record of what narrator wrote up to date while files are replaced.

Before files are moved into place, the record gets their new content beside the old one, and
afterwards the new one alone. So it is right at whatever moment the program is killed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from narrator.files.manifest import (
    FOLDER_OUTPUT,
    FileRecord,
    Manifest,
    load_manifest,
    read_state,
    save_manifest,
)
from narrator.files.ownership import is_continued

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from narrator.files.manifest import OutputRecord, Version


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """Files of an output in one folder. Who records them holds the folder's lock."""

    folder: Path
    output_name: str
    """The name of the output in the record."""
    output: OutputRecord
    """The output, without files."""
    versions: Mapping[str, Version]
    """The new content of the files, by their names in the record."""
    is_unfinished: bool = False
    """Whether more files of the output are to follow."""
    earlier_names: frozenset[str] = frozenset()
    """Files that the same build wrote to the folder before, and that stay in the record."""


def record_planned_files(written: WrittenFiles) -> None:
    """Record the content that files are about to get, besides the content that they have now.

    Raises:
        OutputError: the record can't be written.
    """
    manifest = load_manifest(written.folder)
    files = {
        name: FileRecord(tuple(dict.fromkeys([version, *_list_versions(manifest, name)])))
        for name, version in written.versions.items()
    }
    _save_files(written, manifest, files)


def _list_versions(manifest: Manifest, name: str) -> list[Version]:
    """Return all recorded contents of a file."""
    records = (output.files.get(name) for output in manifest.outputs.values())
    return [version for record in records if record for version in record.versions]


def record_written_files(written: WrittenFiles) -> None:
    """Record the content that files have now.

    Other files of a finished folder output are forgotten: they were removed, or are the user's.
    Those of a file, such as subtitles of an earlier build, stay where they are, and in the record.

    Raises:
        OutputError: the record can't be written.
    """
    files = {
        name: FileRecord((version,), read_state((written.folder / name).lstat()))
        for name, version in written.versions.items()
    }
    is_finished_folder = written.output_name == FOLDER_OUTPUT and not written.is_unfinished
    kept_names = written.earlier_names if is_finished_folder else None
    _save_files(written, load_manifest(written.folder), files, kept_names)


def _save_files(
    written: WrittenFiles,
    manifest: Manifest,
    files: Mapping[str, FileRecord],
    kept_names: Collection[str] | None = None,
) -> None:
    """Save a record in which files belong to one output, and missing files to none.

    Args:
        written: The output.
        manifest: The record before.
        files: The files that it gets.
        kept_names: The other files of the same output that it keeps; None for all of them.
    """
    outputs = {
        name: replace(output, files=_select_files(written.folder, output.files, files))
        for name, output in manifest.outputs.items()
    }
    earlier = outputs.get(written.output_name)
    is_same_output = earlier is not None and is_continued(earlier, written.output)
    kept_files = {
        name: record
        for name, record in (earlier.files.items() if earlier and is_same_output else ())
        if kept_names is None or name in kept_names
    }
    outputs[written.output_name] = replace(
        written.output, files={**kept_files, **files}, is_unfinished=written.is_unfinished
    )
    used = {name: outputs[name] for name in sorted(outputs) if outputs[name].files}
    if used != manifest.outputs:
        save_manifest(written.folder, Manifest(outputs=used))


def _select_files(
    folder: Path, earlier: Mapping[str, FileRecord], files: Mapping[str, FileRecord]
) -> dict[str, FileRecord]:
    """Return the earlier files that still exist and are not among the new ones."""
    return {
        name: record
        for name, record in earlier.items()
        if name not in files and os.path.lexists(folder / name)
    }
