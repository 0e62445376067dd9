"""Find the voices that suit a character, and the characters whose voices may be confused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.automatic import (
    CONFUSABLE_DISTANCE,
    VoiceAssigner,
    find_encounters,
    limit_tempo,
    select_castable_voices,
    suits_character,
)
from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.engine_choice import select_ready_voices
from narrator.casting.voice_languages import select_speaking_voices
from narrator.casting.voice_measurement import measure_voices
from narrator.model import Character

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from narrator.casting.acoustics import VoiceAcoustics
    from narrator.casting.automatic import CharacterEncounters
    from narrator.casting.cast import Casting
    from narrator.model import Script, Voice


@dataclass(frozen=True)
class VoiceFitting:
    """The voices of the engine that speaks a book, and how well they suit its characters."""

    script: Script
    casting: Casting
    voices: Mapping[str, Voice]
    """Voices that can speak here, with a tempo near the narrator's, by name."""
    acoustics: Mapping[str, VoiceAcoustics]
    """How these voices and those of the cast sound, by name."""

    @cached_property
    def _encounters(self) -> CharacterEncounters:
        """Return in which chapters characters speak, and how often they answer each other."""
        return find_encounters(self.script)

    def rank_voices(self, name: str) -> tuple[Voice, ...]:
        """Return the voices for a character or for `narrator`, the most suitable first.

        The rules are those of automatic casting: distance from the voices heard together with it,
        gender, age and quality.
        """
        cast, encounters = self.casting.cast, self._encounters
        if name == NARRATOR_ROLE:
            character = Character(NARRATOR_ROLE)
            chapters = frozenset(line.chapter for line in self.script.lines)
            encounters = replace(
                encounters,
                chapters_by_character={**encounters.chapters_by_character, NARRATOR_ROLE: chapters},
            )
        else:
            character = next(speaker for speaker in self.script.characters if speaker.name == name)
        voices = {
            key: voice
            for key, voice in self.voices.items()
            if name == NARRATOR_ROLE or key != cast.narrator.name
        }
        others = {other: voice for other, voice in cast.voices.items() if other != name}
        assigner = VoiceAssigner(
            voices, self.acoustics, cast.narrator, encounters, assigned_voices=others
        )
        return assigner.rank_voices(character)

    def propose_voice(self, name: str) -> Voice | None:
        """Return the best voice by which nobody confuses a character with others; None without one.

        It is the voice of nobody in the same chapters, and like that of nobody the character talks
        to.
        """
        voices, encounters = self.casting.cast.voices, self._encounters
        others = [other for other in voices if other != name]
        nearby = {
            voices[other].name for other in others if encounters.find_shared_chapters(name, other)
        }
        partner_voices = [
            voices[other].name for other in others if encounters.count_exchanges(name, other)
        ]
        character = next(speaker for speaker in self.script.characters if speaker.name == name)
        for voice in self.rank_voices(name):
            is_confusable = voice.name in nearby or any(
                self._are_similar(voice.name, other) for other in partner_voices
            )
            if suits_character(voice, character) and not is_confusable:
                return voice
        return None

    def find_confusable_pairs(self) -> dict[frozenset[str], str]:
        """Return the pairs of characters whom a listener may confuse, each with the reason."""
        voices, encounters = self.casting.cast.voices, self._encounters
        reasons_by_pair: dict[frozenset[str], str] = {}
        for first, second in combinations(sorted(voices), 2):
            if not encounters.find_shared_chapters(first, second):
                continue
            names = voices[first].name, voices[second].name
            if voices[first] == voices[second]:
                reasons_by_pair[frozenset((first, second))] = "have the same voice"
            elif encounters.count_exchanges(first, second) and self._are_similar(*names):
                reasons_by_pair[frozenset((first, second))] = "talk to each other and sound alike"
        return reasons_by_pair

    def _are_similar(self, first: str, second: str) -> bool:
        """Return whether two voices are hard to tell apart."""
        sounds = self.acoustics[first], self.acoustics[second]
        return compute_acoustic_distance(*sounds) < CONFUSABLE_DISTANCE


def fit_voices(
    script: Script,
    casting: Casting,
    voices: Mapping[str, Voice],
    measurements_path: Path | None = None,
) -> VoiceFitting:
    """Return the voices that may be cast in a book, with how they sound.

    Nothing is spoken: the sound of a voice that was never measured is predicted from its profile.

    Args:
        script: The lines and their speakers.
        casting: The present cast.
        voices: All voice profiles.
        measurements_path: The file that caches measurements of voices.
    """
    engine = casting.engine.name if casting.engine else casting.cast.narrator.engine
    engine_voices = {name: voice for name, voice in voices.items() if voice.engine == engine}
    ready = select_ready_voices(
        select_speaking_voices(engine_voices, script.book.metadata.language)
    )
    cast_voices = (casting.cast.narrator, *casting.cast.voices.values())
    acoustics = measure_voices(
        (*ready.values(), *cast_voices), measurements_path, measure_missing=False
    )
    narrator_acoustics = acoustics[casting.cast.narrator.name]
    castable = {
        name: limit_tempo(voice, acoustics[name], narrator_acoustics)
        for name, voice in select_castable_voices(ready, acoustics).items()
    }
    return VoiceFitting(script, casting, castable, acoustics)
