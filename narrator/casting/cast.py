"""Cast a script: give each character the voice that the user chose, or an automatic one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from narrator import registry
from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.automatic import (
    VoiceAssigner,
    find_encounters,
    limit_tempo,
    select_castable_voices,
    select_leads,
)
from narrator.casting.cast_file import CastFile, VoiceChoice, read_cast_file
from narrator.casting.catalogue import rank_narrator
from narrator.casting.engine_choice import (
    NATURAL_ENGINE,
    choose_engine,
    describe_missing_devices,
    find_voice_problem,
    select_ready_voices,
)
from narrator.casting.voice_languages import can_speak, select_speaking_voices, settle_language
from narrator.casting.voice_measurement import measure_voices
from narrator.engines.readings import describe_missing_reading
from narrator.errors import CastingError, EngineUnavailableError, UnknownCharacterError
from narrator.files.outputs import update_file, write_file
from narrator.model import Cast
from narrator.text.language_names import describe_language, describe_tag
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from narrator.casting.engine_choice import EngineChoice
    from narrator.files.ownership import Output
    from narrator.model import Character, Script, Voice

NARRATOR_ROLE = "narrator"
"""The name of the narrator in options and cast files."""

_PREFERRED_NARRATORS = (
    *("heart", "fenrir", "edgar", "clara", "joe", "helen"),
    *("helena", "everett", "arthur", "alma"),
)
"""Names of the voices preferred for narration, best first."""


@dataclass(frozen=True, slots=True)
class CastMember:
    """A character with the assigned voice."""

    character: Character
    voice: Voice
    origin: str
    """How the voice was chosen: `automatic`, `cast file`, or `option`."""


@dataclass(frozen=True)
class Casting:
    """The result of casting: a cast, the origin of each voice, and notes for the user."""

    cast: Cast
    members: tuple[CastMember, ...]
    """All characters who speak, those with the most lines first."""
    notes: tuple[str, ...]
    """Hints for the user about problems of the cast, in whole sentences."""
    engine: EngineChoice | None = None
    """The engine of the voices that the user did not choose."""


def cast_script(  # noqa: PLR0913 - each option of a user is a keyword
    script: Script,
    voices: Mapping[str, Voice],
    *,
    engine: str | None = None,
    default_engine: str | None = None,
    cast_file: CastFile | None = None,
    overrides: Mapping[str, str] | None = None,
    measurements_path: Path | None = None,
    measure_missing: bool = True,
) -> Casting:
    """Assign a voice to each character who speaks in a script, and to the narrator.

    Choosing a voice for a character or the narrator changes no other voices, except those of
    characters who had the same voice in the same chapters. There is one exception: if a lead in the
    cast file has a chosen voice, the voices of the other leads are selected to differ from it. A
    choice with `keep_others` changes no other voice at all.

    Args:
        script: the lines and their speakers.
        voices: all voice profiles, from `load_voices`.
        engine: use only voices of this engine; a chosen voice of another engine is replaced by the
            most similar one. If None, engines may be mixed, and automatically chosen voices have
            the engine that suits the book's language best.
        default_engine: the engine of automatically chosen voices, if the user named one in the
            settings and it speaks the language of the book.
        cast_file: the user's choices. Characters in it who do not speak in the script are ignored.
        overrides: names of voices by names or aliases of characters; they take precedence over the
            cast file. The name `narrator` stands for the narrator.
        measurements_path: the file that caches measurements of voices, or None for no cache.
        measure_missing: whether voices that were never measured speak a text now. If not, their
            sound is predicted from their profiles.

    Raises:
        UnknownVoiceError: a voice is named that is not in `voices`.
        UnknownCharacterError: `overrides` names a character who is not in the script.
        CastingError: the engine has no voices.
        EngineUnavailableError: the engine has no voice of the book's language, and the user chose
            none for the narrator.
    """
    choices = _ChoicesByCharacter(script, cast_file or CastFile(), overrides or {})
    language = script.book.metadata.language
    voices = {name: settle_language(voice, language) for name, voice in voices.items()}
    _require_voices(voices, engine or default_engine)
    origin = script.book.metadata.language_origin
    engine_choice = choose_engine(language, voices, engine, default_engine, origin)
    speaking_voices = select_speaking_voices(
        _filter_by_engine(voices, engine_choice.name), language
    )
    available_voices = select_ready_voices(speaking_voices)
    resolver = _VoiceResolver(voices, available_voices, engine, language)
    chosen_narrator = resolver.resolve_narrator(choices)
    usual_narrator = (
        _choose_narrator(script, available_voices, engine_choice.name)
        if available_voices or chosen_narrator is None
        else chosen_narrator
    )
    file_voices = {
        name: resolver.resolve_file_choice(name, choice)
        for name, choice in choices.file_choices.items()
    }
    chosen_voices = file_voices | {
        name: resolver.resolve_choice(name, choice)
        for name, choice in choices.option_choices.items()
    }
    narrator = chosen_narrator or usual_narrator
    own_voices = (usual_narrator, narrator, *file_voices.values(), *chosen_voices.values())
    acoustics = measure_voices(
        (*available_voices.values(), *own_voices),
        measurements_path,
        measure_missing=measure_missing,
    )
    castable_voices = {
        name: limit_tempo(voice, acoustics[name], acoustics[usual_narrator.name])
        for name, voice in select_castable_voices(available_voices, acoustics).items()
    }
    create_assigner = partial(
        VoiceAssigner,
        castable_voices,
        acoustics,
        usual_narrator,
        chosen_narrator=chosen_narrator,
        undisturbing=choices.list_undisturbing(),
        narrator_is_undisturbing=choices.narrator is not None and choices.narrator.keep_others,
    )
    assigner = _assign_voices(
        script, create_assigner, file_voices, chosen_voices, choices.list_undisturbing()
    )
    notes = (
        *choices.notes,
        *resolver.list_notes(),
        *assigner.describe_unknown_genders(script.characters),
        *assigner.describe_conflicts(),
        *describe_missing_devices((narrator, *assigner.assigned_voices.values())),
        *filter(None, (describe_missing_reading(language),)),
    )
    members = _list_members(script, assigner, choices)
    cast = Cast(
        narrator,
        assigner.assigned_voices,
        deliveries=choices.list_deliveries(),
    )
    return Casting(cast, members, notes, engine_choice)


def _require_voices(voices: Mapping[str, Voice], engine: str | None) -> None:
    """Raise an error if an engine has no voices.

    Raises:
        CastingError: no voice belongs to `engine`.
    """
    if engine is not None and not _filter_by_engine(voices, engine):
        registry.load_engine(engine)  # raises a better error if the engine does not exist
        raise CastingError(
            f"there is no voice for {engine}", "write a profile, as `narrator help files` shows"
        )


def _list_members(
    script: Script, assigner: VoiceAssigner, choices: _ChoicesByCharacter
) -> tuple[CastMember, ...]:
    """Return the speaking characters with their voices, those with the most lines first."""
    return tuple(
        CastMember(
            character, assigner.assigned_voices[character.name], choices.get_origin(character.name)
        )
        for character in sorted(script.characters, key=_rank_by_lines)
        if character.line_count and character.name in assigner.assigned_voices
    )


def _rank_by_lines(character: Character) -> tuple[int, str]:
    """Return a sort key that puts characters with the most lines first."""
    return (-character.line_count, character.name)


def _assign_voices(
    script: Script,
    create_assigner: Callable[..., VoiceAssigner],
    file_voices: Mapping[str, Voice],
    chosen_voices: Mapping[str, Voice],
    undisturbing: frozenset[str],
) -> VoiceAssigner:
    """Assign voices to all characters, and return the assigner with the result.

    The script is cast first as it was before corrections, and then the characters who only speak
    in the corrected script. `create_assigner` takes the encounters, the initial voices, and the
    voices that the user chose. The choices for `undisturbing` characters are applied at the end.
    """
    original = _undo_corrections(script)
    disturbing_voices = {n: voice for n, voice in chosen_voices.items() if n not in undisturbing}
    lead_voices = {
        lead.name: file_voices[lead.name]
        for lead in select_leads(original.characters)
        if lead.name in file_voices and lead.name not in undisturbing
    }
    assigner = create_assigner(
        find_encounters(original), lead_voices, chosen_voices=disturbing_voices
    )
    assigner.assign_voices(original.characters)
    remaining_voices = {
        character.name: assigner.assigned_voices[character.name]
        for character in script.characters
        if character.name in assigner.assigned_voices
    }
    assigner = create_assigner(
        find_encounters(script), remaining_voices, chosen_voices=chosen_voices
    )
    assigner.assign_voices(script.characters)
    return assigner


def use_single_voice(casting: Casting) -> Casting:
    """Replace all voices of a casting with the narrator's voice."""
    voice = casting.cast.narrator
    members = tuple(replace(member, voice=voice, origin="option") for member in casting.members)
    return Casting(Cast(voice, {}), members, (), casting.engine)


def _undo_corrections(script: Script) -> Script:
    """Return the script before the user's corrections of speakers, with the current characters.

    Characters have their corrected names, genders and ages, but their original lines. A corrected
    gender or age therefore affects casting, but a corrected speaker does not.
    """
    if script.uncorrected is None:
        return script
    current = {character.name: character for character in script.characters}
    main_names = _map_to_main_names(script.characters)
    original_names = {character.name for character in script.uncorrected.characters}
    new_names = {
        name: main
        for name in original_names - current.keys()
        if (main := main_names.get(name.casefold())) is not None and main not in original_names
    }
    characters = []
    for original in script.uncorrected.characters:
        name = new_names.get(original.name, original.name)
        described = current.get(name, original)  # with the corrected gender and age
        characters.append(replace(described, name=name, line_count=original.line_count))
    lines = tuple(
        replace(line, speaker=new_names[line.speaker]) if line.speaker in new_names else line
        for line in script.uncorrected.lines
    )
    return replace(script.uncorrected, characters=tuple(characters), lines=lines)


class _ChoicesByCharacter:
    """The user's choices of voices in the cast file and options, by characters' main names."""

    def __init__(self, script: Script, cast_file: CastFile, overrides: Mapping[str, str]) -> None:
        self.file_choices: dict[str, VoiceChoice] = {}
        self.option_choices: dict[str, VoiceChoice] = {}
        self.notes: list[str] = []
        self.narrator = cast_file.narrator
        self.is_narrator_from_option = False
        self._main_names = _map_to_main_names(script.characters)
        main_names = set(self._main_names.values())
        # Main names come last because they overwrite choices by alias.
        for name, choice in sorted(
            cast_file.voice_choices.items(), key=lambda item: item[0] in main_names
        ):
            self._add_from_file(name, choice)
        for name, voice in overrides.items():
            self._add_from_option(name, VoiceChoice(voice))

    def _add_from_file(self, name: str, choice: VoiceChoice) -> None:
        """Add a choice from the cast file, or a note if the script has no such character."""
        main_name = self._main_names.get(name.casefold())
        if main_name is None:
            self.notes.append(
                f"the cast file has a voice for {name}, who does not speak here "
                f"({did_you_mean(name, set(self._main_names.values()))})"
            )
        else:
            self.file_choices[main_name] = choice

    def list_undisturbing(self) -> frozenset[str]:
        """Return the characters whose choice in the cast file changes nobody else's voice."""
        return frozenset(
            name
            for name, choice in self.file_choices.items()
            if choice.keep_others and name not in self.option_choices
        )

    def list_deliveries(self) -> dict[str | None, str]:
        """Return the delivery of those who have one of their own; None is the narrator."""
        choices = (self.file_choices | self.option_choices).items()
        deliveries: dict[str | None, str] = {
            n: choice.delivery for n, choice in choices if choice.delivery
        }
        if self.narrator is not None and self.narrator.delivery:
            deliveries[None] = self.narrator.delivery
        return deliveries

    def get_origin(self, main_name: str) -> str:
        """Return how a character's voice was chosen, for `CastMember.origin`."""
        if main_name in self.option_choices:
            return "option"
        return "cast file" if main_name in self.file_choices else "automatic"

    def _add_from_option(self, name: str, choice: VoiceChoice) -> None:
        """Add a choice from an option.

        Raises:
            UnknownCharacterError: the script has no such character.
        """
        main_name = self._main_names.get(name.strip().casefold())
        if name.strip().casefold() == NARRATOR_ROLE:
            self.narrator, self.is_narrator_from_option = choice, True
        elif main_name is not None:
            self.option_choices[main_name] = choice
        else:
            raise UnknownCharacterError(
                f"nobody called '{name}' speaks in this book",
                did_you_mean(name, {*self._main_names.values(), NARRATOR_ROLE}),
            )


def _map_to_main_names(characters: Iterable[Character]) -> dict[str, str]:
    """Map names and aliases, case-folded, to main names.

    An alias of several characters maps to the one with the most lines.
    """
    main_names = {character.name.casefold(): character.name for character in characters}
    for character in sorted(characters, key=_rank_by_lines):
        for alias in character.aliases:
            main_names.setdefault(alias.casefold(), character.name)
    return main_names


def _filter_by_engine(voices: Mapping[str, Voice], engine: str) -> dict[str, Voice]:
    """Return the voices that belong to an engine, by name."""
    return {name: voice for name, voice in voices.items() if voice.engine == engine}


def _choose_narrator(script: Script, candidates: Mapping[str, Voice], engine: str) -> Voice:
    """Choose a voice for the narration among those of an engine.

    In a first-person story, its gender is that of the character who narrates.

    Raises:
        EngineUnavailableError: the engine has no voice of the book's language.
    """
    if not candidates:
        raise _make_language_error(script.book.metadata.language, engine)
    gender = next(
        (character.gender for character in script.characters if character.is_narrator), None
    )
    fitting = {
        name: voice for name, voice in candidates.items() if gender in (None, voice.gender)
    } or candidates
    for name in _PREFERRED_NARRATORS:
        if name in fitting:
            return fitting[name]
    return min(
        fitting.values(), key=lambda v: (rank_narrator(v), v.age not in (None, "adult"), v.name)
    )


def _make_language_error(language_tag: str, engine: str) -> EngineUnavailableError:
    """Return the error for a book in whose language no voice of an engine speaks."""
    return EngineUnavailableError(
        f"no voice of {engine} speaks {describe_tag(language_tag)}",
        "use --language if the book is in another language, or --voice NAME to choose any voice",
    )


class _VoiceResolver:
    """The resolver of chosen voices, which substitutes voices of other engines if necessary."""

    def __init__(
        self,
        voices: Mapping[str, Voice],
        stand_ins: Mapping[str, Voice],
        engine: str | None,
        language_tag: str,
    ) -> None:
        self._voices = voices
        self._engine = engine
        self._language_tag = language_tag
        self._has_stand_ins = bool(stand_ins)
        self._stand_in_finder = _StandInFinder(stand_ins)
        self._notes_by_character: dict[str, str] = {}

    def resolve_narrator(self, choices: _ChoicesByCharacter) -> Voice | None:
        """Return the voice that the user chose for the narrator; None if there is no choice."""
        if choices.narrator is None:
            return None
        if choices.is_narrator_from_option:
            return self.resolve_choice(NARRATOR_ROLE, choices.narrator)
        return self.resolve_file_choice(NARRATOR_ROLE, choices.narrator)

    def resolve_file_choice(self, name: str, choice: VoiceChoice) -> Voice:
        """Return the voice for a choice in the cast file.

        A cast file that was written where `natural` is installed serves elsewhere too: its natural
        voices are replaced.

        Raises:
            UnknownVoiceError: no voice has the chosen name.
        """
        voice = choice.resolve_voice(self._voices)
        problem = find_voice_problem(voice) if voice.engine == NATURAL_ENGINE else None
        if problem is None or self._engine is not None:
            return self.resolve_choice(name, choice)
        return self._find_stand_in(name, voice, str(problem))

    def resolve_choice(self, name: str, choice: VoiceChoice) -> Voice:
        """Return the voice that a choice for a character stands for.

        A later choice for the same character replaces the note about an earlier one.

        Raises:
            UnknownVoiceError: no voice has the chosen name.
        """
        voice = choice.resolve_voice(self._voices)
        self._notes_by_character.pop(name, None)
        if self._engine is None or voice.engine == self._engine:
            if not can_speak(voice, self._language_tag):
                self._notes_by_character[name] = self._describe_foreign_voice(name, voice)
            return voice
        return self._find_stand_in(name, voice, f"{voice.name} speaks with {voice.engine}")

    def _describe_foreign_voice(self, name: str, voice: Voice) -> str:
        """Return a note about a chosen voice that speaks another language than the book."""
        spoken, written = map(describe_language, (voice.language, self._language_tag))
        return f"{name}: {voice.name} speaks {spoken}, and the book is in {written}"

    def _find_stand_in(self, name: str, voice: Voice, reason: str) -> Voice:
        """Return the stand-in for a character's voice, and add a note with the reason.

        Raises:
            EngineUnavailableError: no voice of the engine speaks the book's language.
        """
        if not self._has_stand_ins:
            raise _make_language_error(self._language_tag, self._engine or voice.engine)
        stand_in = self._stand_in_finder.find_stand_in(voice, self._voices[voice.name])
        self._notes_by_character[name] = f"{name}: {reason}, so {stand_in.name} is used instead"
        return stand_in

    def list_notes(self) -> Iterable[str]:
        """Return a sentence for each voice that was replaced by a stand-in."""
        return self._notes_by_character.values()


class _StandInFinder:
    """The finder of stand-ins: the most similar voice of one engine for a voice of another.

    Different voices get different stand-ins as long as there are enough voices.
    """

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self._voices = voices
        self._names_by_voice: dict[str, str] = {}

    def find_stand_in(self, voice: Voice, profile: Voice) -> Voice:
        """Return the stand-in for a voice.

        `profile` is the voice without the adjustments of the user. The stand-in gets the same
        adjustments of rate (as a ratio) and volume (in decibels).
        """
        if profile.name not in self._names_by_voice:
            self._names_by_voice[profile.name] = self._find_most_similar(voice)
        stand_in = self._voices[self._names_by_voice[profile.name]]
        return replace(
            stand_in,
            rate=stand_in.rate * voice.rate / profile.rate,
            volume=stand_in.volume + voice.volume - profile.volume,
        )

    def _find_most_similar(self, voice: Voice) -> str:
        """Return the name of the most similar voice, preferably of the same gender and age."""
        acoustics = estimate_acoustics(voice)
        use_counts = Counter(self._names_by_voice.values())
        return min(
            self._voices.values(),
            key=lambda candidate: (
                candidate.gender != voice.gender,
                (candidate.age == "child") != (voice.age == "child"),
                use_counts[candidate.name],
                compute_acoustic_distance(estimate_acoustics(candidate), acoustics),
                candidate.name,
            ),
        ).name


def write_casting(output: Output, casting: Casting, script: Script) -> None:
    """Write a casting to a new cast file.

    Raises:
        OutputError: the file can't be written, or must not be replaced.
    """
    with write_file(output) as path:
        path.write_text(_format_casting(CastFile(), casting, script), "utf-8")


def update_cast_file(output: Output, casting: Casting, script: Script) -> None:
    """Write a casting to an existing cast file; only voices that differ are changed.

    Raises:
        CastFileError: the existing file is invalid.
        OutputError: the file can't be written.
    """
    update_file(output, lambda: _format_casting(read_cast_file(output.target), casting, script))


def _format_casting(existing: CastFile, casting: Casting, script: Script) -> str:
    """Return the text of a cast file that holds a casting, and everything in an existing file."""
    listed_names = {name.casefold(): name for name in existing.voice_choices}
    file_names = {
        member.character.name: _find_listed_name(member.character, listed_names)
        for member in casting.members
    }
    # builds only read cast files
    from narrator.casting.cast_file_edits import format_cast_file  # noqa: PLC0415

    return format_cast_file(
        existing,
        script.book.metadata.title,
        casting.cast.narrator.name,
        {file_names[member.character.name]: member.voice.name for member in casting.members},
        {
            file_names[member.character.name]: _describe_character(member.character)
            for member in casting.members
        },
    )


def _find_listed_name(character: Character, listed_names: Mapping[str, str]) -> str:
    """Return the name by which an existing cast file lists a character, or the main name.

    `listed_names` are the names in the file by their case-folded forms.
    """
    matches = (listed_names.get(name.casefold()) for name in (character.name, *character.aliases))
    return next(filter(None, matches), character.name)


def _describe_character(character: Character) -> str:
    """Return the comment on a new character in a cast file, such as "412 lines, female, young"."""
    lines = f"{character.line_count} line{'s' if character.line_count != 1 else ''}"
    return ", ".join(filter(None, (lines, character.gender, character.age)))
