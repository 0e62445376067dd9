"""Read PDF with a text layer: the lines on its pages become paragraphs again.

A PDF holds letters at places, without paragraphs, so the structure is inferred from geometry: lines
that recur at the edges of pages are running heads, larger type is a heading, and an indent or a
gap begins a paragraph. Coordinates are in points, 1/72 inch; y grows upwards.
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
from narrator.text.quotes import CLOSING_BRACKETS, CLOSING_MARKS, character_class
from narrator.text.words import LETTER, SENTENCE_ENDS, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_PDF_FAULTS = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError,
    OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""Errors that `pypdf` raises on damaged files, as mutated files showed."""
_DAMAGED_HINT = "get the file again, it is damaged"

_MAX_RUNNING_HEAD_CHARACTERS = 90
_EDGE_LINES = 3
"""Lines at the top and at the bottom of a page that may be running heads."""
_PAGE_NUMBER_PATTERN = re.compile(
    r"\W*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE
)
_SENTENCE_END = re.compile(
    rf"{character_class(SENTENCE_ENDS, ':')}{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}*$"
)
"""The end of a line that may be the last of its paragraph."""
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
              0xFB05: "st", 0xFB06: "st", 0x00: None}  # fmt: skip
"""Letters that fonts hold as one glyph; null bytes are removed."""
_FILE_NAME_TITLE = re.compile(
    r"\.(?:docx?|indd|tex|qxd|html?)$|^untitled|^microsoft word", re.IGNORECASE
)
"""What programs state as the title of a document that has none."""
_BROKEN_WORD = re.compile(rf"({LETTER}+)[-\u00ad\u2010]$")
"""The first part of a word that a hyphen breaks at the end of a line."""
_COMPOUND_PATTERN = re.compile(rf"{LETTER}+(?:-{LETTER}+)*")

_HEADING_SIZE_RATIO = 1.12
"""Size of the type from which a line is a heading, relative to the body."""
_MAX_HEADING_CHARACTERS = 120
_MAX_HEADING_LEVEL = 6
_MAX_INDENT_SIZES = 6
"""The largest indent of a first line, in sizes of the type; centred lines are further in."""
_MIN_COLUMN_LINES = 12
"""Lines that a page must have for columns to be looked for."""


@dataclass(slots=True)
class _PageLine:
    """A line of text on a page."""

    text: str
    x: float
    y: float
    font_size: float
    page: int
    """Counted from 1."""
    column: int = 0
    skip_reason: str = ""
    bookmark: _Bookmark | None = None
    """The bookmark whose title this line is, if there is one."""


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
        """Return whether the signature of PDF begins the file, or is near if the suffix is .pdf."""
        beginning = source.data[:1024]
        return beginning.lstrip().startswith(b"%PDF-") or (
            source.suffix in self.suffixes and b"%PDF-" in beginning
        )

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; bookmarks, larger type, or lines like "Chapter 1" begin chapters.

        Raises:
            BrokenInputError: the file is damaged or malicious.
            ProtectedInputError: the file is encrypted.
            EmptyBookError: the file has no text, as a scan.
        """
        with _silence_pypdf():
            try:
                document = _open_document(source)
                pages = [
                    list(_extract_lines(page, number, source.path))
                    for number, page in enumerate(document.pages, 1)
                ]
                metadata = _read_metadata(document, title_from_path(source.path))
                bookmarks = _read_bookmarks(document)
            except _PDF_FAULTS as error:
                raise BrokenInputError(
                    f"{source.path} is no whole PDF: {type(error).__name__}", _DAMAGED_HINT
                ) from error
        lines = [line for page in pages for line in _sort_lines(page)]
        if not has_words(" ".join(line.text for line in lines)):
            raise EmptyBookError(
                f"{source.path} holds pictures of pages and no text",
                "recognise its text first, for example with ocrmypdf",
            )
        _mark_running_heads(pages, _measure_body(lines))
        _match_bookmarks(lines, bookmarks)
        blocks, entries = _build_blocks(lines)
        return assemble_book(blocks, entries, metadata, describe_source(source), policy)


@contextmanager
def _silence_pypdf() -> Iterator[None]:
    """Keep the library's log messages about damaged files from the user's terminal."""
    logger = logging.getLogger("pypdf")
    previous_level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(previous_level)


def _open_document(source: SourceFile) -> pypdf.PdfReader:
    """Open a PDF; one that is encrypted but opens without a password is decrypted.

    Raises:
        ProtectedInputError: the file needs a password.
        BrokenInputError: the file has too many pages.
    """
    document = pypdf.PdfReader(io.BytesIO(source.data))
    if document.is_encrypted:
        try:
            password_type = document.decrypt("")
        except (PyPdfError, NotImplementedError, ValueError):
            password_type = pypdf.PasswordType.NOT_DECRYPTED
        if password_type is pypdf.PasswordType.NOT_DECRYPTED:
            raise ProtectedInputError(
                f"{source.path} is locked by a password", "save it without one first"
            )
    if len(document.pages) > limits.MAX_PDF_PAGES:
        raise BrokenInputError(f"{source.path} has over {limits.MAX_PDF_PAGES} pages", "split it")
    return document


def _read_bookmarks(document: pypdf.PdfReader) -> list[_Bookmark]:
    """Return the entries of the document's outline; none if it is broken."""
    try:
        return list(_list_bookmarks(document))
    except _PDF_FAULTS:
        return []


def _list_bookmarks(document: pypdf.PdfReader) -> Iterator[_Bookmark]:
    """Yield the entries of the outline that point to a page, in no particular order."""
    waiting: list[tuple[Any, int]] = [(item, 0) for item in document.outline]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, list):
            waiting += [(child, depth + 1) for child in item]
            continue
        page_index = document.get_destination_page_number(item)
        if page_index is not None and page_index >= 0:
            yield _Bookmark(str(item.title or ""), page_index + 1, depth)


def _match_bookmarks(lines: Sequence[_PageLine], bookmarks: Sequence[_Bookmark]) -> None:
    """Assign bookmarks to the lines that are their titles, if most titles occur on their pages."""
    bookmarks_by_key = {
        (bookmark.page, _fold_letters(bookmark.title)): bookmark
        for bookmark in bookmarks
        if has_words(bookmark.title)
    }
    matches: dict[tuple[int, str], _PageLine] = {}
    for line in lines:
        key = (line.page, _fold_letters(line.text))
        if key in bookmarks_by_key and not line.skip_reason:
            matches.setdefault(key, line)
    if len(matches) < 2 or 2 * len(matches) < len(bookmarks_by_key):
        return
    for key, line in matches.items():
        line.bookmark = bookmarks_by_key[key]


def _fold_letters(text: str) -> str:
    """Return the letters and digits of a text without regard to case."""
    return "".join(char for char in text.casefold() if char.isalnum())


# ---------------------------------------------------------------------------------- lines


class _LineCollector:
    """Collects the pieces of text that a page draws, as lines."""

    def __init__(self, page: int, path: str) -> None:
        self.page = page
        self.path = path
        self.lines: list[_PageLine] = []
        self.deadline = time.monotonic() + limits.MAX_PDF_PAGE_SECONDS

    def check_deadline(self, *_: Any) -> None:
        """Raise an error if the page has drawn for too long; `pypdf` calls this at each step."""
        if time.monotonic() > self.deadline:
            raise BrokenInputError(
                f"{self.path}: page {self.page} takes too long", "leave this page out"
            )

    def add_text(
        self,
        text: str,
        current_matrix: Sequence[float],
        text_matrix: Sequence[float],
        _: Any,
        font_size: float,
    ) -> None:
        """Add a piece of text at its place; a line end in it begins a new line.

        `pypdf` calls this with the transformations of the page and of the text, each as the six
        numbers a, b, c, d, e, f of a PDF matrix.
        """
        # Scaling is d, or b where the text is turned by a right angle.
        text_scale = abs(text_matrix[3] or text_matrix[1] or 1)
        page_scale = abs(current_matrix[3] or current_matrix[1] or 1)
        size = font_size * (text_scale * page_scale)
        # The text's origin (e, f), transformed to the page; rotation is not considered.
        x = current_matrix[4] + text_matrix[4] * current_matrix[0]
        y = current_matrix[5] + text_matrix[5] * current_matrix[3]
        for i, piece in enumerate(text.split("\n")):
            if i or not self.lines:
                self.lines.append(_PageLine("", x, y, size, self.page))
            line = self.lines[-1]
            # The place of a line is that of its first visible piece.
            if piece.strip() and not line.text.strip():
                line.x, line.y, line.font_size = x, y, size
            line.text += piece


def _extract_lines(page: pypdf.PageObject, number: int, path: str) -> Iterator[_PageLine]:
    """Yield the lines of a page in the order in which they are drawn, without empty ones."""
    collector = _LineCollector(number, path)
    page.extract_text(
        visitor_text=collector.add_text, visitor_operand_before=collector.check_deadline
    )
    for line in collector.lines:
        line.text = " ".join(line.text.translate(_LIGATURES).split())
        if line.text:
            yield line


def _sort_lines(lines: list[_PageLine]) -> list[_PageLine]:
    """Return the lines of a page in reading order: by column, then from the top.

    The order in which lines are drawn is kept unless more than a fifth of them go upwards.
    """
    column_start = _find_second_column(lines)
    if column_start is not None:
        for line in lines:
            line.column = int(line.x >= column_start)
        return sorted(lines, key=lambda line: (line.column, -line.y))
    upward_count = sum(after.y > before.y + 1 for before, after in pairwise(lines))
    return sorted(lines, key=lambda line: -line.y) if upward_count * 5 > len(lines) else lines


def _find_second_column(lines: list[_PageLine]) -> float | None:
    """Return the x from which lines belong to the second column; None without two columns."""
    if len(lines) < _MIN_COLUMN_LINES:
        return None
    # Most lines of a column begin at one place, give or take four points.
    starts = Counter(round(line.x / 4) * 4 for line in lines).most_common(2)
    if len(starts) < 2 or starts[1][1] < len(lines) * 0.3:
        return None
    left, right = sorted(start for start, _ in starts)
    # Indented lines also begin at a second place, but not far from the first. In real columns the
    # lines on the right are level with lines on the left.
    bottom, *_, top = sorted(line.y for line in lines if abs(line.x - left) < 4)
    beside_count = sum(bottom < line.y < top for line in lines if line.x >= right - 2)
    is_far = right - left > 0.25 * (max(line.x for line in lines) - left + 100)
    return right - 2 if is_far and beside_count > len(lines) * 0.2 else None


def _mark_running_heads(pages: Sequence[Sequence[_PageLine]], body: _BodyMeasures) -> None:
    """Mark page numbers, and lines that recur at the edges of pages, as skipped.

    Each page is searched from its top and from its bottom inwards. The search ends at a line that
    is neither and has space between it and the next line.
    """
    sorted_pages = [sorted(page, key=lambda line: -line.y) for page in pages]
    edges = [edge for page in sorted_pages for edge in (page, page[::-1])]
    # How many edges have a line at this height, with any number in it; and how often a text occurs.
    key_counts = Counter(
        key for edge in edges for key in {_position_key(line) for line in edge[:_EDGE_LINES]}
    )
    text_counts = Counter(line.text for edge in edges for line in edge[:_EDGE_LINES])
    min_count = max(2, min(3, len(pages) // 2 + 1))
    for edge in edges if len(pages) > 1 else ():
        for index, line in enumerate(edge[:_EDGE_LINES]):
            is_set_off = (
                index + 1 == len(edge) or abs(line.y - edge[index + 1].y) > 1.15 * body.leading
            )
            if _PAGE_NUMBER_PATTERN.fullmatch(line.text):
                line.skip_reason = "page number"
            elif (
                _is_recurring(line, key_counts, text_counts, min_count)
                and is_set_off
                and not _is_large(line, body)
            ):
                for outer_line in edge[: index + 1]:
                    outer_line.skip_reason = outer_line.skip_reason or "running head"
            elif is_set_off:
                break


def _is_recurring(
    line: _PageLine, key_counts: Counter[tuple[str, int]], text_counts: Counter[str], min_count: int
) -> bool:
    """Return whether a line recurs at its place; headings with other numbers don't count."""
    is_long = len(line.text) > _MAX_RUNNING_HEAD_CHARACTERS
    if key_counts[_position_key(line)] < min_count or is_long:
        return False
    heading = heading_syntax.parse_heading(line.text)
    return heading is None or text_counts[line.text] >= min_count


def _position_key(line: _PageLine) -> tuple[str, int]:
    """Return a line's text without its numbers, and its height in steps of six points."""
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.y / 6)


# ---------------------------------------------------------------------------------- paragraphs


@dataclass(frozen=True, slots=True)
class _BodyMeasures:
    """The measures of a document's body text."""

    font_size: float
    leading: float
    """Distance from one line to the next, in points."""
    has_indents: bool
    """Whether paragraphs begin with an indent."""
    full_line_characters: float
    """Length of a line that reaches the right edge."""


def _measure_body(lines: Sequence[_PageLine]) -> _BodyMeasures:
    """Measure the body text, which most of the characters belong to."""
    characters_by_size: Counter[float] = Counter()
    for line in lines:
        characters_by_size[round(line.font_size, 1)] += len(line.text)
    font_size = characters_by_size.most_common(1)[0][0] or 1.0
    distances = [
        round(upper.y - lower.y, 1)
        for upper, lower in pairwise(lines)
        if upper.page == lower.page and 0 < upper.y - lower.y < 4 * font_size
    ]
    leading = statistics.mode(distances) if distances else 1.2 * font_size
    margins = _find_margins(lines)
    indent_count = sum(
        1 < line.x - margins[line.page, line.column] < _MAX_INDENT_SIZES * font_size
        for line in lines
    )
    # Nine of ten lines are shorter than a full line; last lines of paragraphs must not count.
    lengths = [len(line.text) for line in lines]
    full_line = statistics.quantiles(lengths, n=10)[8] if len(lines) > 1 else 60
    return _BodyMeasures(font_size, leading, indent_count > len(lines) * 0.04, full_line)


def _find_margins(lines: Sequence[_PageLine]) -> dict[tuple[int, int], float]:
    """Return the left edge of each page's columns, by page and column.

    It is the leftmost place where at least a sixth as many lines begin as at the most frequent.
    """
    start_counts: dict[tuple[int, int], Counter[int]] = {}
    for line in lines:
        start_counts.setdefault((line.page, line.column), Counter())[round(line.x)] += 1
    return {
        column: min(x for x, count in counts.items() if count * 6 >= max(counts.values()))
        for column, counts in start_counts.items()
    }


def _build_blocks(lines: Sequence[_PageLine]) -> tuple[list[Block], list[OutlineEntry]]:
    """Return the blocks of all lines, and an outline of those that bookmarks name."""
    spoken_lines = [line for line in lines if not line.skip_reason]
    body = _measure_body(spoken_lines or lines)
    margins = _find_margins(spoken_lines or lines)
    all_text = " ".join(line.text.lower() for line in lines)
    word_counts = Counter(_COMPOUND_PATTERN.findall(all_text))
    heading_sizes = sorted(
        {_round_size(line) for line in spoken_lines if _is_large(line, body)}, reverse=True
    )
    blocks: list[Block] = []
    entries: list[OutlineEntry] = []
    # Skipped lines wait until a paragraph ends, which may continue behind them on the next page.
    waiting: list[Block] = []
    previous_line: _PageLine | None = None
    for line in lines:
        if line.skip_reason:
            waiting.append(Block(line.text, skip_reason=line.skip_reason))
            continue
        if previous_line is not None and not _begins_paragraph(line, previous_line, body, margins):
            _continue_block(blocks[-1], line.text, word_counts)
        else:
            blocks += waiting
            waiting = []
            blocks.append(_begin_block(line, body, heading_sizes))
            if line.bookmark:
                entry = OutlineEntry(len(blocks) - 1, line.bookmark.title, line.bookmark.depth)
                entries.append(entry)
        previous_line = line
    return blocks + waiting, entries


def _is_large(line: _PageLine, body: _BodyMeasures) -> bool:
    """Return whether a line is set in the larger type of a heading."""
    return (
        line.font_size > body.font_size * _HEADING_SIZE_RATIO
        and len(line.text) < _MAX_HEADING_CHARACTERS
        and has_words(line.text)
    )


def _round_size(line: _PageLine) -> float:
    """Return the size of a line's type in steps of half a point."""
    return round(line.font_size * 2) / 2


def _begin_block(line: _PageLine, body: _BodyMeasures, heading_sizes: list[float]) -> Block:
    """Return a block of one line; `heading_sizes` has the sizes of headings, largest first."""
    block = Block(line.text)
    if is_scene_mark(line.text):
        block.skip_reason = SCENE_BREAK_REASON
    elif line.bookmark or _is_large(line, body):
        rank = line.bookmark.depth if line.bookmark else heading_sizes.index(_round_size(line))
        block.kind, block.heading_level = ParagraphKind.HEADING, min(1 + rank, _MAX_HEADING_LEVEL)
    return block


def _begins_paragraph(
    line: _PageLine,
    previous_line: _PageLine,
    body: _BodyMeasures,
    margins: dict[tuple[int, int], float],
) -> bool:
    """Return whether a line begins a paragraph."""
    is_large = _is_large(line, body)
    stands_alone = (
        line.bookmark
        or previous_line.bookmark
        or is_scene_mark(line.text)
        or is_scene_mark(previous_line.text)
    )
    if stands_alone or is_large != _is_large(previous_line, body):
        return True
    if is_large:
        return _round_size(line) != _round_size(previous_line) or line.page != previous_line.page
    indent = line.x - margins[line.page, line.column]
    if 1 < indent < _MAX_INDENT_SIZES * body.font_size and body.has_indents:
        return True
    ends_sentence = bool(_SENTENCE_END.search(previous_line.text))
    # Gaps can't be measured across pages and columns.
    if line.page != previous_line.page or line.y > previous_line.y:
        return ends_sentence and not body.has_indents
    if previous_line.y - line.y > 1.3 * body.leading:
        return True
    is_short = len(previous_line.text) < 0.7 * body.full_line_characters
    return ends_sentence and not body.has_indents and is_short


def _continue_block(block: Block, text: str, word_counts: Counter[str]) -> None:
    """Add a line to a paragraph, and join a word that the end of the line above breaks.

    The hyphen stays if the document has the word more often with it than without.
    """
    broken_word = _BROKEN_WORD.search(block.text)
    if block.kind is ParagraphKind.HEADING:
        block.text += "\n" + text
    elif broken_word and text[:1].islower():
        match = re.match(rf"{LETTER}*", text)
        second_part = match[0] if match else ""
        compound = f"{broken_word[1]}-{second_part}".lower()
        joined_word = (broken_word[1] + second_part).lower()
        has_hyphen = word_counts[compound] > word_counts[joined_word]
        block.text = (block.text if has_hyphen else block.text[:-1]) + text
    else:
        block.text += " " + text


def _read_metadata(document: pypdf.PdfReader, default_title: str) -> Metadata:
    """Return title and author that the document states, unless the title is a file's name."""
    properties = document.metadata
    title = str(properties.title or "") if properties else ""
    author = str(properties.author or "") if properties else ""
    is_real_title = title.strip() and not _FILE_NAME_TITLE.search(title)
    return Metadata(title.strip() if is_real_title else default_title, author.strip() or None)
