"""No control character of a book, a file, a tag or a server reaches the terminal or a file name."""

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.cli import display
from narrator.cli.main import COMMANDS, app
from narrator.engines.tone import Tone
from tests.speech_server import serving

ACTS = "\x1b[2J\x1b]52;c;bHM=\x07\x9b31m\x90q\x9c\u202efdp\x85\x7f\r\x08"
"""It clears the screen, fills the clipboard, changes colours, and reverses what follows."""
HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HTML = f"""\
<html lang="en"><head><title>The {ACTS} Ferry</title><meta name="author" content="A {ACTS} Miller"></head>
<body><h1>One {ACTS}</h1>
<p>The ferry {ACTS} had gone. “We shall wait, {ACTS}” said Martha {ACTS} Quill.</p>
<p>“Wait?” cried Mr. Hobday{ACTS}. “I have waited!”</p>
<h1>Two</h1><p>It rained until evening.</p>
<p>“So,” said Martha Quill.</p><p>“So,” said Mr. Hobday.</p></body></html>
"""
CLEARS = "\x1b[2J\x9b31m\u202e"
TEXT = f"""\
CHAPTER I. The {CLEARS} Wait

The ferry had {CLEARS} gone; nobody came to the landing for the rest of that long day.

“Wait,” said Martha {CLEARS} to Mr. Hobday. “There is a light upon the river, I am sure.”
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with hostile books, a hostile profile and a hostile cast file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.html").write_bytes(HTML.encode())
    (tmp_path / "wait\x1b[2J\u202e.txt").write_bytes(TEXT.encode())
    voices = Path(os.environ["NARRATOR_VOICES"])
    profile = f"""description = {json.dumps(f"A {ACTS} voice.")}
engine = "tone"\nvoice = "low"\ngender = "male"\naccent = {json.dumps(ACTS)}\n"""
    (voices / "evil\x1b[2J\x9b.toml").write_bytes(profile.replace("\x7f", "\\u007f").encode())
    cast = f"[cast]\n{json.dumps(ACTS)} = {json.dumps(ACTS)}\n".replace("\x7f", "\\u007f")
    (tmp_path / "evil.cast.toml").write_bytes(cast.encode())
    return tmp_path


def list_commands(book: str) -> list[list[str]]:
    """Return commands of all kinds; most succeed, and some end with an error."""
    engine = ["--engine", "tone"]
    build = ["build", book, *engine, "--jobs", "1"]
    return [
        ["script", book],
        ["script", book, "--json"],
        ["script", book, "--skipped"],
        ["script", book, "--who", "Martha", "--find", ACTS],
        ["script", book, "--say", f"ferry={ACTS}"],
        ["script", book, "--same", f"{ACTS}=Martha"],
        ["script", book, "--uncertain"],
        ["script", book, "-o", "x.json"],
        ["script", book, "-o", "x.script"],
        ["script", "x.script"],
        ["check", "x.json"],
        ["config", book],
        ["config", book, "--all"],
        ["config", "--json"],
        ["doctor"],
        ["help"],
        ["help", "phone"],
        ["help", ACTS],
        ["studio", f"{ACTS}.epub", "--no-browser"],
        ["share", f"{ACTS}.mp3"],
        ["setup", ACTS],
        ["cast", book, *engine],
        ["cast", book, *engine, "--json"],
        ["cast", book, *engine, "-o", "x.cast.toml"],
        ["cast", book, *engine, "--cast", "x.cast.toml"],
        ["cast", book, *engine, "--cast", "evil.cast.toml"],
        ["cast", book, *engine, "--audition", "Martha"],
        ["cast", book, *engine, "--set", f"Martha={ACTS}"],
        ["cast", book, *engine, "--set", f"{ACTS}=viola"],
        ["preview", book, *engine],
        ["preview", book, *engine, "--json"],
        [*build, "--dry-run"],
        [*build, "-o", "x.mp3", "--subtitles", "vtt,srt,lrc", "--timeline"],
        [*build, "--json"],
        [*build, "--split", "chapters", "-o", "parts", "--format", "m4b"],
        *([*build, "--format", name, "-o", f"x-{name}"] for name in ("page", "podcast", "epub")),
        [*build, "--pauses", ACTS],
        [*build, "--lexicon", f"{ACTS}.toml"],
        [*build, "--cover", ACTS],
        [*build, "--format", ACTS],
        [*build, f"--{ACTS}"],
        ["play", "x.mp3", "--list"],
        ["play", book, "--json"],
        ["play", f"{ACTS}.mp3"],
        ["check", "x.mp3"],
        ["check", "x.mp3", "--json"],
        ["check", "x.vtt", "x.srt", "x-page", "x-podcast", "x-epub"],
        ["check", f"{ACTS}.mp3"],
        ["voices"],
        ["voices", "--json"],
        ["voices", "show", "evil\x1b[2J\x9b"],
        ["voices", "audition", "evil\x1b[2J\x9b"],
        ["voices", "--accent", f"x{ACTS}"],
        ["voices", "fetch", ACTS],
        ["engines"],
        ["engines", "--json"],
        ["cache"],
        ["cache", "--json", "--cache-dir", ACTS],
        [ACTS],
    ]


def list_names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*")]


@pytest.mark.parametrize("book", ["ferry.html", "wait\x1b[2J\u202e.txt"])
def test_no_command_prints_a_control_character_of_a_book(folder: Path, book: str) -> None:
    used, names, failures = set[str](), set(list_names(folder)), 0
    for command in list_commands(book):
        result = CliRunner().invoke(app, command)
        used.add(command[0])
        failures += result.exit_code != 0
        shown = repr((command, result.output, result.exception))
        assert not HOSTILE.search(result.output), shown
        assert result.exception is None or isinstance(result.exception, SystemExit), shown
        if "--json" in command and result.exit_code == 0:
            json.loads(result.stdout)
    assert used >= set(COMMANDS)
    assert failures < len(list_commands(book)) / 2
    # the names that the test itself has given are hostile
    made = [name for name in set(list_names(folder)) - names if "\x1b[2J\x1b]52" not in name]
    assert [name for name in made if HOSTILE.search(name)] == []


@pytest.mark.usefixtures("folder")
def test_json_keeps_what_it_escapes() -> None:
    script = json.loads(CliRunner().invoke(app, ["script", "ferry.html", "--json"]).stdout)
    assert "\x9b31m" in script["title"]
    assert any("\x1b]52;c;bHM=\x07" in line["text"] for line in script["lines"])


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "show",
    [
        display.print_line,
        lambda text: display.print_note(text, text),
        lambda text: display.print_table((text,), [(text,)]),
    ],
)
def test_on_a_terminal_only_the_colours_of_narrator_are_escape_sequences(
    monkeypatch: pytest.MonkeyPatch, show: Callable[[str], None]
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    show(ACTS)
    text = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    assert not HOSTILE.search(text), repr(text)
    assert "␛[2J" in text.replace("\n", "")


@pytest.mark.parametrize(
    "answer",
    [
        (400, (), f'{{"error": {{"message": {json.dumps(ACTS)}}}}}'.encode()),
        (401, (), ACTS.encode()),
        (404, (("Content-Type", "text/plain"),), ACTS.encode()),
        (404, (("Content-Type", "text/html"),), f"<title>{ACTS}</title>".encode()),
        (429, (), b'{"code": "insufficient_quota", "message": "\\u001b[2J"}'),
        (307, (("Location", "http://127.0.0.1:9/\x1b[2J"),), b""),
    ],
)
@pytest.mark.usefixtures("folder")
def test_no_answer_of_a_server_acts_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, tuple[tuple[str, str], ...], bytes],
) -> None:
    with serving(Tone(), [ACTS]) as server:
        server.troubles = [answer] * 20
        monkeypatch.setattr("time.sleep", lambda _: None)
        voices = Path(os.environ["NARRATOR_VOICES"])
        (voices / "cloud.toml").write_text(
            f'description = "x"\nengine = "server"\nvoice = "low"\n[options]\nurl = "{server.url}"\n',
            "utf-8",
        )
        for voice_names in ([ACTS], ["low"]):
            server.voices = voice_names
            result = CliRunner().invoke(app, ["voices", "audition", "cloud"])
            assert result.exit_code in (5, 6), result.output
            assert not HOSTILE.search(result.output), repr(result.output)
            assert result.stderr.count("\n") == 1
