"""A book as performed: the script, who spoke it, when, and where the sound lies.

Words are timed a chapter at a time, so that a long book never lies in memory word by word.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.readalong.word_timing import time_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.model import Cast, Mark, Metadata, Script, Timeline
    from narrator.readalong.word_timing import Uttered


@dataclass(frozen=True, slots=True)
class Track:
    """One file of the audiobook."""

    path: Path
    start: int
    """The sample of the timeline that it begins with."""
    end: int
    """The sample after its last."""
    title: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A chapter, heard."""

    number: int
    """The chapter's, in the book."""
    mark: Mark
    uttered: tuple[Uttered, ...] = field(repr=False)


@dataclass(frozen=True)
class Performance:
    """All that is known once an audiobook is made."""

    script: Script
    cast: Cast
    timeline: Timeline
    tracks: tuple[Track, ...]
    """In listening order; one for the whole, or one a chapter."""
    address: str = "http://localhost:8000/"
    """Where a podcast's folder will be found; as it stands, `python -m http.server` serves it."""

    @property
    def metadata(self) -> Metadata:
        """What a library's catalogue says of the book."""
        return self.script.book.metadata

    def seconds(self, sample: int) -> float:
        """A sample of the timeline as seconds, to the millisecond."""
        return round(sample / self.timeline.rate, 3)

    def chapters(self) -> Iterator[tuple[int, Mark]]:
        """The chapters performed, by their number in the book, and their marks."""
        spoken = {spoken.line for spoken in self.timeline.spoken}
        numbers = dict.fromkeys(line.chapter for line in self.script.lines if line.id in spoken)
        yield from zip(numbers, self.timeline.marks, strict=True)

    def scenes(self) -> Iterator[Scene]:
        """The chapters performed, in order, each with its words timed."""
        spoken = {spoken.line: spoken for spoken in self.timeline.spoken}
        heard = (line for line in self.script.lines if line.id in spoken)
        marks = iter(self.timeline.marks)
        for number, lines in groupby(heard, key=lambda line: line.chapter):
            yield Scene(
                number,
                next(marks),
                tuple(time_words(line, spoken[line.id], self.script.book) for line in lines),
            )

    def within(self, track: Track) -> Iterator[Scene]:
        """The chapters of one file, on the file's own time."""
        for scene in self.scenes():
            mark = scene.mark
            if mark.start < track.end and mark.end > track.start:
                start, end = max(mark.start, track.start), min(mark.end, track.end)
                moved = replace(mark, start=start - track.start, end=end - track.start)
                uttered = tuple(
                    heard.moved(-track.start)
                    for heard in scene.uttered
                    if track.start <= heard.start < track.end
                )
                yield replace(scene, mark=moved, uttered=uttered)
