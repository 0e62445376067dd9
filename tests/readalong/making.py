"""Performances in miniature: a text, read and segmented for real, spoken by a clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.model import Cast, ChapterMark, LineTiming, Script, Timeline, Voice, WordTiming
from narrator.readalong.rendered_book import AudioTrack, RenderedBook
from narrator.readers import read
from narrator.segmentation import segment_book

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Book, Line

RATE = 1000
LETTER = 70
"""Samples a letter at that rate: 14 letters a second."""
PAUSE = 500

STORY = """CHAPTER I. The Café

"Good morning," said Anna. "Is it you?"

The café was full, and the crowd at the counter was as loud as it had ever been on a Monday in March, although nobody had anything to say.

* * *

"No," said Tom & Co. <loudly>.

CHAPTER II. Home

They went home, one by one. Nobody saw them.
"""
SPEAKERS = {"Good morning": "Anna", "Is it you": "Anna", "No,": "Tom <& Co>"}


def perform(path: Path, text: str = STORY, **options: bool) -> RenderedBook:
    """A performance of a text."""
    file = path / "story.txt"
    file.write_text(text, encoding="utf-8")
    return perform_book(read([str(file)]), path, **options)


def perform_book(
    book: Book, path: Path, *, told: bool = True, split: bool = False, rate: int = RATE
) -> RenderedBook:
    """A performance of a book; `told` says whether the engine tells of words."""
    lines = tuple(_spoken_by(line) for line in segment_book(book))
    spoken, marks, at = [], [], 0
    for chapter in book.chapters:
        start = at
        for line in (line for line in lines if line.chapter == chapter.number):
            length = max(len(line.spoken), 2) * LETTER * rate // RATE
            spoken.append(LineTiming(line.id, at, at + length, _words(line, rate) if told else ()))
            at += length + PAUSE * rate // RATE
        marks.append(ChapterMark(chapter.title, start, at))
    timeline = Timeline(rate, tuple(marks), tuple(spoken))
    whole = [ChapterMark(book.metadata.title, 0, at)]
    tracks = tuple(
        AudioTrack(
            path / (f"{i:03}.mp3" if split else "book.mp3"), mark.start, mark.end, mark.title
        )
        for i, mark in enumerate(marks if split else whole, 1)
    )
    voice = Voice("edgar", "tone", "tone")
    return RenderedBook(Script(book, (), lines), Cast(voice, {}), timeline, tracks)


def _spoken_by(line: Line) -> Line:
    speaker = next((who for words, who in SPEAKERS.items() if words in line.text), None)
    return replace(line, spoken=line.text, speaker=speaker if line.kind == "dialogue" else None)


def _words(line: Line, rate: int) -> tuple[WordTiming, ...]:
    starts = [i for i, c in enumerate(line.spoken) if i == 0 or line.spoken[i - 1] == " "]
    return tuple(WordTiming(start, start * LETTER * rate // RATE) for start in starts)


def record(performance: RenderedBook) -> RenderedBook:
    """Write each track as an MP3 of a quiet hum, as long as it should be."""
    from narrator.export import Encoding  # noqa: PLC0415 - loads LAME
    from narrator.export.mp3 import Mp3  # noqa: PLC0415 - loads LAME

    rate = performance.timeline.rate
    encoding, exporter = Encoding(sample_rate=rate, bit_rate_kbps=32), Mp3()
    for track in performance.tracks:
        samples = track.end_sample - track.start_sample
        reel = track.path.with_suffix(".reel")
        exporter.encode_chunk(
            [b"\x10\x00\x10\x00\xf0\xff\xf0\xff" * (samples // 4)], encoding, reel
        )
        timeline = Timeline(rate, (ChapterMark(track.title, 0, samples),), ())
        exporter.join([reel], timeline, performance.metadata, encoding, track.path)
        reel.unlink()
    return performance
