from pathlib import Path

import pytest

from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.build.resources import create_worker_pool
from narrator.cache.store import Store
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis.rendered_chunks import RenderedChunk
from narrator.synthesis.rendering_job import Forecast
from narrator.synthesis.time_estimate import (
    MAX_REMEMBERED_CHARACTERS,
    RenderStatistics,
    count_normalised_characters,
    load_render_statistics,
    record_render_statistics,
    weigh_characters,
)
from tests.conftest import STORY, inline


def _forecast(book: Path, options: Options) -> Forecast:
    script = pipeline.write_script([str(book)], options)
    cast = pipeline.cast_book(script, [str(book)], options).cast
    outline = pipeline.outline_build(script, cast, book.with_suffix(".mp3"), options)
    plan = pipeline.plan_build(outline, create_worker_pool(options))
    return plan.rendering_job.forecast_build()


def test_a_forecast_learns_from_what_earlier_builds_measured(story: Path, tmp_path: Path) -> None:
    options = Options(engine="tone", pool=inline, jobs=1)
    other_book = tmp_path / "other.txt"
    text = STORY.replace("noon", "midnight").replace("ferry", "steamer") * 2
    other_book.write_text(text, "utf-8")
    assert _forecast(other_book, options).build_seconds is None
    pipeline.narrate([str(story)], tmp_path / "story.mp3", options)
    forecast = _forecast(other_book, options)
    audiobook = pipeline.narrate([str(other_book)], tmp_path / "other.mp3", options)
    assert forecast.build_seconds is not None
    assert forecast.build_seconds > 0
    assert forecast.missing_count > 0
    assert forecast.audio_seconds == pytest.approx(audiobook.timeline.seconds, rel=0.1)
    assert forecast.size_bytes == pytest.approx((tmp_path / "other.mp3").stat().st_size, rel=0.15)
    assert _forecast(other_book, options).build_seconds == 0


def test_what_was_measured_long_ago_counts_less_and_less() -> None:
    statistics = RenderStatistics(MAX_REMEMBERED_CHARACTERS, 100.0, 100.0, 100.0, 100.0, 100.0)
    for _ in range(50):
        newer = RenderStatistics(MAX_REMEMBERED_CHARACTERS / 10, 20.0, 20.0, 20.0, 20.0, 20.0)
        statistics = statistics.add(newer)
    assert statistics.characters == pytest.approx(MAX_REMEMBERED_CHARACTERS)
    assert statistics.synthesis_seconds == pytest.approx(200, rel=0.02)


def _make_chunk(line_count: int, rate: float = 170.0) -> Chunk:
    voice = Voice("viola", "tone", "middle", rate=rate)
    cues = (Cue(f"1.1.{n}", "word " * 20, voice, 0.0, 0.5) for n in range(line_count))
    return Chunk(1, tuple(cues))


@pytest.mark.parametrize(
    ("synthesised_count", "characters", "seconds"), [(10, 1000, 6.0), (8, 800, 6.0), (2, 0, 0.0)]
)
def test_a_chunk_that_was_mostly_cached_does_not_count_as_synthesis(
    tmp_path: Path, synthesised_count: int, characters: int, seconds: float
) -> None:
    rendered = RenderedChunk("chunk", 800_000, (), "", synthesised_count, 0, 6.0, 4000)
    record_render_statistics(Store(tmp_path), "tone", [(_make_chunk(10), rendered)], 16_000)
    assert load_render_statistics(Store(tmp_path), "tone") == RenderStatistics(
        1000, 45.0, characters, seconds, 50.0, 4000
    )


def test_a_build_that_rendered_nothing_records_nothing(tmp_path: Path) -> None:
    record_render_statistics(Store(tmp_path), "tone", [], 16_000)
    assert load_render_statistics(Store(tmp_path), "tone") is None


@pytest.mark.parametrize(("rate", "characters"), [(170.0, 200), (340.0, 100), (85.0, 400)])
def test_characters_of_a_fast_voice_count_less(rate: float, characters: float) -> None:
    assert count_normalised_characters(_make_chunk(2, rate)) == pytest.approx(characters)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("The house.", 10),
        ("„Das Haus“", 10),
        ("房子", 6.6),
        ("いえ", 3.2),
        ("집", 2.4),
        ("بيت", 4.5),
    ],
)
def test_a_character_counts_as_many_letters_as_it_takes_time_to_say(
    text: str, letters: float
) -> None:
    assert weigh_characters(text) == pytest.approx(letters)
