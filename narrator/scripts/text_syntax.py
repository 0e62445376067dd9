"""Define the syntax of script files: rows, labels, headers, and the escaping of text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.errors import ScriptFileError
from narrator.languages.manners import Manner
from narrator.model import NO_DIRECTIONS, Directions
from narrator.setting_limits import PAUSE
from narrator.text.language_names import canonicalise_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Character

SIGNATURE = "[narrator script 1]"
"""The first row of every script file, with the version of the format."""
SCRIPT_MARK_REASON = "mark of the script"
"""The skip reason of syntax in a script file, such as labels and headers."""

CHARACTERS_HEADER = "[characters]"
DETECTED_SPEAKERS_HEADER = "[as found]"
"""The header rows of the list of characters and of the record of detected speakers."""
UNKNOWN_SPEAKER, NARRATOR_NAME = "?", "narrator"
"""The labels of dialogue by an unknown speaker, and of narration."""

NARRATES_ATTRIBUTE = "tells the story"
"""The attribute of a character who is the first-person narrator."""
GENDERS = ("female", "male")
"""Attributes that give a character's gender."""
AGES = ("child", "young", "adult", "old")
"""Attributes that give a character's age."""
CHARACTER_ATTRIBUTES = (*GENDERS, *AGES, NARRATES_ATTRIBUTE)
"""All attributes that a character's row may have in square brackets."""

METADATA_FIELDS = (
    "title",
    "author",
    "language",
    "series",
    "series_index",
    "narrator",
    "publisher",
    "published",
    "description",
    "subtitle",
    "isbn",
    "asin",
    "genre",
)
"""The fields of `model.Metadata` in a script file, in the order of their rows."""
BOOK_FIELD, COVER_FIELD = "book", "cover"
"""Names of the fields with the path of the original book, and with the note that it has a cover."""

MANNERS = tuple(manner.value for manner in Manner)
"""The directions for the manner in which a line is spoken."""
_DIRECTION = rf"\[(?:{'|'.join(MANNERS)}|pause[ \t]+\d{{1,4}}(?:\.\d{{1,3}})?)\]"
DIRECTIONS_PATTERN = re.compile(rf"(?:{_DIRECTION}[ \t]*)+(?=\S)")
"""Directions before the words of a row, such as "[whisper] [pause 1.5]"."""
_DIRECTION_PARTS = re.compile(r"\[(?:pause[ \t]+(?P<seconds>[\d.]+)|(?P<manner>\w+))\]")
_LANGUAGE_PATTERN = re.compile(r"\[in (?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\][ \t]*(?=\S)")
"""The language of the words of a row, if it is not that of the book: "[in fr]"."""
_ESCAPED_BRACKET = re.compile(r"\\+\[")

_ROW_PATTERN = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_ESCAPE_PATTERN = re.compile(r"\\(.)", re.DOTALL)
_LISTED_NAME_PATTERN = re.compile(r"(?:\\.|[^\\,])+")
_LINE_BREAK_ESCAPES = {"\n": "\\n", "\r": "\\r"}
_ROW_MARKS = ("@", "#", "[", "\\")
"""Characters with a special meaning at the start of a row."""


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """A row of a script file, stripped of outer whitespace."""

    number: int
    """Row number in the file, from 1."""
    start: int
    """Offset of `text` in the file."""
    text: str
    is_indented: bool

    def locate_suffix(self, text: str) -> tuple[int, int]:
        """Return the start and end offsets in the file of `text`, which is the end of this row."""
        end = self.start + len(self.text)
        return end - len(text), end


def split_script_rows(text: str) -> Iterator[ScriptRow]:
    """Yield the rows of a file, including blank rows; line ends may be those of any system."""
    for number, match in enumerate(_ROW_PATTERN.finditer(text), 1):
        whole_row = match[1]
        indent = len(whole_row) - len(whole_row.lstrip())
        yield ScriptRow(number, match.start() + indent, whole_row.strip(), indent > 0)


def syntax_error(path: str, row: ScriptRow, problem: str, hint: str) -> ScriptFileError:
    """Return an error whose message gives the file and the number of the row."""
    return ScriptFileError(f"{path}, line {row.number}: {problem}", hint)


def shorten_for_message(text: str, max_length: int = 40) -> str:
    """Shorten a text to at most `max_length` characters, with an ellipsis if it is cut."""
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def escape_value(text: str, marks: str = "") -> str:
    r"""Escape a value so that it fits on one row, with `\` before backslashes and `marks`.

    >>> print(escape_value("A: B", ":"))
    A\: B
    """
    return "".join(
        _LINE_BREAK_ESCAPES.get(char) or (f"\\{char}" if char in marks or char == "\\" else char)
        for char in text
    )


def unescape_value(text: str) -> str:
    """Return the original of a value that `escape_value` escaped.

    >>> unescape_value(escape_value("A: B", ":"))
    'A: B'
    """
    line_breaks = {"n": "\n", "r": "\r"}
    return _ESCAPE_PATTERN.sub(lambda match: line_breaks.get(match[1], match[1]), text)


def escape_line(text: str, labels: tuple[str, ...] = ()) -> str:
    r"""Return text of the book as a row, with `\` before it if it would be read as syntax.

    `labels` are further beginnings that need the escape, such as "Martha:". An empty text is
    escaped because a blank row would end the paragraph.
    """
    return f"\\{text}" if text.startswith((*_ROW_MARKS, *labels)) or not text else text


def split_directions(text: str) -> tuple[Directions, str]:
    r"""Split the words of a row into directions and the words that are spoken.

    >>> split_directions("[whisper] Come here.")[1]
    'Come here.'

    Raises:
        ValueError: a pause is longer than `setting_limits.PAUSE` allows.
    """
    match = DIRECTIONS_PATTERN.match(text)
    if not match:
        return NO_DIRECTIONS, text
    directions = NO_DIRECTIONS
    for part in _DIRECTION_PARTS.finditer(match[0]):
        if part["manner"]:
            directions = replace(directions, manner=part["manner"])
            continue
        seconds = float(part["seconds"])
        if seconds > PAUSE.highest:
            raise ValueError(f"a pause of {seconds:g} seconds")
        directions = replace(directions, pause_seconds=seconds)
    return directions, text[match.end() :]


def begins_words(text: str) -> bool:
    """Return whether a row begins with directions or a language, and so has words."""
    return bool(DIRECTIONS_PATTERN.match(text) or _LANGUAGE_PATTERN.match(text))


def split_language(text: str) -> tuple[str, str]:
    r"""Split the words of a row into the tag of their language, or "", and the words.

    >>> split_language("[in fr] Il pleut.")
    ('fr', 'Il pleut.')
    """
    match = _LANGUAGE_PATTERN.match(text)
    return (canonicalise_tag(match["tag"]), text[match.end() :]) if match else ("", text)


def format_language(tag: str) -> str:
    """Return the language of a line as it is written before its words, or "" for the book's."""
    return f"[in {tag}] " if tag else ""


def format_directions(directions: Directions) -> str:
    """Return directions as they are written before the words of a row, or ""."""
    manner = f"[{directions.manner}] " if directions.manner else ""
    has_pause = directions.pause_seconds is not None
    return manner + (f"[pause {directions.pause_seconds:g}] " if has_pause else "")


def escape_brackets(text: str) -> str:
    r"""Escape words after a label that would be read as directions: `\` before `[`."""
    is_ambiguous = begins_words(text) or _ESCAPED_BRACKET.match(text)
    return f"\\{text}" if is_ambiguous else text


def unescape_brackets(text: str) -> str:
    """Return the original of words that `escape_brackets` escaped."""
    return text[1:] if _ESCAPED_BRACKET.match(text) else text


def split_names(text: str) -> list[str]:
    """Split a list of names at commas that are not escaped; the names stay escaped."""
    return [name.strip() for name in _LISTED_NAME_PATTERN.findall(text)]


def format_character_row(character: Character, main_names: frozenset[str]) -> str:
    """Format a character as a row of the list of characters.

    `main_names` are the main names of the other characters. An alias that is one of them gets the
    prefix `~`; without it, the two characters would be merged when the file is read.
    """
    aliases = (
        ("~" if alias in main_names else "") + _escape_name(alias).replace("~", "\\~")
        for alias in character.aliases
    )
    attributes = [
        character.gender,
        character.age,
        NARRATES_ATTRIBUTE if character.is_narrator else None,
    ]
    attribute_list = ", ".join(filter(None, attributes))
    row = f"{_escape_name(character.name)}: {', '.join(aliases)}"
    return f"{row.rstrip()} [{attribute_list}]" if attribute_list else row.rstrip()


def format_speaker_label(name: str | None, *, continues: bool) -> str:
    """Format the label of dialogue; `name` is None for an unknown speaker.

    `continues` is whether the dialogue continues the previous quotation.
    """
    label = UNKNOWN_SPEAKER if name is None else escape_value(name, ":")
    # A leading "?" or "+" in a name would be read as syntax of the label.
    needs_escape = name is not None and label.startswith((UNKNOWN_SPEAKER, "+"))
    return f"@{'+' if continues else ''}{chr(92) if needs_escape else ''}{label}:"


def _escape_name(name: str) -> str:
    """Escape the characters in a name that separate names and attributes in a row."""
    return escape_value(name, ":,[]=#")
