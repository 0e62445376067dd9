"""Finds a voice for every character that nobody has cast.

The leads are cast together, so that those who share a chapter sound as different as can be. The
others are cast one after the other, who speaks most first, and what is given is never taken back:
so a new minor character changes nobody else's voice. Nor does a voice that a person chose: all are
cast as if it were not, and then only who would be heard beside his own voice gets another.
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

    from narrator.casting.acoustic_distance import VoiceAcoustics
    from narrator.model import Character, Script, Voice

_LEADS = 10
"""Characters at most who are cast together."""
_LEADING = 5
"""Lines that make a lead. Who has fewer may come and go, and no lead's voice changes."""
_AGES = ("child", "young", "adult", "old")
_EARSHOT = 6
"""Lines of narration that may lie between two speeches of one conversation."""
_APART = 1.5
"""How much less it matters that voices are alike, of those who share a chapter but do not talk to
each other."""
_REUSED = 0.8
"""How much distance makes up for each character elsewhere in the book who has the same voice."""
_ENOUGH = 2.2
"""Distance beyond which a voice does not stand out any more, and a plainer one will do."""
_PLAIN = 0.1
"""How much a plain voice counts, for each unit of distance from the narrator's that it saves."""
_STRANGE = {True: 1.5, False: 0.7}
"""How much distance makes up for one step of age between a character and a voice, by whether the
book tells the character's age."""
_UNFIT = 3
"""Steps of age from which a voice is taken only when there is no other."""
_ASIDE = 1.5
"""How much less it matters that a lead is like the narrator, who speaks in another way."""
CONFUSABLE_DISTANCE = 1.0
"""Voices closer than this are hard to tell apart in a conversation."""


@dataclass(frozen=True)
class CharacterEncounters:
    """Who speaks where, and who talks to whom."""

    chapters_by_character: Mapping[str, frozenset[int]]
    """By a character's main name, the chapters where the character speaks."""
    exchange_counts: Mapping[frozenset[str], int] = field(default_factory=dict)
    """By pairs of main names, how often one speaks right after the other."""

    def shared_chapters(self, first: str, second: str) -> frozenset[int]:
        """The chapters where both speak."""
        return self.chapters_by_character.get(first, frozenset()) & self.chapters_by_character.get(
            second, frozenset()
        )

    def count_exchanges(self, first: str, second: str) -> int:
        """How often they answer each other."""
        return self.exchange_counts.get(frozenset((first, second)), 0)


def find_encounters(script: Script) -> CharacterEncounters:
    """Who speaks where in a script, and who talks to whom."""
    chapters: dict[str, set[int]] = {}
    exchanges: Counter[frozenset[str]] = Counter()
    last: tuple[str, int] | None = None
    quiet = 0
    for line in script.lines:
        if line.kind is not LineKind.DIALOGUE or line.speaker is None:
            quiet += 1
            continue
        chapters.setdefault(line.speaker, set()).add(line.chapter)
        near = quiet <= _EARSHOT and not line.follows_scene_break
        if last and near and last[1] == line.chapter and last[0] != line.speaker:
            exchanges[frozenset((last[0], line.speaker))] += 1
        last, quiet = (line.speaker, line.chapter), 0
    return CharacterEncounters(
        {name: frozenset(numbers) for name, numbers in chapters.items()}, exchanges
    )


def select_leads(characters: Iterable[Character]) -> list[Character]:
    """The leads, who speaks most first."""
    return [c for c in _speaking(characters)[:_LEADS] if c.line_count >= _LEADING]


def _speaking(characters: Iterable[Character]) -> list[Character]:
    return sorted((c for c in characters if c.line_count), key=lambda c: (-c.line_count, c.name))


@dataclass
class VoiceAssigner:
    """Gives out the parts."""

    voices: Mapping[str, Voice]
    """Those that may be given to characters."""
    acoustics: Mapping[str, VoiceAcoustics]
    """How each voice sounds, the narrator's too."""
    narrator: Voice
    encounters: CharacterEncounters
    assigned_voices: dict[str, Voice] = field(default_factory=dict)
    """By a character's main name; at first of those whom the others are cast around."""
    chosen_voices: Mapping[str, Voice] = field(default_factory=dict)
    """What a person wants, by main names."""

    def assign_voices(self, characters: Sequence[Character]) -> None:
        """Give a voice to everyone who speaks and has none, and what is chosen to whom it is for.

        Who has a voice keeps it, but for whoever then shares a chapter with his own.
        """
        self._fill(characters)
        self._choose()
        self._fill(characters)

    def _fill(self, characters: Iterable[Character]) -> None:
        """Give a voice to everyone who speaks and has none."""
        self.assigned_voices |= self._together(select_leads(characters))
        for character in _speaking(characters):
            if character.name not in self.assigned_voices:
                self.assigned_voices[character.name] = self._voice_for(character)

    def _choose(self) -> None:
        """Give the voices that are chosen; who shares a chapter with his own has none any more."""
        new = {
            n: voice
            for n, voice in self.chosen_voices.items()
            if self.assigned_voices.get(n) != voice
        }
        beside = {
            name
            for name, has in self.assigned_voices.items()
            if not self._bound(name)
            if any(v.name == has.name and self._meet(name, other) for other, v in new.items())
        }
        kept = {name: voice for name, voice in self.assigned_voices.items() if name not in beside}
        self.assigned_voices = {**kept, **self.chosen_voices}

    def _bound(self, name: str) -> bool:
        """Whether a character can't be given another voice: it is chosen, or the narrator's."""
        return name in self.chosen_voices or self.assigned_voices[name].name == self.narrator.name

    def _together(self, leads: Iterable[Character]) -> dict[str, Voice]:
        """Voices for the leads who have none; empty where there are too few voices for that.

        A voice of another age is taken where that sets the leads apart by more than it is strange.
        """
        waiting = [c for c in leads if not (c.is_narrator or c.name in self.assigned_voices)]
        best: dict[str, str] = {}
        worth = float("-inf")
        for strange in range(_UNFIT) if waiting else ():
            found = assign_leads(self._seats(waiting, strange), self._apart, _ENOUGH)
            reached = self._nearest(waiting, found) - _STRANGE[False] * strange
            if found and reached > worth + _PLAIN:
                best, worth = found, reached
        return {name: self.voices[voice] for name, voice in best.items()}

    def _seats(self, waiting: Sequence[Character], strange: int) -> list[Lead]:
        """What is known of the leads, with voices that are so many steps of age away at most."""
        names = {c.name for c in waiting}
        return [
            Lead(
                c.name,
                (suits := self._suits(c, strange)),
                {voice: self._room(c, voice) for voice in suits},
                frozenset(other for other in names - {c.name} if self._meet(c.name, other)),
            )
            for c in waiting
        ]

    def _suits(self, character: Character, strange: int) -> dict[str, float]:
        """Voices for a lead, and how plain and fitting each is."""
        narrator = self.acoustics[self.narrator.name]
        return {
            v.name: -_STRANGE[character.age is not None] * away
            - _PLAIN * acoustic_distance(self.acoustics[v.name], narrator)
            for v in self.voices.values()
            if v.name != self.narrator.name and _gender_fits(v, character)
            if (away := _strangeness(v, character)) <= strange
        }

    def _room(self, character: Character, voice: str) -> float:
        """How far a voice is from the narrator's, and from those whom the character meets."""
        sound = self.acoustics[voice]
        apart = [_ASIDE * acoustic_distance(sound, self.acoustics[self.narrator.name])]
        for other, given in self.assigned_voices.items():
            if given.name == voice:
                return -1.0
            if self._meet(character.name, other):
                apart.append(acoustic_distance(sound, self.acoustics[given.name]))
        return min(apart)

    def _meet(self, one: str, other: str) -> bool:
        return bool(self.encounters.shared_chapters(one, other))

    def _apart(self, one: str, other: str) -> float:
        return acoustic_distance(self.acoustics[one], self.acoustics[other])

    def _nearest(self, waiting: Sequence[Character], found: Mapping[str, str]) -> float:
        """The smallest distance that a casting of the leads leaves to anybody they meet."""
        names = [c.name for c in waiting if c.name in found]
        pairs = [
            self._apart(found[one], found[other])
            for one, other in combinations(names, 2)
            if self._meet(one, other)
        ]
        rooms = [self._room(c, found[c.name]) for c in waiting if c.name in found]
        return min([*pairs, *rooms, _ENOUGH])

    def _voice_for(self, character: Character) -> Voice:
        if character.is_narrator:
            return self.narrator
        candidates = [v for v in self.voices.values() if v.name != self.narrator.name]
        fitting = [v for v in candidates if _gender_fits(v, character)] or candidates
        if not fitting:
            return self.narrator
        taken = self._taken_near(character)
        free = [v for v in fitting if v.name not in taken]
        if not free:
            return min(fitting, key=lambda v: (self._clash(character, v), v.name))
        suited = [v for v in free if _strangeness(v, character) < _UNFIT] or free
        return max(suited, key=lambda v: (self._merit(character, v), v.name))

    def _taken_near(self, character: Character) -> set[str]:
        return {
            voice.name
            for other, voice in self.assigned_voices.items()
            if self.encounters.shared_chapters(character.name, other)
        }

    def _clash(self, character: Character, voice: Voice) -> tuple[int, int, int]:
        """How much it would be noticed if this character shared this voice; least is best."""
        users = [name for name, given in self.assigned_voices.items() if given.name == voice.name]
        talk = sum(self.encounters.count_exchanges(character.name, user) for user in users)
        shared = sum(len(self.encounters.shared_chapters(character.name, user)) for user in users)
        return _strangeness(voice, character) // _UNFIT, talk, shared

    def _merit(self, character: Character, voice: Voice) -> float:
        """How well a voice stands out from those around it, less what does not fit."""
        sound, narrator = self.acoustics[voice.name], self.acoustics[self.narrator.name]
        nearest, users = acoustic_distance(sound, narrator), 0
        for other, given in self.assigned_voices.items():
            users += given.name == voice.name
            if self.encounters.shared_chapters(character.name, other):
                weight = 1.0 if self.encounters.count_exchanges(character.name, other) else _APART
                nearest = min(
                    nearest, weight * acoustic_distance(sound, self.acoustics[given.name])
                )
        strange = _STRANGE[character.age is not None] * _strangeness(voice, character)
        odd = _PLAIN * acoustic_distance(sound, narrator)
        return min(nearest, _ENOUGH) - strange - odd - _REUSED * users

    def describe_conflicts(self) -> Iterable[str]:
        """What a listener may stumble over: shared and similar voices of those who meet."""
        names = sorted(self.assigned_voices)
        for index, one in enumerate(names):
            for other in names[index + 1 :]:
                if doubt := self._doubt(one, other):
                    yield doubt

    def _doubt(self, one: str, other: str) -> str:
        shared, talk = (
            self.encounters.shared_chapters(one, other),
            self.encounters.count_exchanges(one, other),
        )
        voice, second = self.assigned_voices[one], self.assigned_voices[other]
        if shared and voice.name == second.name:
            where = f"chapter {min(shared)}" + (" and others" if len(shared) > 1 else "")
            why = "" if self._bound(one) and self._bound(other) else "voices have run out: "
            return f"{why}{one} and {other} share {voice.name} in {where}"
        apart = acoustic_distance(self.acoustics[voice.name], self.acoustics[second.name])
        if talk and apart < CONFUSABLE_DISTANCE:
            return f"{one} ({voice.name}) and {other} ({second.name}) talk and sound alike"
        return ""


def _gender_fits(voice: Voice, character: Character) -> bool:
    return None in (voice.gender, character.gender) or voice.gender == character.gender


def _strangeness(voice: Voice, character: Character) -> int:
    """Steps from a character's age to a voice's; a child among grown-ups is out of place."""
    wanted, offered = character.age or "adult", voice.age or "adult"
    if (wanted == "child") != (offered == "child"):
        return _UNFIT
    if character.age is None and offered == "young":
        return 0
    return abs(_AGES.index(wanted) - _AGES.index(offered))
