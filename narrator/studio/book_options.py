"""The options of a book that the page changes, and the settings file in which they are kept.

Loudness, notes, front matter and credits are settings, which `narrator.toml` beside the book holds
for all books of its folder. What players show concerns one book, and is kept in its cast file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from narrator.audio.loudness_profiles import resolve_loudness
from narrator.build.book_files import METADATA_FIELDS
from narrator.build.option_parsing import parse_metadata
from narrator.build.settings import find_book_settings
from narrator.casting.cast_file import ABOUT_KEYS
from narrator.errors import OptionError, SettingsError
from narrator.files.toml_files import TomlFileError, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tomlkit

    from narrator.build.options import Options
    from narrator.studio.messages import SetOptions

SETTING_NAMES = ("loudness", "matter", "notes", "credits")
"""The options that are kept in the settings file."""
_LONGEST_TEXT = 5000


def apply_settings(options: Options, values: Mapping[str, Any]) -> Options:
    """Return options with the values of settings; what is not given stays.

    Raises:
        OptionError: a value is not among the choices.
    """
    loudness = str(values.get("loudness") or options.loudness)
    resolve_loudness(loudness)  # raises an error if it is unknown
    matter, notes = (
        str(values.get(name) or getattr(options.policy, name)) for name in ("matter", "notes")
    )
    policy = replace(options.policy, matter=matter, notes=notes)
    is_spoken = values.get("credits", options.credits)
    return replace(options, loudness=loudness, policy=policy, credits=is_spoken)


def check_about(options: Options, key: str, value: str) -> None:
    """Check that a value of what players show can be kept in the cast file.

    Raises:
        OptionError: there is no such key, the value is not valid, or the command line has another.
    """
    field_name = METADATA_FIELDS.get(key, key)
    if key not in ABOUT_KEYS or (key == "cover" and value):
        raise OptionError("there is no such field", "reload the page")
    if len(value) > _LONGEST_TEXT or not value.replace("\n", " ").isprintable():
        raise OptionError(f"this can't be the {key}", f"give up to {_LONGEST_TEXT} characters")
    if field_name in options.about or (key == "cover" and options.cover):
        raise OptionError(
            f"the {key} was chosen on the command line", f"remove --{key} from the command"
        )
    parse_metadata(**({} if key == "cover" else {field_name: value}))


def list_changed_settings(command: SetOptions) -> dict[str, str | bool]:
    """Return the settings of a command by name."""
    values = {name: getattr(command, name) for name in SETTING_NAMES}
    return {name: value for name, value in values.items() if value is not None}


def write_settings(document: tomlkit.TOMLDocument, values: Mapping[str, str | bool]) -> None:
    """Set settings in a file; everything else in it stays."""
    for name, value in values.items():
        document[name] = value


class BookSettings:
    """The settings beside a book, as far as the page changes them.

    Args:
        paths: The book.
        options: The options with which the studio was started, settings included.
    """

    def __init__(self, paths: Sequence[str], options: Options) -> None:
        self._paths = tuple(paths)
        self._start_options = options
        self._start_values = self.read()

    def read(self) -> dict[str, Any]:
        """Return what the file holds now.

        Raises:
            SettingsError: the file is not valid.
        """
        path = find_book_settings(self._paths)
        if path is None:
            return {}
        try:
            content = read_toml(path)
        except TomlFileError as error:
            raise SettingsError(f"{path} {error}", "correct the file") from error
        return {name: content[name] for name in SETTING_NAMES if name in content}

    def merge_into(self, options: Options) -> Options:
        """Return options with the settings that the file holds now.

        What has left the file is as it was when the studio started without it.

        Raises:
            SettingsError: the file is not valid.
            OptionError: a value is not among the choices.
        """
        start = self._start_options
        start_values = {
            "loudness": start.loudness,
            "matter": start.policy.matter,
            "notes": start.policy.notes,
            "credits": start.credits,
        }
        for name in self._start_values:  # these came from the file
            start_values[name] = _DEFAULTS[name]
        return apply_settings(options, {**start_values, **self.read()})


_DEFAULTS = {"loudness": "audiobook", "matter": "skip", "notes": "skip", "credits": None}
"""The values of options that nobody sets."""
