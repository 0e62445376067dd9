"""Voice profiles: one TOML file a voice, the project's own and the user's.

A user's file of the same name takes the place of the project's. What a profile may say::

    description = "A steady American man in his middle years."
    engine = "pyttsx3"            # as `narrator engines` lists it
    voice = "gmw/en-US+f3"        # what the engine calls the voice
    rate = 170                    # words a minute
    pitch = -1.5                  # semitones above the engine's voice
    volume = 0                    # decibels above the level of all voices
    gender = "female"             # or "male", or left out
    age = "adult"                 # or "child", "young", "old"
    accent = "American"
    language = "en"
    licence = "CC0-1.0"
    [options]                     # what only this engine understands
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from narrator.errors import CastFileError, UnknownVoiceError
from narrator.model import Voice
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AGES = ("child", "young", "adult", "old")
GENDERS = ("female", "male")

_KEYS: dict[str, tuple[type, ...]] = {
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
_WORDS = {str: "a text", float: "a number", dict: "a table"}
_REQUIRED = ("description", "engine", "voice")
_CHOICES = {"gender": GENDERS, "age": AGES}


def list_profile_folders() -> tuple[Path, ...]:
    """Where profiles lie, those that count most last.

    The project's own; `narrator/voices` in the user's folder of settings; `$NARRATOR_VOICES`.
    """
    package = Path(__file__).parents[1]
    shipped = package / "voices"  # in a wheel
    if not shipped.is_dir():
        shipped = package.parent / "voices"  # in a checkout
    own = [shipped, user_config_path("narrator") / "voices"]
    if named := os.environ.get("NARRATOR_VOICES"):
        own.append(Path(named))
    return tuple(own)


def load_voices(places: Iterable[Path] | None = None) -> dict[str, Voice]:
    """Every voice by its name, sorted.

    Raises:
        CastFileError: a profile can't be understood.
    """
    found = {
        file.stem: file
        for folder in (list_profile_folders() if places is None else places)
        for file in sorted(folder.glob("*.toml"))
    }
    return {name: read_voice_profile(found[name]) for name in sorted(found)}


def find_voice(name: str, voices: Mapping[str, Voice]) -> Voice:
    """The voice of that name, in whatever case it is written.

    Raises:
        UnknownVoiceError: there is none.
    """
    folded = {known.casefold(): voice for known, voice in voices.items()}
    voice = folded.get(name.strip().casefold())
    if voice is None:
        raise UnknownVoiceError(f"no voice is called '{name}'", did_you_mean(name, voices))
    return voice


def read_voice_profile(file: Path) -> Voice:
    """The voice that a file describes, named after the file.

    Raises:
        CastFileError: it can't be read, or says something that no profile says.
    """
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CastFileError(f"{file} is no voice profile: {error}", "it must be TOML") from error
    validate_table(content, _KEYS, f"{file}")
    for key in _REQUIRED:
        if not content.get(key):
            raise CastFileError(f"{file} does not say its {key}", f'add a line  {key} = "..."')
    options = _flat(content.pop("options", {}), f"{file}, options")
    return Voice(
        name=file.stem,
        engine_voice=content.pop("voice"),
        options=tuple(sorted(options.items())),
        **content,
    )


def _flat(options: Mapping[str, Any], where: str) -> dict[str, str | int | float | bool]:
    """Options of tables within tables, as `style.af_heart`."""
    flat: dict[str, str | int | float | bool] = {}
    for key, value in options.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": v for inner, v in _flat(value, where).items()}
        elif isinstance(value, (str, int, float, bool)):
            flat[key] = value
        else:
            raise CastFileError(f"{where}: {key} can't be {value!r}", "use a text or a number")
    return flat


def validate_table(
    content: Mapping[str, Any], allowed_types: Mapping[str, tuple[type, ...]], where: str
) -> None:
    """Make sure that a table holds nothing but these keys, with values of these types.

    Raises:
        CastFileError: it does; the message opens with `where`.
    """
    for key, value in content.items():
        if key not in allowed_types:
            raise CastFileError(
                f"{where}: '{key}' means nothing here", did_you_mean(key, allowed_types)
            )
        if isinstance(value, bool) or not isinstance(value, allowed_types[key]):
            wanted = _WORDS[allowed_types[key][-1]]
            raise CastFileError(f"{where}: {key} must be {wanted}, not {value!r}")
        choices = _CHOICES.get(key)
        if choices and value not in choices:
            raise CastFileError(f"{where}: {key} can't be {value!r}", f"use {', '.join(choices)}")
