"""Edits a corrections file in place: sets, changes or takes back what the user says.

Comments, order and everything else in the file stay. Each function changes a document; the caller
writes it with `narrator.files.outputs.update_file`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import tomlkit
from tomlkit.items import Comment

from narrator.scripts.corrections import PASSAGE_KEYS, Correction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from narrator.scripts.corrections import WordIndex


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
