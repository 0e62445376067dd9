"""Turns the corrections that a user gives as options into entries of the corrections file.

::

    --correct "3.12.2=Elizabeth"    one line
    --correct "2.*=Rafferty"        every quotation of chapter 2
    --correct "2.5-2.9=Rafferty"    every quotation of these paragraphs
    --same "Lizzy=Elizabeth"        two names of one character
    --gender "Sam=female"           the gender of a character
    --say "Caoimhe=Keeva"           how a word is pronounced
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import tomlkit

from narrator.errors import OptionError, UnknownCharacterError
from narrator.model import LineKind
from narrator.scripts import text_syntax
from narrator.scripts.character_list import CharacterEntry, CharacterIndex
from narrator.scripts.correction_edits import (
    insert_line_corrections,
    open_corrections_document,
)
from narrator.scripts.corrections import Correction, WordIndex, parse_correction
from narrator.scripts.line_ranges import select_line_range
from narrator.text.suggestions import did_you_mean
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from narrator.model import Script


@dataclass(frozen=True)
class CorrectionArguments:
    """Corrections that were given as options and checked against the script."""

    lines: tuple[Correction, ...] = ()
    merged_names: Mapping[str, str] = field(default_factory=dict)
    genders: Mapping[str, str] = field(default_factory=dict)
    pronunciations: Mapping[str, str] = field(default_factory=dict)


def parse_correction_arguments(
    script: Script,
    *,
    correct: Sequence[str] = (),
    same: Sequence[str] = (),
    gender: Sequence[str] = (),
    say: Sequence[str] = (),
) -> CorrectionArguments:
    """Check the values of the options against a script.

    Raises:
        OptionError: a value is not of the form that the option has, or the book has no such line
            or word.
        UnknownCharacterError: the book has no such character.
    """
    characters = CharacterIndex([CharacterEntry(character, ()) for character in script.characters])
    words = WordIndex(script.lines)
    return CorrectionArguments(
        tuple(correction for text in correct for correction in _parse_lines(script, text, words)),
        dict(_parse_merge(characters, text) for text in same),
        dict(_parse_gender(characters, text) for text in gender),
        dict(_parse_pronunciation(script, text) for text in say),
    )


def _split_pair(option: str, text: str, example: str) -> tuple[str, str]:
    """Split a value at its last "=", which a name may contain too.

    Raises:
        OptionError: it has none, or nothing on one side.
    """
    first, equals_sign, second = (part.strip() for part in text.rpartition("="))
    if not (first and equals_sign and second):
        raise OptionError(f"--{option} '{text}' is not valid", f'write it as "{example}"')
    return first, second


def _parse_lines(script: Script, text: str, words: WordIndex) -> Iterator[Correction]:
    """Yield the corrections for a line, or one for each quotation of a range of lines.

    Raises:
        OptionError: the value is not valid, or there are no such lines.
        UnknownCharacterError: the script has no character with this name.
    """
    place, speaker = _split_pair("correct", text, "3.12.2=Elizabeth")
    if any(line.id == place for line in script.lines):
        yield parse_correction(script, text, words)
        return
    lines = select_line_range(script.lines, place)
    dialogue = [line for line in lines if line.kind is LineKind.DIALOGUE]
    # one correction covers all lines of a quotation
    first_lines = {
        line.quotation: line for line in reversed(dialogue) if line.quotation is not None
    }
    if not first_lines:
        raise OptionError(
            f"--correct '{text}': nobody speaks in {place}",
            "name a line, such as 3.12.2, or a range with speech, such as 2.* or 2.5-2.9",
        )
    for line in reversed(first_lines.values()):
        yield parse_correction(script, f"{line.id}={speaker}", words)


def _find_character(characters: CharacterIndex, name: str) -> str:
    """Return the main name of a character.

    Raises:
        UnknownCharacterError: there is nobody of that name.
    """
    main_name = characters.find_main_name(name)
    if main_name is None:
        raise UnknownCharacterError(
            f"nobody called '{name}' is in this book", did_you_mean(name, characters.main_names)
        )
    return main_name


def _parse_merge(characters: CharacterIndex, text: str) -> tuple[str, str]:
    """Return two names of one character, the main name last.

    Raises:
        OptionError: the value is not valid, or both names already mean one character.
        UnknownCharacterError: one of the names is unknown.
    """
    names = _split_pair("same", text, "Lizzy=Elizabeth")
    other, main = (_find_character(characters, name) for name in names)
    if other == main:
        raise OptionError(
            f"--same '{text}': both are {main} already", "`narrator cast BOOK` lists everybody"
        )
    return other, main


def _parse_gender(characters: CharacterIndex, text: str) -> tuple[str, str]:
    """Return a character's name and gender.

    Raises:
        OptionError: the value is not valid.
        UnknownCharacterError: the name is unknown.
    """
    name, gender = _split_pair("gender", text, "Sam=female")
    if gender.casefold() not in text_syntax.GENDERS:
        raise OptionError(
            f"--gender '{text}' is not valid", f"give {' or '.join(text_syntax.GENDERS)}"
        )
    return _find_character(characters, name), gender.casefold()


def _parse_pronunciation(script: Script, text: str) -> tuple[str, str]:
    """Return a word of the book, and how it is pronounced.

    Raises:
        OptionError: the value is not valid, or the word is not in the book.
    """
    word, spoken_form = _split_pair("say", text, "Caoimhe=Keeva")
    sought = _split_words(word)
    has_word = any(_contains(_split_words(line.text), sought) for line in script.lines)
    if not sought or not has_word:
        words = {found for line in script.lines for found in PLAIN_WORD_PATTERN.findall(line.text)}
        hint = did_you_mean(word, words)
        hint = hint if hint.startswith("did") else "write it as the book does"
        raise OptionError(f"--say '{text}': the book does not have the word '{word}'", hint)
    return word, spoken_form


def _split_words(text: str) -> list[str]:
    """Split a text into case-folded words."""
    return [word.casefold() for word in PLAIN_WORD_PATTERN.findall(text)]


def _contains(words: Sequence[str], sought: Sequence[str]) -> bool:
    """Return whether words contain other words one after the other."""
    size = len(sought)
    return any(words[i : i + size] == sought for i in range(len(words) - size + 1))


def format_corrected_file(path: Path, title: str, arguments: CorrectionArguments) -> str:
    """Return the text of a corrections file, which may not exist yet, with new corrections.

    Raises:
        ScriptFileError: the file exists and is invalid.
    """
    document = open_corrections_document(path, title)
    for name, values in (("same", arguments.merged_names), ("say", arguments.pronunciations)):
        if values:
            _open_table(document, name).update(values)
    for name, gender in arguments.genders.items():
        characters = _open_table(document, "character", is_super_table=True)
        characters.setdefault(name, tomlkit.table())["gender"] = gender
    if arguments.lines:
        insert_line_corrections(document, arguments.lines)
    return tomlkit.dumps(document)


def _open_table(document: tomlkit.TOMLDocument, name: str, *, is_super_table: bool = False) -> Any:
    """Return a table of a document, which is added if there is none."""
    if name not in document:
        document[name] = tomlkit.table(is_super_table=is_super_table)
    return document[name]
