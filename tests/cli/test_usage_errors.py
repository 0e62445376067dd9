"""A wrong command line is one line that says what is wrong and what to do next."""

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator import registry
from narrator.cli.main import app

MISTYPED = [
    (["biuld", "x"], "there is no command 'biuld': did you mean build?"),
    (["build", "x.txt", "--fomat", "mp3"], "there is no option --fomat: did you mean --format?"),
    (["build", "x.txt", "-z"], "there is no option -z: `"),
    (["build"], "INPUT is missing: `"),
    (["build", "x.txt", "--speed", "fast"], "--speed 'fast' is not valid: give a number"),
    (["build", "x.txt", "--jobs", "1.5"], "--jobs '1.5' is not valid: give a whole number"),
    (["build", "x.txt", "--speed"], "--speed needs a value: `"),
    (["preview", "x.txt", "-p", "one"], "--paragraph 'one' is not valid: give a whole number"),
    (["voices", "lst"], "ACTION 'lst' is not known: did you mean list?"),
    (["cache", "claer"], "ACTION 'claer' is not known: did you mean clear?"),
    (["share", "x", "--port", "99999"], "--port 99999 is not valid: give 0 to 65535"),
    (["share", "x", "--port", "x"], "--port 'x' is not valid: give a whole number"),
    (["studio", "--port", "99999"], "--port 99999 is not valid: give 0 to 65535"),
    (["engines", "foo"], "the command does not take 'foo': `"),
    (["help", "phon"], "there is no help on 'phon': did you mean phone?"),
    (["setup", "pipr"], "no extra is called 'pipr': did you mean piper?"),
    (["--vresion"], "there is no option --vresion: did you mean --version?"),
]
VALUES = [
    ("--format mp4", "no format is called 'mp4': did you mean mp3 or m4b?"),
    ("-o out.xyz", "no format is called 'xyz': there are "),
    ("-o out.m4b --format mp3", "--format mp3 does not go with a name that ends with .m4b: "),
    ("--speed 0", "--speed 0 is not valid: give 0.25 to 4 times the usual speed"),
    ("--jobs 0", "--jobs 0 is not valid: use 1 or more"),
    ("--takes 99", "--takes 99 is not valid: give 1 to 9 takes"),
    ("--bit-rate 9999", "--bit-rate 9999 is not valid: use 16 to 320 kilobits per second"),
    ("--pauses brsk", "--pauses 'brsk' is not known: did you mean brisk?"),
    ("--pauses x", "--pauses 'x' is not known: choose natural, brisk, slow, steady or a TOML file"),
    ("--loudness loud", "--loudness 'loud' is not known: choose "),
    ("--loudness 5", "--loudness 5 is not valid for speech: choose from -40 (faint) to -8"),
    ("--chapters three", "--chapters 'three' is not valid: write it as 1-3, or 7"),
    ("--chapters 3-1", "--chapters '3-1' is not valid: write it as 1-3, or 7"),
    ("--split halves", "--split 'halves' is not valid: write chapters, a length such as 30min"),
    ("--split 0min", "--split '0min' is not valid: give "),
    ("--language Germann", "--language 'Germann' is not known: did you mean German?"),
    ("--language 12", "--language '12' is not known: use a tag such as de or pt-BR"),
    ("--year soon", "--year 'soon' is not valid: write it as 1815 or 1815-12-23"),
    ("--isbn 12", "--isbn '12' is not an ISBN: check its digits"),
    ("--asin x", "--asin 'x' is not valid: it has ten characters"),
    ("--tag foo", "--tag 'foo' is not valid: write it as \"MOOD=Calm\""),
    ("--subtitles doc", "--subtitles 'doc' is not known: choose srt, vtt or lrc"),
    ("--matter maybe", "--matter 'maybe' is not known: choose skip or keep"),
    ("--notes maybe", "--notes 'maybe' is not known: choose skip, inline or chapter-end"),
    ("--delivery loud", "--delivery 'loud' is not known: choose natural or plain"),
    ("--foreign x", "--foreign 'x' is not known: choose own or same"),
    ("--podcast-url x", "--podcast-url 'x' is not valid: write it as https://"),
    ("--set Martha", "--set 'Martha' is not valid: write it as \"Elizabeth=clara\""),
    ("--again ,", "--again names no line: give numbers such as 3.12.2, or suspect"),
    ("--output-template {autor}", "--output-template '{autor}' has an unknown field 'autor': did"),
    ("--output-template {author", "--output-template '{author' is not valid: "),
    ("--correct 1.2", "--correct '1.2' is not valid: write it as \"3.12.2=Elizabeth\""),
    ("--same A", "--same 'A' is not valid: write it as \"Lizzy=Elizabeth\""),
    ("--say Zyx=Zix", "--say 'Zyx=Zix': the book does not have the word 'Zyx': "),
    ("--gender Martha=girl", "--gender 'Martha=girl' is not valid: give female or male"),
    ("--cover no.jpg", "--cover no.jpg does not exist: check the path"),
    ("--lexicon no.toml", "the lexicon no.toml can't be read: "),
    ("--voice=", "--voice is empty: give a value, or remove it"),
    ("--output=", "--output is empty: give a value, or remove it"),
    ("--output-template=", "--output-template is empty: give a value, or remove it"),
    ("--cluster=", "--cluster is empty: give a value, or remove it"),
    ("--speed 1,5", "--speed '1,5' is not valid: give a number"),
    ("--speed nan", "--speed nan is not valid: give 0.25 to 4 times the usual speed"),
    ("--chapters 9", "there is no chapter 9: choose from 1 to 2"),
    ("--again 99.1.1", "--again 99.1.1: there is no line 99.1.1: `"),
    ("--again 1.2-1.1", "--again 1.2-1.1 ends before it begins: put the first line first"),
]
"""Options of `narrator build` with a value that is not valid."""
NAMES = [
    (
        "build the-fery.txt",
        3,
        "the-fery.txt can't be read: No such file or directory: did you mean",
    ),
    (
        "build https://example.org/book.epub",
        3,
        "https://example.org/book.epub can't be read: No such file or directory: download it first",
    ),
    ("build empty", 3, "empty is a folder without a book or text in it: name a file"),
    ("build zero.txt", 3, "zero.txt is empty: name a file with text in it"),
    ("build picture.png", 3, "picture.png is a picture: convert it to EPUB or text first"),
    ("build broken.epub", 3, "broken.epub is damaged: "),
    ("build the-ferry.txt the-ferry.txt", 2, "the-ferry.txt is named twice: name it once"),
    ("build the-ferry.txt --voice flut", 5, "no voice is called 'flut': did you mean flute?"),
    ("build the-ferry.txt --engine ton", 6, "no engine is called 'ton': did you mean tone?"),
    ("build the-ferry.txt --set Marta=viola", 5, "nobody called 'Marta' speaks in this book: did"),
    ("preview the-ferry.txt -c 7", 2, "there is no chapter 7: choose from 1 to 2"),
    ("preview the-ferry.txt -p 99", 2, "there is no paragraph 99: choose from 1 to 6"),
    ("script the-ferry.txt --chapter 9", 2, "there is no chapter 9: choose from 1 to 2"),
    ("script the-ferry.txt --who Martin", 5, "nobody called 'Martin' speaks: did you mean Martha"),
    ("script the-ferry.txt --find zebra", 2, "no line matches --find 'zebra': look for fewer"),
    ("cast the-ferry.txt --audition Quincy", 5, "nobody called 'Quincy' speaks: there are "),
    ("voices show flut", 5, "no voice is called 'flut': did you mean flute?"),
    ("voices show nobody-at-all", 5, "no voice is called 'nobody-at-all': `"),
    ("voices --gender femal", 2, "no voice has the gender 'femal': did you mean female?"),
    ("voices --language Germann", 2, "--language 'Germann' is not known: did you mean German?"),
    ("voices fetch nothing", 5, "no model is called 'nothing': name a voice that `"),
    ("check the-fery.mp3", 3, "the-fery.mp3 is not a file: did you mean the-ferry.txt?"),
    ("check the-ferry.txt --profile acxx", 2, "no profile is called 'acxx': did you mean acx?"),
    ("share no.mp3", 3, "no.mp3 does not exist: check the path"),
    ("share empty", 3, "empty has no files in it: name an audiobook"),
    ("play no.mp3", 3, "no.mp3 does not exist: check the path"),
    ("config zebra.epub", 3, "zebra.epub does not exist: check the path"),
    (
        "studio zebra.epub --no-browser",
        3,
        "zebra.epub can't be read: No such file or directory: check",
    ),
]
"""Names of what does not exist, or can't be read; with the exit code."""
COMBINATIONS = [
    ("build the-ferry.txt --format flac --bit-rate 64", "--bit-rate does not go with flac"),
    (
        "build the-ferry.txt --format epub --split chapters",
        "--split does not go with --format epub",
    ),
    (
        "build the-ferry.txt --quiet --verbose",
        "--quiet does not go with --verbose: use one of them",
    ),
    ("build the-ferry.txt --solo --set Martha=viola", "--set does not go with --solo: use one"),
    (
        "build the-ferry.txt --no-side-files --same A=B",
        "corrections need the files beside the book",
    ),
    ("cast the-ferry.txt --voices viola", "--voices needs --audition NAME: add it, or remove"),
    ("cast the-ferry.txt --interactive --json", "--json does not go with --interactive: use one"),
    ("cast the-ferry.txt --interactive", "--interactive needs a terminal: `"),
    ("script the-ferry.txt --skipped --uncertain", "--uncertain does not go with --skipped: use"),
    ("script the-ferry.txt -o x.docx", "-o x.docx: a script is text or JSON: write -o x.script"),
    ("voices ", "ACTION is empty: give a value, or remove it"),
    ("build ", "INPUT is empty: give a value, or remove it"),
    ("voices show", "voices show needs the name of a voice: `"),
    ("voices audition", "an audition needs a voice: name some, or hear all with --all; `"),
    ("voices audition viola --all", "--all does not go with viola: use one of them"),
    ("voices show viola --play", "--play needs `voices audition`: type `"),
    ("voices viola", "ACTION 'viola' is not known: "),
    ("voices fetch", "voices fetch needs the name of a voice or a model: `"),
    ("voices --from x", "--from needs `voices fetch`: type `"),
    ("check x.mp3 --model tiny", "--model needs --against BOOK: add it, or remove --model"),
    ("check x.mp3 --against x --profile acx", "--profile does not go with --against: use one"),
]
"""Options that make no sense together, or alone."""


def check_error(arguments: list[str], exit_code: int, message: str) -> None:
    """Check that a command fails with a message on one line, and prints nothing else."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == exit_code, result.output
    [line] = result.stderr.splitlines()
    assert line.startswith(f"narrator: {message}")
    assert ": " in line.removeprefix("narrator: "), "there is no next step"
    assert result.stdout == ""


@pytest.fixture(autouse=True)
def books(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a book, and with what is none."""
    monkeypatch.chdir(story.parent)
    Path("empty").mkdir()
    for name, content in (
        ("zero.txt", ""),
        ("picture.png", "\x89PNG\r\n\x1a\n"),
        ("broken.epub", "x"),
    ):
        Path(name).write_bytes(content.encode("latin-1"))


@pytest.mark.parametrize(("arguments", "message"), MISTYPED)
def test_what_is_mistyped_is_one_line_with_a_next_step(arguments: list[str], message: str) -> None:
    check_error(arguments, 2, message)


@pytest.mark.parametrize(("options", "message"), VALUES)
def test_a_value_that_is_not_valid_is_one_line_with_a_next_step(options: str, message: str) -> None:
    check_error(["build", "the-ferry.txt", *options.split()], 2, message)


@pytest.mark.parametrize(("command", "exit_code", "message"), NAMES)
def test_an_unknown_name_is_one_line_with_a_next_step(
    command: str, exit_code: int, message: str
) -> None:
    check_error(command.split(), exit_code, message)


@pytest.mark.parametrize(("command", "message"), COMBINATIONS)
def test_options_that_make_no_sense_are_one_line_with_a_next_step(
    command: str, message: str
) -> None:
    check_error(command.split(" "), 2, message)


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("studio the-ferry.txt", "narrator.studio"),
        ("build the-ferry.txt --cluster a:1", "narrator.synthesis.cluster"),
        ("build the-ferry.txt --engine kokoro", "narrator.engines.kokoro"),
    ],
)
def test_a_missing_extra_is_one_line_with_the_command_that_adds_it(
    command: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    registry._load_plugin.cache_clear()
    check_error(command.split(), 9, "")


def test_no_arguments_show_the_help() -> None:
    assert "Usage" in CliRunner().invoke(app, []).output
