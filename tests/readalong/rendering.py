"""Rendered books in miniature: a text that is read and segmented for real, with computed times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.model import (
    Cast,
    ChapterMark,
    LineTiming,
    Script,
    Timeline,
    Voice,
    WordTiming,
)
from narrator.readalong.rendered_book import AudioTrack, RenderedBook
from narrator.readers import read
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.model import Book, Line

RATE = 1000
"""Samples per second."""
LETTER_SAMPLES = 70
"""Samples per character at that rate: 14 characters per second."""
PAUSE_SAMPLES = 500

STORY = """CHAPTER I. The Café

"Good morning," said Anna. "Is it you?"

The café was full, and the crowd at the counter was as loud as it had ever been on a Monday in March, although nobody had anything to say.

* * *

"No," said Tom & Co. <loudly>.

CHAPTER II. Home

They went home, one by one. Nobody saw them.
"""
SPEAKERS = {"Good morning": "Anna", "Is it you": "Anna", "No,": "Tom <& Co>"}


def render(path: Path, text: str = STORY, **options: bool) -> RenderedBook:
    """Return a text as a rendered book; its files would lie in the folder `path`."""
    file = path / "story.txt"
    file.write_text(text, encoding="utf-8")
    return render_book(read([str(file)]), path, **options)


def render_book(
    book: Book, path: Path, *, reports_words: bool = True, split: bool = False, rate: int = RATE
) -> RenderedBook:
    """Return a book as a rendered book.

    Args:
        book: the book.
        path: the folder of its audio files, which are not written: see `write_audio`.
        reports_words: whether the engine reports when words begin.
        split: whether each chapter has a track.
        rate: samples per second.
    """
    lines = tuple(_assign_speaker(line) for line in segment_book(book))
    line_timings, marks, sample = [], [], 0
    for chapter in book.chapters:
        start = sample
        for line in (line for line in lines if line.chapter == chapter.number):
            length = max(len(line.spoken), 2) * LETTER_SAMPLES * rate // RATE
            words = _time_words(line, rate) if reports_words else ()
            line_timings.append(LineTiming(line.id, sample, sample + length, words))
            sample += length + PAUSE_SAMPLES * rate // RATE
        marks.append(ChapterMark(chapter.title, start, sample))
    timeline = Timeline(rate, tuple(marks), tuple(line_timings))
    track_marks = marks if split else [ChapterMark(book.metadata.title, 0, sample)]
    tracks = tuple(
        AudioTrack(
            path / (f"{number:03}.mp3" if split else "book.mp3"), mark.start, mark.end, mark.title
        )
        for number, mark in enumerate(track_marks, 1)
    )
    voice = Voice("edgar", "tone", "tone")
    return RenderedBook(Script(book, (), lines), Cast(voice, {}), timeline, tracks)


def _assign_speaker(line: Line) -> Line:
    speaker = next((name for words, name in SPEAKERS.items() if words in line.text), None)
    return replace(line, spoken=line.text, speaker=speaker if line.kind == "dialogue" else None)


def _time_words(line: Line, rate: int) -> tuple[WordTiming, ...]:
    starts = [i for i in range(len(line.spoken)) if i == 0 or line.spoken[i - 1] == " "]
    return tuple(WordTiming(start, start * LETTER_SAMPLES * rate // RATE) for start in starts)


def write_audio(rendered_book: RenderedBook) -> RenderedBook:
    """Write each track as an MP3 with a quiet hum, as long as the timeline says."""
    from narrator.export import Encoding  # noqa: PLC0415 - loads LAME
    from narrator.export.mp3 import Mp3  # noqa: PLC0415 - loads LAME

    rate = rendered_book.timeline.rate
    encoding, exporter = Encoding(sample_rate=rate, bit_rate_kbps=32), Mp3()
    for track in rendered_book.tracks:
        samples = track.end_sample - track.start_sample
        chunk = track.path.with_suffix(".chunk")
        hum = b"\x10\x00\x10\x00\xf0\xff\xf0\xff" * (samples // 4)
        exporter.encode_chunk([hum], encoding, chunk)
        timeline = Timeline(rate, (ChapterMark(track.title, 0, samples),), ())
        exporter.join([chunk], timeline, rendered_book.metadata, encoding, track.path)
        chunk.unlink()
    return rendered_book
