"""List and load the input files, without parsing them."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from narrator import registry
from narrator.errors import (
    BrokenInputError,
    EmptyBookError,
    NarratorError,
    OptionError,
    ReadingError,
    UnknownFormatError,
)
from narrator.files.existence import is_folder, suggest_path
from narrator.readers.containers import limits
from narrator.readers.interface import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGITS_PATTERN = re.compile(r"(\d+)")


def load_files(paths: Sequence[str]) -> tuple[SourceFile, ...]:
    """Load all files that the paths name, including the files in folders.

    Raises:
        OptionError: no path is given, or one is given twice.
        ReadingError: a file can't be read.
    """
    if not paths:
        raise OptionError("there is nothing to read", "name a file, a folder or -")
    refuse_repetition(paths)
    return tuple(load_file(file) for path in paths for file in list_files(path))


def refuse_repetition(paths: Sequence[str]) -> None:
    """Check that no file or folder is named twice.

    Raises:
        OptionError: one is.
    """
    seen = set[Path]()
    for path in paths:
        place = Path(path).absolute()
        if place in seen:
            raise OptionError(f"{path} is named twice", "name it once")
        seen.add(place)


def load_file(path: str) -> SourceFile:
    """Load a file, or standard input if the path is `-`.

    Raises:
        ReadingError: there is no such file, or it can't be read.
        EmptyBookError: the file is empty.
        BrokenInputError: the file is larger than `limits.MAX_INPUT_BYTES`.
    """
    try:
        data = _read_bytes(path)
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise ReadingError(f"{path} can't be read: {reason}", suggest_path(Path(path))) from error
    if len(data) > limits.MAX_INPUT_BYTES:
        raise BrokenInputError(
            f"{path} is larger than {limits.MAX_INPUT_BYTES >> 20} MiB",
            "split it into several files",
        )
    if not data:
        name = "standard input" if path == "-" else path
        raise EmptyBookError(f"{name} is empty", "name a file with text in it")
    return SourceFile(path, data, "" if path == "-" else PurePath(path).suffix.lower())


def _read_bytes(path: str) -> bytes:
    """Read a file up to the size limit plus one byte, which shows that a file is too large."""
    if path == "-":
        return sys.stdin.buffer.read(limits.MAX_INPUT_BYTES + 1)
    with Path(path).open("rb") as file:
        return file.read(limits.MAX_INPUT_BYTES + 1)


def list_files(path: str) -> Iterator[str]:
    """Yield the path of a file, or the paths of all readable files in a folder in natural order.

    Raises:
        UnknownFormatError: the folder has no file that a reader can read.
    """
    if path == "-" or not is_folder(Path(path)):
        yield path
        return
    suffixes = {suffix for name in registry.list_readers() for suffix in list_suffixes(name)}
    files = [
        file
        for file in sorted(Path(path).iterdir(), key=lambda file: natural_sort_key(file.name))
        if file.is_file() and file.suffix.lower() in suffixes and not file.name.startswith(".")
    ]
    if not files:
        raise UnknownFormatError(f"{path} is a folder without a book or text in it", "name a file")
    yield from (str(file) for file in files)


def natural_sort_key(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts "chapter 2" before "chapter 10"."""
    parts = _DIGITS_PATTERN.split(name.casefold())
    return [
        (int(part), "") if part.isdigit() and part.isascii() else (-1, part)
        for part in parts
        if part
    ]


def list_suffixes(reader_name: str) -> tuple[str, ...]:
    """Return the file suffixes of a reader, or its name as a suffix if it can't be imported."""
    try:
        return registry.load_reader(reader_name).suffixes
    except NarratorError:
        return (f".{reader_name}",)
