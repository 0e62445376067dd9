"""The cast file: who speaks with which voice, for a person to edit.

It is TOML, made so that a hand can change it and a program can change it again without touching
what the hand wrote: comments, order and characters of other books of a series stay::

    narrator = "edgar"

    [cast]
    "Elizabeth Bennet" = "clara" # 412 lines
    "Mr. Darcy" = { voice = "james", rate = 150, volume = -2 } # 215 lines

    [pauses]          # as `--pauses FILE` has them
    [lexicon]         # as `--lexicon FILE` has it
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

_KEYS: dict[str, tuple[type, ...]] = {
    "narrator": (str, dict),
    "cast": (dict,),
    "pauses": (dict,),
    "lexicon": (dict,),
}
_ROLE_KEYS: dict[str, tuple[type, ...]] = {
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
    """A voice as a cast file gives it: by name, perhaps adjusted."""

    voice: str
    rate: float | None = None
    """Words a minute, instead of the voice's own."""
    pitch: float | None = None
    """Semitones, instead of the voice's own."""
    volume: float | None = None
    """Decibels, instead of the voice's own."""

    def resolve_voice(self, voices: Mapping[str, Voice]) -> Voice:
        """The voice meant.

        Raises:
            UnknownVoiceError: there is none of that name.
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
    """What a cast file says."""

    path: Path | None = None
    narrator: VoiceChoice | None = None
    voice_choices: Mapping[str, VoiceChoice] = field(default_factory=dict)
    """By the name that the file uses for a character."""
    pauses: Mapping[str, Any] = field(default_factory=dict)
    """As written; `narrator.audio.pauses` understands it."""
    lexicon: Mapping[str, Any] = field(default_factory=dict)
    """As written; `narrator.normalisation` understands it."""


def read_cast_file(path: Path) -> CastFile:
    """What a cast file says.

    Raises:
        CastFileError: it can't be read, or says something that no cast file says.
    """
    content = _parse(path).unwrap()
    validate_table(content, _KEYS, str(path))
    narrator = content.get("narrator")
    return CastFile(
        path,
        None if narrator is None else _role(narrator, f"{path}, narrator"),
        {name: _role(v, f"{path}, {name}") for name, v in content.get("cast", {}).items()},
        content.get("pauses", {}),
        content.get("lexicon", {}),
    )


def _parse(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CastFileError(
            f"{path} can't be read as a cast file: {reason}", "`narrator cast BOOK -o` writes one"
        ) from error


def _role(value: Any, where: str) -> VoiceChoice:
    if isinstance(value, str):
        return VoiceChoice(value)
    if not isinstance(value, dict):
        raise CastFileError(f"{where}: {value!r} is no voice", 'write a name, as "clara"')
    validate_table(value, _ROLE_KEYS, where)
    if "voice" not in value:
        raise CastFileError(f"{where}: no voice is named", 'add  voice = "clara"')
    return VoiceChoice(**value)


def write_cast_file(
    path: Path,
    title: str,
    narrator_voice: str,
    voice_names: Mapping[str, str],
    comments: Mapping[str, str],
) -> None:
    """Write a cast file, or change one that is there, where it says something else.

    Args:
        path: the file, which appears whole or not at all.
        title: of the book, for the comment that opens a new file.
        narrator: the name of the narrator's voice.
        parts: names of voices by characters, in the order to write new ones in.
        comments: by characters, what to say beside a new one.

    Raises:
        CastFileError: there is a file that can't be understood.
        OutputError: the file can't be written.
    """
    known = read_cast_file(path) if path.exists() else CastFile()
    document = _parse(path) if path.exists() else _blank(title)
    if known.narrator is None or known.narrator.voice != narrator_voice:
        document["narrator"] = narrator_voice
    table: Any = document.setdefault("cast", tomlkit.table())
    for name, voice in voice_names.items():
        role = known.voice_choices.get(name)
        if role is None or role.voice != voice:
            table[name] = tomlkit.item(voice)
        if role is None and comments.get(name):
            table[name].comment(comments[name])
    with atomic.write_atomically(path) as part:
        part.write_text(tomlkit.dumps(document), "utf-8")


def _blank(title: str) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    for line in _HEADER.format(title=" ".join(title.split())).splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document["narrator"] = ""
    document.add(tomlkit.nl())
    return document
