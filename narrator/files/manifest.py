"""The record of what narrator wrote: a small hidden file in each folder with its output.

The record lies beside the files because it then goes where they go: into a folder that is moved or
copied, to another machine, into a container without a home. It can be written wherever they can,
and clearing the cache does not touch it. It holds no paths, only hashes of them, so a folder can be
published together with its record.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

import msgspec

from narrator.errors import OutputError
from narrator.files.atomic import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_NAME = ".narrator.json"
_FORMAT = "files that narrator wrote, version 1"
FOLDER_OUTPUT = "."
"""Name in the record of an output that is the folder itself."""


class Version(msgspec.Struct, frozen=True):
    """The content of a file."""

    size: int
    """In bytes."""
    sha256: str


class FileRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What narrator wrote to one file."""

    versions: tuple[Version, ...]
    """Usually one. While a file is being replaced, the new and the old one, so that the record is
    right at whatever moment the program is killed."""
    state: tuple[int, ...] = ()
    """Modification time, inode and change time of the file: while they and the size are the same,
    the file counts as unchanged, as in `git`, and is not read."""


class BookRecord(msgspec.Struct, frozen=True):
    """A book, as a record identifies it."""

    title: str
    contents: tuple[str, ...]
    """Checksums of the book; an edited script counts as the book that it was written from."""
    places: tuple[str, ...]
    """Hashes of the absolute paths of the input."""
    nearby_places: tuple[str, ...]
    """Hashes of the paths of the input, relative to the folder of the record."""


class OutputRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """The files of one output, such as an audiobook with its subtitles."""

    kind: str
    """What the output is: `audiobook`, `script` and so on."""
    book: BookRecord
    files: dict[str, FileRecord]
    """By path relative to the folder of the record, with `/` between its parts."""
    is_unfinished: bool = False
    """Whether more files are to follow: a build is still at work on it, or was killed."""


class Manifest(msgspec.Struct, frozen=True):
    """Everything that narrator wrote to one folder."""

    outputs: dict[str, OutputRecord] = {}
    """By the name of the output's main file; the folder itself is `.`."""


class _ManifestFile(msgspec.Struct, frozen=True):
    """The content of the file."""

    format: str
    outputs: dict[str, OutputRecord]


def load_manifest(folder: Path) -> Manifest:
    """Return the record of a folder; an empty one if there is none.

    Raises:
        OutputError: the file is not a record of narrator, or can't be read.
    """
    path = folder / MANIFEST_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        raise OutputError(f"{path} can't be read ({error.strerror})", "move it away") from error
    if not content:  # a power cut may leave an empty file
        return Manifest()
    try:
        manifest_file = msgspec.json.decode(content, type=_ManifestFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        manifest_file = None
    if manifest_file is None or manifest_file.format != _FORMAT:
        raise OutputError(
            f"{path} is not a record that this version of narrator wrote",
            "move it away; narrator then replaces no file of that folder without --force",
        )
    return Manifest(manifest_file.outputs)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the record of a folder atomically; the caller holds the folder's lock.

    Raises:
        OutputError: it can't be written.
    """
    encoded = msgspec.json.encode(_ManifestFile(_FORMAT, manifest.outputs))
    content = msgspec.json.format(encoded, indent=1)
    with write_atomically(folder / MANIFEST_NAME) as part:
        part.write_bytes(content)


def read_version(path: Path) -> Version:
    """Return the size and the checksum of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Version(os.fstat(file.fileno()).st_size, digest)


def read_state(status: os.stat_result) -> tuple[int, ...]:
    """Return the values by which a file counts as unchanged without being read."""
    return status.st_mtime_ns, status.st_ino, status.st_ctime_ns


def is_unchanged(path: Path, record: FileRecord) -> bool:
    """Return whether a file still has the content that narrator wrote.

    Raises:
        OSError: it can't be read.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return False
    if status.st_size not in {version.size for version in record.versions}:
        return False
    return read_state(status) == record.state or read_version(path) in record.versions
