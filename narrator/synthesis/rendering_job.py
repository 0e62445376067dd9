"""Manages the rendering of one audiobook: its missing chunks, its progress and its timeline."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.cache.process_memory import release_free_memory
from narrator.model import ChapterMark, LineTiming, Timeline
from narrator.synthesis import time_estimate
from narrator.synthesis.chunking import count_characters
from narrator.synthesis.clip_names import cue_clip_name
from narrator.synthesis.rendered_chunks import CHUNK_KIND, find_rendered_chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.model import Chunk
    from narrator.synthesis.rendered_chunks import LineTake, RenderedChunk, RenderSettings
    from narrator.synthesis.time_estimate import RenderStatistics
    from narrator.synthesis.worker_pool import WorkerPool

CHARACTERS_PER_WORD = 5.6
"""Average length of an English word, including its space and punctuation."""
_WORDS_PER_MINUTE = 170
_LOSSLESS_EXPORTER = "flac"
"""An exporter whose chunks are stored as they are."""


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """The progress of rendering an audiobook."""

    done_characters: int
    """Number of characters rendered so far, in this build or earlier ones."""
    total_characters: int
    """Number of characters of the whole audiobook."""
    synthesised_clips: int
    """Number of clips that this build has synthesised."""
    chapter: int | None = None
    """Number of the chapter of the last rendered chunk; `None` before the first one."""
    chapter_shares: Mapping[int, float] = field(default_factory=dict)
    """Share of the characters of each chapter that have been rendered, by its number."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate of the work and the result of a build."""

    line_count: int
    """Number of lines."""
    missing_count: int
    """Number of clips that must be synthesised; equal lines share a clip."""
    audio_seconds: float
    """Duration of the audiobook; chunks that are not rendered yet are estimated."""
    size_bytes: int
    """Estimated size of the audiobook."""
    build_seconds: float | None
    """Estimated time of the build, or `None` if no earlier build has been measured."""


class _ChapterProgress:
    """Counts the characters of each chapter that have been rendered."""

    def __init__(self, chunks: Iterable[Chunk], missing_chunks: Iterable[Chunk]) -> None:
        self._totals: Counter[int] = Counter()
        for chunk in chunks:
            self._totals[chunk.chapter] += count_characters(chunk)
        self._missing: Counter[int] = Counter()
        for chunk in missing_chunks:
            self._missing[chunk.chapter] += count_characters(chunk)

    def add_chunk(self, chunk: Chunk) -> None:
        """Count a chunk that has been rendered."""
        self._missing[chunk.chapter] -= count_characters(chunk)

    def compute_shares(self) -> dict[int, float]:
        """Return the rendered share of each chapter, by its number."""
        return {
            chapter: 1 - self._missing[chapter] / max(total, 1)
            for chapter, total in self._totals.items()
        }


class RenderingJob:
    """The rendering of an audiobook: all of its chunks, and the results of those rendered so far.

    Chunks may be rendered in any order.

    Args:
        chunks: The audiobook, in listening order.
        settings: The settings to render it with.
        store: The store for clips and chunks.
        worker_pool: The workers that render it.
        by_chapter: Whether chapters are rendered one after another, so that the first is finished
            early. Otherwise, the longest chunks come first, to keep all workers busy to the end.
    """

    def __init__(
        self,
        chunks: Sequence[Chunk],
        settings: RenderSettings,
        store: Store,
        worker_pool: WorkerPool,
        *,
        by_chapter: bool = False,
    ) -> None:
        self.chunks = tuple(chunks)
        self.settings = settings
        self.store = store
        self._worker_pool = worker_pool
        self._by_chapter = by_chapter
        self._named_chunks = [(settings.chunk_name(chunk), chunk) for chunk in self.chunks]
        self._chapters = {
            chapter: list(named_chunks)
            for chapter, named_chunks in groupby(self._named_chunks, lambda pair: pair[1].chapter)
        }
        self._rendered_chunks = {
            name: rendered
            for name, chunk in self._named_chunks
            if (rendered := find_rendered_chunk(name, chunk, store))
        }

    def without_loss(self) -> RenderingJob:
        """Return a rendering of the same chunks whose sound is encoded without loss."""
        settings = replace(self.settings, exporter_name=_LOSSLESS_EXPORTER)
        return RenderingJob(self.chunks, settings, self.store, self._worker_pool)

    @property
    def missing_chunks(self) -> dict[str, Chunk]:
        """Return the chunks still to be rendered, by name; of equal chunks, the first."""
        missing: dict[str, Chunk] = {}
        for name, chunk in self._named_chunks:
            if name not in self._rendered_chunks:
                missing.setdefault(name, chunk)
        return missing

    def is_chapter_rendered(self, chapter: int) -> bool:
        """Return whether all chunks of a chapter have been rendered."""
        return all(name in self._rendered_chunks for name, _ in self._chapters[chapter])

    def select_chapter(self, chapter: int) -> RenderingJob:
        """Return the part of the job that is one chapter; both share what has been rendered."""
        selected = copy(self)
        selected._named_chunks = self._chapters[chapter]
        selected.chunks = tuple(chunk for _, chunk in selected._named_chunks)
        return selected

    def forecast_build(self) -> Forecast:
        """Count the missing clips, and estimate the duration, the size and the build time."""
        cues = [cue for chunk in self.chunks for cue in chunk.cues]
        clip_names = (cue_clip_name(cue) for cue in cues)
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
            # Missing clips are assumed to be as long as the average clip.
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
        """Return the duration of a chunk: exact if it is rendered, otherwise estimated."""
        if name in self._rendered_chunks:
            sample_count = self._rendered_chunks[name].sample_count
            return sample_count / self.settings.encoding.sample_rate
        seconds_per_character = 60 / (CHARACTERS_PER_WORD * _WORDS_PER_MINUTE)
        if statistics:
            seconds_per_character = statistics.speech_seconds / statistics.characters
        pause_seconds = chunk.lead_in_seconds + sum(cue.pause_seconds for cue in chunk.cues)
        characters = time_estimate.count_normalised_characters(chunk)
        return characters * seconds_per_character + pause_seconds

    def _find_main_engine(self) -> str:
        """Return the name of the engine that speaks most lines; books rarely use several."""
        engine_counts = Counter(cue.voice.engine for chunk in self.chunks for cue in chunk.cues)
        return engine_counts.most_common(1)[0][0]

    def _statistics_name(self) -> str:
        """Return the name under which statistics of similar builds are stored."""
        return time_estimate.statistics_name(
            self._find_main_engine(), self.settings.exporter_name, self.settings.encoding
        )

    def render_missing(self) -> Iterator[RenderProgress]:
        """Render the missing chunks, and yield the progress at the start and after each chunk."""
        missing_chunks = self.missing_chunks
        total_characters = sum(count_characters(chunk) for chunk in self.chunks)
        done_characters = total_characters - sum(map(count_characters, missing_chunks.values()))
        synthesised_clips = 0
        chapters = _ChapterProgress(self.chunks, missing_chunks.values())
        yield RenderProgress(
            done_characters, total_characters, synthesised_clips, None, chapters.compute_shares()
        )
        if not missing_chunks:
            return
        # numpy is loaded here, because a build with nothing to render does without it
        from narrator.synthesis.workers import render_chunks  # noqa: PLC0415

        # Workers need the memory, and this process needs little until the chunks are joined.
        release_free_memory()
        for rendered in render_chunks(
            self._sort_chunks(missing_chunks), self.settings, self.store, self._worker_pool
        ):
            self._rendered_chunks[rendered.name] = rendered
            chunk = missing_chunks[rendered.name]
            done_characters += count_characters(chunk)
            synthesised_clips += rendered.synthesised_count
            chapters.add_chunk(chunk)
            yield RenderProgress(
                done_characters,
                total_characters,
                synthesised_clips,
                chunk.chapter,
                chapters.compute_shares(),
            )
        time_estimate.record_render_statistics(
            self.store,
            self._statistics_name(),
            [(chunk, self._rendered_chunks[name]) for name, chunk in missing_chunks.items()],
            self.settings.encoding.sample_rate,
        )

    def _sort_chunks(self, chunks: Mapping[str, Chunk]) -> dict[str, Chunk]:
        """Return chunks in the order in which they are rendered."""

        def rank_chunk(named_chunk: tuple[str, Chunk]) -> tuple[int, int]:
            chunk = named_chunk[1]
            return (chunk.chapter if self._by_chapter else 0, -count_characters(chunk))

        return dict(sorted(chunks.items(), key=rank_chunk))

    def collect_chunk_files(self) -> tuple[Path, ...]:
        """Return the paths of the encoded chunks in listening order; render damaged ones again."""
        # Repeated, because other builds may prune the store while chunks are rendered.
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
        """Return the chunk names in listening order, which determine the sound of the audiobook."""
        return tuple(name for name, _ in self._named_chunks)

    @property
    def line_takes(self) -> tuple[LineTake, ...]:
        """Return the lines that did not succeed at once, of rendered chunks, in listening order."""
        takes: list[LineTake] = []
        for name, chunk in self._named_chunks:
            rendered = self._rendered_chunks.get(name)
            if rendered is None or not rendered.line_takes:
                continue
            # the ids come from the chunk, because `rendered` may belong to an equal one elsewhere
            rendered_ids = [line.line_id for line in rendered.line_timings]
            ids = dict(zip(rendered_ids, (cue.line_id for cue in chunk.cues), strict=True))
            takes += [replace(take, line_id=ids[take.line_id]) for take in rendered.line_takes]
        return tuple(takes)

    @property
    def damaged_count(self) -> int:
        """Return the number of cache entries that were damaged and computed again."""
        worker_counts = (rendered.damaged_count for rendered in self._rendered_chunks.values())
        return self.store.damaged_count + sum(worker_counts)

    @property
    def chunk_line_timings(self) -> tuple[tuple[LineTiming, ...], ...]:
        """Return the timings of the lines of each chunk, from its beginning; all are rendered.

        The ids of the lines may be those of an equal chunk elsewhere in the book.
        """
        return tuple(self._rendered_chunks[name].line_timings for name, _ in self._named_chunks)

    @property
    def chunk_sample_counts(self) -> tuple[int, ...]:
        """Return the sample count of each chunk in listening order; all must be rendered."""
        return tuple(self._rendered_chunks[name].sample_count for name, _ in self._named_chunks)

    def build_timeline(self, chapter_titles: Mapping[int, str]) -> Timeline:
        """Return the timings of all chapters and lines; all chunks must be rendered.

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


def _shift_lines(rendered: RenderedChunk, chunk: Chunk, start_sample: int) -> Iterator[LineTiming]:
    """Yield the line timings of a chunk, shifted to the chunk's place in the audiobook.

    The line ids come from `chunk`, because `rendered` may belong to an equal chunk elsewhere.
    """
    for cue, line in zip(chunk.cues, rendered.line_timings, strict=True):
        start, end = line.start + start_sample, line.end + start_sample
        yield LineTiming(cue.line_id, start, end, line.word_timings)
