"""A script as a file: one JSON object for programs, and packed for the cache."""

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
    """The whole script, the book's text and cover too, as `unpack` takes it."""
    return msgspec.msgpack.encode(script)


def unpack_script(packed: bytes) -> Script:
    """The script that was packed.

    Raises:
        msgspec.ValidationError: it is no script, or one of another version.
    """
    return msgspec.msgpack.decode(packed, type=Script)


def serialise_script(script: Script) -> dict[str, Any]:
    """The script as plain values, for `json.dumps`.

    The keys are `title`, `author`, `language`, `source`, `chapters`, `characters`, `lines` and
    `skipped`; all offsets are character offsets into the source text, end exclusive.
    """
    book = script.book
    return {
        "title": book.metadata.title,
        "author": book.metadata.author,
        "language": book.metadata.language,
        "source": {"path": book.source.path, "sha256": book.source.sha256},
        "chapters": [
            {"number": c.number, "title": c.title, "start": c.start, "end": c.end}
            for c in book.chapters
        ],
        "characters": [_character(character) for character in script.characters],
        "lines": [_line(line) for line in script.lines],
        "skipped": [asdict(skipped) for skipped in book.skipped],
    }


def verify_script_file(path: Path) -> tuple[int, int]:
    """Make sure that a script which `as_json` wrote speaks every word of its source once.

    The source is read again, from where the script says it came.

    Returns:
        How many lines there are, and how many stretches that are left out.

    Raises:
        ReadingError: the script can't be read, or its source has changed since.
        LedgerError: a word is lost or said twice.
    """
    try:
        written = json.loads(path.read_text("utf-8"))
        source, lines = written["source"], [_read_line(each) for each in written["lines"]]
        skipped = tuple(SkippedPassage(**each) for each in written["skipped"])
    except OSError as error:
        raise ReadingError(f"{path} can't be read: {error.strerror}", "check its name") from error
    except (ValueError, KeyError, TypeError) as error:
        hint = "narrator script BOOK -o FILE writes one"
        raise ReadingError(f"{path} is no script", hint) from error
    book = read([source["path"]])
    if book.source.sha256 != source["sha256"]:
        hint = "write the script again"
        raise ReadingError(f"{source['path']} is not what {path} was written from", hint)
    completeness.verify_completeness(replace(book, skipped=skipped), lines)
    return len(lines), len(skipped)


def _read_line(written: dict[str, Any]) -> Line:
    names = {field.name for field in fields(Line)}
    values = {key: value for key, value in written.items() if key in names}
    return Line(**{**values, "kind": LineKind(written["kind"])})


def _character(character: Character) -> dict[str, Any]:
    return {
        "name": character.name,
        "aliases": list(character.aliases),
        "gender": character.gender,
        "age": character.age,
        "spoken": character.line_count,
        "narrates": character.is_narrator,
    }


def _line(line: Line) -> dict[str, Any]:
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
