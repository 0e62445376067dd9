"""Settings files take the place of options, and `narrator config` shows them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from narrator.build.settings import CONFIG_VARIABLE
from narrator.cli.main import app


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's settings file, which is empty at first."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text("", "utf-8")
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    monkeypatch.delenv("NARRATOR_ENGINE", raising=False)
    return path


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def read_json(*arguments: object) -> Any:
    result = invoke(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_settings_take_the_place_of_missing_options(config: Path, story: Path) -> None:
    config.write_text('format = "wav"\nsubtitles = ["vtt"]\nengine = "tone"\n', "utf-8")
    made = read_json("build", story, "--jobs", 1)
    assert [Path(file).name for file in made["files"]] == ["the-ferry.wav"]
    assert {Path(file).suffix for file in made["companions"]} == {".vtt"}


def test_the_command_line_wins(config: Path, story: Path) -> None:
    config.write_text('format = "wav"\nengine = "tone"\nsolo = true\nvoice = "horn"\n', "utf-8")
    made = read_json("build", story, "--jobs", 1, "-o", "x.flac")
    assert made["files"] == ["x.flac"]
    cast = read_json("cast", story, "--no-solo", "--voice", "bass")
    assert cast["narrator"] == "bass"
    assert len({character["voice"] for character in cast["characters"]} | {"bass"}) > 1
    assert read_json("cast", story)["narrator"] == "horn"
    assert read_json("cast", story, "--no-config", "--engine", "tone")["narrator"] != "horn"


def test_the_cast_file_of_a_book_wins_over_settings(config: Path, story: Path) -> None:
    config.write_text('voice = "horn"\nengine = "tone"\n[set]\nMartha = "bass"\n', "utf-8")
    voices = {c["name"]: c["voice"] for c in read_json("cast", story)["characters"]}
    assert voices["Martha"] == "bass"
    story.with_name("the-ferry.cast.toml").write_text(
        'narrator = "viola"\n[cast]\nMartha = "flute"\n', "utf-8"
    )
    cast = read_json("cast", story)
    assert cast["narrator"] == "viola"
    assert {c["name"]: c["voice"] for c in cast["characters"]}["Martha"] == "flute"
    without = read_json("cast", story, "--no-side-files")
    assert without["narrator"] == "horn"


def test_voices_for_characters_of_other_books_are_ignored(config: Path, story: Path) -> None:
    config.write_text('engine = "tone"\n[set]\n"Somebody Else" = "bass"\n', "utf-8")
    assert read_json("cast", story)["notes"] == []


def test_the_house_lexicon_yields_to_the_lexicon_of_the_book(config: Path, story: Path) -> None:
    config.write_text('[lexicon.words]\nMartha = "Mahta"\nHobday = "Hobdy"\n', "utf-8")
    story.with_name("the-ferry.cast.toml").write_text(
        '[lexicon.words]\nMartha = "Marta"\n', "utf-8"
    )
    spoken = " ".join(line["spoken"] for line in read_json("script", story)["lines"])
    assert "Marta" in spoken
    assert "Mahta" not in spoken
    assert "Hobdy" in spoken


def test_filters_of_voices_are_not_settings(config: Path) -> None:
    config.write_text('engine = "tone"\nlanguage = "de"\n', "utf-8")
    engines = {voice["engine"] for voice in read_json("voices")}
    assert {"tone", "pyttsx3"} <= engines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("speed = 99", "--speed 99"),
        ('matter = "perhaps"', "--matter 'perhaps'"),
        ('voice = "clar"', "no voice is called 'clar'"),
        ('engine = "pipr"', "no engine is called 'pipr'"),
        ('format = "m5b"', "did you mean m4b"),
        ("loudness = -200", "-200"),
    ],
)
def test_an_error_about_a_setting_names_its_file(
    config: Path, story: Path, text: str, message: str
) -> None:
    config.write_text(text, "utf-8")
    result = invoke("build", story, "--dry-run")
    assert result.exit_code in {2, 5, 6}, result.output
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"narrator: {config}: ")
    assert message in result.stderr


def test_help_is_shown_despite_a_broken_file(config: Path) -> None:
    config.write_text("x", "utf-8")
    assert invoke("build", "--help").exit_code == 0
    broken = invoke("build", "book.txt")
    assert broken.exit_code == 2
    assert "is not valid TOML" in broken.stderr


def test_config_shows_each_value_and_where_it_comes_from(config: Path, story: Path) -> None:
    config.write_text('format = "m4b"\nspeed = 1.5\n', "utf-8")
    beside = story.with_name("narrator.toml")
    beside.write_text("speed = 1.25\n", "utf-8")
    rows = {row["setting"]: row for row in read_json("config", story)}
    assert (rows["format"]["value"], rows["format"]["from"]) == ("m4b", str(config))
    assert (rows["speed"]["value"], rows["speed"]["from"]) == (1.25, str(beside))
    assert rows["matter"] == {"setting": "matter", "value": "skip", "from": "default"}
    assert "force" not in rows
    shown = invoke("config", story).output
    assert "1.25" in shown
    assert "matter" not in shown


def test_config_checks_the_values(config: Path) -> None:
    config.write_text("speed = 99\n", "utf-8")
    assert "--speed 99" in invoke("config").stderr


@pytest.mark.parametrize(
    ("setting", "option"),
    [
        ("bit-rate = 64", "--format flac"),
        ("bit-rate = 64", "-o x.wav"),
        ("quiet = true", "--verbose"),
        ("verbose = true", "--quiet"),
        ("solo = true", "--set Martha=viola"),
    ],
)
def test_a_setting_that_the_command_line_contradicts_is_left_aside(
    config: Path, story: Path, setting: str, option: str
) -> None:
    config.write_text(f'{setting}\nengine = "tone"\n', "utf-8")
    result = invoke("build", story, "--jobs", 1, "--dry-run", *option.split())
    assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("config")
def test_settings_of_one_of_several_folders_are_not_left_aside_without_a_word(
    story: Path, tmp_path: Path
) -> None:
    books = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        books.append(tmp_path / name / f"book-{name}.epub.txt")
        books[-1].write_text(story.read_text("utf-8"), "utf-8")
    (tmp_path / "a" / "narrator.toml").write_text("solo = true\n", "utf-8")
    result = invoke("build", *books, "--engine", "tone", "--dry-run", "--one-book")
    assert result.exit_code == 0, result.output
    assert f"{tmp_path / 'a' / 'narrator.toml'} not used, as the books lie" in result.stderr
