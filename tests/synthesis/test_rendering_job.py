from dataclasses import replace
from pathlib import Path

import pytest

from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.export import Encoding
from narrator.model import ChapterMark, Chunk, Cue, Voice
from narrator.synthesis.rendered_chunks import CHUNK_KIND, RenderSettings
from narrator.synthesis.rendering_job import CHARACTERS_PER_WORD, RenderingJob, RenderProgress
from narrator.synthesis.worker_pool import WorkerPool
from tests.conftest import inline

VOICE = Voice("viola", "tone", "middle", rate=700)
SETTINGS = RenderSettings("wav", Encoding(), LOUDNESS_PROFILES["off"])


def _make_chunk(chapter: int, *texts: str) -> Chunk:
    cues = (Cue(f"{chapter}.1.{n}", text, VOICE, 0.0, 0.3) for n, text in enumerate(texts))
    return Chunk(chapter, tuple(cues))


CHUNKS = (_make_chunk(1, "One.", "Two."), _make_chunk(1, "Three."), _make_chunk(2, "Three."))
"""Three chunks, the last two of which sound the same."""


@pytest.fixture
def job(tmp_path: Path) -> RenderingJob:
    return RenderingJob(CHUNKS, SETTINGS, Store(tmp_path), WorkerPool(1, inline))


def test_chunks_that_sound_the_same_are_rendered_once(job: RenderingJob) -> None:
    assert len(job.chunk_names) == 3
    assert len(job.missing_chunks) == 2
    list(job.render_missing())
    assert job.missing_chunks == {}
    assert job.store.measure_usage()[0].entry_count == 3  # clips


def test_progress_counts_characters_up_to_all_of_them(job: RenderingJob) -> None:
    steps = list(job.render_missing())
    # the twin of a missing chunk counts as done
    assert replace(steps[0], chapter_shares={}) == RenderProgress(6, 20, 0)
    # Chunks of 8 and 6 characters are finished in any order.
    assert [step.done_characters for step in steps[1:]] in ([14, 20], [12, 20])
    assert steps[-1].synthesised_clips == 3


@pytest.mark.parametrize(("by_chapter", "order"), [(False, [2, 1]), (True, [1, 2])])
def test_the_longest_chunks_come_first_unless_chapters_do(
    tmp_path: Path, by_chapter: bool, order: list[int]
) -> None:
    chunks = (_make_chunk(1, "One."), _make_chunk(2, "Two, and more."), _make_chunk(2, "One."))
    pool = WorkerPool(1, inline)
    job = RenderingJob(chunks, SETTINGS, Store(tmp_path), pool, by_chapter=by_chapter)
    assert [step.chapter for step in job.render_missing()][1:] == order


def test_one_chapter_of_a_job_shares_what_has_been_rendered(job: RenderingJob) -> None:
    chapter = job.select_chapter(2)
    assert not job.is_chapter_rendered(2)
    list(job.render_missing())
    assert job.is_chapter_rendered(2)
    assert not chapter.missing_chunks
    assert chapter.collect_chunk_files() == job.collect_chunk_files()[2:]
    assert chapter.build_timeline({2: "The Boat"}).marks == (
        ChapterMark("The Boat", 0, job.chunk_sample_counts[2]),
    )


def test_a_job_that_was_done_before_has_nothing_to_render(job: RenderingJob) -> None:
    list(job.render_missing())
    again = RenderingJob(CHUNKS, SETTINGS, job.store, WorkerPool(1, inline))
    (step,) = again.render_missing()
    assert replace(step, chapter_shares={}) == RenderProgress(20, 20, 0)
    assert set(step.chapter_shares.values()) == {1.0}
    assert again.collect_chunk_files() == job.collect_chunk_files()


def test_the_timeline_covers_all_chunks_without_gaps(job: RenderingJob) -> None:
    list(job.render_missing())
    timeline = job.build_timeline({1: "The Ferry", 2: "The Boat"})
    first, second, third = job.chunk_sample_counts
    assert timeline.marks == (
        ChapterMark("The Ferry", 0, first + second),
        ChapterMark("The Boat", first + second, first + second + third),
    )
    line_ids = [line.line_id for line in timeline.line_timings]
    assert line_ids == ["1.1.0", "1.1.1", "1.1.0", "2.1.0"]
    *_, before, after = timeline.line_timings
    assert after.start - before.start == second  # the same chunk, one chunk later
    starts = [line.start for line in timeline.line_timings]
    assert starts == sorted(starts)


def test_a_damaged_chunk_is_rendered_again(job: RenderingJob) -> None:
    list(job.render_missing())
    files = job.collect_chunk_files()
    contents = [file.read_bytes() for file in files]
    files[0].write_bytes(b"damaged")
    assert job.collect_chunk_files() == files
    assert [file.read_bytes() for file in files] == contents
    assert job.damaged_count == 1


def test_a_chunk_that_was_removed_is_rendered_again(job: RenderingJob) -> None:
    list(job.render_missing())
    job.store.remove(CHUNK_KIND, job.chunk_names[1])
    again = RenderingJob(CHUNKS, SETTINGS, job.store, WorkerPool(1, inline))
    assert list(again.missing_chunks) == [job.chunk_names[1]]


def test_without_statistics_a_forecast_counts_characters(tmp_path: Path) -> None:
    chunk = replace(_make_chunk(1, "x" * 560), lead_in_seconds=2.0)
    voice = replace(VOICE, rate=170.0)
    chunk = replace(chunk, cues=(replace(chunk.cues[0], voice=voice),))
    job = RenderingJob((chunk,), SETTINGS, Store(tmp_path), WorkerPool(1, inline))
    forecast = job.forecast_build()
    assert (forecast.line_count, forecast.missing_count, forecast.build_seconds) == (1, 1, None)
    speech_seconds = 560 / CHARACTERS_PER_WORD / 170 * 60
    assert forecast.audio_seconds == pytest.approx(speech_seconds + 2.0 + 0.3)
    assert forecast.size_bytes == pytest.approx(forecast.audio_seconds * 64_000 / 8, abs=1)


def test_a_forecast_of_what_is_rendered_is_exact(job: RenderingJob) -> None:
    list(job.render_missing())
    forecast = job.forecast_build()
    assert forecast.missing_count == 0
    assert forecast.build_seconds == 0
    samples = sum(job.chunk_sample_counts)
    assert forecast.audio_seconds == pytest.approx(samples / SETTINGS.encoding.sample_rate)
