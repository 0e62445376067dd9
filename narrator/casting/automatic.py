"""Find voices automatically for all characters without a chosen voice.

The leads are cast together, so that those who share a chapter sound as different as possible. The
other characters are cast one after the other, in order of how much they speak, and an assigned
voice is not taken back: a new minor character does not change anybody else's voice. Neither does a
voice that a person chooses: everybody is cast as if it had not been chosen, and then only a
character who would share a chapter with the same voice gets another.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from narrator.casting.acoustic_distance import acoustic_distance
from narrator.casting.lead_assignment import Lead, assign_leads
from narrator.model import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narrator.casting.acoustics import VoiceAcoustics
    from narrator.model import Character, Script, Voice

_MAX_LEADS = 10
"""Maximum number of characters who are cast together."""
_MIN_LEAD_LINES = 5
"""Lines from which a character is a lead. Characters with fewer may be added or removed without
changing any lead's voice."""
_AGES = ("child", "young", "adult", "old")
_MAX_NARRATION_LINES = 6
"""Lines of narration that may lie between two speeches of one conversation."""
_NO_EXCHANGE_FACTOR = 1.5
"""Factor applied to the distance between characters who share a chapter but do not talk to each
other, as it matters less that their voices are similar."""
_REUSE_PENALTY = 0.8
"""Penalty, as a distance, for each other character of the book who already has a voice."""
_SUFFICIENT_DISTANCE = 2.2
"""Distance from which voices count as distinct enough; a larger one does not count as better."""
_PLAINNESS_WEIGHT = 0.1
"""Penalty per unit of distance from the narrator's voice: of two voices that are distinct enough,
the plainer one is better."""
_AGE_PENALTY = {True: 1.5, False: 0.7}
"""Penalty, as a distance, per step of age between character and voice, by whether the age of the
character is known."""
_MAX_AGE_STEPS = 3
"""Steps of age from which a voice is used only if there is no other."""
_NARRATOR_FACTOR = 1.5
"""Factor applied to the distance between a lead and the narrator: narration sounds different from
speech, so it matters less that their voices are similar."""
CONFUSABLE_DISTANCE = 1.0
"""Distance below which two voices are hard to tell apart in a conversation."""


@dataclass(frozen=True)
class CharacterEncounters:
    """Which characters speak in which chapters, and who talks to whom."""

    chapters_by_character: Mapping[str, frozenset[int]]
    """By a character's main name, the numbers of the chapters in which the character speaks."""
    exchange_counts: Mapping[frozenset[str], int] = field(default_factory=dict)
    """By pairs of main names, how often one speaks directly after the other."""

    def find_shared_chapters(self, first: str, second: str) -> frozenset[int]:
        """Return the chapters in which both characters speak."""
        first_chapters = self.chapters_by_character.get(first, frozenset())
        return first_chapters & self.chapters_by_character.get(second, frozenset())

    def count_exchanges(self, first: str, second: str) -> int:
        """Return how often one of two characters answers the other."""
        return self.exchange_counts.get(frozenset((first, second)), 0)


def find_encounters(script: Script) -> CharacterEncounters:
    """Return which characters of a script speak where, and who talks to whom."""
    chapters: dict[str, set[int]] = {}
    exchanges: Counter[frozenset[str]] = Counter()
    previous: tuple[str, int] | None = None  # the last speaker, and the chapter
    narration_lines = 0  # since the last speaker
    for line in script.lines:
        if line.kind is not LineKind.DIALOGUE or line.speaker is None:
            narration_lines += 1
            continue
        chapters.setdefault(line.speaker, set()).add(line.chapter)
        is_near = narration_lines <= _MAX_NARRATION_LINES and not line.follows_scene_break
        if previous and is_near and previous[1] == line.chapter and previous[0] != line.speaker:
            exchanges[frozenset((previous[0], line.speaker))] += 1
        previous, narration_lines = (line.speaker, line.chapter), 0
    return CharacterEncounters(
        {name: frozenset(numbers) for name, numbers in chapters.items()}, exchanges
    )


def select_leads(characters: Iterable[Character]) -> list[Character]:
    """Return the leads, ordered by how much they speak."""
    ranked = _rank_speakers(characters)
    return [lead for lead in ranked[:_MAX_LEADS] if lead.line_count >= _MIN_LEAD_LINES]


def _rank_speakers(characters: Iterable[Character]) -> list[Character]:
    """Return the characters who speak, those with the most lines first."""
    speakers = (character for character in characters if character.line_count)
    return sorted(speakers, key=lambda character: (-character.line_count, character.name))


@dataclass
class VoiceAssigner:
    """Assigns voices to characters."""

    voices: Mapping[str, Voice]
    """The voices that characters may get, by name."""
    acoustics: Mapping[str, VoiceAcoustics]
    """How each voice sounds, by name; the narrator's voice too."""
    narrator: Voice
    encounters: CharacterEncounters
    assigned_voices: dict[str, Voice] = field(default_factory=dict)
    """Voices by characters' main names; at first those that the other voices must fit."""
    chosen_voices: Mapping[str, Voice] = field(default_factory=dict)
    """Voices that a person chose, by characters' main names."""

    def assign_voices(self, characters: Sequence[Character]) -> None:
        """Assign a voice to every character who speaks, and the chosen voices as they are chosen.

        A character who already has a voice keeps it, unless the same voice is newly chosen for
        somebody in the same chapter.
        """
        # First as if nothing had been chosen, so that a choice changes few voices.
        self._fill_gaps(characters)
        self._apply_choices()
        self._fill_gaps(characters)

    def _fill_gaps(self, characters: Iterable[Character]) -> None:
        """Assign a voice to every character who speaks and does not have one."""
        self.assigned_voices |= self._assign_leads(select_leads(characters))
        for character in _rank_speakers(characters):
            if character.name not in self.assigned_voices:
                self.assigned_voices[character.name] = self._choose_voice(character)

    def _apply_choices(self) -> None:
        """Assign the chosen voices, and take them from characters who share a chapter."""
        new_choices = {
            name: voice
            for name, voice in self.chosen_voices.items()
            if self.assigned_voices.get(name) != voice
        }
        displaced = {
            name
            for name, voice in self.assigned_voices.items()
            if not self._is_fixed(name)
            if any(
                choice.name == voice.name and self._share_chapter(name, chooser)
                for chooser, choice in new_choices.items()
            )
        }
        remaining = {
            name: voice for name, voice in self.assigned_voices.items() if name not in displaced
        }
        self.assigned_voices = {**remaining, **self.chosen_voices}

    def _is_fixed(self, name: str) -> bool:
        """Return whether a character's voice must not change: it is chosen or the narrator's."""
        is_narrator = self.assigned_voices[name].name == self.narrator.name
        return name in self.chosen_voices or is_narrator

    def _assign_leads(self, leads: Iterable[Character]) -> dict[str, Voice]:
        """Return voices for the leads who have none; empty if there are too few voices.

        A voice of another age is used if the distances gained outweigh the mismatch.
        """
        open_leads = [
            lead for lead in leads if not (lead.is_narrator or lead.name in self.assigned_voices)
        ]
        best: dict[str, str] = {}
        best_score = float("-inf")
        for age_steps in range(_MAX_AGE_STEPS) if open_leads else ():
            solution = assign_leads(
                self._describe_leads(open_leads, age_steps),
                self._voice_distance,
                _SUFFICIENT_DISTANCE,
            )
            smallest = self._smallest_distance(open_leads, solution)
            score = smallest - _AGE_PENALTY[False] * age_steps
            # A larger mismatch of age must pay by a margin, or else the voices that fit are kept.
            if solution and score > best_score + _PLAINNESS_WEIGHT:
                best, best_score = solution, score
        return {name: self.voices[voice] for name, voice in best.items()}

    def _describe_leads(self, leads: Sequence[Character], max_age_steps: int) -> list[Lead]:
        """Return the leads with the voices that are at most `max_age_steps` from their age."""
        names = {lead.name for lead in leads}
        return [
            Lead(
                lead.name,
                (suitability := self._rate_voices(lead, max_age_steps)),
                {voice: self._measure_clearance(lead, voice) for voice in suitability},
                frozenset(
                    name for name in names - {lead.name} if self._share_chapter(lead.name, name)
                ),
            )
            for lead in leads
        ]

    def _rate_voices(self, character: Character, max_age_steps: int) -> dict[str, float]:
        """Return how plain and how well-fitting each voice is for a lead, by name."""
        narrator_acoustics = self.acoustics[self.narrator.name]
        return {
            voice.name: -_AGE_PENALTY[character.age is not None] * age_steps
            - _PLAINNESS_WEIGHT * acoustic_distance(self.acoustics[voice.name], narrator_acoustics)
            for voice in self.voices.values()
            if voice.name != self.narrator.name and _gender_fits(voice, character)
            if (age_steps := _count_age_steps(voice, character)) <= max_age_steps
        }

    def _measure_clearance(self, character: Character, voice_name: str) -> float:
        """Return the smallest distance of a voice to those that are heard beside it.

        They are the narrator's voice, and the voices of the characters that this one meets. Return
        -1 if the voice is taken.
        """
        acoustics = self.acoustics[voice_name]
        narrator_acoustics = self.acoustics[self.narrator.name]
        distances = [_NARRATOR_FACTOR * acoustic_distance(acoustics, narrator_acoustics)]
        for name, assigned in self.assigned_voices.items():
            if assigned.name == voice_name:
                return -1.0
            if self._share_chapter(character.name, name):
                distances.append(acoustic_distance(acoustics, self.acoustics[assigned.name]))
        return min(distances)

    def _share_chapter(self, first: str, second: str) -> bool:
        """Return whether two characters speak in the same chapter."""
        return bool(self.encounters.find_shared_chapters(first, second))

    def _voice_distance(self, first: str, second: str) -> float:
        """Return the acoustic distance between two voices, given by name."""
        return acoustic_distance(self.acoustics[first], self.acoustics[second])

    def _smallest_distance(self, leads: Sequence[Character], solution: Mapping[str, str]) -> float:
        """Return the smallest distance between a lead and anybody the lead meets.

        It is at most the sufficient distance. `solution` has the names of the leads' voices.
        """
        names = [lead.name for lead in leads if lead.name in solution]
        pair_distances = [
            self._voice_distance(solution[first], solution[second])
            for first, second in combinations(names, 2)
            if self._share_chapter(first, second)
        ]
        clearances = [
            self._measure_clearance(lead, solution[lead.name])
            for lead in leads
            if lead.name in solution
        ]
        return min([*pair_distances, *clearances, _SUFFICIENT_DISTANCE])

    def _choose_voice(self, character: Character) -> Voice:
        """Return the best voice for a single character, given the voices already assigned."""
        if character.is_narrator:
            return self.narrator
        candidates = [voice for voice in self.voices.values() if voice.name != self.narrator.name]
        fitting = [voice for voice in candidates if _gender_fits(voice, character)] or candidates
        if not fitting:
            return self.narrator
        nearby_voices = self._list_nearby_voices(character)
        free = [voice for voice in fitting if voice.name not in nearby_voices]
        if not free:
            # Voices have run out: share the one where it is noticed least.
            return min(
                fitting, key=lambda voice: (self._rate_conflict(character, voice), voice.name)
            )
        suitable = [
            voice for voice in free if _count_age_steps(voice, character) < _MAX_AGE_STEPS
        ] or free
        return max(suitable, key=lambda voice: (self._score_voice(character, voice), voice.name))

    def _list_nearby_voices(self, character: Character) -> set[str]:
        """Return the names of the voices of those who share a chapter with a character."""
        return {
            voice.name
            for name, voice in self.assigned_voices.items()
            if self._share_chapter(character.name, name)
        }

    def _rate_conflict(self, character: Character, voice: Voice) -> tuple[int, int, int]:
        """Return how noticeable it would be if a character shared this voice; smaller is better.

        What counts first is whether the age fits, then how often the characters with this voice
        talk to each other, then how many chapters they share.
        """
        users = [
            name for name, assigned in self.assigned_voices.items() if assigned.name == voice.name
        ]
        exchanges = sum(self.encounters.count_exchanges(character.name, user) for user in users)
        shared_chapters = sum(
            len(self.encounters.find_shared_chapters(character.name, user)) for user in users
        )
        return _count_age_steps(voice, character) // _MAX_AGE_STEPS, exchanges, shared_chapters

    def _score_voice(self, character: Character, voice: Voice) -> float:
        """Return how distinct a voice is from those around it, less penalties for mismatches."""
        acoustics = self.acoustics[voice.name]
        narrator_distance = acoustic_distance(acoustics, self.acoustics[self.narrator.name])
        nearest, user_count = narrator_distance, 0
        for name, assigned in self.assigned_voices.items():
            user_count += assigned.name == voice.name
            if self._share_chapter(character.name, name):
                talks = self.encounters.count_exchanges(character.name, name)
                factor = 1.0 if talks else _NO_EXCHANGE_FACTOR
                distance = acoustic_distance(acoustics, self.acoustics[assigned.name])
                nearest = min(nearest, factor * distance)
        age_penalty = _AGE_PENALTY[character.age is not None] * _count_age_steps(voice, character)
        oddness = _PLAINNESS_WEIGHT * narrator_distance
        distinctness = min(nearest, _SUFFICIENT_DISTANCE)
        return distinctness - age_penalty - oddness - _REUSE_PENALTY * user_count

    def describe_conflicts(self) -> Iterable[str]:
        """Yield a sentence for each pair who meet and have the same or a similar voice."""
        names = sorted(self.assigned_voices)
        for first, second in combinations(names, 2):
            if conflict := self._describe_conflict(first, second):
                yield conflict

    def _describe_conflict(self, first: str, second: str) -> str:
        """Return what a listener may find confusing about two characters, or an empty string."""
        shared_chapters = self.encounters.find_shared_chapters(first, second)
        first_voice, second_voice = self.assigned_voices[first], self.assigned_voices[second]
        if shared_chapters and first_voice.name == second_voice.name:
            chapters = f"chapter {min(shared_chapters)}"
            chapters += " and others" if len(shared_chapters) > 1 else ""
            is_deliberate = self._is_fixed(first) and self._is_fixed(second)
            cause = "" if is_deliberate else "voices have run out: "
            return f"{cause}{first} and {second} share {first_voice.name} in {chapters}"
        distance = self._voice_distance(first_voice.name, second_voice.name)
        if self.encounters.count_exchanges(first, second) and distance < CONFUSABLE_DISTANCE:
            return (
                f"{first} ({first_voice.name}) and {second} ({second_voice.name}) "
                "talk and sound alike"
            )
        return ""


def _gender_fits(voice: Voice, character: Character) -> bool:
    """Return whether voice and character have the same gender, or one of them is unknown."""
    return None in (voice.gender, character.gender) or voice.gender == character.gender


def _count_age_steps(voice: Voice, character: Character) -> int:
    """Return the number of steps from a character's age to a voice's.

    A child's voice for a grown-up, or the reverse, always counts as the maximum.
    """
    character_age, voice_age = character.age or "adult", voice.age or "adult"
    if (character_age == "child") != (voice_age == "child"):
        return _MAX_AGE_STEPS
    if character.age is None and voice_age == "young":
        return 0
    return abs(_AGES.index(character_age) - _AGES.index(voice_age))
