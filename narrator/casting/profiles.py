"""Load voice profiles: one TOML file per voice, from the project and from the user.

A user's file replaces the project's file with the same name, and a voice of the catalogue with this
name (`narrator.casting.catalogue`). A profile has these keys::

    description = "A steady American man in his middle years."
    engine = "pyttsx3"            # as `narrator engines` lists it
    voice = "gmw/en-US+f3"        # what the engine calls the voice
    rate = 170                    # words per minute
    pitch = -1.5                  # semitones above the engine's voice
    volume = 0                    # decibels above the common level of all voices
    gender = "female"             # or "male"; optional
    age = "adult"                 # or "child", "young", "old"
    accent = "American"
    language = "en"               # default: what the engine's name of the voice implies
    licence = "CC0-1.0"
    [options]                     # settings of this engine
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from narrator.casting.catalogue import list_catalogue_voices
from narrator.casting.voice_languages import ANY_LANGUAGE, find_engine_language
from narrator.errors import CastFileError, UnknownVoiceError
from narrator.files.toml_files import TomlFileError, read_toml
from narrator.languages.manners import DELIVERIES
from narrator.model import Voice
from narrator.setting_limits import PITCH, RATE, VOLUME
from narrator.text.language_tags import primary_subtag
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AGES = ("child", "young", "adult", "old")
GENDERS = ("female", "male")

_PROFILE_KEYS: dict[str, tuple[type, ...]] = {
    "description": (str,),
    "engine": (str,),
    "voice": (str,),
    "rate": (int, float),
    "pitch": (int, float),
    "volume": (int, float),
    "gender": (str,),
    "age": (str,),
    "accent": (str,),
    "language": (str,),
    "licence": (str,),
    "options": (dict,),
}
_TYPE_NAMES = {str: "a text", float: "a number", dict: "a table", bool: "true or false"}
_MAX_KEPT_PROFILES = 4096
"""Most profiles that a process keeps in memory."""
_REQUIRED_KEYS = ("description", "engine", "voice")
_ALLOWED_VALUES = {"gender": GENDERS, "age": AGES, "delivery": DELIVERIES}
_LIMITS = {"rate": RATE, "pitch": PITCH, "volume": VOLUME}
_MODEL_SUFFIX = ".onnx"
_STYLE_SUFFIXES = {"kokoro": (".pt", ".npy", ".bin")}
"""Suffixes, by engine, by which the path of a style differs from the name of a voice."""
_STYLE_PREFIX = "style."
"""The beginning of the options with the styles of a blend."""
_PASSED_ON_OPTION = "extra"
"""The option whose table an engine passes on to another program, of whatever shape it is."""


def list_profile_folders() -> tuple[Path, ...]:
    """Return the folders with voice profiles; later folders take precedence.

    They are the project's folder, `narrator/voices` in the user's configuration folder, and the
    folder in the environment variable `NARRATOR_VOICES`.
    """
    package = Path(__file__).parents[1]
    shipped_folder = package / "voices"  # in a wheel
    if not shipped_folder.is_dir():
        shipped_folder = package.parent / "voices"  # in a checkout
    folders = [shipped_folder, user_config_path("narrator") / "voices"]
    if extra_folder := os.environ.get("NARRATOR_VOICES"):
        folders.append(Path(extra_folder))
    return tuple(folders)


def load_voices(profile_folders: Iterable[Path] | None = None) -> dict[str, Voice]:
    """Load all voice profiles; return voices by name, in alphabetical order.

    `profile_folders` are the folders to search. By default, they are `list_profile_folders()`, and
    the voices of the catalogue are added.

    Raises:
        CastFileError: a profile is invalid.
    """
    folders = list_profile_folders() if profile_folders is None else profile_folders
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    voices = {name: _read_changed_profile(path) for name, path in paths.items()}
    if profile_folders is None:
        voices = {voice.name: voice for voice in list_catalogue_voices()} | voices
    return dict(sorted(voices.items()))


def _read_changed_profile(file: Path) -> Voice:
    """Read a voice profile, unless this process has read it and it has not changed since.

    The studio casts the book again after each correction, and parsing all profiles would take a
    tenth of that time.

    Raises:
        CastFileError: the file can't be read, or has invalid keys or values.
    """
    try:
        status = file.stat()
    except OSError:
        return read_voice_profile(file)  # its error says why
    return _read_profile_version(file, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=_MAX_KEPT_PROFILES)
def _read_profile_version(file: Path, *_version: int) -> Voice:
    """Read a voice profile; a file that was changed is read as another version."""
    return read_voice_profile(file)


def find_voice(name: str, voices: Mapping[str, Voice]) -> Voice:
    """Return the voice with a name, ignoring case.

    Raises:
        UnknownVoiceError: no voice has this name.
    """
    voices_by_folded_name = {key.casefold(): voice for key, voice in voices.items()}
    voice = voices_by_folded_name.get(name.strip().casefold())
    if voice is None:
        hint = did_you_mean(name, voices, "`narrator voices` lists them")
        raise UnknownVoiceError(f"no voice is called '{name}'", hint)
    return voice


def read_voice_profile(file: Path) -> Voice:
    """Read a voice profile; the voice is named after the file.

    Raises:
        CastFileError: the file can't be read, or has invalid keys or values.
    """
    try:
        content = read_toml(file)
    except TomlFileError as error:
        raise CastFileError(f"{file} {error}", "save it as TOML in UTF-8") from error
    validate_table(content, _PROFILE_KEYS, f"{file}")
    for key in _REQUIRED_KEYS:
        if not content.get(key):
            raise CastFileError(f"{file} does not say its {key}", f'add a line  {key} = "..."')
    options = _flatten_options(content.pop("options", {}), f"{file}, options")
    language = content.pop("language", None)
    if language is None:
        language = _find_usual_language(content["engine"], content["voice"])
    if content["engine"] == "kokoro":
        options = _resolve_option_paths(options, file.parent)
    return Voice(
        name=file.stem,
        engine_voice=_resolve_path(content.pop("voice"), file.parent, content["engine"]),
        language=language,
        options=tuple(sorted(options.items())),
        **content,
    )


def _find_usual_language(engine: str, engine_voice: str) -> str:
    """Return the language of a profile that names none.

    English voices have no accent in this tag, so that what they have spoken stays in the cache.
    """
    implied_tag = find_engine_language(engine, engine_voice)
    return "en" if primary_subtag(implied_tag) == "en" else implied_tag or ANY_LANGUAGE


def _resolve_path(name: str, folder: Path, engine: str) -> str:
    """Return an engine's name of a voice; the path of a model is relative to the profile."""
    if not name.lower().endswith((_MODEL_SUFFIX, *_STYLE_SUFFIXES.get(engine, ()))):
        return name
    return str((folder / Path(name).expanduser()).absolute())


def _resolve_option_paths(
    options: Mapping[str, str | int | float | bool], folder: Path
) -> dict[str, str | int | float | bool]:
    """Resolve the paths in the options of Kokoro: of a model, and of the styles in a blend."""
    resolved: dict[str, str | int | float | bool] = {}
    for key, value in options.items():
        if key.startswith(_STYLE_PREFIX):
            style = _resolve_path(key.removeprefix(_STYLE_PREFIX), folder, "kokoro")
            resolved[f"{_STYLE_PREFIX}{style}"] = value
        elif key == "model" and isinstance(value, str):
            resolved[key] = _resolve_path(value, folder, "kokoro")
        else:
            resolved[key] = value
    return resolved


def _flatten_options(
    options: Mapping[str, Any], location: str
) -> dict[str, str | int | float | bool]:
    """Flatten nested tables of options, joining their keys with dots: `style.af_heart`.

    The table `extra` becomes JSON instead, which keeps its shape.

    Raises:
        CastFileError: a value is a list or a date; the message begins with `location`.
    """
    flat: dict[str, str | int | float | bool] = {}
    for key, value in options.items():
        if key == _PASSED_ON_OPTION and isinstance(value, dict):
            flat[key] = _encode_table(value, f"{location}: {key}")
        elif isinstance(value, dict):
            nested = _flatten_options(value, location)
            flat |= {f"{key}.{nested_key}": nested[nested_key] for nested_key in nested}
        elif isinstance(value, (str, int, float, bool)):
            flat[key] = value
        else:
            raise CastFileError(f"{location}: {key} can't be {value!r}", "use text or a number")
    return flat


def _encode_table(table: Mapping[str, Any], location: str) -> str:
    """Return a table as JSON.

    Raises:
        CastFileError: a value has no form in JSON; the message begins with `location`.
    """
    try:
        return json.dumps(table, ensure_ascii=False, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise CastFileError(
            f"{location} can't hold dates, inf or nan", "use text, numbers, lists and tables"
        ) from error


def validate_table(
    content: Mapping[str, Any], allowed_types: Mapping[str, tuple[type, ...]], location: str
) -> None:
    """Raise an error if a TOML table has an unknown key, or a value of a wrong type or size.

    `allowed_types` maps the known keys to the types of their values.

    Raises:
        CastFileError: the table is invalid; the message begins with `location`.
    """
    for key, value in content.items():
        if key not in allowed_types:
            raise CastFileError(
                f"{location}: '{key}' is not a valid key here", did_you_mean(key, allowed_types)
            )
        # In Python, a bool is also an int; in TOML, it is not a number.
        is_odd_bool = isinstance(value, bool) and bool not in allowed_types[key]
        if is_odd_bool or not isinstance(value, allowed_types[key]):
            expected = _TYPE_NAMES[allowed_types[key][-1]]
            raise CastFileError(f"{location}: {key} must be {expected}, not {value!r}")
        if key in _LIMITS and not _LIMITS[key].allow(value):
            raise CastFileError(f"{location}: {key} can't be {value!r}", f"give {_LIMITS[key]}")
        choices = _ALLOWED_VALUES.get(key)
        if choices and value not in choices:
            raise CastFileError(
                f"{location}: {key} can't be {value!r}", f"use {', '.join(choices)}"
            )
