"""Reads a script file that a person may have edited: its words, and who says them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import EmptyBookError, NarratorError, ScriptFileError
from narrator.model import (
    Book,
    Chapter,
    Line,
    LineKind,
    Metadata,
    Paragraph,
    ParagraphKind,
    Script,
    SkippedPassage,
)
from narrator.readers import loading
from narrator.readers.layout.blocks import SCENE_BREAK_REASON
from narrator.readers.plain import decode_text
from narrator.registry import did_you_mean
from narrator.scripts import character_list, text_syntax
from narrator.segmentation.lines import SPEAKABLE_SIGN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Image
    from narrator.readers import SourceFile
    from narrator.scripts.character_list import CharacterIndex
    from narrator.scripts.text_syntax import ScriptRow

SCRIPT_SUFFIX = ".script"

_LABEL = re.compile(r"@(\+?)((?:\\.|[^\\:])*):(.*)")
_DIRECTION = re.compile(r"\[([\w ]+)(?::((?:\\.|[^\\\]])*))?\](.*)")
_FORMS = {str(form): form for form in ParagraphKind if form is not ParagraphKind.TEXT}
_KNOWN = ("chapter", "scene", "left out", *_FORMS)
_FIELD = re.compile(r"([a-z_]+):(.*)")


def is_script_file(sources: Sequence[SourceFile]) -> bool:
    """Whether these are a script file, by its first row or by its name."""
    return any(
        each.suffix == SCRIPT_SUFFIX or b"[narrator script" in each.data[:200].replace(b"\0", b"")
        for each in sources
    )


def parse_script(sources: Sequence[SourceFile]) -> Script:
    """The script that a file holds, which is all of a book; nothing of it is normalized.

    `Book.text` is the file itself, and its marks are among what is skipped, so that every offset
    is one into the file, and the ledger is kept on it.

    Raises:
        ScriptFileError: there is a mistake in the file, or there are several.
        EmptyBookError: it holds no words.
    """
    source, *others = sources
    if others:
        raise ScriptFileError("a script is a whole book", "give no other files beside it")
    text, encoding = decode_text(source.data, source.path)
    parts = _Parts.of(list(text_syntax.split_rows(text)), source.path)
    metadata, origin, cover = _about(parts.head, source.path)
    entries = [character_list.parse_character_row(row, source.path) for row in parts.people]
    _twice(parts.people, entries, source.path)
    people = character_list.CharacterIndex(entries)
    story = _Story(source.path, people)
    for row in parts.body:
        story.take(row)
    chapters = story.end(len(text))
    if not story.lines:
        raise EmptyBookError(f"{source.path} holds no words", "write the script again")
    image, notes = _cover(origin, source.path) if cover else (None, ())
    metadata = replace(metadata, cover=image)
    origin_of = replace(loading.describe_source(source, encoding), origin=origin)
    book = Book(metadata, text, chapters, tuple(_skipped(text, story)), origin_of)
    found = character_list.parse_detected_rows(parts.found, source.path)
    return Script(book, people.list_speakers(story.lines), tuple(story.lines), found, notes)


@dataclass(frozen=True)
class _Parts:
    """The rows of a file, by what they are about."""

    head: list[ScriptRow]
    people: list[ScriptRow]
    body: list[ScriptRow]
    found: list[ScriptRow]

    @classmethod
    def of(cls, rows: Sequence[ScriptRow], path: str) -> _Parts:
        """The parts of a file."""
        first = next((row for row in rows if row.text), None)
        if first is None or first.text.lstrip("\ufeff") != text_syntax.SIGNATURE:
            raise ScriptFileError(
                f"{path} is no script: it does not begin with {text_syntax.SIGNATURE}",
                "`narrator script BOOK -o FILE` writes one; name a story's file otherwise, as .txt",
            )
        parts = cls([], [], [], [])
        at = parts.head
        for row in rows[rows.index(first) + 1 :]:
            if row.text == text_syntax.CHARACTERS_HEADER and at is parts.head:
                at = parts.people
            elif row.text == text_syntax.AS_FOUND_HEADER:
                at = parts.found
            else:
                at = parts.body if _begins(row) and at is not parts.found else at
                if at is parts.body or (row.text and not row.text.startswith("#")):
                    at.append(row)
        return parts


def _begins(row: ScriptRow) -> bool:
    """Whether the story begins with this row, if it has not."""
    return row.text.startswith(("[chapter]", "[left out:"))


def _about(rows: Sequence[ScriptRow], path: str) -> tuple[Metadata, str | None, bool]:
    """What the head says: of the book, where it lies, and whether it has a cover."""
    known = (*text_syntax.METADATA_FIELDS, text_syntax.BOOK_FIELD, text_syntax.COVER_FIELD)
    told: dict[str, str] = {}
    for row in rows:
        found = _FIELD.fullmatch(row.text)
        if not found or found[1] not in known:
            what = f"'{text_syntax.shorten_for_message(row.text)}' means nothing before the first [chapter]"
            raise text_syntax.syntax_error(
                path, row, what, did_you_mean(row.text.partition(":")[0], known)
            )
        told[found[1]] = text_syntax.unescape_value(found[2].strip())
    origin, cover = told.pop(text_syntax.BOOK_FIELD, None), text_syntax.COVER_FIELD in told
    told.pop(text_syntax.COVER_FIELD, None)
    metadata = Metadata(told.pop("title", "") or loading.title_from_path(path))
    return replace(metadata, **told), origin, cover  # type: ignore[arg-type] # fields of text


def _cover(origin: str | None, path: str) -> tuple[Image | None, tuple[str, ...]]:
    """The cover of the book that a script was written from, or a note that it is gone."""
    for place in (Path(origin or ""), Path(path).parent / (origin or "")):
        if origin and place.exists():
            try:
                return loading.read_book([str(place)]).metadata.cover, ()
            except NarratorError as error:
                return None, (f"the cover is left out: {error.message}",)
    return None, (f"the cover is left out: {origin or 'the book'} is not there any more",)


def _twice(
    rows: Sequence[ScriptRow], entries: Sequence[character_list.CharacterEntry], path: str
) -> None:
    seen: set[str] = set()
    for row, each in zip(rows, entries, strict=True):
        if each.character.name in seen:
            what = f"{each.character.name} is among the characters twice"
            raise text_syntax.syntax_error(path, row, what, "put all names into one row")
        seen.add(each.character.name)


def _skipped(text: str, story: _Story) -> Iterator[SkippedPassage]:
    """What the file says is left out, and its marks: all that lies between the words."""
    kept = [(start, end, "") for start, end in story.words]
    left = [(each.start, each.end, each.reason) for each in story.left]
    edges = [(0, 0, ""), *sorted((*kept, *left)), (len(text), len(text), "")]
    for (_, last, _), (start, end, reason) in pairwise(edges):
        mark = text[last:start]
        bare = mark.strip()
        if bare:
            begin = last + mark.index(bare)
            yield SkippedPassage(begin, begin + len(bare), text_syntax.SCRIPT_MARK_REASON, bare)
        if reason:
            yield SkippedPassage(start, end, reason, text[start:end])


@dataclass
class _Block:
    """A paragraph while its rows are read."""

    form: ParagraphKind
    scene: bool
    start: int
    end: int
    lines: list[Line] = field(default_factory=list)


class _Story:
    """The story, row by row."""

    def __init__(self, path: str, people: CharacterIndex) -> None:
        self.path, self.people = path, people
        self.lines: list[Line] = []
        self.left: list[SkippedPassage] = []
        self.words: list[tuple[int, int]] = []
        """Where the words are that are spoken."""
        self._labels = tuple(f"{name}:" for name in people.main_names)
        self._chapters: list[Chapter] = []
        self._paragraphs: list[Paragraph] = []
        self._block: _Block | None = None
        self._form, self._scene = ParagraphKind.TEXT, False
        self._carried = False
        """Whether a scene break waits for the next line."""
        self._begin: int | None = None
        """Where the paragraph begins, if something is left out before its first word."""
        self._above: Line | None = None
        """The line that an indented row goes on with."""
        self._said: Line | None = None
        self._quotations = 0
        self._counts: Counter[tuple[int, int]] = Counter()
        self._numbered = 0
        """Paragraphs of this chapter that are no headings."""

    def take(self, row: ScriptRow) -> None:
        """Read the next row."""
        if not row.text:
            self._close()
        elif row.text.startswith("#"):
            return
        elif row.text.startswith("["):
            self._direction(row)
        else:
            self._said_or_told(row)

    def end(self, length: int) -> tuple[Chapter, ...]:
        """The chapters, once all rows are read."""
        self._end_chapter(length)
        return tuple(self._chapters)

    # ------------------------------------------------------------------------ directions

    def _direction(self, row: ScriptRow) -> None:
        found = _DIRECTION.fullmatch(row.text)
        if not found or found[1] not in _KNOWN or (found[1] == "left out") != bool(found[2]):
            what = f"'{text_syntax.shorten_for_message(row.text)}' is no mark that a script has"
            hint = did_you_mean(found[1] if found else "", _KNOWN)
            raise self._mistake(row, what, f"{hint}; write \\[ where words begin so")
        rest = found[3].strip()
        if found[1] == "chapter":
            self._end_chapter(row.start)
            title = text_syntax.unescape_value(rest)
            self._chapters.append(Chapter(len(self._chapters) + 1, title, row.start, row.start, ()))
        elif found[1] == "scene":
            self._close()
            self._scene = True
            self._leave_out(row, SCENE_BREAK_REASON, rest) if rest else None
        elif found[1] == "left out":
            self._leave_out(row, text_syntax.unescape_value(found[2]).strip(), rest)
        else:
            self._close()
            self._form = _FORMS[found[1]]
            if rest:
                self._said_or_told(replace(row, start=row.locate_suffix(rest)[0], text=rest))

    def _leave_out(self, row: ScriptRow, reason: str, text: str) -> None:
        start, end = row.locate_suffix(text)
        self.left.append(SkippedPassage(start, end, reason, text))
        if self._block:
            self._block.end = end
        elif self._begin is None:
            self._begin = start

    def _end_chapter(self, end: int) -> None:
        self._close()
        self._form, self._scene, self._carried = ParagraphKind.TEXT, False, False
        if self._chapters:
            last, paragraphs = self._chapters[-1], tuple(self._paragraphs)
            self._chapters[-1] = replace(last, end=end, paragraphs=paragraphs)
        self._paragraphs, self._numbered = [], 0

    # ------------------------------------------------------------------------ words

    def _said_or_told(self, row: ScriptRow) -> None:
        if not self._chapters:
            hint = "write  [chapter] and its title  above them"
            raise self._mistake(row, "these words stand in no chapter", hint)
        if row.text.startswith("@"):
            self._said_by(row)
            return
        if row.text.startswith(self._labels):
            name = row.text.partition(":")[0]
            hint = f"write @{name}: where {name} speaks, and \\{name}: where not"
            raise self._mistake(
                row, f"“{text_syntax.shorten_for_message(row.text)}” may be said or told", hint
            )
        escaped = row.text.startswith("\\")
        above = self._above if row.indented and self._block else None
        line = above or Line("", 0, 0, 0, 0, self._told, "")
        self._add(row, row.text[1:] if escaped else row.text, line)

    @property
    def _told(self) -> LineKind:
        form = self._block.form if self._block else self._form
        return LineKind.HEADING if form is ParagraphKind.HEADING else LineKind.NARRATION

    def _said_by(self, row: ScriptRow) -> None:
        found = _LABEL.fullmatch(row.text)
        if not found:
            hint = "write @Name: before them, or \\@ where words begin so"
            raise self._mistake(row, "it is not clear who says these words", hint)
        name = found[2].strip()
        speaker = self._speaker(row, name)
        telling = speaker is None and name != text_syntax.UNKNOWN_SPEAKER
        if telling or self._told is LineKind.HEADING:
            line = Line("", 0, 0, 0, 0, self._told, "")
        elif found[1]:
            line = self._goes_on(row, speaker)
        else:
            self._quotations += 1
            number = self._quotations
            line = Line("", 0, 0, 0, 0, LineKind.DIALOGUE, "", quotation=number, speaker=speaker)
        self._add(row, found[3].strip(), line)

    def _speaker(self, row: ScriptRow, written: str) -> str | None:
        name = text_syntax.unescape_value(written)
        found = self.people.find_main_name(name)
        if (
            found
            or written == text_syntax.UNKNOWN_SPEAKER
            or name.casefold() == text_syntax.NARRATOR_NAME
        ):
            return found
        hint = did_you_mean(name, self.people.main_names)
        raise self._mistake(
            row,
            f"there is no character '{text_syntax.shorten_for_message(name)}'",
            f"{hint} (or add a row under {text_syntax.CHARACTERS_HEADER})",
        )

    def _goes_on(self, row: ScriptRow, speaker: str | None) -> Line:
        if self._said is None or self._said.speaker != speaker:
            last = self._said.speaker or "somebody unknown" if self._said else "nobody"
            who = speaker or "nobody"
            hint = "write the same name at both places, or take the + away"
            raise self._mistake(row, f"{who} can't go on where {last} spoke last", hint)
        return self._said

    def _add(self, row: ScriptRow, text: str, like: Line) -> None:
        start, end = row.locate_suffix(text)
        begin = start if self._begin is None else self._begin
        block = self._block = self._block or _Block(self._form, self._scene, begin, end)
        self._form, self._scene = ParagraphKind.TEXT, False
        self.words.append((start, end))
        block.end = end
        spoken = replace(like, start=start, end=end, text=" ".join(text.split()))
        if SPEAKABLE_SIGN.search(text):
            block.lines.append(spoken)
        if like.kind is LineKind.DIALOGUE:
            self._said = spoken
        self._above = spoken if like.kind is LineKind.DIALOGUE else None

    def _close(self) -> None:
        """End the paragraph."""
        block, self._block, self._above, self._begin = self._block, None, None, None
        if block is None:
            return
        chapter = len(self._chapters)
        self._numbered += block.form is not ParagraphKind.HEADING
        number = 0 if block.form is ParagraphKind.HEADING else self._numbered
        self._paragraphs.append(Paragraph(block.start, block.end, number, block.form, block.scene))
        self._carried = self._carried or block.scene
        for line in block.lines:
            self._number(
                replace(line, chapter=chapter, paragraph=number, paragraph_kind=block.form)
            )

    def _number(self, line: Line) -> None:
        """Give a line its name; those of one paragraph, or of all headings, are counted."""
        place = (line.chapter, line.paragraph)
        self._counts[place] += 1
        name = f"{line.chapter}.{line.paragraph}.{self._counts[place]}"
        self.lines.append(replace(line, id=name, follows_scene_break=self._carried))
        self._carried = False

    def _mistake(self, row: ScriptRow, what: str, hint: str) -> ScriptFileError:
        return text_syntax.syntax_error(self.path, row, what, hint)
