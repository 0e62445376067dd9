"""Writes and reads the timeline file, which says when each line and word of the book is heard.

`BOOK.timeline.json` is one JSON object, which the classes below describe; `schema` returns a JSON
Schema of them. Each line of the book is on one line of the file. All times are in seconds from the
beginning of the audiobook. All `source` pairs are character offsets into the source text, end
exclusive, as in `narrator script --json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from narrator import __version__
from narrator.errors import BrokenInputError
from narrator.files.os_errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.readalong.rendered_book import RenderedBook
    from narrator.readalong.word_timing import TimedLine

TIMELINE_VERSION = 1
"""The version of the format; it is raised by changes that break programs that read the old one."""


class WordTime(msgspec.Struct, omit_defaults=True):
    """A word as it is written, with the punctuation around it."""

    text: str
    start: float
    end: float
    """When the next word begins, or the speech of the line ends."""
    source: tuple[int, int]
    estimated: bool = False
    """Whether `start` is an estimate, because the engine did not report it."""


class LineTime(msgspec.Struct):
    """About one sentence, which one character or the narrator says."""

    id: str
    chapter: int
    paragraph: int
    kind: str
    """`narration`, `dialogue` or `heading`."""
    speaker: str | None
    """The main name of the character; null for the narrator."""
    voice: str
    start: float
    end: float
    """When the speech ends, before the pause."""
    source: tuple[int, int]
    text: str
    timing: str
    """`engine`, or `estimate` if the engine reported no word of the line."""
    words: list[WordTime]
    suspect: list[str] | msgspec.UnsetType = msgspec.UNSET
    """What seems to be wrong with the sound, in words; absent if nothing does."""


class ChapterTime(msgspec.Struct):
    """A chapter of the audiobook."""

    number: int
    title: str
    start: float
    end: float


class FileTime(msgspec.Struct):
    """An audio file of the audiobook."""

    path: str
    """Relative to the folder of the timeline file."""
    start: float
    end: float


class SourceText(msgspec.Struct):
    """The file that was narrated."""

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
    """Samples per second of the audio. Every time is a whole number of samples, rounded to a
    millisecond."""
    files: list[FileTime]
    chapters: list[ChapterTime]
    lines: list[LineTime]


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a timeline file."""
    return msgspec.json.schema(TimelineFile)


def read_timeline(path: Path) -> TimelineFile:
    """Read a timeline file.

    Raises:
        BrokenInputError: it is not a valid timeline, or has another version.
    """
    try:
        timeline_file = msgspec.json.decode(path.read_bytes(), type=TimelineFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenInputError(f"{path} is not a timeline: {error}", "build it again") from error
    if timeline_file.version != TIMELINE_VERSION:
        raise BrokenInputError(
            f"{path} is a timeline of version {timeline_file.version}, "
            f"and only {TIMELINE_VERSION} is known",
            "build it again",
        )
    return timeline_file


def write(_companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write `BOOK.timeline.json` beside the audiobook and return its path.

    Raises:
        OutputError: it can't be written.
    """
    path = target.with_suffix(".timeline.json")
    with convert_os_errors(path), path.open("wb") as file:
        file.writelines(_encode_timeline(rendered_book))
    return (path,)


def _encode_timeline(rendered_book: RenderedBook) -> Iterator[bytes]:
    """Yield the file line by line, because the whole file of a long book takes much memory."""
    header = msgspec.json.encode(_build_header(rendered_book))
    # `lines` is the last field, so the header ends with its empty list, which is filled here.
    yield header.removesuffix(b"[]}") + b"[\n"
    separator = b""
    for chapter in rendered_book.time_chapters():
        for timed_line in chapter.timed_lines:
            yield separator + msgspec.json.encode(_build_line(rendered_book, timed_line))
            separator = b",\n"
    yield b"\n]}\n"


def _build_header(rendered_book: RenderedBook) -> TimelineFile:
    """Return the timeline file without its lines."""
    book, to_seconds = rendered_book.script.book, rendered_book.to_seconds
    return TimelineFile(
        version=TIMELINE_VERSION,
        generator=f"narrator {__version__}",
        title=book.metadata.title,
        author=book.metadata.author,
        language=book.metadata.language,
        source=SourceText(book.source.path, book.source.sha256),
        duration=to_seconds(rendered_book.timeline.samples),
        rate=rendered_book.timeline.rate,
        files=[
            FileTime(track.path.name, to_seconds(track.start_sample), to_seconds(track.end_sample))
            for track in rendered_book.tracks
        ],
        chapters=[
            ChapterTime(number, mark.title, to_seconds(mark.start), to_seconds(mark.end))
            for number, mark in rendered_book.enumerate_marks()
        ],
        lines=[],
    )


def _build_line(rendered_book: RenderedBook, timed_line: TimedLine) -> LineTime:
    line, to_seconds = timed_line.line, rendered_book.to_seconds
    is_estimate = all(word.is_estimated for word in timed_line.words)
    return LineTime(
        id=line.id,
        chapter=line.chapter,
        paragraph=line.paragraph,
        kind=str(line.kind),
        speaker=line.speaker,
        voice=rendered_book.cast.voice_of(line.speaker, line.language).name,
        start=to_seconds(timed_line.start_sample),
        end=to_seconds(timed_line.end_sample),
        source=(line.start, line.end),
        text=line.text,
        timing="estimate" if is_estimate else "engine",
        words=[
            WordTime(
                word.text,
                to_seconds(word.start_sample),
                to_seconds(word.end_sample),
                (word.source_span.start, word.source_span.end),
                word.is_estimated,
            )
            for word in timed_line.words
        ],
        suspect=list(flaws) if (flaws := rendered_book.line_flaws.get(line.id)) else msgspec.UNSET,
    )
