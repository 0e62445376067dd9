"""Cuts a book into lines: one sentence of one voice, never across a paragraph."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from narrator.cache.memo import Draft
from narrator.model import Form, Kind, Line, Paragraph
from narrator.segmentation.languages import recognise
from narrator.segmentation.quotation_style import infer
from narrator.segmentation.quotations import Block, Quotation, blocks
from narrator.segmentation.quoted_documents import letters
from narrator.segmentation.reporting_clauses import handing_over
from narrator.segmentation.sentences import sentences
from narrator.segmentation.speech_classifier import Quoted, is_speech
from narrator.segmentation.text_view import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book, Chapter

_INVISIBLE = {"\u200b": " ", "\ufeff": " ", "\u00ad": "-", "\u2060": "-"}
"""Characters without width, put in the place of others for reading, so that offsets agree."""
SPEAKABLE = re.compile(r"[^\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]")
"""A sign that is heard: a letter, a digit or a pictograph. A text without one makes no line."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+")
_FAR = 150
"""Characters of narration over which a quotation does not go on within a paragraph."""
_TAIL = re.compile(r"[,.;:!?…]+(?=\s|\Z)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph in one voice."""

    start: int
    end: int
    quotation: int | None = None
    """The number of the quotation, or none for narration."""


_Cut: TypeAlias = "tuple[int, int, int | None]"
"""A piece, to be kept: its start, end and quotation, all counted within its chapter."""
_Cuts: TypeAlias = "tuple[int, list[list[_Cut]]]"
"""How many quotations a chapter has, and the pieces of each paragraph."""


def segment(
    book: Book, only: Paragraph | None = None, draft: Draft | None = None
) -> tuple[Line, ...]:
    """The lines of a book in reading order: narration, dialogue and headings, without speakers.

    Every word of `book.readable` within a paragraph is in exactly one line. A paragraph without
    a letter, a digit or a pictograph makes no line. Asked for one paragraph only, it spares itself
    the sentences of the others, unless somebody speaks in that one: who that is, they tell. A
    chapter that the draft knows is not cut again.
    """
    text = _legible(book.readable)
    tongue = recognise(text, book.metadata.language)
    spans = [(p.start, p.end) for chapter in book.chapters for p in chapter.paragraphs]
    page = Page(text, tongue, infer(text, spans, tongue))
    draft = draft or Draft()
    lines: list[Line] = []
    before = 0
    for chapter in book.chapters:
        alone = _alone(page, chapter)
        if only:
            count, cuts = alone.cuts(chapter.paragraphs.index(only))
        else:
            count, cuts = draft.known("chapter", alone.words(), alone.cuts)
        lines += _lines(book, chapter, cuts, alone.start, before)
        before += count
    return tuple(lines)


def _legible(text: str) -> str:
    for sign, visible in _INVISIBLE.items():
        text = text.replace(sign, visible)
    return text


def _lines(
    book: Book, chapter: Chapter, cuts: list[list[_Cut]], start: int, before: int
) -> Iterator[Line]:
    """The lines of a chapter, from where it starts in the book and the quotations before it."""
    count: Counter[int] = Counter()
    scene = False
    for paragraph, cut in zip(chapter.paragraphs, cuts, strict=True):
        scene = scene or paragraph.scene
        for first, last, quotation in cut:
            count[paragraph.number] += 1
            yield Line(
                id=f"{chapter.number}.{paragraph.number}.{count[paragraph.number]}",
                chapter=chapter.number,
                paragraph=paragraph.number,
                start=start + first,
                end=start + last,
                kind=_kind(paragraph, quotation),
                text=book.written(start + first, start + last),
                quotation=None if quotation is None else before + quotation,
                form=paragraph.form,
                scene=scene,
            )
            scene = False


def _kind(paragraph: Paragraph, quotation: int | None) -> Kind:
    if paragraph.form is Form.HEADING:
        return Kind.HEADING
    return Kind.NARRATION if quotation is None else Kind.DIALOGUE


@dataclass(frozen=True, slots=True)
class _Alone:
    """A chapter by itself, so that nothing counts for its pieces but what is in here."""

    page: Page
    paragraphs: tuple[Paragraph, ...]
    start: int
    """Where its page begins in the book."""

    def words(self) -> str:
        """All that its pieces follow from, as a digest."""
        style, places = self.page.style, [(p.start, p.end) for p in self.paragraphs]
        forms = [(p.form, p.scene) for p in self.paragraphs]
        signs = sorted(style.opening.items()), style.dashes
        every = (self.page.text, self.page.language.tag, signs, places, forms)
        packed = msgspec.msgpack.encode(every)
        return hashlib.blake2b(packed, digest_size=16).hexdigest()

    def cuts(self, only: int | None = None) -> _Cuts:
        """The pieces of each paragraph, or of one alone, as long as it is told."""
        numbers = itertools.count(1)
        found = blocks(self.page, self.paragraphs)
        voices = list(_pieces(self.page, found, numbers))
        if only is not None and all(piece.quotation is None for piece in voices[only]):
            voices = [each if at == only else [] for at, each in enumerate(voices)]
        cuts = [
            [(p.start, p.end, p.quotation) for p in _cut(self.page, block, pieces)]
            for block, pieces in zip(found, voices, strict=True)
        ]
        return next(numbers) - 1, cuts


def _alone(page: Page, chapter: Chapter) -> _Alone:
    paragraphs = chapter.paragraphs
    start = min((p.start for p in paragraphs), default=0)
    end = max((p.end for p in paragraphs), default=0)
    moved = (Paragraph(p.start - start, p.end - start, 0, p.form, p.scene) for p in paragraphs)
    return _Alone(Page(page.text[start:end], page.language, page.style), tuple(moved), start)


def _pieces(page: Page, found: list[Block], numbers: Iterator[int]) -> Iterator[list[Piece]]:
    """The voices of each paragraph of a chapter, numbering the quotations that are speech."""
    silent = letters(page, found)
    said, number = False, None
    goes_on = False
    for at, block in enumerate(found):
        pieces: list[Piece] = []
        place = block.paragraph.start
        for quotation in block.quotations:
            if not goes_on:
                said = at not in silent and _said(page, block, quotation, spoken=bool(pieces))
            fresh = place == block.paragraph.start or _turns(page, place, quotation.start)
            if said and (number is None or (fresh and not goes_on)):
                number = next(numbers)
            if said:
                start = max(place, quotation.start)  # which may begin at the tail of another
                end = _with_tail(page, block, quotation)
                pieces += [Piece(place, start), Piece(start, end, number)]
                place = end
            goes_on = quotation.goes_on
        yield [*pieces, Piece(place, block.paragraph.end)]


def _turns(page: Page, start: int, end: int) -> bool:
    """Whether what stands between two quotations of a paragraph parts them.

    It does when it is nothing, when it is long, or when a sentence of its own, or a clause about
    somebody by name, leads to the next.
    """
    between = page.text[start:end]
    if not SPEAKABLE.search(between) or len(between) > _FAR:
        return True
    another = handing_over(page.language)
    if another is not None and another.search(between):
        return True
    sentence = _SENTENCE.split(between)
    leads = sentence[-1].rstrip().endswith((",", ":")) and len(sentence) > 1
    words = _WORD.findall(sentence[-1].casefold()) if leads else []
    return not page.language.speech.isdisjoint(words)


def _said(page: Page, block: Block, quotation: Quotation, *, spoken: bool) -> bool:
    return quotation.by_dash or is_speech(Quoted(page, block, quotation, spoken))


def _with_tail(page: Page, block: Block, quotation: Quotation) -> int:
    """Where a quotation ends, with the comma or stop that stands after its closing mark."""
    tail = _TAIL.match(page.text, quotation.end, block.end) if quotation.closed else None
    return tail.end() if tail else quotation.end


def _cut(page: Page, block: Block, pieces: list[Piece]) -> list[Piece]:
    """The pieces cut at the sentence ends; what has nothing to speak goes with its neighbour."""
    stops = _stops(page, block) if pieces else []
    cut: list[Piece] = []
    for piece in pieces:
        edges = [piece.start, *(s for s in stops if piece.start < s < piece.end), piece.end]
        for span in itertools.pairwise(edges):
            start, end = page.trimmed(*span)
            if start < end:
                _add(page, cut, Piece(start, end, piece.quotation))
    return cut if cut and SPEAKABLE.search(page.text, cut[0].start, cut[0].end) else []


def _add(page: Page, cut: list[Piece], piece: Piece) -> None:
    if not cut:
        cut.append(piece)
        return
    last = cut[-1]
    if not SPEAKABLE.search(page.text, piece.start, piece.end):
        cut[-1] = Piece(last.start, piece.end, last.quotation)
    elif not SPEAKABLE.search(page.text, last.start, last.end):
        cut[-1] = Piece(last.start, piece.end, piece.quotation)
    else:
        cut.append(piece)


def _stops(page: Page, block: Block) -> list[int]:
    start, end = block.paragraph.start, block.paragraph.end
    if block.paragraph.form is Form.HEADING:
        return []
    text = page.text[start:end]
    stops = {start + stop for _, stop in sentences(text, page.language)}
    if block.paragraph.form is Form.VERSE:
        stops.update(start + match.end() for match in re.finditer("\n", text))
    return sorted(stops)
