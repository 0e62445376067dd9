"""Refuses to write over what is not narrator's: files of the user, other books or other kinds.

Each function raises an `OutputError` that names the file, says whose it is, and what to do next.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from narrator.errors import OutputError
from narrator.files.manifest import (
    FOLDER_OUTPUT,
    MANIFEST_NAME,
    is_unchanged,
    load_manifest,
    read_version,
)
from narrator.files.os_errors import OUTPUT_HINT, convert_os_errors
from narrator.files.ownership import is_continued

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from narrator.files.manifest import FileRecord, Manifest, OutputRecord, Version
    from narrator.files.ownership import Destination, Origin, Output

STANDARD_OUTPUT = "-"
"""The name that other programs give to standard output, to which no audiobook is written."""
_FILE_HINT = "choose another name with -o"
_FOLDER_HINT = "move it away, or choose another folder with -o"

_KIND_NOUNS = {
    "audiobook": "an audiobook",
    "chapters": "an audiobook in chapters",
    "page": "a web page",
    "podcast": "a podcast",
    "stems": "the stems of an audiobook",
    "clips": "clips of an audiobook",
    "report": "a report",
    "script": "a script",
    "cast": "a cast file",
    "corrections": "a file of corrections",
    "preview": "a preview",
    "audition": "an audition",
    "plot": "a plot",
    "model": "a model",
}
"""What an output is, by the kind in its record."""


def refuse_unusual_target(output: Output) -> None:
    """Check that a target is not standard output, a file that is read, or narrator's record.

    Raises:
        OutputError: it is one of them.
    """
    target = output.target
    if str(target) == STANDARD_OUTPUT:
        raise OutputError("nothing is written to standard output", "name a file with -o")
    if output.real_target.name == MANIFEST_NAME:
        raise OutputError(f"{target} is the record of what narrator wrote", OUTPUT_HINT)
    if output.is_folder and target.is_file():
        raise OutputError(f"{target} is a file, but has to be a folder", OUTPUT_HINT)
    refuse_sources(target, output.origin)


def refuse_sources(path: Path, origin: Origin) -> None:
    """Check that a path is not one of the files that are read, by whatever name or link.

    Raises:
        OutputError: it is one of them.
    """
    if any(_is_same_file(path, source) for source in (*origin.paths, *origin.inputs)):
        raise OutputError(f"{path} is the book itself", _FILE_HINT)
    for side_file in origin.side_files:
        if _is_same_file(path, side_file):
            raise OutputError(f"{path} is one of the files that this is made from", _FILE_HINT)


def _is_same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except (OSError, ValueError):  # one of them does not exist, or can't
        return False


def refuse_conflicts(
    output: Output,
    moves: Mapping[Path, Destination],
    versions: Mapping[Path, Version] | None = None,
) -> None:
    """Check that nothing is replaced that narrator did not make for the same book and output.

    Args:
        output: The output.
        moves: Where its files will be, by their paths in the output.
        versions: What they will contain, if that is known.

    Raises:
        OutputError: something would be.
    """
    if output.is_folder:
        _refuse_foreign_folder(output)
    records = {
        folder: (load_manifest(folder), output.make_record(folder))
        for folder in sorted({destination.folder for destination in moves.values()})
    }
    for path, destination in moves.items():
        refuse_sources(destination.path, output.origin)
        may_replace = destination.is_named and output.origin.may_replace
        new_version = versions[path] if versions else None
        if not (_is_free(destination) or may_replace):
            _refuse_foreign_file(destination, *records[destination.folder], new_version)


def _is_free(destination: Destination) -> bool:
    """Return whether nothing is lost if a file is written, because it is missing or empty.

    Raises:
        OutputError: there is something that is not a file.
    """
    with convert_os_errors(destination.path):
        try:
            status = destination.real_path.lstat()
        except FileNotFoundError:
            return True
        if stat.S_ISDIR(status.st_mode):
            raise OutputError(f"{destination.path} is a folder", _FILE_HINT)
        if not stat.S_ISREG(status.st_mode):  # such as a device, or a link within a folder
            raise OutputError(f"{destination.path} is not an ordinary file", _FILE_HINT)
        return status.st_size == 0


def _refuse_foreign_file(
    destination: Destination,
    manifest: Manifest,
    output_record: OutputRecord,
    new_version: Version | None,
) -> None:
    """Check that an existing file is one that narrator wrote for the same kind of output and book.

    It may also be one that has the new content already.

    Args:
        destination: The file.
        manifest: The record of its folder.
        output_record: What it is to belong to.
        new_version: What it will contain, if that is known.

    Raises:
        OutputError: It is a file of the user, of another book or of another kind.
    """
    records = _list_records(manifest, destination)
    own_records = [file for output, file in records if is_continued(output, output_record)]
    with convert_os_errors(destination.path):
        if any(is_unchanged(destination.real_path, record) for record in own_records):
            return
        if new_version is not None and read_version(destination.real_path) == new_version:
            return
    reason = (
        "has been changed since narrator wrote it"
        if own_records
        else _describe_owner([output for output, _ in records], output_record)
    )
    raise OutputError(f"{destination.path} {reason}", _suggest_remedy(destination))


def is_file_of_user(output: Output) -> bool:
    """Return whether an output may not be replaced unless its content is kept.

    Raises:
        OutputError: it is not a file, or can't be read.
    """
    destination = output.main_file
    if _is_free(destination):
        return False
    records = _list_records(load_manifest(output.folder), destination)
    output_record = output.make_record(output.folder)
    with convert_os_errors(destination.path):
        return not any(
            is_continued(other, output_record) and is_unchanged(destination.real_path, file)
            for other, file in records
        )


def _list_records(
    manifest: Manifest, destination: Destination
) -> list[tuple[OutputRecord, FileRecord]]:
    """Return the records of a file, each with its output."""
    name = destination.record_name
    return [
        (output, output.files[name]) for output in manifest.outputs.values() if name in output.files
    ]


def _describe_owner(outputs: Sequence[OutputRecord], new_output: OutputRecord) -> str:
    """Return a clause that says whose a file is, given the outputs that it belongs to."""
    if not outputs:
        return "is there already, and narrator has no record of writing it"
    return f"is {_describe_output(outputs[0], new_output)}"


def _describe_output(output: OutputRecord, new_output: OutputRecord) -> str:
    """Return what an existing output is: a script, or an audiobook of another book, “Emma”."""
    noun = _KIND_NOUNS.get(output.kind, "another output")
    if output.kind != new_output.kind:
        return noun
    return f"{noun} of another book" + (f", “{output.book.title}”" if output.book.title else "")


def _suggest_remedy(destination: Destination) -> str:
    if destination.is_named:
        return "choose another name with -o, or replace it with --force"
    return "move it away, or choose another place with -o"


def _refuse_foreign_folder(output: Output) -> None:
    """Check that a folder is not the output of another book, nor the user's if it must be empty.

    Raises:
        OutputError: it is.
    """
    manifest = load_manifest(output.folder)
    if output.find_earlier(manifest):
        return
    if other := manifest.outputs.get(FOLDER_OUTPUT):
        description = _describe_output(other, output.make_record(output.folder))
        raise OutputError(f"{output.target} holds {description}", "choose another folder with -o")
    if output.is_exclusive and any(
        not path.name.startswith(".") for path in output.folder.iterdir()
    ):
        raise OutputError(
            f"{output.target} holds files, and narrator has no record of writing them",
            "choose another folder with -o, or move them away",
        )


def refuse_changed_files(output: Output) -> None:
    """Check that the user has not changed the files of an earlier build in a folder.

    Raises:
        OutputError: one of them has been changed.
    """
    earlier = output.find_earlier(load_manifest(output.folder))
    for name, record in earlier.files.items() if earlier else ():
        path = output.folder / name
        with convert_os_errors(path):
            if path.exists() and not is_unchanged(path, record):
                raise OutputError(
                    f"{output.target / name} has been changed since narrator wrote it",
                    _FOLDER_HINT,
                )
