"""Parse a script file, which a person may have edited, into a `Script`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import EmptyBookError, NarratorError, ScriptFileError
from narrator.files.existence import is_file, is_folder
from narrator.model import (
    NO_DIRECTIONS,
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
from narrator.readers.layout.skip_reasons import SCENE_BREAK_REASON
from narrator.readers.plain import decode_text
from narrator.scripts import character_list, text_syntax
from narrator.segmentation.lines import SPEAKABLE_CHARACTER
from narrator.setting_limits import PAUSE
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Directions, Image
    from narrator.readers import SourceFile
    from narrator.scripts.character_list import CharacterIndex
    from narrator.scripts.text_syntax import ScriptRow

_LABEL_PATTERN = re.compile(r"@(\+?)((?:\\.|[^\\:])*):(.*)")
"""A row with a speaker's label. Groups: "+" for a continued quotation, name, words."""
_DIRECTIVE_PATTERN = re.compile(r"\[([\w ]+)(?::((?:\\.|[^\\\]])*))?\](.*)")
"""A row with a directive in square brackets. Groups: directive, argument, text after it."""
_FIELD_PATTERN = re.compile(r"([a-z_]+):(.*)")
_KINDS_BY_DIRECTIVE = {str(kind): kind for kind in ParagraphKind if kind is not ParagraphKind.TEXT}
_DIRECTIVES = ("chapter", "scene", "left out", *_KINDS_BY_DIRECTIVE)


def parse_script(sources: Sequence[SourceFile]) -> Script:
    """Parse a script file, which contains a whole book; its lines are not normalised yet.

    `Book.text` is the text of the script file, in which labels and headers are skipped passages.
    All offsets are therefore offsets into the file, and `completeness` checks the whole file.

    Raises:
        ScriptFileError: the file has a syntax error, or there is more than one file.
        EmptyBookError: the file has no words.
    """
    source, *more_sources = sources
    if more_sources:
        raise ScriptFileError("a script is a complete book", "name it alone")
    text, encoding = decode_text(source.data, source.path)
    sections = _ScriptSections.split(list(text_syntax.split_script_rows(text)), source.path)
    metadata, origin, has_cover = _parse_head(sections.head, source.path)
    entries = [character_list.parse_character_row(row, source.path) for row in sections.characters]
    _require_distinct_names(sections.characters, entries, source.path)
    characters = character_list.CharacterIndex(entries)
    story = _StoryParser(source.path, characters)
    # Labels may name any character, so the list of characters is parsed before the story.
    for row in sections.story:
        story.parse_row(row)
    chapters = story.finish_chapters(len(text))
    if not story.lines:
        raise EmptyBookError(f"{source.path} holds no words", "write the script again")
    cover, notes = _load_cover(origin, source.path) if has_cover else (None, ())
    book = Book(
        replace(metadata, cover=cover),
        text,
        chapters,
        tuple(_list_skipped(text, story)),
        replace(loading.describe_source(source, encoding), origin=origin),
    )
    uncorrected = character_list.parse_detected_rows(sections.detected_speakers, source.path)
    speakers = characters.list_speakers(story.lines)
    return Script(book, speakers, tuple(story.lines), uncorrected, notes)


@dataclass(frozen=True)
class _ScriptSections:
    """The rows of a script file by section.

    Blank rows and remarks are only kept in the story.
    """

    head: list[ScriptRow]
    characters: list[ScriptRow]
    story: list[ScriptRow]
    detected_speakers: list[ScriptRow]

    @classmethod
    def split(cls, rows: Sequence[ScriptRow], path: str) -> _ScriptSections:
        """Split the rows of a file into sections.

        Raises:
            ScriptFileError: the file does not begin with the signature.
        """
        first_row = next((row for row in rows if row.text), None)
        # If an editor added a second byte order mark, it is still there after decoding.
        if first_row is None or first_row.text.lstrip("\ufeff") != text_syntax.SIGNATURE:
            raise ScriptFileError(
                f"{path} is not a script: it does not begin with {text_syntax.SIGNATURE}",
                "`narrator script BOOK -o FILE` writes one;"
                " give a story another suffix, such as .txt",
            )
        sections = cls([], [], [], [])
        current = sections.head
        for row in rows[rows.index(first_row) + 1 :]:
            if row.text == text_syntax.CHARACTERS_HEADER and current is sections.head:
                current = sections.characters
            elif row.text == text_syntax.DETECTED_SPEAKERS_HEADER:
                current = sections.detected_speakers
            else:
                if _begins_story(row) and current is not sections.detected_speakers:
                    current = sections.story
                # Blank rows end paragraphs in the story; elsewhere they have no meaning.
                if current is sections.story or (row.text and not row.text.startswith("#")):
                    current.append(row)
        return sections


def _begins_story(row: ScriptRow) -> bool:
    """Return whether a row can be the first of the story."""
    return row.text.startswith(("[chapter]", "[left out:"))


def _parse_head(rows: Sequence[ScriptRow], path: str) -> tuple[Metadata, str | None, bool]:
    """Parse the rows before the list of characters.

    Return the metadata, the path of the original book or None, and whether that book has a cover.
    """
    names = (*text_syntax.METADATA_FIELDS, text_syntax.BOOK_FIELD, text_syntax.COVER_FIELD)
    values: dict[str, str] = {}
    for row in rows:
        match = _FIELD_PATTERN.fullmatch(row.text)
        if not match or match[1] not in names:
            excerpt = text_syntax.shorten_for_message(row.text)
            problem = f"'{excerpt}' is not valid before the first [chapter]"
            hint = did_you_mean(row.text.partition(":")[0], names)
            raise text_syntax.syntax_error(path, row, problem, hint)
        values[match[1]] = text_syntax.unescape_value(match[2].strip())
    origin = values.pop(text_syntax.BOOK_FIELD, None)
    has_cover = values.pop(text_syntax.COVER_FIELD, None) is not None
    metadata = Metadata(values.pop("title", "") or loading.title_from_path(path))
    return replace(metadata, **values), origin, has_cover  # type: ignore[arg-type] # text fields


def _load_cover(origin: str | None, path: str) -> tuple[Image | None, tuple[str, ...]]:
    """Load the cover of the original book; return it, and a note to the user if that fails.

    The path `origin` may be relative to the working directory or to the script file.
    """
    for book_path in (Path(origin or ""), Path(path).parent / (origin or "")):
        if origin and (is_file(book_path) or is_folder(book_path)):
            try:
                return loading.read_book([str(book_path)]).metadata.cover, ()
            except NarratorError as error:
                return None, (f"the cover is left out: {error.message}",)
    return None, (f"the cover is left out: {origin or 'the book'} is not there any more",)


def _require_distinct_names(
    rows: Sequence[ScriptRow], entries: Sequence[character_list.CharacterEntry], path: str
) -> None:
    """Raise an error if two rows declare the same main name."""
    seen: set[str] = set()
    for row, entry in zip(rows, entries, strict=True):
        if entry.character.name in seen:
            problem = f"{entry.character.name} is among the characters twice"
            raise text_syntax.syntax_error(path, row, problem, "put all names into one row")
        seen.add(entry.character.name)


def _list_skipped(text: str, story: _StoryParser) -> Iterator[SkippedPassage]:
    """Yield all text of the file that is not spoken: skipped passages, labels and headers."""
    # Spans in text order. Empty spans at both ends include the text before the first and after
    # the last word.
    spoken = [(start, end, "") for start, end in story.spoken_spans]
    skipped = [(passage.start, passage.end, passage.reason) for passage in story.skipped_passages]
    spans = [(0, 0, ""), *sorted((*spoken, *skipped)), (len(text), len(text), "")]
    for (_, previous_end, _), (start, end, reason) in pairwise(spans):
        between = text[previous_end:start]
        syntax = between.strip()
        if syntax:
            syntax_start = previous_end + between.index(syntax)
            syntax_end = syntax_start + len(syntax)
            yield SkippedPassage(syntax_start, syntax_end, text_syntax.SCRIPT_MARK_REASON, syntax)
        if reason:
            yield SkippedPassage(start, end, reason, text[start:end])


@dataclass
class _OpenParagraph:
    """A paragraph whose rows are still being parsed."""

    kind: ParagraphKind
    follows_scene_break: bool
    start: int
    end: int
    lines: list[Line] = field(default_factory=list)


class _StoryParser:
    """The parser of the story, which turns rows into lines, paragraphs and chapters."""

    def __init__(self, path: str, characters: CharacterIndex) -> None:
        self.path, self.characters = path, characters
        self.lines: list[Line] = []
        self.skipped_passages: list[SkippedPassage] = []
        self.spoken_spans: list[tuple[int, int]] = []
        """Start and end offsets of the words that are spoken."""
        self._label_starts = tuple(f"{name}:" for name in characters.main_names)
        """Beginnings of rows that may be labels with a forgotten "@"."""
        self._chapters: list[Chapter] = []
        self._paragraphs: list[Paragraph] = []
        """The paragraphs of the open chapter."""
        self._open_paragraph: _OpenParagraph | None = None
        self._next_kind = ParagraphKind.TEXT
        """The kind of the next paragraph, set by a directive."""
        self._paragraph_scene_break_pending = False
        """Whether a scene break precedes the next paragraph."""
        self._line_scene_break_pending = False
        """Whether a scene break precedes the next line, which may be in a later paragraph."""
        self._pending_paragraph_start: int | None = None
        """Start of the next paragraph, if it begins with a skipped passage."""
        self._continuable_line: Line | None = None
        """The line of dialogue that an indented row would continue."""
        self._last_dialogue: Line | None = None
        self._quotation_count = 0
        self._line_counts: Counter[tuple[int, int]] = Counter()
        """Number of lines, by chapter and paragraph number."""
        self._numbered_paragraph_count = 0
        """Number of paragraphs in the open chapter, without headings."""

    def parse_row(self, row: ScriptRow) -> None:
        """Parse the next row.

        Raises:
            ScriptFileError: the row has a syntax error.
        """
        if not row.text:
            self._close_paragraph()
        elif row.text.startswith("#"):
            return
        elif row.text.startswith("[") and not text_syntax.begins_words(row.text):
            self._parse_directive(row)
        else:
            self._parse_words(row)

    def finish_chapters(self, text_length: int) -> tuple[Chapter, ...]:
        """End the last chapter and return all chapters.

        `text_length` is the length of the file in characters.
        """
        self._close_chapter(text_length)
        return tuple(self._chapters)

    # ------------------------------------------------------------------------ directives

    def _parse_directive(self, row: ScriptRow) -> None:
        """Parse a directive: a chapter, scene break, skipped passage or paragraph kind."""
        match = _DIRECTIVE_PATTERN.fullmatch(row.text)
        if (
            not match
            or match[1] not in _DIRECTIVES
            or (match[1] == "left out") != bool(match[2])  # only it has an argument
        ):
            problem = f"'{text_syntax.shorten_for_message(row.text)}' is not a mark of a script"
            hint = did_you_mean(match[1] if match else "", _DIRECTIVES)
            raise self._syntax_error(row, problem, f"{hint}; write \\[ where words begin so")
        text_after = match[3].strip()
        if match[1] == "chapter":
            self._close_chapter(row.start)
            title = text_syntax.unescape_value(text_after)
            self._chapters.append(Chapter(len(self._chapters) + 1, title, row.start, row.start, ()))
        elif match[1] == "scene":
            self._close_paragraph()
            self._paragraph_scene_break_pending = True
            if text_after:
                self._add_skipped_passage(row, SCENE_BREAK_REASON, text_after)
        elif match[1] == "left out":
            self._add_skipped_passage(row, text_syntax.unescape_value(match[2]).strip(), text_after)
        else:
            self._close_paragraph()
            self._next_kind = _KINDS_BY_DIRECTIVE[match[1]]
            if text_after:
                start, _ = row.locate_suffix(text_after)
                self._parse_words(replace(row, start=start, text=text_after))

    def _add_skipped_passage(self, row: ScriptRow, reason: str, text: str) -> None:
        """Record `text`, the end of a row, as a passage that is not spoken."""
        start, end = row.locate_suffix(text)
        self.skipped_passages.append(SkippedPassage(start, end, reason, text))
        if self._open_paragraph:
            self._open_paragraph.end = end
        elif self._pending_paragraph_start is None:
            self._pending_paragraph_start = start

    def _close_chapter(self, end: int) -> None:
        """End the open chapter, if any, at an offset, and reset the state for the next."""
        self._close_paragraph()
        self._next_kind = ParagraphKind.TEXT
        self._paragraph_scene_break_pending = self._line_scene_break_pending = False
        if self._chapters:
            self._chapters[-1] = replace(
                self._chapters[-1], end=end, paragraphs=tuple(self._paragraphs)
            )
        self._paragraphs, self._numbered_paragraph_count = [], 0

    # ------------------------------------------------------------------------ words

    def _parse_words(self, row: ScriptRow) -> None:
        """Parse a row of spoken words, with or without directions and a label."""
        if not self._chapters:
            hint = "write  [chapter] and its title  above them"
            raise self._syntax_error(row, "these words stand in no chapter", hint)
        directions, words = self._split_directions(row, row.text)
        language, words = text_syntax.split_language(words)
        if directions != NO_DIRECTIONS or language:
            row = replace(row, start=row.locate_suffix(words)[0], text=words)
        if row.text.startswith("@"):
            self._parse_labelled_words(row, directions)
            return
        # A row that begins with "Name:" is more often a label without "@" than narration.
        if row.text.startswith(self._label_starts):
            name = row.text.partition(":")[0]
            hint = f"write @{name}: where {name} speaks, and \\{name}: where not"
            excerpt = text_syntax.shorten_for_message(row.text)
            raise self._syntax_error(row, f"“{excerpt}” may be speech or narration", hint)
        is_escaped = row.text.startswith("\\")
        continued = self._continuable_line if row.is_indented and self._open_paragraph else None
        line = continued or Line("", 0, 0, 0, 0, self._narration_kind, "")
        line = replace(line, directions=directions, language=language)
        self._add_line(row, row.text[1:] if is_escaped else row.text, line)

    def _split_directions(self, row: ScriptRow, text: str) -> tuple[Directions, str]:
        """Split words at the end of a row into directions and what is spoken.

        Raises:
            ScriptFileError: a pause is too long.
        """
        try:
            return text_syntax.split_directions(text)
        except ValueError as error:
            hint = f"at most [pause {PAUSE.highest:g}]"
            raise self._syntax_error(row, f"{error} is too long", hint) from error

    @property
    def _narration_kind(self) -> LineKind:
        """Return the kind of the narrator's lines in the current paragraph."""
        kind = self._open_paragraph.kind if self._open_paragraph else self._next_kind
        return LineKind.HEADING if kind is ParagraphKind.HEADING else LineKind.NARRATION

    def _parse_labelled_words(self, row: ScriptRow, directions: Directions) -> None:
        """Parse a row that begins with a speaker's label.

        `directions` stand before the label; others may stand after it.
        """
        match = _LABEL_PATTERN.fullmatch(row.text)
        if not match:
            hint = "write @Name: before them, or \\@ where words begin so"
            raise self._syntax_error(row, "it is not clear who says these words", hint)
        name = match[2].strip()
        speaker = self._find_speaker(row, name)
        is_narration = speaker is None and name != text_syntax.UNKNOWN_SPEAKER
        # The narrator speaks all headings, even those with a label.
        if is_narration or self._narration_kind is LineKind.HEADING:
            line = Line("", 0, 0, 0, 0, self._narration_kind, "")
        elif match[1]:
            line = self._continue_quotation(row, speaker)
        else:
            self._quotation_count += 1
            line = Line(
                "",
                0,
                0,
                0,
                0,
                LineKind.DIALOGUE,
                "",
                quotation=self._quotation_count,
                speaker=speaker,
            )
        later_directions, words = self._split_directions(row, match[3].strip())
        if later_directions != NO_DIRECTIONS:
            directions = later_directions
        language, words = text_syntax.split_language(words)
        line = replace(line, directions=directions, language=language)
        self._add_line(row, text_syntax.unescape_brackets(words), line)

    def _find_speaker(self, row: ScriptRow, label: str) -> str | None:
        """Return the main name in a label, or None for the narrator or an unknown speaker.

        Raises:
            ScriptFileError: no character has this name.
        """
        name = text_syntax.unescape_value(label)
        main_name = self.characters.find_main_name(name)
        is_unnamed = (
            label == text_syntax.UNKNOWN_SPEAKER or name.casefold() == text_syntax.NARRATOR_NAME
        )
        if main_name or is_unnamed:
            return main_name
        hint = did_you_mean(name, self.characters.main_names)
        raise self._syntax_error(
            row,
            f"no character is called '{text_syntax.shorten_for_message(name)}'",
            f"{hint} (or add a row under {text_syntax.CHARACTERS_HEADER})",
        )

    def _continue_quotation(self, row: ScriptRow, speaker: str | None) -> Line:
        """Return the last line of dialogue, which `speaker` continues.

        Raises:
            ScriptFileError: another character spoke last.
        """
        last_dialogue = self._last_dialogue
        if last_dialogue is None or last_dialogue.speaker != speaker:
            last_speaker = (
                last_dialogue.speaker or "somebody unknown" if last_dialogue else "nobody"
            )
            hint = "write the same name in both places, or remove the +"
            problem = f"{speaker or 'nobody'} can't go on where {last_speaker} spoke last"
            raise self._syntax_error(row, problem, hint)
        return last_dialogue

    def _add_line(self, row: ScriptRow, text: str, template: Line) -> None:
        """Add `text`, the end of a row, as a line to the open paragraph; open one if needed.

        `template` has the kind, speaker and quotation of the line. Text without a speakable
        character extends the paragraph without adding a line.
        """
        start, end = row.locate_suffix(text)
        if self._open_paragraph is None:
            self._open_paragraph = _OpenParagraph(
                self._next_kind,
                self._paragraph_scene_break_pending,
                start if self._pending_paragraph_start is None else self._pending_paragraph_start,
                end,
            )
        paragraph = self._open_paragraph
        self._next_kind, self._paragraph_scene_break_pending = ParagraphKind.TEXT, False
        self.spoken_spans.append((start, end))
        paragraph.end = end
        line = replace(template, start=start, end=end, text=" ".join(text.split()))
        # Engines can't speak "— —", and the completeness check only looks for words.
        if SPEAKABLE_CHARACTER.search(text):
            paragraph.lines.append(line)
        if template.kind is LineKind.DIALOGUE:
            self._last_dialogue = line
        self._continuable_line = line if template.kind is LineKind.DIALOGUE else None

    def _close_paragraph(self) -> None:
        """End the open paragraph, if any, and number its lines."""
        paragraph, self._open_paragraph = self._open_paragraph, None
        self._continuable_line, self._pending_paragraph_start = None, None
        if paragraph is None:
            return
        is_heading = paragraph.kind is ParagraphKind.HEADING
        self._numbered_paragraph_count += not is_heading
        number = 0 if is_heading else self._numbered_paragraph_count
        self._paragraphs.append(
            Paragraph(
                paragraph.start,
                paragraph.end,
                number,
                paragraph.kind,
                paragraph.follows_scene_break,
            )
        )
        self._line_scene_break_pending = (
            self._line_scene_break_pending or paragraph.follows_scene_break
        )
        for line in paragraph.lines:
            self._number_line(
                replace(
                    line,
                    chapter=len(self._chapters),
                    paragraph=number,
                    paragraph_kind=paragraph.kind,
                )
            )

    def _number_line(self, line: Line) -> None:
        """Append a line with its id: chapter, paragraph, and number within the paragraph.

        All headings of a chapter share the paragraph number 0.
        """
        paragraph_key = (line.chapter, line.paragraph)
        self._line_counts[paragraph_key] += 1
        line_id = f"{line.chapter}.{line.paragraph}.{self._line_counts[paragraph_key]}"
        self.lines.append(
            replace(line, id=line_id, follows_scene_break=self._line_scene_break_pending)
        )
        self._line_scene_break_pending = False

    def _syntax_error(self, row: ScriptRow, problem: str, hint: str) -> ScriptFileError:
        """Return an error whose message gives this file and the number of the row."""
        return text_syntax.syntax_error(self.path, row, problem, hint)
