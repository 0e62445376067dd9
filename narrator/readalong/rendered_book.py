"""A book as performed: the script, who spoke it, when, and where the sound lies.

Words are timed a chapter at a time, so that a long book never lies in memory word by word.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.readalong.word_timing import time_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.model import Cast, ChapterMark, Metadata, Script, Timeline
    from narrator.readalong.word_timing import TimedLine


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """One file of the audiobook."""

    path: Path
    start_sample: int
    """The sample of the timeline that it begins with."""
    end_sample: int
    """The sample after its last."""
    title: str


@dataclass(frozen=True, slots=True)
class TimedChapter:
    """A chapter, heard."""

    number: int
    """The chapter's, in the book."""
    chapter_mark: ChapterMark
    timed_lines: tuple[TimedLine, ...] = field(repr=False)


@dataclass(frozen=True)
class RenderedBook:
    """All that is known once an audiobook is made."""

    script: Script
    cast: Cast
    timeline: Timeline
    tracks: tuple[AudioTrack, ...]
    """In listening order; one for the whole, or one a chapter."""
    podcast_url: str = "http://localhost:8000/"
    """Where a podcast's folder will be found; as it stands, `python -m http.server` serves it."""

    @property
    def metadata(self) -> Metadata:
        """What a library's catalogue says of the book."""
        return self.script.book.metadata

    def to_seconds(self, sample: int) -> float:
        """A sample of the timeline as seconds, to the millisecond."""
        return round(sample / self.timeline.rate, 3)

    def enumerate_marks(self) -> Iterator[tuple[int, ChapterMark]]:
        """The chapters performed, by their number in the book, and their marks."""
        spoken = {spoken.line_id for spoken in self.timeline.line_timings}
        numbers = dict.fromkeys(line.chapter for line in self.script.lines if line.id in spoken)
        yield from zip(numbers, self.timeline.marks, strict=True)

    def time_chapters(self) -> Iterator[TimedChapter]:
        """The chapters performed, in order, each with its words timed."""
        spoken = {spoken.line_id: spoken for spoken in self.timeline.line_timings}
        heard = (line for line in self.script.lines if line.id in spoken)
        marks = iter(self.timeline.marks)
        for number, lines in groupby(heard, key=lambda line: line.chapter):
            yield TimedChapter(
                number,
                next(marks),
                tuple(time_line(line, spoken[line.id], self.script.book) for line in lines),
            )

    def time_track_chapters(self, track: AudioTrack) -> Iterator[TimedChapter]:
        """The chapters of one file, on the file's own time."""
        for scene in self.time_chapters():
            mark = scene.chapter_mark
            if mark.start < track.end_sample and mark.end > track.start_sample:
                start, end = max(mark.start, track.start_sample), min(mark.end, track.end_sample)
                moved = replace(
                    mark, start=start - track.start_sample, end=end - track.start_sample
                )
                uttered = tuple(
                    heard.shift(-track.start_sample)
                    for heard in scene.timed_lines
                    if track.start_sample <= heard.start_sample < track.end_sample
                )
                yield replace(scene, chapter_mark=moved, timed_lines=uttered)
