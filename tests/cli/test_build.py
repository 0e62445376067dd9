"""The reporter of `narrator build`, which follows the events of a build."""

from pathlib import Path

import pytest

from narrator.build import events
from narrator.casting.cast import Casting
from narrator.cli.build_report import BuildReporter, ProgressMeter, Verbosity
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
    assert labels == ["Read", "Character", "Anne", "Engine", "Note", "Measures", "Wrote"]
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


@pytest.mark.parametrize(
    ("verbosity", "labels"),
    [
        (Verbosity.QUIET, []),
        (Verbosity.LINE, ["Speaking"]),
        (
            Verbosity.VERBOSE,
            ["Read", "Character", "Anne", "Engine", "Note", "Left out", "Measures", "Wrote"],
        ),
    ],
)
def test_less_or_more_is_printed_as_the_user_likes(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    verbosity: Verbosity,
    labels: list[str],
) -> None:
    with BuildReporter(as_json=False, verbosity=verbosity) as reporter:
        for event in make_events(tmp_path / "out.mp3"):
            reporter.report(event)
    captured = capsys.readouterr()
    shown = [line[:9].strip() for line in captured.out.splitlines() if line[:1].isupper()]
    assert shown == labels
    if verbosity < Verbosity.NORMAL:
        assert "Note" not in captured.err


class _Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


def test_without_a_terminal_a_line_is_written_every_five_per_cent_or_minute(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = _Clock()
    monkeypatch.setattr("narrator.cli.build_report.time", clock)
    meter = ProgressMeter("Speaking")
    steps = [
        (0, 0.10),  # the first share was in the cache
        (1, 0.18),  # too soon after it
        (10, 0.19),
        (20, 0.21),  # less than five per cent later
        (75, 0.23),  # more than a minute later
        (100, 0.55),
    ]
    for seconds, fraction in steps:
        clock.seconds = 100.0 + seconds
        meter.show(fraction, "The Ferry")
    meter.close()
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[-1].split(",")[0].strip() for line in lines] == [
        "19%",
        "23%",
        "55%",
    ]
    assert "The Ferry" in lines[0]
    assert lines[2].endswith("1:40 so far, about 1:40 left")
