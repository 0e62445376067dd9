"""The timeline as a file: when each line and each word of the book is heard.

`BOOK.timeline.json` is one JSON object, described by the classes below (`schema` makes a JSON
Schema of them); one line of the file holds one line of the book. All times are seconds from the
beginning of the audiobook; all `source` pairs are character offsets into the source text, end
exclusive, as in `narrator script --json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from narrator import __version__
from narrator.errors import BrokenInputError
from narrator.readalong.output_paths import stage_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.readalong.rendered_book import RenderedBook
    from narrator.readalong.word_timing import TimedLine

FORMAT_VERSION = 1
"""Of the format; higher where a program that reads this one would go wrong."""


class WordTime(msgspec.Struct, omit_defaults=True):
    """A word as written, with the marks around it."""

    text: str
    start: float
    end: float
    """When the next word begins, or the line's speech ends."""
    source: tuple[int, int]
    estimated: bool = False
    """Whether the engine did not tell when it begins."""


class LineTime(msgspec.Struct):
    """What one speaker says, or the narrator tells: about a sentence."""

    id: str
    chapter: int
    paragraph: int
    kind: str
    """`narration`, `dialogue` or `heading`."""
    speaker: str | None
    """The character's main name; null for the narrator."""
    voice: str
    start: float
    end: float
    """When its speech ends, before the pause."""
    source: tuple[int, int]
    text: str
    timing: str
    """`engine`, or `estimate` where the engine told of no word."""
    words: list[WordTime]


class ChapterTime(msgspec.Struct):
    """A chapter of the audiobook."""

    number: int
    title: str
    start: float
    end: float


class FileTime(msgspec.Struct):
    """A file of the audiobook."""

    path: str
    """Beside the timeline."""
    start: float
    end: float


class SourceText(msgspec.Struct):
    """What was narrated."""

    path: str
    sha256: str


class TimelineFile(msgspec.Struct):
    """The whole of `BOOK.timeline.json`."""

    version: int
    generator: str
    title: str
    author: str | None
    language: str
    source: SourceText
    duration: float
    rate: int
    """Samples per second of the audio; every time is a whole number of them, rounded."""
    files: list[FileTime]
    chapters: list[ChapterTime]
    lines: list[LineTime]


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a timeline."""
    return msgspec.json.schema(TimelineFile)


def read_timeline(path: Path) -> TimelineFile:
    """A timeline from its file.

    Raises:
        BrokenInputError: it is no timeline, or one of another version.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=TimelineFile)
    except msgspec.DecodeError as error:
        raise BrokenInputError(f"{path} is no timeline: {error}", "build it again") from error
    if found.version != FORMAT_VERSION:
        raise BrokenInputError(
            f"{path} is a timeline of version {found.version}, and only {FORMAT_VERSION} is known",
            "build it again",
        )
    return found


def write(_: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write `BOOK.timeline.json` beside the audiobook.

    Raises:
        OutputError: it can't be written.
    """
    path = target.with_suffix(".timeline.json")
    with stage_file(path) as part, part.open("wb") as file:
        file.writelines(_written(rendered_book))
    return (path,)


def _written(performance: RenderedBook) -> Iterator[bytes]:
    """The file, line by line."""
    head = msgspec.json.encode(_head(performance))
    yield head.removesuffix(b"[]}") + b"[\n"
    comma = b""
    for scene in performance.time_chapters():
        for uttered in scene.timed_lines:
            yield comma + msgspec.json.encode(_line(performance, uttered))
            comma = b",\n"
    yield b"\n]}\n"


def _head(performance: RenderedBook) -> TimelineFile:
    book, seconds = performance.script.book, performance.to_seconds
    return TimelineFile(
        version=FORMAT_VERSION,
        generator=f"narrator {__version__}",
        title=book.metadata.title,
        author=book.metadata.author,
        language=book.metadata.language,
        source=SourceText(book.source.path, book.source.sha256),
        duration=seconds(performance.timeline.samples),
        rate=performance.timeline.rate,
        files=[
            FileTime(track.path.name, seconds(track.start_sample), seconds(track.end_sample))
            for track in performance.tracks
        ],
        chapters=[
            ChapterTime(number, mark.title, seconds(mark.start), seconds(mark.end))
            for number, mark in performance.enumerate_marks()
        ],
        lines=[],
    )


def _line(performance: RenderedBook, uttered: TimedLine) -> LineTime:
    line, seconds = uttered.line, performance.to_seconds
    return LineTime(
        id=line.id,
        chapter=line.chapter,
        paragraph=line.paragraph,
        kind=str(line.kind),
        speaker=line.speaker,
        voice=performance.cast.voice_of(line.speaker).name,
        start=seconds(uttered.start_sample),
        end=seconds(uttered.end_sample),
        source=(line.start, line.end),
        text=line.text,
        timing="estimate" if all(word.is_estimated for word in uttered.words) else "engine",
        words=[
            WordTime(
                word.text,
                seconds(word.start_sample),
                seconds(word.end_sample),
                (word.source_span.start, word.source_span.end),
                word.is_estimated,
            )
            for word in uttered.words
        ],
    )
