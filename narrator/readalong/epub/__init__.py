"""Writes an EPUB 3 with Media Overlays: the text and the audio of a book in one file.

If the book was read from an EPUB, the result is a copy of that EPUB with its own pages and styles;
otherwise a new EPUB is written. Each sentence is highlighted while it is spoken. The clip of a
sentence lasts until the next sentence begins, because the pauses must be played too.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import NarratorError
from narrator.files.os_errors import convert_os_errors
from narrator.readalong.epub import add_overlays, epub_writer
from narrator.readers.containers.archive import is_zip

if TYPE_CHECKING:
    from narrator.readalong.rendered_book import RenderedBook


def write(_companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the EPUB and return its path; each track of the book becomes a file in it.

    Raises:
        OutputError: it can't be written.
        ReadingError: the EPUB that the book was read from is damaged.
    """
    with convert_os_errors(target):
        original = _load_original(rendered_book)
        if original is None:
            epub_writer.write_new_epub(rendered_book, target)
        else:
            add_overlays.write_with_overlays(rendered_book, original, target)
    return (target,)


def _load_original(rendered_book: RenderedBook) -> bytes | None:
    """Return the EPUB that the book was read from, or `None` if there is none or it has changed."""
    source = rendered_book.script.book.source
    path = Path(source.path)
    if source.path == "-" or not path.is_file():
        return None
    data = path.read_bytes()
    # Lines are offsets into the text that was read, so a changed file can't be used.
    if hashlib.sha256(data).hexdigest() != source.sha256 or not is_zip(data):
        return None
    return data if _is_epub(data, source.path) else None


def _is_epub(data: bytes, path: str) -> bool:
    """Return whether a ZIP archive is an EPUB with pages to read."""
    from narrator.readers.containers.archive import Archive  # noqa: PLC0415 - few books are EPUBs
    from narrator.readers.containers.epub_package import EpubPackage  # noqa: PLC0415 - few books are EPUBs

    try:
        return bool(EpubPackage(Archive(data, path)).spine)
    except NarratorError:
        return False
