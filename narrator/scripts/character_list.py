"""Who is in a script: the characters as a person wrote them, and as they were found.

The second is kept at the end of the file, so that automatic casting goes on from the same ground
when a person gives a line to somebody else: everybody keeps the voice.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source
from narrator.registry import did_you_mean
from narrator.scripts import text_syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.scripts.text_syntax import ScriptRow

_ABOUT = re.compile(r"(?<!\\)\[([^\]]*)\]\s*\Z")
_DECLARED = re.compile(r"\s*((?:\\.|[^\\:])+):((?:\\.|[^\\:])*)")
_TURN = re.compile(r"(\*?)(\d+)(?:x(\d+))?|\.(\d+)")
_KEEP = "leave what stands below [as found] as it was, or delete all of it"
_REMARK = (
    "# How the speakers were found. Voices are chosen by this, so that a change above\n"
    "# changes nobody else's voice."
)


def collect_main_names(characters: Iterable[Character]) -> frozenset[str]:
    """The names that lines go by."""
    return frozenset(character.name for character in characters)


@dataclass(frozen=True, slots=True)
class CharacterEntry:
    """A character as a row declares it."""

    character: Character
    exclusive_aliases: tuple[str, ...]
    """The aliases that may belong to nobody else: whoever has one as main name is the same."""


def parse_character_row(row: ScriptRow, path: str) -> CharacterEntry:
    """What a row says of a character.

    Raises:
        ScriptFileError: it says nothing that can be understood.
    """
    about = _ABOUT.search(row.text)
    told = [each.strip() for each in about[1].split(",")] if about else []
    for each in filter(None, told):
        if each not in text_syntax.CHARACTER_ATTRIBUTES:
            hint = did_you_mean(each, text_syntax.CHARACTER_ATTRIBUTES)
            raise text_syntax.syntax_error(path, row, f"a character can't be '{each}'", hint)
    declared = _DECLARED.fullmatch(row.text[: about.start()] if about else row.text)
    if not declared:
        hint = "write  Name: another name, one more [female]"
        raise text_syntax.syntax_error(
            path, row, f"'{text_syntax.shorten_for_message(row.text)}' is no character", hint
        )
    names = [each for each in text_syntax.split_names(declared[2]) if each]
    aliases = tuple(text_syntax.unescape_value(each.removeprefix("~")) for each in names)
    character = Character(
        text_syntax.unescape_value(declared[1].strip()),
        aliases,
        next((each for each in told if each in text_syntax.GENDERS), None),
        next((each for each in told if each in text_syntax.AGES), None),
        is_narrator=text_syntax.NARRATES_ATTRIBUTE in told,
    )
    own = tuple(text_syntax.unescape_value(each) for each in names if not each.startswith("~"))
    return CharacterEntry(character, own)


class CharacterIndex:
    """Finds characters by the names that a person wrote; those who are one are made one."""

    def __init__(self, entries: Sequence[CharacterEntry]) -> None:
        listed = {each.character.name: each for each in entries}
        homes: dict[str, str] = {}
        for name, each in listed.items():
            home = homes.setdefault(name, name)
            for alias in each.exclusive_aliases:
                if alias in listed and homes.get(alias, alias) != home:
                    old = homes.get(alias, alias)
                    homes.update({who: home for who, at in homes.items() if at == old})
                    homes[alias] = home
        self.characters = _united(listed, homes)
        self._names: dict[str, str] = {}
        for character in self.characters:
            for alias in character.aliases:
                self._names.setdefault(alias.casefold(), character.name)
        for name, home in homes.items():
            self._names[name.casefold()] = home
        self._names.update(homes)

    @property
    def main_names(self) -> tuple[str, ...]:
        """The main names."""
        return tuple(each.name for each in self.characters)

    def find_main_name(self, name: str) -> str | None:
        """The main name of whoever has this name; none for nobody."""
        return self._names.get(name) or self._names.get(name.strip().casefold())

    def list_speakers(self, lines: Iterable[Line]) -> tuple[Character, ...]:
        """All who speak in these lines, who speaks most first."""
        spoken = Counter(line.speaker for line in lines if line.speaker is not None)
        told = (replace(each, line_count=spoken[each.name]) for each in self.characters)
        return tuple(
            sorted((c for c in told if c.line_count), key=lambda c: (-c.line_count, c.name))
        )


def _united(listed: dict[str, CharacterEntry], homes: dict[str, str]) -> tuple[Character, ...]:
    """One character for each home, with the names of all who live there."""
    united: dict[str, Character] = {
        name: listed[name].character for name, home in homes.items() if name == home
    }
    for name, home in homes.items():
        if name == home:
            continue
        one, other = united[home], listed[name].character
        names = (*one.aliases, other.name, *other.aliases)
        united[home] = replace(
            one,
            aliases=tuple(each for each in dict.fromkeys(names) if each != home),
            gender=one.gender or other.gender,
            age=one.age or other.age,
            is_narrator=one.is_narrator or other.is_narrator,
        )
    return tuple(united.values())


# ---------------------------------------------------------------------------- as found


def format_detected_rows(script: Script) -> Iterator[str]:
    """Who speaks where, in as few signs as casting needs.

    After the characters comes a row for each chapter: `2` is a line of the second character, `2x3`
    three of them, `*2` one after a scene break, and `.4` four lines in which nobody speaks.
    """
    if not script.characters:
        return
    yield text_syntax.AS_FOUND_HEADER
    yield from _REMARK.splitlines()
    for character in script.characters:
        yield text_syntax.format_character_row(replace(character, aliases=()), frozenset())
    numbers = {each.name: number for number, each in enumerate(script.characters, 1)}
    for chapter, lines in groupby(script.lines, key=lambda line: line.chapter):
        turns = [_turn(line, numbers) for line in lines]
        yield f"={chapter}: {' '.join(_packed(turns))}"


def _turn(line: Line, numbers: dict[str, int]) -> str:
    if line.kind is not LineKind.DIALOGUE or line.speaker not in numbers:
        return "."
    return f"{'*' if line.follows_scene_break else ''}{numbers[line.speaker]}"


def _packed(turns: Iterable[str]) -> Iterator[str]:
    for turn, run in groupby(turns):
        count = len(list(run))
        if turn == ".":
            yield f".{count}"
        else:
            yield f"{turn}x{count}" if count > 1 else turn


def parse_detected_rows(rows: Sequence[ScriptRow], path: str) -> Script | None:
    """A script without words, from what `rows` wrote; none where nothing is written.

    Raises:
        ScriptFileError: a row can't be understood.
    """
    people = [
        parse_character_row(row, path).character for row in rows if not row.text.startswith("=")
    ]
    lines: list[Line] = []
    for row in rows:
        if row.text.startswith("="):
            lines += _turns(row, path, [each.name for each in people])
    if not lines:
        return None
    spoken = Counter(line.speaker for line in lines)
    characters = tuple(replace(each, line_count=spoken[each.name]) for each in people)
    return Script(Book(Metadata(""), "", (), (), Source(path, "")), characters, tuple(lines))


def _turns(row: ScriptRow, path: str, names: Sequence[str]) -> Iterator[Line]:
    number, _, turns = row.text[1:].partition(":")
    for turn in turns.split():
        found = _TURN.fullmatch(turn)
        who = int(found[2] or 0) if found else 0
        if not found or not number.isdecimal() or (found[2] and not 1 <= who <= len(names)):
            raise text_syntax.syntax_error(
                path, row, f"'{text_syntax.shorten_for_message(turn)}' means nothing", _KEEP
            )
        speaker = names[who - 1] if who else None
        kind = LineKind.DIALOGUE if who else LineKind.NARRATION
        line = Line(
            "", int(number), 0, 0, 0, kind, "", speaker=speaker, follows_scene_break=bool(found[1])
        )
        for _ in range(min(int(found[3] or found[4] or 1), 100_000)):
            yield line
