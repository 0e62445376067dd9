import json
import zipfile

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app
from narrator.errors import BrokenInputError
from narrator.readalong import FORMAT_MODULES, companion_check, write_companion
from tests.readalong.rendering import render, write_audio

RATE = 22_050


@pytest.fixture
def made(tmp_path):
    rendered_book = write_audio(render(tmp_path, split=True, rate=RATE))

    def make(companion):
        name = f"book.{companion}" if companion in FORMAT_MODULES else "book.mp3"
        return write_companion(companion, rendered_book, tmp_path / name)

    return make


@pytest.mark.parametrize(
    ("companion", "holds"),
    [
        ("timeline", {"lines", "words", "chapters", "seconds"}),
        ("srt", {"cues", "seconds"}),
        ("vtt", {"cues", "seconds"}),
        ("lrc", {"cues", "seconds"}),
        ("epub", {"pages", "clips", "seconds"}),
        ("lpf", {"chapters", "seconds"}),
        ("page", {"chapters", "words", "seconds"}),
        ("podcast", {"episodes", "seconds"}),
    ],
)
def test_what_is_written_passes_its_check(made, companion, holds):
    files = made(companion)
    paths = (
        files
        if companion in ("timeline", "srt", "vtt", "lrc", "epub", "lpf")
        else [files[0].parent]
    )
    for path in paths:
        found = companion_check.check_companion(path)
        assert found.problems == ()
        assert set(found.counts) == holds
        assert all(found.counts.values())


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def hurt_srt(files):
    edit(files[0], "00:00:0", "00:09:0")
    return files[0]


def hurt_vtt(files):
    edit(files[0], "<v Anna>", "<v Anna>" + "wide " * 20)
    return files[0]


def hurt_lrc(files):
    edit(files[0], "\n[00:0", "\n[09:0")
    return files[0]


def hurt_timeline(files):
    found = json.loads(files[0].read_text(encoding="utf-8"))
    found["lines"][1]["words"][0]["start"] += 90
    files[0].write_text(json.dumps(found), encoding="utf-8")
    return files[0]


def hurt_page(files):
    (files[0].parent / "audio/002.mp3").unlink()
    return files[0].parent


def hurt_podcast(files):
    next(files[0].parent.glob("*.mp3")).write_bytes(b"short")
    return files[0].parent


def hurt_epub(files):
    with zipfile.ZipFile(files[0]) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    page = next(name for name in entries if name.endswith("chapter-001.xhtml"))
    entries[page] = entries[page].replace(b'id="line-', b'id="gone-', 1)
    with zipfile.ZipFile(files[0], "w") as new:
        for name, data in entries.items():
            new.writestr(name, data)
    return files[0]


@pytest.mark.parametrize(
    ("companion", "hurt", "problem"),
    [
        ("srt", hurt_srt, "ends before it begins"),
        ("vtt", hurt_vtt, "larger than two lines"),
        ("lrc", hurt_lrc, "not in order"),
        ("timeline", hurt_timeline, "not in order"),
        ("page", hurt_page, "audio/002.mp3 is missing"),
        ("podcast", hurt_podcast, "the feed says"),
        ("epub", hurt_epub, "has no line-"),
    ],
)
def test_what_is_hurt_fails_its_check(made, companion, hurt, problem):
    path = hurt(made(companion))
    assert any(problem in said for said in companion_check.check_companion(path).problems)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 8


@pytest.mark.parametrize("name", ["book.timeline.json", "book.epub"])
def test_what_is_something_else_is_told(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(BrokenInputError):
        companion_check.check_companion(tmp_path / name)


def test_the_command_tells_what_it_found(made):
    result = CliRunner().invoke(app, ["check", str(made("epub")[0]), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["kind"] == "epub"
