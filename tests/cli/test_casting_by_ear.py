"""Casting by ear: what is heard, what each answer does, and what is saved."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from narrator.build.options import Options
from narrator.cli import casting_by_ear, player
from narrator.errors import NarratorError, OptionError


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the voices that were played, in order."""
    monkeypatch.chdir(tmp_path)
    played: list[str] = []

    def play(file: Path) -> None:
        assert file.stat().st_size > 1000
        played.append(file.stem)

    monkeypatch.setattr(casting_by_ear, "play_file", play)
    monkeypatch.setattr(casting_by_ear, "require_player", lambda _: None)
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda _self: True})())
    return played


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Prepare what the user types."""

    def prepare(*answers: str) -> None:
        left: Iterator[str] = iter(answers)

        def read(_prompt: str) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)

    return prepare


def cast(story: Path, **options: Any) -> dict[str, Any]:
    casting_by_ear.cast_by_ear([str(story)], Options(engine="tone", **options))
    path = story.with_name("the-ferry.cast.toml")
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def test_enter_keeps_what_everybody_has(story: Path, heard: list[str], answer: Any) -> None:
    answer("", "", "")
    saved = cast(story)
    assert set(saved["cast"]) == {"Martha", "Mr. Hobday"}
    assert saved["narrator"] == heard[0]
    assert len(heard) >= 6


def test_a_number_chooses_and_is_saved_at_once(
    story: Path, heard: list[str], answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer("2")
    saved = cast(story)
    assert saved == {"narrator": heard[1]}
    shown = capsys.readouterr().out
    assert re.search(rf"narrator = {heard[1]}, saved in .*cast\.toml", shown)


def test_the_first_voice_is_the_present_one(
    story: Path, heard: list[str], answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    story.with_name("the-ferry.cast.toml").write_text(
        'narrator = "horn" # mine\n[cast]\nMartha = { voice = "flute", rate = 500 }\n', "utf-8"
    )
    answer("", "", "q")
    saved = cast(story)
    assert heard[0] == "horn"
    assert saved["cast"]["Martha"] == {"voice": "flute", "rate": 500}
    assert "horn" in capsys.readouterr().out
    assert "# mine" in story.with_name("the-ferry.cast.toml").read_text("utf-8")


def test_other_answers_play_more_again_or_the_narrator(
    story: Path, heard: list[str], answer: Any
) -> None:
    answer("s", "p", "n", "x", "r")
    saved = cast(story)
    narrator = heard[0]
    assert saved["cast"] == {"Martha": narrator} or list(saved["cast"].values()) == [narrator]
    assert "narrator" not in saved


def test_quitting_saves_nothing_more(story: Path, heard: list[str], answer: Any) -> None:
    answer("q")
    assert cast(story) == {}
    assert heard


def test_a_terminal_and_a_player_are_needed(
    story: Path, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casting_by_ear, "require_player", player.require_player)
    monkeypatch.setattr(player, "find_player", lambda **_: None)
    with pytest.raises(NarratorError, match="no program that plays sound"):
        cast(story)
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(OptionError, match="needs a terminal"):
        cast(story)
    assert not heard
