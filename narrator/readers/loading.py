"""Choose a reader for each input file, and join several books into one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from narrator import registry
from narrator.errors import (
    EmptyBookError,
    NarratorError,
    UnknownFormatError,
)
from narrator.model import (
    Book,
    Chapter,
    LanguageOrigin,
    Metadata,
    Paragraph,
    SkippedPassage,
    Source,
    Span,
)
from narrator.readers.interface import DEFAULT_POLICY, Policy, SourceFile
from narrator.readers.layout import heading_syntax
from narrator.readers.source_files import list_suffixes, load_files
from narrator.readers.text_repair import collect_repairs
from narrator.segmentation.speech_prefixes.marking import mark_speeches
from narrator.text.language_names import canonicalise_tag, describe_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.interface import Reader

_FALLBACK_READER = "plain"
"""The reader that accepts any text, and is therefore tried last."""

_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "chat_json": (b"{", b"["),
    "docx": (b"PK\x03\x04",),
    "epub": (b"PK\x03\x04",),
    "fb2": (b"<", b".fb2"),
    "fountain": (b"INT", b"EXT", b"I/E"),
    "html": (b"<",),
    "mailbox": (b"\nFrom: ", b"\nfrom: ", b"From "),
    "markdown": (),
    "odt": (b"PK\x03\x04",),
    "pdf": (b"%PDF-",),
    "rtf": (b"{\\rtf",),
    "wikitext": (b"{{", b"[[", b"''", b"=="),
}
"""Byte sequences near the beginning of a file that are typical of a format, by reader name.

For a text file, only readers with a signature in it are imported, which saves time. Formats with an
empty tuple are recognised by their suffix alone."""
_SIGNATURE_BYTES = 1024
"""Number of bytes at the start of a file that are searched for a signature."""

CONVERT_HINT = "convert it to EPUB or text first, for example with Calibre or LibreOffice"
"""The hint in errors about formats that have no reader."""
_UNREADABLE_FORMATS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document"),
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
"""First bytes of unsupported files, with the description that the error message gives.

The bytes come from the public tables of the `file` program."""
_MARKUP_LANGUAGES = {
    ".tex": "LaTeX", ".latex": "LaTeX", ".org": "Org", ".rst": "reStructuredText",
    ".adoc": "AsciiDoc", ".asciidoc": "AsciiDoc", ".typ": "Typst", ".textile": "Textile",
    ".muse": "Muse", ".dokuwiki": "DokuWiki", ".t2t": "txt2tags", ".djot": "Djot",
}  # fmt: skip
"""Markup languages without a reader, by suffix; Pandoc converts all of them."""
_KINDLE_TYPES = (b"BOOKMOBI", b"TEXtREAd")
"""Bytes 60 to 67 of Kindle books: the type and the creator of a Palm database."""


def read_book(paths: Sequence[str], policy: Policy | None = None) -> Book:
    """Read the files in this order and return them as one book.

    A folder stands for the files in it, and `-` for standard input.

    Raises:
        OptionError: no path is given.
        ReadingError: a file can't be read; each subclass is one kind of reason.
        MissingExtraError: a package that the reader needs is not installed.
    """
    return read_sources(load_files(paths), paths, policy or DEFAULT_POLICY)


def read_sources(sources: Sequence[SourceFile], paths: Sequence[str], policy: Policy) -> Book:
    """Parse each file with its reader, and join the books into one.

    `paths` are the paths that the user gave; the joined book's title and path come from them. Files
    without words are left out, but a single file without words is an error.

    Raises:
        ReadingError: a file can't be read; each subclass is one kind of reason.
        MissingExtraError: a package that the reader needs is not installed.
    """
    books = []
    for source in sources:
        try:
            with collect_repairs() as repairs:
                book = find_reader(source).read(source, policy)
            books.append(replace(book, notes=(*repairs.describe(), *book.notes)))
        except EmptyBookError:
            # A folder of chapters may hold empty files; a single file without words is an error.
            if len(sources) == 1:
                raise
    if not books:
        raise EmptyBookError(
            f"none of the files in {paths[0]} contains any text", "name other files"
        )
    book = books[0] if len(books) == 1 else join_books(books, paths)
    # after joining, because the style of speech prefixes is inferred from the whole book
    book = mark_speeches(book, reads_names=policy.cues == "speak")
    return add_note(book, _describe_language_disagreement(book.metadata))


def _describe_language_disagreement(metadata: Metadata) -> str:
    """Return a remark about a declared language that the text contradicts; "" if it doesn't."""
    if metadata.language_origin is not LanguageOrigin.OVERRULED:
        return ""
    found, declared = map(describe_language, (metadata.language, metadata.declared_language))
    return (
        f"the text is in {found}, although the book declares {declared};"
        f" --language {canonicalise_tag(metadata.declared_language)} keeps that"
    )


def find_reader(source: SourceFile) -> Reader:
    """Return the reader that recognises the bytes of a file, or else the one with its suffix.

    Raises:
        UnknownFormatError: no reader knows the format.
        MissingExtraError: the only suitable reader needs a package that is not installed.
    """
    import_error: NarratorError | None = None
    reader_by_suffix: Reader | None = None
    for name in _list_candidate_readers(source):
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


def _list_candidate_readers(source: SourceFile) -> Iterator[str]:
    """Yield the names of the readers whose signature or suffix fits a file.

    Readers from plug-ins have no signature in this module, so they are tried with every file.
    """
    beginning = source.data[:_SIGNATURE_BYTES]
    has_text_suffix = source.suffix in ("", *registry.load_reader(_FALLBACK_READER).suffixes)
    for name in registry.list_readers():
        has_signature = any(signature in beginning for signature in _SIGNATURES.get(name, (b"",)))
        has_suffix = not has_text_suffix and (
            name not in _SIGNATURES or source.suffix in list_suffixes(name)
        )
        if name != _FALLBACK_READER and (has_signature or has_suffix):
            yield name


def _require_plain_text(source: SourceFile) -> Reader:
    """Return the plain-text reader for a file that no other reader recognises.

    Raises:
        UnknownFormatError: the file is not a text, or one with markup that would be read aloud.
    """
    if language := _MARKUP_LANGUAGES.get(source.suffix):
        command = f'pandoc "{PurePath(source.path).name}" -o book.epub'
        raise UnknownFormatError(
            f"{source.path} is written in {language}", f"convert it with Pandoc first: {command}"
        )
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
    """Return a record of the source file: its path, checksum and text encoding."""
    return Source(source.path, hashlib.sha256(source.data).hexdigest(), encoding)


def add_note(book: Book, note: str) -> Book:
    """Return a book with one more note for the user, unless the note is empty."""
    return replace(book, notes=(*book.notes, note)) if note else book


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


# ---------------------------------------------------------------------------- several files


def join_books(books: Sequence[Book], paths: Sequence[str]) -> Book:
    """Join several books into one, with a blank line between their texts.

    Chapters keep their titles and are numbered consecutively from 1.
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
    notes = tuple(dict.fromkeys(note for book in books for note in book.notes))
    return Book(metadata, text, tuple(chapters), tuple(skipped), Source(paths[0], checksum), notes)


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
        emphasis=_shift_spans(paragraph.emphasis, offset),
        speaker_names=_shift_spans(paragraph.speaker_names, offset),
        stage_directions=_shift_spans(paragraph.stage_directions, offset),
    )


def _shift_spans(spans: Sequence[Span], offset: int) -> tuple[Span, ...]:
    """Return spans with all offsets increased by `offset`."""
    return tuple(Span(span.start + offset, span.end + offset) for span in spans)


def _merge_metadata(books: Sequence[Book], paths: Sequence[str]) -> Metadata:
    """Return the first book's metadata; if the titles differ, the folder's name is the title."""
    metadata = books[0].metadata
    titles = {book.metadata.title for book in books}
    first_path = Path(paths[0]).resolve() if paths[0] != "-" else None
    if len(titles) == 1 or first_path is None:
        return metadata
    folder = first_path if first_path.is_dir() else first_path.parent
    # `title_from_path` removes a suffix, so a dummy one protects a dot in the folder's name.
    return replace(metadata, title=title_from_path(f"{folder.name}.folder"))
