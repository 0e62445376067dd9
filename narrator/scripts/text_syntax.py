"""The marks of a script file, and how what looks like one of them is told from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.errors import ScriptFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Character

SIGNATURE = "[narrator script 1]"
SCRIPT_MARK_REASON = "mark of the script"
"""Why the marks are left out when the words of a script file are spoken."""

CHARACTERS_HEADER, AS_FOUND_HEADER = "[characters]", "[as found]"
UNKNOWN_SPEAKER, NARRATOR_NAME = "?", "narrator"
"""Who speaks where nobody was found, and where nobody speaks but the narrator."""

NARRATES_ATTRIBUTE = "tells the story"
GENDERS = ("female", "male")
AGES = ("child", "young", "adult", "old")
CHARACTER_ATTRIBUTES = (*GENDERS, *AGES, NARRATES_ATTRIBUTE)

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
)
"""Of `model.Metadata`, in the order in which they are written."""
BOOK_FIELD, COVER_FIELD = "book", "cover"

_ROW = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LISTED = re.compile(r"(?:\\.|[^\\,])+")
_BREAKS = {"\n": "\\n", "\r": "\\r"}
_MARKS = ("@", "#", "[", "\\")


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """A row of the file, without the space around it."""

    number: int
    """Counted from 1."""
    start: int
    """Offset of `text` in the file."""
    text: str
    indented: bool

    def locate_suffix(self, text: str) -> tuple[int, int]:
        """Where the end of this row, which is `text`, lies in the file."""
        end = self.start + len(self.text)
        return end - len(text), end


def split_rows(text: str) -> Iterator[ScriptRow]:
    """The rows of a file, blank ones too, whatever its system ends them with."""
    for number, found in enumerate(_ROW.finditer(text), 1):
        whole = found[1]
        bare = whole.strip()
        lead = len(whole) - len(whole.lstrip())
        yield ScriptRow(number, found.start() + lead, bare, lead > 0)


def syntax_error(path: str, row: ScriptRow, problem: str, hint: str) -> ScriptFileError:
    """The error that names the row."""
    return ScriptFileError(f"{path}, line {row.number}: {problem}", hint)


def shorten_for_message(text: str, max_length: int = 40) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def escape_value(text: str, marks: str = "") -> str:
    r"""A value on one row, with `\` before what would be taken for a mark.

    >>> print(escape("A: B", ":"))
    A\: B
    """
    return "".join(
        _BREAKS.get(sign) or (f"\\{sign}" if sign in marks or sign == "\\" else sign)
        for sign in text
    )


def unescape_value(text: str) -> str:
    """What was escaped.

    >>> unescape(escape("A: B", ":"))
    'A: B'
    """
    breaks = {"n": "\n", "r": "\r"}
    return _ESCAPED.sub(lambda found: breaks.get(found[1], found[1]), text)


def escape_line(text: str, labels: tuple[str, ...] = ()) -> str:
    r"""Words of the book as a row, with `\` before them where they look like a mark or a label."""
    return f"\\{text}" if text.startswith((*_MARKS, *labels)) or not text else text


def split_names(text: str) -> list[str]:
    """The names between commas that are not escaped, still escaped themselves."""
    return [piece.strip() for piece in _LISTED.findall(text)]


def format_character_row(character: Character, main_names: frozenset[str]) -> str:
    """A character as a row; `~` stands before names that are the main name of somebody else."""
    names = (
        ("~" if alias in main_names else "") + _name(alias).replace("~", "\\~")
        for alias in character.aliases
    )
    told = [character.gender, character.age, NARRATES_ATTRIBUTE if character.is_narrator else None]
    about = ", ".join(filter(None, told))
    row = f"{_name(character.name)}: {', '.join(names)}"
    return f"{row.rstrip()} [{about}]" if about else row.rstrip()


def format_speaker_label(name: str | None, *, continues: bool) -> str:
    """What stands before the words of a character."""
    written = UNKNOWN_SPEAKER if name is None else escape_value(name, ":")
    escaped = name is not None and written.startswith((UNKNOWN_SPEAKER, "+"))
    return f"@{'+' if continues else ''}{chr(92) if escaped else ''}{written}:"


def _name(name: str) -> str:
    return escape_value(name, ":,[]=#")
