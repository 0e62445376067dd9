"""A book with its audio: the script, the cast, the timeline and the audio files.

Words are timed one chapter at a time, because the timed words of a long book would need several
times as much memory as its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.readalong.word_timing import time_line_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from narrator.model import Cast, ChapterMark, Metadata, Script, Timeline
    from narrator.readalong.word_timing import TimedLine


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """One audio file, and the stretch of the timeline that it holds."""

    path: Path
    start_sample: int
    """The first sample of the timeline that is in the file."""
    end_sample: int
    """The sample after the last one in the file."""
    title: str


@dataclass(frozen=True, slots=True)
class TimedChapter:
    """One chapter, with the time of every line and word."""

    number: int
    """The number of the chapter in the book, counted from 1."""
    chapter_mark: ChapterMark
    timed_lines: tuple[TimedLine, ...] = field(repr=False)


@dataclass(frozen=True)
class RenderedBook:
    """A script with its cast, the times of its lines, and the audio files that hold them."""

    script: Script
    cast: Cast
    timeline: Timeline
    tracks: tuple[AudioTrack, ...]
    """In listening order: one for the whole book, or one per chapter."""
    podcast_url: str = "http://localhost:8000/"
    """The URL at which a podcast's folder will be served. The default is what
    `python -m http.server` serves."""
    line_flaws: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """What seems to be wrong with the sound of a line, in words, by the number of the line."""

    @property
    def metadata(self) -> Metadata:
        """Return the metadata of the book."""
        return self.script.book.metadata

    def to_seconds(self, sample: int) -> float:
        """Return a sample position or a number of samples in seconds, to the millisecond."""
        return round(sample / self.timeline.rate, 3)

    def enumerate_marks(self) -> Iterator[tuple[int, ChapterMark]]:
        """Yield the number in the book and the mark of each chapter that was rendered."""
        rendered_ids = {line_timing.line_id for line_timing in self.timeline.line_timings}
        # A dictionary rather than a set, to keep the chapters in order.
        chapter_numbers = dict.fromkeys(
            line.chapter for line in self.script.lines if line.id in rendered_ids
        )
        yield from zip(chapter_numbers, self.timeline.marks, strict=True)

    def time_chapters(self) -> Iterator[TimedChapter]:
        """Yield each chapter that was rendered, in order, with its words timed."""
        timings_by_id = {
            line_timing.line_id: line_timing for line_timing in self.timeline.line_timings
        }
        rendered_lines = (line for line in self.script.lines if line.id in timings_by_id)
        chapter_marks = iter(self.timeline.marks)
        for number, chapter_lines in groupby(rendered_lines, key=lambda line: line.chapter):
            yield TimedChapter(
                number,
                next(chapter_marks),
                tuple(
                    time_line_words(line, timings_by_id[line.id], self.script.book)
                    for line in chapter_lines
                ),
            )

    def time_track_chapters(self, track: AudioTrack) -> Iterator[TimedChapter]:
        """Yield the chapters in one audio file, timed from the beginning of that file.

        Of a chapter that is split over several files, only the lines in this file are included.
        """
        for chapter in self.time_chapters():
            mark = chapter.chapter_mark
            if mark.start < track.end_sample and mark.end > track.start_sample:
                start_sample = max(mark.start, track.start_sample)
                end_sample = min(mark.end, track.end_sample)
                track_mark = replace(
                    mark,
                    start=start_sample - track.start_sample,
                    end=end_sample - track.start_sample,
                )
                # A line belongs to the track in which it begins.
                track_lines = tuple(
                    timed_line.shift(-track.start_sample)
                    for timed_line in chapter.timed_lines
                    if track.start_sample <= timed_line.start_sample < track.end_sample
                )
                yield replace(chapter, chapter_mark=track_mark, timed_lines=track_lines)
