"""Features of the pronouns in speech tags: how probably "he" or "she" means the candidate."""

from __future__ import annotations

from functools import partial
from math import log
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column
from narrator.attribution.features.pair_counts import PairValues

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.attribution.features.column import FloatArray
    from narrator.attribution.features.pairs import CandidatePairs

_MIN_PROBABILITY = 0.005
"""Lower bound of the probabilities, also for persons whom the pronoun model does not consider."""
_OFFSETS = (-2, -1, 1, 2)
"""Relative positions of the quotations whose tag's pronoun may mean the candidate."""


class AntecedentStatistics:
    """The possible antecedents of the pronouns in the tags of a book."""

    def __init__(
        self, antecedents: Mapping[int, Mapping[int, float]], quotation_count: int
    ) -> None:
        """Convert the estimates of the pronoun model.

        Args:
            antecedents: as returned by `estimate_antecedents`.
            quotation_count: number of quotations of the book.
        """
        triples = [
            (quotation, person, log(max(probability, _MIN_PROBABILITY)))
            for quotation, probabilities in antecedents.items()
            for person, probability in probabilities.items()
        ]
        quotations, persons, logs = np.array(triples, float).reshape(-1, 3).T
        self.log_probabilities = PairValues(
            quotations.astype(np.int64), persons.astype(np.int64), logs
        )
        # Shape (quotations,): whether the tag has a pronoun with possible antecedents.
        self.has_antecedents = np.zeros(quotation_count, bool)
        self.has_antecedents[list(antecedents)] = True


class AntecedentBatch:
    """A batch of pairs, with the pronouns of the tags around their quotations."""

    def __init__(self, statistics: AntecedentStatistics, pairs: CandidatePairs) -> None:
        self.statistics, self.mask = statistics, pairs.mask
        self.quotations, self.persons = pairs.quotation_indices, pairs.person_indices

    def estimate_log_probability(self, offset: int = 0) -> FloatArray:
        """Return the log probability that the tag's pronoun at an offset means the candidate.

        It is 0 where the tag has no pronoun with possible antecedents.
        """
        rows = self.quotations + offset
        is_inside = (rows >= 0) & (rows < len(self.statistics.has_antecedents))
        rows = np.where(is_inside, rows, 0)
        logs = self.statistics.log_probabilities.look_up(rows, self.persons, log(_MIN_PROBABILITY))
        return np.where(is_inside & self.statistics.has_antecedents[rows], logs, 0.0)

    def measure_lead(self) -> FloatArray:
        """Return the log of the candidate's probability over that of the likeliest other one."""
        logs = np.where(self.mask, self.estimate_log_probability(), log(_MIN_PROBABILITY))
        if logs.shape[1] < 2:
            return np.zeros_like(logs)
        second, first = np.sort(logs, axis=1)[:, -2:].T[:, :, None]
        is_first = np.arange(logs.shape[1]) == logs.argmax(axis=1)[:, None]
        leads: FloatArray = logs - np.where(is_first, second, first)
        return np.where(self.statistics.has_antecedents[self.quotations], leads, 0.0)


def choose_antecedents(antecedents: Mapping[int, Mapping[int, float]]) -> dict[int, int]:
    """Return the likeliest antecedent of each quotation's tag, by quotation index."""
    return {
        quotation: max(probabilities, key=lambda person: probabilities[person])
        for quotation, probabilities in antecedents.items()
    }


COLUMNS: tuple[Column[AntecedentBatch], ...] = (
    Column("antecedent:log_probability", AntecedentBatch.estimate_log_probability),
    Column("antecedent:lead", AntecedentBatch.measure_lead),
    *(
        Column(
            f"antecedent:log_probability:{offset:+}",
            partial(AntecedentBatch.estimate_log_probability, offset=offset),
        )
        for offset in _OFFSETS
    ),
)
"""One value per quotation and candidate."""
