"""Edits a corrections file in place: sets, changes or takes back what the user says.

Comments, order and everything else in the file stay. Each function changes a document; the caller
writes it with `narrator.files.outputs.update_file`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import tomlkit
from tomlkit.items import Comment

from narrator.files.outputs import update_file
from narrator.files.toml_files import parse_editable
from narrator.scripts.corrections import PASSAGE_KEYS, Correction, load_corrections
from narrator.scripts.inclusions import Inclusion
from narrator.text.control_characters import show_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from narrator.files.ownership import Output
    from narrator.scripts.corrections import WordIndex

_FILE_HEADER = """\
Corrections of "{title}". You can edit this file.
A line is found by its words; before and after are needed where the words occur more than once.
The speaker "narrator" is for what nobody says. `narrator help files` describes all entries."""


def set_line_values(
    document: tomlkit.TOMLDocument,
    word_index: WordIndex,
    passage: Correction,
    values: Mapping[str, str | float | None],
) -> None:
    """Set values of a line, such as its speaker or manner; None takes a value back.

    Earlier corrections of the same line lose these values, and are removed if nothing is left.

    Args:
        document: The corrections file.
        word_index: The words of the script before corrections.
        passage: Finds the line; `narrator.scripts.corrections.describe_passage` makes it.
        values: By the keys of a `[[line]]`. A speaker applies to the whole quotation.
    """
    for key, value in values.items():
        targets = _find_targets(word_index, passage, key)
        tables = list(_find_tables(document, word_index, targets, key))
        # a correction that also covers other lines stays, and the last one takes precedence
        narrow_tables = [table for table, covers_others in tables if not covers_others]
        is_last_wide = bool(tables) and tables[-1][1]
        home = (
            narrow_tables[-1] if narrow_tables and value is not None and not is_last_wide else None
        )
        for table in narrow_tables:
            if table is not home:
                table.pop(key, None)
        if value is not None:
            table = home if home is not None else _add_table(document, passage)
            table[key] = value
    _remove_empty_tables(document)


def _find_targets(word_index: WordIndex, passage: Correction, key: str) -> frozenset[int]:
    """Return the indices of the lines that a value applies to."""
    if key == "speaker":
        # any name makes the index return the lines of the whole quotation
        found = word_index.find_lines(msgspec.structs.replace(passage, speaker="?"))
    else:
        found = word_index.find_spoken_lines(passage)
    return frozenset() if isinstance(found, str) else frozenset(found)


def _find_tables(
    document: tomlkit.TOMLDocument, word_index: WordIndex, targets: frozenset[int], key: str
) -> Iterator[tuple[Any, bool]]:
    """Yield the corrections that have a value for one of the lines, or might get it.

    Each comes with whether it covers other lines too.
    """
    for table in document.get("line", []):
        found = {name: table[name] for name in PASSAGE_KEYS if name in table}
        correction = msgspec.convert(found, Correction)
        lines = _find_targets(word_index, correction, key)
        if lines & targets and (key in table or lines <= targets):
            yield table, not lines <= targets


def _add_table(document: tomlkit.TOMLDocument, passage: Correction) -> Any:
    """Add an empty correction of a passage to the document, and return it."""
    table = tomlkit.table()
    for name in PASSAGE_KEYS:
        if value := getattr(passage, name):
            table[name] = value
    tables: Any = document.setdefault("line", tomlkit.aot())
    if len(tables):
        _end_with_blank_line(tables[-1])
    tables.append(table)
    return tables[-1]


def _end_with_blank_line(table: Any) -> None:
    """Add a blank line to a table that does not end with one, for people who read the file."""
    if not table.as_string().endswith("\n\n"):
        table.add(tomlkit.nl())


def _remove_empty_tables(document: tomlkit.TOMLDocument) -> None:
    """Remove the corrections that change nothing; their comments move to the one before."""
    tables: Any = document.get("line", [])
    for index in reversed(range(len(tables))):
        if set(tables[index]) - set(PASSAGE_KEYS):
            continue
        comments = [item for _, item in tables[index].value.body if isinstance(item, Comment)]
        del tables[index]
        home = tables[index - 1] if index else document
        for comment in comments:
            home.add(comment)
    if "line" in document and not len(tables):
        del document["line"]


def merge_characters(document: tomlkit.TOMLDocument, names: Iterable[str], into: str) -> None:
    """Say that several names are one character's, whose main name is `into`."""
    table: Any = document.setdefault("same", tomlkit.table())
    for name in names:
        table[name] = into


def set_pronunciation(document: tomlkit.TOMLDocument, word: str, say: str | None) -> None:
    """Say how a word is spoken in every line; None takes it back."""
    table: Any = document.setdefault("say", tomlkit.table())
    key = next((key for key in table if key.casefold() == word.casefold()), word)
    if say is None:
        table.pop(key, None)
    else:
        table[key] = say
    if not table:
        del document["say"]


def set_character_traits(
    document: tomlkit.TOMLDocument, name: str, values: Mapping[str, str | None]
) -> None:
    """Set the name, gender or age of a character; None takes a value back."""
    characters: Any = document.setdefault("character", tomlkit.table(is_super_table=True))
    table: Any = characters.setdefault(name, tomlkit.table())
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    if not table:
        del characters[name]
    if not characters:
        del document["character"]


def add_corrections(output: Output, title: str, corrections: Iterable[Correction]) -> None:
    """Add corrections to a file, or create the file; comments and other entries are preserved.

    If the file already has a correction of the same words, only what is new is replaced. A new file
    begins with a comment that contains `title`.

    Raises:
        ScriptFileError: the file exists and is invalid.
        OutputError: the file can't be written.
    """
    new_corrections = list(corrections)
    update_file(output, lambda: _insert_corrections(output.target, title, new_corrections))


def _insert_corrections(path: Path, title: str, corrections: Iterable[Correction]) -> str:
    """Return the text of a file, which may not exist yet, with corrections added.

    Raises:
        ScriptFileError: the file exists and is invalid.
    """
    document = open_corrections_document(path, title)
    insert_line_corrections(document, corrections)
    return tomlkit.dumps(document)


def insert_line_corrections(
    document: tomlkit.TOMLDocument, corrections: Iterable[Correction]
) -> None:
    """Add corrections of lines to a document; one of the same words gets the new speaker."""
    tables: Any = document.setdefault("line", tomlkit.aot())
    for correction in corrections:
        passage = _list_passage_values(correction)
        matching_tables = [
            table
            for table in tables
            if passage == {key: table[key] for key in PASSAGE_KEYS if key in table}
        ]
        values = {
            key: value
            for key, value in msgspec.structs.asdict(correction).items()
            if value not in ("", None) and (key not in ("take", "occurrence") or value)
        }
        if matching_tables:
            matching_tables[0].update(values)
            continue
        table = tomlkit.table()
        table.update(values)
        tables.append(table)


def _list_passage_values(passage: Correction) -> dict[str, str | int]:
    """Return what finds the line of a correction, by key; what is empty is left out."""
    return {key: value for key in PASSAGE_KEYS if (value := getattr(passage, key))}


def open_corrections_document(path: Path, title: str) -> tomlkit.TOMLDocument:
    """Return the content of a corrections file for editing, or that of a new file.

    Raises:
        ScriptFileError: the file exists and is invalid.
    """
    if path.exists():
        # Check the file first, so that an error in it is reported instead of written back.
        load_corrections(path)
        return parse_editable(path)
    document = tomlkit.document()
    for line in _FILE_HEADER.format(title=show_on_one_line(title)).splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    return document


def set_inclusion(
    document: tomlkit.TOMLDocument, inclusion: Inclusion, *, is_included: bool
) -> None:
    """Include a passage in a corrections file, or leave it out again."""
    tables: Any = document.setdefault("include", tomlkit.aot())
    for index in reversed(range(len(tables))):
        if msgspec.convert(tables[index].unwrap(), Inclusion) == inclusion:
            del tables[index]
    if is_included:
        table = tomlkit.table()
        table["words"] = inclusion.words
        if inclusion.occurrence > 1:
            table["occurrence"] = inclusion.occurrence
        tables.append(table)
    if not len(tables):
        del document["include"]
