"""Serialise scripts: as JSON for other programs, and as MessagePack for the cache."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from narrator.cache import packed_lines
from narrator.errors import ReadingError
from narrator.model import NO_DIRECTIONS, Line, LineKind, Script, SkippedPassage
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.readers import read
from narrator.scripts import completeness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.model import Character


_ARRAY_OF_TWO, _LONG_ARRAY = b"\x92", b"\xdd"
"""How MessagePack begins an array of two values, and one whose length follows in four bytes."""


def pack_script(script: Script) -> Iterator[bytes]:
    """Serialise a script to MessagePack, including the book's text and cover; yield its parts.

    It is an array of the script without its lines and of blocks of lines. As a whole, it would take
    more memory than the script of a long book.
    """
    yield _ARRAY_OF_TWO + msgspec.msgpack.encode(replace(script, lines=()))
    block_count = math.ceil(len(script.lines) / packed_lines.LINES_PER_BLOCK)
    yield _LONG_ARRAY + block_count.to_bytes(4, "big")
    yield from packed_lines.pack_lines(script.lines)


def unpack_script(packed: bytes) -> Script:
    """Return the script from the bytes that `pack_script` yielded, joined.

    Raises:
        msgspec.ValidationError: the bytes are not a script, or have an incompatible version.
    """
    script, blocks = msgspec.msgpack.decode(packed, type=tuple[Script, list[msgspec.Raw]])
    lines = chain.from_iterable(map(packed_lines.unpack_lines, blocks))
    return replace(script, lines=tuple(lines))


def serialise_script(script: Script) -> dict[str, Any]:
    """Convert a script to plain values for `json.dumps`.

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


class _SourceOfScript(msgspec.Struct):
    """The text that a script file was written from."""

    path: str
    sha256: str


class _LineOfScript(msgspec.Struct):
    """What the verification needs of a line in a script file."""

    id: str
    chapter: int
    paragraph: int
    start: int
    end: int
    kind: LineKind
    text: str


class _ScriptFile(msgspec.Struct):
    """What the verification needs of a script file; other keys are ignored."""

    source: _SourceOfScript
    lines: list[_LineOfScript]
    skipped: tuple[SkippedPassage, ...]


def verify_script_file(path: Path) -> tuple[int, int]:
    """Verify that the script in a JSON file speaks every word of its book exactly once.

    The file contains the values that `serialise_script` returns. The book is read again from its
    path in the file. Words in skipped passages need not be spoken.

    Returns:
        The number of lines and the number of skipped passages.

    Raises:
        ReadingError: the file can't be read, or the book has changed since.
        LedgerError: a word is lost or spoken twice.
    """
    try:
        script_file = msgspec.json.decode(path.read_bytes(), type=_ScriptFile)
    except OSError as error:
        raise ReadingError(f"{path} can't be read: {error.strerror}", "check its name") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "`narrator script BOOK -o FILE.json` writes one"
        raise ReadingError(f"{path} is not a script", hint) from error
    source = script_file.source
    book = read([source.path])
    if book.source.sha256 != source.sha256:
        hint = "write the script again"
        raise ReadingError(f"{source.path} is not the book that {path} was written from", hint)
    # What readers skip depends on their options, so the skipped passages of the script are used.
    lines = [
        Line(line.id, line.chapter, line.paragraph, line.start, line.end, line.kind, line.text)
        for line in script_file.lines
    ]
    completeness.verify_completeness(replace(book, skipped=script_file.skipped), lines)
    return len(lines), len(script_file.skipped)


def _serialise_character(character: Character) -> dict[str, Any]:
    """Convert a character to plain values; `spoken` is its number of lines."""
    return {
        "name": character.name,
        "aliases": list(character.aliases),
        "gender": character.gender,
        "age": character.age,
        "spoken": character.line_count,
        "narrates": character.is_narrator,
    }


def _serialise_line(line: Line) -> dict[str, Any]:
    """Convert a line to plain values; `spoken` is the normalised text that is synthesised.

    Only lines for which the user gives directions have the key `directions`, and only those in
    another language than the book `language`.
    """
    language = {"language": line.language} if line.language else {}
    directions = {} if line.directions == NO_DIRECTIONS else {"directions": asdict(line.directions)}
    return {
        **directions,
        **language,
        "id": line.id,
        "chapter": line.chapter,
        "paragraph": line.paragraph,
        "start": line.start,
        "end": line.end,
        "kind": str(line.kind),
        "speaker": line.speaker,
        "confidence": line.confidence,
        "reason": line.reason,
        "candidates": [
            {"name": name, "probability": probability} for name, probability in line.candidates
        ],
        "text": line.text,
        "spoken": remove_sounds(line.spoken),
        "quotation": line.quotation,
    }
