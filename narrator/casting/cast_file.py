"""Read and write the cast file, in which a person chooses who speaks with which voice.

It is a TOML file that can be edited by hand and updated by the program. An update keeps what the
person wrote: comments, order, and characters of other books of a series::

    narrator = "edgar"

    [cast]
    "Elizabeth Bennet" = "clara" # 412 lines
    "Mr. Darcy" = { voice = "james", rate = 150, volume = -2 } # 215 lines

    [pauses]          # as in the file that --pauses names
    [lexicon]         # as in the file that --lexicon names
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from narrator.casting.profiles import find_voice, validate_table
from narrator.errors import CastFileError
from narrator.files import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from narrator.model import Voice

CAST_FILE_SUFFIX = ".cast.toml"

_FILE_KEYS: dict[str, tuple[type, ...]] = {
    "narrator": (str, dict),
    "cast": (dict,),
    "pauses": (dict,),
    "lexicon": (dict,),
}
_CHOICE_KEYS: dict[str, tuple[type, ...]] = {
    "voice": (str,),
    "rate": (int, float),
    "pitch": (int, float),
    "volume": (int, float),
}
_HEADER = """\
Who speaks with which voice in "{title}".
Change a voice to another that `narrator voices` lists, or adjust one, as in
"Name" = {{ voice = "clara", rate = 160, pitch = -1, volume = 2 }}
where rate is words a minute, pitch semitones and volume decibels."""


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A voice in a cast file: its name, and how it is adjusted."""

    voice: str
    rate: float | None = None
    """Words per minute, instead of the voice's own rate."""
    pitch: float | None = None
    """Semitones, instead of the voice's own pitch."""
    volume: float | None = None
    """Decibels, instead of the voice's own volume."""

    def resolve_voice(self, voices: Mapping[str, Voice]) -> Voice:
        """Return the chosen voice with its adjustments.

        Raises:
            UnknownVoiceError: there is no voice of that name.
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
    """Voices by the names that the file has for characters."""
    pauses: Mapping[str, Any] = field(default_factory=dict)
    """The table as it is in the file; `narrator.audio.pauses` parses it."""
    lexicon: Mapping[str, Any] = field(default_factory=dict)
    """The table as it is in the file; `narrator.normalisation` parses it."""


def read_cast_file(path: Path) -> CastFile:
    """Read a cast file.

    Raises:
        CastFileError: the file can't be read, or contains something that a cast file must not.
    """
    content = _parse_document(path).unwrap()
    validate_table(content, _FILE_KEYS, str(path))
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
    )


def _parse_document(path: Path) -> tomlkit.TOMLDocument:
    """Return the TOML document in a file, with its comments and layout.

    Raises:
        CastFileError: the file can't be read, or is not valid TOML.
    """
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CastFileError(
            f"{path} can't be read as a cast file: {reason}", "`narrator cast BOOK -o` writes one"
        ) from error


def _parse_choice(content: Any, location: str) -> VoiceChoice:
    """Return the choice that a TOML value stands for: a name, or a table.

    Raises:
        CastFileError: it is not a valid choice; the message begins with `location`.
    """
    if isinstance(content, str):
        return VoiceChoice(content)
    if not isinstance(content, dict):
        raise CastFileError(f"{location}: {content!r} is no voice", 'write a name, as "clara"')
    validate_table(content, _CHOICE_KEYS, location)
    if "voice" not in content:
        raise CastFileError(f"{location}: no voice is named", 'add  voice = "clara"')
    return VoiceChoice(**content)


def write_cast_file(
    path: Path,
    title: str,
    narrator_voice: str,
    voice_names: Mapping[str, str],
    comments: Mapping[str, str],
) -> None:
    """Write a cast file, or update an existing one where it has another voice.

    Args:
        path: the file, which is written as a whole or not at all.
        title: title of the book, for the comment at the head of a new file.
        narrator_voice: name of the narrator's voice.
        voice_names: names of voices by characters, in the order in which new ones are written.
        comments: comments on new characters, by character.

    Raises:
        CastFileError: the existing file can't be understood.
        OutputError: the file can't be written.
    """
    existing = read_cast_file(path) if path.exists() else CastFile()
    document = _parse_document(path) if path.exists() else _create_document(title)
    if existing.narrator is None or existing.narrator.voice != narrator_voice:
        document["narrator"] = narrator_voice
    table: Any = document.setdefault("cast", tomlkit.table())
    for name, voice_name in voice_names.items():
        choice = existing.voice_choices.get(name)
        if choice is None or choice.voice != voice_name:
            table[name] = tomlkit.item(voice_name)
        if choice is None and comments.get(name):
            table[name].comment(comments[name])
    with atomic.write_atomically(path) as part:
        part.write_text(tomlkit.dumps(document), "utf-8")


def _create_document(title: str) -> tomlkit.TOMLDocument:
    """Return a new document that has only the comment at its head, and an empty narrator."""
    document = tomlkit.document()
    for line in _HEADER.format(title=" ".join(title.split())).splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document["narrator"] = ""
    document.add(tomlkit.nl())
    return document
