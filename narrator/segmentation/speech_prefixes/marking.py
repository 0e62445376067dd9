"""Marks the speeches of a book whose text names the speakers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import Paragraph, ParagraphKind, SkippedPassage, Span, Speech
from narrator.segmentation.speech_prefixes import (
    CHAT_NOTICE_REASON,
    MESSAGE_TIME_REASON,
    SPEAKER_NAME_REASON,
    directions,
)
from narrator.segmentation.speech_prefixes.cast_list import read_cast_list
from narrator.segmentation.speech_prefixes.evidence import SpeechPrefixes, choose_speech_prefixes
from narrator.segmentation.speech_prefixes.hanging_indents import (
    find_hanging_indent,
    measure_indent,
)
from narrator.segmentation.speech_prefixes.interviews import name_interview_labels, name_roles
from narrator.segmentation.speech_prefixes.label_parsing import (
    Label,
    LabelForm,
    find_labels,
    find_logged_lines,
    find_stamp,
    starts_with_time,
)
from narrator.segmentation.speech_prefixes.names import make_name_key, name_personae
from narrator.segmentation.speech_prefixes.set_off_questions import mark_set_off_questions
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary, use_vocabulary
from narrator.text.words import APOSTROPHE_WORD_PATTERN, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book, Chapter

_MIN_MARKED_DIRECTIONS = 3
"""Number of bracketed or italic paragraphs from which a book marks all stage directions."""
_MIN_CHAT_COVERAGE = 0.6
"""Share of paragraphs with a name from which one without it goes on with the message above it."""
_MAX_LAST_PARAGRAPHS = 200
"""Most paragraphs of the last speech."""
_MAX_LISTED_WORDS = 12
"""Most words of a paragraph that only names persons."""
_SCENE_PERSONS = re.compile(
    r"[*_\s]*(?:SCENE|SCÈNE|ESCENA|SCENA|Scene|Scène)\s+[IVXLC\d]+[.:,]?\s*(?:[—–-]+\s*)?(?P<persons>[^(\n.]+)"
)
"""The heading of a scene that lists the persons in it."""
_PLAYER = re.compile(r"\s*\([A-ZÀ-Þ][\w'’-]{0,20}(?: [A-ZÀ-Þ][\w'’-]{0,20}){0,2}\)\s?:[ \t]*")
"""The name of a player in brackets between that of the part and the colon."""
_FINAL_NOTICE = re.compile(r"\s*[<(]([^<>()\n]{3,60})[>)]\s*\Z")
"""The notice of a chat program behind a message: "<This message was edited>"."""
_FRAME_LINE = re.compile(r"[*_]*(?P<word>[^\W\d_]{3,12})\s\d{1,3}[*_]*[.:]?[*_]*[ \t]*\r?\n")
_MIN_FRAMES = 3
"""Fewest paragraphs that begin with the number of a picture."""
_NAME_MARKS = re.compile(r"[^\w’']+")
_SPACE = re.compile(r"\s*")
_ACTION_LINE = re.compile(r"^(?P<space>[ \t]*+)(?:\*{1,3}|-!-)[ \t]+(?=[^\W_])", re.MULTILINE)
"""A line of a chat that tells what somebody does: "* Tarn stares"."""
_ATTACHMENT = re.compile(
    r"\S+\.(?:jpe?g|png|gif|heic|webp|mov|mp4|m4a|opus|pdf|vcf)(?: \(file attached\))?",
    re.IGNORECASE,
)
"""A message that is only the name of a file."""
_NOTICE_MARKS = " \t\r\n<>[]{}()-–—=*\u200e\u200f\u202a\u202c"
"""What stands around the notice of a chat program."""
_QUOTATION_OPENINGS = '“"«„‘「『»'


def mark_speeches(book: Book, *, reads_names: bool = False) -> Book:
    """Return the book with its speeches, if its text names the speakers.

    The names are skipped, unless `reads_names`. A paragraph with several speeches is split. A book
    without such speeches is returned as it is.
    """
    with use_vocabulary(book.metadata.language):
        return _mark_speeches(book, reads_names=reads_names)


def _mark_speeches(book: Book, *, reads_names: bool) -> Book:
    text = book.readable_text
    paragraphs = [paragraph for chapter in book.chapters for paragraph in chapter.paragraphs]
    labels = name_roles(find_labels(text, paragraphs), text)
    cast_list = read_cast_list(text, paragraphs)
    prefixes = choose_speech_prefixes(text, paragraphs, labels, cast_list)
    if not prefixes.runs:
        return mark_set_off_questions(book)
    named_labels = tuple(
        name_interview_labels(prefixes.labels, text, book.metadata.title, book.metadata.language)
    )
    question_labels = load_vocabulary().questions
    is_interview = (
        any(label.name.casefold() in question_labels for label in prefixes.labels)
        or named_labels != prefixes.labels  # an introduction says whose initials they are
    ) and not any(text[paragraph.start] in _QUOTATION_OPENINGS for paragraph in paragraphs)
    prefixes = replace(prefixes, labels=_absorb_players(named_labels, text))
    chosen_labels = prefixes.labels
    personae, main_names = name_personae([label.name for label in chosen_labels], cast_list, text)
    marker = _SpeechMarker(text, paragraphs, prefixes, main_names, cast_list.paragraph_indices)
    marker.is_interview = is_interview
    marker.message_starts = _find_message_starts(book)
    chapters, first_index = [], 0
    for chapter in book.chapters:
        count = len(chapter.paragraphs)
        chapters.append(marker.mark_chapter(chapter, first_index))
        first_index += count
    silent: list[tuple[int, int, str]] = []
    if not reads_names:
        silent = [(*_trim_name(text, label), SPEAKER_NAME_REASON) for label in chosen_labels]
        silent += [(*stamp, MESSAGE_TIME_REASON) for stamp in marker.stamps]
        silent = [span for span in silent if span[:2] not in marker.notices]
        silent += [(*notice, CHAT_NOTICE_REASON) for notice in marker.notices]
    return replace(
        book,
        chapters=tuple(
            replace(chapter, paragraphs=tuple(_drop_silent(text, chapter.paragraphs, silent)))
            for chapter in chapters
        ),
        skipped=tuple(_add_skipped_passages(book, silent)),
        speeches=tuple(marker.speeches),
        personae=personae,
    )


def _absorb_players(labels: Sequence[Label], text: str) -> tuple[Label, ...]:
    """Return labels with the names of players that always stand behind them: "Ilse (Kat):".

    A bracket that changes, or stands there once, is a stage direction.
    """
    brackets_by_name: dict[str, set[str]] = {}
    for label in labels:
        bracket = _PLAYER.match(text, label.name_end)
        brackets_by_name.setdefault(label.name, set()).add(bracket[0] if bracket else "")
    counts = Counter(label.name for label in labels)
    return tuple(
        replace(label, name_end=bracket.end(), speech_start=max(label.speech_start, bracket.end()))
        if counts[label.name] > 1
        and len(brackets_by_name[label.name]) == 1
        and (bracket := _PLAYER.match(text, label.name_end))
        else label
        for label in labels
    )


def _find_message_starts(book: Book) -> frozenset[int]:
    """Return the offset of the text after each time of a message that the markup declares."""
    ends = (p.end for p in book.skipped if p.reason == MESSAGE_TIME_REASON)
    return frozenset(
        end + len(gap[0]) for end in ends if (gap := _SPACE.match(book.readable_text, end))
    )


def _is_notice(text: str) -> bool:
    """Return whether a line is a notice of a chat program: "<Media omitted>"."""
    if _ATTACHMENT.fullmatch(text.strip()):
        return True
    line = " ".join(text.strip(_NOTICE_MARKS).casefold().replace("’", "'").split())
    notices = load_vocabulary().chat_notices
    return any(
        line.startswith(notice) if notice[-1] in ". }" else line.rstrip(".") == notice
        for notice in notices
    )


def _read_frame_word(text: str) -> str:
    """Return the word before the number in the first of several lines, or ""."""
    match = _FRAME_LINE.match(text)
    return match["word"].casefold() if match else ""


def _is_voice_remark(text: str) -> bool:
    """Return whether a text only says that a speech or a scene goes on: "(MORE)", "CONTINUED:"."""
    return text.strip("()[]: \t\r\n").casefold() in load_vocabulary().voice_remarks


def _trim_name(text: str, label: Label) -> tuple[int, int]:
    """Return the span of a name before a speech, without the space after it."""
    return label.start, label.start + len(text[label.start : label.name_end].rstrip())


def _drop_silent(
    text: str, paragraphs: Sequence[Paragraph], silent: Sequence[tuple[int, int, str]]
) -> Iterator[Paragraph]:
    """Yield the paragraphs that hold more than a name which is not spoken, numbered again."""
    silent_ends = {start: end for start, end, _ in silent}
    number = 0
    for paragraph in paragraphs:
        start = silent_ends.get(paragraph.start, paragraph.start)
        if start > paragraph.start and not has_words(text[start : paragraph.end]):
            continue
        is_heading = paragraph.kind is ParagraphKind.HEADING
        number += not is_heading
        kind = paragraph.kind
        if kind is ParagraphKind.VERSE and "\n" not in text[start : paragraph.end].strip():
            kind = ParagraphKind.TEXT  # only the name above it made it look like verse
        yield replace(paragraph, number=0 if is_heading else number, kind=kind)


def _add_skipped_passages(
    book: Book, silent: Sequence[tuple[int, int, str]]
) -> Iterator[SkippedPassage]:
    """Yield the skipped passages of a book and those of its labels, in text order."""
    added = [
        SkippedPassage(start, end, reason, book.text[start:end])
        for start, end, reason in silent
        if start < end
    ]
    merged = sorted((*book.skipped, *added), key=lambda passage: (passage.start, passage.end))
    last_end = 0
    for passage in merged:
        if passage.start >= last_end:
            yield passage
            last_end = passage.end
        elif passage.end > last_end:
            # a mark that is not spoken may stand within a name
            yield SkippedPassage(
                last_end, passage.end, passage.reason, book.text[last_end : passage.end]
            )
            last_end = passage.end


@dataclass(slots=True)
class _Piece:
    """A paragraph, or the part of one that begins with a label."""

    paragraph: Paragraph
    label: Label | None
    index: int
    """Index of the paragraph that it is part of."""


class _SpeechMarker:
    """The collector of the speeches of a book, chapter by chapter."""

    def __init__(
        self,
        text: str,
        paragraphs: Sequence[Paragraph],
        prefixes: SpeechPrefixes,
        main_names: dict[str, str],
        cast_list_indices: frozenset[int],
    ) -> None:
        self.text = text
        self.main_names = main_names
        self.prefixes = prefixes
        self.cast_list_indices = cast_list_indices
        self.labels_by_paragraph: dict[int, list[Label]] = {}
        for label in prefixes.labels:
            self.labels_by_paragraph.setdefault(label.paragraph_index, []).append(label)
        declares_directions = any(paragraph.stage_directions for paragraph in paragraphs)
        marked_count = self._count_marked(paragraphs)
        self.marks_directions = declares_directions or marked_count >= _MIN_MARKED_DIRECTIONS
        self.inner_indices = frozenset(_list_inner_indices(prefixes, paragraphs))
        words = Counter(_read_frame_word(self.text[p.start : p.end]) for p in paragraphs)
        self.frame_words = {w for w, n in words.items() if w and n >= _MIN_FRAMES}
        """Words before the numbers of the pictures of a comic: "Panel 3"."""
        self.is_chat = any(label.form is LabelForm.CHAT for label in prefixes.labels)
        self.is_interview = False
        """Whether the labels of questions and answers name the speakers."""
        self.hanging_indent = find_hanging_indent(text, paragraphs, prefixes.labels)
        self.lists_messages = self.is_chat or any(run.labels_messages for run in prefixes.runs)
        self.names_by_word = {
            word: main
            for name, main in main_names.items()
            for form in (name, main)
            for word in make_name_key(form).split()
        }
        self.speeches: list[Speech] = []
        self.stamps: list[tuple[int, int]] = []
        self.notices: list[tuple[int, int]] = []
        self.message_starts: frozenset[int] = frozenset()
        """Offsets of the text after each time of a message that the markup declares."""
        # The speech that is open at the current position:
        self._speaker = ""
        self._form = LabelForm.STOP
        self._awaits_text = False
        self._has_spoken = False
        self._is_interrupted = False
        self._is_solo = False  # whether the heading of a scene names the only speaker

    def _count_marked(self, paragraphs: Sequence[Paragraph]) -> int:
        """Return the number of paragraphs that are stage directions by their typography."""
        return sum(
            directions.is_bracketed(self.text[p.start : p.end])
            or directions.is_emphasised(self.text, p, p.start, p.end)
            for p in paragraphs
            if p.kind is not ParagraphKind.HEADING
        )

    def mark_chapter(self, chapter: Chapter, first_index: int) -> Chapter:
        """Collect the speeches of a chapter, and return it with its paragraphs split at labels.

        `first_index` is the index of its first paragraph in the book.
        """
        self._speaker, self._is_solo = "", False
        pieces: list[Paragraph] = []
        for index, paragraph in enumerate(chapter.paragraphs, first_index):
            for piece in self._split(paragraph, index):
                self._mark_piece(piece)
                pieces.append(self._mark_scene(piece.paragraph))
        return replace(chapter, paragraphs=tuple(pieces))

    def _mark_scene(self, paragraph: Paragraph) -> Paragraph:
        """Return a paragraph, marked as the start of a scene if it is a heading of a screenplay.

        The short lines of a screenplay's speeches are wrapped, and no verse.
        """
        if not self.prefixes.is_screenplay:
            return paragraph
        if directions.SLUGLINE.match(self.text, paragraph.start, paragraph.end):
            paragraph = replace(paragraph, follows_scene_break=True)
        is_verse = paragraph.kind is ParagraphKind.VERSE
        return replace(paragraph, kind=ParagraphKind.TEXT) if is_verse else paragraph

    def _split(self, paragraph: Paragraph, index: int) -> Iterator[_Piece]:
        """Yield the parts of a paragraph, cut before each label but one that opens it."""
        labels = self.labels_by_paragraph.get(index, [])
        by_start = {label.start: label for label in labels}
        logged_starts = []
        if any(label.form is LabelForm.CHAT for label in labels):
            logged_starts = find_logged_lines(self.text, paragraph)
        if any(label.form in (LabelForm.CHAT, LabelForm.ANGLE) for label in labels):
            lines = _ACTION_LINE.finditer(self.text, paragraph.start, paragraph.end)
            logged_starts += [line.end("space") for line in lines]
        cuts = sorted({paragraph.start, *by_start, *logged_starts, paragraph.end})
        for start, end in pairwise(cuts):
            part = self.text[start:end]
            if not part.strip() and len(cuts) > 2:
                continue
            part_end = start + len(part.rstrip()) if end < paragraph.end else end
            yield _Piece(_clip_paragraph(paragraph, start, part_end), by_start.get(start), index)

    def _mark_piece(self, piece: _Piece) -> None:
        """Collect the speeches in a piece, and remember whose speech is open after it."""
        paragraph = piece.paragraph
        stamp = find_stamp(self.text, paragraph) if self.is_chat and not piece.label else None
        body_start = (
            piece.label.speech_start if piece.label else stamp[1] if stamp else paragraph.start
        )
        body = self.text[body_start : paragraph.end]
        if (self.is_chat and _is_notice(body)) or (
            self.prefixes.is_screenplay and not piece.label and _is_voice_remark(body)
        ):
            self.notices.append((paragraph.start, paragraph.end))
            return
        if stamp is not None:
            self.stamps.append(stamp)
        soloist = self._find_soloist(body) if self.prefixes.is_script and not piece.label else ""
        if soloist:
            self._speaker, self._is_solo = soloist, True
        elif paragraph.kind is ParagraphKind.HEADING or piece.index in self.cast_list_indices:
            self._speaker = ""
        elif piece.label is not None:
            self._open_speech(piece.label)
            self._add_spans(piece.label.speech_start, paragraph)
        elif (
            self.speeches
            and self.prefixes.is_script
            and not self.is_chat
            and body.isupper()
            and self._list_names(body) is not None
        ):
            self._open_song(body)
        elif self._speaker and self._is_solo:
            if not (self._is_marked_direction(paragraph, body) or self._is_plain_direction(body)):
                self._add_spans(paragraph.start, paragraph)
        elif self._speaker and self._continues_speech(piece):
            self._add_spans(paragraph.start, paragraph)

    def _open_speech(self, label: Label) -> None:
        """Begin a new speech."""
        self._speaker, self._form = self.main_names[label.name], label.form
        self._is_solo = False
        self._awaits_text, self._has_spoken = True, False
        self._is_interrupted = False

    def _find_soloist(self, text: str) -> str:
        """Return the only person whom the heading of a scene names: "SCENE I.--ARGANTE", or ""."""
        match = _SCENE_PERSONS.match(text)
        if match is None or not match["persons"].isupper():
            return ""
        names = dict.fromkeys(self._list_names(match["persons"]) or ())
        return next(iter(names)) if len(names) == 1 else ""

    def _list_names(self, text: str) -> list[str] | None:
        """Return the persons in a paragraph of names, as at the end of a farce, or None.

        The kind of a song may stand before the name of the singer: "AIR.--LETTY.".
        """
        words = make_name_key(_NAME_MARKS.sub(" ", text)).split()
        named = [word for word in words if word in self.names_by_word]
        others = [word for word in words if word not in self.names_by_word and len(word) > 1]
        if not named or len(words) > _MAX_LISTED_WORDS or others not in ([], words[:1]):
            return None
        return [self.names_by_word[word] for word in named]

    def _open_song(self, text: str) -> None:
        """Let the only person who is named above a song sing it."""
        names = dict.fromkeys(self._list_names(text) or ())
        self._speaker = next(iter(names)) if len(names) == 1 else ""
        self._awaits_text, self._has_spoken, self._is_interrupted = True, False, False

    def _add_spans(self, start: int, paragraph: Paragraph) -> None:
        """Add the text between the stage directions as speech."""
        position = start
        end = self._find_final_notice(start, paragraph.end) if self.is_chat else paragraph.end
        direction_spans = directions.find_directions(self.text, start, end, paragraph)
        if end < paragraph.end:
            self.notices.append((end, paragraph.end))
        for direction_start, direction_end in [*direction_spans, (end, end)]:
            if _is_voice_remark(self.text[direction_start:direction_end]):
                self.notices.append((direction_start, direction_end))  # "(MORE)"
            if has_words(self.text[position:direction_start]):
                self.speeches.append(
                    Speech(position, direction_start, self._speaker, continues=self._has_spoken)
                )
                self._awaits_text, self._has_spoken = False, True
            position = direction_end

    def _find_final_notice(self, start: int, end: int) -> int:
        """Return where a message ends, before the notice of a chat program behind it."""
        match = _FINAL_NOTICE.search(self.text[start:end])
        return start + match.start() if match and _is_notice(match[1]) else end

    # -- paragraphs without a label

    def _continues_speech(self, piece: _Piece) -> bool:
        """Return whether a paragraph without a label belongs to the speech above it."""
        paragraph = piece.paragraph
        text = self.text[paragraph.start : paragraph.end]
        if self._is_marked_direction(paragraph, text) or _ACTION_LINE.match(text):
            return False
        if self._awaits_text or self._is_mid_sentence(text) or self._is_line_of_message(paragraph):
            return True
        if paragraph.follows_scene_break and not self.prefixes.is_script:
            return False
        if self.prefixes.is_screenplay or piece.index not in self.inner_indices:
            return False
        is_hanging = self.hanging_indent == measure_indent(self.text, paragraph.start)
        if paragraph.kind is ParagraphKind.VERSE or is_hanging:
            return True
        self._is_interrupted |= self._is_plain_direction(text)
        return not self._is_plain_direction(text)

    def _is_mid_sentence(self, text: str) -> bool:
        """Return whether a paragraph goes on with the sentence that the speech above it began."""
        last_end = self.speeches[-1].end if self.speeches and self._has_spoken else 0
        before = self.text[max(0, last_end - 20) : last_end].rstrip(" \t\r\n*_")
        # in a play, every speech ends with a mark, and each line of verse may begin with a capital
        goes_on = text[:1].islower() or (self.prefixes.is_script and not self.lists_messages)
        return before.endswith((",", ";")) or (before[-1:].isalpha() and goes_on)

    def _is_line_of_message(self, paragraph: Paragraph) -> bool:
        """Return whether a paragraph is a further line of the message right above it.

        It is a further message by the same sender if the markup declares a time, but no name.
        """
        if paragraph.start in self.message_starts:
            return True
        if self._form is not LabelForm.CHAT or self.prefixes.coverage < _MIN_CHAT_COVERAGE:
            return False
        end = self.speeches[-1].end if self.speeches else 0
        gap = self.text[end : paragraph.start]
        return not gap.strip() and gap.replace("\r\n", "\n").count("\n") == 1

    def _is_marked_direction(self, paragraph: Paragraph, text: str) -> bool:
        """Return whether typography or the first word makes a paragraph a stage direction."""
        return (
            directions.is_bracketed(text)
            or directions.is_emphasised(self.text, paragraph, paragraph.start, paragraph.end)
            or directions.is_scene_line(text)
            or _read_frame_word(text) in self.frame_words
            or (not self._awaits_text and directions.opens_direction(text))
            or starts_with_time(text)
        )

    def _is_plain_direction(self, text: str) -> bool:
        """Return whether a paragraph of prose without brackets is a stage direction.

        Its words decide: a speech has a pronoun of the speaker or hearer, or asks or exclaims.
        """
        is_quoted = text.lstrip()[:1] in _QUOTATION_OPENINGS
        if is_quoted and (self._is_interrupted or not self.prefixes.is_script):
            return True
        if any(mark in text for mark in "?!？！"):
            return False
        words = {word.casefold() for word in APOSTROPHE_WORD_PATTERN.findall(text)}
        if words & load_vocabulary().speaker_pronouns:
            return False
        marks_directions = self.marks_directions or self.is_interview
        return not marks_directions or not self.prefixes.is_script


def _list_inner_indices(prefixes: SpeechPrefixes, paragraphs: Sequence[Paragraph]) -> Iterator[int]:
    """Yield the indices of the paragraphs that may continue a speech.

    In a play these are all; elsewhere those between two labels of one run. In a chat each message
    has its own label, unless nearly all of the book is a chat, and it has no chapters as a novel.
    """
    for run in prefixes.runs:
        if not (run.is_chat or run.labels_messages):
            yield from range(run.first_index, run.last_index + 1)
    if prefixes.is_script and not any(run.labels_messages for run in prefixes.runs):
        is_chat = all(run.is_chat for run in prefixes.runs)
        first_index = prefixes.runs[0].first_index
        is_novel = any(p.kind is ParagraphKind.HEADING for p in paragraphs[first_index:])
        if not is_chat or (prefixes.coverage >= _MIN_CHAT_COVERAGE and not is_novel):
            last_index = prefixes.runs[-1].last_index + _MAX_LAST_PARAGRAPHS
            yield from range(prefixes.runs[0].first_index, last_index)


def _clip_paragraph(paragraph: Paragraph, start: int, end: int) -> Paragraph:
    """Return the part of a paragraph between two offsets."""
    if (start, end) == (paragraph.start, paragraph.end):
        return paragraph
    return replace(
        paragraph,
        start=start,
        end=end,
        follows_scene_break=paragraph.follows_scene_break and start == paragraph.start,
        emphasis=_clip_spans(paragraph.emphasis, start, end),
        speaker_names=_clip_spans(paragraph.speaker_names, start, end),
        stage_directions=_clip_spans(paragraph.stage_directions, start, end),
    )


def _clip_spans(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the parts of the spans that lie between two offsets."""
    return tuple(
        Span(max(span.start, start), min(span.end, end))
        for span in spans
        if span.start < end and span.end > start
    )
