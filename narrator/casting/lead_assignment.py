"""Casts the leads of a book together, so that the two who sound most alike are far apart.

One after the other, each as far as can be from those before, the last ones find no room. Together
it is a problem of colouring: for a distance, is there a voice for each lead so that all who meet
are that far apart? It is searched by backtracking with forward checking, the fewest voices left
first (Haralick and Elliott, 1980), for one distance after the other, halving the interval. Then
each lead gets the voice that suits best, as far as nobody comes closer to another by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_STEP = 0.05
"""Distances that are tried differ by this; nobody hears less."""
_PATIENCE = 2_000
"""Voices given and taken back, after which a distance is held to be too much. Ten leads take 10 to
60 where there is a solution."""


@dataclass(frozen=True)
class Lead:
    """A character who is to be cast with others."""

    name: str
    suitability: Mapping[str, float]
    """The voices that are possible, by their names, and how well each suits; more is better."""
    clearance: Mapping[str, float]
    """How far each of these is from the voices of those whose voice is known already."""
    encountered_leads: frozenset[str]
    """The other leads whom this one shares a scene with."""


def assign_leads(
    leads: Sequence[Lead], voice_distance: Callable[[str, str], float], sufficient_distance: float
) -> dict[str, str]:
    """Voices by the names of leads, no two the same; empty where there are too few voices.

    The smallest distance between two who meet is as large as can be found, up to `enough`. The
    order of the leads does not matter.
    """
    table = _Table(sorted(leads, key=lambda lead: lead.name), voice_distance)
    best: dict[str, str] = {}
    low, high = 0, round(sufficient_distance / _STEP)
    while low <= high:
        middle = (low + high) // 2
        if found := table.solution(middle * _STEP):
            best, low = found, middle + 1
        else:
            high = middle - 1
    return table.improved(best, high * _STEP) if best else {}


class _Table:
    """Leads and voices, and how far these are apart; sets of voices are bits of a number."""

    def __init__(self, leads: Sequence[Lead], apart: Callable[[str, str], float]) -> None:
        self._leads = leads
        self._numbers = {lead.name: number for number, lead in enumerate(leads)}
        self._voices = sorted({voice for lead in leads for voice in lead.suitability})
        self._apart = {
            one: {other: apart(one, other) for other in self._voices} for one in self._voices
        }
        self._meets = [
            [self._numbers[other] for other in lead.encountered_leads if other in self._numbers]
            for lead in leads
        ]
        self._tried = 0

    def solution(self, wanted: float) -> dict[str, str]:
        """Voices with which those who meet are that far apart; empty where none are found."""
        bits = range(len(self._voices))
        others = [
            sum(1 << bit for bit in bits if bit != own and self._far(own, bit, wanted))
            for own in bits
        ]
        left = [
            sum(
                1 << bit
                for bit, voice in enumerate(self._voices)
                if voice in lead.suitability and lead.clearance[voice] >= wanted
            )
            for lead in self._leads
        ]
        self._tried = 0
        found = self._extended({}, left, others)
        return {self._leads[lead].name: self._voices[bit] for lead, bit in found.items()}

    def _far(self, one: int, other: int, wanted: float) -> bool:
        return self._apart[self._voices[one]][self._voices[other]] >= wanted

    def _extended(
        self, given: dict[int, int], left: list[int], others: list[int]
    ) -> dict[int, int]:
        """What is given, with voices for all the rest; empty where that can't be."""
        open_ = [lead for lead in range(len(left)) if lead not in given]
        if not open_:
            return given
        lead = min(open_, key=lambda n: (left[n].bit_count(), -len(self._meets[n]), n))
        near = [n for n in self._meets[lead] if n not in given]
        choices = [bit for bit in range(len(self._voices)) if left[lead] >> bit & 1]
        choices.sort(key=lambda bit: -sum((left[n] & others[bit]).bit_count() for n in near))
        for bit in choices:
            self._tried += 1
            if self._tried > _PATIENCE:
                return {}
            fewer = [remaining & ~(1 << bit) for remaining in left]
            for n in near:
                fewer[n] &= others[bit]
            if all(fewer[n] for n in open_ if n != lead) and (
                found := self._extended({**given, lead: bit}, fewer, others)
            ):
                return found
        return {}

    def improved(self, given: dict[str, str], kept: float) -> dict[str, str]:
        """Voices that suit better, where those who meet stay as far apart as `kept`.

        Leads take a free voice, or change voices with another, while that makes the whole suit
        better.
        """
        better = True
        while better:
            better = False
            for lead in self._leads:
                for voice in sorted(lead.suitability, key=lambda v: (-lead.suitability[v], v)):
                    changed = self._changed(given, lead, voice)
                    if self._suit(changed) > self._suit(given) + 1e-9 and self._keeps(
                        changed, kept
                    ):
                        given, better = changed, True
        return given

    def _changed(self, given: dict[str, str], lead: Lead, voice: str) -> dict[str, str]:
        """The same with that voice for a lead, who changes with the one that has it."""
        changed = {name: given[lead.name] for name, has in given.items() if has == voice}
        return {**given, **changed, lead.name: voice}

    def _suit(self, given: Mapping[str, str]) -> float:
        return sum(lead.suitability.get(given[lead.name], float("-inf")) for lead in self._leads)

    def _keeps(self, given: Mapping[str, str], kept: float) -> bool:
        return all(
            lead.clearance[given[lead.name]] >= kept
            and all(
                self._apart[given[lead.name]][given[other]] >= kept
                for other in lead.encountered_leads
                if other in given
            )
            for lead in self._leads
        )
