"""Cuts a book into lines: each is at most one sentence, in one voice, within one paragraph."""

from __future__ import annotations

import hashlib
import itertools
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from narrator.cache.memo import Memo
from narrator.languages import load_language
from narrator.model import Line, LineKind, Paragraph, ParagraphKind, Speech
from narrator.segmentation.foreign_lines import split_foreign_lines
from narrator.segmentation.quotation_style import infer_quotation_style, replace_typewriter_marks
from narrator.segmentation.quotations import Quotation, QuotedParagraph, find_quotations
from narrator.segmentation.quoted_documents import find_quoted_documents
from narrator.segmentation.reporting_clauses import (
    compile_clause,
    compile_speaker_change,
    find_described_reporter,
    find_reporter,
)
from narrator.segmentation.sentences import split_sentences
from narrator.segmentation.speech_classifier import SpeechCandidate, is_speech
from narrator.segmentation.text_view import TextView
from narrator.text.quotes import EMPHASIS_MARKS, SURROUNDING_CHARACTERS
from narrator.text.words import (
    LETTER,
    PLAIN_WORD_PATTERN,
    SENTENCE_END_CLASS,
    SENTENCE_ENDS,
    join_spaced_letters,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.model import Book, Chapter

_INVISIBLE_CHARACTERS = {"\u200b": " ", "\ufeff": " ", "\u00ad": "-", "\u2060": "-"}
"""Zero-width characters, each with the one that replaces it; one for one, to keep all offsets."""
SPEAKABLE_CHARACTER = re.compile(r"[^\W_]|[\u2600-\u27bf\U0001f000-\U0001faff]")
"""A letter, a digit or a pictograph. A text without any of them is not spoken and makes no line."""
_NUMBER_LINE = re.compile(r"\s*(?:[IVXLC]+|\d{1,3})\.?[ \t]*[\r\n]+(?=\s*\S)")
_SENTENCE_BREAK = re.compile(rf"(?<={SENTENCE_END_CLASS})\s+")
_MAX_INTERRUPTION = 150
"""Most characters of narration that may interrupt one quotation; after more, a new one begins."""
_MIN_MIXED_SHARE = 0.1
"""Share of the paragraphs with several quotations that have named speakers of more than one."""
_MAX_LEAD_IN_WORDS = 8
"""Most words of a sentence that leads in speech."""
_MAX_CONJUNCTION_CHARACTERS = 16
"""Most characters of a conjunction, with the space after it."""
_MAX_PRONOUN_CHARACTERS = 8
"""Most characters of a pronoun after the verb, with the space before it."""
_SENTENCE_SUBJECT = re.compile(rf"(?!I\b)([^\W\d_a-zß-ÿа-я]{LETTER}+)(?=\s)")
"""The first word of a sentence, which may be the name of its subject."""
_SPACE_AND_EMPHASIS = " \t\r\n\u00a0" + EMPHASIS_MARKS
NAMED_REASON = "named before the speech"
"""Reason for a speaker whom the text names, as a play does."""
_TRAILING_STOPS = re.compile(r"[,.;:!?…،؛؟]+(?=\s|\Z)|[，。；：！？、]+")


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A span of a paragraph in one voice: narration, or a quotation that is spoken."""

    start: int
    end: int
    quotation_number: int | None = None
    """Number of the quotation within its chapter, from 1; `None` for narration."""


_ChapterRecord: TypeAlias = "tuple[int, bytes]"
"""The number of quotations in a chapter, and its spans as `_pack_spans` packs them."""


def segment_book(
    book: Book, only_paragraph: Paragraph | None = None, memo: Memo | None = None
) -> tuple[Line, ...]:
    """Return the lines of a book in reading order; see `iterate_lines`."""
    return tuple(iterate_lines(book, only_paragraph, memo))


def iterate_lines(
    book: Book, only_paragraph: Paragraph | None = None, memo: Memo | None = None
) -> Iterator[Line]:
    """Yield the lines of a book in reading order.

    Only the lines of `Book.speeches` have a speaker. Every word of `book.readable_text` within a
    paragraph is in exactly one line. A paragraph without a letter, a digit or a pictograph has no
    line.

    Args:
        book: the book to segment.
        only_paragraph: the only paragraph whose lines the caller needs. If it has no dialogue,
            only its lines are yielded, which saves time. If it has dialogue, all lines are
            yielded, because they are needed to attribute it to speakers.
        memo: results of earlier builds; a chapter in it is not segmented again.
    """
    text = replace_typewriter_marks(_replace_invisible_signs(book.readable_text))
    language = load_language(book.metadata.language)
    spans = [(p.start, p.end) for chapter in book.chapters for p in chapter.paragraphs]
    view = TextView(text, language, infer_quotation_style(text, spans, language))
    lines = _segment_chapters(book, view, only_paragraph, memo or Memo())
    if book.speeches:
        lines = _name_speakers(lines, book.speeches)
    return split_foreign_lines(book, lines)


def _segment_chapters(
    book: Book, view: TextView, only_paragraph: Paragraph | None, memo: Memo
) -> Iterator[Line]:
    """Yield the lines of each chapter; they are separate, as the memo stores results per chapter.

    The arguments are those of `iterate_lines`, and `view` is a view of the text of the whole book.
    """
    quotations_before = 0
    for chapter in book.chapters:
        chapter_view = _make_chapter_view(view, chapter, book.speeches)
        if only_paragraph:
            quotation_count, spans = chapter_view.cut_paragraphs(
                chapter.paragraphs.index(only_paragraph)
            )
        else:
            quotation_count, spans = memo.get_or_compute(
                "chapter", chapter_view.fingerprint(), chapter_view.cut_paragraphs
            )
        yield from _make_lines(book, chapter, spans, chapter_view.start, quotations_before)
        quotations_before += quotation_count


def _name_speakers(lines: Iterable[Line], speeches: tuple[Speech, ...]) -> Iterator[Line]:
    """Yield the lines, with the speakers whom the text names before their speeches."""
    starts = [speech.start for speech in speeches]
    for line in lines:
        index = bisect_right(starts, line.start) - 1
        if line.kind is LineKind.DIALOGUE and index >= 0 and line.start < speeches[index].end:
            yield replace(
                line, speaker=speeches[index].speaker, confidence=1.0, reason=NAMED_REASON
            )
        else:
            yield line


def _replace_invisible_signs(text: str) -> str:
    """Return a text of the same length without zero-width characters."""
    for character, visible_character in _INVISIBLE_CHARACTERS.items():
        text = text.replace(character, visible_character)
    return text


def _make_lines(
    book: Book,
    chapter: Chapter,
    packed_spans: bytes,
    chapter_start: int,
    quotations_before: int,
) -> Iterator[Line]:
    """Yield the lines of a chapter.

    `packed_spans` are its spans, `chapter_start` is its offset in the book, and `quotations_before`
    the number of quotations in the chapters before it.
    """
    line_counts: Counter[int] = Counter()
    follows_scene_break = False
    for paragraph, spans in zip(chapter.paragraphs, _unpack_spans(packed_spans), strict=True):
        # A scene break counts for the next line, even if the paragraph after it has none.
        follows_scene_break = follows_scene_break or paragraph.follows_scene_break
        for span in spans:
            line_counts[paragraph.number] += 1
            start, end = chapter_start + span.start, chapter_start + span.end
            quotation_number = span.quotation_number
            yield Line(
                id=f"{chapter.number}.{paragraph.number}.{line_counts[paragraph.number]}",
                chapter=chapter.number,
                paragraph=paragraph.number,
                start=start,
                end=end,
                kind=_choose_line_kind(paragraph, quotation_number),
                text=_read_line(book, paragraph, start, end),
                quotation=(
                    None if quotation_number is None else quotations_before + quotation_number
                ),
                paragraph_kind=paragraph.kind,
                follows_scene_break=follows_scene_break,
            )
            follows_scene_break = False


def _read_line(book: Book, paragraph: Paragraph, start: int, end: int) -> str:
    """Return the text of a line; a heading of spaced letters, as "T H E   K E Y", has words."""
    text = book.display_text(start, end)
    if paragraph.kind is not ParagraphKind.HEADING or text[1:2] != " ":
        return text
    rows = book.readable_text[start:end].splitlines()
    return " ".join(join_spaced_letters(row.strip()) for row in rows if row.strip())


def _choose_line_kind(paragraph: Paragraph, quotation_number: int | None) -> LineKind:
    """Return the kind of a line: heading, dialogue if it has a quotation number, or narration."""
    if paragraph.kind is ParagraphKind.HEADING:
        return LineKind.HEADING
    return LineKind.NARRATION if quotation_number is None else LineKind.DIALOGUE


@dataclass(frozen=True, slots=True)
class _ChapterView:
    """A chapter with everything that its spans depend on."""

    view: TextView
    paragraphs: tuple[Paragraph, ...]
    """The paragraphs, with offsets into the chapter's text."""
    start: int
    """Offset of the chapter's text in the book."""
    speeches: tuple[tuple[int, int, bool], ...] = ()
    """Start and end of each speech whose speaker is named, and whether it continues the last."""

    def fingerprint(self) -> str:
        """Return a hash of everything that the spans depend on, as the key of the memo."""
        style = self.view.style
        spans = [(p.start, p.end) for p in self.paragraphs]
        kinds = [(p.kind, p.follows_scene_break) for p in self.paragraphs]
        style_values = (
            sorted(style.opening_costs.items()),
            style.has_dash_dialogue,
            style.quotes_thoughts,
        )
        inputs = (self.view.text, self.view.language.tag, style_values, spans, kinds, self.speeches)
        return hashlib.blake2b(msgspec.msgpack.encode(inputs), digest_size=16).hexdigest()

    def cut_paragraphs(self, only_index: int | None = None) -> _ChapterRecord:
        """Return the number of quotations and the packed spans of the paragraphs.

        If the paragraph at `only_index` has no dialogue, the others get no spans, to save time.
        """
        quotation_numbers = itertools.count(1)
        quoted_paragraphs, voice_spans = self._find_voices(quotation_numbers)
        if only_index is not None and all(
            span.quotation_number is None for span in voice_spans[only_index]
        ):
            voice_spans = [
                spans if index == only_index else [] for index, spans in enumerate(voice_spans)
            ]
        cut_spans = (
            _cut_at_sentences(self.view, paragraph, spans)
            for paragraph, spans in zip(quoted_paragraphs, voice_spans, strict=True)
        )
        return next(quotation_numbers) - 1, _pack_spans(cut_spans)

    def _find_voices(
        self, quotation_numbers: Iterator[int]
    ) -> tuple[list[QuotedParagraph], list[list[VoiceSpan]]]:
        """Return the paragraphs, and the spans of each in one voice.

        Paragraphs with a named speaker are not searched for quotations: quotation marks in them
        enclose words that the speaker quotes.
        """
        quoted_paragraphs: list[QuotedParagraph] = []
        voice_spans: list[list[VoiceSpan]] = []
        for has_speeches, group in itertools.groupby(
            self.paragraphs, key=lambda paragraph: bool(self._list_speeches(paragraph))
        ):
            paragraphs = list(group)
            if has_speeches:
                quoted_paragraphs += map(self._make_unquoted, paragraphs)
                voice_spans += self._voice_speeches(paragraphs, quotation_numbers)
            else:
                quoted = find_quotations(self.view, paragraphs)
                quoted_paragraphs += quoted
                voice_spans += _assign_voices(self.view, quoted, quotation_numbers)
        return quoted_paragraphs, voice_spans

    def _make_unquoted(self, paragraph: Paragraph) -> QuotedParagraph:
        """Return a paragraph without quotations."""
        start, end = self.view.trim_span(paragraph.start, paragraph.end)
        return QuotedParagraph(paragraph, self.view.skip_space(start, end), end)

    def _voice_speeches(
        self, paragraphs: list[Paragraph], quotation_numbers: Iterator[int]
    ) -> Iterator[list[VoiceSpan]]:
        """Yield the spans of each paragraph: its speeches, and stage directions between them."""
        number = None
        for paragraph in paragraphs:
            spans: list[VoiceSpan] = []
            position = paragraph.start
            for start, end, continues in self._list_speeches(paragraph):
                if number is None or not continues:
                    number = next(quotation_numbers)
                spans += [VoiceSpan(position, start), VoiceSpan(start, end, number)]
                position = end
            yield [*spans, VoiceSpan(position, paragraph.end)]

    def _list_speeches(self, paragraph: Paragraph) -> tuple[tuple[int, int, bool], ...]:
        """Return the speeches within a paragraph."""
        first = bisect_left(self.speeches, (paragraph.start,))
        last = bisect_left(self.speeches, (paragraph.end,))
        return self.speeches[first:last]


def _pack_spans(paragraphs: Iterable[Sequence[VoiceSpan]]) -> bytes:
    """Pack the spans of paragraphs into integers of four bytes.

    Each paragraph has the number of its spans, and then start, end and quotation number of each,
    which is 0 in narration.
    """
    numbers = array("i")
    for spans in paragraphs:
        numbers.append(len(spans))
        for span in spans:
            numbers.extend((span.start, span.end, span.quotation_number or 0))
    return numbers.tobytes()


def _unpack_spans(packed: bytes) -> Iterator[list[VoiceSpan]]:
    """Yield the spans of each paragraph from what `_pack_spans` returned."""
    numbers = array("i", packed)
    position = 0
    while position < len(numbers):
        first, position = position + 1, position + 1 + 3 * numbers[position]
        yield [
            VoiceSpan(numbers[index], numbers[index + 1], numbers[index + 2] or None)
            for index in range(first, position, 3)
        ]


def _make_chapter_view(
    view: TextView, chapter: Chapter, speeches: tuple[Speech, ...]
) -> _ChapterView:
    """Return a chapter whose offsets count from its own beginning."""
    paragraphs = chapter.paragraphs
    start = min((p.start for p in paragraphs), default=0)
    end = max((p.end for p in paragraphs), default=0)
    shifted_paragraphs = (
        Paragraph(p.start - start, p.end - start, 0, p.kind, p.follows_scene_break)
        for p in paragraphs
    )
    chapter_view = TextView(view.text[start:end], view.language, view.style)
    chapter_speeches = tuple(
        (speech.start - start, speech.end - start, speech.continues)
        for speech in speeches
        if start <= speech.start < end
    )
    return _ChapterView(chapter_view, tuple(shifted_paragraphs), start, chapter_speeches)


def _assign_voices(
    view: TextView, paragraphs: list[QuotedParagraph], quotation_numbers: Iterator[int]
) -> Iterator[list[VoiceSpan]]:
    """Yield the spans of each paragraph of a chapter, and number the quotations that are speech."""
    document_indices = find_quoted_documents(view, paragraphs)
    mixes_speakers = _mixes_speakers(view, paragraphs)
    is_spoken, number = False, None
    continues = False
    for index, paragraph in enumerate(paragraphs):
        spans: list[VoiceSpan] = []
        position = paragraph_start = paragraph.paragraph.start
        for quotation in paragraph.quotations:
            # A quotation continued from the previous paragraph keeps its voice and number.
            if not continues:
                is_spoken = index not in document_indices and _is_spoken(
                    view, paragraph, quotation, has_speech_before=bool(spans)
                )
            is_new = (
                position == paragraph_start
                or _separates_quotations(view, position, quotation.start)
                or _have_different_tags(
                    view, paragraph, position, quotation, mixes_speakers=mixes_speakers
                )
            )
            if is_spoken and (number is None or (is_new and not continues)):
                number = next(quotation_numbers)
            if is_spoken:
                # The previous span may include stops that belong to this quotation's start.
                start = max(position, quotation.start)
                end = _find_end_with_stops(view, paragraph, quotation)
                spans += [VoiceSpan(position, start), VoiceSpan(start, end, number)]
                position = end
            continues = quotation.continues
        yield [*spans, VoiceSpan(position, paragraph.paragraph.end)]


def _separates_quotations(view: TextView, start: int, end: int) -> bool:
    """Return whether two quotations of a paragraph are separate, judged by the text between them.

    They are separate if that text has no words, is long, introduces another speaker ("while the
    old man said,"), or contains a full sentence and then a clause with a verb of speech. Otherwise
    the text only interrupts one quotation.
    """
    text_between = view.text[start:end]
    if not SPEAKABLE_CHARACTER.search(text_between) or len(text_between) > _MAX_INTERRUPTION:
        return True
    # "Well," sighed Ada, while the old man said, "No.": two speakers, two quotations.
    speaker_change = compile_speaker_change(view.language)
    if speaker_change is not None and speaker_change.search(text_between):
        return True
    sentences = _SENTENCE_BREAK.split(text_between)
    # A full sentence followed by a clause with a verb of speech introduces another speaker.
    introduces_speech = sentences[-1].rstrip().endswith((",", ":")) and len(sentences) > 1
    words = PLAIN_WORD_PATTERN.findall(sentences[-1].casefold()) if introduces_speech else []
    return not view.language.speech_verbs.isdisjoint(words)


def _mixes_speakers(view: TextView, paragraphs: list[QuotedParagraph]) -> bool:
    """Return whether a chapter puts the speech of several people into one paragraph.

    Edited books hardly ever do; then a pronoun in a reporting clause means the speaker before.
    """
    examined = [paragraph for paragraph in paragraphs if len(paragraph.quotations) > 1]
    mixed_count = sum(
        any(
            _have_different_tags(view, paragraph, before.end, quotation, mixes_speakers=False)
            for before, quotation in itertools.pairwise(paragraph.quotations)
        )
        for paragraph in examined
    )
    return mixed_count > 0 and mixed_count >= _MIN_MIXED_SHARE * len(examined)


def _have_different_tags(
    view: TextView,
    paragraph: QuotedParagraph,
    position: int,
    quotation: Quotation,
    *,
    mixes_speakers: bool,
) -> bool:
    """Return whether a quotation and the one before it have reporting clauses of two speakers.

    Each has its own clause after it ("Is it far?" asked Mary. "No," said John.), or each is led in
    by its own.

    Args:
        view: the text of the chapter.
        paragraph: the paragraph.
        position: end of the quotation before.
        quotation: the quotation.
        mixes_speakers: whether the chapter puts several speakers into one paragraph.
    """
    between = view.text[position : quotation.start]
    if _ends_clause(view, between):
        after = view.text[quotation.end : paragraph.end]
        clause = compile_clause(view.language)
        if not (clause.match(between) and clause.match(after)):
            return False
        return _name_different_speakers(view, between, after, mixes_speakers=mixes_speakers)
    quotations = paragraph.quotations
    index = bisect_left(quotations, position, key=lambda q: q.start) - 1
    lead_in_start = quotations[index - 1].end if index else paragraph.start
    lead_in = view.text[lead_in_start : quotations[index].start]
    subjects = [_find_lead_in_subject(view, text) for text in (lead_in, between)]
    return all(subjects) and subjects[0] != subjects[1]


def _name_different_speakers(
    view: TextView, between: str, after: str, *, mixes_speakers: bool
) -> bool:
    """Return whether the clauses at the starts of two texts name different speakers.

    A pronoun means the speaker before, unless somebody else acts in between, the pronouns differ,
    or the chapter mixes speakers.
    """
    clause, *beats = _split_at_stops(view, between)
    other_clause = _split_at_stops(view, after)[0]
    pronoun, other_pronoun = (_find_clause_pronoun(view, text) for text in (between, after))
    name, other_name = (
        find_reporter(text, 0, view.language)
        or ("" if subject else find_described_reporter(text, view.language))
        for text, subject in ((clause, pronoun), (other_clause, other_pronoun))
    )
    if other_name or not other_pronoun:
        return _are_different_names(name, other_name)
    if pronoun or other_pronoun in view.language.speaker_pronouns:
        return pronoun != other_pronoun
    actors = map(_SENTENCE_SUBJECT.match, beats)
    return mixes_speakers or any(
        actor and actor[1] != name and actor[1].casefold() not in view.language.sentence_starters
        for actor in actors
    )


def _ends_clause(view: TextView, text: str) -> bool:
    """Return whether a text ends with a full stop, or with a conjunction: "said Mary, and"."""
    last_words = PLAIN_WORD_PATTERN.findall(text[-_MAX_CONJUNCTION_CHARACTERS:].casefold())[-1:]
    is_joined = text[-1:].isspace() and text.rstrip()[-1:].isalpha()
    return text.rstrip(_SPACE_AND_EMPHASIS).endswith(tuple(SENTENCE_ENDS)) or (
        is_joined and not view.language.conjunctions.isdisjoint(last_words)
    )


def _are_different_names(name: str, other: str) -> bool:
    """Return whether two names are of different people, as "Mr. Vane" and "Mrs. Vane" are."""
    words, other_words = set(name.split()), set(other.split())
    return name.split()[-1:] != other.split()[-1:] or not (
        words <= other_words or other_words <= words
    )


def _split_at_stops(view: TextView, text: str) -> list[str]:
    """Return the sentences of a text; the stop of a title such as "Mr." does not end one."""
    sentences: list[str] = []
    for sentence in _SENTENCE_BREAK.split(text):
        last_word = PLAIN_WORD_PATTERN.findall(sentences[-1].casefold())[-1:] if sentences else []
        if view.language.title_abbreviations.isdisjoint(last_word):
            sentences.append(sentence)
        else:
            sentences[-1] += f" {sentence}"
    return sentences


def _find_clause_pronoun(view: TextView, text: str) -> str:
    """Return the pronoun that is the subject of the clause at the start of a text, or ""."""
    clause = compile_clause(view.language).match(text)
    end = clause.end() if clause else 0
    # the subject may follow the verb: "said he"
    words = PLAIN_WORD_PATTERN.findall(text[: end + _MAX_PRONOUN_CHARACTERS].casefold())[:3]
    return next((word for word in words if word in view.language.subject_pronouns), "")


def _find_lead_in_subject(view: TextView, text: str) -> str:
    """Return the name of the subject if a text leads in speech, as "Mary said," does, or ""."""
    sentence = _SENTENCE_BREAK.split(text)[-1]
    subject = _SENTENCE_SUBJECT.match(sentence.lstrip(SURROUNDING_CHARACTERS))
    words = PLAIN_WORD_PATTERN.findall(sentence.casefold())
    leads_in = (
        text.rstrip(_SPACE_AND_EMPHASIS).endswith((",", ":"))
        and len(words) <= _MAX_LEAD_IN_WORDS
        and not view.language.speech_verbs.isdisjoint(words)
    )
    is_name = subject is not None and subject[1].casefold() not in view.language.sentence_starters
    return subject[1] if leads_in and subject and is_name else ""


def _is_spoken(
    view: TextView, paragraph: QuotedParagraph, quotation: Quotation, *, has_speech_before: bool
) -> bool:
    """Return whether a quotation is speech; dash dialogue always is."""
    return (
        quotation.is_dash_dialogue
        or quotation.has_inner_clause
        or is_speech(SpeechCandidate(view, paragraph, quotation, has_speech_before))
    )


def _find_end_with_stops(view: TextView, paragraph: QuotedParagraph, quotation: Quotation) -> int:
    """Return the end of a quotation, including any stops after its closing mark."""
    if not quotation.is_closed:
        return quotation.end
    stops = _TRAILING_STOPS.match(view.text, quotation.end, paragraph.end)
    return stops.end() if stops else quotation.end


def _cut_at_sentences(
    view: TextView, paragraph: QuotedParagraph, spans: list[VoiceSpan]
) -> list[VoiceSpan]:
    """Return the spans cut at sentence ends; a span without words is joined to its neighbour."""
    # The whole paragraph is split into sentences, because a sentence may contain a quotation.
    sentence_ends = _find_sentence_ends(view, paragraph) if spans else []
    cut_spans: list[VoiceSpan] = []
    for span in spans:
        inner_ends = (end for end in sentence_ends if span.start < end < span.end)
        for edges in itertools.pairwise([span.start, *inner_ends, span.end]):
            start, end = view.trim_span(*edges)
            if start < end:
                _append_span(view, cut_spans, VoiceSpan(start, end, span.quotation_number))
    is_speakable = cut_spans and SPEAKABLE_CHARACTER.search(
        view.text, cut_spans[0].start, cut_spans[0].end
    )
    return cut_spans if is_speakable else []


def _append_span(view: TextView, spans: list[VoiceSpan], span: VoiceSpan) -> None:
    """Append a span, or join it to the last one if either has no words."""
    if not spans:
        spans.append(span)
        return
    last = spans[-1]
    if not SPEAKABLE_CHARACTER.search(view.text, span.start, span.end):
        spans[-1] = VoiceSpan(last.start, span.end, last.quotation_number)
    elif not SPEAKABLE_CHARACTER.search(view.text, last.start, last.end):
        spans[-1] = VoiceSpan(last.start, span.end, span.quotation_number)
    else:
        spans.append(span)


def _find_sentence_ends(view: TextView, paragraph: QuotedParagraph) -> list[int]:
    """Return the offsets of sentence ends in a paragraph, and of line ends if it is verse.

    A heading is cut only after the number on a line above its title.
    """
    start, end = paragraph.paragraph.start, paragraph.paragraph.end
    if paragraph.paragraph.kind is ParagraphKind.HEADING:
        number = _NUMBER_LINE.match(view.text, start, end)
        return [number.end()] if number else []
    text = view.text[start:end]
    sentence_ends = {
        start + sentence_end for _, sentence_end in split_sentences(text, view.language)
    }
    if paragraph.paragraph.kind is ParagraphKind.VERSE:
        sentence_ends.update(start + match.end() for match in re.finditer("\n", text))
    return sorted(sentence_ends)
