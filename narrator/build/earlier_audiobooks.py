"""Finds the audiobooks that were made of a book, from the records of what narrator wrote."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.build.book_files import OUTPUT_FOLDER, STANDARD_INPUT
from narrator.build.output_plan import RETAIL_SAMPLE_NAME
from narrator.errors import OutputError
from narrator.files.existence import is_file, is_folder
from narrator.files.manifest import FOLDER_OUTPUT, MANIFEST_NAME, load_manifest
from narrator.files.ownership import Origin, is_same_book, record_book
from narrator.readers.source_files import natural_sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.files.manifest import OutputRecord

SOUND_SUFFIXES = frozenset({".mp3", ".m4b", ".m4a", ".opus", ".ogg", ".flac", ".wav"})
"""Suffixes of files that hold sound, and nothing else."""
_KINDS = frozenset({"audiobook", "chapters", "podcast"})
"""The kinds of outputs that are audiobooks; a preview or an audition is not."""
_NUMBER = re.compile(r"\d+")
"""The number of its chapter, with which the name of a file begins."""
_MAX_DEPTH = 4
"""Levels of folders in which an output template may have put an audiobook."""


@dataclass(frozen=True, slots=True)
class EarlierAudiobook:
    """An audiobook that an earlier build wrote, as far as it is finished."""

    target: Path
    """The file, or the folder of its files."""
    files: tuple[Path, ...]
    """The sound files in listening order."""

    @property
    def written_at(self) -> float:
        """Return when the newest file was written, in seconds since 1970."""
        return max(file.stat().st_mtime for file in self.files)


def find_earlier_audiobooks(paths: Sequence[str]) -> list[EarlierAudiobook]:
    """Return the audiobooks that were made of a book, the newest first.

    They are looked for in the output folder and beside the book.

    Args:
        paths: The files or folders of the book.
    """
    named_paths = tuple(Path(path) for path in paths if path != STANDARD_INPUT)
    origin = Origin("audiobook", paths=named_paths)
    audiobooks_by_path: dict[str, EarlierAudiobook] = {}
    for folder in _list_folders(named_paths):
        try:
            outputs = load_manifest(folder).outputs
        except OutputError:  # a record of another version says nothing about this book
            continue
        book = record_book(origin, folder)
        for name, record in outputs.items():
            if record.kind in _KINDS and is_same_book(record.book, book):
                audiobook = _describe_audiobook(folder, name, record)
                if audiobook.files:
                    audiobooks_by_path.setdefault(os.path.realpath(audiobook.target), audiobook)
    return sorted(audiobooks_by_path.values(), key=lambda each: -each.written_at)


def _list_folders(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the folders with a record, in which an audiobook of a book may lie."""
    roots = [Path(OUTPUT_FOLDER), *(path.parent / OUTPUT_FOLDER for path in paths)]
    for folder in dict.fromkeys([Path(), *(path.parent for path in paths)]):
        if is_file(folder / MANIFEST_NAME):
            yield folder
    for root in dict.fromkeys(roots):
        yield from _walk_folders(root, _MAX_DEPTH)


def _walk_folders(folder: Path, depth: int) -> Iterator[Path]:
    """Yield a folder and those below it, if they have a record."""
    if not is_folder(folder):
        return
    if is_file(folder / MANIFEST_NAME):
        yield folder
    if depth:
        for child in sorted(folder.iterdir()):
            if not child.name.startswith("."):
                yield from _walk_folders(child, depth - 1)


def _describe_audiobook(folder: Path, name: str, record: OutputRecord) -> EarlierAudiobook:
    """Return the audiobook of a record, with those of its files that are there."""
    if name != FOLDER_OUTPUT:  # what lies beside it, such as a stem per speaker, is not played
        file = folder / name
        return EarlierAudiobook(file, sort_sound_files([file] if is_file(file) else []))
    files = [folder / file for file in record.files if "/" not in file]
    sound_files = sort_sound_files(file for file in files if is_file(file))
    return EarlierAudiobook(folder, _drop_after_gap(sound_files, record))


def open_folder(folder: Path) -> EarlierAudiobook | None:
    """Return the audiobook whose files lie in a folder, whoever made it; None without sound.

    Raises:
        OutputError: the record of the folder can't be read.
    """
    record = load_manifest(folder).outputs.get(FOLDER_OUTPUT)
    if record is not None:
        audiobook = _describe_audiobook(folder, FOLDER_OUTPUT, record)
    else:
        audiobook = EarlierAudiobook(folder, sort_sound_files(folder.iterdir()))
    return audiobook if audiobook.files else None


def is_folder_of_format(folder: Path, format_name: str) -> bool:
    """Return whether narrator made a folder as a book of this format, such as a podcast.

    Raises:
        OutputError: the record of the folder can't be read.
    """
    if not is_file(folder / MANIFEST_NAME):
        return False
    record = load_manifest(folder).outputs.get(FOLDER_OUTPUT)
    return record is not None and record.kind == format_name


def find_new_files(audiobook: EarlierAudiobook) -> tuple[Path, ...] | None:
    """Return the files that a build has added to an audiobook since it was found.

    Returns:
        None if the audiobook is finished, and nothing was added.
    """
    folder = audiobook.target
    if not is_folder(folder):
        return None
    record = load_manifest(folder).outputs.get(FOLDER_OUTPUT)
    if record is None:
        return None
    now = _describe_audiobook(folder, FOLDER_OUTPUT, record)
    known_names = {file.name for file in audiobook.files}
    added = tuple(file for file in now.files if file.name not in known_names)
    return added if added or record.is_unfinished else None


def _drop_after_gap(files: Sequence[Path], record: OutputRecord) -> tuple[Path, ...]:
    """Return the files of an unfinished audiobook up to the first chapter that is not ready."""
    if not record.is_unfinished:
        return tuple(files)
    numbers = [int(match[0]) if (match := _NUMBER.match(file.name)) else 0 for file in files]
    return tuple(
        file
        for place, (file, number) in enumerate(zip(files, numbers, strict=True))
        if number == numbers[0] + place
    )


def sort_sound_files(files: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files that hold sound, in natural order of their names.

    The sample of an audiobook for ACX is left out, as it repeats a part of it.
    """
    sound_files = (
        file
        for file in files
        if file.suffix.lower() in SOUND_SUFFIXES and file.stem != RETAIL_SAMPLE_NAME
    )
    return tuple(sorted(sound_files, key=lambda file: natural_sort_key(file.name)))
