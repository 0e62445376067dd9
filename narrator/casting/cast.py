"""Gives every speaker of a script a voice: what a person chose first, the rest automatically."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator import registry
from narrator.casting.acoustic_distance import acoustic_distance, estimate_acoustics
from narrator.casting.automatic import VoiceAssigner, find_encounters, select_leads
from narrator.casting.cast_file import CastFile, VoiceChoice, read_cast_file
from narrator.casting.cast_file import write_cast_file as write_file
from narrator.casting.voice_measurement import measure_voices
from narrator.errors import CastingError, UnknownCharacterError
from narrator.model import Cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from narrator.model import Character, Script, Voice

NARRATOR_ROLE = "narrator"
"""Who speaks all that no character speaks, where a cast names people."""

DEFAULT_ENGINE = "pyttsx3"
_NARRATORS = ("edgar", "marian", "joe", "helen", "arthur", "alma")
"""The voices that tell a story well, best first."""


@dataclass(frozen=True, slots=True)
class CastMember:
    """A character and the voice it has."""

    character: Character
    voice: Voice
    origin: str
    """Who chose: `automatic`, `cast file`, or `option`."""


@dataclass(frozen=True)
class Casting:
    """A cast, and how it came about."""

    cast: Cast
    members: tuple[CastMember, ...]
    """Of everyone who speaks, who speaks most first."""
    notes: tuple[str, ...]
    """What the user may want to change, in whole sentences."""


def cast_script(
    script: Script,
    voices: Mapping[str, Voice],
    *,
    engine: str | None = None,
    cast_file: CastFile | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Casting:
    """Cast everyone who speaks in a script.

    A voice that is chosen for one character changes that character's alone, and those of others
    who had it and speak in the same chapters. But a lead whom the cast file knows, as from another
    book of a series, is who the other leads are cast around; and so is the narrator.

    Args:
        script: who speaks, and where.
        voices: every profile there is, as `load_voices` gives them.
        engine: speak all voices with this engine; one chosen of another engine is replaced by the
            nearest that this one has. Without it voices may be mixed, and those that are found
            automatically are of the narrator's engine.
        castfile: what a person chose. Characters of it who do not speak here are left alone.
        overrides: voices by names or aliases of characters, before all else; `narrator` is who
            tells the story.

    Raises:
        UnknownVoiceError: a voice is named that is not in `voices`.
        UnknownCharacterError: `overrides` names nobody in the script.
        CastingError: the engine has no voices at all.
    """
    cast_file = cast_file or CastFile()
    chosen = _Choices(script, cast_file, overrides or {})
    if engine is not None and not _pool(voices, engine):
        registry.load_engine(engine)  # which says more of an engine that does not exist
        raise CastingError(
            f"there is no voice for {engine}", "write a profile of one, as docs/voices.md shows"
        )

    roles = _Roles(voices, engine)
    told = chosen.narrator and roles.voice(NARRATOR_ROLE, chosen.narrator)
    lead = told or _narrator(script, voices, engine or DEFAULT_ENGINE)
    written = {name: roles.voice(name, role) for name, role in chosen.written.items()}
    wanted = written | {name: roles.voice(name, role) for name, role in chosen.told.items()}
    director = _directed(script, _pool(voices, engine or lead.engine), lead, written, wanted)
    parts = tuple(
        CastMember(c, director.assigned_voices[c.name], chosen.origin(c.name))
        for c in sorted(script.characters, key=lambda c: (-c.line_count, c.name))
        if c.line_count and c.name in director.assigned_voices
    )
    notes = (*chosen.notes, *roles.notes(), *director.describe_conflicts())
    return Casting(Cast(lead, director.assigned_voices), parts, notes)


def _directed(
    script: Script,
    pool: Mapping[str, Voice],
    lead: Voice,
    written: Mapping[str, Voice],
    wanted: Mapping[str, Voice],
) -> VoiceAssigner:
    """Who has cast everybody: as the script was found first, and then whom corrections brought."""
    sounds = measure_voices((*pool.values(), lead, *written.values(), *wanted.values()))
    found = _as_found(script)
    known = {c.name: written[c.name] for c in select_leads(found.characters) if c.name in written}
    director = VoiceAssigner(pool, sounds, lead, find_encounters(found), known, wanted)
    director.assign_voices(found.characters)
    here = {
        c.name: director.assigned_voices[c.name]
        for c in script.characters
        if c.name in director.assigned_voices
    }
    director = VoiceAssigner(pool, sounds, lead, find_encounters(script), here, wanted)
    director.assign_voices(script.characters)
    return director


def use_single_voice(casting: Casting) -> Casting:
    """The narrator's voice for everybody: a book as one reader reads it."""
    voice = casting.cast.narrator
    parts = tuple(replace(part, voice=voice, origin="option") for part in casting.members)
    return Casting(Cast(voice, {}), parts, ())


def _as_found(script: Script) -> Script:
    """Who speaks where before a person corrected it, under the names that they have now.

    Casting by it first, a correction of who says a line changes nobody's voice; one of a
    character's gender or age counts.
    """
    if script.uncorrected is None:
        return script
    now, names = {c.name: c for c in script.characters}, _names(script.characters)
    taken = {c.name for c in script.uncorrected.characters}
    renamed = {
        name: main
        for name in taken - now.keys()
        if (main := names.get(name.casefold())) is not None and main not in taken
    }
    characters = []
    for found in script.uncorrected.characters:
        name = renamed.get(found.name, found.name)
        told = now.get(name, found)
        characters.append(replace(told, name=name, line_count=found.line_count))
    lines = tuple(
        replace(line, speaker=renamed[line.speaker]) if line.speaker in renamed else line
        for line in script.uncorrected.lines
    )
    return replace(script.uncorrected, characters=tuple(characters), lines=lines)


class _Choices:
    """What a person chose, by main names."""

    def __init__(self, script: Script, castfile: CastFile, overrides: Mapping[str, str]) -> None:
        self.written: dict[str, VoiceChoice] = {}
        self.told: dict[str, VoiceChoice] = {}
        self.notes: list[str] = []
        self.narrator = castfile.narrator
        self._names = _names(script.characters)
        mains = set(self._names.values())
        for name, role in sorted(castfile.voice_choices.items(), key=lambda item: item[0] in mains):
            self._from_file(name, role)  # a main name last, as it counts before an alias
        for name, voice in overrides.items():
            self._from_option(name, VoiceChoice(voice))

    def _from_file(self, name: str, role: VoiceChoice) -> None:
        main = self._names.get(name.casefold())
        if main is None:
            self.notes.append(
                f"the cast file has a voice for {name}, who does not speak here "
                f"({registry.did_you_mean(name, set(self._names.values()))})"
            )
        else:
            self.written[main] = role

    def origin(self, main: str) -> str:
        """Who chose a character's voice."""
        if main in self.told:
            return "option"
        return "cast file" if main in self.written else "automatic"

    def _from_option(self, name: str, role: VoiceChoice) -> None:
        main = self._names.get(name.strip().casefold())
        if name.strip().casefold() == NARRATOR_ROLE:
            self.narrator = role
        elif main is not None:
            self.told[main] = role
        else:
            raise UnknownCharacterError(
                f"nobody called '{name}' speaks in this book",
                registry.did_you_mean(name, {*self._names.values(), NARRATOR_ROLE}),
            )


def _names(characters: Iterable[Character]) -> dict[str, str]:
    """Main names by folded names and aliases; who speaks most has an alias of several."""
    found: dict[str, str] = {c.name.casefold(): c.name for c in characters}
    for character in sorted(characters, key=lambda c: (-c.line_count, c.name)):
        for alias in character.aliases:
            found.setdefault(alias.casefold(), character.name)
    return found


def _pool(voices: Mapping[str, Voice], engine: str) -> dict[str, Voice]:
    return {name: voice for name, voice in voices.items() if voice.engine == engine}


def _narrator(script: Script, voices: Mapping[str, Voice], engine: str) -> Voice:
    """The voice that tells the story; in a first-person book, one that fits who tells it."""
    pool = _pool(voices, engine)
    if not pool:
        raise CastingError(f"there is no voice for {engine}", "are the project's voices installed?")
    teller = next((c.gender for c in script.characters if c.is_narrator), None)
    fitting = {n: v for n, v in pool.items() if teller in (None, v.gender)} or pool
    for name in _NARRATORS:
        if name in fitting:
            return fitting[name]
    return min(fitting.values(), key=lambda v: (v.age not in (None, "adult"), v.name))


class _Roles:
    """Which voices roles mean, by the engine that all are to be spoken with, if there is one."""

    def __init__(self, voices: Mapping[str, Voice], engine: str | None) -> None:
        self._voices = voices
        self._engine = engine
        self._stand_ins = _StandIns(_pool(voices, engine or ""))
        self._stepping: dict[str, str] = {}

    def voice(self, name: str, role: VoiceChoice) -> Voice:
        """The voice of somebody's role; what was noted of an earlier one is forgotten.

        Raises:
            UnknownVoiceError: there is none of that name.
        """
        found = role.resolve_voice(self._voices)
        self._stepping.pop(name, None)
        if self._engine is None or found.engine == self._engine:
            return found
        stand_in = self._stand_ins.of(found, self._voices[found.name])
        self._stepping[name] = (
            f"{name}: {found.name} speaks with {found.engine}, so {stand_in.name} steps in"
        )
        return stand_in

    def notes(self) -> Iterable[str]:
        """Who steps in for whom."""
        return self._stepping.values()


class _StandIns:
    """Who steps in for voices of other engines: the nearest, and one for each while there are
    enough.
    """

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self._voices = voices
        self._given: dict[str, str] = {}

    def of(self, voice: Voice, profile: Voice) -> Voice:
        """The stand-in of a voice, as much quicker and louder than its profile as the voice is."""
        if profile.name not in self._given:
            self._given[profile.name] = self._nearest(voice)
        found = self._voices[self._given[profile.name]]
        return replace(
            found,
            rate=found.rate * voice.rate / profile.rate,
            volume=found.volume + voice.volume - profile.volume,
        )

    def _nearest(self, voice: Voice) -> str:
        """The voice most like another, of the same gender and age where there is one."""
        sound, used = estimate_acoustics(voice), Counter(self._given.values())
        return min(
            self._voices.values(),
            key=lambda v: (
                v.gender != voice.gender,
                (v.age == "child") != (voice.age == "child"),
                used[v.name],
                acoustic_distance(estimate_acoustics(v), sound),
                v.name,
            ),
        ).name


def validate_cast(cast: Cast) -> None:
    """Make sure that every voice of a cast can be spoken with here and now.

    Raises:
        UnknownVoiceError: an engine lacks a voice.
        EngineUnavailableError: an engine does not work here.
        MissingExtraError: an engine's packages are not installed.
    """
    for voice in sorted({cast.narrator, *cast.voices.values()}, key=lambda v: v.name):
        registry.load_engine(voice.engine).validate(voice)


def write_casting(path: Path, casting: Casting, script: Script) -> None:
    """Write a cast file, or bring one up to date without touching what it says beside.

    Raises:
        CastFileError: there is a file that can't be understood.
        OutputError: the file can't be written.
    """
    listed = (
        {name.casefold(): name for name in read_cast_file(path).voice_choices}
        if path.exists()
        else {}
    )
    names = {part.character.name: _listed(part.character, listed) for part in casting.members}
    write_file(
        path,
        script.book.metadata.title,
        casting.cast.narrator.name,
        {names[part.character.name]: part.voice.name for part in casting.members},
        {names[part.character.name]: _comment(part.character) for part in casting.members},
    )


def _listed(character: Character, listed: Mapping[str, str]) -> str:
    """The name that a cast file has for a character, perhaps from another book of the series."""
    known = (listed.get(name.casefold()) for name in (character.name, *character.aliases))
    return next(filter(None, known), character.name)


def _comment(character: Character) -> str:
    lines = f"{character.line_count} line{'s' if character.line_count != 1 else ''}"
    return ", ".join(filter(None, (lines, character.gender, character.age)))
