"""Format a script as a text file that a person can edit."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from narrator.model import LineKind, ParagraphKind
from narrator.readers.layout.blocks import SCENE_BREAK_REASON
from narrator.scripts import character_list, text_syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book, Line, Paragraph, Script, SkippedPassage

REMARK_CONFIDENCE = 0.7
"""Confidence below which a remark says why this speaker was chosen."""

_HELP_ROWS = """\
# Who says what. Change it, and give this file to `narrator build` instead of the book.
#
# A row is a line. “@Name:” stands before what a character says; without it the narrator tells.
# Who speaks: change the name. Not said by anybody: take “@Name:” away. Said after all: put one.
# “@+Name:” goes on after an interruption; an indented row goes on with the voice above it.
# Two who are one: write the name of one among the other's names, in [characters].
# Blank rows part paragraphs; # begins a remark; \\ goes before words that look like a mark.
""".splitlines()


def format_script(script: Script) -> str:
    """Return the script as a text that `text_reader.parse_script` reads.

    The text keeps everything except the space between words, the places of note marks within
    lines, emphasis, the numbers of quotations and the confidence in speakers. Remarks give the
    confidence of doubtful speakers; all speakers in the file count as certain when it is read.
    """
    main_names = character_list.collect_main_names(script.characters)
    story = _StoryWriter(script)
    return "\n".join(
        [
            text_syntax.SIGNATURE,
            *_HELP_ROWS,
            "",
            *_format_head(script.book),
            "",
            text_syntax.CHARACTERS_HEADER,
            *(
                text_syntax.format_character_row(character, main_names - {character.name})
                for character in script.characters
            ),
            *story.format_rows(),
            "",
            *character_list.format_detected_rows(script.uncorrected or script),
            "",
        ]
    )


def _format_head(book: Book) -> Iterator[str]:
    """Yield the rows of the book's metadata, of its file and of its cover."""
    for name in text_syntax.METADATA_FIELDS:
        value = getattr(book.metadata, name)
        if value is not None:
            yield f"{name}: {text_syntax.escape_value(value)}"
    origin = book.source.origin or book.source.path
    if origin != "-":
        yield f"{text_syntax.BOOK_FIELD}: {text_syntax.escape_value(origin)}"
        if book.metadata.cover:
            yield f"{text_syntax.COVER_FIELD}: of the book"


class _StoryWriter:
    """Formats the rows of the story in order, with skipped passages where they occur."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.label_starts = tuple(f"{character.name}:" for character in script.characters)
        # Both lists are reversed: the next line or passage is the last, and is cheap to remove.
        self.remaining_lines = list(reversed(script.lines))
        self.remaining_passages = [
            passage
            for passage in reversed(script.book.skipped)
            if passage.reason != text_syntax.SCRIPT_MARK_REASON
        ]
        self.last_dialogue: Line | None = None

    def format_rows(self) -> Iterator[str]:
        """Yield the rows of all chapters."""
        for chapter in self.script.book.chapters:
            yield from _format_separate_passages(self._take_passages(chapter.start))
            yield ""
            yield f"[chapter] {text_syntax.escape_value(chapter.title)}".rstrip()
            for paragraph in chapter.paragraphs:
                yield from self._format_space_before(paragraph)
                yield from self._format_paragraph(paragraph)
        text_length = len(self.script.book.text)
        yield from _format_separate_passages(self._take_passages(text_length + 1))

    def _take_passages(self, end: int) -> list[SkippedPassage]:
        """Remove and return the next skipped passages that start before the offset `end`."""
        passages = list(
            takewhile(lambda passage: passage.start < end, reversed(self.remaining_passages))
        )
        del self.remaining_passages[len(self.remaining_passages) - len(passages) :]
        return passages

    def _take_lines(self, end: int) -> list[Line]:
        """Remove and return the next lines that start before the offset `end`."""
        lines = list(takewhile(lambda line: line.start < end, reversed(self.remaining_lines)))
        del self.remaining_lines[len(self.remaining_lines) - len(lines) :]
        return lines

    def _format_space_before(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield the rows between a paragraph and the one before: passages and scene break."""
        passages = self._take_passages(paragraph.start)
        # The last passage before the paragraph may be the sign that marks the scene break.
        scene_mark = (
            passages.pop()
            if paragraph.follows_scene_break
            and passages
            and passages[-1].reason == SCENE_BREAK_REASON
            else None
        )
        yield from _format_separate_passages(passages)
        yield ""
        if paragraph.follows_scene_break:
            yield f"[scene] {_join_rows(scene_mark.text) if scene_mark else ''}".rstrip()
            yield ""

    def _format_paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield the rows of a paragraph, its kind first unless it is plain text."""
        lines = self._take_lines(paragraph.end)
        is_heading = paragraph.kind is ParagraphKind.HEADING
        if paragraph.kind not in (ParagraphKind.TEXT, ParagraphKind.HEADING):
            yield f"[{paragraph.kind}]"
        if not lines:
            # The paragraph has no speakable words, such as "— —".
            text = self.script.book.display_text(paragraph.start, paragraph.end)
            row = text_syntax.escape_line(text, self.label_starts)
            yield f"{'[heading] ' if is_heading else ''}{row}"
        line_above: Line | None = None
        for line in lines:
            yield from map(_format_passage, self._take_passages(line.start))
            yield from self._format_line(
                line, line_above, begins_heading=is_heading and line_above is None
            )
            line_above = line
        yield from map(_format_passage, self._take_passages(paragraph.end))

    def _format_line(
        self, line: Line, line_above: Line | None, *, begins_heading: bool
    ) -> Iterator[str]:
        """Yield the row of a line, below a remark if its speaker is doubtful.

        `line_above` is the line before it in the same paragraph.
        """
        if line.kind is not LineKind.DIALOGUE:
            row = text_syntax.escape_line(line.text, self.label_starts)
            yield f"{'[heading] ' if begins_heading else ''}{row}"
            return
        continues = self.last_dialogue is not None and (
            _quotation_key(line) == _quotation_key(self.last_dialogue)
        )
        # Indentation suffices within a quotation; after narration the label is needed again.
        if continues and line_above is self.last_dialogue:
            yield f"    {text_syntax.escape_line(line.text, self.label_starts)}"
        else:
            confidence = line.confidence
            if not continues and confidence is not None and confidence < REMARK_CONFIDENCE:
                yield f"# {confidence:.0%}: {_join_rows(line.reason or '')}"
            label = text_syntax.format_speaker_label(line.speaker, continues=continues)
            yield f"{label} {line.text}"
        self.last_dialogue = line


def _quotation_key(line: Line) -> tuple[int | None, str | None, int | None]:
    """Return what all lines of a quotation share.

    A line of dialogue without a number is a quotation of its own, so its start is included.
    """
    return line.quotation, line.speaker, line.start if line.quotation is None else None


def _format_separate_passages(passages: Sequence[SkippedPassage]) -> Iterator[str]:
    """Yield the rows of skipped passages between paragraphs, each after a blank row."""
    for passage in passages:
        yield ""
        yield _format_passage(passage)


def _format_passage(passage: SkippedPassage) -> str:
    """Return the row of a skipped passage."""
    reason = text_syntax.escape_value(passage.reason, "]")
    return f"[left out: {reason}] {_join_rows(passage.text)}".rstrip()


def _join_rows(text: str) -> str:
    """Return a text on one row."""
    return " ".join(text.split())
