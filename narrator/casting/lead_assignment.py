"""Assign voices to the leads of a book, maximising the distance between the most similar two.

If the leads were cast one at a time, no distinct voice might remain for the last. Casting them
together is a graph-colouring problem: leads who meet need voices that are at least a given distance
apart. Backtracking with forward checking solves it, beginning with the lead who has the fewest
voices left (Haralick and Elliott, 1980). Bisection finds the largest distance that has a solution.
Finally, leads exchange voices for more suitable ones as long as this distance is kept.

Where there are too few distinct voices, the largest distance is that of two leads who may never
speak to each other. Similar voices are then given to those who seldom answer each other instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_DISTANCE_STEP = 0.05
"""Step between the distances that are tried; smaller differences are not audible."""
_MAX_TRIALS = 2_000
"""Number of trial assignments after which the search for a distance is given up.

If there is a solution, the search takes 10 to 60 trials for ten leads.
"""
_MIN_IMPROVEMENT = 1e-9
"""Minimum gain for an exchange. Without it, rounding errors could cause endless exchanges."""
_ENCOUNTER_WEIGHT = 0.5
"""Number of answers for which it counts that two leads speak in the same chapter."""


@dataclass(frozen=True)
class Lead:
    """A main character, who is cast together with the others."""

    name: str
    suitability: Mapping[str, float]
    """Suitability of each possible voice, by name; higher is better."""
    clearance: Mapping[str, float]
    """Smallest distance of each possible voice from voices that are already assigned, by name."""
    encountered_leads: frozenset[str]
    """Names of the other leads who share a chapter with this one."""
    exchange_counts: Mapping[str, int] = field(default_factory=dict)
    """How often this lead and another answer each other, by the name of the other."""


def assign_leads(
    leads: Sequence[Lead],
    voice_distance: Callable[[str, str], float],
    sufficient_distance: float,
    confusable_distance: float = 0.0,
) -> dict[str, str]:
    """Choose a different voice for each lead; return {} if there are too few voices.

    Return names of voices by names of leads. The smallest distance between the voices of two leads
    who meet is maximised, up to `sufficient_distance`. If it is below `confusable_distance`, the
    most similar voices go to the leads who seldom answer each other. The order of the leads does
    not matter.
    """
    solver = _AssignmentSolver(
        sorted(leads, key=lambda lead: lead.name), voice_distance, confusable_distance
    )
    solutions: list[dict[str, str]] = []
    # Bisect multiples of the step: those tried below `low` have a solution, and those above `high`
    # have none.
    low, high = 0, round(sufficient_distance / _DISTANCE_STEP)
    while low <= high:
        middle = (low + high) // 2
        if solution := solver.find_assignment(middle * _DISTANCE_STEP):
            solutions.append(solution)
            low = middle + 1
        else:
            high = middle - 1
    if not solutions:
        return {}
    largest = high * _DISTANCE_STEP
    if largest >= confusable_distance:
        return solver.improve_assignment(solutions[-1], largest, largest)
    # Several starts, because exchanges may end where only two of them together would help.
    improved = [
        solver.improve_assignment(solution, 0.0, largest) for solution in reversed(solutions)
    ]
    return min(improved, key=solver.rate_confusions)


def select_leads_with_voices(leads: Sequence[Lead]) -> list[Lead]:
    """Return the leads who can all have a voice of their own, the earlier ones first of all.

    If there are fewer suitable voices than leads, the last leads without one are left out. Voices
    are matched along augmenting paths (Kuhn, 1955).
    """
    owners: dict[str, Lead] = {}
    return [lead for lead in leads if _find_voice(lead, owners, set())]


def _find_voice(lead: Lead, owners: dict[str, Lead], visited: set[str]) -> bool:
    """Give a lead a voice, if its owner can have another; return whether that is possible.

    Update `owners`, the leads by the names of their voices, and `visited`, the voices tried so far.
    """
    for voice in sorted(lead.suitability):
        if voice not in visited and lead.clearance[voice] >= 0:
            visited.add(voice)
            if voice not in owners or _find_voice(owners[voice], owners, visited):
                owners[voice] = lead
                return True
    return False


class _AssignmentSolver:
    """The search for assignments of voices to leads.

    The search refers to leads and voices by number. A set of voices is an integer in which bit `v`
    stands for voice `v`.
    """

    def __init__(
        self,
        leads: Sequence[Lead],
        voice_distance: Callable[[str, str], float],
        confusable_distance: float,
    ) -> None:
        self._leads = leads
        self._confusable_distance = confusable_distance
        lead_numbers = {lead.name: number for number, lead in enumerate(leads)}
        self._voices = sorted({voice for lead in leads for voice in lead.suitability})
        # Both directions are stored because rounding may make the function asymmetric.
        self._distances = {
            first: {second: voice_distance(first, second) for second in self._voices}
            for first in self._voices
        }
        # Element i holds the numbers of the leads who meet lead i.
        self._neighbours = [
            [lead_numbers[name] for name in lead.encountered_leads if name in lead_numbers]
            for lead in leads
        ]
        self._trial_count = 0

    def find_assignment(self, min_distance: float) -> dict[str, str]:
        """Find voices at least `min_distance` apart for leads who meet; return {} if none exist."""
        bits = range(len(self._voices))
        # Element i is the set of the voices that are far enough from voice i.
        compatible_sets = [
            sum(
                1 << bit
                for bit in bits
                if bit != voice and self._are_apart(voice, bit, min_distance)
            )
            for voice in bits
        ]
        # Element i is the set of the voices that are still possible for lead i.
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
        """Extend an assignment to all leads; return {} if that is impossible.

        An assignment maps numbers of leads to numbers of voices. For the sets, see
        `find_assignment`.
        """
        open_leads = [lead for lead in range(len(remaining_sets)) if lead not in assigned]
        if not open_leads:
            return assigned
        # Take the lead with the fewest voices left; of several, the one who meets the most leads,
        # and then the first by name.
        lead = min(
            open_leads,
            key=lambda n: (remaining_sets[n].bit_count(), -len(self._neighbours[n]), n),
        )
        neighbours = [n for n in self._neighbours[lead] if n not in assigned]
        choices = [bit for bit in range(len(self._voices)) if remaining_sets[lead] >> bit & 1]
        # Try the voice first that leaves the most voices for the neighbours.
        choices.sort(
            key=lambda bit: (
                -sum((remaining_sets[n] & compatible_sets[bit]).bit_count() for n in neighbours)
            )
        )
        for bit in choices:
            self._trial_count += 1
            if self._trial_count > _MAX_TRIALS:
                return {}
            # Forward checking: remove this voice from all leads' sets, and similar voices from the
            # neighbours' sets.
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

    def improve_assignment(
        self, assigned: dict[str, str], min_distance: float, min_clearance: float
    ) -> dict[str, str]:
        """Improve an assignment, keeping leads who meet at least `min_distance` apart.

        They also keep `min_clearance` from voices that are already assigned. Leads take free
        voices or exchange voices until no single change makes confusions less likely, or as likely
        with a higher total suitability.
        """
        is_improved = True
        while is_improved:
            is_improved = False
            for lead in self._leads:
                for voice in sorted(lead.suitability, key=lambda v: (-lead.suitability[v], v)):
                    exchanged = self._exchange_voice(assigned, lead, voice)
                    if self._is_better(exchanged, assigned) and self._keeps_distances(
                        exchanged, min_distance, min_clearance
                    ):
                        assigned, is_improved = exchanged, True
        return assigned

    def _is_better(self, first: Mapping[str, str], second: Mapping[str, str]) -> bool:
        """Return whether the first of two assignments is to be preferred."""
        if not math.isfinite(self._sum_suitability(first)):
            return False
        difference = self.rate_confusions(first) - self.rate_confusions(second)
        if abs(difference) > _MIN_IMPROVEMENT:
            return difference < 0
        gain = self._sum_suitability(first) - self._sum_suitability(second)
        return gain > _MIN_IMPROVEMENT

    def rate_confusions(self, assigned: Mapping[str, str]) -> float:
        """Return how likely it is that leads are confused; smaller is better.

        For each pair, it is how often they answer each other, times what their voices lack of the
        confusable distance.
        """
        return sum(
            self._count_answers(first, second)
            * max(self._confusable_distance - self._measure_distance(first, second, assigned), 0)
            for first, second in combinations(self._leads, 2)
        )

    def _count_answers(self, first: Lead, second: Lead) -> float:
        """Return how often two leads answer each other; a little if they only share a chapter."""
        answers = first.exchange_counts.get(second.name, 0)
        return answers + _ENCOUNTER_WEIGHT * (second.name in first.encountered_leads)

    def _measure_distance(self, first: Lead, second: Lead, assigned: Mapping[str, str]) -> float:
        """Return the distance between the voices of two leads."""
        return self._distances[assigned[first.name]][assigned[second.name]]

    def _exchange_voice(self, assigned: dict[str, str], lead: Lead, voice: str) -> dict[str, str]:
        """Give `voice` to a lead; its previous owner, if any, gets the lead's voice."""
        previous_owners = [name for name, owned in assigned.items() if owned == voice]
        swapped = dict.fromkeys(previous_owners, assigned[lead.name])
        return {**assigned, **swapped, lead.name: voice}

    def _sum_suitability(self, assigned: Mapping[str, str]) -> float:
        """Return the sum of all leads' suitabilities; -inf if a lead has an impossible voice."""
        return sum(lead.suitability.get(assigned[lead.name], float("-inf")) for lead in self._leads)

    def _keeps_distances(
        self, assigned: Mapping[str, str], min_distance: float, min_clearance: float
    ) -> bool:
        """Return whether the voices are at least so far apart from the voices heard with them."""
        return all(
            lead.clearance[assigned[lead.name]] >= min_clearance
            and all(
                self._distances[assigned[lead.name]][assigned[name]] >= min_distance
                for name in lead.encountered_leads
                if name in assigned
            )
            for lead in self._leads
        )
