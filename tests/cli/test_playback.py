"""The keyboard moves between the chapters of an audiobook."""

import sys
import time
from pathlib import Path

import pytest

from narrator.cli.keyboard import LEFT, RIGHT
from narrator.cli.playback import Playback, Track
from narrator.cli.player import Player

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")

TRACKS = [
    Track(Path("book.m4b"), title, start, start + 60.0)
    for title, start in (("One", 0.0), ("Two", 60.0), ("Three", 120.0))
]


def press(keys: str | list[str]):  # type: ignore[no-untyped-def]
    """Return a function that presses one key after the other, and quits at the end."""
    waiting = [*keys, "q"]

    def read_key(_: float) -> str:
        time.sleep(0.01)
        return waiting.pop(0)

    return read_key


@pytest.fixture
def sleeper(tmp_path: Path) -> Player:
    program = tmp_path / "sleeper"
    program.write_text("#!/bin/sh\nexec sleep 30\n", "utf-8")
    program.chmod(0o755)
    return Player(str(program), (), ("{start}",))


@pytest.mark.parametrize(
    ("keys", "heard", "index", "position"),
    [
        ("", [0], 0, 0.0),
        ("n", [0, 1], 1, 0.0),
        ("nn", [0, 1, 2], 2, 0.0),
        ("np", [0, 1, 0], 0, 0.0),
        ("p", [0], 0, 0.0),
        ("x", [0], 0, 0.0),
        (" x ", [0], 0, 0.0),
        (" n", [0, 1], 1, 0.0),
        ([RIGHT], [0], 0, 15.0),
        ([RIGHT, RIGHT, LEFT], [0], 0, 15.0),
        ([RIGHT] * 4, [0, 1], 1, 0.0),
        ([RIGHT, "p"], [0], 0, 0.0),
        ([LEFT], [0], 0, 0.0),
    ],
)
def test_keys_move_between_and_within_chapters(
    keys: str, heard: list[int], index: int, position: float, sleeper: Player
) -> None:
    announced: list[int] = []
    playback = Playback(sleeper, press(keys), announced.append)
    assert not playback.play(TRACKS, 0)
    assert (announced, playback.index) == (heard, index)
    assert playback.position == pytest.approx(position, abs=2.0)


def test_after_the_last_chapter_it_is_over(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    ends.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    ends.chmod(0o755)
    announced: list[int] = []
    assert Playback(Player(str(ends), (), ("{start}",)), None, announced.append).play(TRACKS, 1)
    assert announced == [1, 2]
