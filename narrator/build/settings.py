"""Reads the user's defaults: `config.toml` for all books, and `narrator.toml` beside a book.

The keys are the long names of options, without the two dashes::

    format = "m4b"
    subtitles = ["vtt", "srt"]
    voice = "clara"
    pauses = "brisk"            # or a table [pauses]
    lexicon = "house.toml"      # or a table [lexicon.words]

An option on the command line takes precedence over the file beside the book, and that one over the
file for all books. What `HouseStyle` holds also yields to the book's cast file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from narrator.audio.pauses import merge_pauses, parse_pauses
from narrator.build.book_files import STANDARD_INPUT, locate_beside_book
from narrator.build.house_style import HouseLexicon, HouseStyle
from narrator.errors import SettingsError
from narrator.files.atomic import write_atomically
from narrator.files.existence import is_file, is_folder
from narrator.files.toml_files import TomlFileError, parse_editable, read_toml
from narrator.normalisation.lexicon import parse_lexicon
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USER_FILE_NAME = "config.toml"
BOOK_FILE_NAME = "narrator.toml"
CONFIG_VARIABLE = "NARRATOR_CONFIG"
"""The environment variable that names another file in place of the user's `config.toml`."""
HOUSE_KEYS = ("voice", "engine", "set", "lexicon", "pauses")
"""The settings that a book's cast file takes precedence over."""
_TABLE_KEYS = ("lexicon", "pauses")
"""The settings that may be a table, or the name of a file with that table."""
_URL_MARK = "://"


@dataclass(frozen=True, slots=True)
class SettingKind:
    """The values that a setting takes."""

    value_type: type
    """`bool`, `int`, `float`, `str` or `Path`."""
    is_repeatable: bool = False
    """Whether the option may be given several times."""
    has_pairs: bool = False
    """Whether the value is of the form NAME=VALUE; a table gives several."""
    is_comma_list: bool = False
    """Whether the option takes several values with commas between them."""
    is_location: bool = False
    """Whether the value is a path or a URL, although its type is `str`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a setting, as the command line would have it, and the file it comes from."""

    value: Any
    file: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings that apply to a command."""

    values: Mapping[str, Setting] = field(default_factory=dict)
    """By the long names of options without dashes: "bit-rate". The `HOUSE_KEYS` are here too."""
    house: HouseStyle = field(default_factory=HouseStyle)


def locate_user_settings() -> Path:
    """Return where the settings for all books are read from, whether or not there is a file."""
    if named_file := os.environ.get(CONFIG_VARIABLE):
        return Path(named_file)
    return user_config_path("narrator") / USER_FILE_NAME


def save_setting(name: str, value: str | float | bool) -> None:
    """Write a setting into the user's file for all books; the rest of the file stays as it is.

    Raises:
        SettingsError: the file can't be read.
        OutputError: the file can't be written.
    """
    import tomlkit  # noqa: PLC0415 - most commands only read

    path = locate_user_settings()
    try:
        document = parse_editable(path) if is_file(path) and read_toml(path) else tomlkit.document()
    except TomlFileError as error:
        raise SettingsError(f"{path} {error}", "correct the file") from error
    document[name] = value
    # a link to a file elsewhere, as people have who share their settings, stays a link
    with write_atomically(path.resolve()) as part:
        part.write_text(tomlkit.dumps(document), "utf-8")


def find_book_settings(paths: Sequence[str]) -> Path | None:
    """Return the settings beside a book, or in the folder that is the book; None without a file."""
    folders = _list_book_folders(paths)
    if len(folders) != 1:
        return None
    [folder] = folders
    candidates = [folder / BOOK_FILE_NAME]
    if paths and is_folder(Path(paths[0])):
        candidates.append(locate_beside_book(paths[0], "").parent / BOOK_FILE_NAME)
    return next((file for file in candidates if is_file(file)), None)


def list_unused_settings(paths: Sequence[str]) -> list[Path]:
    """Return the settings beside books that apply to none, as the books lie in several folders."""
    folders = _list_book_folders(paths)
    files = (folder / BOOK_FILE_NAME for folder in sorted(folders))
    return [file for file in files if is_file(file)] if len(folders) > 1 else []


def _list_book_folders(paths: Sequence[str]) -> set[Path]:
    """Return the folders in which the settings of books lie: beside a file, or in a folder."""
    return {
        Path(path) if is_folder(Path(path)) else locate_beside_book(path, "").parent
        for path in paths
        if path != STANDARD_INPUT
    }


def locate_book_settings(paths: Sequence[str]) -> Path:
    """Return where the settings beside a book are written: the file that is read, if there is one.

    Raises:
        SettingsError: the book is not a single file or folder.
    """
    if len(paths) != 1 or paths[0] == STANDARD_INPUT:
        raise SettingsError(
            "settings are read beside a single book", "name one file, or one folder"
        )
    return find_book_settings(paths) or locate_beside_book(paths[0], "").parent / BOOK_FILE_NAME


def load_settings(
    paths: Sequence[str],
    kinds: Mapping[str, SettingKind],
    *,
    reads_book_file: bool = True,
    reads_user_file: bool = True,
) -> Settings:
    """Return the settings that apply to a book.

    Args:
        paths: The files or folders of the book; empty for the settings of all books.
        kinds: The settings that exist, by name.
        reads_book_file: Whether the file beside the book is read.
        reads_user_file: Whether the user's file for all books is read.

    Raises:
        SettingsError: a file can't be read, or has an unknown key or a value of the wrong type.
        LexiconError: a lexicon is not valid.
        OptionError: the pauses are not valid.
    """
    user_file = locate_user_settings()
    is_named = bool(os.environ.get(CONFIG_VARIABLE))
    files = [find_book_settings(paths)] if reads_book_file else []
    files.append(user_file if reads_user_file and (is_named or is_file(user_file)) else None)
    read_files = [(file, _read_settings_file(file, kinds)) for file in files if file is not None]
    values: dict[str, Setting] = {}
    for file, content in read_files:
        for name, value in content.items():
            values.setdefault(name, Setting(value, file))
    house = _make_house_style(read_files)
    return Settings(values, house)


def _read_settings_file(file: Path, kinds: Mapping[str, SettingKind]) -> dict[str, Any]:
    """Return the settings in a file by name, with values as the command line would have them.

    Raises:
        SettingsError: the file can't be read, or has an unknown key or a value of the wrong type.
    """
    try:
        content = read_toml(file)
    except TomlFileError as error:
        raise SettingsError(f"{file} {error}", "correct the file, or add --no-config") from error
    settings = {}
    for key, value in content.items():
        name = key.replace("_", "-")
        if name not in kinds:
            raise SettingsError(f"{file}: '{key}' is not a setting", did_you_mean(name, kinds))
        if name in _TABLE_KEYS:
            settings[name] = _read_table_setting(file, name, value)
        else:
            settings[name] = _convert_value(file, name, value, kinds[name])
    return settings


def _read_table_setting(file: Path, name: str, value: Any) -> Any:
    """Return the value of a setting that is a table, or a preset or file as text.

    Raises:
        SettingsError: the value is neither.
    """
    if isinstance(value, str) and (name == "lexicon" or value.endswith(".toml")):
        return str(_resolve_location(file, value))
    if isinstance(value, (dict, str)):
        return value
    raise SettingsError(
        f"{file}: {name} must be a table or the name of a file", f"write [{name}] or a name"
    )


def _convert_value(file: Path, name: str, value: Any, kind: SettingKind) -> Any:
    """Return a value in TOML as the command line would have it.

    Raises:
        SettingsError: the value has the wrong type.
    """
    if kind.has_pairs and isinstance(value, dict):
        value = [f"{key}={text}" for key, text in value.items()]
    if kind.is_repeatable:
        items = value if isinstance(value, list) else [value]
        return [_convert_single(file, name, item, kind) for item in items]
    if kind.is_comma_list and isinstance(value, list):
        return ",".join(_convert_single(file, name, item, kind) for item in value)
    return _convert_single(file, name, value, kind)


_TYPE_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: 'a text in quotation marks, such as "…"',
    Path: 'the name of a file in quotation marks, such as "…"',
}
"""What a setting of each type takes, in words for the user."""


def _convert_single(file: Path, name: str, value: Any, kind: SettingKind) -> Any:
    """Return one value as the command line would have it; paths begin at the file's folder.

    Raises:
        SettingsError: the value has the wrong type.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind.value_type is bool:
        is_valid = isinstance(value, bool)
    elif kind.value_type is int:
        is_valid = is_number and isinstance(value, int)
    elif kind.value_type is float:
        is_valid = is_number
    else:
        # a number is a text too where the option takes text: loudness = -18
        is_valid = isinstance(value, str) or (is_number and kind.value_type is str)
    if not is_valid:
        expected = _TYPE_WORDS[kind.value_type]
        raise SettingsError(
            f"{file}: {name} = {_show_value(value)} is not valid", f"give {expected}"
        )
    if kind.value_type is Path or (kind.is_location and isinstance(value, str)):
        return str(_resolve_location(file, value))
    return str(value) if kind.value_type is str else value


def _show_value(value: Any) -> str:
    """Return a value as it may stand in a TOML file."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _resolve_location(file: Path, location: str) -> Path | str:
    """Return a location in a settings file: a URL as it is, a path from the file's folder."""
    if _URL_MARK in location:
        return location
    path = Path(location).expanduser()
    return path if path.is_absolute() else file.parent / path


def _make_house_style(read_files: Sequence[tuple[Path, Mapping[str, Any]]]) -> HouseStyle:
    """Return the house style in settings files, the most specific of which comes first.

    Raises:
        SettingsError: a file that a setting names can't be read.
        LexiconError: a lexicon is not valid.
        OptionError: the pauses are not valid.
    """
    chosen: dict[str, str] = {}
    voices: dict[str, str] = {}
    lexicons: list[HouseLexicon] = []
    pause_tables: list[tuple[Path, dict[str, Any]]] = []
    for file, content in read_files:
        for name in ("voice", "engine"):
            if name in content:
                chosen.setdefault(name, content[name])
        for pair in content.get("set", ()):
            character, _, voice = pair.rpartition("=")
            voices.setdefault(character.strip(), voice.strip())
        if "lexicon" in content:
            lexicons.append(_load_house_lexicon(file, content["lexicon"]))
        if "pauses" in content:
            pause_tables.append(_load_pause_table(file, content["pauses"]))
    pauses = merge_pauses(table for _, table in reversed(pause_tables))
    source = str(pause_tables[0][0]) if pause_tables else ""
    return HouseStyle(
        **chosen,
        voices=voices,
        lexicons=tuple(lexicons),
        pauses=pauses,
        pauses_source=source,
        files=(*(file for file, _ in read_files), *(lexicon.path for lexicon in lexicons)),
    )


def _load_house_lexicon(file: Path, value: Any) -> HouseLexicon:
    """Return the lexicon of a setting: a table, or a file with one.

    Raises:
        LexiconError: the lexicon is not valid.
        SettingsError: the file can't be read.
    """
    table, path = (value, file) if isinstance(value, dict) else _read_named_table(file, value)
    parse_lexicon(table, path)
    return HouseLexicon(table, path)


def _load_pause_table(file: Path, value: Any) -> tuple[Path, dict[str, Any]]:
    """Return the pauses of a setting with their file: a table, a preset, or a file with a table.

    Raises:
        OptionError: the pauses are not valid.
        SettingsError: the file can't be read.
    """
    if isinstance(value, dict):
        table, path = value, file
    elif value.endswith(".toml"):
        table, path = _read_named_table(file, value)
        table = table.get("pauses", table)
    else:
        table, path = {"preset": value}, file
    parse_pauses(table, str(path))
    return path, table


def _read_named_table(file: Path, name: str) -> tuple[dict[str, Any], Path]:
    """Return the content of a TOML file that a setting names, and its path.

    Raises:
        SettingsError: it can't be read.
    """
    path = Path(name)
    try:
        return read_toml(path), path
    except TomlFileError as error:
        raise SettingsError(f"{path}, which {file} names, {error}", "correct the name") from error
