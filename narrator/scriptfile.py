"""A script as a file: one JSON object for programs, and packed for the cache."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from narrator.model import Script

if TYPE_CHECKING:
    from narrator.model import Character, Line


def pack(script: Script) -> bytes:
    """The whole script, the book's text and cover too, as `unpack` takes it."""
    return msgspec.msgpack.encode(script)


def unpack(packed: bytes) -> Script:
    """The script that was packed.

    Raises:
        msgspec.ValidationError: it is no script, or one of another version.
    """
    return msgspec.msgpack.decode(packed, type=Script)


def as_json(script: Script) -> dict[str, Any]:
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


def _character(character: Character) -> dict[str, Any]:
    return {
        "name": character.name,
        "aliases": list(character.aliases),
        "gender": character.gender,
        "age": character.age,
        "spoken": character.spoken,
        "narrates": character.narrates,
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
        "spoken": line.spoken,
        "quotation": line.quotation,
    }
