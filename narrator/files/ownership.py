"""Describes what an output is made from, and recognises earlier outputs of the same book.

Neither the name nor the content of a file makes it narrator's, only the record of what was written
(`narrator.files.manifest`). A file that has changed since then belongs to the user.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.files.manifest import FOLDER_OUTPUT, BookRecord, OutputRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.files.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file is made from, and what must not be written over when it is made."""

    kind: str
    """A kind of output, such as `audiobook`: one kind does not replace another."""
    title: str = ""
    """The title of the book, for messages."""
    contents: tuple[str, ...] = ()
    """Checksums of the book, or anything else that identifies it."""
    paths: tuple[Path, ...] = ()
    """The files or folders of the book. A book that was edited is recognised by them."""
    inputs: tuple[Path, ...] = ()
    """All files that are read as the book, including those in folders."""
    side_files: tuple[Path, ...] = ()
    """Other files that are read, such as a cast file or a cover."""
    may_replace: bool = False
    """Whether the user allows the file that `-o` names to be replaced, whoever made it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A file that is to be written."""

    path: Path
    """As messages show it."""
    folder: Path
    """The real folder whose record it belongs to."""
    relative_path: Path
    """Its path in that folder. A link was followed, so this may be another name than the user's."""
    is_named: bool
    """Whether the user gave its name, so that `--force` applies to it."""

    @property
    def real_path(self) -> Path:
        """Return the path to write to."""
        return self.folder / self.relative_path

    @property
    def record_name(self) -> str:
        """Return its name in the record, which is JSON and so has no bytes that are not UTF-8."""
        return os.fsencode(self.relative_path.as_posix()).decode(errors="backslashreplace")


@dataclass(frozen=True, slots=True)
class Output:
    """A file or a folder that is to be written for the user."""

    target: Path
    """As the user named it. A link to a file or folder stays a link."""
    origin: Origin
    is_folder: bool = False
    is_exclusive: bool = False
    """Whether a folder must have no other files in it when it is written for the first time."""

    @property
    def real_target(self) -> Path:
        """Return the file or folder that the target, if it is a link, leads to."""
        return Path(os.path.realpath(self.target))

    @property
    def folder(self) -> Path:
        """Return the real folder that the output, or its main file, is written to."""
        return self.real_target if self.is_folder else self.real_target.parent

    @property
    def shown_folder(self) -> Path:
        """Return the folder of the output, as the user named it."""
        return self.target if self.is_folder else self.target.parent

    @property
    def main_file(self) -> Destination:
        """Return where the file that the user named goes."""
        return self.locate(Path(self.target.name))

    @property
    def record_name(self) -> str:
        """Return the name of the output in the record of its folder."""
        return FOLDER_OUTPUT if self.is_folder else self.main_file.record_name

    def locate(self, relative_path: Path) -> Destination:
        """Return where a file of the output goes, given its path in the output's folder."""
        shown_path = self.shown_folder / relative_path
        if self.is_folder:
            return Destination(shown_path, self.folder, relative_path, is_named=False)
        real_path = Path(os.path.realpath(shown_path))
        is_named = relative_path == Path(self.target.name)
        return Destination(shown_path, real_path.parent, Path(real_path.name), is_named=is_named)

    def make_record(self, folder: Path) -> OutputRecord:
        """Return the record of this output in a folder, without files."""
        return OutputRecord(self.origin.kind, record_book(self.origin, folder), {})

    def find_earlier(self, manifest: Manifest) -> OutputRecord | None:
        """Return the record of the same output of the same book, or None if there is none."""
        earlier = manifest.outputs.get(self.record_name)
        if earlier is None or not is_continued(earlier, self.make_record(self.folder)):
            return None
        return earlier


def record_book(origin: Origin, folder: Path) -> BookRecord:
    """Return how a record in a folder identifies the book of an origin."""
    paths = [os.path.realpath(path) for path in origin.paths]
    return BookRecord(
        # what can't be encoded, such as half of a surrogate pair, is of no use in a message
        origin.title.encode(errors="replace").decode(),
        origin.contents,
        tuple(map(_hash_path, paths)),
        tuple(map(_hash_path, _relate_paths(paths, folder))),
    )


def _relate_paths(paths: Sequence[str], folder: Path) -> Iterator[str]:
    """Yield paths relative to a folder; on another drive of Windows, there is no such path."""
    for path in paths:
        try:
            yield Path(os.path.relpath(path, os.path.realpath(folder))).as_posix()
        except ValueError:
            continue


def _hash_path(path: str) -> str:
    return hashlib.sha256(os.fsencode(os.path.normcase(path))).hexdigest()[:32]


def is_continued(earlier: OutputRecord, output: OutputRecord) -> bool:
    """Return whether two records are of outputs of one kind from the same book."""
    return earlier.kind == output.kind and is_same_book(earlier.book, output.book)


def is_same_book(earlier: BookRecord, book: BookRecord) -> bool:
    """Return whether two records are of the same book.

    They are if the book has the same content, wherever it is, or if it lies where it lay, seen from
    the root or from the folder of the output, whatever it now contains. Of several inputs, some may
    have been added or left out.
    """
    return bool(set(earlier.contents) & set(book.contents)) or any(
        _includes(before, now)
        for before, now in (
            (earlier.places, book.places),
            (earlier.nearby_places, book.nearby_places),
        )
    )


def _includes(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether one of two sequences holds everything that the other one holds."""
    shorter, longer = sorted((set(first), set(second)), key=len)
    return bool(shorter) and shorter <= longer
