"""The commands' options: made from `Options`, and the same on every command that has them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner, Result

from narrator import registry
from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.audio.pauses import PAUSE_PRESETS
from narrator.build.options import Stage
from narrator.cli import command_options as opt
from narrator.cli.main import COMMANDS, app
from narrator.errors import OptionError
from narrator.inspection import LIMIT_PROFILES

STAGES = {
    "script": Stage.READING,
    "cast": Stage.CASTING,
    "preview": Stage.SPEAKING,
    "build": Stage.BUILDING,
}
COMMAND_LINE: Any = typer.main.get_command(app)


def parameters_of(command: str) -> dict[str, Any]:
    return {parameter.name: parameter for parameter in COMMAND_LINE.commands[command].params}


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", STAGES)
def test_a_command_offers_the_options_of_all_stages_up_to_its_own(command: str) -> None:
    offered = {
        parameter.name
        for offer in opt._FIELD_PARAMETERS.values()
        for parameter in offer.parameters
        if offer.is_offered(parameter, STAGES[command])
    }
    assert offered <= set(parameters_of(command))


@pytest.mark.parametrize("command", ["script", "cast", "preview"])
def test_an_option_is_the_same_on_every_command(command: str) -> None:
    build = parameters_of("build")
    shared = [p for name, p in parameters_of(command).items() if name in build]
    assert len(shared) > 8
    for parameter in shared:
        if parameter.name in ("output", "as_json", "source"):
            continue  # options of the command itself
        twin = build[parameter.name]
        facts = [(p.opts, p.help, p.default, p.metavar, p.type.name) for p in (parameter, twin)]
        assert facts[0] == facts[1]


@pytest.mark.parametrize(
    "command", ["build", "preview", "script", "cast", "voices", "engines", "cache"]
)
def test_every_command_that_caches_may_be_told_where(command: str) -> None:
    assert parameters_of(command)["cache_dir"].opts == ["--cache-dir"]


def test_values_of_parameters_become_options() -> None:
    options = opt.make_options({"speed": 1.5, "set": ["Anne=flute"], "cast": Path("a.toml")})
    assert (options.speed, options.assign, options.cast_file) == (
        1.5,
        {"Anne": "flute"},
        Path("a.toml"),
    )
    assert options.format == "mp3"


def test_some_of_the_parameters_of_a_field_are_enough() -> None:
    assert opt.make_options({"language": "de"}).about == {"language": "de"}
    assert opt.make_options({"notes": "inline"}).policy.notes == "inline"


def test_a_value_that_is_not_valid_is_an_option_error() -> None:
    with pytest.raises(OptionError, match="--matter"):
        opt.make_options({"matter": "perhaps"})


def test_a_decorated_command_is_given_options_and_its_own_values() -> None:
    received: dict[str, Any] = {}

    @opt.add_build_options(Stage.READING)
    def command(name: str = "x", *, options: Any) -> None:
        """Explain."""
        received.update(name=name, options=options)

    command(name="y", language="fr", matter="keep", notes="skip", images="skip", cues="skip")
    assert received["name"] == "y"
    assert received["options"].about == {"language": "fr"}
    assert received["options"].policy.matter == "keep"
    assert command.__doc__ == "Explain."


HELP_LISTS = [
    ("build", "--format", registry.list_plugins("exporters")),
    ("build", "--engine", registry.list_plugins("engines")),
    ("voices", "--engine", registry.list_plugins("engines")),
    ("preview", "--pauses", tuple(PAUSE_PRESETS)),
    ("preview", "--loudness", tuple(LOUDNESS_PROFILES)),
    ("check", "--profile", tuple(set(LIMIT_PROFILES) - {"file"})),
]


@pytest.mark.parametrize(("command", "flag", "names"), HELP_LISTS)
def test_the_help_lists_what_there_is(command: str, flag: str, names: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [command, "--help"]).output
    # an option begins two spaces from the edge, and its text goes on further to the right
    [row] = [text for text in re.split(r"\n  (?=-)", shown) if re.match(rf"{flag}\b", text)]
    for name in names:
        assert re.search(rf"\b{name}\b", row), name


@pytest.mark.parametrize("command", COMMANDS)
def test_no_placeholder_is_left_in_the_help(command: str) -> None:
    shown = invoke(command, "--help").output
    assert not re.search(rf"\{{({'|'.join(opt._PLACEHOLDER_LISTS)})\}}", shown)


@pytest.mark.parametrize("command", ["--help", *COMMANDS])
def test_help_loads_neither_engines_nor_heavy_libraries(command: str) -> None:
    arguments = [command] if command == "--help" else [command, "--help"]
    code = (
        "import sys; from narrator.cli.start import main\n"
        f"sys.argv = ['narrator', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True).stderr.split()
    assert {"numpy", "nltk", "pydub", "pyttsx3", "lxml", "soundfile", "soxr"}.isdisjoint(loaded)
    assert [name for name in loaded if name.startswith("narrator.engines.")] == []


# ---------------------------------------------------------------------------------- reading


@pytest.fixture
def wordless_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A story of so few words that its language can not be recognised."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "story.txt"
    path.write_text("ANNA\n\n3 Anna 5 Berta.\n\n7 Anna 9.\n", "utf-8")
    return path


def read_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_script_reads_in_the_language_that_is_named(wordless_story: Path) -> None:
    by_default = read_json(invoke("script", wordless_story, "--json"))
    assert "three Anna" in "".join(line["spoken"] for line in by_default["lines"])
    told = read_json(invoke("script", wordless_story, "--language", "de", "--json"))
    assert told["language"] == "de"
    assert "drei Anna" in "".join(line["spoken"] for line in told["lines"])


def test_a_script_that_was_edited_is_spoken_in_the_language_that_is_named(
    wordless_story: Path,
) -> None:
    assert invoke("script", wordless_story, "-o", "edited.script").exit_code == 0
    told = read_json(invoke("script", "edited.script", "--language", "de", "--json"))
    assert "drei Anna" in "".join(line["spoken"] for line in told["lines"])


@pytest.mark.parametrize(
    ("command", "rest"),
    [
        ("build", ["--engine", "tone", "--dry-run", "--json"]),
        ("preview", ["--engine", "tone", "--json"]),
        ("script", ["--json"]),
        ("cast", ["--engine", "tone", "--json"]),
    ],
)
@pytest.mark.parametrize(
    "options",
    [
        ["--language", "de"],
        ["--lexicon", "words.toml"],
        ["--matter", "keep"],
        ["--notes", "inline"],
        ["--images", "keep"],
        ["--cues", "speak"],
        ["--cache-dir", "elsewhere"],
    ],
    ids=lambda options: options[0],
)
def test_the_options_of_reading_work_wherever_a_book_is_read(
    wordless_story: Path, command: str, rest: list[str], options: list[str]
) -> None:
    Path("words.toml").write_text('[words]\nAnna = "Ahna"\n', "utf-8")
    read_json(invoke(command, wordless_story, *options, *rest))
    if options[0] == "--cache-dir" and command != "preview":
        assert list(Path("elsewhere").rglob("script/*/*"))


def test_a_preview_is_spoken_in_the_language_that_is_named(wordless_story: Path) -> None:
    notes = invoke(
        "preview", wordless_story, "-p", 2, "--engine", "tone", "--language", "de"
    ).stderr
    assert "--language de" in notes
    read_json(invoke("script", wordless_story, "--language", "de", "--json"))
    assert (
        invoke("preview", wordless_story, "-p", 2, "--engine", "tone", "--language", "de").stderr
        == ""
    )


def test_front_matter_is_kept_by_every_command_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    book = tmp_path / "book.html"
    book.write_text(
        "<html><body><h1>One</h1><p>The ferry had gone.<img src='a.png' alt='A ferry'></p>"
        "</body></html>",
        "utf-8",
    )
    with_images = read_json(invoke("script", book, "--images", "keep", "--json"))
    assert "A ferry" in "".join(line["text"] for line in with_images["lines"])
    heard = read_json(invoke("preview", book, "--images", "keep", "--engine", "tone", "--json"))
    assert "A ferry" in "".join(line["text"] for line in heard["lines"])


def test_a_cast_file_that_is_named_brings_its_lexicon_to_the_script(wordless_story: Path) -> None:
    Path("other.toml").write_text('[lexicon.words]\nAnna = "Ahna"\n', "utf-8")
    told = read_json(invoke("script", wordless_story, "--cast", "other.toml", "--json"))
    assert "Ahna" in "".join(line["spoken"] for line in told["lines"])


def test_an_audition_caches_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke("voices", "audition", "flute", "--text", "Hello.", "--cache-dir", "elsewhere")
    assert result.exit_code == 0, result.output
    assert list(Path("elsewhere").rglob("clip/*/*"))
