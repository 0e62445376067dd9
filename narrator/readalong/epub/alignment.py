"""Finds the lines of a script on the pages of an EPUB, and wraps each line in an element.

The text of a book is the text of its pages in reading order, but with different spaces, and with
some parts left out or moved. Spaces are therefore ignored: the *page text* consists of all
characters of all pages that are not spaces, and each line is searched for in it, near its expected
position. If something interrupts a line on the page, such as a note reference, the words before and
after it are matched.

Each character of the page text then has an owner: the index of a line. Inner elements are processed
before outer ones, and the text of a line is wrapped in a `span` at the outermost level that is
possible. A line that begins in one element and ends in another, or that is divided by blocks,
becomes several fragments.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lxml import etree

from narrator.readers.layout.markup_elements import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book, Line

Element = etree._Element
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"

_INLINE_TAGS = frozenset(
    [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "mark", "q", "ruby", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    ]
)  # fmt: skip
"""Elements that are allowed inside a `span`."""
_OPAQUE_TAGS = frozenset(
    [
        "audio", "button", "canvas", "head", "iframe", "math", "noscript", "object", "rp", "rt",
        "script", "select", "style", "svg", "template", "textarea", "title", "video", "br", "img",
        "wbr", "hr",
    ]
)  # fmt: skip
"""Elements whose content is not text to read; they are not changed."""
_INVISIBLE_CHARACTERS = frozenset("\u00ad\u200b\u2060\ufeff")
"""Soft hyphen, zero-width space, word joiner and byte order mark."""
_DISTINCTIVE_LENGTH = 24
"""The length above which a line is hardly ever found at a wrong position, in characters."""
_SEARCH_RADIUS = 3000
"""The largest distance between the expected and the actual position of a line, in characters: pages
have text that is not in the book, such as text in drawings."""
_MIN_MATCHED_SHARE = 0.7
"""The share of the characters of an interrupted line that must be found."""
_MIN_BLOCK_LENGTH = 3
"""The length, in characters, below which matches within an interrupted line are ignored."""
_WINDOW_MARGIN = 50
"""An interrupted line is searched for in twice its length and this number of characters."""

NO_TEXT, NO_LINE, SEVERAL_LINES = -1, -2, -3
"""Owners of content that does not belong to one line: content without text; text that is not in
any line; and elements that are not allowed in a `span` or contain text of several lines. Any other
owner is the index of a line."""


@dataclass(frozen=True, slots=True)
class LineFragment:
    """A line, or a part of one, that is wrapped in one element of a page."""

    line_index: int
    page_index: int
    element_id: str
    line_offset: int
    """The number of characters of the line, without spaces, in the fragments before this one."""


@dataclass(slots=True)
class AlignedPages:
    """The fragments of all lines that were found on the pages."""

    fragments: list[LineFragment]
    """In the order of the lines."""
    missing_lines: list[int]
    """The indices of the lines that are not on any page."""


def wrap_lines(pages: Sequence[Element], book: Book, lines: Sequence[Line]) -> AlignedPages:
    """Wrap each line in `span` elements, changing the pages, and return the wrapped fragments."""
    page_text = "".join(remove_spaces("".join(_iterate_texts(page))) for page in pages)
    # owners[i] is the owner of page_text[i].
    owners = array("i", [NO_LINE]) * len(page_text)
    missing_lines = list(_assign_owners(page_text, owners, book, lines))
    fragments: list[LineFragment] = []
    text_offset, wrapped_counts = 0, dict[int, int]()
    for page_index, page in enumerate(pages):
        wrapper = _PageWrapper(page_index, lines, owners, text_offset, wrapped_counts)
        fragments += wrapper.wrap_page(page)
        text_offset = wrapper.text_offset
    fragments.sort(key=lambda fragment: (fragment.line_index, fragment.line_offset))
    return AlignedPages(fragments, missing_lines)


def remove_spaces(text: str) -> str:
    """Return the text without spaces and invisible characters."""
    return "".join(
        character
        for character in text
        if not character.isspace() and character not in _INVISIBLE_CHARACTERS
    )


def _iterate_texts(element: Element) -> Iterator[str]:
    """Yield the texts of an element and its children, in reading order."""
    yield element.text or ""
    for child in element:
        if local_name(child) not in _OPAQUE_TAGS:
            yield from _iterate_texts(child)
        yield child.tail or ""


# ---------------------------------------------------------------------------------- finding


@dataclass(slots=True)
class _LineSearch:
    """A line to search for, and where it was found."""

    characters: str
    """The text of the line without spaces."""
    book_offset: int
    """The number of characters before it in the book, without spaces."""
    page_ranges: list[tuple[int, int]] = field(default_factory=list)
    """Half-open ranges of the page text; more than one if something interrupts the line."""


def _assign_owners(
    page_text: str, owners: array[int], book: Book, lines: Sequence[Line]
) -> Iterator[int]:
    """Set the owner of each character that is in a line; yield the indices of missing lines.

    Long lines are searched for first, each near the position that the line before it suggests. They
    then limit the search for short lines, which may have the same text as other lines.
    """
    searches = list(_prepare_searches(book, lines))
    drift = 0  # the difference between positions on the pages and positions in the book
    for search in searches:
        if len(search.characters) <= _DISTINCTIVE_LENGTH:
            continue
        start = _find_nearest(page_text, search.characters, search.book_offset + drift)
        if start >= 0:
            search.page_ranges = [(start, start + len(search.characters))]
            drift = start - search.book_offset
    _find_remaining_lines(page_text, searches)
    for line_index, search in enumerate(searches):
        for start, end in search.page_ranges:
            owners[start:end] = array("i", [line_index]) * (end - start)
        if not search.page_ranges:
            yield line_index


def _prepare_searches(book: Book, lines: Sequence[Line]) -> Iterator[_LineSearch]:
    """Yield a search for each line, with its position in the book."""
    book_offset = previous_start = 0
    for line in lines:
        # Notes may be read at the end of their chapter, so lines are not always in book order.
        if line.start < previous_start:
            book_offset = previous_start = 0
        book_offset += len(remove_spaces(book.text[previous_start : line.start]))
        characters = remove_spaces(book.readable_text[line.start : line.end])
        yield _LineSearch(characters, book_offset)
        previous_start = line.start


def _find_nearest(page_text: str, characters: str, expected_start: int) -> int:
    """Return the start of the match nearest to a position, or -1 if none is near enough."""
    lowest_start = max(expected_start - _SEARCH_RADIUS, 0)
    start = page_text.find(
        characters, lowest_start, expected_start + _SEARCH_RADIUS + len(characters)
    )
    if lowest_start <= start < expected_start:
        # Prefer a match after the expected position if it is not further away.
        distance = expected_start - start
        later_start = page_text.find(
            characters, expected_start, expected_start + distance + len(characters)
        )
        return later_start if later_start >= 0 else start
    return start


def _find_remaining_lines(page_text: str, searches: Sequence[_LineSearch]) -> None:
    """Find short or interrupted lines, each between the lines before and after it."""
    # For each line, in reverse order: where the next line that was found begins.
    upper_limits, upper_limit = [], len(page_text)
    for search in reversed(searches):
        upper_limits.append(upper_limit)
        upper_limit = search.page_ranges[0][0] if search.page_ranges else upper_limit
    # The end of the line that was found last: on the pages, and in the book.
    page_end = book_end = 0
    for search, upper_limit in zip(searches, reversed(upper_limits), strict=True):
        if not search.page_ranges and search.characters:
            expected_start = page_end + search.book_offset - book_end
            search.page_ranges = _find_ranges(
                page_text, search.characters, expected_start, (page_end, upper_limit)
            )
        if search.page_ranges:
            page_end = search.page_ranges[-1][1]
            book_end = search.book_offset + len(search.characters)


def _find_ranges(
    page_text: str, characters: str, expected_start: int, bounds: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return the ranges of a line between two positions of the page text; empty if not found."""
    lower_limit, upper_limit = bounds
    expected_end = expected_start + len(characters)
    is_within = lower_limit <= expected_start and expected_end <= upper_limit
    if is_within and page_text.startswith(characters, expected_start):
        return [(expected_start, expected_end)]
    start = page_text.find(characters, lower_limit, min(upper_limit, lower_limit + _SEARCH_RADIUS))
    if start >= 0:
        return [(start, start + len(characters))]
    window_start = max(expected_start, lower_limit)
    window_end = min(upper_limit, window_start + 2 * len(characters) + _WINDOW_MARGIN)
    window = page_text[lower_limit:window_end]
    matcher = SequenceMatcher(None, window, characters, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= _MIN_BLOCK_LENGTH]
    if sum(block.size for block in blocks) < _MIN_MATCHED_SHARE * len(characters):
        return []
    return [(lower_limit + block.a, lower_limit + block.a + block.size) for block in blocks]


# ---------------------------------------------------------------------------------- wrapping


@dataclass(slots=True)
class _Segment:
    """A child of an element, or a stretch of its text, with one owner."""

    owner: int
    content: str | Element
    character_count: int = 0
    """The number of its characters that belong to the owner's line."""
    text_start: int = -1
    """The position of the first such character in the page text."""


@dataclass(slots=True)
class _WrappedSpan:
    """A `span` around a part of a line."""

    text_start: int
    """The position of its first character in the page text."""
    line_index: int
    character_count: int
    element: Element


@dataclass(slots=True)
class _PageWrapper:
    """Wraps the lines on one page."""

    page_index: int
    lines: Sequence[Line]
    owners: array[int]
    """The owner of each character of the page text."""
    text_offset: int
    """The number of characters of the page text that have been processed."""
    wrapped_counts: dict[int, int]
    """The number of characters of each line that have been wrapped, on any page."""
    spans: list[_WrappedSpan] = field(default_factory=list)

    def wrap_page(self, page: Element) -> Iterator[LineFragment]:
        """Wrap the lines on the page, and yield their fragments in reading order."""
        self.wrap_segments(page, self.take_segments(page))
        # Spans are created from the inside out, so they have to be sorted.
        for span in sorted(self.spans, key=lambda span: span.text_start):
            line_offset = self.wrapped_counts.get(span.line_index, 0)
            self.wrapped_counts[span.line_index] = line_offset + span.character_count
            element_id = f"narrator-{self.lines[span.line_index].id.replace('.', '-')}"
            element_id += f"-at-{line_offset}" if line_offset else ""
            span.element.set("id", element_id)
            yield LineFragment(span.line_index, self.page_index, element_id, line_offset)

    def take_segments(self, element: Element) -> list[_Segment]:
        """Return the content of an element as segments; whole lines in its children are wrapped."""
        segments = list(self.split_text(element.text or ""))
        for child in list(element):
            tail, child.tail = child.tail or "", None
            segments.append(self.convert_child(child))
            segments += self.split_text(tail)
        return segments

    def convert_child(self, child: Element) -> _Segment:
        """Return a child as a segment; if no `span` can hold it, wrap the lines inside it."""
        tag = local_name(child)
        if tag in _OPAQUE_TAGS or not tag:  # a comment has no tag
            return _Segment(NO_TEXT, child)
        segments = self.take_segments(child)
        owners = {segment.owner for segment in segments} - {NO_TEXT}
        if tag in _INLINE_TAGS and len(owners) <= 1 and SEVERAL_LINES not in owners:
            # An inline element with text of one line can be wrapped as a whole.
            _replace_content(child, [segment.content for segment in segments])
            owned_segments = (segment for segment in segments if segment.owner != NO_TEXT)
            text_start = next((segment.text_start for segment in owned_segments), -1)
            character_count = sum(segment.character_count for segment in segments)
            owner = owners.pop() if owners else NO_TEXT
            return _Segment(owner, child, character_count, text_start)
        self.wrap_segments(child, segments)
        return _Segment(SEVERAL_LINES, child)

    def split_text(self, text: str) -> Iterator[_Segment]:
        """Split a text into segments where the owner changes; spaces have no owner."""
        segment, start, end = _Segment(NO_TEXT, ""), 0, 0
        for index, character in enumerate(text):
            if character.isspace() or character in _INVISIBLE_CHARACTERS:
                continue
            owner = self.owners[self.text_offset]
            if owner != segment.owner:
                yield from _finish_segment(segment, text, start, end, index)
                segment, start = _Segment(owner, "", 0, self.text_offset), index
            segment.character_count += 1
            self.text_offset += 1
            end = index + 1
        yield from _finish_segment(segment, text, start, end, len(text))

    def wrap_segments(self, element: Element, segments: list[_Segment]) -> None:
        """Replace the content of an element by the segments, with a `span` around each line's."""
        content: list[str | Element] = []
        index = 0
        while index < len(segments):
            is_owned = segments[index].owner >= 0
            end = _find_run_end(segments, index) if is_owned else index + 1
            content.append(
                self.create_span(segments[index:end]) if is_owned else segments[index].content
            )
            index = end
        _replace_content(element, content)

    def create_span(self, segments: Sequence[_Segment]) -> Element:
        """Return a `span` around the segments, for the line that owns the first segment."""
        line_index = segments[0].owner
        element = etree.Element(f"{{{XHTML_NAMESPACE}}}span")
        character_count = sum(
            segment.character_count for segment in segments if segment.owner == line_index
        )
        self.spans.append(
            _WrappedSpan(segments[0].text_start, line_index, character_count, element)
        )
        _replace_content(element, [segment.content for segment in segments])
        return element


def _finish_segment(
    segment: _Segment, text: str, start: int, end: int, next_start: int
) -> Iterator[_Segment]:
    """Yield a segment with its content, text[start:end], then one with the space after it."""
    if end > start:
        segment.content = text[start:end]
        yield segment
    if next_start > max(end, start):
        yield _Segment(NO_TEXT, text[max(end, start) : next_start])


def _find_run_end(segments: Sequence[_Segment], first_index: int) -> int:
    """Return the index after the last segment that can share a `span` with the first one.

    Content that is not in any line, such as a note reference, may be between them.
    """
    end = first_index + 1
    for index in range(first_index + 1, len(segments)):
        if segments[index].owner == segments[first_index].owner:
            end = index + 1
        elif segments[index].owner not in (NO_TEXT, NO_LINE):
            break
    return end


def _replace_content(element: Element, content: Sequence[str | Element]) -> None:
    """Replace the content of an element by a sequence of texts and elements."""
    for child in list(element):
        element.remove(child)
    element.text = None
    last_child = None
    for part in content:
        if not isinstance(part, str):
            element.append(part)
            last_child = part
        elif last_child is None:
            element.text = (element.text or "") + part
        else:
            last_child.tail = (last_child.tail or "") + part
