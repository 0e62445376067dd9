"""A script can be created in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from narrator.build import pipeline, script_process
from narrator.build.options import Options
from narrator.errors import LedgerError, NarratorError
from tests.conftest import STORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks")


def run(function: Callable[..., object], on_report: Callable[..., object] = print) -> None:
    script_process.run_in_process(function, on_report)


def test_a_function_reports_from_another_process() -> None:
    reports: list[int] = []
    run(lambda report: (report(os.getpid()), report(1)), reports.append)
    assert reports[0] != os.getpid()
    assert reports[1:] == [1]


def test_its_error_is_raised_here_with_its_hint() -> None:
    def fail(_report: object) -> None:
        raise LedgerError("a word is lost", "report it")

    with pytest.raises(LedgerError) as caught:
        run(fail)
    assert caught.value.hint == "report it"


def test_a_process_that_is_killed_is_an_error() -> None:
    with pytest.raises(NarratorError, match=r"was ended \(-9\)"):
        run(lambda _: os.kill(os.getpid(), signal.SIGKILL))


def test_it_ends_if_a_report_can_not_be_taken() -> None:
    def fail(_report: object) -> None:
        raise ValueError("x")

    def report_and_sleep(report: Callable[[int], None]) -> None:
        report(1)
        time.sleep(60)

    started = time.monotonic()
    with pytest.raises(ValueError, match="x"):
        run(report_and_sleep, fail)
    assert time.monotonic() - started < 30


def test_a_process_has_processes_of_its_own() -> None:
    reports: list[int] = []
    run(lambda report: report(script_process.compute_in_process(os.getpid)), reports.append)
    assert reports[0] != os.getpid()


def test_it_ends_with_its_parent() -> None:
    program = (
        "import time\n"
        "from narrator.build import script_process\n"
        "report = lambda: (print('started', flush=True), time.sleep(60))\n"
        "script_process.compute_in_process(report)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        parent.kill()
        killed = time.monotonic()
        # the pipe is closed when the last process that could write to it has ended
        assert parent.stdout.read() == b""
    assert time.monotonic() - killed < 30


def test_steps_with_processes_of_their_own_give_the_same_script_and_memo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts, memos = [], []
    for has_processes in (False, True):
        monkeypatch.setattr(
            script_process, "is_worthwhile_per_step", lambda _, value=has_processes: value
        )
        cache = tmp_path / f"cache {has_processes}"
        for text in (STORY, f"{STORY}\n\n“No,” said Dr. Wu.\n"):
            (tmp_path / "story.txt").write_text(text, "utf-8")
            script = pipeline.write_script([str(tmp_path / "story.txt")], Options(cache_dir=cache))
        scripts.append(script)
        [memo] = (cache / "draft").glob("*/*")
        memos.append(memo.read_bytes())
    assert scripts[0] == scripts[1]
    assert memos[0] == memos[1]


def test_a_process_with_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert script_process.is_worthwhile(500_000)
    assert not script_process.is_worthwhile(5_000)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not script_process.is_worthwhile(500_000)


def test_a_build_is_the_same_with_a_process_for_the_script(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("“It is late,” said Anna.\n\n“Then let us go,” said Tom.\n", "utf-8")
    program = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from narrator.build import script_process\n"
        "script_process._MIN_BYTES = int(sys.argv[1])\n"
        "import narrator\n"
        "run = script_process.run_in_process\n"
        "script_process.run_in_process = lambda *args: (print('forked'), run(*args))[1]\n"
        "options = narrator.Options(engine='tone', format='wav', cache_dir=Path(sys.argv[2]))\n"
        "narrator.narrate(['story.txt'], Path(sys.argv[3]), options)\n"
    )
    outputs = []
    for least in ("0", "1000000"):
        command = [sys.executable, "-c", program, least, f"cache-{least}", f"{least}.wav"]
        result = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
        )
        outputs.append((tmp_path / f"{least}.wav").read_bytes())
        assert (result.stdout, result.stderr) == ("forked\n" if least == "0" else "", "")
    assert outputs[0] == outputs[1]
