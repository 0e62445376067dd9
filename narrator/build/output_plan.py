"""Describes an output before it is made: from which files, to which place, in which files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import readalong, registry
from narrator.build.book_files import STANDARD_INPUT, list_side_files
from narrator.export import splitting
from narrator.files.ownership import Origin, Output
from narrator.model import FilePart
from narrator.readers.source_files import list_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.build.options import Options
    from narrator.model import Book, Script

ACX_PROFILE = "acx"
"""Loudness profile of a publisher who also requires 44.1 kHz, 192 kb/s and spoken credits."""
_STEMS_SUFFIX = ".stems"
PLAYLIST_NAME = "playlist.m3u8"
"""File in the folder of a split audiobook that lists its other files for players."""
RETAIL_SAMPLE_NAME = "retail_sample"
"""Name of the file that ACX plays to customers, without its suffix."""


def describe_origin(kind: str, book: Book, paths: Sequence[str], options: Options) -> Origin:
    """Return the origin of an output of a kind, such as `audiobook`, made from a book.

    Args:
        kind: What is made.
        book: The book.
        paths: Files or folders that hold it, or `-` for standard input.
        options: Name the other files that are read.
    """
    named_paths = [path for path in paths if path != STANDARD_INPUT]
    return Origin(
        kind,
        book.metadata.title,
        (book.source.sha256,),
        (*map(Path, named_paths), *_find_original(book)),
        tuple(Path(file) for path in named_paths for file in list_files(path)),
        tuple(list_side_files(paths, options)),
        options.force,
    )


def _find_original(book: Book) -> Iterator[Path]:
    """Yield where the book may lie that an edited script was written from."""
    if original := book.source.origin:
        # relative to the working directory, or to the script
        yield Path(original)
        yield Path(book.source.path).parent / original


def describe_output(book: Book, target: Path, options: Options, paths: Sequence[str]) -> Output:
    """Return the file or folder that a build writes, and what it is made from."""
    is_page = options.format in readalong.FOLDER_FORMATS
    is_split = options.split and options.format not in readalong.FORMAT_MODULES
    kind = options.format if is_page else "chapters" if is_split else "audiobook"
    origin = describe_origin(kind, book, paths, options)
    return Output(target, origin, is_folder=is_page or is_split, is_exclusive=is_page)


def describe_stems_output(output: Output) -> Output:
    """Return the folder of the stems of an audiobook, which lies beside it."""
    target = output.target
    name = target.name if output.is_folder else target.stem
    origin = replace(output.origin, kind="stems")
    folder = target.with_name(f"{name}{_STEMS_SUFFIX}")
    return Output(folder, origin, is_folder=True, is_exclusive=True)


def is_chapter_per_file(options: Options) -> bool:
    """Return whether each chapter is one file, so that it can be published before the others.

    ACX limits the length of files, so only a finished audiobook tells how many there are.
    """
    is_acx = options.loudness == ACX_PROFILE
    is_split = options.split and options.format not in readalong.FORMAT_MODULES
    return is_split and not options.part_limit and not is_acx


def find_first_file_number(script: Script, options: Options) -> int:
    """Return the number of the first file of a build of some chapters, as in the whole book.

    Returns:
        0 if the files are numbered from 1: in a build of all chapters, with credits, and for ACX,
        where the numbers of files must be complete.
    """
    if options.chapters is None or options.credits or options.loudness == ACX_PROFILE:
        return 0
    return script.lines[0].chapter


def list_chapter_parts(
    script: Script, chapter_titles: Mapping[int, str], options: Options
) -> dict[int, FilePart]:
    """Return the file of each chapter that is spoken, by chapter number, if each has one file.

    Args:
        script: With the chapters that are spoken.
        chapter_titles: Titles by chapter number.
        options: How the book is narrated.
    """
    first_number = find_first_file_number(script, options)
    chapters = dict.fromkeys(line.chapter for line in script.lines)
    total = len(script.book.chapters) if first_number else len(chapters)
    return {
        chapter: FilePart(number, max(total, number), chapter_titles[chapter])
        for number, chapter in enumerate(chapters, first_number or 1)
    }


def list_expected_names(
    script: Script, chapter_titles: Mapping[int, str], output: Output, options: Options
) -> list[str]:
    """Return the names of the files that a build writes besides its target, as far as known.

    The files of a page or a podcast need not be known, as they are in a folder of their own. For
    ACX, long chapters are divided, which changes names.

    Args:
        script: With the chapters that are spoken.
        chapter_titles: Titles by chapter number.
        output: The output.
        options: How the book is narrated.
    """
    if output.is_exclusive:
        return []
    if not output.is_folder:
        name = output.target.name
        return readalong.list_companion_names(options.companions, name, [name])
    if options.part_limit:  # the number of files is not known yet
        return [PLAYLIST_NAME]
    suffix = registry.load_exporter(options.format).suffix
    is_acx = options.loudness == ACX_PROFILE
    names = [
        splitting.part_file_name(part, suffix, ascii_only=is_acx)
        for part in list_chapter_parts(script, chapter_titles, options).values()
    ]
    whole_name = f"{output.folder.name}{suffix}"
    companion_names = readalong.list_companion_names(options.companions, whole_name, names)
    return [*names, PLAYLIST_NAME, *companion_names]
