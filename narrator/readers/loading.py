"""Opens what the user names: finds the reader for each file, and makes one book of several."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import replace
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
from narrator.model import Book, Chapter, Metadata, Paragraph, SkippedPassage, Source, Span
from narrator.readers.containers import limits
from narrator.readers.interface import Policy, SourceFile
from narrator.readers.layout import heading_syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.interface import Reader

_DIGITS = re.compile(r"(\d+)")
_LAST = "plain"
"""The reader that takes any text, and so is asked last."""

_SIGNS: dict[str, tuple[bytes, ...]] = {
    "docx": (b"PK\x03\x04",),
    "epub": (b"PK\x03\x04",),
    "fb2": (b"<", b".fb2"),
    "html": (b"<",),
    "markdown": (),
    "odt": (b"PK\x03\x04",),
    "pdf": (b"%PDF-",),
}
"""What stands near the beginning of a format's files, so that no other reader need be loaded; none
for a format that only its suffix tells."""

CONVERT_HINT = "convert it to EPUB or text first, for example with Calibre or LibreOffice"
_KNOWN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", "an audio file"),
    (b"fLaC", "an audio file"),
    (b"OggS", "an audio file"),
    (b"RIFF", "an audio file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"ITSF", "a CHM help file"),
    (b"AT&TFORM", "a DjVu file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)
"""First bytes of what is often given by mistake. From the `file` program's public tables."""


def read_book(paths: Sequence[str], policy: Policy | None = None) -> Book:
    """The book that these files hold, in this order; a folder stands for the files in it.

    `-` is standard input.

    Raises:
        OptionError: no path is given.
        ReadingError: one of its children says what is wrong with which file.
        MissingExtraError: the reader's packages are not installed.
    """
    return read_sources(load_files(paths), paths, policy or Policy())


def load_files(paths: Sequence[str]) -> tuple[SourceFile, ...]:
    """The files that these paths name, not understood yet.

    Raises:
        OptionError: no path is given.
        ReadingError: a file can't be read.
    """
    if not paths:
        raise OptionError("there is nothing to read", "name a file, a folder or -")
    return tuple(load_file(file) for path in paths for file in _files(path))


def read_sources(sources: Sequence[SourceFile], paths: Sequence[str], policy: Policy) -> Book:
    """One book of all these files, named after the paths that the user gave.

    Raises:
        ReadingError: one of its children says what is wrong with which file.
        MissingExtraError: the reader's packages are not installed.
    """
    books = []
    for source in sources:
        try:
            books.append(find_reader(source).read(source, policy))
        except EmptyBookError:
            if len(sources) == 1:
                raise
    if not books:
        raise EmptyBookError(f"none of the files in {paths[0]} holds a word", "name other files")
    return books[0] if len(books) == 1 else join_books(books, paths)


def load_file(path: str) -> SourceFile:
    """The bytes of a file, or of standard input.

    Raises:
        ReadingError: there is no such file, or it can't be read.
        EmptyBookError: it is empty.
        BrokenInputError: it is larger than any book.
    """
    try:
        data = _bytes(path)
    except OSError as error:
        raise ReadingError(f"{path} can't be read: {error.strerror}", _hint(path)) from error
    if len(data) > limits.MAX_INPUT_BYTES:
        raise BrokenInputError(
            f"{path} is larger than {limits.MAX_INPUT_BYTES >> 20} MiB",
            "split it into several files",
        )
    if not data:
        raise EmptyBookError(f"{path} is empty", "name a file with text in it")
    return SourceFile(path, data, "" if path == "-" else PurePath(path).suffix.lower())


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(limits.MAX_INPUT_BYTES + 1)
    with Path(path).open("rb") as file:
        return file.read(limits.MAX_INPUT_BYTES + 1)


def _hint(path: str) -> str:
    """The files beside it with much the same name."""
    try:
        beside = [file.name for file in Path(path).parent.iterdir()]
    except OSError:
        return "check the path"
    hint = registry.did_you_mean(PurePath(path).name, beside)
    return hint if hint.startswith("did you mean") else "check the path"


def _files(path: str) -> Iterator[str]:
    """The file itself, or the books and texts in a folder in natural order."""
    if path == "-" or not Path(path).is_dir():
        yield path
        return
    known = {suffix for name in registry.list_readers() for suffix in _suffixes(name)}
    found = [
        file
        for file in sorted(Path(path).iterdir(), key=lambda file: natural_sort_key(file.name))
        if file.is_file() and file.suffix.lower() in known and not file.name.startswith(".")
    ]
    if not found:
        raise UnknownFormatError(f"{path} is a folder without a book or text in it", "name a file")
    yield from (str(file) for file in found)


def natural_sort_key(name: str) -> list[tuple[int, str]]:
    """A key by which "chapter 2" comes before "chapter 10"."""
    pieces = _DIGITS.split(name.casefold())
    return [(int(p), "") if p.isdigit() and p.isascii() else (-1, p) for p in pieces if p]


def _suffixes(name: str) -> tuple[str, ...]:
    try:
        return registry.load_reader(name).suffixes
    except NarratorError:  # an extra that is not installed
        return (f".{name}",)


def find_reader(source: SourceFile) -> Reader:
    """The reader of an input: by its bytes first, by its suffix second.

    Raises:
        UnknownFormatError: no reader knows it.
        MissingExtraError: the one that does needs a package that is not installed.
    """
    missing: NarratorError | None = None
    by_suffix: Reader | None = None
    for name in _candidates(source):
        try:
            reader = registry.load_reader(name)
        except NarratorError as error:
            missing = error
            continue
        if reader.recognises(source):
            return reader
        if source.suffix in reader.suffixes:
            by_suffix = by_suffix or reader
    if missing and not by_suffix:
        raise missing
    return by_suffix or _plain_or_fail(source)


def _candidates(source: SourceFile) -> Iterator[str]:
    """The readers worth loading: by the sign that a format begins with, or by the suffix."""
    head = source.data[:1024]
    plain = source.suffix in ("", *registry.load_reader(_LAST).suffixes)
    for name in registry.list_readers():
        signed = any(sign in head for sign in _SIGNS.get(name, (b"",)))
        named = not plain and (name not in _SIGNS or source.suffix in _suffixes(name))
        if name != _LAST and (signed or named):
            yield name


def _plain_or_fail(source: SourceFile) -> Reader:
    what = next((what for magic, what in _KNOWN if source.data.startswith(magic)), "")
    if source.data[60:68] in (b"BOOKMOBI", b"TEXtREAd"):
        what = "a Kindle book"
    plain = registry.load_reader(_LAST)
    if what or not plain.recognises(source):
        raise UnknownFormatError(
            f"{source.path} is {what or 'in a format that no reader knows'}", CONVERT_HINT
        )
    return plain


def describe_source(source: SourceFile, encoding: str | None = None) -> Source:
    """Where a book came from, for its reader to tell."""
    return Source(source.path, hashlib.sha256(source.data).hexdigest(), encoding)


def title_from_path(path: str) -> str:
    """A title from a file's name: "the-designer-of-almaty.txt" is "The Designer of Almaty"."""
    if path == "-":
        return "Untitled"
    name = re.sub(r"[\s_]+", " ", PurePath(path).stem).strip()
    if " " not in name:
        name = name.replace("-", " ")
    name = " ".join(name.split())
    return (
        heading_syntax.convert_to_title_case(name.upper()) if name.islower() else name or "Untitled"
    )


def join_books(books: Sequence[Book], paths: Sequence[str]) -> Book:
    """Several books as one, a blank line between two texts.

    A file that is a single chapter keeps its title; where files have several each, the titles stay.
    """
    text = ""
    chapters: list[Chapter] = []
    skipped: list[SkippedPassage] = []
    for book in books:
        text += "\n\n" if text else ""
        shift = len(text)
        for chapter in book.chapters:
            chapters.append(_moved(chapter, shift, len(chapters) + 1))
        skipped += [replace(s, start=s.start + shift, end=s.end + shift) for s in book.skipped]
        text += book.text
    digest = hashlib.sha256("".join(book.source.sha256 for book in books).encode()).hexdigest()
    return Book(
        _metadata(books, paths), text, tuple(chapters), tuple(skipped), Source(paths[0], digest)
    )


def _moved(chapter: Chapter, shift: int, number: int) -> Chapter:
    return replace(
        chapter,
        number=number,
        start=chapter.start + shift,
        end=chapter.end + shift,
        paragraphs=tuple(_moved_paragraph(p, shift) for p in chapter.paragraphs),
    )


def _moved_paragraph(paragraph: Paragraph, shift: int) -> Paragraph:
    return replace(
        paragraph,
        start=paragraph.start + shift,
        end=paragraph.end + shift,
        emphasis=tuple(Span(e.start + shift, e.end + shift) for e in paragraph.emphasis),
    )


def _metadata(books: Sequence[Book], paths: Sequence[str]) -> Metadata:
    """What all the files agree on, under the folder's name or the first file's."""
    first = books[0].metadata
    titles = {book.metadata.title for book in books}
    folder = Path(paths[0]).resolve() if paths[0] != "-" else None
    if len(titles) == 1 or folder is None:
        title = first.title
    else:
        title = title_from_path((folder if folder.is_dir() else folder.parent).name + ".folder")
    return replace(first, title=title)
