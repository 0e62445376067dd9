"""Assign voices to the leads of a book together, so that the two most similar are far apart.

If the leads were cast one after the other, each as far as possible from those before, the last
would not find a distinct voice. Together it is a graph colouring problem: for a given distance,
is there a voice for each lead so that all leads who meet are at least that far apart? It is solved
by backtracking with forward checking, where the lead with the fewest remaining voices comes first
(Haralick and Elliott, 1980), and the largest distance with a solution is found by bisection. Then
each lead gets a voice that suits better, provided that leads who meet stay as far apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_DISTANCE_STEP = 0.05
"""Resolution of the distances that are tried; a smaller difference is not audible."""
_MAX_TRIALS = 2_000
"""Number of trial assignments after which a distance is taken to have no solution.

Where there is a solution, ten leads take 10 to 60.
"""
_MIN_IMPROVEMENT = 1e-9
"""Gain of suitability below which rounding errors could make an exchange look better for ever."""


@dataclass(frozen=True)
class Lead:
    """A character who is cast together with others."""

    name: str
    suitability: Mapping[str, float]
    """By the names of the possible voices, how well each suits; more is better."""
    clearance: Mapping[str, float]
    """By the same names, how far each is from the voices that are already assigned."""
    encountered_leads: frozenset[str]
    """Names of the other leads who share a scene with this one."""


def assign_leads(
    leads: Sequence[Lead], voice_distance: Callable[[str, str], float], sufficient_distance: float
) -> dict[str, str]:
    """Return a different voice for each lead, by names; empty if there are too few voices.

    The smallest distance between two leads who meet is as large as possible, up to
    `sufficient_distance`. The order of the leads does not matter.
    """
    solver = _AssignmentSolver(sorted(leads, key=lambda lead: lead.name), voice_distance)
    best: dict[str, str] = {}
    # Bisection over multiples of the step: those tried below `low` have a solution, those above
    # `high` have none.
    low, high = 0, round(sufficient_distance / _DISTANCE_STEP)
    while low <= high:
        middle = (low + high) // 2
        if solution := solver.solve(middle * _DISTANCE_STEP):
            best, low = solution, middle + 1
        else:
            high = middle - 1
    return solver.improve_suitability(best, high * _DISTANCE_STEP) if best else {}


class _AssignmentSolver:
    """Finds assignments of voices to leads.

    Within a search, leads and voices are numbers, and a set of voices is an integer in which bit
    `v` stands for voice `v`.
    """

    def __init__(self, leads: Sequence[Lead], voice_distance: Callable[[str, str], float]) -> None:
        self._leads = leads
        lead_numbers = {lead.name: number for number, lead in enumerate(leads)}
        self._voices = sorted({voice for lead in leads for voice in lead.suitability})
        # Both ways, as the function need not be symmetric to the last bit.
        self._distances = {
            first: {second: voice_distance(first, second) for second in self._voices}
            for first in self._voices
        }
        # By number of a lead: the numbers of the leads encountered.
        self._neighbours = [
            [lead_numbers[name] for name in lead.encountered_leads if name in lead_numbers]
            for lead in leads
        ]
        self._trial_count = 0

    def solve(self, min_distance: float) -> dict[str, str]:
        """Return voices with which leads who meet are that far apart; empty if none are found."""
        bits = range(len(self._voices))
        # By number of a voice: the set of the voices that are far enough from it.
        compatible_sets = [
            sum(
                1 << bit
                for bit in bits
                if bit != voice and self._are_apart(voice, bit, min_distance)
            )
            for voice in bits
        ]
        # By number of a lead: the set of the voices that remain possible.
        remaining_sets = [
            sum(
                1 << bit
                for bit, voice in enumerate(self._voices)
                if voice in lead.suitability and lead.clearance[voice] >= min_distance
            )
            for lead in self._leads
        ]
        self._trial_count = 0
        assignment = self._complete_assignment({}, remaining_sets, compatible_sets)
        return {self._leads[lead].name: self._voices[bit] for lead, bit in assignment.items()}

    def _are_apart(self, first: int, second: int, min_distance: float) -> bool:
        """Return whether two voices are at least `min_distance` apart."""
        return self._distances[self._voices[first]][self._voices[second]] >= min_distance

    def _complete_assignment(
        self, assigned: dict[int, int], remaining_sets: list[int], compatible_sets: list[int]
    ) -> dict[int, int]:
        """Return the assignment extended to all leads, by numbers; empty if that is impossible."""
        open_leads = [lead for lead in range(len(remaining_sets)) if lead not in assigned]
        if not open_leads:
            return assigned
        # The lead with the fewest voices left; then the one who meets most; then by name.
        lead = min(
            open_leads,
            key=lambda n: (remaining_sets[n].bit_count(), -len(self._neighbours[n]), n),
        )
        neighbours = [n for n in self._neighbours[lead] if n not in assigned]
        choices = [bit for bit in range(len(self._voices)) if remaining_sets[lead] >> bit & 1]
        # First the voice that leaves the neighbours most voices.
        choices.sort(
            key=lambda bit: (
                -sum((remaining_sets[n] & compatible_sets[bit]).bit_count() for n in neighbours)
            )
        )
        for bit in choices:
            self._trial_count += 1
            if self._trial_count > _MAX_TRIALS:
                return {}
            # Forward checking: take this voice from all others, and similar ones from neighbours.
            reduced_sets = [remaining & ~(1 << bit) for remaining in remaining_sets]
            for n in neighbours:
                reduced_sets[n] &= compatible_sets[bit]
            if all(reduced_sets[n] for n in open_leads if n != lead) and (
                solution := self._complete_assignment(
                    {**assigned, lead: bit}, reduced_sets, compatible_sets
                )
            ):
                return solution
        return {}

    def improve_suitability(self, assigned: dict[str, str], min_distance: float) -> dict[str, str]:
        """Return voices that suit better, with leads who meet still `min_distance` apart.

        As long as the total suitability grows, leads take a free voice or exchange voices.
        """
        is_improved = True
        while is_improved:
            is_improved = False
            for lead in self._leads:
                for voice in sorted(lead.suitability, key=lambda v: (-lead.suitability[v], v)):
                    exchanged = self._exchange_voice(assigned, lead, voice)
                    suits_better = (
                        self._total_suitability(exchanged)
                        > self._total_suitability(assigned) + _MIN_IMPROVEMENT
                    )
                    if suits_better and self._keeps_distances(exchanged, min_distance):
                        assigned, is_improved = exchanged, True
        return assigned

    def _exchange_voice(self, assigned: dict[str, str], lead: Lead, voice: str) -> dict[str, str]:
        """Return the assignment with `voice` for a lead; whoever had it gets the lead's voice."""
        previous_owners = [name for name, owned in assigned.items() if owned == voice]
        swapped = dict.fromkeys(previous_owners, assigned[lead.name])
        return {**assigned, **swapped, lead.name: voice}

    def _total_suitability(self, assigned: Mapping[str, str]) -> float:
        """Return the sum of all leads' suitabilities; minus infinity if a voice is impossible."""
        return sum(lead.suitability.get(assigned[lead.name], float("-inf")) for lead in self._leads)

    def _keeps_distances(self, assigned: Mapping[str, str], min_distance: float) -> bool:
        """Return whether all voices are far enough from those of the leads they meet."""
        return all(
            lead.clearance[assigned[lead.name]] >= min_distance
            and all(
                self._distances[assigned[lead.name]][assigned[name]] >= min_distance
                for name in lead.encountered_leads
                if name in assigned
            )
            for lead in self._leads
        )
