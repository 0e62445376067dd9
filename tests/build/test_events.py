"""The events of a build, as a caller follows them, and what a cancelled build leaves behind."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

import narrator
from narrator.build import events, pipeline
from narrator.build.events import BuildEvent
from narrator.build.options import Options
from narrator.errors import OptionError, UnknownVoiceError
from narrator.files.manifest import MANIFEST_NAME
from tests.conftest import inline

TONE = Options(engine="tone", format="wav", pool=inline, jobs=1)
STEPS = [
    events.ReadingStarted,
    events.ScriptWritten,
    events.CastingFinished,
    events.PriceEstimated,
    events.VoiceMeasurementStarted,
    events.SpeakingProgressed,
    events.ExportStarted,
    events.BuildFinished,
]


def follow(story: Path, target: Path, options: Options = TONE) -> list[BuildEvent]:
    return list(pipeline.build_audiobook([str(story)], target, options))


def distinct_types(followed: list[BuildEvent]) -> list[type[BuildEvent]]:
    return list(dict.fromkeys(type(event) for event in followed))


def test_a_build_reports_each_step_in_order(story: Path, tmp_path: Path) -> None:
    followed = follow(story, tmp_path / "out.wav")
    assert distinct_types(followed) == STEPS
    kinds = [type(event) for event in followed]
    assert [kinds.count(step) for step in STEPS if step is not events.SpeakingProgressed] == [1] * 7


def test_a_second_build_reports_the_same_steps(story: Path, tmp_path: Path) -> None:
    follow(story, tmp_path / "out.wav")
    assert distinct_types(follow(story, tmp_path / "out.wav")) == STEPS


def test_the_events_carry_the_results_of_the_steps(story: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    by_type = {type(event): event for event in follow(story, target)}
    reading, written = by_type[events.ReadingStarted], by_type[events.ScriptWritten]
    cast, finished = by_type[events.CastingFinished], by_type[events.BuildFinished]
    assert isinstance(reading, events.ReadingStarted)
    assert isinstance(written, events.ScriptWritten)
    assert isinstance(cast, events.CastingFinished)
    assert isinstance(finished, events.BuildFinished)
    assert reading.paths == (str(story),)
    assert written.script is cast.script
    assert cast.casting.cast.narrator.engine == "tone"
    assert by_type[events.PriceEstimated] == events.PriceEstimated(0.0)
    assert by_type[events.ExportStarted] == events.ExportStarted(target)
    assert finished.audiobook.files == (target,)
    assert finished.damaged_entries == 0


def test_speaking_progresses_from_nothing_to_all_and_names_chapters(
    story: Path, tmp_path: Path
) -> None:
    steps = [
        event
        for event in follow(story, tmp_path / "out.wav")
        if isinstance(event, events.SpeakingProgressed)
    ]
    fractions = [step.fraction_done for step in steps]
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert fractions == sorted(fractions)
    assert steps[0].chapter is None
    assert {step.chapter for step in steps[1:]} == {1, 2}
    assert steps[-1].synthesised_clips > 8


def test_voices_are_announced_that_have_not_been_measured(story: Path, tmp_path: Path) -> None:
    counts = [
        event.voice_count
        for _ in range(2)
        for event in follow(story, tmp_path / "out.wav")
        if isinstance(event, events.VoiceMeasurementStarted)
    ]
    assert counts[0] >= 2
    assert counts[1] == 0


def test_a_dry_run_ends_with_a_forecast_and_writes_nothing(story: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    followed = list(pipeline.forecast_build([str(story)], target, TONE))
    assert distinct_types(followed) == [*STEPS[:4], events.BuildForecast]
    forecast = followed[-1]
    assert isinstance(forecast, events.BuildForecast)
    assert forecast.target == target
    assert forecast.forecast.missing_count == forecast.forecast.line_count > 8
    assert not target.exists()


def test_narrate_passes_the_same_events_to_its_callback(story: Path, tmp_path: Path) -> None:
    received: list[BuildEvent] = []
    audiobook = narrator.narrate([str(story)], tmp_path / "out.wav", TONE, on_event=received.append)
    assert distinct_types(received) == STEPS
    assert received[-1] == events.BuildFinished(audiobook, 0)


@pytest.mark.parametrize(
    ("options", "error", "last"),
    [
        (replace(TONE, voice="nobody"), UnknownVoiceError, events.ScriptWritten),
        (replace(TONE, pauses="nothing"), OptionError, events.ScriptWritten),
        (replace(TONE, format="nothing"), OptionError, events.ScriptWritten),
    ],
)
def test_a_build_that_fails_reports_the_steps_before(
    story: Path, tmp_path: Path, options: Options, error: type[Exception], last: type[BuildEvent]
) -> None:
    received: list[BuildEvent] = []
    with pytest.raises(error):
        narrator.narrate([str(story)], tmp_path / "out.wav", options, on_event=received.append)
    assert type(received[-1]) is last


class CancelledByUserError(Exception):
    """What a page raises when its user presses a button."""


def raise_at(step: type[BuildEvent]) -> Callable[[BuildEvent], None]:
    """Return a callback that cancels at the last of the events of a step."""

    def on_event(event: BuildEvent) -> None:
        if isinstance(event, step):
            raise CancelledByUserError

    return on_event


def whole_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_cancelled_build_leaves_the_older_audiobook_and_nothing_else(
    story: Path, tmp_path: Path, step: type[BuildEvent]
) -> None:
    target, cache = tmp_path / "out.wav", tmp_path / "cache"
    earlier = tmp_path / "another"
    narrator.narrate([str(story)], target, replace(TONE, cache_dir=earlier, speed=2.0))
    older = target.read_bytes()
    options = replace(TONE, cache_dir=cache)
    with pytest.raises(CancelledByUserError):
        narrator.narrate([str(story)], target, options, on_event=raise_at(step))
    assert target.read_bytes() == older
    known_names = {"cache", "another", "out.wav", story.name, MANIFEST_NAME}
    assert set(whole_files(tmp_path)) <= known_names
    if cache.exists():
        assert [path for path in cache.iterdir() if path.name.startswith(".")] == []
    audiobook = narrator.narrate([str(story)], target, options)
    assert audiobook.files == (target,)
    undisturbed = tmp_path / "undisturbed.wav"
    narrator.narrate([str(story)], undisturbed, replace(TONE, cache_dir=tmp_path / "another"))
    assert target.read_bytes() == undisturbed.read_bytes()


def test_closing_the_generator_while_it_speaks_ends_the_workers(
    story: Path, tmp_path: Path
) -> None:
    pools = []

    def make_pool(count: int):  # type: ignore[no-untyped-def]
        pools.append(inline(count))
        return pools[-1]

    ended = []
    options = replace(TONE, pool=make_pool, cache_dir=tmp_path / "cache")
    build = pipeline.build_audiobook([str(story)], tmp_path / "out.wav", options)
    for event in build:
        if isinstance(event, events.SpeakingProgressed) and event.chapter:
            pools[0].shutdown = lambda *_, **__: ended.append(True)
            break
    build.close()
    assert ended == [True]
    assert not (tmp_path / "out.wav").exists()


def test_what_was_spoken_before_a_build_was_cancelled_is_used_again(
    story: Path, tmp_path: Path
) -> None:
    build = pipeline.build_audiobook([str(story)], tmp_path / "out.wav", TONE)
    first = next(e for e in build if isinstance(e, events.SpeakingProgressed) and e.chapter)
    build.close()
    steps = [
        event
        for event in follow(story, tmp_path / "out.wav")
        if isinstance(event, events.SpeakingProgressed)
    ]
    assert steps[0].fraction_done >= first.fraction_done > 0


def test_an_event_can_not_be_changed() -> None:
    event = events.PriceEstimated(1.0)
    with pytest.raises(FrozenInstanceError):
        event.amount = 2.0  # type: ignore[misc]
