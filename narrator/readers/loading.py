"""Load the files that a user names: find the reader of each, and make one book of several."""

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
from narrator.readers.interface import DEFAULT_POLICY, Policy, SourceFile
from narrator.readers.layout import heading_syntax
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.interface import Reader

_DIGITS_PATTERN = re.compile(r"(\d+)")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FALLBACK_READER = "plain"
"""The reader that takes any text, and is therefore tried last."""

_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "docx": (b"PK\x03\x04",),
    "epub": (b"PK\x03\x04",),
    "fb2": (b"<", b".fb2"),
    "html": (b"<",),
    "markdown": (),
    "odt": (b"PK\x03\x04",),
    "pdf": (b"%PDF-",),
}
"""Bytes near the beginning of a format's files, by the name of its reader. Only readers whose
bytes occur are loaded. Formats without bytes here are known by their suffix alone."""
_SIGNATURE_BYTES = 1024
"""Length of the beginning that is searched for them."""

CONVERT_HINT = "convert it to EPUB or text first, for example with Calibre or LibreOffice"
"""What to do with a book in a format that has no reader."""
_UNREADABLE_FORMATS = (
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
"""First bytes of files that are often given by mistake, and what they are. From the public tables
of the `file` program."""
_KINDLE_TYPES = (b"BOOKMOBI", b"TEXtREAd")
"""Bytes 60 to 68 of Kindle books: type and creator of a Palm database."""


def read_book(paths: Sequence[str], policy: Policy | None = None) -> Book:
    """Return the book that these files hold, in this order.

    A folder stands for the files in it, and `-` for standard input.

    Raises:
        OptionError: no path is given.
        ReadingError: a file can't be read; each child class is one kind of reason.
        MissingExtraError: packages of the reader are not installed.
    """
    return read_sources(load_files(paths), paths, policy or DEFAULT_POLICY)


def load_files(paths: Sequence[str]) -> tuple[SourceFile, ...]:
    """Load the bytes of all files that the paths name.

    Raises:
        OptionError: no path is given.
        ReadingError: a file can't be read.
    """
    if not paths:
        raise OptionError("there is nothing to read", "name a file, a folder or -")
    return tuple(load_file(file) for path in paths for file in _list_files(path))


def read_sources(sources: Sequence[SourceFile], paths: Sequence[str], policy: Policy) -> Book:
    """Return one book of all these files, named after the paths that the user gave.

    Files without words are left out if there are others.

    Raises:
        ReadingError: a file can't be read; each child class is one kind of reason.
        MissingExtraError: packages of the reader are not installed.
    """
    books = []
    for source in sources:
        try:
            books.append(find_reader(source).read(source, policy))
        except EmptyBookError:
            # A folder of chapters may hold empty files; a single file without words is an error.
            if len(sources) == 1:
                raise
    if not books:
        raise EmptyBookError(f"none of the files in {paths[0]} holds a word", "name other files")
    return books[0] if len(books) == 1 else join_books(books, paths)


def load_file(path: str) -> SourceFile:
    """Load the bytes of a file, or of standard input.

    Raises:
        ReadingError: there is no such file, or it can't be read.
        EmptyBookError: the file is empty.
        BrokenInputError: the file is larger than any book.
    """
    try:
        data = _read_bytes(path)
    except OSError as error:
        raise ReadingError(
            f"{path} can't be read: {error.strerror}", _suggest_path(path)
        ) from error
    if len(data) > limits.MAX_INPUT_BYTES:
        raise BrokenInputError(
            f"{path} is larger than {limits.MAX_INPUT_BYTES >> 20} MiB",
            "split it into several files",
        )
    if not data:
        raise EmptyBookError(f"{path} is empty", "name a file with text in it")
    return SourceFile(path, data, "" if path == "-" else PurePath(path).suffix.lower())


def _read_bytes(path: str) -> bytes:
    """Read a file, at most one byte more than is allowed, which shows that it is too large."""
    if path == "-":
        return sys.stdin.buffer.read(limits.MAX_INPUT_BYTES + 1)
    with Path(path).open("rb") as file:
        return file.read(limits.MAX_INPUT_BYTES + 1)


def _suggest_path(path: str) -> str:
    """Return a hint that names files in the same folder with similar names."""
    try:
        file_names = [file.name for file in Path(path).parent.iterdir()]
    except OSError:
        return "check the path"
    hint = did_you_mean(PurePath(path).name, file_names)
    return hint if hint.startswith("did you mean") else "check the path"


def _list_files(path: str) -> Iterator[str]:
    """Yield the path of a file, or the books and texts in a folder in natural order.

    Raises:
        UnknownFormatError: a folder holds no such file.
    """
    if path == "-" or not Path(path).is_dir():
        yield path
        return
    suffixes = {suffix for name in registry.list_readers() for suffix in _list_suffixes(name)}
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


def _list_suffixes(reader_name: str) -> tuple[str, ...]:
    """Return the suffixes of a reader's files; a guess if its packages are not installed."""
    try:
        return registry.load_reader(reader_name).suffixes
    except NarratorError:
        return (f".{reader_name}",)


def find_reader(source: SourceFile) -> Reader:
    """Return the reader of a file: by its bytes first, by its suffix second.

    Raises:
        UnknownFormatError: no reader knows the format.
        MissingExtraError: the reader that knows it needs a package that is not installed.
    """
    import_error: NarratorError | None = None
    reader_by_suffix: Reader | None = None
    for name in _list_candidates(source):
        try:
            reader = registry.load_reader(name)
        except NarratorError as error:
            import_error = error
            continue
        if reader.recognises(source):
            return reader
        if source.suffix in reader.suffixes:
            reader_by_suffix = reader_by_suffix or reader
    # A missing package is reported only if no other reader can read the file.
    if import_error and not reader_by_suffix:
        raise import_error
    return reader_by_suffix or _require_plain_text(source)


def _list_candidates(source: SourceFile) -> Iterator[str]:
    """Yield the names of readers that may read a file, by its first bytes or its suffix.

    Readers of other packages have no signature here. They are asked about every file.
    """
    beginning = source.data[:_SIGNATURE_BYTES]
    is_named_plain = source.suffix in ("", *registry.load_reader(_FALLBACK_READER).suffixes)
    for name in registry.list_readers():
        has_signature = any(sign in beginning for sign in _SIGNATURES.get(name, (b"",)))
        has_suffix = not is_named_plain and (
            name not in _SIGNATURES or source.suffix in _list_suffixes(name)
        )
        if name != _FALLBACK_READER and (has_signature or has_suffix):
            yield name


def _require_plain_text(source: SourceFile) -> Reader:
    """Return the reader of plain text for a file that no other reader knows.

    Raises:
        UnknownFormatError: the file is not a text.
    """
    matches = (name for start, name in _UNREADABLE_FORMATS if source.data.startswith(start))
    format_name = next(matches, "")
    if source.data[60:68] in _KINDLE_TYPES:
        format_name = "a Kindle book"
    reader = registry.load_reader(_FALLBACK_READER)
    if format_name or not reader.recognises(source):
        raise UnknownFormatError(
            f"{source.path} is {format_name or 'in a format that no reader knows'}", CONVERT_HINT
        )
    return reader


def describe_source(source: SourceFile, encoding: str | None = None) -> Source:
    """Return path, checksum and encoding of the file that a book is read from."""
    return Source(source.path, hashlib.sha256(source.data).hexdigest(), encoding)


def title_from_path(path: str) -> str:
    """Return a title from a file's name.

    "the-designer-of-almaty.txt" gives "The Designer of Almaty"; standard input gives "Untitled".
    """
    if path == "-":
        return "Untitled"
    name = re.sub(r"[\s_]+", " ", PurePath(path).stem).strip()
    # Hyphens separate words only where no spaces do: "Emma - Jane Austen" keeps its hyphen.
    if " " not in name:
        name = name.replace("-", " ")
    name = " ".join(name.split())
    return (
        heading_syntax.convert_to_title_case(name.upper()) if name.islower() else name or "Untitled"
    )


def choose_language(declared_tag: str) -> str:
    """Return the language tag that a file declares, or "en" if it is not a valid tag."""
    return declared_tag if _LANGUAGE_TAG.fullmatch(declared_tag) else "en"


# ---------------------------------------------------------------------------- several files


def join_books(books: Sequence[Book], paths: Sequence[str]) -> Book:
    """Join several books to one, with a blank line between their texts.

    Chapters keep their titles and are numbered through.
    """
    text = ""
    chapters: list[Chapter] = []
    skipped: list[SkippedPassage] = []
    for book in books:
        text += "\n\n" if text else ""
        offset = len(text)
        for chapter in book.chapters:
            chapters.append(_shift_chapter(chapter, offset, len(chapters) + 1))
        skipped += [
            replace(passage, start=passage.start + offset, end=passage.end + offset)
            for passage in book.skipped
        ]
        text += book.text
    checksum = hashlib.sha256("".join(book.source.sha256 for book in books).encode()).hexdigest()
    metadata = _merge_metadata(books, paths)
    return Book(metadata, text, tuple(chapters), tuple(skipped), Source(paths[0], checksum))


def _shift_chapter(chapter: Chapter, offset: int, number: int) -> Chapter:
    """Return a chapter with another number, and with all its offsets increased by `offset`."""
    return replace(
        chapter,
        number=number,
        start=chapter.start + offset,
        end=chapter.end + offset,
        paragraphs=tuple(_shift_paragraph(paragraph, offset) for paragraph in chapter.paragraphs),
    )


def _shift_paragraph(paragraph: Paragraph, offset: int) -> Paragraph:
    """Return a paragraph with all its offsets increased by `offset`."""
    return replace(
        paragraph,
        start=paragraph.start + offset,
        end=paragraph.end + offset,
        emphasis=tuple(Span(span.start + offset, span.end + offset) for span in paragraph.emphasis),
    )


def _merge_metadata(books: Sequence[Book], paths: Sequence[str]) -> Metadata:
    """Return the first book's metadata, with the folder's name as title if the titles differ."""
    metadata = books[0].metadata
    titles = {book.metadata.title for book in books}
    first_path = Path(paths[0]).resolve() if paths[0] != "-" else None
    if len(titles) == 1 or first_path is None:
        return metadata
    folder = first_path if first_path.is_dir() else first_path.parent
    # A suffix is added because the title is taken from the name before the suffix.
    return replace(metadata, title=title_from_path(f"{folder.name}.folder"))
