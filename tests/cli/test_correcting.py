"""Corrections as options of the commands, filters of the script, and the files that apply."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from narrator.cli.main import app


@pytest.fixture(autouse=True)
def in_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def read_lines(story: Path, *arguments: object) -> list[dict[str, Any]]:
    result = invoke("script", story, *arguments, "--json")
    assert result.exit_code == 0, result.output
    lines: list[dict[str, Any]] = json.loads(result.stdout)["lines"]
    return lines


def test_a_correction_shows_what_changes_and_how_to_hear_it(story: Path) -> None:
    result = invoke("script", story, "--correct", "1.1=Mr. Hobday")
    assert result.exit_code == 0, result.output
    assert re.search(r"Martha\s+Mr\. Hobday", result.stdout)
    assert "It rained until evening" not in result.stdout
    assert "--chapter 1 --paragraph 1 --play" in result.stdout
    assert story.with_name("the-ferry.corrections.toml").is_file()


def test_a_pronunciation_counts_everywhere_at_once(story: Path) -> None:
    result = invoke("script", story, "--say", "Hobday=Hobbdy")
    assert re.search(r"Hobday\s+Hobbdy", result.stdout)
    assert sum("Hobbdy" in line["spoken"] for line in read_lines(story)) == 2


def test_any_command_that_reads_a_book_takes_corrections(story: Path) -> None:
    result = invoke("cast", story, "--engine", "tone", "--same", "Mr. Hobday=Martha", "--json")
    assert [c["name"] for c in json.loads(result.stdout)["characters"]] == ["Martha"]


def test_what_is_shown_can_be_chosen(story: Path) -> None:
    assert {line["chapter"] for line in read_lines(story, "--chapter", 2)} == {2}
    assert {line["speaker"] for line in read_lines(story, "--who", "martha")} == {"Martha"}
    assert {line["speaker"] for line in read_lines(story, "--who", "narrator")} == {None}
    [found] = read_lines(story, "--find", "WAITED since")
    assert "waited since noon" in found["text"]


@pytest.mark.parametrize(
    "arguments", [("--chapter", 9), ("--who", "Nobody"), ("--find", "zzz"), ("--same", "x")]
)
def test_a_choice_of_nothing_is_one_line(story: Path, arguments: tuple[object, ...]) -> None:
    result = invoke("script", story, *arguments)
    assert result.exit_code in {2, 5}
    assert result.stderr.count("\n") == 1


def test_files_beside_the_book_are_named(story: Path) -> None:
    assert "Using" not in invoke("script", story).stderr
    story.with_name("the-ferry.cast.toml").write_text('[cast]\nMartha = "flute"\n', "utf-8")
    invoke("script", story, "--say", "ferry=fairy")
    shown = invoke("script", story).stderr
    assert "the-ferry.cast.toml (1 role)" in shown
    assert "the-ferry.corrections.toml (1)" in shown
    ignored = invoke("script", story, "--no-side-files")
    assert "Using" not in ignored.stderr
    assert not any("fairy" in line["spoken"] for line in read_lines(story, "--no-side-files"))


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("script", ("--find", "zebra")),
        ("script", ("--who", "Nobody")),
        ("cast", ("--set", "Nobody=flute")),
        ("cast", ("--voice", "nobody")),
        ("preview", ("--paragraph", 99)),
    ],
)
def test_an_error_comes_before_the_files_beside_the_book(
    story: Path, command: str, arguments: tuple[object, ...]
) -> None:
    story.with_name("the-ferry.cast.toml").write_text('[cast]\nMartha = "clara"\n', "utf-8")
    result = invoke(command, story, *arguments)
    assert result.exit_code in {2, 5}
    assert result.output.count("\n") == 1


def test_the_first_line_shown_can_be_heard(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Path] = []
    monkeypatch.setattr("narrator.cli.player.play_file", played.append)
    result = invoke("script", story, "--find", "waited since", "--play")
    assert result.exit_code == 0, result.output
    assert [path.suffix for path in played] == [".wav"]
    assert played[0].stat().st_size > 10_000
