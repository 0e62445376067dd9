"""What the documentation shows is true."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.audio import pauses
from narrator.build.settings import load_settings
from narrator.casting.cast_file import read_cast_file
from narrator.casting.profiles import read_voice_profile
from narrator.cli.main import COMMANDS, app
from narrator.cli.setting_defaults import list_setting_kinds
from narrator.normalisation.lexicon import load_lexicon
from narrator.scripts import corrections
from narrator.scripts.text_syntax import CHARACTER_ATTRIBUTES, SCRIPT_MARK_REASON
from tests.scripts import sample_scripts

ROOT = Path(__file__).parents[1]
FILES = (ROOT / "docs" / "files.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def _example(name: str) -> str:
    found = re.search(rf'```toml title="{name}"\n(.*?)```', FILES, re.DOTALL)
    assert found, name
    return found[1]


def read_settings_file(path: Path) -> object:
    path.rename(path.with_name("narrator.toml"))
    settings = load_settings([str(path)], list_setting_kinds())
    assert set(settings.values) == {
        *("format", "subtitles", "voice", "bit-rate", "pauses", "lexicon", "set")
    }
    return settings


READ_BY: list[tuple[str, Callable[[Path], object]]] = [
    ("cast", read_cast_file),
    ("pauses", lambda path: pauses.load_pauses(str(path))),
    ("lexicon", load_lexicon),
    ("voice", read_voice_profile),
    ("corrections", corrections.load_corrections),
    ("settings", read_settings_file),
]


@pytest.mark.parametrize(("name", "read"), READ_BY)
def test_every_example_of_a_file_is_understood(
    tmp_path: Path, name: str, read: Callable[[Path], object]
) -> None:
    path = tmp_path / "example.toml"
    path.write_text(_example(name), "utf-8")
    assert read(path)


def test_the_script_shown_says_what_is_told_of_it() -> None:
    found = re.search(r"```script\n(.*?)```", FILES, re.DOTALL)
    assert found
    script = sample_scripts.read(found[1])
    said = {line.text: line.speaker for line in script.lines if line.speaker}
    assert said == {
        "“We shall have to wait,”": "Martha Quill",
        "“Wait?”": "Mr. Hobday",
        "“I have waited since noon!": "Mr. Hobday",
        "I will wait no more.”": "Mr. Hobday",
    }
    assert [s.reason for s in script.book.skipped if s.reason != SCRIPT_MARK_REASON] == [
        "scene break",
        "footnote mark",
    ]
    assert script.book.metadata.author == "Ann Miller"


@pytest.mark.parametrize("attribute", CHARACTER_ATTRIBUTES)
def test_all_that_a_character_may_be_is_told(attribute: str) -> None:
    assert f"`{attribute}`" in FILES


def test_the_pauses_shown_are_the_natural_ones() -> None:
    shown = pauses.parse_pauses(tomllib.loads(_example("pauses")))
    assert shown == pauses.PAUSE_PRESETS["natural"]
    assert len(tomllib.loads(_example("pauses"))) == len(pauses.Pauses.__slots__) + 1


def test_every_option_in_the_readme_exists() -> None:
    helps = "".join(
        CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
        for command in COMMANDS
    )
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - {"--help", "--from"}
    assert options
    assert [option for option in sorted(options) if option not in helps] == []


def test_every_exit_code_in_the_readme_is_an_errors() -> None:
    from narrator import errors  # noqa: PLC0415 - walked whole

    codes = {
        each.exit_code
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.NarratorError)
    }
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert shown == codes | {1}
