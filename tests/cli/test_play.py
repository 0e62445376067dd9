"""Audiobooks are found by their book, and played chapter by chapter."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.cli import player
from narrator.cli.main import app

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which a player of parts, the only one on the system, notes how it was called."""
    monkeypatch.chdir(tmp_path)
    note = tmp_path / "played"
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "mpv"
    program.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(note))}\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return note


def run(*arguments: object) -> object:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def build(*arguments: object) -> None:
    result = CliRunner().invoke(
        app, ["build", *map(str, arguments), "--engine", "tone", "--quiet", "--jobs", "1"]
    )
    assert result.exit_code == 0, result.output


def list_titles(*arguments: object) -> list[str]:
    result = run("play", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return [track["title"] for track in json.loads(result.stdout)]


@pytest.mark.parametrize(
    "options", [(), ("--split", "chapters"), ("-o", "the-ferry.opus"), ("--format", "podcast")]
)
def test_a_book_plays_the_audiobook_that_was_made_of_it(
    options: tuple[str, ...], played: Path, story: Path
) -> None:
    build(story, *options)
    assert list_titles(story) == ["Chapter I", "Chapter II"]
    assert not played.exists()


@pytest.mark.usefixtures("played")
def test_an_output_template_and_another_book_do_not_confuse_it(story: Path) -> None:
    other = story.with_name("other.txt")
    other.write_text("Somebody else entirely said nothing.", "utf-8")
    build(other)
    build(story, "--output-template", "{author}/shelf/{title}", "--author", "Ann")
    assert list_titles(story) == ["Chapter I", "Chapter II"]


@pytest.mark.usefixtures("played")
def test_the_newest_audiobook_is_played_and_a_preview_never(story: Path) -> None:
    build(story)
    build(story, "--chapters", "2", "-o", "second.mp3")
    run("preview", story, "--engine", "tone")
    assert list_titles(story) == ["Chapter II"]


def test_chapters_are_played_from_the_one_that_is_asked_for(played: Path, story: Path) -> None:
    build(story, "-o", "ferry.m4b")
    result = run("play", "ferry.m4b", "--chapter", 2)
    assert result.exit_code == 0, result.output
    assert "2/2        Chapter II (" in result.output
    [line] = played.read_text("utf-8").splitlines()
    assert line.startswith("--no-video")
    assert line.endswith("ferry.m4b")
    assert float(line.split("--start=")[1].split()[0]) > 0


def test_a_player_of_wav_files_gets_the_chapter_as_one(
    played: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin" / "mpv").rename(tmp_path / "bin" / "paplay")
    monkeypatch.setattr(player, "_MIN_PLAYED_SHARE", 0.0)
    build(story, "--split", "chapters")
    result = run("play", "output/the-ferry")
    assert result.exit_code == 0, result.output
    assert [Path(line).suffix for line in played.read_text("utf-8").splitlines()] == [".wav"] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.mp3"], "narrator: nothing.mp3 does not exist: check the path"),
        (["the-fery.txt"], "narrator: the-fery.txt does not exist: did you mean the-ferry.txt?"),
        (["the-ferry.txt"], "narrator: no audiobook of the-ferry.txt was found: `"),
    ],
)
@pytest.mark.usefixtures("played", "story")
def test_what_cannot_be_played_is_one_line(arguments: list[str], message: str) -> None:
    result = run("play", *arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert result.stderr.startswith(message)


def test_without_a_player_it_says_what_to_install(played: Path, story: Path) -> None:
    build(story, "-o", "ferry.m4b")
    (played.parent / "bin" / "mpv").unlink()
    result = run("play", "ferry.m4b")
    assert result.exit_code == 1
    assert result.stderr == (
        "narrator: no program that plays sound was found: install mpv, from https://mpv.io;"
        " the sound is in ferry.m4b\n"
    )


def test_a_player_that_ends_at_once_with_a_message_has_failed(played: Path, story: Path) -> None:
    build(story, "-o", "ferry.m4b")
    program = played.parent / "bin" / "mpv"
    program.write_text("#!/bin/sh\necho no device >&2\n", "utf-8")
    result = run("play", "ferry.m4b")
    assert result.exit_code == 1
    assert result.stderr.endswith("mpv can't play it (no device): the sound is in ferry.m4b\n")
