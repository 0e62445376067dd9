"""`narrator share` as a user runs it."""

import io
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from narrator.cli import display


def start_sharing(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "narrator", "share", "--address", "127.0.0.1"]
    return subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=None,
    )


def read_address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    for line in process.stdout:
        if match := re.search(r"http://\S+", line):
            return match[0]
    pytest.fail("no address was printed")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "emma.mp3"
    path.write_bytes(b"sound" * 1000)
    return path


def test_it_ends_after_the_download(book: Path) -> None:
    with start_sharing(str(book)) as process:
        address = read_address(process)
        with urllib.request.urlopen(  # noqa: S310 - our own server
            f"{address}emma.mp3?download=1", timeout=10
        ) as response:
            assert response.read() == book.read_bytes()
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "the download is complete" in output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_it_ends_quietly_on_an_interrupt(book: Path) -> None:
    with start_sharing(str(book)) as process:
        read_address(process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "nothing is shared any more" in output
    assert not errors


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with start_sharing(str(tmp_path / "none.mp3")) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 3
    assert errors.count("\n") == 1


class _Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "has_style"), [("", True), ("1", False)])
def test_the_code_on_the_terminal_is_that_of_the_address(
    monkeypatch: pytest.MonkeyPatch, no_color: str, has_style: bool
) -> None:
    import segno  # noqa: PLC0415 - only here

    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", no_color)
    address = "http://192.168.1.20:45678/abcdefghijklmnop/"
    display.print_qr_code(address)
    shown = terminal.getvalue()
    assert ("\x1b[" in shown) == has_style
    rows = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    dark = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    modules = [[dark[character][half] for character in row] for row in rows for half in (0, 1)]
    if not has_style:  # light modules are drawn, on the dark background
        modules = [[1 - module for module in row] for row in modules]
    expected = [list(map(int, row)) for row in segno.make(address, error="l").matrix_iter(border=2)]
    assert modules[: len(expected)] == expected


def test_no_code_is_printed_to_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    display.print_qr_code("http://192.168.1.20:45678/")
    assert capsys.readouterr().out == ""
