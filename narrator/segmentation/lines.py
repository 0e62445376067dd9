"""Cuts a book into lines: one sentence of one voice, never across a paragraph."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from narrator.cache.memo import Memo
from narrator.model import Line, LineKind, Paragraph, ParagraphKind
from narrator.segmentation.languages import recognise_language
from narrator.segmentation.quotation_style import infer_quotation_style
from narrator.segmentation.quotations import Quotation, QuotedParagraph, find_quotations
from narrator.segmentation.quoted_documents import find_quoted_documents
from narrator.segmentation.reporting_clauses import compile_handover
from narrator.segmentation.sentences import split_sentences
from narrator.segmentation.speech_classifier import SpeechCandidate, is_speech
from narrator.segmentation.text_view import TextView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book, Chapter

_INVISIBLE = {"\u200b": " ", "\ufeff": " ", "\u00ad": "-", "\u2060": "-"}
"""Characters without width, put in the place of others for reading, so that offsets agree."""
SPEAKABLE_SIGN = re.compile(r"[^\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]")
"""A sign that is heard: a letter, a digit or a pictograph. A text without one makes no line."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+")
_FAR = 150
"""Characters of narration over which a quotation does not go on within a paragraph."""
_TAIL = re.compile(r"[,.;:!?…]+(?=\s|\Z)")


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A stretch of a paragraph in one voice."""

    start: int
    end: int
    quotation: int | None = None
    """The number of the quotation, or none for narration."""


_Cut: TypeAlias = "tuple[int, int, int | None]"
"""A piece, to be kept: its start, end and quotation, all counted within its chapter."""
_Cuts: TypeAlias = "tuple[int, list[list[_Cut]]]"
"""How many quotations a chapter has, and the pieces of each paragraph."""


def segment_book(
    book: Book, only_paragraph: Paragraph | None = None, memo: Memo | None = None
) -> tuple[Line, ...]:
    """The lines of a book in reading order: narration, dialogue and headings, without speakers.

    Every word of `book.readable` within a paragraph is in exactly one line. A paragraph without
    a letter, a digit or a pictograph makes no line. Asked for one paragraph only, it spares itself
    the sentences of the others, unless somebody speaks in that one: who that is, they tell. A
    chapter that the draft knows is not cut again.
    """
    text = _legible(book.readable_text)
    tongue = recognise_language(text, book.metadata.language)
    spans = [(p.start, p.end) for chapter in book.chapters for p in chapter.paragraphs]
    page = TextView(text, tongue, infer_quotation_style(text, spans, tongue))
    memo = memo or Memo()
    lines: list[Line] = []
    before = 0
    for chapter in book.chapters:
        alone = _alone(page, chapter)
        if only_paragraph:
            count, cuts = alone.cuts(chapter.paragraphs.index(only_paragraph))
        else:
            count, cuts = memo.get_or_compute("chapter", alone.words(), alone.cuts)
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
        scene = scene or paragraph.follows_scene_break
        for first, last, quotation in cut:
            count[paragraph.number] += 1
            yield Line(
                id=f"{chapter.number}.{paragraph.number}.{count[paragraph.number]}",
                chapter=chapter.number,
                paragraph=paragraph.number,
                start=start + first,
                end=start + last,
                kind=_kind(paragraph, quotation),
                text=book.display_text(start + first, start + last),
                quotation=None if quotation is None else before + quotation,
                paragraph_kind=paragraph.kind,
                follows_scene_break=scene,
            )
            scene = False


def _kind(paragraph: Paragraph, quotation: int | None) -> LineKind:
    if paragraph.kind is ParagraphKind.HEADING:
        return LineKind.HEADING
    return LineKind.NARRATION if quotation is None else LineKind.DIALOGUE


@dataclass(frozen=True, slots=True)
class _Alone:
    """A chapter by itself, so that nothing counts for its pieces but what is in here."""

    page: TextView
    paragraphs: tuple[Paragraph, ...]
    start: int
    """Where its page begins in the book."""

    def words(self) -> str:
        """All that its pieces follow from, as a digest."""
        style, places = self.page.style, [(p.start, p.end) for p in self.paragraphs]
        forms = [(p.kind, p.follows_scene_break) for p in self.paragraphs]
        signs = sorted(style.opening_costs.items()), style.has_dash_dialogue
        every = (self.page.text, self.page.language.tag, signs, places, forms)
        packed = msgspec.msgpack.encode(every)
        return hashlib.blake2b(packed, digest_size=16).hexdigest()

    def cuts(self, only: int | None = None) -> _Cuts:
        """The pieces of each paragraph, or of one alone, as long as it is told."""
        numbers = itertools.count(1)
        found = find_quotations(self.page, self.paragraphs)
        voices = list(_pieces(self.page, found, numbers))
        if only is not None and all(piece.quotation is None for piece in voices[only]):
            voices = [each if at == only else [] for at, each in enumerate(voices)]
        cuts = [
            [(p.start, p.end, p.quotation) for p in _cut(self.page, block, pieces)]
            for block, pieces in zip(found, voices, strict=True)
        ]
        return next(numbers) - 1, cuts


def _alone(page: TextView, chapter: Chapter) -> _Alone:
    paragraphs = chapter.paragraphs
    start = min((p.start for p in paragraphs), default=0)
    end = max((p.end for p in paragraphs), default=0)
    moved = (
        Paragraph(p.start - start, p.end - start, 0, p.kind, p.follows_scene_break)
        for p in paragraphs
    )
    return _Alone(TextView(page.text[start:end], page.language, page.style), tuple(moved), start)


def _pieces(
    page: TextView, found: list[QuotedParagraph], numbers: Iterator[int]
) -> Iterator[list[VoiceSpan]]:
    """The voices of each paragraph of a chapter, numbering the quotations that are speech."""
    silent = find_quoted_documents(page, found)
    said, number = False, None
    goes_on = False
    for at, block in enumerate(found):
        pieces: list[VoiceSpan] = []
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
                pieces += [VoiceSpan(place, start), VoiceSpan(start, end, number)]
                place = end
            goes_on = quotation.goes_on
        yield [*pieces, VoiceSpan(place, block.paragraph.end)]


def _turns(page: TextView, start: int, end: int) -> bool:
    """Whether what stands between two quotations of a paragraph parts them.

    It does when it is nothing, when it is long, or when a sentence of its own, or a clause about
    somebody by name, leads to the next.
    """
    between = page.text[start:end]
    if not SPEAKABLE_SIGN.search(between) or len(between) > _FAR:
        return True
    another = compile_handover(page.language)
    if another is not None and another.search(between):
        return True
    sentence = _SENTENCE.split(between)
    leads = sentence[-1].rstrip().endswith((",", ":")) and len(sentence) > 1
    words = _WORD.findall(sentence[-1].casefold()) if leads else []
    return not page.language.speech_verbs.isdisjoint(words)


def _said(page: TextView, block: QuotedParagraph, quotation: Quotation, *, spoken: bool) -> bool:
    return quotation.by_dash or is_speech(SpeechCandidate(page, block, quotation, spoken))


def _with_tail(page: TextView, block: QuotedParagraph, quotation: Quotation) -> int:
    """Where a quotation ends, with the comma or stop that stands after its closing mark."""
    tail = _TAIL.match(page.text, quotation.end, block.end) if quotation.closed else None
    return tail.end() if tail else quotation.end


def _cut(page: TextView, block: QuotedParagraph, pieces: list[VoiceSpan]) -> list[VoiceSpan]:
    """The pieces cut at the sentence ends; what has nothing to speak goes with its neighbour."""
    stops = _stops(page, block) if pieces else []
    cut: list[VoiceSpan] = []
    for piece in pieces:
        edges = [piece.start, *(s for s in stops if piece.start < s < piece.end), piece.end]
        for span in itertools.pairwise(edges):
            start, end = page.trim_span(*span)
            if start < end:
                _add(page, cut, VoiceSpan(start, end, piece.quotation))
    return cut if cut and SPEAKABLE_SIGN.search(page.text, cut[0].start, cut[0].end) else []


def _add(page: TextView, cut: list[VoiceSpan], piece: VoiceSpan) -> None:
    if not cut:
        cut.append(piece)
        return
    last = cut[-1]
    if not SPEAKABLE_SIGN.search(page.text, piece.start, piece.end):
        cut[-1] = VoiceSpan(last.start, piece.end, last.quotation)
    elif not SPEAKABLE_SIGN.search(page.text, last.start, last.end):
        cut[-1] = VoiceSpan(last.start, piece.end, piece.quotation)
    else:
        cut.append(piece)


def _stops(page: TextView, block: QuotedParagraph) -> list[int]:
    start, end = block.paragraph.start, block.paragraph.end
    if block.paragraph.kind is ParagraphKind.HEADING:
        return []
    text = page.text[start:end]
    stops = {start + stop for _, stop in split_sentences(text, page.language)}
    if block.paragraph.kind is ParagraphKind.VERSE:
        stops.update(start + match.end() for match in re.finditer("\n", text))
    return sorted(stops)
