"""Cuts a book into lines: each is one sentence or less, in one voice, within one paragraph."""

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
from narrator.text.words import PLAIN_WORD_PATTERN, SENTENCE_END_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book, Chapter

_INVISIBLE_SIGNS = {"\u200b": " ", "\ufeff": " ", "\u00ad": "-", "\u2060": "-"}
"""Characters without width, and the character that each is read as, so that offsets agree."""
SPEAKABLE_SIGN = re.compile(r"[^\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]")
"""A sign that can be heard: a letter, a digit or a pictograph. A text without one makes no line."""
_SENTENCE_BREAK = re.compile(rf"(?<={SENTENCE_END_CLASS})\s+")
_MAX_INTERRUPTION = 150
"""Characters of narration within a paragraph after which a quotation does not go on."""
_TRAILING_STOPS = re.compile(r"[,.;:!?…]+(?=\s|\Z)")


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A stretch of a paragraph in one voice."""

    start: int
    end: int
    quotation_number: int | None = None
    """Number of the quotation within its chapter, from 1; `None` for narration."""


_SpanRecord: TypeAlias = "tuple[int, int, int | None]"
"""A span as the memo keeps it: its start, end and quotation number, counted within its chapter."""
_ChapterRecord: TypeAlias = "tuple[int, list[list[_SpanRecord]]]"
"""The number of quotations in a chapter, and the spans of each paragraph."""


def segment_book(
    book: Book, only_paragraph: Paragraph | None = None, memo: Memo | None = None
) -> tuple[Line, ...]:
    """Return the lines of a book in reading order, without speakers.

    Every word of `book.readable_text` within a paragraph is in exactly one line. A paragraph
    without a letter, a digit or a pictograph has no line.

    Args:
        book: what is to be segmented.
        only_paragraph: the only paragraph that is needed. If it has no dialogue, only its lines
            are returned, which saves the time of segmenting the others. If it has, all lines are
            returned, as they say who speaks.
        memo: results from before; a chapter that it holds is not segmented again.
    """
    text = _replace_invisible_signs(book.readable_text)
    language = recognise_language(text, book.metadata.language)
    spans = [(p.start, p.end) for chapter in book.chapters for p in chapter.paragraphs]
    view = TextView(text, language, infer_quotation_style(text, spans, language))
    memo = memo or Memo()
    # Chapters are segmented one by one, so that the memo can keep each by itself.
    lines: list[Line] = []
    quotations_before = 0
    for chapter in book.chapters:
        chapter_view = _view_chapter(view, chapter)
        if only_paragraph:
            quotation_count, span_records = chapter_view.cut_paragraphs(
                chapter.paragraphs.index(only_paragraph)
            )
        else:
            quotation_count, span_records = memo.get_or_compute(
                "chapter", chapter_view.fingerprint(), chapter_view.cut_paragraphs
            )
        lines += _make_lines(book, chapter, span_records, chapter_view.start, quotations_before)
        quotations_before += quotation_count
    return tuple(lines)


def _replace_invisible_signs(text: str) -> str:
    """Return a text of the same length in which every character has a width."""
    for sign, visible_sign in _INVISIBLE_SIGNS.items():
        text = text.replace(sign, visible_sign)
    return text


def _make_lines(
    book: Book,
    chapter: Chapter,
    span_records: list[list[_SpanRecord]],
    chapter_start: int,
    quotations_before: int,
) -> Iterator[Line]:
    """Yield the lines of a chapter.

    `chapter_start` is the chapter's offset in the book, `quotations_before` the number of
    quotations in the chapters before it.
    """
    line_counts: Counter[int] = Counter()
    follows_scene_break = False
    for paragraph, records in zip(chapter.paragraphs, span_records, strict=True):
        # A scene break counts for the next line, even if the paragraph after it has none.
        follows_scene_break = follows_scene_break or paragraph.follows_scene_break
        for first, last, quotation_number in records:
            line_counts[paragraph.number] += 1
            start, end = chapter_start + first, chapter_start + last
            yield Line(
                id=f"{chapter.number}.{paragraph.number}.{line_counts[paragraph.number]}",
                chapter=chapter.number,
                paragraph=paragraph.number,
                start=start,
                end=end,
                kind=_line_kind(paragraph, quotation_number),
                text=book.display_text(start, end),
                quotation=(
                    None if quotation_number is None else quotations_before + quotation_number
                ),
                paragraph_kind=paragraph.kind,
                follows_scene_break=follows_scene_break,
            )
            follows_scene_break = False


def _line_kind(paragraph: Paragraph, quotation_number: int | None) -> LineKind:
    """Return the kind of a line, from its paragraph and the quotation it belongs to."""
    if paragraph.kind is ParagraphKind.HEADING:
        return LineKind.HEADING
    return LineKind.NARRATION if quotation_number is None else LineKind.DIALOGUE


@dataclass(frozen=True, slots=True)
class _ChapterView:
    """A chapter by itself: its spans depend on nothing but what is in here."""

    view: TextView
    paragraphs: tuple[Paragraph, ...]
    """The paragraphs, with offsets into the chapter's text."""
    start: int
    """Offset of the chapter's text in the book."""

    def fingerprint(self) -> str:
        """Return a hash of everything that the spans depend on."""
        style = self.view.style
        spans = [(p.start, p.end) for p in self.paragraphs]
        kinds = [(p.kind, p.follows_scene_break) for p in self.paragraphs]
        style_values = sorted(style.opening_costs.items()), style.has_dash_dialogue
        inputs = (self.view.text, self.view.language.tag, style_values, spans, kinds)
        return hashlib.blake2b(msgspec.msgpack.encode(inputs), digest_size=16).hexdigest()

    def cut_paragraphs(self, only_index: int | None = None) -> _ChapterRecord:
        """Return the spans of each paragraph, or of one alone if it holds only narration."""
        quotation_numbers = itertools.count(1)
        quoted_paragraphs = find_quotations(self.view, self.paragraphs)
        voice_spans = list(_assign_voices(self.view, quoted_paragraphs, quotation_numbers))
        if only_index is not None and all(
            span.quotation_number is None for span in voice_spans[only_index]
        ):
            voice_spans = [
                spans if index == only_index else [] for index, spans in enumerate(voice_spans)
            ]
        span_records = [
            [
                (span.start, span.end, span.quotation_number)
                for span in _cut_at_sentences(self.view, paragraph, spans)
            ]
            for paragraph, spans in zip(quoted_paragraphs, voice_spans, strict=True)
        ]
        return next(quotation_numbers) - 1, span_records


def _view_chapter(view: TextView, chapter: Chapter) -> _ChapterView:
    """Return a chapter with offsets that count from its own beginning."""
    paragraphs = chapter.paragraphs
    start = min((p.start for p in paragraphs), default=0)
    end = max((p.end for p in paragraphs), default=0)
    shifted_paragraphs = (
        Paragraph(p.start - start, p.end - start, 0, p.kind, p.follows_scene_break)
        for p in paragraphs
    )
    chapter_view = TextView(view.text[start:end], view.language, view.style)
    return _ChapterView(chapter_view, tuple(shifted_paragraphs), start)


def _assign_voices(
    view: TextView, paragraphs: list[QuotedParagraph], quotation_numbers: Iterator[int]
) -> Iterator[list[VoiceSpan]]:
    """Yield the spans of each paragraph of a chapter, numbering the quotations that are speech."""
    document_indices = find_quoted_documents(view, paragraphs)
    is_spoken, number = False, None
    continues = False
    for index, paragraph in enumerate(paragraphs):
        spans: list[VoiceSpan] = []
        position = paragraph_start = paragraph.paragraph.start
        for quotation in paragraph.quotations:
            # A quotation that continues from the paragraph before keeps its voice and its number.
            if not continues:
                is_spoken = index not in document_indices and _is_spoken(
                    view, paragraph, quotation, has_speech_before=bool(spans)
                )
            is_new = position == paragraph_start or _separates_quotations(
                view, position, quotation.start
            )
            if is_spoken and (number is None or (is_new and not continues)):
                number = next(quotation_numbers)
            if is_spoken:
                # A quotation may begin within the stops that the one before has taken.
                start = max(position, quotation.start)
                end = _end_with_stops(view, paragraph, quotation)
                spans += [VoiceSpan(position, start), VoiceSpan(start, end, number)]
                position = end
            continues = quotation.continues
        yield [*spans, VoiceSpan(position, paragraph.paragraph.end)]


def _separates_quotations(view: TextView, start: int, end: int) -> bool:
    """Return whether the text between two quotations of a paragraph makes them two.

    It does if there are no words in it, if it is long, or if a sentence of its own, or a clause
    about a character by name, leads to the second quotation.
    """
    text_between = view.text[start:end]
    if not SPEAKABLE_SIGN.search(text_between) or len(text_between) > _MAX_INTERRUPTION:
        return True
    # "Well," sighed Ada, while the old man said, "No.": two speakers, two quotations.
    handover = compile_handover(view.language)
    if handover is not None and handover.search(text_between):
        return True
    sentences = _SENTENCE_BREAK.split(text_between)
    # A full sentence and a clause with a verb of speech introduce somebody else.
    leads_on = sentences[-1].rstrip().endswith((",", ":")) and len(sentences) > 1
    words = PLAIN_WORD_PATTERN.findall(sentences[-1].casefold()) if leads_on else []
    return not view.language.speech_verbs.isdisjoint(words)


def _is_spoken(
    view: TextView, paragraph: QuotedParagraph, quotation: Quotation, *, has_speech_before: bool
) -> bool:
    """Return whether a quotation is speech; one that a dash opens always is."""
    return quotation.is_dash_dialogue or is_speech(
        SpeechCandidate(view, paragraph, quotation, has_speech_before)
    )


def _end_with_stops(view: TextView, paragraph: QuotedParagraph, quotation: Quotation) -> int:
    """Return the end of a quotation, with the comma or stop that follows its closing mark."""
    if not quotation.is_closed:
        return quotation.end
    stops = _TRAILING_STOPS.match(view.text, quotation.end, paragraph.end)
    return stops.end() if stops else quotation.end


def _cut_at_sentences(
    view: TextView, paragraph: QuotedParagraph, spans: list[VoiceSpan]
) -> list[VoiceSpan]:
    """Return the spans cut at sentence ends; a span without words is joined to its neighbour."""
    # Sentences are found in the whole paragraph, because a quotation may be part of one.
    sentence_ends = _find_sentence_ends(view, paragraph) if spans else []
    cut_spans: list[VoiceSpan] = []
    for span in spans:
        inner_ends = (end for end in sentence_ends if span.start < end < span.end)
        for edges in itertools.pairwise([span.start, *inner_ends, span.end]):
            start, end = view.trim_span(*edges)
            if start < end:
                _append_span(view, cut_spans, VoiceSpan(start, end, span.quotation_number))
    is_speakable = cut_spans and SPEAKABLE_SIGN.search(
        view.text, cut_spans[0].start, cut_spans[0].end
    )
    return cut_spans if is_speakable else []


def _append_span(view: TextView, spans: list[VoiceSpan], span: VoiceSpan) -> None:
    """Append a span, or join it with the last one if either has no words."""
    if not spans:
        spans.append(span)
        return
    last = spans[-1]
    if not SPEAKABLE_SIGN.search(view.text, span.start, span.end):
        spans[-1] = VoiceSpan(last.start, span.end, last.quotation_number)
    elif not SPEAKABLE_SIGN.search(view.text, last.start, last.end):
        spans[-1] = VoiceSpan(last.start, span.end, span.quotation_number)
    else:
        spans.append(span)


def _find_sentence_ends(view: TextView, paragraph: QuotedParagraph) -> list[int]:
    """Return the offsets of sentence ends in a paragraph, and in verse those of line ends."""
    start, end = paragraph.paragraph.start, paragraph.paragraph.end
    if paragraph.paragraph.kind is ParagraphKind.HEADING:
        return []
    text = view.text[start:end]
    sentence_ends = {
        start + sentence_end for _, sentence_end in split_sentences(text, view.language)
    }
    if paragraph.paragraph.kind is ParagraphKind.VERSE:
        sentence_ends.update(start + match.end() for match in re.finditer("\n", text))
    return sorted(sentence_ends)
