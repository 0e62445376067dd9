"""Writes a script as a text to edit."""

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
"""Confidence below which a remark tells why this speaker was chosen."""

_HELP = """\
# Who says what. Change it, and give this file to `narrator build` instead of the book.
#
# A row is a line. “@Name:” stands before what a character says; without it the narrator tells.
# Who speaks: change the name. Not said by anybody: take “@Name:” away. Said after all: put one.
# “@+Name:” goes on after an interruption; an indented row goes on with the voice above it.
# Two who are one: write the name of one among the other's names, in [characters].
# Blank rows part paragraphs; # begins a remark; \\ goes before words that look like a mark.
""".splitlines()


def format_script(script: Script) -> str:
    """The script as a text that `reading.read` takes back.

    All of it is kept but the space between the words, where a footnote's mark stood within a line,
    emphasis, which quotation has which number, and how sure each speaker is: remarks tell that of
    the doubtful ones, and what a person leaves in the file is right.
    """
    book = script.book
    names = character_list.collect_main_names(script.characters)
    body = _Body(script)
    return "\n".join(
        [
            text_syntax.SIGNATURE,
            *_HELP,
            "",
            *_about(book),
            "",
            text_syntax.CHARACTERS_HEADER,
            *(
                text_syntax.format_character_row(each, names - {each.name})
                for each in script.characters
            ),
            *body.rows(),
            "",
            *character_list.format_detected_rows(script.uncorrected or script),
            "",
        ]
    )


def _about(book: Book) -> Iterator[str]:
    for name in text_syntax.METADATA_FIELDS:
        value = getattr(book.metadata, name)
        if value is not None:
            yield f"{name}: {text_syntax.escape_value(value)}"
    origin = book.source.origin or book.source.path
    if origin != "-":
        yield f"{text_syntax.BOOK_FIELD}: {text_syntax.escape_value(origin)}"
        if book.metadata.cover:
            yield f"{text_syntax.COVER_FIELD}: of the book"


class _Body:
    """The rows of the story, in order; what is left out comes where it stands."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.labels = tuple(f"{each.name}:" for each in script.characters)
        self.lines = list(reversed(script.lines))
        self.skipped = [
            s for s in script.book.skipped if s.reason != text_syntax.SCRIPT_MARK_REASON
        ][::-1]
        self.said: Line | None = None
        """The last line of dialogue."""

    def rows(self) -> Iterator[str]:
        for chapter in self.script.book.chapters:
            yield from self._apart(self._left_out(chapter.start))
            yield ""
            yield f"[chapter] {text_syntax.escape_value(chapter.title)}".rstrip()
            for paragraph in chapter.paragraphs:
                yield from self._between(paragraph)
                yield from self._paragraph(paragraph)
        yield from self._apart(self._left_out(len(self.script.book.text) + 1))

    def _left_out(self, before: int) -> list[SkippedPassage]:
        found = list(takewhile(lambda each: each.start < before, reversed(self.skipped)))
        del self.skipped[len(self.skipped) - len(found) :]
        return found

    def _apart(self, found: Sequence[SkippedPassage]) -> Iterator[str]:
        for skipped in found:
            yield ""
            yield _left_out(skipped)

    def _between(self, paragraph: Paragraph) -> Iterator[str]:
        found = self._left_out(paragraph.start)
        broken = (
            found.pop()
            if paragraph.follows_scene_break and found and found[-1].reason == SCENE_BREAK_REASON
            else None
        )
        yield from self._apart(found)
        yield ""
        if paragraph.follows_scene_break:
            yield f"[scene] {_on_one_row(broken.text) if broken else ''}".rstrip()
            yield ""

    def _paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        lines = list(takewhile(lambda line: line.start < paragraph.end, reversed(self.lines)))
        del self.lines[len(self.lines) - len(lines) :]
        heading = paragraph.kind is ParagraphKind.HEADING
        if paragraph.kind not in (ParagraphKind.TEXT, ParagraphKind.HEADING):
            yield f"[{paragraph.kind}]"
        if not lines:
            words = self.script.book.display_text(paragraph.start, paragraph.end)
            yield f"{'[heading] ' if heading else ''}{text_syntax.escape_line(words, self.labels)}"
        above: Line | None = None
        for line in lines:
            yield from map(_left_out, self._left_out(line.start))
            yield from self._line(line, above, heading=heading and above is None)
            above = line
        yield from map(_left_out, self._left_out(paragraph.end))

    def _line(self, line: Line, above: Line | None, *, heading: bool) -> Iterator[str]:
        if line.kind is not LineKind.DIALOGUE:
            words = text_syntax.escape_line(line.text, self.labels)
            yield f"{'[heading] ' if heading else ''}{words}"
            return
        goes_on = self.said is not None and _voice(line) == _voice(self.said)
        if goes_on and above is self.said:
            yield f"    {text_syntax.escape_line(line.text, self.labels)}"
        else:
            if not goes_on and line.confidence is not None and line.confidence < REMARK_CONFIDENCE:
                yield f"# {line.confidence:.0%}: {_on_one_row(line.reason or '')}"
            yield f"{text_syntax.format_speaker_label(line.speaker, continues=goes_on)} {line.text}"
        self.said = line


def _voice(line: Line) -> tuple[int | None, str | None, int | None]:
    """What the lines of a quotation share; the last is for one that has no number."""
    return line.quotation, line.speaker, line.start if line.quotation is None else None


def _left_out(skipped: SkippedPassage) -> str:
    reason = text_syntax.escape_value(skipped.reason, "]")
    return f"[left out: {reason}] {_on_one_row(skipped.text)}".rstrip()


def _on_one_row(text: str) -> str:
    return " ".join(text.split())
