"""EPUB 3 with Media Overlays: the book and its voice in one file.

From an EPUB it is the same book, with its own pages and styles; from anything else, a new one.
Sentences are lit as they are spoken. A clip reaches from the beginning of its sentence to that of
the next, so that pauses are heard too.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import NarratorError
from narrator.readalong.epub import add_overlays, epub_writer
from narrator.readalong.output_paths import stage_file
from narrator.readers.containers.archive import is_zip

if TYPE_CHECKING:
    from narrator.readalong.rendered_book import RenderedBook


def write(_: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the EPUB; each track of the performance becomes a file in it.

    Raises:
        OutputError: it can't be written.
        ReadingError: the EPUB that the book was read from can't be read any more.
    """
    with stage_file(target) as part:
        original = _original(rendered_book)
        if original is None:
            epub_writer.write_new_epub(rendered_book, part)
        else:
            add_overlays.write_with_overlays(rendered_book, original, part)
    return (target,)


def _original(performance: RenderedBook) -> bytes | None:
    """The EPUB that the book was read from, where it still is what it was."""
    source = performance.script.book.source
    path = Path(source.path)
    if source.path == "-" or not path.is_file():
        return None
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != source.sha256 or not is_zip(data):
        return None
    return data if _is_epub(data, source.path) else None


def _is_epub(data: bytes, path: str) -> bool:
    from narrator.readers.containers.archive import Archive  # noqa: PLC0415 - few books are EPUBs
    from narrator.readers.containers.epub_package import EpubPackage  # noqa: PLC0415 - few books are EPUBs

    try:
        return bool(EpubPackage(Archive(data, path)).spine)
    except NarratorError:
        return False
