"""A script can be created in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from narrator.build import script_process
from narrator.errors import LedgerError, NarratorError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks")


def test_a_function_runs_beside_the_block(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    with script_process.run_in_process(lambda: place.write_text(str(os.getpid()), "utf-8")):
        assert os.getpid()
    assert int(place.read_text("utf-8")) != os.getpid()


def test_its_error_is_raised_here_with_its_hint() -> None:
    def fail() -> None:
        raise LedgerError("a word is lost", "report it")

    with pytest.raises(LedgerError) as caught, script_process.run_in_process(fail):
        pass
    assert caught.value.hint == "report it"


def test_a_process_that_is_killed_is_an_error() -> None:
    kill = lambda: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
    with (
        pytest.raises(NarratorError, match=r"was ended \(-9\)"),
        script_process.run_in_process(kill),
    ):
        pass


def test_it_ends_if_the_block_fails() -> None:
    started = time.monotonic()
    with pytest.raises(ValueError, match="x"), script_process.run_in_process(time.sleep, 60):
        raise ValueError("x")
    assert time.monotonic() - started < 30


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
        "script_process._MIN_CHARACTERS = int(sys.argv[1])\n"
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
