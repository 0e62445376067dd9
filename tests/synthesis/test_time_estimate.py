from pathlib import Path

import pytest

from narrator.build import pipeline
from narrator.build.options import create_worker_pool
from narrator.build.pipeline import Options
from narrator.cache.store import Store
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis.render import RenderedChunk
from narrator.synthesis.rendering_job import Forecast
from narrator.synthesis.time_estimate import (
    MEMORY_CHARACTERS,
    RenderStatistics,
    learn,
    load_render_statistics,
)
from tests.conftest import STORY, inline


def _forecast(book: Path, options: Options) -> Forecast:
    script = pipeline.write_script([str(book)], options)
    cast = pipeline.cast_book(script, [str(book)], options).cast
    crew = create_worker_pool(options)
    return pipeline.plan_build(
        script, cast, book.with_suffix(".mp3"), options, crew
    ).rendering_job.forecast_build()


def test_a_forecast_learns_from_what_earlier_builds_measured(story: Path, tmp_path: Path) -> None:
    options = Options(engine="tone", pool=inline, jobs=1)
    other = tmp_path / "other.txt"
    other.write_text(STORY.replace("noon", "midnight").replace("ferry", "steamer") * 2, "utf-8")
    assert _forecast(other, options).work is None
    pipeline.narrate([str(story)], tmp_path / "story.mp3", options)
    told = _forecast(other, options)
    made = pipeline.narrate([str(other)], tmp_path / "other.mp3", options)
    assert told.work is not None
    assert told.work > 0
    assert told.missing > 0
    assert told.seconds == pytest.approx(made.timeline.seconds, rel=0.1)
    assert told.size == pytest.approx((tmp_path / "other.mp3").stat().st_size, rel=0.15)
    assert _forecast(other, options).work == 0


def test_what_was_measured_long_ago_is_forgotten_little_by_little() -> None:
    old = RenderStatistics(MEMORY_CHARACTERS, 100.0, 100.0, 100.0, 100.0, 100.0)
    for _ in range(50):
        old = old.and_(RenderStatistics(MEMORY_CHARACTERS / 10, 20.0, 20.0, 20.0, 20.0, 20.0))
    assert old.characters == pytest.approx(MEMORY_CHARACTERS)
    assert old.work == pytest.approx(200, rel=0.02)


def _reel(lines: int) -> Chunk:
    voice = Voice("viola", "tone", "middle")
    return Chunk(1, tuple(Cue(f"1.1.{n}", "word " * 20, voice, 0.0, 0.5) for n in range(lines)))


@pytest.mark.parametrize(("new", "worked", "work"), [(10, 1000, 6.0), (8, 800, 6.0), (2, 0, 0.0)])
def test_what_was_kept_of_a_reel_does_not_count_as_work(
    tmp_path: Path, new: int, worked: int, work: float
) -> None:
    rendered = RenderedChunk("reel", 800_000, (), "", new, 0, 6.0, 4000)
    learn(Store(tmp_path), "tone", [(_reel(10), rendered)], 16_000)
    assert load_render_statistics(Store(tmp_path), "tone") == RenderStatistics(
        1000, 45.0, worked, work, 50.0, 4000
    )
