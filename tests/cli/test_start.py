"""^C and SIGTERM are one line and one exit code, whenever they come."""

import importlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from narrator.cli import interrupt_handling

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has other signals")

PROGRAM = """
import os, signal, sys
from narrator.cli import start
start._prepare_process()
{body}
"""
STOPPED_LINE = "narrator: stopped: what was made is kept, and the same command continues\n"


def run_program(body: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM.format(body=body)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_before_a_command_begins_a_signal_ends_the_program_with_one_line(number: str) -> None:
    result = run_program(f"os.kill(os.getpid(), signal.{number}); print('went on')")
    assert (result.returncode, result.stderr, result.stdout) == (130, STOPPED_LINE, "")


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)" + PROGRAM.format(
        body="os.kill(os.getpid(), signal.SIGINT); print('went on')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "went on\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_within_a_command_a_signal_raises_an_exception_so_that_it_can_clean_up(
    number: signal.Signals,
) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), interrupt_handling.raise_interrupts():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before


def _import_and_wait(name: str) -> None:
    importlib.import_module(name)
    signal.pause()


def test_a_signal_during_an_import_is_raised_after_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_module.py").write_text(
        "import signal, time\nsignal.raise_signal(signal.SIGINT)\ntime.sleep(0.05)\nDONE = True\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(KeyboardInterrupt), interrupt_handling.raise_interrupts():
        _import_and_wait("slow_module")
    assert sys.modules.pop("slow_module").DONE


def test_the_commands_work_without_a_path(story: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PATH"}
    command = [sys.executable, "-m", "narrator", "build", str(story), "--engine", "tone"]
    command += ["-o", str(tmp_path / "ferry.mp3")]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def test_other_threads_do_without_signals() -> None:
    seen = []

    def work() -> None:
        with interrupt_handling.raise_interrupts():
            seen.append("worked")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["worked"]


@pytest.mark.parametrize(
    ("variables", "is_shown"), [({}, False), ({"PYTHONWARNINGS": "default"}, True)]
)
def test_a_warning_of_a_library_is_shown_only_on_request(
    variables: dict[str, str], is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONWARNINGS", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = run_program("import warnings; warnings.warn('no voiced segments')")
    assert ("no voiced segments" in result.stderr) == is_shown
