"""Finds the script's lines on the pages they came from, and gives each an element of its own.

A book's text is its pages' text in reading order, with other spaces, and with some of it left out
or moved. So all that is no space is laid in one stream, and each line is looked for where it must
be, within a small window; where a note's mark or the like stands within it, the words around are
matched.

Then each page is gone through from the inside out: what belongs wholly to one line is wrapped by
the outermost element that may hold it. A line that begins in one element and ends in another, or
that blocks divide, becomes several fragments.
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
XHTML = "http://www.w3.org/1999/xhtml"

_INLINE = frozenset(
    [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "mark", "q", "ruby", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    ]
)  # fmt: skip
_PASSED = frozenset(
    [
        "audio", "button", "canvas", "head", "iframe", "math", "noscript", "object", "rp", "rt",
        "script", "select", "style", "svg", "template", "textarea", "title", "video", "br", "img",
        "wbr", "hr",
    ]
)  # fmt: skip
"""Elements that are kept as they are, whatever is in them."""
_INVISIBLE = frozenset("\u00ad\u200b\u2060\ufeff")
_LONG = 24
"""Characters from which a line is hardly found in a wrong place."""
_SLACK = 3000
"""Characters that a line may stand from where it is expected: pages have text that books leave out,
such as that of drawings."""
_ALIKE = 0.7
"""The share of a line's characters that must be found, where they are interrupted."""

NO_TEXT, NO_LINE, SEVERAL_LINES = -1, -2, -3
"""Whose text it is: nobody's, as it is none; nobody's; several lines'. A line's is its number."""


@dataclass(frozen=True, slots=True)
class LineFragment:
    """A line, or a part of one, on a page."""

    line_index: int
    """Its number among the lines."""
    page_index: int
    element_id: str
    line_offset: int
    """Characters of the line, spaces not counted, that stand in fragments before."""


@dataclass(slots=True)
class AlignedPages:
    """Pages with an element for each line that was found."""

    fragments: list[LineFragment]
    """In the order of the lines."""
    missing_lines: list[int]
    """The lines that stand on no page."""


def wrap_lines(pages: Sequence[Element], book: Book, lines: Sequence[Line]) -> AlignedPages:
    """Wrap each line of the script in the trees of the pages, which are changed."""
    stream = _Stream()
    for page in pages:
        stream.read(page)
    owners = array("i", [NO_LINE]) * len(stream.text)
    missing = list(_find(stream.text, owners, book, lines))
    fragments: list[LineFragment] = []
    at, counts = 0, dict[int, int]()
    for number, page in enumerate(pages):
        wrapper = _Wrapper(number, lines, owners, at, counts)
        fragments += wrapper.page(page)
        at = wrapper.at
    return AlignedPages(sorted(fragments, key=lambda f: (f.line_index, f.line_offset)), missing)


def remove_spaces(text: str) -> str:
    """A text without spaces and invisible characters."""
    return "".join(c for c in text if not c.isspace() and c not in _INVISIBLE)


@dataclass(slots=True)
class _Stream:
    """All that is no space on the pages."""

    text: str = ""
    _runs: list[str] = field(default_factory=list)

    def read(self, page: Element) -> None:
        """Add a page."""
        self.text += remove_spaces("".join(_texts(page)))


def _texts(element: Element) -> Iterator[str]:
    """The texts of an element and its children, in order."""
    yield element.text or ""
    for child in element:
        if local_name(child) not in _PASSED:
            yield from _texts(child)
        yield child.tail or ""


# ---------------------------------------------------------------------------------- finding


@dataclass(slots=True)
class _Sought:
    """A line, and where it is looked for."""

    wanted: str
    """Its characters."""
    at: int
    """Where it stands in the book's text, spaces not counted."""
    found: list[tuple[int, int]] = field(default_factory=list)
    """Its places in the stream: several where something stands in it."""


def _find(stream: str, owners: array[int], book: Book, lines: Sequence[Line]) -> Iterator[int]:
    """Give each character of the stream its line; yields the lines that are not there.

    Long lines are found first, near where the line before makes one expect them; short ones, of
    which there may be many that are alike, then have bounds.
    """
    sought = list(_seek(book, lines))
    drift = 0
    for line in sought:
        place = _nearest(stream, line.wanted, line.at + drift) if len(line.wanted) > _LONG else -1
        if place >= 0:
            line.found = [(place, place + len(line.wanted))]
            drift = place - line.at
    _find_rest(stream, sought)
    for number, line in enumerate(sought):
        for start, end in line.found:
            owners[start:end] = array("i", [number]) * (end - start)
        if not line.found:
            yield number


def _seek(book: Book, lines: Sequence[Line]) -> Iterator[_Sought]:
    at = last = 0
    for line in lines:
        if line.start < last:  # a note that is read at its chapter's end
            at = last = 0
        at += len(remove_spaces(book.text[last : line.start]))
        yield _Sought(remove_spaces(book.readable_text[line.start : line.end]), at)
        last = line.start


def _nearest(stream: str, wanted: str, expected: int) -> int:
    """Where a text stands nearest to a place; -1 where it does not within a window."""
    low = max(expected - _SLACK, 0)
    found = stream.find(wanted, low, expected + _SLACK + len(wanted))
    if low <= found < expected:
        later = stream.find(wanted, expected, 2 * expected - found + len(wanted))
        return later if later >= 0 else found
    return found


def _find_rest(stream: str, sought: Sequence[_Sought]) -> None:
    """Find the lines that are short, or interrupted, between those around them."""
    limits, limit = [], len(stream)
    for line in reversed(sought):
        limits.append(limit)
        limit = line.found[0][0] if line.found else limit
    end = place = 0
    for line, limit in zip(sought, reversed(limits), strict=True):
        if not line.found and line.wanted:
            expected = end + line.at - place
            line.found = _places(stream, line.wanted, expected, (end, limit))
        if line.found:
            end, place = line.found[-1][1], line.at + len(line.wanted)


def _places(
    stream: str, wanted: str, expected: int, bounds: tuple[int, int]
) -> list[tuple[int, int]]:
    """Where a line stands between two places in the stream, in one piece or in several."""
    low, high = bounds
    if low <= expected and expected + len(wanted) <= high and stream.startswith(wanted, expected):
        return [(expected, expected + len(wanted))]
    found = stream.find(wanted, low, min(high, low + _SLACK))
    if found >= 0:
        return [(found, found + len(wanted))]
    window = stream[low : min(high, max(expected, low) + 2 * len(wanted) + 50)]
    blocks = SequenceMatcher(None, window, wanted, autojunk=False).get_matching_blocks()
    blocks = [block for block in blocks if block.size > 2]
    if sum(block.size for block in blocks) < _ALIKE * len(wanted):
        return []
    return [(low + block.a, low + block.a + block.size) for block in blocks]


# ---------------------------------------------------------------------------------- wrapping


@dataclass(slots=True)
class _Bit:
    """A child of an element, or a stretch of its text."""

    owner: int
    content: str | Element
    size: int = 0
    """Characters of its owner's line."""
    first: int = -1
    """Where in the stream they begin."""


@dataclass(slots=True)
class _Wrapper:
    """Goes through one page."""

    number: int
    lines: Sequence[Line]
    owners: array[int]
    at: int
    """How much of the stream has been passed."""
    counts: dict[int, int]
    """How much of each line has been wrapped."""
    spans: list[tuple[int, int, int, Element]] = field(default_factory=list)
    """Where in the stream each begins, its line, how many of its characters it has, and itself."""

    def page(self, page: Element) -> Iterator[LineFragment]:
        """Wrap what lies in a page."""
        self.fill(page, self.bits(page))
        for _, line, size, span in sorted(self.spans, key=lambda found: found[0]):
            offset = self.counts.get(line, 0)
            self.counts[line] = offset + size
            name = f"narrator-{self.lines[line].id.replace('.', '-')}"
            name += f"-at-{offset}" if offset else ""
            span.set("id", name)
            yield LineFragment(line, self.number, name, offset)

    def bits(self, element: Element) -> list[_Bit]:
        """The content of an element, taken out of it; its children are done."""
        bits = list(self.text(element.text or ""))
        for child in list(element):
            tail, child.tail = child.tail or "", None
            bits.append(self.child(child))
            bits += self.text(tail)
        return bits

    def child(self, child: Element) -> _Bit:
        """A child, with everything in it wrapped that can't be wrapped further out."""
        name = local_name(child)
        if name in _PASSED or not name:
            return _Bit(NO_TEXT, child)
        bits = self.bits(child)
        owners = {bit.owner for bit in bits} - {NO_TEXT}
        if name in _INLINE and len(owners) <= 1 and SEVERAL_LINES not in owners:
            _refill(child, [bit.content for bit in bits])
            first = next((bit.first for bit in bits if bit.owner != NO_TEXT), -1)
            size = sum(bit.size for bit in bits)
            return _Bit(owners.pop() if owners else NO_TEXT, child, size, first)
        self.fill(child, bits)
        return _Bit(SEVERAL_LINES, child)

    def text(self, text: str) -> Iterator[_Bit]:
        """A text, cut where one line ends and another begins."""
        bit, start, last = _Bit(NO_TEXT, ""), 0, 0
        for i, character in enumerate(text):
            if character.isspace() or character in _INVISIBLE:
                continue
            owner = self.owners[self.at]
            if owner != bit.owner:
                yield from _cut(bit, text, start, last, i)
                bit, start = _Bit(owner, "", 0, self.at), i
            bit.size += 1
            self.at += 1
            last = i + 1
        yield from _cut(bit, text, start, last, len(text))

    def fill(self, element: Element, bits: list[_Bit]) -> None:
        """Put content back, with a `span` around the bits of each line."""
        content: list[str | Element] = []
        index = 0
        while index < len(bits):
            owned = bits[index].owner >= 0
            end = _reach(bits, index) if owned else index + 1
            content.append(self.span(bits[index:end]) if owned else bits[index].content)
            index = end
        _refill(element, content)

    def span(self, bits: Sequence[_Bit]) -> Element:
        """A fragment of a line."""
        line = bits[0].owner
        span = etree.Element(f"{{{XHTML}}}span")
        size = sum(bit.size for bit in bits if bit.owner == line)
        self.spans.append((bits[0].first, line, size, span))
        _refill(span, [bit.content for bit in bits])
        return span


def _cut(bit: _Bit, text: str, start: int, last: int, end: int) -> Iterator[_Bit]:
    """A stretch of text that is one line's, and the space after it."""
    if last > start:
        bit.content = text[start:last]
        yield bit
    if end > max(last, start):
        yield _Bit(NO_TEXT, text[max(last, start) : end])


def _reach(bits: Sequence[_Bit], first: int) -> int:
    """Behind the last bit of a line that begins here; what nobody reads may stand in between."""
    end = first + 1
    for index in range(first + 1, len(bits)):
        if bits[index].owner == bits[first].owner:
            end = index + 1
        elif bits[index].owner not in (NO_TEXT, NO_LINE):
            break
    return end


def _refill(element: Element, content: Sequence[str | Element]) -> None:
    """Give an element this content, in place of what it has."""
    for child in list(element):
        element.remove(child)
    element.text = None
    last = None
    for piece in content:
        if not isinstance(piece, str):
            element.append(piece)
            last = piece
        elif last is None:
            element.text = (element.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece
