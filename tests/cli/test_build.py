"""The reporter of `narrator build`, which follows the events of a build."""

from pathlib import Path

import pytest

from narrator.build import events
from narrator.casting.cast import Casting
from narrator.cli.build import BuildReporter
from narrator.model import Audiobook, Cast, Metadata, Timeline, Voice
from tests.cli.test_reports import make_script

CASTING = Casting(Cast(Voice("bella", "tone", "high"), {}), (), ("The cast is small.",))


def make_events(target: Path) -> list[events.BuildEvent]:
    target.write_bytes(b"sound")
    script = make_script()
    return [
        events.ReadingStarted(("tale.txt",)),
        events.ScriptWritten(script),
        events.CastingFinished(script, CASTING),
        events.PriceEstimated(2.5),
        events.VoiceMeasurementStarted(1),
        events.SpeakingProgressed(0.5, 1, 1),
        events.SpeakingProgressed(1.0, 2, 2),
        events.ExportStarted(target),
        events.BuildFinished(Audiobook((target,), Timeline(1, (), ()), Metadata("Tale")), 3),
    ]


def test_the_steps_of_a_build_are_printed_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with BuildReporter(as_json=False) as reporter:
        for event in make_events(tmp_path / "out.mp3"):
            reporter.report(event)
    captured = capsys.readouterr()
    labels = [line[:9].strip() for line in captured.out.splitlines() if line[:1].isupper()]
    assert labels == ["Read", "Who speak", "Anne", "Engine", "Note", "Tries out", "Wrote"]
    assert [line.split()[0] for line in captured.err.splitlines()] == ["Costs", "Note"]


def test_a_program_is_given_json_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with BuildReporter(as_json=True) as reporter:
        for event in make_events(tmp_path / "out.mp3"):
            reporter.report(event)
    assert capsys.readouterr().out.startswith("{")


def test_nothing_is_printed_of_a_book_before_it_is_cast(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with BuildReporter(as_json=False) as reporter:
        for event in make_events(tmp_path / "out.mp3")[:2]:
            reporter.report(event)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
