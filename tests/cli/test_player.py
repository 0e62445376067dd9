"""Playing sounds, with a shell script in place of the system's player."""

import json
import shlex
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app
from narrator.cli.player import PLAYERS, play_during, play_file
from narrator.errors import NarratorError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a player that runs the file it is given as a shell script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / PLAYERS[0].program
    program.write_text('#!/bin/sh\n. "$1"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return program


def sound(folder: Path, does: str) -> Path:
    file = folder / "sound.wav"
    file.write_text(does, "utf-8")
    return file


@pytest.mark.usefixtures("player")
def test_a_sound_plays_while_the_context_runs_and_to_its_end(
    tmp_path: Path,
) -> None:
    begun, go, ended = (tmp_path / name for name in ("begun", "go", "ended"))
    does = f": > {begun}; until [ -e {go} ]; do :; done; : > {ended}"
    with play_during(sound(tmp_path, does)):
        deadline = time.monotonic() + 20
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert begun.exists()
        assert not ended.exists()
        go.touch()
    assert ended.exists()


@pytest.mark.usefixtures("player")
def test_a_failing_player_is_reported_with_its_last_line(tmp_path: Path) -> None:
    file = sound(tmp_path, "echo no >&2; echo no device >&2; exit 1")
    with pytest.raises(NarratorError, match=r"afplay can't play it \(no device\)") as caught:
        play_file(file)
    assert caught.value.hint == f"the sound is in {file}"


@pytest.mark.usefixtures("player")
def test_an_exception_in_the_context_ends_the_player(tmp_path: Path) -> None:
    forever = sound(tmp_path, "while :; do :; done")
    with pytest.raises(KeyboardInterrupt), play_during(forever):
        raise KeyboardInterrupt


def test_where_there_is_no_player_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NarratorError, match="no program that plays sound was found"):
        play_file(tmp_path / "sound.wav")


def test_a_preview_is_played(player: Path, story: Path, tmp_path: Path) -> None:
    played = tmp_path / "played"
    player.write_text(f'#!/bin/sh\necho "$1" > {shlex.quote(str(played))}\n', "utf-8")
    target = tmp_path / "heard.wav"
    asked = ["preview", str(story), "--engine", "tone", "-o", str(target), "--play", "--json"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["file"] == str(target)
    assert played.read_text("utf-8").strip() == str(target)
