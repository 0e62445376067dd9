"""Parse and format two sections of a script file: the characters, and the detected speakers.

A person may edit the list of characters. The record of the detected characters and speakers, at the
end of the file, stays unchanged. Automatic casting uses this record, so characters keep their
voices when a person assigns a line to another speaker.
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
_SPEAKER_CODE_PATTERN = re.compile(r"(\*?)(\d+)(?:x(\d+))?|\.(\d+)")
"""A code for lines of one speaker, such as "*2x3" or ".4"; see `format_detected_rows`.

The groups are: scene break, number of the character, repetitions; or lines without a speaker.
"""
_MAX_REPETITIONS = 100_000
"""Maximum number of lines that one code stands for, so that a damaged file can't fill memory."""
_RECORD_HINT = "leave everything under [as found] as it was, or delete all of it"
_RECORD_REMARK = (
    "# How the speakers were found. Voices are chosen by this, so that a change above\n"
    "# changes nobody else's voice."
)


def collect_main_names(characters: Iterable[Character]) -> frozenset[str]:
    """Return the main names of characters, as used in `Line.speaker`."""
    return frozenset(character.name for character in characters)


@dataclass(frozen=True, slots=True)
class CharacterEntry:
    """A character as declared by one row of the script file."""

    character: Character
    exclusive_aliases: tuple[str, ...]
    """Aliases that no other character may have. If one is the main name of another entry, the two
    entries are merged into one character."""


def parse_character_row(row: ScriptRow, path: str) -> CharacterEntry:
    """Parse a row of the list of characters; `path` is only for error messages.

    Raises:
        ScriptFileError: the row has invalid syntax or an unknown attribute.
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
            path, row, f"'{text_syntax.shorten_for_message(row.text)}' is not a character", hint
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
    """An index of characters by name and alias; duplicate entries are merged."""

    def __init__(self, entries: Sequence[CharacterEntry]) -> None:
        entries_by_name = {entry.character.name: entry for entry in entries}
        main_names = _resolve_main_names(entries_by_name)
        self.characters = _merge_entries(entries_by_name, main_names)
        self._main_names_by_name: dict[str, str] = {}
        # Later keys overwrite earlier ones: aliases, then case-folded main names, then exact main
        # names. Of two characters with the same alias, the first keeps it.
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
        """Return the main name of the character with this name or alias, or None.

        An exact main name is preferred; otherwise case is ignored.
        """
        return self._main_names_by_name.get(name) or self._main_names_by_name.get(
            name.strip().casefold()
        )

    def list_speakers(self, lines: Iterable[Line]) -> tuple[Character, ...]:
        """Return the characters who speak in these lines, sorted by line count, highest first."""
        line_counts = Counter(line.speaker for line in lines if line.speaker is not None)
        counted = (
            replace(character, line_count=line_counts[character.name])
            for character in self.characters
        )
        speakers = (character for character in counted if character.line_count)
        return tuple(sorted(speakers, key=lambda speaker: (-speaker.line_count, speaker.name)))


def _resolve_main_names(entries_by_name: dict[str, CharacterEntry]) -> dict[str, str]:
    """Map each entry's name to the main name of the character into which it is merged."""
    main_names: dict[str, str] = {}
    for name, entry in entries_by_name.items():
        main_name = main_names.setdefault(name, name)
        for alias in entry.exclusive_aliases:
            merged_name = main_names.get(alias, alias)
            if alias in entries_by_name and merged_name != main_name:
                # Move all entries that were already merged into the other character, too.
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
    """Merge the names and attributes of all entries with the same main name."""
    merged: dict[str, Character] = {
        name: entries_by_name[name].character
        for name, main_name in main_names.items()
        if name == main_name
    }
    for name, main_name in main_names.items():
        if name == main_name:
            continue
        character, duplicate = merged[main_name], entries_by_name[name].character
        # `dict.fromkeys` removes duplicates and keeps the order.
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
    """Yield the rows that record the detected speakers, in a compact form.

    The characters come first, then one row for each chapter. In it, `2` is a line of the second
    character, `2x3` is three such lines, `*2` is such a line after a scene break, and `.4` is four
    lines without a speaker.
    """
    if not script.characters:
        return
    yield text_syntax.DETECTED_SPEAKERS_HEADER
    yield from _RECORD_REMARK.splitlines()
    for character in script.characters:
        yield text_syntax.format_character_row(replace(character, aliases=()), frozenset())
    # Numbers instead of names keep the record short, since a novel has ten thousand lines.
    numbers = {character.name: number for number, character in enumerate(script.characters, 1)}
    for chapter, lines in groupby(script.lines, key=lambda line: line.chapter):
        codes = [_format_speaker_code(line, numbers) for line in lines]
        yield f"={chapter}: {' '.join(_compress_repeated_codes(codes))}"


def _format_speaker_code(line: Line, numbers: dict[str, int]) -> str:
    """Return the code of one line: the number of its speaker, or "." for no speaker.

    `numbers` are the numbers of the characters by name, from 1.
    """
    if line.kind is not LineKind.DIALOGUE or line.speaker not in numbers:
        return "."
    return f"{'*' if line.follows_scene_break else ''}{numbers[line.speaker]}"


def _compress_repeated_codes(codes: Iterable[str]) -> Iterator[str]:
    """Yield one code for each run of equal codes, with the length of the run."""
    for code, run in groupby(codes):
        count = len(list(run))
        if code == ".":
            yield f".{count}"
        else:
            yield f"{code}x{count}" if count > 1 else code


def parse_detected_rows(rows: Sequence[ScriptRow], path: str) -> Script | None:
    """Parse the rows that `format_detected_rows` wrote; return None if they have no lines.

    The script has only the characters and, for each line, its chapter, speaker and scene break.
    All texts are empty.

    Raises:
        ScriptFileError: a row has invalid syntax.
    """
    characters = [
        parse_character_row(row, path).character for row in rows if not row.text.startswith("=")
    ]
    names = [character.name for character in characters]
    lines: list[Line] = []
    for row in rows:
        if row.text.startswith("="):
            lines += _parse_speaker_codes(row, path, names)
    if not lines:
        return None
    line_counts = Counter(line.speaker for line in lines)
    counted = tuple(
        replace(character, line_count=line_counts[character.name]) for character in characters
    )
    return Script(Book(Metadata(""), "", (), (), Source(path, "")), counted, tuple(lines))


def _parse_speaker_codes(row: ScriptRow, path: str, names: Sequence[str]) -> Iterator[Line]:
    """Yield the lines that a chapter's row stands for.

    `names` are the main names of the characters in the order of their numbers.
    """
    chapter, _, codes = row.text[1:].partition(":")
    for code in codes.split():
        match = _SPEAKER_CODE_PATTERN.fullmatch(code)
        number = int(match[2] or 0) if match else 0
        if not match or not chapter.isdecimal() or (match[2] and not 1 <= number <= len(names)):
            problem = f"'{text_syntax.shorten_for_message(code)}' is not valid here"
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
