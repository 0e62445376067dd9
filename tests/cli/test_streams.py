"""Standard streams may be closed, full, or closed by their reader."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from narrator.cli.streams import OutputFile
from narrator.errors import OutputError

posix_only = pytest.mark.skipif(os.name != "posix", reason="shells of Windows differ")


def run_in_shell(redirections: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f'"$@" {redirections}', "sh", sys.executable, "-m", "narrator"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


@posix_only
@pytest.mark.parametrize("redirections", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_closed_or_useless_stream_does_not_stop_the_work(
    story: Path, tmp_path: Path, redirections: str
) -> None:
    target = tmp_path / "ferry.json"
    result = run_in_shell(redirections, "script", str(story), "-o", str(target))
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(target.read_text("utf-8"))["title"] == "The Ferry"


@posix_only
@pytest.mark.parametrize(
    "arguments", [("script", "STORY"), ("script", "STORY", "--json"), ("--help",), ("--version",)]
)
def test_a_full_disk_behind_standard_output_is_one_line(
    story: Path, arguments: tuple[str, ...]
) -> None:
    words = [str(story) if word == "STORY" else word for word in arguments]
    result = run_in_shell(">/dev/full", *words)
    assert result.returncode == OutputError.exit_code
    assert result.stderr.startswith("narrator: standard output can't be written (No space left")
    assert result.stderr.count("\n") == 1


@posix_only
def test_a_reader_that_closes_the_pipe_does_not_stop_the_work(story: Path, tmp_path: Path) -> None:
    target = tmp_path / "ferry.script"
    result = run_in_shell("| true", "script", str(story), "-o", str(target))
    assert result.stderr == ""
    assert target.exists()


@posix_only
def test_errors_are_found_with_standard_error_closed() -> None:
    assert run_in_shell("2>&-", "script", "missing.txt").returncode == 3
    assert run_in_shell("2>/dev/full", "build", "--missing").returncode == 2


@posix_only
def test_a_closed_standard_input_is_empty() -> None:
    result = run_in_shell("<&-", "script", "-")
    assert (result.returncode, result.stderr.count("\n")) == (3, 1)
    assert "standard input is empty" in result.stderr


def test_output_to_a_pipe_is_utf_8_whatever_the_locale(story: Path) -> None:
    command = [
        sys.executable,
        "-X",
        "utf8=0",
        "-m",
        "narrator",
        "script",
        str(story),
        "--json",
    ]
    environment = {**os.environ, "LC_ALL": "en_US.ISO-8859-1", "PYTHONCOERCECLOCALE": "0"}
    result = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "“Wait?”" in result.stdout.decode("utf-8")


class TestOutputFile:
    def test_what_the_reader_of_a_pipe_does_not_want_is_dropped(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        file = OutputFile(writer, "standard output", BrokenPipeError)
        assert [file.write(b"words") for _ in range(2)] == [5, 5]
        os.close(writer)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
    def test_an_error_is_raised_once(self) -> None:
        descriptor = os.open("/dev/full", os.O_WRONLY)
        file = OutputFile(descriptor, "standard output", BrokenPipeError)
        with pytest.raises(OutputError, match=os.strerror(errno.ENOSPC)):
            file.write(b"words")
        assert file.write(b"words") == 5
        os.close(descriptor)
