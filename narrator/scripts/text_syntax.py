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
MARK = "mark of the script"
"""Why the marks are left out when the words of a script file are spoken."""

CHARACTERS, FOUND = "[characters]", "[as found]"
NOBODY, TELLER = "?", "narrator"
"""Who speaks where nobody was found, and where nobody speaks but the narrator."""

TELLS = "tells the story"
GENDERS = ("female", "male")
AGES = ("child", "young", "adult", "old")
ATTRIBUTES = (*GENDERS, *AGES, TELLS)

FIELDS = (
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
BOOK, COVER = "book", "cover"

_ROW = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LISTED = re.compile(r"(?:\\.|[^\\,])+")
_BREAKS = {"\n": "\\n", "\r": "\\r"}
_MARKS = ("@", "#", "[", "\\")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file, without the space around it."""

    number: int
    """Counted from 1."""
    start: int
    """Offset of `text` in the file."""
    text: str
    indented: bool

    def span(self, text: str) -> tuple[int, int]:
        """Where the end of this row, which is `text`, lies in the file."""
        end = self.start + len(self.text)
        return end - len(text), end


def rows(text: str) -> Iterator[Row]:
    """The rows of a file, blank ones too, whatever its system ends them with."""
    for number, found in enumerate(_ROW.finditer(text), 1):
        whole = found[1]
        bare = whole.strip()
        lead = len(whole) - len(whole.lstrip())
        yield Row(number, found.start() + lead, bare, lead > 0)


def mistake(path: str, row: Row, what: str, hint: str) -> ScriptFileError:
    """The error that names the row."""
    return ScriptFileError(f"{path}, line {row.number}: {what}", hint)


def shown(text: str, longest: int = 40) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def escape(text: str, marks: str = "") -> str:
    r"""A value on one row, with `\` before what would be taken for a mark.

    >>> print(escape("A: B", ":"))
    A\: B
    """
    return "".join(
        _BREAKS.get(sign) or (f"\\{sign}" if sign in marks or sign == "\\" else sign)
        for sign in text
    )


def unescape(text: str) -> str:
    """What was escaped.

    >>> unescape(escape("A: B", ":"))
    'A: B'
    """
    breaks = {"n": "\n", "r": "\r"}
    return _ESCAPED.sub(lambda found: breaks.get(found[1], found[1]), text)


def guarded(text: str, labels: tuple[str, ...] = ()) -> str:
    r"""Words of the book as a row, with `\` before them where they look like a mark or a label."""
    return f"\\{text}" if text.startswith((*_MARKS, *labels)) or not text else text


def split(text: str) -> list[str]:
    """The names between commas that are not escaped, still escaped themselves."""
    return [piece.strip() for piece in _LISTED.findall(text)]


def character_row(character: Character, taken: frozenset[str]) -> str:
    """A character as a row; `~` stands before names that are the main name of somebody else."""
    names = (
        ("~" if alias in taken else "") + _name(alias).replace("~", "\\~")
        for alias in character.aliases
    )
    told = [character.gender, character.age, TELLS if character.narrates else None]
    about = ", ".join(filter(None, told))
    row = f"{_name(character.name)}: {', '.join(names)}"
    return f"{row.rstrip()} [{about}]" if about else row.rstrip()


def label(name: str | None, *, goes_on: bool) -> str:
    """What stands before the words of a character."""
    written = NOBODY if name is None else escape(name, ":")
    escaped = name is not None and written.startswith((NOBODY, "+"))
    return f"@{'+' if goes_on else ''}{chr(92) if escaped else ''}{written}:"


def _name(name: str) -> str:
    return escape(name, ":,[]=#")
