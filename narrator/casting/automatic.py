"""Choose voices automatically for all characters without a voice chosen by the user.

The leads, the characters who speak most, are cast together: those who share a chapter shall sound
as different as possible. All other characters are cast one at a time, those with the most lines
first, and keep their voices. A new minor character therefore does not change other voices.

If the user chooses a voice for a character, everyone is first cast without this choice. Then only
characters with the same voice in the same chapters get another one, or nobody does if the user
asks for that.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.lead_assignment import Lead, assign_leads, select_leads_with_voices
from narrator.casting.voice_quality import (
    is_within_bounds,
    look_up_quality,
    meets_quality_floor,
)
from narrator.model import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from narrator.casting.acoustics import VoiceAcoustics
    from narrator.model import Character, Script, Voice

_MAX_LEADS = 10
"""Maximum number of leads."""
_MIN_LEAD_LINES = 5
"""Minimum number of lines of a lead. If characters with fewer lines are added or
removed, the voices of the leads don't change."""
_AGES = ("child", "young", "adult", "old")
_MAX_NARRATION_LINES = 6
"""Maximum number of lines without a speaker between two speeches of a conversation."""
_NO_EXCHANGE_FACTOR = 1.5
"""Factor on the distance between characters who share a chapter but don't talk to each other.
Similar voices matter less for them."""
_REUSE_PENALTY = 0.8
"""Penalty, as a distance, for each other character who has the same voice."""
_SUFFICIENT_DISTANCE = 2.2
"""Distance from which two voices are distinct enough; larger distances are not preferred."""
_PLAINNESS_WEIGHT = 0.1
"""Penalty per unit of distance from the narrator's voice: of two sufficiently distinct voices, the
less unusual one is preferred."""
_AGE_PENALTY = {True: 1.5, False: 0.7}
"""Penalty, as a distance, per step of age between character and voice. The key is whether the
character's age is known."""
_MAX_AGE_STEPS = 3
"""Number of age steps from which a voice is only used if no other is left."""
_NARRATOR_FACTOR = 1.5
"""Factor on the distance between a lead and the narrator. Narration sounds different from dialogue,
so similar voices matter less."""
_QUALITY_WEIGHT = 0.3
"""Penalty, as a distance, per point by which a voice's mean opinion score is below that of the best
voice: of two distinct voices, the one that speaks better is preferred."""
_NEUTRAL_PITCH_HZ = 160.0
"""Pitch between those of women and men, for characters of unknown gender."""
_NEUTRALITY_WEIGHT = 0.15
"""Penalty, as a distance, per semitone from the neutral pitch for characters of unknown gender."""
_MAX_LISTED_CHARACTERS = 4
"""Number of characters that a note names; it only counts the others."""
_MAX_TEMPO_DIFFERENCE = 0.12
"""Largest difference in tempo from the narrator's, as a share."""
CONFUSABLE_DISTANCE = 1.0
"""Distance below which two voices are hard to distinguish in a conversation."""


@dataclass(frozen=True)
class CharacterEncounters:
    """The chapters in which each character speaks, and how often characters answer each other."""

    chapters_by_character: Mapping[str, frozenset[int]]
    """Numbers of the chapters in which each character speaks, by main name."""
    exchange_counts: Mapping[frozenset[str], int] = field(default_factory=dict)
    """Number of times that two characters answer each other, by the pair of their main names."""

    def find_shared_chapters(self, first: str, second: str) -> frozenset[int]:
        """Return the numbers of the chapters in which both characters speak."""
        first_chapters = self.chapters_by_character.get(first, frozenset())
        return first_chapters & self.chapters_by_character.get(second, frozenset())

    def count_exchanges(self, first: str, second: str) -> int:
        """Return the number of times that two characters answer each other."""
        return self.exchange_counts.get(frozenset((first, second)), 0)


def find_encounters(script: Script) -> CharacterEncounters:
    """Find the chapters in which each character of a script speaks, and count their exchanges."""
    chapters: dict[str, set[int]] = {}
    exchanges: Counter[frozenset[str]] = Counter()
    previous: tuple[str, int] | None = None  # the last speaker, and the chapter number
    narration_lines = 0  # lines without a speaker since the last speech
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
    """Return the leads, those with the most lines first."""
    ranked = _rank_speakers(characters)
    return [lead for lead in ranked[:_MAX_LEADS] if lead.line_count >= _MIN_LEAD_LINES]


def _rank_speakers(characters: Iterable[Character]) -> list[Character]:
    """Return the characters who speak, those with the most lines first."""
    speakers = (character for character in characters if character.line_count)
    return sorted(speakers, key=lambda character: (-character.line_count, character.name))


def select_castable_voices(
    voices: Mapping[str, Voice], acoustics: Mapping[str, VoiceAcoustics]
) -> dict[str, Voice]:
    """Return the voices that sound like their gender and age.

    If no grown-up voice of a gender does, all voices of that gender are returned: a woman with a
    low voice is better than a man in her place.
    """
    within = {name for name, voice in voices.items() if is_within_bounds(voice, acoustics[name])}
    genders = {voices[name].gender for name in within if voices[name].age != "child"}
    return {
        name: voice
        for name, voice in voices.items()
        if name in within or voice.gender not in genders
    }


def limit_tempo(
    voice: Voice, acoustics: VoiceAcoustics, narrator_acoustics: VoiceAcoustics
) -> Voice:
    """Return a voice with a tempo within 12 % of the narrator's; few voices need a change."""
    tempo = narrator_acoustics.words_per_minute
    slowest, fastest = tempo * (1 - _MAX_TEMPO_DIFFERENCE), tempo * (1 + _MAX_TEMPO_DIFFERENCE)
    limited = min(max(acoustics.words_per_minute, slowest), fastest)
    if limited == acoustics.words_per_minute:
        return voice
    return replace(voice, rate=round(voice.rate * limited / acoustics.words_per_minute, 1))


@dataclass
class VoiceAssigner:
    """The assigner of voices to characters; the result is `assigned_voices`."""

    voices: Mapping[str, Voice]
    """Available voices, by name."""
    acoustics: Mapping[str, VoiceAcoustics]
    """Acoustics of all these voices and of the narrator's voice, by name."""
    narrator: Voice
    """The narrator's voice. Until the voices that the user chose are applied, it is the automatic
    one, from which the characters' voices differ."""
    encounters: CharacterEncounters
    assigned_voices: dict[str, Voice] = field(default_factory=dict)
    """Assigned voices, by characters' main names. Initial voices are kept, and the other voices are
    chosen to differ from them."""
    chosen_voices: Mapping[str, Voice] = field(default_factory=dict)
    """Voices that the user chose, by characters' main names."""
    chosen_narrator: Voice | None = None
    """The voice that the user chose for the narrator."""
    undisturbing: frozenset[str] = frozenset()
    """The characters whose chosen voices nobody else has to give up."""
    narrator_is_undisturbing: bool = False
    """Whether nobody has to give up the voice that the user chose for the narrator."""

    def assign_voices(self, characters: Sequence[Character]) -> None:
        """Assign a voice to every character who speaks, and the voices that the user chose.

        A character who already has a voice keeps it, unless the user chose the same voice for a
        character in the same chapter.
        """
        # Assigning first without the choices limits how many voices a choice changes.
        self._assign_missing_voices(characters)
        self._apply_chosen_voices()
        self._apply_chosen_narrator(
            {character.name for character in characters if character.is_narrator}
        )
        self._assign_missing_voices(characters)

    def _assign_missing_voices(self, characters: Iterable[Character]) -> None:
        """Assign a voice to every speaking character without one."""
        self.assigned_voices |= self._assign_leads(select_leads(characters))
        for character in _rank_speakers(characters):
            if character.name not in self.assigned_voices:
                self.assigned_voices[character.name] = self._choose_voice(character)

    def _apply_chosen_voices(self) -> None:
        """Assign the chosen voices, and remove them from characters in the same chapters."""
        new_choices = {
            name: voice
            for name, voice in self.chosen_voices.items()
            if self.assigned_voices.get(name) != voice and name not in self.undisturbing
        }
        displaced = {
            name
            for name, voice in self.assigned_voices.items()
            if not self._has_fixed_voice(name)
            if any(
                choice.name == voice.name and self._share_chapter(name, chooser)
                for chooser, choice in new_choices.items()
            )
        }
        remaining = {
            name: voice for name, voice in self.assigned_voices.items() if name not in displaced
        }
        self.assigned_voices = {**remaining, **self.chosen_voices}

    def _apply_chosen_narrator(self, narrating_characters: Set[str]) -> None:
        """Give the narrator the chosen voice, and remove it from all characters.

        The characters who narrate the story keep the narrator's voice.
        """
        if self.chosen_narrator is None or self.chosen_narrator == self.narrator:
            return
        previous, self.narrator = self.narrator, self.chosen_narrator
        automatic_voices = {
            name: self.narrator if name in narrating_characters and voice == previous else voice
            for name, voice in self.assigned_voices.items()
            if voice.name != self.narrator.name or self.narrator_is_undisturbing
        }
        self.assigned_voices = {**automatic_voices, **self.chosen_voices}

    def _has_fixed_voice(self, name: str) -> bool:
        """Return whether a character's voice can't change: it was chosen, or is the narrator's."""
        is_narrator = self.assigned_voices[name].name == self.narrator.name
        return name in self.chosen_voices or is_narrator

    def _assign_leads(self, leads: Iterable[Character]) -> dict[str, Voice]:
        """Choose voices for the leads without one, as far as there are enough voices.

        A voice of a different age is used if the gain in distance outweighs the mismatch, or if
        more leads then have a voice of their own.
        """
        open_leads = [
            lead for lead in leads if not (lead.is_narrator or lead.name in self.assigned_voices)
        ]
        best: dict[str, str] = {}
        best_score = (0, float("-inf"))
        for age_steps in range(_MAX_AGE_STEPS) if open_leads else ():
            solution = self._find_lead_voices(open_leads, age_steps)
            smallest = self._find_smallest_distance(open_leads, solution)
            score = (len(solution), smallest - _AGE_PENALTY[False] * age_steps)
            # A larger age mismatch must improve the score by a margin.
            if score > (best_score[0], best_score[1] + _PLAINNESS_WEIGHT):
                best, best_score = solution, score
        return {name: self.voices[voice] for name, voice in best.items()}

    def _find_lead_voices(self, leads: Sequence[Character], max_age_steps: int) -> dict[str, str]:
        """Return a voice for each lead, at most `max_age_steps` from the age.

        If there are too few voices, those with the fewest lines get none. Voices below the quality
        floor are used only if there are too few others.
        """
        good_voices = [
            voice
            for voice in self.voices.values()
            if meets_quality_floor(voice) and voice.name != self.narrator.name
        ]
        leads_with_enough = {
            lead.name
            for lead in leads
            if sum(suits_character(voice, lead) for voice in good_voices)
            >= sum(_compete_for_voices(lead, other) for other in leads)
        }
        candidates = [
            self._build_lead(
                lead,
                leads,
                good_voices if lead.name in leads_with_enough else self.voices.values(),
                max_age_steps,
            )
            for lead in leads
        ]
        return assign_leads(
            select_leads_with_voices(candidates),
            self._measure_distance,
            _SUFFICIENT_DISTANCE,
            CONFUSABLE_DISTANCE,
        )

    def _build_lead(
        self,
        lead: Character,
        leads: Sequence[Character],
        voices: Iterable[Voice],
        max_age_steps: int,
    ) -> Lead:
        """Return a lead for `assign_leads`, with voices at most `max_age_steps` from the age."""
        suitability = self._rate_suitability(lead, voices, max_age_steps)
        others = [other.name for other in leads if other.name != lead.name]
        return Lead(
            lead.name,
            suitability,
            {voice: self._measure_clearance(lead, voice) for voice in suitability},
            frozenset(name for name in others if self._share_chapter(lead.name, name)),
            {name: self.encounters.count_exchanges(lead.name, name) for name in others},
        )

    def _rate_suitability(
        self, character: Character, voices: Iterable[Voice], max_age_steps: int
    ) -> dict[str, float]:
        """Return the suitability of each possible voice for a lead, by name; higher is better.

        It is 0 or less: minus the penalties for age and for the distance from the narrator.
        """
        narrator_acoustics = self.acoustics[self.narrator.name]
        return {
            voice.name: -_AGE_PENALTY[character.age is not None] * age_steps
            - self._penalise_sound(character, voice)
            - _PLAINNESS_WEIGHT
            * compute_acoustic_distance(self.acoustics[voice.name], narrator_acoustics)
            for voice in voices
            if voice.name != self.narrator.name and _is_gender_compatible(voice, character)
            if (age_steps := _count_age_steps(voice, character)) <= max_age_steps
        }

    def _measure_clearance(self, character: Character, voice_name: str) -> float:
        """Return the smallest distance from a voice to the voices heard together with it.

        Those are the narrator's voice and the assigned voices of characters who share a chapter
        with `character`. Return -1 if the voice itself is already assigned.
        """
        acoustics = self.acoustics[voice_name]
        narrator_acoustics = self.acoustics[self.narrator.name]
        distances = [_NARRATOR_FACTOR * compute_acoustic_distance(acoustics, narrator_acoustics)]
        for name, assigned in self.assigned_voices.items():
            if assigned.name == voice_name:
                return -1.0
            if self._share_chapter(character.name, name):
                distances.append(
                    compute_acoustic_distance(acoustics, self.acoustics[assigned.name])
                )
        return min(distances)

    def _share_chapter(self, first: str, second: str) -> bool:
        """Return whether two characters speak in the same chapter."""
        return bool(self.encounters.find_shared_chapters(first, second))

    def _measure_distance(self, first: str, second: str) -> float:
        """Return the acoustic distance between two voices with these names."""
        return compute_acoustic_distance(self.acoustics[first], self.acoustics[second])

    def _find_smallest_distance(
        self, leads: Sequence[Character], solution: Mapping[str, str]
    ) -> float:
        """Return the smallest distance from a lead's voice to any voice heard together with it.

        It is capped at `_SUFFICIENT_DISTANCE`. `solution` maps leads to names of voices.
        """
        names = [lead.name for lead in leads if lead.name in solution]
        pair_distances = [
            self._measure_distance(solution[first], solution[second])
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
        """Choose the best voice for one character, given the voices already assigned."""
        if character.is_narrator:
            return self.narrator
        candidates = [voice for voice in self.voices.values() if voice.name != self.narrator.name]
        fitting = [
            voice for voice in candidates if _is_gender_compatible(voice, character)
        ] or candidates
        if not fitting:
            return self.narrator
        nearby_voices = self._list_nearby_voices(character)
        free = [voice for voice in fitting if voice.name not in nearby_voices]
        if not free:
            # No voice is free, so share the one where it is least noticeable.
            return min(
                fitting, key=lambda voice: (self._rate_conflict(character, voice), voice.name)
            )
        fewest_steps = min(_count_age_steps(voice, character) for voice in free)
        suitable = [
            voice for voice in free if _count_age_steps(voice, character) <= fewest_steps + 1
        ]
        suitable = [voice for voice in suitable if meets_quality_floor(voice)] or suitable
        return max(
            suitable,
            key=lambda voice: (
                -self._count_confusions(character, voice),
                self._score_voice(character, voice),
                voice.name,
            ),
        )

    def rank_voices(self, character: Character) -> tuple[Voice, ...]:
        """Return the voices, the best for a character first.

        Those below the quality floor come after the others, and those of another gender last.
        """

        def rate(voice: Voice) -> tuple[bool, bool, float, str]:
            is_poor = not meets_quality_floor(voice)
            return (
                not suits_character(voice, character),
                is_poor,
                -self._score_voice(character, voice),
                voice.name,
            )

        return tuple(sorted(self.voices.values(), key=rate))

    def _list_nearby_voices(self, character: Character) -> set[str]:
        """Return the names of the voices of characters who share a chapter with this one."""
        return {
            voice.name
            for name, voice in self.assigned_voices.items()
            if self._share_chapter(character.name, name)
        }

    def _rate_conflict(self, character: Character, voice: Voice) -> tuple[int, int, int]:
        """Return how noticeable it is if a character shares an assigned voice; smaller is better.

        The result is compared as a tuple: whether the age mismatches, how often the character
        talks to others with this voice, and how many chapters they share.
        """
        users = [
            name for name, assigned in self.assigned_voices.items() if assigned.name == voice.name
        ]
        exchanges = sum(self.encounters.count_exchanges(character.name, user) for user in users)
        shared_chapters = sum(
            len(self.encounters.find_shared_chapters(character.name, user)) for user in users
        )
        return _count_age_steps(voice, character) // _MAX_AGE_STEPS, exchanges, shared_chapters

    def _count_confusions(self, character: Character, voice: Voice) -> int:
        """Return how often a character answers someone from whom the voice is hard to tell."""
        return sum(
            self.encounters.count_exchanges(character.name, name)
            for name, assigned in self.assigned_voices.items()
            if self._measure_distance(voice.name, assigned.name) < CONFUSABLE_DISTANCE
        )

    def _score_voice(self, character: Character, voice: Voice) -> float:
        """Return the score of a voice for a character; higher is better.

        It is the distance to the nearest voice heard with it, less the penalties for age, for
        unusual voices, and for reuse.
        """
        acoustics = self.acoustics[voice.name]
        narrator_distance = compute_acoustic_distance(acoustics, self.acoustics[self.narrator.name])
        nearest, user_count = narrator_distance, 0
        for name, assigned in self.assigned_voices.items():
            user_count += assigned.name == voice.name
            if self._share_chapter(character.name, name):
                talks = self.encounters.count_exchanges(character.name, name)
                factor = 1.0 if talks else _NO_EXCHANGE_FACTOR
                distance = compute_acoustic_distance(acoustics, self.acoustics[assigned.name])
                nearest = min(nearest, factor * distance)
        age_penalty = _AGE_PENALTY[character.age is not None] * _count_age_steps(voice, character)
        plainness_penalty = _PLAINNESS_WEIGHT * narrator_distance
        distinctness = min(nearest, _SUFFICIENT_DISTANCE)
        penalties = age_penalty + plainness_penalty + self._penalise_sound(character, voice)
        return distinctness - penalties - _REUSE_PENALTY * user_count

    def _penalise_sound(self, character: Character, voice: Voice) -> float:
        """Return the penalty, as a distance, for low quality, and for a pitch that is not neutral.

        The pitch counts only for a character of unknown gender.
        """
        score, best_score = look_up_quality(voice), self._best_quality
        quality_penalty = _QUALITY_WEIGHT * (best_score - score) if score is not None else 0.0
        if character.gender is not None:
            return quality_penalty
        semitones = 12 * math.log2(self.acoustics[voice.name].pitch_hz / _NEUTRAL_PITCH_HZ)
        return quality_penalty + _NEUTRALITY_WEIGHT * abs(semitones)

    @cached_property
    def _best_quality(self) -> float:
        """The highest mean opinion score of the available voices; 0 if none was measured."""
        scores = (look_up_quality(voice) for voice in self.voices.values())
        return max((score for score in scores if score is not None), default=0.0)

    def describe_unknown_genders(self, characters: Iterable[Character]) -> Iterable[str]:
        """Yield a sentence about the characters of unknown gender who got an automatic voice."""
        unknown = [
            f"{character.name} ({self.assigned_voices[character.name].name})"
            for character in _rank_speakers(characters)
            if character.gender is None and not self._has_fixed_voice(character.name)
        ]
        if unknown:
            shown = ", ".join(unknown[:_MAX_LISTED_CHARACTERS])
            more = len(unknown) - _MAX_LISTED_CHARACTERS
            others = f" and {more} more" if more > 0 else ""
            yield (
                f"gender unknown, so with a voice of middle pitch: {shown}{others}; "
                '--set "NAME=VOICE" chooses another'
            )

    def describe_conflicts(self) -> Iterable[str]:
        """Yield a sentence for each pair of characters whose voices may confuse a listener."""
        names = sorted(self.assigned_voices)
        for first, second in combinations(names, 2):
            if conflict := self._describe_conflict(first, second):
                yield conflict

    def _describe_conflict(self, first: str, second: str) -> str:
        """Return a sentence if two characters who meet have the same or similar voices, or ""."""
        shared_chapters = self.encounters.find_shared_chapters(first, second)
        first_voice, second_voice = self.assigned_voices[first], self.assigned_voices[second]
        if shared_chapters and first_voice.name == second_voice.name:
            chapters = f"chapter {min(shared_chapters)}"
            chapters += " and others" if len(shared_chapters) > 1 else ""
            is_deliberate = self._has_fixed_voice(first) and self._has_fixed_voice(second)
            cause = "" if is_deliberate else "voices have run out: "
            return f"{cause}{first} and {second} share {first_voice.name} in {chapters}"
        distance = self._measure_distance(first_voice.name, second_voice.name)
        if self.encounters.count_exchanges(first, second) and distance < CONFUSABLE_DISTANCE:
            return (
                f"{first} ({first_voice.name}) and {second} ({second_voice.name}) "
                "talk to each other and sound alike"
            )
        return ""


def _is_gender_compatible(voice: Voice, character: Character) -> bool:
    """Return whether voice and character have the same gender, or one gender is unknown."""
    return None in (voice.gender, character.gender) or voice.gender == character.gender


def _compete_for_voices(first: Character, second: Character) -> bool:
    """Return whether the voices that suit one of two characters may suit the other."""
    are_genders_compatible = None in (first.gender, second.gender) or first.gender == second.gender
    return are_genders_compatible and (first.age == "child") == (second.age == "child")


def suits_character(voice: Voice, character: Character) -> bool:
    """Return whether a voice may be that of a character, by gender and by child or adult."""
    return (
        _is_gender_compatible(voice, character)
        and _count_age_steps(voice, character) < _MAX_AGE_STEPS
    )


def _count_age_steps(voice: Voice, character: Character) -> int:
    """Return the number of age steps between a character and a voice.

    The steps are child, young, adult and old. A child's voice for an adult, or the reverse, always
    counts as the maximum.
    """
    character_age, voice_age = character.age or "adult", voice.age or "adult"
    if (character_age == "child") != (voice_age == "child"):
        return _MAX_AGE_STEPS
    if character.age is None and voice_age == "young":
        return 0
    return abs(_AGES.index(character_age) - _AGES.index(voice_age))
