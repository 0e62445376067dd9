"""Read PDFs that contain text, and reconstruct their paragraphs from the printed lines.

A PDF stores positioned characters and no paragraphs, so the structure is inferred from geometry:
lines that recur at the edges of pages are running heads, larger type is a heading, and an indent or
a gap begins a paragraph. Coordinates are in points (1/72 inch); y increases upwards.
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
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

import pypdf
from pypdf.errors import DependencyError, DeprecationError, PyPdfError

from narrator.errors import NEW_COPY_HINT, BrokenInputError, EmptyBookError, ProtectedInputError
from narrator.model import Metadata, ParagraphKind
from narrator.readers.containers import limits
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.blocks import Block, append_unspoken_texts
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.notes import NOTE_MARK_REASON
from narrator.readers.layout.outline import OutlineEntry
from narrator.readers.layout.page_lines import (
    Bookmark,
    LinePiece,
    PageLine,
    build_line,
    find_body_font_size,
    join_drop_capitals,
    join_rows,
    mark_footnotes,
)
from narrator.readers.layout.skip_reasons import SCENE_BREAK_REASON
from narrator.readers.layout.text_rows import is_scene_mark
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.source_words import SourcePart, verify_source_words
from narrator.text.line_end_hyphens import LineEndHyphens
from narrator.text.quotes import CLOSING_BRACKETS, CLOSING_MARKS, character_class
from narrator.text.words import LETTER, SENTENCE_ENDS, has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_PDF_ERRORS = (
    PyPdfError, DependencyError, DeprecationError, ArithmeticError, AssertionError, AttributeError,
    EOFError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError, struct.error,
    zlib.error,
)  # fmt: skip
"""Errors that `pypdf` raises on damaged files, collected by fuzzing."""
FAILED_PAGE_REASON = "unreadable page"
_SLOW_PAGES = "{}: its pages take too long to read"

_MAX_RUNNING_HEAD_CHARACTERS = 90
_MAX_EDGE_LINES = 3
"""Number of lines at the top, and at the bottom, of a page that may be running heads."""
_MIN_HEADS_AT_HEIGHT = 3
"""Number of pages with a running head at one height from which another there is one as well."""
_SAME_LINE_POINTS = 1.5
_PAGE_NUMBER_PATTERN = re.compile(
    r"\W*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE
)
_SENTENCE_END = re.compile(
    rf"{character_class(SENTENCE_ENDS, ':')}{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}*$"
)
"""The end of a sentence at the end of a line, which may therefore end its paragraph."""
_CHARACTER_REPLACEMENTS = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
    0xFB05: "st", 0xFB06: "st", 0x00: None,
}  # fmt: skip
"""Replacements for `str.translate`: ligatures become letters, and null characters are removed."""
_PLACEHOLDER_TITLE = re.compile(
    r"\.(?:docx?|indd|tex|qxd|html?)$|^untitled|^microsoft word", re.IGNORECASE
)
"""Placeholder titles that programs set if the author gave none."""
_PLACEHOLDER_AUTHORS = frozenset(["anonymous", "author", "user", "admin", "owner", "unknown"])
_MIN_PAGES_WITH_TITLE, _MAX_TITLE_LINES, _MAX_TITLE_CHARACTERS = 3, 8, 80
_TITLE_SIZE_RATIO = 1.3
"""Type size of a title on its page, relative to the body text."""
_AUTHOR_LINE = re.compile(
    rf"(?:(?:written )?by\s+)?"
    rf"(?P<name>(?-i:[A-ZÀ-ÞА-Я]){LETTER}*\.?(?:[\s.'’-]+{LETTER}+\.?){{1,4}})",
    re.IGNORECASE,
)
"""A line of a title page that has only a name."""
_MAX_WORD_CHARACTERS = 80
"""Length of the longest word that is rejoined if it was hyphenated at the end of a line."""
_BROKEN_WORD = re.compile(rf"({LETTER}++)[-\u00ad\u2010]$")
"""The first part of a word that is hyphenated at the end of a line."""
_COMPOUND_PATTERN = re.compile(rf"{LETTER}+(?:-{LETTER}+)*")

_HEADING_SIZE_RATIO = 1.12
"""Type size above which a line is a heading, relative to the body text."""
_MAX_HEADING_CHARACTERS = 120
_MAX_HEADING_LEVEL = 6
_MAX_INDENT_SIZES = 6
"""Largest indent of a paragraph's first line, in multiples of the type size.

Centred lines usually start further to the right.
"""
_MIN_COLUMN_LINES = 12
"""Smallest number of lines on a page for which columns are detected."""


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a page, without empty ones, and its text as `pypdf` extracts it."""

    lines: list[PageLine]
    source_part: SourcePart


class PdfReader:
    """The reader of PDFs that contain text, not only scanned images."""

    name = "pdf"
    suffixes: tuple[str, ...] = (".pdf",)

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file begins with the PDF signature.

        With the suffix .pdf, it is enough if the first 1024 bytes contain the signature.
        """
        beginning = source.data[:1024]
        return beginning.lstrip().startswith(b"%PDF-") or (
            source.suffix in self.suffixes and b"%PDF-" in beginning
        )

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; bookmarks, larger type and lines like "Chapter 1" begin chapters.

        Raises:
            BrokenInputError: the file is damaged or malicious.
            ProtectedInputError: the file is encrypted.
            EmptyBookError: the file has no text, for example because it is a scan.
            LedgerError: words of a page are missing from the book.
        """
        with _silence_pypdf():
            try:
                document = _open_document(source)
                pages = _extract_pages(document, source.path)
                metadata = _read_metadata(document)
                bookmarks = _read_bookmarks(document)
            except _PDF_ERRORS as error:
                raise BrokenInputError(
                    f"{source.path} is not a complete PDF: {type(error).__name__}", NEW_COPY_HINT
                ) from error
        pages = _join_drop_capitals(pages)
        lines = [line for page in pages for line in _sort_into_reading_order(page.lines)]
        if not has_words(" ".join(line.text for line in lines if not line.skip_reason)):
            raise EmptyBookError(
                f"{source.path} holds pictures of pages and no text",
                "recognise its text first, for example with ocrmypdf",
            )
        body = _measure_body(lines)
        _mark_running_heads([page.lines for page in pages], body)
        _mark_heads_of_chapters([page.lines for page in pages], body)
        mark_footnotes([page.lines for page in pages], find_body_font_size(lines))
        _match_bookmarks(lines, bookmarks)
        metadata = _complete_metadata(metadata, pages, lines, policy)
        metadata = replace(metadata, title=metadata.title or title_from_path(source.path))
        blocks, entries = _build_blocks(lines)
        book = assemble_book(blocks, entries, metadata, describe_source(source), policy)
        return verify_source_words(book, [page.source_part for page in pages])


@contextmanager
def _silence_pypdf() -> Iterator[None]:
    """Silence the log messages of `pypdf` about damaged files."""
    logger = logging.getLogger("pypdf")
    previous_level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(previous_level)


def _open_document(source: SourceFile) -> pypdf.PdfReader:
    """Open a PDF, and decrypt it if the empty password opens it.

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


def _read_bookmarks(document: pypdf.PdfReader) -> list[Bookmark]:
    """Return the entries of the document's outline, or [] if the outline is damaged."""
    try:
        return list(_list_bookmarks(document))
    except _PDF_ERRORS:
        return []


def _list_bookmarks(document: pypdf.PdfReader) -> Iterator[Bookmark]:
    """Yield the entries of the outline that point to a page, in no particular order."""
    stack: list[tuple[Any, int]] = [(item, 0) for item in document.outline]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, list):
            stack += [(child, depth + 1) for child in item]
            continue
        page_index = document.get_destination_page_number(item)
        if page_index is not None and page_index >= 0:
            yield Bookmark(str(item.title or ""), page_index + 1, depth)


def _match_bookmarks(lines: Sequence[PageLine], bookmarks: Sequence[Bookmark]) -> None:
    """Assign each bookmark to the line on its page that has the bookmark's title.

    Nothing is assigned if fewer than two, or less than half, of the titles are found.
    """
    bookmarks_by_key = {
        (bookmark.page, _normalise_for_matching(bookmark.title)): bookmark
        for bookmark in bookmarks
        if has_words(bookmark.title)
    }
    matches: dict[tuple[int, str], PageLine] = {}
    for line in lines:
        key = (line.page, _normalise_for_matching(line.text))
        if key in bookmarks_by_key and not line.skip_reason:
            matches.setdefault(key, line)
    if len(matches) < 2 or 2 * len(matches) < len(bookmarks_by_key):
        return
    for key, line in matches.items():
        line.bookmark = bookmarks_by_key[key]


def _normalise_for_matching(text: str) -> str:
    """Return only the letters and digits of a text, case-folded."""
    return "".join(char for char in text.casefold() if char.isalnum())


# ---------------------------------------------------------------------------------- lines


class _SlowPageError(Exception):
    """Raised when the text of a page takes too long to extract."""


class _LineCollector:
    """Collector of the lines of one page, from the text that `pypdf` extracts piece by piece."""

    def __init__(self, page: int) -> None:
        self.page = page
        self.lines: list[list[LinePiece]] = []
        self.deadline = time.process_time() + limits.MAX_PDF_PAGE_SECONDS

    def check_deadline(self, *_: Any) -> None:
        """Raise an error if the page takes too long; `pypdf` calls this before each operation."""
        if time.process_time() > self.deadline:
            raise _SlowPageError

    def add_text(
        self,
        text: str,
        current_matrix: Sequence[float],
        text_matrix: Sequence[float],
        _: Any,
        font_size: float,
    ) -> None:
        """Add a piece of text at its position; a newline in it begins a new line.

        `pypdf` calls this. `current_matrix` and `text_matrix` are the transformations of the page
        and of the text, each as the six numbers (a, b, c, d, e, f) of a PDF matrix.
        """
        # The scale is d, or b if the text is rotated by a right angle.
        text_scale = abs(text_matrix[3] or text_matrix[1] or 1)
        page_scale = abs(current_matrix[3] or current_matrix[1] or 1)
        size = font_size * (text_scale * page_scale)
        # Transform the origin of the text, (e, f), to page coordinates, ignoring rotation.
        x = current_matrix[4] + text_matrix[4] * current_matrix[0]
        y = current_matrix[5] + text_matrix[5] * current_matrix[3]
        for i, piece in enumerate(text.translate(_CHARACTER_REPLACEMENTS).split("\n")):
            if i or not self.lines:
                self.lines.append([])
            if piece:
                self.lines[-1].append(LinePiece(piece, x, y, size))


def _extract_pages(document: pypdf.PdfReader, path: str) -> list[_Page]:
    """Return all pages; a page that can't be read becomes a skipped line that names it.

    Raises:
        BrokenInputError: no page can be read, or too many pages take too long.
    """
    pages: list[_Page] = []
    slow_pages: list[int] = []
    failed_pages: list[int] = []
    for number in range(1, len(document.pages) + 1):
        try:
            pages.append(_extract_page(document.pages[number - 1], number, path))
        except _SlowPageError:
            slow_pages.append(number)
        except _PDF_ERRORS:
            failed_pages.append(number)
        else:
            continue
        pages.append(_describe_failed_page(number, path))
        if len(slow_pages) > limits.MAX_SLOW_PDF_PAGES:
            raise BrokenInputError(_SLOW_PAGES.format(path), "remove pages with drawings")
    if pages and len(slow_pages) == len(pages):
        raise BrokenInputError(_SLOW_PAGES.format(path), "remove pages with drawings")
    if pages and len(slow_pages) + len(failed_pages) == len(pages):
        raise BrokenInputError(f"{path} has no page that can be read", NEW_COPY_HINT)
    return pages


def _describe_failed_page(number: int, path: str) -> _Page:
    """Return a page that has no text but a skipped line that names it."""
    name = f"PDF page {number}"
    line = PageLine(name, 0, 0, 0, number, skip_reason=FAILED_PAGE_REASON)
    return _Page([line], SourcePart(f"{path}: {name}", ""))


def _extract_page(page: pypdf.PageObject, number: int, path: str) -> _Page:
    """Return the lines of a page in drawing order.

    Raises:
        _SlowPageError: the page takes too long.
    """
    collector = _LineCollector(number)
    text = page.extract_text(
        visitor_text=collector.add_text, visitor_operand_before=collector.check_deadline
    )
    rows = join_rows([pieces for pieces in collector.lines if pieces])
    lines = [build_line(pieces, number) for pieces in rows]
    lines = [line for line in lines if line.text]
    return _Page(
        lines, SourcePart(f"{path}: page {number}", text.translate(_CHARACTER_REPLACEMENTS))
    )


def _join_drop_capitals(pages: Sequence[_Page]) -> list[_Page]:
    """Return the pages with drop capitals joined to their words."""
    lines = [line for page in pages for line in page.lines]
    body_font_size = find_body_font_size(lines)
    word_counts = _count_words(lines)
    return [
        replace(page, lines=join_drop_capitals(page.lines, body_font_size, word_counts))
        for page in pages
    ]


def _count_words(lines: Iterable[PageLine]) -> Counter[str]:
    """Count the words of a document, and its compounds with hyphens, in lower case."""
    return Counter(_COMPOUND_PATTERN.findall(" ".join(line.text.lower() for line in lines)))


def _find_line_end_hyphens(lines: Sequence[PageLine]) -> LineEndHyphens:
    """Return the evidence for compounds at line ends, from the words that no line breaks."""
    words: set[str] = set()
    breaks: list[tuple[str, str]] = []
    second_part = ""
    for line, following in zip_longest(lines, lines[1:]):
        text = line.text.removeprefix(second_part)
        broken_word = _BROKEN_WORD.search(text, max(0, len(text) - _MAX_WORD_CHARACTERS))
        second_part = ""
        if broken_word and following is not None and following.text[:1].islower():
            match = re.match(rf"{LETTER}+", following.text)
            second_part = match[0] if match else ""
            breaks.append((broken_word[1], second_part))
            text = text[: broken_word.start()]
        words |= set(_COMPOUND_PATTERN.findall(text.casefold()))
    return LineEndHyphens(words, breaks)


def _sort_into_reading_order(lines: list[PageLine]) -> list[PageLine]:
    """Return the lines of a page in reading order: by column, then from the top.

    On a page with one column, the drawing order is kept unless more than a fifth of the lines are
    above the line drawn before them.
    """
    column_start = _find_second_column_x(lines)
    if column_start is not None:
        for line in lines:
            line.column = int(line.x >= column_start)
        return sorted(lines, key=lambda line: (line.column, -line.y))
    upward_count = sum(after.y > before.y + 1 for before, after in pairwise(lines))
    return sorted(lines, key=lambda line: -line.y) if upward_count * 5 > len(lines) else lines


def _find_second_column_x(lines: list[PageLine]) -> float | None:
    """Return the left edge (x) of the second column, or None if the page has one column."""
    if len(lines) < _MIN_COLUMN_LINES:
        return None
    # Most lines of a column begin at the same x, within four points.
    starts = Counter(round(line.x / 4) * 4 for line in lines).most_common(2)
    if len(starts) < 2 or starts[1][1] < len(lines) * 0.3:
        return None
    left, right = sorted(start for start, _ in starts)
    # Indented lines also share a second x, but one near the first. In real columns, lines on the
    # right are beside lines on the left.
    bottom, *_, top = sorted(line.y for line in lines if abs(line.x - left) < 4)
    beside_count = sum(bottom < line.y < top for line in lines if line.x >= right - 2)
    is_far = right - left > 0.25 * (max(line.x for line in lines) - left + 100)
    return right - 2 if is_far and beside_count > len(lines) * 0.2 else None


def _mark_running_heads(pages: Sequence[Sequence[PageLine]], body: _BodyMetrics) -> None:
    """Mark page numbers, and lines that recur at the edges of pages, as skipped.

    Each page is searched from the top down and from the bottom up. The search ends at a line that
    is neither and is separated from the next line by a gap.
    """
    sorted_pages = [sorted(page, key=lambda line: -line.y) for page in pages]
    edges = [edge for page in sorted_pages for edge in (page, page[::-1])]
    # Count the pages with a line of the same text (ignoring numbers) at the same height, and those
    # with exactly the same text, at their edges.
    outer_lines = [page[:_MAX_EDGE_LINES] + page[-_MAX_EDGE_LINES:] for page in sorted_pages]
    key_counts = Counter(
        key for page in outer_lines for key in {_make_position_key(line) for line in page}
    )
    text_counts = Counter(text for page in outer_lines for text in {line.text for line in page})
    min_count = max(2, min(3, len(pages) // 2 + 1))
    for edge in edges if len(pages) > 1 else ():
        for index, line in enumerate(edge[:_MAX_EDGE_LINES]):
            precedes_gap = (
                index + 1 == len(edge) or abs(line.y - edge[index + 1].y) > 1.15 * body.leading
            )
            if _PAGE_NUMBER_PATTERN.fullmatch(line.text):
                line.skip_reason = "page number"
            elif (
                _is_recurring(line, key_counts, text_counts, min_count)
                and precedes_gap
                and not _has_heading_size(line, body)
            ):
                for outer_line in edge[: index + 1]:
                    outer_line.skip_reason = outer_line.skip_reason or "running head"
            elif precedes_gap:
                break


def _mark_heads_of_chapters(pages: Sequence[Sequence[PageLine]], body: _BodyMetrics) -> None:
    """Mark running heads that stand on few pages, such as those with the title of the chapter.

    They are beside a page number, or at the height of running heads of other pages.
    """
    skipped = [line for page in pages for line in page if line.skip_reason == "running head"]
    heights = Counter(round(line.y) for line in skipped)
    for page in pages:
        numbers = [line for line in page if line.skip_reason == "page number"]
        tops = sorted(page, key=lambda line: -line.y)
        for line in (*tops[:_MAX_EDGE_LINES], *tops[-_MAX_EDGE_LINES:]):
            is_beside = any(abs(line.y - number.y) < _SAME_LINE_POINTS for number in numbers)
            if (
                not line.skip_reason
                and (is_beside or heights[round(line.y)] >= _MIN_HEADS_AT_HEIGHT)
                and len(line.text) <= _MAX_RUNNING_HEAD_CHARACTERS
                and not _has_heading_size(line, body)
            ):
                line.skip_reason = "running head"


def _is_recurring(
    line: PageLine, key_counts: Counter[tuple[str, int]], text_counts: Counter[str], min_count: int
) -> bool:
    """Return whether a line recurs at its height on other pages.

    A line like "Chapter 3" recurs only if the same number does.
    """
    is_long = len(line.text) > _MAX_RUNNING_HEAD_CHARACTERS
    if key_counts[_make_position_key(line)] < min_count or is_long:
        return False
    heading = heading_syntax.parse_heading(line.text)
    return heading is None or text_counts[line.text] >= min_count


def _make_position_key(line: PageLine) -> tuple[str, int]:
    """Return a line's text with "#" for each number, and its height in steps of six points."""
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.y / 6)


# ---------------------------------------------------------------------------------- paragraphs


@dataclass(frozen=True, slots=True)
class _BodyMetrics:
    """Measurements of a document's body text."""

    font_size: float
    leading: float
    """Distance from one baseline to the next, in points."""
    has_indents: bool
    """Whether paragraphs begin with an indent."""
    full_line_characters: float
    """Number of characters in a line that reaches the right margin."""


def _measure_body(lines: Sequence[PageLine]) -> _BodyMetrics:
    """Measure the body text: the text in the type size that most characters have."""
    font_size = find_body_font_size(lines)
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
    # The 90th percentile of line lengths is robust against short last lines of paragraphs.
    lengths = [len(line.text) for line in lines]
    full_line = statistics.quantiles(lengths, n=10)[8] if len(lines) > 1 else 60
    return _BodyMetrics(font_size, leading, indent_count > len(lines) * 0.04, full_line)


def _find_margins(lines: Sequence[PageLine]) -> dict[tuple[int, int], float]:
    """Return the x of the left margin, by page and column.

    It is the smallest x at which at least a sixth as many lines begin as at the most frequent x.
    """
    start_counts: dict[tuple[int, int], Counter[int]] = {}
    for line in lines:
        start_counts.setdefault((line.page, line.column), Counter())[round(line.x)] += 1
    return {
        column: min(x for x, count in counts.items() if count * 6 >= max(counts.values()))
        for column, counts in start_counts.items()
    }


def _build_blocks(lines: Sequence[PageLine]) -> tuple[list[Block], list[OutlineEntry]]:
    """Join the lines into blocks; also return an outline entry for each line with a bookmark."""
    spoken_lines = [line for line in lines if not line.skip_reason and not line.note_label]
    body = _measure_body(spoken_lines or lines)
    margins = _find_margins(spoken_lines or lines)
    hyphens = _find_line_end_hyphens(spoken_lines or lines)
    heading_sizes = sorted(
        {_round_font_size(line) for line in spoken_lines if _has_heading_size(line, body)},
        reverse=True,
    )
    blocks: list[Block] = []
    entries: list[OutlineEntry] = []
    # Skipped lines and notes are held back until the paragraph ends, because it may continue after
    # them on the next page.
    pending_blocks: list[Block] = []
    previous_line: PageLine | None = None
    for line in lines:
        if line.skip_reason:
            pending_blocks.append(Block(line.text, skip_reason=line.skip_reason))
            continue
        if line.note_label:
            _add_note_line(pending_blocks, line, hyphens)
            continue
        if previous_line is not None and not _begins_paragraph(line, previous_line, body, margins):
            _continue_block(blocks[-1], line, hyphens)
        else:
            blocks += pending_blocks
            pending_blocks = []
            blocks.append(_begin_block(line, body, heading_sizes))
            _add_note_marks(blocks[-1], line)
            if line.bookmark:
                entry = OutlineEntry(len(blocks) - 1, line.bookmark.title, line.bookmark.depth)
                entries.append(entry)
        previous_line = line
    blocks += pending_blocks
    for block in blocks:
        _hide_note_marks(block)
    return blocks, entries


def _add_note_line(pending_blocks: list[Block], line: PageLine, hyphens: LineEndHyphens) -> None:
    """Add a line of a footnote to the last block of the note, or begin a block with it."""
    anchor = f"#note-{line.note_label}"
    last_note = next((block for block in reversed(pending_blocks) if not block.skip_reason), None)
    if last_note is not None and last_note.anchors == [anchor] and not line.begins_note:
        _continue_block(last_note, line, hyphens)
    else:
        block = Block(line.text, anchors=[anchor])
        block.note_anchor = "" if line.begins_note else anchor
        pending_blocks.append(block)


def _add_note_marks(block: Block, line: PageLine) -> None:
    """Add the note marks of a line that has just become the end of a block's text."""
    line_start = len(block.text) - len(line.text)
    for mark in line.note_marks:
        block.note_references.append(f"#note-{line.page}-{mark.label.strip('[]() ')}")
        block.reference_offsets.append(line_start + mark.offset)


def _hide_note_marks(block: Block) -> None:
    """Append the note marks to a block, where they don't interrupt a sentence."""
    labels = [reference.rpartition("-")[2] for reference in block.note_references]
    append_unspoken_texts(block, [(f"[{label}]", NOTE_MARK_REASON) for label in labels])


def _has_heading_size(line: PageLine, body: _BodyMetrics) -> bool:
    """Return whether a line is short and in the larger type of a heading."""
    return (
        line.font_size > body.font_size * _HEADING_SIZE_RATIO
        and len(line.text) < _MAX_HEADING_CHARACTERS
        and has_words(line.text)
    )


def _round_font_size(line: PageLine) -> float:
    """Return the type size of a line, rounded to half a point."""
    return round(line.font_size * 2) / 2


def _begin_block(line: PageLine, body: _BodyMetrics, heading_sizes: list[float]) -> Block:
    """Return a block of one line, as a heading or scene break if it is one.

    `heading_sizes` are the type sizes of headings, largest first.
    """
    block = Block(line.text)
    if is_scene_mark(line.text):
        block.skip_reason = SCENE_BREAK_REASON
    elif line.bookmark or _has_heading_size(line, body):
        rank = line.bookmark.depth if line.bookmark else heading_sizes.index(_round_font_size(line))
        block.kind, block.heading_level = ParagraphKind.HEADING, min(1 + rank, _MAX_HEADING_LEVEL)
    return block


def _begins_paragraph(
    line: PageLine,
    previous_line: PageLine,
    body: _BodyMetrics,
    margins: dict[tuple[int, int], float],
) -> bool:
    """Return whether a line begins a paragraph instead of continuing that of `previous_line`."""
    is_heading = _has_heading_size(line, body)
    stands_alone = (
        line.bookmark
        or line.follows_capital
        or previous_line.bookmark
        or is_scene_mark(line.text)
        or is_scene_mark(previous_line.text)
    )
    if stands_alone or is_heading != _has_heading_size(previous_line, body):
        return True
    if is_heading:
        return (
            _round_font_size(line) != _round_font_size(previous_line)
            or line.page != previous_line.page
        )
    indent = line.x - margins[line.page, line.column]
    if 1 < indent < _MAX_INDENT_SIZES * body.font_size and body.has_indents:
        return True
    ends_sentence = bool(_SENTENCE_END.search(previous_line.text))
    # The gap between lines can't be measured across pages or columns.
    if line.page != previous_line.page or line.y > previous_line.y:
        return ends_sentence and not body.has_indents
    if previous_line.y - line.y > 1.3 * body.leading:
        return True
    is_short = len(previous_line.text) < 0.7 * body.full_line_characters
    return ends_sentence and not body.has_indents and is_short


def _continue_block(block: Block, line: PageLine, hyphens: LineEndHyphens) -> None:
    """Append a line to a block, and rejoin a word that was hyphenated at the line break.

    The hyphen stays if the words of the document show that it belongs to a compound.
    """
    text = line.text
    # only the last line may end in a broken word
    broken_word = _BROKEN_WORD.search(block.text, max(0, len(block.text) - _MAX_WORD_CHARACTERS))
    if block.kind is ParagraphKind.HEADING:
        block.text += "\n" + text
    elif broken_word and text[:1].islower():
        match = re.match(rf"{LETTER}*", text)
        second_part = match[0] if match else ""
        has_hyphen = hyphens.keeps_hyphen(broken_word[1], second_part)
        block.text = (block.text if has_hyphen else block.text[:-1]) + text
    else:
        block.text += " " + text
    _add_note_marks(block, line)


def _read_metadata(document: pypdf.PdfReader) -> Metadata:
    """Return the title and author in the document properties, and the language of its catalogue.

    The title is empty if it is missing or a placeholder.
    """
    properties = document.metadata
    title = str(properties.title or "").strip() if properties else ""
    author = str(properties.author or "").strip() if properties else ""
    language = str(document.root_object.get("/Lang") or "")
    if _PLACEHOLDER_TITLE.search(title):
        title = ""
    if author.casefold() in _PLACEHOLDER_AUTHORS:
        author = ""
    return Metadata(title, author or None, language)


def _complete_metadata(
    metadata: Metadata, pages: Sequence[_Page], lines: Sequence[PageLine], policy: Policy
) -> Metadata:
    """Return the metadata, with title and author from a title page where they are missing.

    The title page is the first page with text, if it has a few short lines, one of them large. It
    is skipped, unless the policy keeps it.
    """
    title_lines = _find_title_page(pages, find_body_font_size(lines))
    if not title_lines:
        return metadata
    largest = max(line.font_size for line in title_lines)
    titles = [line.text for line in title_lines if line.font_size == largest]
    others = [line.text for line in title_lines if line.font_size < largest]
    if policy.matter == "skip":
        for line in title_lines:
            line.skip_reason = "title page"
    author = next((match["name"] for text in others if (match := _AUTHOR_LINE.fullmatch(text))), "")
    return replace(
        metadata,
        title=metadata.title or heading_syntax.normalise_title_case(" ".join(titles)),
        author=metadata.author or author or None,
    )


def _find_title_page(pages: Sequence[_Page], body_font_size: float) -> list[PageLine]:
    """Return the lines of the title page, from the top, or [] if the first page is none."""
    filled = [page.lines for page in pages if page.lines]
    if len(filled) < _MIN_PAGES_WITH_TITLE:
        return []
    first = sorted(filled[0], key=lambda line: -line.y)
    is_title_page = (
        len(first) <= _MAX_TITLE_LINES
        and all(len(line.text) <= _MAX_TITLE_CHARACTERS for line in first)
        and max(line.font_size for line in first) > _TITLE_SIZE_RATIO * body_font_size
        and not any(line.bookmark or heading_syntax.parse_heading(line.text) for line in first)
    )
    return first if is_title_page else []
