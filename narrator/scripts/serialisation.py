"""Convert scripts to and from files: JSON for other programs, MessagePack for the cache."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import msgspec

from narrator.errors import ReadingError
from narrator.model import Line, LineKind, Script, SkippedPassage
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.readers import read
from narrator.scripts import completeness

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Character


def pack_script(script: Script) -> bytes:
    """Return the whole script with the book's text and cover as bytes, for `unpack_script`."""
    return msgspec.msgpack.encode(script)


def unpack_script(packed: bytes) -> Script:
    """Return the script that `pack_script` packed.

    Raises:
        msgspec.ValidationError: the bytes are not a script, or are one of another version.
    """
    return msgspec.msgpack.decode(packed, type=Script)


def serialise_script(script: Script) -> dict[str, Any]:
    """Return the script as plain values for `json.dumps`.

    The keys are `title`, `author`, `language`, `source`, `chapters`, `characters`, `lines` and
    `skipped`. All offsets are character offsets into the source text, with exclusive ends.
    """
    book = script.book
    return {
        "title": book.metadata.title,
        "author": book.metadata.author,
        "language": book.metadata.language,
        "source": {"path": book.source.path, "sha256": book.source.sha256},
        "chapters": [
            {
                "number": chapter.number,
                "title": chapter.title,
                "start": chapter.start,
                "end": chapter.end,
            }
            for chapter in book.chapters
        ],
        "characters": [_serialise_character(character) for character in script.characters],
        "lines": [_serialise_line(line) for line in script.lines],
        "skipped": [asdict(passage) for passage in book.skipped],
    }


def verify_script_file(path: Path) -> tuple[int, int]:
    """Verify that a script from `serialise_script` speaks every word of its source exactly once.

    The source is read again from the path that the script names.

    Returns:
        The number of lines and the number of skipped passages.

    Raises:
        ReadingError: the script can't be read, or its source has changed since.
        LedgerError: a word is lost or spoken twice.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        source, lines = document["source"], [_parse_line(values) for values in document["lines"]]
        skipped = tuple(SkippedPassage(**values) for values in document["skipped"])
    except OSError as error:
        raise ReadingError(f"{path} can't be read: {error.strerror}", "check its name") from error
    except (ValueError, KeyError, TypeError) as error:
        hint = "narrator script BOOK -o FILE writes one"
        raise ReadingError(f"{path} is no script", hint) from error
    book = read([source["path"]])
    if book.source.sha256 != source["sha256"]:
        hint = "write the script again"
        raise ReadingError(f"{source['path']} is not what {path} was written from", hint)
    # Readers skip other passages under other options, so those of the script count.
    completeness.verify_completeness(replace(book, skipped=skipped), lines)
    return len(lines), len(skipped)


def _parse_line(values: dict[str, Any]) -> Line:
    """Return the line of a JSON object, without keys that are not fields of a line."""
    field_names = {field.name for field in fields(Line)}
    line_values = {key: value for key, value in values.items() if key in field_names}
    return Line(**{**line_values, "kind": LineKind(values["kind"])})


def _serialise_character(character: Character) -> dict[str, Any]:
    """Return a character as plain values; `spoken` is how many lines it speaks."""
    return {
        "name": character.name,
        "aliases": list(character.aliases),
        "gender": character.gender,
        "age": character.age,
        "spoken": character.line_count,
        "narrates": character.is_narrator,
    }


def _serialise_line(line: Line) -> dict[str, Any]:
    """Return a line as plain values; `spoken` is the text that the voice gets, normalised."""
    return {
        "id": line.id,
        "chapter": line.chapter,
        "paragraph": line.paragraph,
        "start": line.start,
        "end": line.end,
        "kind": str(line.kind),
        "speaker": line.speaker,
        "confidence": line.confidence,
        "reason": line.reason,
        "text": line.text,
        "spoken": remove_sounds(line.spoken),
        "quotation": line.quotation,
    }
