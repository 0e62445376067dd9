"""PDF with a text layer: lines on pages become paragraphs again.

A PDF knows places of letters and no paragraphs, so the page is told from geometry: what recurs at
the edges is a running head, larger type is a heading, an indent or a gap begins a paragraph.
"""

from __future__ import annotations

import io
import logging
import re
import statistics
import struct
import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pypdf
from pypdf.errors import PyPdfError

from narrator.errors import BrokenInputError, EmptyBookError, ProtectedInputError
from narrator.model import Metadata, ParagraphKind
from narrator.readers.containers import limits
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.blocks import SCENE_BREAK_REASON, Block
from narrator.readers.layout.outline import OutlineEntry
from narrator.readers.layout.plain_layout import is_scene_mark
from narrator.readers.loading import describe_source, title_from_path
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_FAULTS = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError,
    OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What `pypdf` raises on damaged files, as mutated ones showed."""
_AGAIN = "get the file again, it is damaged"
_LONGEST_HEAD = 90
"""Characters of a running head."""

_EDGE = 3
"""Lines at the top and at the bottom of a page among which running heads are looked for."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE
)
_CLOSED = re.compile(r"[.!?…:][\"”’')\]]*$")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
              0xFB05: "st", 0xFB06: "st", 0x00: None}  # fmt: skip
_MADE = re.compile(r"\.(?:docx?|indd|tex|qxd|html?)$|^untitled|^microsoft word", re.IGNORECASE)
"""What programs put where a title should be."""

_BROKEN = re.compile(r"([^\W\d_]+)[-\u00ad\u2010]$")
_LARGER = 1.12
"""Of a heading's type to the body's."""


@dataclass(slots=True)
class _Row:
    """A line on a page."""

    text: str
    x: float
    y: float
    size: float
    page: int
    column: int = 0
    reason: str = ""
    bookmark: _Bookmark | None = None
    """The entry of the outline whose title it is."""


@dataclass(frozen=True, slots=True)
class _Bookmark:
    """An entry of the document's outline."""

    title: str
    page: int
    depth: int


class PdfReader:
    """Reads PDFs that hold their text as text."""

    name = "pdf"
    suffixes: tuple[str, ...] = (".pdf",)

    def recognises(self, source: SourceFile) -> bool:
        """Whether the mark of a PDF stands at its beginning, or near it in a file called so."""
        head = source.data[:1024]
        return head.lstrip().startswith(b"%PDF-") or (
            source.suffix in self.suffixes and b"%PDF-" in head
        )

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book; what its outline lists, larger type, or lines like "Chapter 1" open chapters.

        Raises:
            BrokenInputError: it is damaged, or a trap.
            ProtectedInputError: it is encrypted.
            EmptyBookError: it holds no text, as a scan does.
        """
        with _quiet():
            try:
                document = _opened(source)
                pages = [list(_rows(page, i, source.path)) for i, page in _pages(document)]
                metadata = _metadata(document, title_from_path(source.path))
                outline = _outline(document)
            except _FAULTS as error:
                raise BrokenInputError(
                    f"{source.path} is no whole PDF: {type(error).__name__}", _AGAIN
                ) from error
        rows = [row for page in pages for row in _ordered(page)]
        if not has_words(" ".join(row.text for row in rows)):
            raise EmptyBookError(
                f"{source.path} holds pictures of pages and no text",
                "recognise its text first, for example with ocrmypdf",
            )
        _mark_edges(pages, _measure(rows))
        _mark_bookmarks(rows, outline)
        blocks, entries = _blocks(rows)
        return assemble_book(blocks, entries, metadata, describe_source(source), policy)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's remarks on damaged files from the user's terminal."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _opened(source: SourceFile) -> pypdf.PdfReader:
    document = pypdf.PdfReader(io.BytesIO(source.data))
    if document.is_encrypted:
        try:
            opened = document.decrypt("")
        except (PyPdfError, NotImplementedError, ValueError):
            opened = pypdf.PasswordType.NOT_DECRYPTED
        if opened is pypdf.PasswordType.NOT_DECRYPTED:
            raise ProtectedInputError(
                f"{source.path} is locked by a password", "save it without one first"
            )
    if len(document.pages) > limits.MAX_PDF_PAGES:
        raise BrokenInputError(f"{source.path} has over {limits.MAX_PDF_PAGES} pages", "split it")
    return document


def _pages(document: pypdf.PdfReader) -> Iterator[tuple[int, pypdf.PageObject]]:
    yield from enumerate(document.pages, 1)


def _outline(document: pypdf.PdfReader) -> list[_Bookmark]:
    """The entries of the outline that point to a page; none where it is broken."""
    try:
        return list(_bookmarks(document))
    except _FAULTS:
        return []


def _bookmarks(document: pypdf.PdfReader) -> Iterator[_Bookmark]:
    waiting: list[tuple[Any, int]] = [(item, 0) for item in document.outline]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, list):
            waiting += [(child, depth + 1) for child in item]
            continue
        page = document.get_destination_page_number(item)
        if page is not None and page >= 0:
            yield _Bookmark(str(item.title or ""), page + 1, depth)


def _mark_bookmarks(rows: Sequence[_Row], outline: Sequence[_Bookmark]) -> None:
    """Find the lines that outline entries name, if most of the entries are found on their pages."""
    wanted = {(mark.page, _letters(mark.title)): mark for mark in outline if has_words(mark.title)}
    found: dict[tuple[int, str], _Row] = {}
    for row in rows:
        key = (row.page, _letters(row.text))
        if key in wanted and not row.reason:
            found.setdefault(key, row)
    if len(found) < 2 or 2 * len(found) < len(wanted):
        return
    for key, row in found.items():
        row.bookmark = wanted[key]


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


# ---------------------------------------------------------------------------------- lines


class _Lines:
    """Collects the pieces of text that a page draws as lines."""

    def __init__(self, page: int, path: str) -> None:
        self.page = page
        self.path = path
        self.rows: list[_Row] = []
        self.until = time.monotonic() + limits.MAX_PDF_PAGE_SECONDS

    def check(self, *_: Any) -> None:
        """Stop at a page that draws for ever."""
        if time.monotonic() > self.until:
            raise BrokenInputError(
                f"{self.path}: page {self.page} takes too long", "leave this page out"
            )

    def add(self, text: str, cm: Sequence[float], tm: Sequence[float], _: Any, size: float) -> None:
        """A piece of text at its place; a line end within it ends the line."""
        scale = abs(tm[3] or tm[1] or 1) * abs(cm[3] or cm[1] or 1)
        x, y = cm[4] + tm[4] * cm[0], cm[5] + tm[5] * cm[3]
        for i, piece in enumerate(text.split("\n")):
            if i or not self.rows:
                self.rows.append(_Row("", x, y, size * scale, self.page))
            row = self.rows[-1]
            if piece.strip() and not row.text.strip():
                row.x, row.y, row.size = x, y, size * scale
            row.text += piece


def _rows(page: pypdf.PageObject, number: int, path: str) -> Iterator[_Row]:
    lines = _Lines(number, path)
    page.extract_text(visitor_text=lines.add, visitor_operand_before=lines.check)
    for row in lines.rows:
        row.text = " ".join(row.text.translate(_LIGATURES).split())
        if row.text:
            yield row


def _ordered(rows: list[_Row]) -> list[_Row]:
    """The lines of a page as one reads them: by column, then from the top."""
    split = _gutter(rows)
    if split is not None:
        for row in rows:
            row.column = int(row.x >= split)
        return sorted(rows, key=lambda row: (row.column, -row.y))
    wrong = sum(after.y > before.y + 1 for before, after in pairwise(rows))
    return sorted(rows, key=lambda row: -row.y) if wrong * 5 > len(rows) else rows


def _gutter(rows: list[_Row]) -> float | None:
    """Where the second column begins, if lines stand side by side in two."""
    if len(rows) < 12:
        return None
    starts = Counter(round(row.x / 4) * 4 for row in rows).most_common(2)
    if len(starts) < 2 or starts[1][1] < len(rows) * 0.3:
        return None
    left, right = sorted(start for start, _ in starts)
    low, *_, high = sorted(row.y for row in rows if abs(row.x - left) < 4)
    beside = sum(low < row.y < high for row in rows if row.x >= right - 2)
    far = right - left > 0.25 * (max(row.x for row in rows) - left + 100)
    return right - 2 if far and beside > len(rows) * 0.2 else None


def _mark_edges(pages: Sequence[Sequence[_Row]], measure: _Measure) -> None:
    """Mark the page numbers, and what recurs at the edges of pages, from the edges inwards."""
    ranked = [sorted(page, key=lambda row: -row.y) for page in pages]
    sides = [side for page in ranked for side in (page, page[::-1])]
    seen = Counter(key for side in sides for key in {_key(row) for row in side[:_EDGE]})
    exact = Counter(row.text for side in sides for row in side[:_EDGE])
    often = max(2, min(3, len(pages) // 2 + 1))
    for side in sides if len(pages) > 1 else ():
        for at, row in enumerate(side[:_EDGE]):
            apart = at + 1 == len(side) or abs(row.y - side[at + 1].y) > 1.15 * measure.leading
            if _PAGE_NUMBER.fullmatch(row.text):
                row.reason = "page number"
            elif _recurs(row, seen, exact, often) and apart and not _is_large(row, measure):
                for outer in side[: at + 1]:
                    outer.reason = outer.reason or "running head"
            elif apart:
                break


def _recurs(row: _Row, seen: Counter[tuple[str, int]], exact: Counter[str], often: int) -> bool:
    """Whether a line comes again at this place; chapters' numbered headings are none of these."""
    if seen[_key(row)] < often or len(row.text) > _LONGEST_HEAD:
        return False
    heading = heading_syntax.parse_heading(row.text)
    return heading is None or exact[row.text] >= often


def _key(row: _Row) -> tuple[str, int]:
    return re.sub(r"\d+", "#", row.text.casefold()), round(row.y / 6)


# ---------------------------------------------------------------------------------- paragraphs


@dataclass(frozen=True, slots=True)
class _Measure:
    """The measures of a document's body."""

    size: float
    leading: float
    """From one line to the next."""
    indented: bool
    """Whether paragraphs begin with an indent."""
    length: float
    """Characters of a full line."""


def _measure(rows: Sequence[_Row]) -> _Measure:
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[round(row.size, 1)] += len(row.text)
    size = sizes.most_common(1)[0][0] or 1.0
    steps = [
        round(a.y - b.y, 1)
        for a, b in pairwise(rows)
        if a.page == b.page and 0 < a.y - b.y < 4 * size
    ]
    leading = statistics.mode(steps) if steps else 1.2 * size
    margin = _margins(rows)
    indents = sum(1 < row.x - margin[row.page, row.column] < 6 * size for row in rows)
    full = statistics.quantiles([len(row.text) for row in rows], n=10)[8] if len(rows) > 1 else 60
    return _Measure(size, leading, indents > len(rows) * 0.04, full)


def _margins(rows: Sequence[_Row]) -> dict[tuple[int, int], float]:
    """The left edge of each page's columns: the leftmost place that enough lines begin at."""
    starts: dict[tuple[int, int], Counter[int]] = {}
    for row in rows:
        starts.setdefault((row.page, row.column), Counter())[round(row.x)] += 1
    return {
        place: min(x for x, count in found.items() if count * 6 >= max(found.values()))
        for place, found in starts.items()
    }


def _blocks(rows: Sequence[_Row]) -> tuple[list[Block], list[OutlineEntry]]:
    """The blocks of these lines, and those among them that the outline names."""
    body = [row for row in rows if not row.reason]
    measure = _measure(body or rows)
    margins = _margins(body or rows)
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(r.text.lower() for r in rows)))
    sizes = sorted({_rounded(row) for row in body if _is_large(row, measure)}, reverse=True)
    out: list[Block] = []
    waiting: list[Block] = []
    entries: list[OutlineEntry] = []
    last: _Row | None = None
    for row in rows:
        if row.reason:
            waiting.append(Block(row.text, skip_reason=row.reason))
            continue
        if last is not None and not _begins(row, last, measure, margins):
            _continue(out[-1], row.text, words)
        else:
            out += waiting
            waiting = []
            out.append(_block(row, measure, sizes))
            if row.bookmark:
                entries.append(OutlineEntry(len(out) - 1, row.bookmark.title, row.bookmark.depth))
        last = row
    return out + waiting, entries


def _is_large(row: _Row, measure: _Measure) -> bool:
    return row.size > measure.size * _LARGER and len(row.text) < 120 and has_words(row.text)


def _rounded(row: _Row) -> float:
    return round(row.size * 2) / 2


def _block(row: _Row, measure: _Measure, sizes: list[float]) -> Block:
    block = Block(row.text)
    if is_scene_mark(row.text):
        block.skip_reason = SCENE_BREAK_REASON
    elif row.bookmark:
        block.kind, block.heading_level = ParagraphKind.HEADING, min(1 + row.bookmark.depth, 6)
    elif _is_large(row, measure):
        block.kind, block.heading_level = (
            ParagraphKind.HEADING,
            min(1 + sizes.index(_rounded(row)), 6),
        )
    return block


def _begins(
    row: _Row, last: _Row, measure: _Measure, margins: dict[tuple[int, int], float]
) -> bool:
    """Whether a line begins a paragraph."""
    large = _is_large(row, measure)
    apart = row.bookmark or last.bookmark or is_scene_mark(row.text) or is_scene_mark(last.text)
    if apart or large != _is_large(last, measure):
        return True
    if large:
        return _rounded(row) != _rounded(last) or row.page != last.page
    if 1 < row.x - margins[row.page, row.column] < 6 * measure.size and measure.indented:
        return True
    closed = bool(_CLOSED.search(last.text))
    if row.page != last.page or row.y > last.y:
        return closed and not measure.indented
    if last.y - row.y > 1.3 * measure.leading:
        return True
    return closed and not measure.indented and len(last.text) < 0.7 * measure.length


def _continue(block: Block, text: str, words: Counter[str]) -> None:
    """Add a line to a paragraph; a word that the line's end broke is mended.

    A hyphen stays where the document writes the word with one elsewhere.
    """
    broken = _BROKEN.search(block.text)
    if block.kind is ParagraphKind.HEADING:
        block.text += "\n" + text
    elif broken and text[:1].islower():
        rest = re.match(r"[^\W\d_]*", text)
        tail = rest[0] if rest else ""
        compound = f"{broken[1]}-{tail}".lower()
        kept = words[compound] > words[(broken[1] + tail).lower()]
        block.text = (block.text if kept else block.text[:-1]) + text
    else:
        block.text += " " + text


def _metadata(document: pypdf.PdfReader, name: str) -> Metadata:
    told = document.metadata
    title = str(told.title or "") if told else ""
    author = str(told.author or "") if told else ""
    made = re.search(
        r"\.(?:docx?|indd|tex|qxd|html?)$|^untitled|^microsoft word", title, re.IGNORECASE
    )
    return Metadata(title.strip() if title.strip() and not made else name, author.strip() or None)
