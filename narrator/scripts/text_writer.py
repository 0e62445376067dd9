"""Format a script as a script file, which a person can edit."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from narrator.model import LineKind, ParagraphKind
from narrator.readers.layout.skip_reasons import SCENE_BREAK_REASON
from narrator.scripts import character_list, text_syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book, Line, Paragraph, Script, SkippedPassage

REMARK_CONFIDENCE = 0.7
"""Confidence below which a remark gives the reason for the choice of speaker."""

_HELP_ROWS = """\
# Who says what. Edit this file, and build it in place of the book.
#
# Each row is a line. “@Name:” marks what a character says; other rows belong to the narrator.
# To change a speaker, change the name. To turn speech into narration, remove “@Name:”.
# “@+Name:” continues a quotation after an interruption. An indented row continues the row above.
# To merge two characters, add the name of one to the names of the other under [characters].
# “[in fr]” before the words gives a language that is not that of the book.
# A blank row separates paragraphs. “#” begins a comment. “\\” protects what looks like a mark.
""".splitlines()


def format_script(script: Script) -> str:
    """Format a script as the text of a script file, for `text_reader.parse_script`.

    The text loses the exact whitespace, the offsets of note marks within lines, emphasis, the
    numbers of quotations, and the confidence in each speaker. Remarks give the confidence of
    doubtful speakers, but when the file is read, all speakers count as certain.
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
    """Yield the rows with the book's metadata, the path of its file, and whether it has a cover."""
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
    """The formatter of the story: all chapters in order, including skipped passages."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.label_starts = tuple(f"{character.name}:" for character in script.characters)
        # Both lists are in reverse order because removing the last element is cheap.
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
            yield from _format_separate_passages(self._pop_passages(chapter.start))
            yield ""
            yield f"[chapter] {text_syntax.escape_value(chapter.title)}".rstrip()
            for paragraph in chapter.paragraphs:
                yield from self._format_space_before(paragraph)
                yield from self._format_paragraph(paragraph)
        text_length = len(self.script.book.text)
        yield from _format_separate_passages(self._pop_passages(text_length + 1))

    def _pop_passages(self, end: int) -> list[SkippedPassage]:
        """Remove and return the next skipped passages that start before the offset `end`."""
        passages = list(
            takewhile(lambda passage: passage.start < end, reversed(self.remaining_passages))
        )
        del self.remaining_passages[len(self.remaining_passages) - len(passages) :]
        return passages

    def _pop_lines(self, end: int) -> list[Line]:
        """Remove and return the next lines that start before the offset `end`."""
        lines = list(takewhile(lambda line: line.start < end, reversed(self.remaining_lines)))
        del self.remaining_lines[len(self.remaining_lines) - len(lines) :]
        return lines

    def _format_space_before(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield the rows before a paragraph: skipped passages, a blank row and any scene break."""
        passages = self._pop_passages(paragraph.start)
        # The last passage before the paragraph may be the printed scene break, such as "* * *".
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
            yield f"[scene] {_collapse_whitespace(scene_mark.text) if scene_mark else ''}".rstrip()
            yield ""

    def _format_paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield the rows of a paragraph, after a row with its kind unless that is plain text."""
        lines = self._pop_lines(paragraph.end)
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
            yield from map(_format_passage, self._pop_passages(line.start))
            yield from self._format_line(
                line, line_above, begins_heading=is_heading and line_above is None
            )
            line_above = line
        yield from map(_format_passage, self._pop_passages(paragraph.end))

    def _format_line(
        self, line: Line, line_above: Line | None, *, begins_heading: bool
    ) -> Iterator[str]:
        """Yield the row of a line, after a remark if its speaker is doubtful.

        `line_above` is the previous line of the same paragraph, or None.
        """
        directions = text_syntax.format_directions(line.directions)
        directions += text_syntax.format_language(line.language)
        if line.kind is not LineKind.DIALOGUE:
            row = text_syntax.escape_line(line.text, self.label_starts)
            # a heading takes no directions before its mark, but after it
            yield f"{'[heading] ' if begins_heading else ''}{directions}{row}"
            return
        continues = self.last_dialogue is not None and (
            _make_quotation_key(line) == _make_quotation_key(self.last_dialogue)
        )
        # Within a quotation, indentation is enough; after narration, the label is repeated.
        if continues and line_above is self.last_dialogue:
            yield f"    {directions}{text_syntax.escape_line(line.text, self.label_starts)}"
        else:
            confidence = line.confidence
            if not continues and confidence is not None and confidence < REMARK_CONFIDENCE:
                yield f"# {confidence:.0%}: {_collapse_whitespace(line.reason or '')}"
            label = text_syntax.format_speaker_label(line.speaker, continues=continues)
            yield f"{label} {directions}{text_syntax.escape_brackets(line.text)}"
        self.last_dialogue = line


def _make_quotation_key(line: Line) -> tuple[int | None, str | None, int | None]:
    """Return a key that is equal for all lines of the same quotation.

    A line without a quotation number is a quotation of its own, so its key includes its start.
    """
    return line.quotation, line.speaker, line.start if line.quotation is None else None


def _format_separate_passages(passages: Sequence[SkippedPassage]) -> Iterator[str]:
    """Yield a blank row and the passage's row for each skipped passage between paragraphs."""
    for passage in passages:
        yield ""
        yield _format_passage(passage)


def _format_passage(passage: SkippedPassage) -> str:
    """Format a skipped passage as a row."""
    reason = text_syntax.escape_value(passage.reason, "]")
    return f"[left out: {reason}] {_collapse_whitespace(passage.text)}".rstrip()


def _collapse_whitespace(text: str) -> str:
    """Return a text on one row, with single spaces."""
    return " ".join(text.split())
