import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from narrator.cache.store import Store
from narrator.errors import OutputError, SynthesisError
from narrator.model import Cue, Voice
from narrator.synthesis import watchdog

VOICE = Voice("viola", "tone", "middle")
CUES = tuple(Cue(f"1.1.{n}", f"Line {n}.", VOICE, 0.0, 0.0) for n in range(3))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_the_position_is_recorded_while_a_job_runs_and_removed_at_its_end(store: Store) -> None:
    path = watchdog.position_path(store, "job", "build")
    with watchdog.watch_lines(store, "job", "build", CUES) as start_line:
        start_line(0)
        start_line(2)
        assert path.read_text("ascii").split() == ["2", "0"]
    assert not path.exists()


def test_an_exception_removes_the_position_too(store: Store) -> None:
    with suppress(KeyError), watchdog.watch_lines(store, "job", "build", CUES) as start_line:
        start_line(1)
        raise KeyError
    assert watchdog.take_last_position(store, "job", "build") is None


def _crash_at(store: Store, line_index: int) -> None:
    """Leave the record that a worker leaves that crashes at a line."""
    path = watchdog.position_path(store, "job", "build")
    with watchdog.watch_lines(store, "job", "build", CUES) as start_line:
        start_line(line_index)
        record = path.read_bytes()
    path.write_bytes(record)


def test_the_last_position_is_taken_once(store: Store) -> None:
    _crash_at(store, 1)
    assert watchdog.take_last_position(store, "job", "build") == 1
    assert watchdog.take_last_position(store, "job", "build") is None


@pytest.mark.parametrize("content", ["", "x", "1 2 3", "one two"])
def test_a_damaged_record_counts_for_nothing(store: Store, content: str) -> None:
    path = watchdog.position_path(store, "job", "build")
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert watchdog.take_last_position(store, "job", "build") is None


def test_a_line_that_ended_two_workers_of_a_machine_is_not_tried_again(store: Store) -> None:
    _crash_at(store, 1)
    _crash_at(store, 1)
    with watchdog.watch_lines(store, "job", "build", CUES) as start_line:
        start_line(0)
        with pytest.raises(
            SynthesisError, match=r"line 1\.1\.1 made tone fail 2 times: “Line 1\.”"
        ):
            start_line(1)


def test_a_crash_at_another_line_starts_the_count_again(store: Store) -> None:
    _crash_at(store, 1)
    _crash_at(store, 2)
    with watchdog.watch_lines(store, "job", "build", CUES) as start_line:
        start_line(1)
        start_line(2)


def test_the_error_names_another_voice_as_a_remedy() -> None:
    assert "choose another voice than viola" in watchdog.crash_error(CUES[0]).hint


def test_a_store_that_cannot_be_written_to_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    watch = watchdog.watch_lines(Store(tmp_path / "file"), "job", "build", CUES)
    with pytest.raises(OutputError, match="--cache-dir"), watch:
        pass


HANGING = """
import sys, time
from pathlib import Path
from narrator.cache.store import Store
from narrator.model import Cue, Voice
from narrator.synthesis.watchdog import watch_lines
cues = [Cue("1.1.1", "Oh.", Voice("viola", "tone", "low"), 0, 0)] * 2
with watch_lines(Store(Path(sys.argv[1])), "job", "build", cues, 0.2) as start_line:
    start_line(1)
    {hang}
"""


@pytest.mark.parametrize("hang", ["time.sleep(60)", "while True: pass", "sum(range(10**12))"])
def test_a_process_that_hangs_at_a_line_ends_and_leaves_the_position(
    store: Store, hang: str
) -> None:
    command = [sys.executable, "-c", HANGING.format(hang=hang), str(store.root)]
    process = subprocess.run(command, timeout=60, check=False, env=dict(os.environ))
    assert process.returncode == 1
    assert watchdog.take_last_position(store, "job", "build") == 1


@pytest.mark.parametrize(
    ("ticks", "armed"),
    [
        # a tenth of the processor: the 90 s of the others do not count
        ([(100, 10), (100, 10)], [180, 170, 160]),
        # four cores: the time that passes counts
        ([(22, 88), (22, 88)], [180]),
        # waiting for a lock, or for a server
        ([(90, 0.01), (80, 0.01)], [180]),
        # slow, then hanging: what is left passes
        ([(100, 50), (100, 0)], [180, 130]),
        # slow for too long: the end is not put off any more
        ([(100, 90), (100, 90)], [180, 90]),
    ],
)
def test_time_in_which_others_have_the_processor_does_not_count(
    monkeypatch: pytest.MonkeyPatch, ticks: list[tuple[float, float]], armed: list[float]
) -> None:
    passed = computed = 0.0
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: passed)
    monkeypatch.setattr(watchdog.time, "process_time", lambda: computed)
    ends: list[float] = []
    monkeypatch.setattr(
        watchdog.faulthandler, "dump_traceback_later", lambda seconds, **_: ends.append(seconds)
    )
    with (
        Path(os.devnull).open("w", encoding="utf-8") as device,
        watchdog._LineClock(device) as clock,
    ):
        clock.start(180)
        for passed_more, computed_more in ticks:
            passed, computed = passed + passed_more, computed + computed_more
            clock.count_time()
    assert ends == armed


class _SlowEngine:
    """An engine that may wait for a server."""

    name = "tone"
    longest = 30

    def time_limit(self, voice: Voice) -> float:
        return 1000 * voice.rate


@pytest.mark.parametrize(
    ("text", "rate", "seconds"),
    [
        ("Short.", 0.01, 180),  # the usual time is enough
        ("Short.", 1, 1060),
        ("A line that takes several calls of the engine.", 1, 5060),
    ],
)
def test_an_engine_with_a_clock_of_its_own_is_not_ended_before_its_time(
    monkeypatch: pytest.MonkeyPatch, text: str, rate: float, seconds: float
) -> None:
    monkeypatch.setattr(watchdog.registry, "load_engine", lambda _: _SlowEngine())
    cue = Cue("1.1.1", text, Voice("viola", "tone", "middle", rate=rate), 0.0, 0.0)
    assert watchdog._find_line_timeout(cue, 180) == seconds


def test_the_watchdog_is_set_anew_when_a_line_may_take_longer_or_shorter(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeouts = {"Line 0.": 100.0, "Line 1.": 1000.0, "Line 2.": 100.0}
    monkeypatch.setattr(watchdog, "_find_line_timeout", lambda cue, _: timeouts[cue.spoken])
    armed: list[float] = []
    monkeypatch.setattr(
        watchdog.faulthandler, "dump_traceback_later", lambda seconds, **_: armed.append(seconds)
    )
    with watchdog.watch_lines(store, "job", "build", CUES) as start_line:
        for line_index in (0, 0, 1, 1, 2):
            start_line(line_index)
    assert armed == [100, 1000, 100]
