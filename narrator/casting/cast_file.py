"""Reads the cast file, in which the user chooses voices for characters.

It is a TOML file that both the user and the program edit. The program preserves comments, order,
and characters from other books of a series::

    narrator = "edgar"
    delivery = "natural"    # or "plain"

    [cast]
    "Elizabeth Bennet" = "clara" # 412 lines
    "Mr. Darcy" = { voice = "james", rate = 150, volume = -2 } # 215 lines
    "Mr. Collins" = { voice = "simon", keep_others = true } # changes nobody else's voice
    "Mary" = { voice = "heart", delivery = "plain" } # never whispers or shouts as the book says

    [about]           # what players show, as the options of the same names
    title = "Pride and Prejudice"

    [pauses]          # as in the file that --pauses names
    [lexicon]         # as in the file that --lexicon names
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from narrator.casting.profiles import find_voice, validate_table
from narrator.errors import CastFileError
from narrator.files.toml_files import TomlFileError, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from narrator.model import Voice

CAST_FILE_SUFFIX = ".cast.toml"
NARRATOR_KEY = "narrator"
"""The key of the narrator's voice."""

_FILE_KEYS: dict[str, tuple[type, ...]] = {
    "narrator": (str, dict),
    "delivery": (str,),
    "cast": (dict,),
    "about": (dict,),
    "pauses": (dict,),
    "lexicon": (dict,),
}
_CHOICE_KEYS: dict[str, tuple[type, ...]] = {
    "voice": (str,),
    "rate": (int, float),
    "pitch": (int, float),
    "volume": (int, float),
    "keep_others": (bool,),
    "delivery": (str,),
}
_FORMAT_HINT = 'write lines such as  "Emma" = "clara"  under [cast]'
ABOUT_KEYS = (
    *("title", "subtitle", "author", "series", "series-index", "narrated-by", "publisher"),
    *("year", "description", "genre", "isbn", "asin", "cover"),
)
"""The keys of `[about]`: the names of options that say what players show."""


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A choice of voice in a cast file: the name of the voice, and adjustments."""

    voice: str
    rate: float | None = None
    """Words per minute, instead of the voice's own rate."""
    pitch: float | None = None
    """Semitones, instead of the voice's own pitch."""
    volume: float | None = None
    """Decibels, instead of the voice's own volume."""
    keep_others: bool = False
    """Whether all other characters keep the voices that they have without this choice."""
    delivery: str = ""
    """One of `manners.DELIVERIES`, instead of that of the whole book; empty for that one."""

    def resolve_voice(self, voices: Mapping[str, Voice]) -> Voice:
        """Return the chosen voice with its adjustments.

        Raises:
            UnknownVoiceError: no voice has the chosen name.
        """
        voice = find_voice(self.voice, voices)
        return replace(
            voice,
            rate=voice.rate if self.rate is None else self.rate,
            pitch=voice.pitch if self.pitch is None else self.pitch,
            volume=voice.volume if self.volume is None else self.volume,
        )


@dataclass(frozen=True)
class CastFile:
    """The content of a cast file."""

    path: Path | None = None
    narrator: VoiceChoice | None = None
    voice_choices: Mapping[str, VoiceChoice] = field(default_factory=dict)
    """Choices by the names of characters, as written in the file."""
    pauses: Mapping[str, Any] = field(default_factory=dict)
    """The unparsed `[pauses]` table; see `narrator.audio.pauses`."""
    lexicon: Mapping[str, Any] = field(default_factory=dict)
    """The unparsed `[lexicon]` table; see `narrator.normalisation`."""
    delivery: str | None = None
    """One of `manners.DELIVERIES`; None if the file does not say."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What players show, by `ABOUT_KEYS`."""


def read_cast_file(path: Path) -> CastFile:
    """Read a cast file.

    Raises:
        CastFileError: the file can't be read, or has invalid keys or values.
    """
    try:
        content = read_toml(path)
    except TomlFileError as error:
        # the command writes a new one, so it helps only where none is
        hint = f"{error.path_hint}; `narrator cast BOOK -o FILE` writes one"
        raise CastFileError(f"{path} {error}", hint if error.path_hint else _FORMAT_HINT) from error
    validate_table(content, _FILE_KEYS, str(path))
    about = content.get("about", {})
    validate_table(about, dict.fromkeys(ABOUT_KEYS, (str,)), f"{path}, [about]")
    narrator = content.get("narrator")
    return CastFile(
        path,
        None if narrator is None else _parse_choice(narrator, f"{path}, narrator"),
        {
            name: _parse_choice(choice, f"{path}, {name}")
            for name, choice in content.get("cast", {}).items()
        },
        content.get("pauses", {}),
        content.get("lexicon", {}),
        content.get("delivery"),
        about,
    )


def _parse_choice(content: Any, location: str) -> VoiceChoice:
    """Parse a choice of voice, which is a name or a table in TOML.

    Raises:
        CastFileError: the choice is invalid; the message begins with `location`.
    """
    if isinstance(content, str):
        return VoiceChoice(content)
    if not isinstance(content, dict):
        raise CastFileError(
            f"{location}: {content!r} is not a voice", 'write a name, such as "clara"'
        )
    validate_table(content, _CHOICE_KEYS, location)
    if "voice" not in content:
        raise CastFileError(f"{location}: no voice is named", 'add  voice = "clara"')
    return VoiceChoice(**content)
