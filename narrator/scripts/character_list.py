"""Read and write the characters of a script file: as a person edited them, and as detected.

The detected characters and speakers are recorded at the end of the file. Automatic casting uses
this record instead of the edited lines, and so all characters keep their voices when a person
assigns a line to another speaker.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source
from narrator.scripts import text_syntax
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.scripts.text_syntax import ScriptRow

_ATTRIBUTES_PATTERN = re.compile(r"(?<!\\)\[([^\]]*)\]\s*\Z")
_NAMES_PATTERN = re.compile(r"\s*((?:\\.|[^\\:])+):((?:\\.|[^\\:])*)")
_TURN_PATTERN = re.compile(r"(\*?)(\d+)(?:x(\d+))?|\.(\d+)")
"""Groups: scene break, number of the character, repetitions; or lines without a speaker."""
_MAX_REPETITIONS = 100_000
"""The most lines of one sign in the record; a damaged file must not fill the memory."""
_RECORD_HINT = "leave what stands below [as found] as it was, or delete all of it"
_RECORD_REMARK = (
    "# How the speakers were found. Voices are chosen by this, so that a change above\n"
    "# changes nobody else's voice."
)


def collect_main_names(characters: Iterable[Character]) -> frozenset[str]:
    """Return the main names of characters, which lines name as their speakers."""
    return frozenset(character.name for character in characters)


@dataclass(frozen=True, slots=True)
class CharacterEntry:
    """A character as a row of the script file declares it."""

    character: Character
    exclusive_aliases: tuple[str, ...]
    """Aliases that belong to this character only: if one is the main name of another entry, both
    entries are the same character."""


def parse_character_row(row: ScriptRow, path: str) -> CharacterEntry:
    """Parse a row of the list of characters.

    Raises:
        ScriptFileError: the row does not follow the syntax, or an attribute is not known.
    """
    bracketed = _ATTRIBUTES_PATTERN.search(row.text)
    attributes = [text.strip() for text in bracketed[1].split(",")] if bracketed else []
    for attribute in filter(None, attributes):
        if attribute not in text_syntax.CHARACTER_ATTRIBUTES:
            hint = did_you_mean(attribute, text_syntax.CHARACTER_ATTRIBUTES)
            raise text_syntax.syntax_error(path, row, f"a character can't be '{attribute}'", hint)
    declaration = _NAMES_PATTERN.fullmatch(row.text[: bracketed.start()] if bracketed else row.text)
    if not declaration:
        hint = "write  Name: another name, one more [female]"
        raise text_syntax.syntax_error(
            path, row, f"'{text_syntax.shorten_for_message(row.text)}' is no character", hint
        )
    listed_names = [name for name in text_syntax.split_names(declaration[2]) if name]
    aliases = tuple(text_syntax.unescape_value(name.removeprefix("~")) for name in listed_names)
    character = Character(
        text_syntax.unescape_value(declaration[1].strip()),
        aliases,
        next((text for text in attributes if text in text_syntax.GENDERS), None),
        next((text for text in attributes if text in text_syntax.AGES), None),
        is_narrator=text_syntax.NARRATES_ATTRIBUTE in attributes,
    )
    exclusive_aliases = tuple(
        text_syntax.unescape_value(name) for name in listed_names if not name.startswith("~")
    )
    return CharacterEntry(character, exclusive_aliases)


class CharacterIndex:
    """Characters by their names, with entries merged that are the same character."""

    def __init__(self, entries: Sequence[CharacterEntry]) -> None:
        entries_by_name = {entry.character.name: entry for entry in entries}
        main_names = _resolve_main_names(entries_by_name)
        self.characters = _merge_entries(entries_by_name, main_names)
        self._main_names_by_name: dict[str, str] = {}
        # Names are entered from the weakest claim to the strongest: aliases, main names without
        # regard to case, main names exactly as written.
        for character in self.characters:
            for alias in character.aliases:
                self._main_names_by_name.setdefault(alias.casefold(), character.name)
        for name, main_name in main_names.items():
            self._main_names_by_name[name.casefold()] = main_name
        self._main_names_by_name.update(main_names)

    @property
    def main_names(self) -> tuple[str, ...]:
        """Return the main names, in the order of the entries."""
        return tuple(character.name for character in self.characters)

    def find_main_name(self, name: str) -> str | None:
        """Return the main name of the character with this name or alias, or None."""
        return self._main_names_by_name.get(name) or self._main_names_by_name.get(
            name.strip().casefold()
        )

    def list_speakers(self, lines: Iterable[Line]) -> tuple[Character, ...]:
        """Return the characters who speak in these lines, with line counts, most lines first."""
        line_counts = Counter(line.speaker for line in lines if line.speaker is not None)
        counted = (
            replace(character, line_count=line_counts[character.name])
            for character in self.characters
        )
        speakers = (character for character in counted if character.line_count)
        return tuple(sorted(speakers, key=lambda speaker: (-speaker.line_count, speaker.name)))


def _resolve_main_names(entries_by_name: dict[str, CharacterEntry]) -> dict[str, str]:
    """Return, for each entry's name, the main name of the character that it is merged into."""
    main_names: dict[str, str] = {}
    for name, entry in entries_by_name.items():
        main_name = main_names.setdefault(name, name)
        for alias in entry.exclusive_aliases:
            merged_name = main_names.get(alias, alias)
            if alias in entries_by_name and merged_name != main_name:
                # All entries that were merged into the other character move with it.
                main_names.update(
                    {
                        moved_name: main_name
                        for moved_name, current_name in main_names.items()
                        if current_name == merged_name
                    }
                )
                main_names[alias] = main_name
    return main_names


def _merge_entries(
    entries_by_name: dict[str, CharacterEntry], main_names: dict[str, str]
) -> tuple[Character, ...]:
    """Return one character for each main name, with the names and attributes of its entries."""
    merged: dict[str, Character] = {
        name: entries_by_name[name].character
        for name, main_name in main_names.items()
        if name == main_name
    }
    for name, main_name in main_names.items():
        if name == main_name:
            continue
        character, duplicate = merged[main_name], entries_by_name[name].character
        # A dictionary without values removes duplicates and keeps the order.
        aliases = dict.fromkeys((*character.aliases, duplicate.name, *duplicate.aliases))
        merged[main_name] = replace(
            character,
            aliases=tuple(alias for alias in aliases if alias != main_name),
            gender=character.gender or duplicate.gender,
            age=character.age or duplicate.age,
            is_narrator=character.is_narrator or duplicate.is_narrator,
        )
    return tuple(merged.values())


# ------------------------------------------------------------------- record of detected speakers


def format_detected_rows(script: Script) -> Iterator[str]:
    """Yield the rows that record the detected speakers, as briefly as casting permits.

    The characters come first, then a row for each chapter, in which `2` is a line of the second
    character, `2x3` three of them, `*2` one after a scene break, and `.4` four lines without a
    speaker.
    """
    if not script.characters:
        return
    yield text_syntax.AS_FOUND_HEADER
    yield from _RECORD_REMARK.splitlines()
    for character in script.characters:
        yield text_syntax.format_character_row(replace(character, aliases=()), frozenset())
    # Numbers instead of names keep the record short: a novel has ten thousand lines.
    numbers = {character.name: number for number, character in enumerate(script.characters, 1)}
    for chapter, lines in groupby(script.lines, key=lambda line: line.chapter):
        turns = [_format_turn(line, numbers) for line in lines]
        yield f"={chapter}: {' '.join(_count_repeated_turns(turns))}"


def _format_turn(line: Line, numbers: dict[str, int]) -> str:
    """Return the sign of one line: the number of its speaker, or a full stop for none."""
    if line.kind is not LineKind.DIALOGUE or line.speaker not in numbers:
        return "."
    return f"{'*' if line.follows_scene_break else ''}{numbers[line.speaker]}"


def _count_repeated_turns(turns: Iterable[str]) -> Iterator[str]:
    """Yield each run of equal turns as one sign with the length of the run."""
    for turn, run in groupby(turns):
        count = len(list(run))
        if turn == ".":
            yield f".{count}"
        else:
            yield f"{turn}x{count}" if count > 1 else turn


def parse_detected_rows(rows: Sequence[ScriptRow], path: str) -> Script | None:
    """Return a script without words from the rows of `format_detected_rows`, or None without rows.

    Raises:
        ScriptFileError: a row can't be understood.
    """
    characters = [
        parse_character_row(row, path).character for row in rows if not row.text.startswith("=")
    ]
    names = [character.name for character in characters]
    lines: list[Line] = []
    for row in rows:
        if row.text.startswith("="):
            lines += _parse_turns(row, path, names)
    if not lines:
        return None
    line_counts = Counter(line.speaker for line in lines)
    counted = tuple(
        replace(character, line_count=line_counts[character.name]) for character in characters
    )
    return Script(Book(Metadata(""), "", (), (), Source(path, "")), counted, tuple(lines))


def _parse_turns(row: ScriptRow, path: str, names: Sequence[str]) -> Iterator[Line]:
    """Yield the lines of a chapter's row, with chapter, speaker and scene break only."""
    chapter, _, turns = row.text[1:].partition(":")
    for turn in turns.split():
        match = _TURN_PATTERN.fullmatch(turn)
        number = int(match[2] or 0) if match else 0
        if not match or not chapter.isdecimal() or (match[2] and not 1 <= number <= len(names)):
            problem = f"'{text_syntax.shorten_for_message(turn)}' means nothing"
            raise text_syntax.syntax_error(path, row, problem, _RECORD_HINT)
        line = Line(
            "",
            int(chapter),
            0,
            0,
            0,
            LineKind.DIALOGUE if number else LineKind.NARRATION,
            "",
            speaker=names[number - 1] if number else None,
            follows_scene_break=bool(match[1]),
        )
        for _ in range(min(int(match[3] or match[4] or 1), _MAX_REPETITIONS)):
            yield line
