"""The making of one audiobook: what is there, what is missing, and where each line ends up."""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import ChapterMark, LineTiming, Timeline
from narrator.synthesis import time_estimate, workers
from narrator.synthesis.chunking import count_characters
from narrator.synthesis.clips import clip_name
from narrator.synthesis.render import find_rendered_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.model import Chunk
    from narrator.synthesis.render import RenderedChunk, RenderSettings


CHARACTERS_A_WORD = 5.6
"""Of English prose, with its spaces and marks."""


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """How far the making has come."""

    done_characters: int
    """Characters spoken, or found spoken."""
    total_characters: int
    """Characters in all."""
    synthesised_clips: int
    """Clips that were synthesised since the beginning."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a build would make."""

    lines: int
    missing: int
    """Lines that no clip is kept of."""
    seconds: float
    """Of the audiobook, estimated where it is not made yet."""
    size: int
    """Bytes of the audiobook, likewise."""
    work: float | None
    """Seconds that the build will take, or none where no earlier build has measured it."""


class RenderingJob:
    """Makes reels, in any order, and knows their place."""

    def __init__(
        self,
        reels: Sequence[Chunk],
        recipe: RenderSettings,
        store: Store,
        crew: workers.WorkerPool,
    ) -> None:
        self.chunks = tuple(reels)
        self.settings = recipe
        self.store = store
        self._crew = crew
        self._placed = [(recipe.chunk_name(reel), reel) for reel in self.chunks]
        self._rendered = {
            name: found
            for name, reel in self._placed
            if (found := find_rendered_chunk(name, reel, store))
        }

    @property
    def missing_chunks(self) -> dict[str, Chunk]:
        """The reels yet to be made, by name; two that are alike are made once."""
        return {name: reel for name, reel in self._placed if name not in self._rendered}

    def forecast_build(self) -> Forecast:
        """What is there, what is missing, and about how long and large the whole will be."""
        cues = [cue for reel in self.chunks for cue in reel.cues]
        new = {
            n
            for cue in cues
            if not self.store.has_entry("clip", n := clip_name(cue.spoken, cue.voice))
        }
        known = self._measured()
        seconds = sum(self._seconds(name, reel, known) for name, reel in self._placed)
        a_second = self.settings.encoding.bit_rate_kbps * 1000 / 8
        work = None
        if known:
            a_second = known.size / known.sound
        if known and known.worked:
            share = len(new) / max(len(cues), 1)
            waiting = sum(time_estimate.weight(reel) for reel in self.chunks) * share
            work = waiting * known.work / known.worked / self._crew.worker_count
        return Forecast(len(cues), len(new), seconds, round(seconds * a_second), work)

    def _seconds(
        self, name: str, reel: Chunk, known: time_estimate.RenderStatistics | None
    ) -> float:
        if name in self._rendered:
            return self._rendered[name].sample_count / self.settings.encoding.sample_rate
        a_character = 60 / (CHARACTERS_A_WORD * 170)
        if known:
            a_character = known.speech / known.characters
        pauses = reel.lead_in_seconds + sum(cue.pause_seconds for cue in reel.cues)
        return time_estimate.weight(reel) * a_character + pauses

    def _engine(self) -> str:
        """The one that speaks most: engines are hardly ever mixed."""
        spoken = Counter(cue.voice.engine for reel in self.chunks for cue in reel.cues)
        return spoken.most_common(1)[0][0]

    def _measured(self) -> time_estimate.RenderStatistics | None:
        return time_estimate.load_render_statistics(self.store, self._calibration())

    def _calibration(self) -> str:
        return time_estimate.statistics_name(
            self._engine(), self.settings.exporter, self.settings.encoding
        )

    def render_missing(self) -> Iterator[RenderProgress]:
        """Make what is missing; tells how far it has come, first and after each reel."""
        total, missing = sum(count_characters(reel) for reel in self.chunks), self.missing_chunks
        done = total - sum(count_characters(reel) for reel in missing.values())
        synthesised = 0
        yield RenderProgress(done, total, synthesised)
        if not missing:
            return
        _slim()
        for rendered in workers.render_all(missing, self.settings, self.store, self._crew):
            self._rendered[rendered.name] = rendered
            done += count_characters(missing[rendered.name])
            synthesised += rendered.synthesised_count
            yield RenderProgress(done, total, synthesised)
        made = [(reel, self._rendered[name]) for name, reel in missing.items()]
        time_estimate.learn(
            self.store, self._calibration(), made, self.settings.encoding.sample_rate
        )

    def collect_chunk_files(self) -> tuple[Path, ...]:
        """The encoded reels, in listening order; damaged ones are made anew."""
        while True:
            found = {name: self._verified(name) for name, _ in self._placed}
            for name in [name for name, path in found.items() if path is None]:
                del self._rendered[name]
            if not self.missing_chunks:
                return tuple(path for name, _ in self._placed if (path := found[name]))
            for _ in self.render_missing():
                pass

    def _verified(self, name: str) -> Path | None:
        return self.store.find_verified("reel", name, self._rendered[name].checksum)

    @property
    def chunk_names(self) -> tuple[str, ...]:
        """The reels by name, in listening order: what the audiobook's sound is made of."""
        return tuple(name for name, _ in self._placed)

    @property
    def damaged_count(self) -> int:
        """Entries of the cache that were found damaged, and made anew."""
        return self.store.damaged_count + sum(
            made.damaged_count for made in self._rendered.values()
        )

    @property
    def chunk_sample_counts(self) -> tuple[int, ...]:
        """Samples that each reel occupies, in listening order, once all is made."""
        return tuple(self._rendered[name].sample_count for name, _ in self._placed)

    def build_timeline(self, titles: Mapping[int, str]) -> Timeline:
        """Where each chapter and each line lies, once all is made.

        Args:
            titles: of the chapters, by number.
        """
        marks, spoken, at = list[ChapterMark](), list[LineTiming](), 0
        for chapter, of_chapter in groupby(self._placed, key=lambda pair: pair[1].chapter):
            start = at
            for name, reel in of_chapter:
                rendered = self._rendered[name]
                spoken += _moved(rendered, reel, at)
                at += rendered.sample_count
            marks.append(ChapterMark(titles[chapter], start, at))
        return Timeline(self.settings.encoding.sample_rate, tuple(marks), tuple(spoken))


def _slim() -> None:
    """Give back the memory that writing the script took: glibc keeps it for work like that."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _moved(rendered: RenderedChunk, reel: Chunk, at: int) -> Iterator[LineTiming]:
    """A reel's lines at their place; the ids are those of this reel, not of its twin elsewhere."""
    for cue, line in zip(reel.cues, rendered.line_timings, strict=True):
        yield LineTiming(cue.line_id, line.start + at, line.end + at, line.word_timings)
