"""The rendering of one audiobook: which chunks exist, which are missing, and where lines end up."""

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
from narrator.synthesis.render import CHUNK_KIND, find_rendered_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.model import Chunk
    from narrator.synthesis.render import RenderedChunk, RenderSettings
    from narrator.synthesis.time_estimate import RenderStatistics

CHARACTERS_PER_WORD = 5.6
"""Average length of an English word, with its space and punctuation."""
_WORDS_PER_MINUTE = 170


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """How far rendering has come."""

    done_characters: int
    """Characters that are spoken, now or in an earlier build."""
    total_characters: int
    """Characters of the whole audiobook."""
    synthesised_clips: int
    """Clips that this build has synthesised."""
    chapter: int | None = None
    """Number of the chapter of the newest chunk; `None` before the first one."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate of what a build would do."""

    line_count: int
    """Number of lines."""
    missing_count: int
    """Number of lines that have no clip yet."""
    audio_seconds: float
    """Duration of the audiobook, estimated where it is not rendered yet."""
    size_bytes: int
    """Size of the audiobook in bytes, estimated likewise."""
    build_seconds: float | None
    """Time that the build will take, or `None` if no earlier build has measured it."""


class RenderingJob:
    """The chunks of an audiobook, which are rendered in any order, and their places in it."""

    def __init__(
        self,
        chunks: Sequence[Chunk],
        settings: RenderSettings,
        store: Store,
        worker_pool: workers.WorkerPool,
    ) -> None:
        self.chunks = tuple(chunks)
        self.settings = settings
        self.store = store
        self._worker_pool = worker_pool
        self._named_chunks = [(settings.chunk_name(chunk), chunk) for chunk in self.chunks]
        self._rendered_chunks = {
            name: rendered
            for name, chunk in self._named_chunks
            if (rendered := find_rendered_chunk(name, chunk, store))
        }

    @property
    def missing_chunks(self) -> dict[str, Chunk]:
        """Return the chunks yet to be rendered, by name; two that are alike are rendered once."""
        return {
            name: chunk for name, chunk in self._named_chunks if name not in self._rendered_chunks
        }

    def forecast_build(self) -> Forecast:
        """Count what is missing, and estimate the duration, the size and the time it will take."""
        cues = [cue for chunk in self.chunks for cue in chunk.cues]
        clip_names = (clip_name(cue.spoken, cue.voice) for cue in cues)
        missing_clips = {name for name in clip_names if not self.store.has_entry("clip", name)}
        statistics = time_estimate.load_render_statistics(self.store, self._statistics_name())
        seconds = sum(
            self._estimate_seconds(name, chunk, statistics) for name, chunk in self._named_chunks
        )
        bytes_per_second = self.settings.encoding.bit_rate_kbps * 1000 / 8
        work_seconds = None
        if statistics:
            bytes_per_second = statistics.encoded_bytes / statistics.audio_seconds
        if statistics and statistics.synthesised_characters:
            # Missing clips are taken to be as long as the others on average.
            missing_share = len(missing_clips) / max(len(cues), 1)
            missing_characters = (
                sum(time_estimate.count_normalised_characters(chunk) for chunk in self.chunks)
                * missing_share
            )
            work_seconds = (
                missing_characters
                * statistics.synthesis_seconds
                / statistics.synthesised_characters
                / self._worker_pool.worker_count
            )
        size_bytes = round(seconds * bytes_per_second)
        return Forecast(len(cues), len(missing_clips), seconds, size_bytes, work_seconds)

    def _estimate_seconds(
        self, name: str, chunk: Chunk, statistics: RenderStatistics | None
    ) -> float:
        """Return a chunk's duration, which is exact if it is rendered."""
        if name in self._rendered_chunks:
            sample_count = self._rendered_chunks[name].sample_count
            return sample_count / self.settings.encoding.sample_rate
        seconds_per_character = 60 / (CHARACTERS_PER_WORD * _WORDS_PER_MINUTE)
        if statistics:
            seconds_per_character = statistics.speech_seconds / statistics.characters
        pause_seconds = chunk.lead_in_seconds + sum(cue.pause_seconds for cue in chunk.cues)
        characters = time_estimate.count_normalised_characters(chunk)
        return characters * seconds_per_character + pause_seconds

    def _main_engine(self) -> str:
        """Return the engine that speaks most lines; a book rarely has more than one."""
        engine_counts = Counter(cue.voice.engine for chunk in self.chunks for cue in chunk.cues)
        return engine_counts.most_common(1)[0][0]

    def _statistics_name(self) -> str:
        """Return the name of the statistics of builds like this one."""
        return time_estimate.statistics_name(
            self._main_engine(), self.settings.exporter_name, self.settings.encoding
        )

    def render_missing(self) -> Iterator[RenderProgress]:
        """Render the missing chunks, and yield the progress at first and after each chunk."""
        missing_chunks = self.missing_chunks
        total_characters = sum(count_characters(chunk) for chunk in self.chunks)
        done_characters = total_characters - sum(map(count_characters, missing_chunks.values()))
        synthesised_clips = 0
        yield RenderProgress(done_characters, total_characters, synthesised_clips)
        if not missing_chunks:
            return
        # Workers need it now, and this process does not until the chunks are joined.
        _release_memory()
        for rendered in workers.render_chunks(
            missing_chunks, self.settings, self.store, self._worker_pool
        ):
            self._rendered_chunks[rendered.name] = rendered
            chunk = missing_chunks[rendered.name]
            done_characters += count_characters(chunk)
            synthesised_clips += rendered.synthesised_count
            yield RenderProgress(
                done_characters, total_characters, synthesised_clips, chunk.chapter
            )
        time_estimate.record_render_statistics(
            self.store,
            self._statistics_name(),
            [(chunk, self._rendered_chunks[name]) for name, chunk in missing_chunks.items()],
            self.settings.encoding.sample_rate,
        )

    def collect_chunk_files(self) -> tuple[Path, ...]:
        """Return the encoded chunks in listening order; damaged ones are rendered again."""
        # Several rounds, as other builds may prune the store while chunks are rendered.
        while True:
            paths = {name: self._find_verified(name) for name, _ in self._named_chunks}
            for name in [name for name, path in paths.items() if path is None]:
                del self._rendered_chunks[name]
            if not self.missing_chunks:
                return tuple(path for name, _ in self._named_chunks if (path := paths[name]))
            for _ in self.render_missing():
                pass

    def _find_verified(self, name: str) -> Path | None:
        """Return the path of an encoded chunk, or `None` if it is missing or damaged."""
        return self.store.find_verified(CHUNK_KIND, name, self._rendered_chunks[name].checksum)

    @property
    def chunk_names(self) -> tuple[str, ...]:
        """Return the chunks' names in listening order, which determine the audiobook's sound."""
        return tuple(name for name, _ in self._named_chunks)

    @property
    def damaged_count(self) -> int:
        """Return how many entries of the cache were damaged and made again."""
        worker_counts = (rendered.damaged_count for rendered in self._rendered_chunks.values())
        return self.store.damaged_count + sum(worker_counts)

    @property
    def chunk_sample_counts(self) -> tuple[int, ...]:
        """Return the samples of each chunk in listening order, once all are rendered."""
        return tuple(self._rendered_chunks[name].sample_count for name, _ in self._named_chunks)

    def build_timeline(self, chapter_titles: Mapping[int, str]) -> Timeline:
        """Return the places of all chapters and lines, once all chunks are rendered.

        Args:
            chapter_titles: The titles by chapter number.
        """
        marks, line_timings, sample = list[ChapterMark](), list[LineTiming](), 0
        for chapter, chunks in groupby(self._named_chunks, key=lambda pair: pair[1].chapter):
            chapter_start = sample
            for name, chunk in chunks:
                rendered = self._rendered_chunks[name]
                line_timings += _shift_lines(rendered, chunk, sample)
                sample += rendered.sample_count
            marks.append(ChapterMark(chapter_titles[chapter], chapter_start, sample))
        sample_rate = self.settings.encoding.sample_rate
        return Timeline(sample_rate, tuple(marks), tuple(line_timings))


def _release_memory() -> None:
    """Return to the system the memory that writing the script took; glibc would keep it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _shift_lines(rendered: RenderedChunk, chunk: Chunk, start_sample: int) -> Iterator[LineTiming]:
    """Yield a chunk's lines at their place in the audiobook.

    The ids are those of this chunk's lines: an equal chunk elsewhere may have been rendered.
    """
    for cue, line in zip(chunk.cues, rendered.line_timings, strict=True):
        start, end = line.start + start_sample, line.end + start_sample
        yield LineTiming(cue.line_id, start, end, line.word_timings)
