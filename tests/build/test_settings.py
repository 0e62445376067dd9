"""The user's defaults: which file wins, and what a mistake in one says."""

from pathlib import Path
from typing import Any

import pytest

from narrator.build.settings import (
    CONFIG_VARIABLE,
    SettingKind,
    find_book_settings,
    load_settings,
    locate_user_settings,
)
from narrator.errors import LexiconError, NarratorError, OptionError, SettingsError

KINDS = {
    "format": SettingKind(str),
    "subtitles": SettingKind(str, is_comma_list=True),
    "loudness": SettingKind(str),
    "speed": SettingKind(float),
    "jobs": SettingKind(int),
    "solo": SettingKind(bool),
    "cover": SettingKind(Path),
    "cache-dir": SettingKind(str, is_location=True),
    "set": SettingKind(str, is_repeatable=True, has_pairs=True),
    "voice": SettingKind(str),
    "engine": SettingKind(str),
    "lexicon": SettingKind(Path),
    "pauses": SettingKind(str),
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book, with a place for settings beside it and for those of all books."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "user").mkdir()
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "user" / "config.toml"))
    (tmp_path / "user" / "config.toml").write_text("", "utf-8")
    return tmp_path / "shelf" / "book.txt"


def write_user(text: str) -> Path:
    locate_user_settings().write_text(text, "utf-8")
    return locate_user_settings()


def write_beside(book: Path, text: str) -> Path:
    path = book.parent / "narrator.toml"
    path.write_text(text, "utf-8")
    return path


def read_values(book: Path) -> dict[str, Any]:
    settings = load_settings([str(book)], KINDS)
    return {name: setting.value for name, setting in settings.values.items()}


def test_the_file_beside_the_book_takes_precedence(book: Path) -> None:
    user_file = write_user('format = "m4b"\nspeed = 1.2\n')
    book_file = write_beside(book, 'format = "flac"\n')
    settings = load_settings([str(book)], KINDS).values
    assert (settings["format"].value, settings["format"].file) == ("flac", book_file)
    assert (settings["speed"].value, settings["speed"].file) == (1.2, user_file)


def test_each_file_can_be_left_out(book: Path) -> None:
    write_user("speed = 1.2\n")
    write_beside(book, 'format = "flac"\n')
    assert list(load_settings([str(book)], KINDS, reads_book_file=False).values) == ["speed"]
    assert list(load_settings([str(book)], KINDS, reads_user_file=False).values) == ["format"]


CONVERTED = [
    ("solo = true", "solo", True),
    ("speed = 2", "speed", 2),
    ("jobs = 3", "jobs", 3),
    ("loudness = -18", "loudness", "-18"),
    ('subtitles = ["vtt", "srt"]', "subtitles", "vtt,srt"),
    ('cache_dir = "s3://bucket/x"', "cache-dir", "s3://bucket/x"),
    ('set = ["A=b", "C=d"]', "set", ["A=b", "C=d"]),
    ('[set]\n"Mr. A=B" = "clara"', "set", ["Mr. A=B=clara"]),
]


@pytest.mark.parametrize(("text", "name", "value"), CONVERTED)
def test_values_become_those_of_the_command_line(
    book: Path, text: str, name: str, value: object
) -> None:
    write_user(text)
    assert read_values(book) == {name: value}


def test_paths_begin_at_the_folder_of_their_file(book: Path) -> None:
    write_beside(book, 'cover = "pictures/front.png"\ncache-dir = "clips"\n')
    values = read_values(book)
    assert values["cover"] == str(book.parent / "pictures" / "front.png")
    assert values["cache-dir"] == str(book.parent / "clips")


def test_the_house_style_joins_the_lexicons_and_pauses_of_both_files(book: Path) -> None:
    write_user(
        'voice = "clara"\n[pauses]\npreset = "brisk"\nscene = 3\n[lexicon.words]\nLeith = "Leeth"\n'
    )
    write_beside(book, '[pauses]\nscene = 4\n[lexicon.words]\nLeith = "Lyth"\n[set]\nAnn = "joe"\n')
    house = load_settings([str(book)], KINDS).house
    assert house.voice == "clara"
    assert house.voices == {"Ann": "joe"}
    assert house.pauses == {"preset": "brisk", "scene": 4}
    assert [lexicon.table["words"]["Leith"] for lexicon in house.lexicons] == ["Lyth", "Leeth"]


def test_a_lexicon_and_pauses_can_be_files_of_their_own(book: Path) -> None:
    (book.parent / "words.toml").write_text('[words]\nLeith = "Leeth"\n', "utf-8")
    (book.parent / "rests.toml").write_text("[pauses]\nscene = 5\n", "utf-8")
    write_beside(book, 'lexicon = "words.toml"\npauses = "rests.toml"\n')
    house = load_settings([str(book)], KINDS).house
    assert house.lexicons[0].table == {"words": {"Leith": "Leeth"}}
    assert house.pauses == {"scene": 5}


MISTAKES: list[tuple[str, type[NarratorError], str]] = [
    ("sped = 2", SettingsError, "'sped' is not a setting: did you mean speed"),
    ("force = true", SettingsError, "'force' is not a setting"),
    ('speed = "fast"', SettingsError, 'speed = "fast" is not valid: give a number'),
    ("speed = true", SettingsError, "speed = true is not valid"),
    ("solo = 1", SettingsError, "give true or false"),
    ("jobs = 1.5", SettingsError, "give a whole number"),
    ("format = true", SettingsError, "give a text"),
    ("cover = 3", SettingsError, "give the name of a file"),
    ("subtitles = [3, true]", SettingsError, "subtitles = true is not valid"),
    ("lexicon = 3", SettingsError, "must be a table or the name of a file"),
    ('lexicon = "none.toml"', SettingsError, "none.toml"),
    ("[lexicon]\nwrds = 1", LexiconError, "wrds"),
    ('pauses = "brsk"', OptionError, "did you mean brisk"),
    ("[pauses]\nscene = 99", OptionError, "scene = 99"),
    ("speed = ", SettingsError, "is not valid TOML"),
]


@pytest.mark.parametrize(("text", "error", "message"), MISTAKES)
def test_a_mistake_is_one_line_that_names_the_file(
    book: Path, text: str, error: type[NarratorError], message: str
) -> None:
    file = write_user(text)
    with pytest.raises(error) as caught:
        load_settings([str(book)], KINDS)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_file_that_the_variable_names_must_exist(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, "nowhere.toml")
    with pytest.raises(SettingsError, match=r"nowhere\.toml can't be read"):
        load_settings([str(book)], KINDS)


def test_the_usual_file_need_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    assert locate_user_settings().name == "config.toml"
    assert load_settings([], KINDS).values == {}


def test_the_settings_of_a_folder_lie_in_it_or_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "novel"
    folder.mkdir()
    beside = tmp_path / "narrator.toml"
    beside.write_text("speed = 1.1\n", "utf-8")
    assert find_book_settings([str(folder)]) == beside
    inside = folder / "narrator.toml"
    inside.write_text("speed = 1.2\n", "utf-8")
    assert find_book_settings([str(folder)]) == inside


def test_books_in_several_folders_have_no_settings_in_common(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "narrator.toml").write_text("", "utf-8")
    assert (
        find_book_settings([str(tmp_path / "a" / "1.txt"), str(tmp_path / "b" / "2.txt")]) is None
    )
    assert find_book_settings(["-"]) is None
