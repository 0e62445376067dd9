"""Cuts a book into lines: one sentence of one voice, never across a paragraph."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.model import Form, Kind, Line
from narrator.segmentation import marks
from narrator.segmentation.dashes import cut_clause, spoken
from narrator.segmentation.languages import Language, language
from narrator.segmentation.sentences import sentences
from narrator.segmentation.speech import Quoted, clause, is_speech
from narrator.segmentation.styles import DASH, infer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book, Chapter, Paragraph
    from narrator.segmentation.marks import Quotation, Style

_INVISIBLE = {0x200B: " ", 0xFEFF: " ", 0x00AD: "-", 0x2060: "-"}
"""Characters without width, put in the place of others for reading, so that offsets agree."""
_SPEAKABLE = re.compile(r"[^\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]")
_TAIL = re.compile(r"[,.;:!?…]+(?=\s|\Z)")
_SENTENCE_START = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_STANDING = re.compile(r"[\"“‘'«„»`]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph in one voice."""

    start: int
    end: int
    quotation: int | None
    """The number of the quotation, or none for narration."""


class _Numbers:
    """Counts quotations through a book."""

    def __init__(self) -> None:
        self.last = 0
        self.open = False
        """Whether the last paragraph ended within a quotation that may go on."""

    def next(self) -> int:
        """The number of a new quotation."""
        self.last += 1
        return self.last


def segment(book: Book) -> tuple[Line, ...]:
    """The lines of a book in reading order: narration, dialogue and headings, without speakers.

    Every word of `book.readable` within a paragraph is in exactly one line. A paragraph without
    a letter, a digit or a pictograph makes no line.
    """
    text = book.readable.translate(_INVISIBLE)
    lang = language(book.metadata.language)
    spans = [(p.start, p.end) for c in book.chapters for p in c.paragraphs]
    style = infer(text, spans, lang)
    numbers = _Numbers()
    lines: list[Line] = []
    for chapter in book.chapters:
        numbers.open = False
        lines += _chapter(book, text, chapter, style, lang, numbers)
    return tuple(lines)


def _chapter(  # noqa: PLR0913, PLR0917 - the book, the place, and what is known of its style
    book: Book, text: str, chapter: Chapter, style: Style, lang: Language, numbers: _Numbers
) -> Iterator[Line]:
    count: Counter[int] = Counter()
    scene = False
    for at, paragraph in enumerate(chapter.paragraphs):
        scene = scene or paragraph.scene
        following = chapter.paragraphs[at + 1 : at + 2]
        continued = bool(following) and _opens_alike(text, paragraph, following[0])
        for start, end, piece in _cut(text, paragraph, style, lang, numbers, continued):
            count[paragraph.number] += 1
            yield Line(
                id=f"{chapter.number}.{paragraph.number}.{count[paragraph.number]}",
                chapter=chapter.number,
                paragraph=paragraph.number,
                start=start,
                end=end,
                kind=_kind(paragraph, piece),
                text=book.written(start, end),
                quotation=piece.quotation,
                form=paragraph.form,
                scene=scene,
            )
            scene = False


def _kind(paragraph: Paragraph, piece: Piece) -> Kind:
    if paragraph.form is Form.HEADING:
        return Kind.HEADING
    return Kind.NARRATION if piece.quotation is None else Kind.DIALOGUE


def _opens_alike(text: str, paragraph: Paragraph, following: Paragraph) -> bool:
    """Whether the next paragraph opens with a mark that this one opens a quotation with."""
    if following.form is Form.HEADING:
        return False
    found = _STANDING.match(text, _first(text, following), following.end)
    return found is not None and found[0] in text[paragraph.start : paragraph.end]


def _first(text: str, paragraph: Paragraph) -> int:
    at = paragraph.start
    while at < paragraph.end and (text[at].isspace() or text[at] in "_*"):
        at += 1
    return at


def _cut(  # noqa: PLR0913, PLR0917 - see _chapter
    text: str,
    paragraph: Paragraph,
    style: Style,
    lang: Language,
    numbers: _Numbers,
    continued: bool,
) -> Iterator[tuple[int, int, Piece]]:
    start, end = paragraph.start, paragraph.end
    if paragraph.form is Form.HEADING:
        numbers.open = False
        if (span := _trimmed(text, start, end)) and _SPEAKABLE.search(text, *span):
            yield *span, Piece(start, end, None)
        return
    pieces = list(_pieces(text, paragraph, style, lang, numbers, continued))
    stops = [start + stop for _, stop in sentences(text[start:end], lang)]
    if paragraph.form is Form.VERSE:
        stops = sorted({*stops, *(m.end() for m in re.finditer("\n", text[start:end]))})
    yield from _lines(text, pieces, stops)


def _lines(text: str, pieces: list[Piece], stops: list[int]) -> Iterator[tuple[int, int, Piece]]:
    """The pieces cut at the sentence ends; what has nothing to speak goes with its neighbour."""
    pending: tuple[int, int, Piece] | None = None
    for piece in pieces:
        edges = [piece.start, *(s for s in stops if piece.start < s < piece.end), piece.end]
        for span in itertools.pairwise(edges):
            trimmed = _trimmed(text, *span)
            if trimmed is None:
                continue
            if pending is None:
                pending = (*trimmed, piece)
            elif not _SPEAKABLE.search(text, *trimmed):
                pending = (pending[0], trimmed[1], pending[2])
            elif not _SPEAKABLE.search(text, pending[0], pending[1]):
                pending = (pending[0], trimmed[1], piece)
            else:
                yield pending
                pending = (*trimmed, piece)
    if pending is not None and _SPEAKABLE.search(text, pending[0], pending[1]):
        yield pending


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if piece.strip() else None


def _pieces(  # noqa: PLR0913, PLR0917 - see _chapter
    text: str,
    paragraph: Paragraph,
    style: Style,
    lang: Language,
    numbers: _Numbers,
    continued: bool,
) -> Iterator[Piece]:
    start, end = paragraph.start, paragraph.end
    dashed = style.dashes and DASH.match(text, _first(text, paragraph), end)
    if dashed:
        numbers.open = False
        speech = [(a, b, True) for a, b in spoken(text, _first(text, paragraph), end, lang)]
    else:
        speech = list(_quotations(text, paragraph, style, lang, continued))
    yield from _numbered(text, start, end, speech, numbers)
    numbers.open = continued and bool(speech) and not speech[-1][2] and speech[-1][1] == end


def _numbered(
    text: str, start: int, end: int, speech: list[tuple[int, int, bool]], numbers: _Numbers
) -> Iterator[Piece]:
    at, number = start, None
    if numbers.open and speech and not text[start : speech[0][0]].strip():
        number = numbers.last
    for first, last, _ in speech:
        between = text[at:first]
        if at < first:
            yield Piece(at, first, None)
        if number is None or (not _SPEAKABLE.search(between) and at > start):
            number = numbers.next()
        yield Piece(first, last, number)
        at = last
    if at < end:
        yield Piece(at, end, None)


def _quotations(
    text: str,
    paragraph: Paragraph,
    style: Style,
    lang: Language,
    continued: bool,
) -> Iterator[tuple[int, int, bool]]:
    """The stretches of speech, their marks included, and whether each is closed."""
    start, end = paragraph.start, paragraph.end
    found = marks.find(text, start, end, style, lang)
    if not found:
        return
    quotations, is_open = marks.read(found, continued=continued)
    before = start
    for quotation in quotations:
        goes_on = continued and is_open and quotation is quotations[-1]
        first, last = _mended(text, quotation, before, end, lang, goes_on)
        quoted = Quoted(
            text, start, end, first, last, quotation.sign, quotation.closed, lang, style
        )
        if is_speech(quoted):
            tail = _TAIL.match(text, last, end) if quotation.closed else None
            last = tail.end() if tail else last
            yield first, last, quotation.closed
        before = last


def _mended(  # noqa: PLR0913, PLR0917 - see _chapter
    text: str,
    quotation: Quotation,
    before: int,
    end: int,
    lang: Language,
    goes_on: bool,
) -> tuple[int, int]:
    """Where a quotation starts and ends, also where one of its marks is missing."""
    if quotation.start < 0:
        starts = [m.end() for m in _SENTENCE_START.finditer(text, before, quotation.end - 2)]
        reported = clause(lang).match(text, quotation.end, end)
        return (before if reported or not starts else starts[-1]), quotation.end
    if quotation.closed or goes_on:
        return quotation.start, quotation.end if quotation.end >= 0 else end
    last = quotation.end if quotation.end >= 0 else end
    found = cut_clause(text, quotation.start, last, lang)
    return quotation.start, found[0] if found else last
