"""Features of turn taking: speakers nearby, conversation partners, and addressees of tags."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column
from narrator.attribution.features.pair_counts import PairCounts, count_memberships
from narrator.attribution.features.position_index import ABSENT_DISTANCE, PositionIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.column import BoolArray, FloatArray, IntArray
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.speech_tags import SpeechTag

_NAMED_REACHES, _RESOLVED_REACHES = (3, 10, 40), (3, 10)
"""Numbers of quotations on either side in which to count those of the candidate.

The speakers are known by name in the first, and also by resolved pronouns in the second.
"""
_MAX_DISTANCE = 50
"""Maximum distance in quotations."""
_ADDRESSEE_OFFSETS = (0, -1, 1, -2, 2)
"""Relative positions of the quotations whose tag may name the candidate as the addressee."""
_ADDRESSEE_REACH = 25
"""Number of tokens after a tag to search for the addressee."""
_PARTNER_PRIOR = 2.0
"""Number added to a person's exchanges, which reduces shares that are based on few exchanges."""


class TurnStatistics:
    """The known speakers of a whole book, and how often each two of them talk with each other.

    A speaker is known if a tag names him, or uses a pronoun that was resolved to him. Two persons
    have an exchange when they speak within two quotations of each other.
    """

    def __init__(
        self,
        context: QuotationContext,
        named_speakers: Sequence[int],
        resolved_speakers: Sequence[int],
    ) -> None:
        """Compute the statistics of a book.

        Args:
            context: the context of every quotation.
            named_speakers: the person named by each quotation's tag; -1 where there is none.
            resolved_speakers: the same, with pronouns resolved.
        """
        person_count, indices = len(context.people.persons), np.arange(len(named_speakers))
        # Both of shape (quotations,).
        self.named_speakers = np.array(named_speakers, np.int64)
        self.resolved_speakers = np.array(resolved_speakers, np.int64)
        self.named_index = PositionIndex(self.named_speakers, indices)
        self.resolved_index = PositionIndex(self.resolved_speakers, indices)
        # Shape (persons,), like `exchange_counts`.
        is_named = self.named_speakers >= 0
        self.quotation_counts = np.bincount(self.named_speakers[is_named], minlength=person_count)
        speakers, partners = _find_exchanges(self.named_speakers)
        self.exchange_counts = np.bincount(speakers, minlength=person_count)
        self.exchange_pairs = PairCounts(speakers, partners)
        # Indexed by quotation: the nearest known speaker before and after it, or -1. The leading -1
        # shifts the results by one, so that the quotation's own speaker does not count.
        before = accumulate(resolved_speakers, _keep_latest)
        after = accumulate(reversed(resolved_speakers), _keep_latest)
        self.previous_speakers = np.array([-1, *before])
        self.next_speakers = np.array([-1, *after][-2::-1])
        self.tag_addressees = count_memberships(
            [_find_tag_addressees(context, tag) for tag in context.best_tags]
        )


class TurnBatch:
    """A batch of pairs, with the known speakers around their quotations."""

    def __init__(self, statistics: TurnStatistics, pairs: CandidatePairs) -> None:
        self.statistics = statistics
        self.quotations, self.persons = pairs.quotation_indices, pairs.person_indices
        # Both of shape (quotations, candidates): whether the quotation's own tag means the
        # candidate. It is subtracted from the counts; otherwise the counts of tagged quotations
        # would be higher by one, and mislead the nets about untagged ones.
        self.is_named = statistics.named_speakers[self.quotations] == self.persons
        self.is_resolved = statistics.resolved_speakers[self.quotations] == self.persons
        self.previous_speakers = statistics.previous_speakers[self.quotations]
        self.next_speakers = statistics.next_speakers[self.quotations]

    def count_named_nearby(self, reach: int) -> FloatArray:
        """Return log(1 + number of other quotations within `reach` tagged with the candidate)."""
        return self._count_nearby(self.statistics.named_index, reach, self.is_named)

    def count_named(self) -> FloatArray:
        """Return log(1 + number of other quotations in the book tagged with the candidate)."""
        counts: FloatArray = np.log1p(
            self.statistics.quotation_counts[self.persons] - self.is_named
        )
        return counts

    def count_resolved_nearby(self, reach: int) -> FloatArray:
        """Return the same as `count_named_nearby`, with pronouns resolved."""
        return self._count_nearby(self.statistics.resolved_index, reach, self.is_resolved)

    def _count_nearby(self, index: PositionIndex, reach: int, is_own: BoolArray) -> FloatArray:
        counts = index.count_between(
            self.persons, self.quotations - reach, self.quotations + reach + 1
        )
        return np.log1p(counts - is_own)

    def measure_back(self) -> IntArray:
        """Return how many quotations ago the candidate last spoke, at most `_MAX_DISTANCE`."""
        return _limit_distance(
            self.statistics.resolved_index.measure_back(self.persons, self.quotations)
        )

    def measure_ahead(self) -> IntArray:
        """Return how many quotations ahead the candidate next speaks, at most `_MAX_DISTANCE`."""
        # The search starts from the next quotation, so 1 is added to the distances it finds.
        ahead = self.statistics.resolved_index.measure_ahead(self.persons, self.quotations + 1)
        return _limit_distance(np.where(ahead == ABSENT_DISTANCE, ABSENT_DISTANCE, ahead + 1))

    def compute_neighbour_share(self, neighbours: IntArray) -> FloatArray:
        """Return the share of the neighbour's exchanges that are with the candidate.

        -1 where the candidate is the neighbour.

        Args:
            neighbours: shape (quotations, 1): the previous or next speaker; -1 if unknown.
        """
        return self._compute_exchange_share(neighbours, self.statistics.exchange_counts[neighbours])

    def compute_candidate_share(self, neighbours: IntArray) -> FloatArray:
        """Return the share of the candidate's exchanges that are with the neighbour.

        -1 where the candidate is the neighbour; see `compute_neighbour_share`.
        """
        return self._compute_exchange_share(
            neighbours, self.statistics.exchange_counts[self.persons]
        )

    def _compute_exchange_share(self, neighbours: IntArray, totals: IntArray) -> FloatArray:
        shared = self.statistics.exchange_pairs.count_pairs(neighbours, self.persons)
        return np.where(neighbours == self.persons, -1.0, shared / (totals + _PARTNER_PRIOR))

    def is_tag_addressee(self, offset: int) -> BoolArray:
        """Return whether the tag at an offset names the candidate as the addressee."""
        return self.statistics.tag_addressees.has_pairs(self.quotations + offset, self.persons)


def _keep_latest(latest: int, speaker: int) -> int:
    return speaker if speaker >= 0 else latest


def _limit_distance(distance: IntArray) -> IntArray:
    limited = np.minimum(distance, _MAX_DISTANCE)
    return np.where(distance == ABSENT_DISTANCE, _MAX_DISTANCE, limited)


def _find_exchanges(speakers: IntArray) -> tuple[IntArray, IntArray]:
    """Return the speakers and partners of all exchanges, as parallel arrays.

    Each exchange occurs twice: once from the point of view of either person.

    Args:
        speakers: shape (quotations,): the known speaker of each quotation, or -1.
    """
    firsts: list[IntArray] = []
    seconds: list[IntArray] = []
    for step in (1, 2):
        earlier, later = speakers[:-step], speakers[step:]
        is_exchange = (earlier >= 0) & (later >= 0) & (earlier != later)
        firsts += [earlier[is_exchange], later[is_exchange]]
        seconds += [later[is_exchange], earlier[is_exchange]]
    return np.concatenate(firsts), np.concatenate(seconds)


def _find_tag_addressees(context: QuotationContext, speech_tag: SpeechTag | None) -> frozenset[int]:
    """Return the persons that a tag names as addressees: "said Emma to Mr. Knightley"."""
    if speech_tag is None:
        return frozenset()
    tokens, people = context.tokens, context.people
    paragraph_end = tokens.paragraph_ranges[tokens.paragraph_indices[speech_tag.start]][1]
    addressees, index = set[int](), speech_tag.end
    stop = min(paragraph_end, speech_tag.end + _ADDRESSEE_REACH)
    while index < stop and tokens.quotation_indices[index] < 0:
        mention_index = people.mention_by_start.get(index)
        before = tokens.lowercase_words[index - 1]
        if mention_index is not None and before in tokens.language.addressee_prepositions:
            mention = people.mentions[mention_index]
            if not mention.is_possessive and mention.person_index != speech_tag.person_index:
                addressees.add(mention.person_index)
        index += 1
    return frozenset(addressees)


COLUMNS: tuple[Column[TurnBatch], ...] = (
    *(
        Column(f"named_speaker:within_{reach}", partial(TurnBatch.count_named_nearby, reach=reach))
        for reach in _NAMED_REACHES
    ),
    Column("named_speaker:book", TurnBatch.count_named),
    *(
        Column(
            f"resolved_speaker:within_{reach}",
            partial(TurnBatch.count_resolved_nearby, reach=reach),
        )
        for reach in _RESOLVED_REACHES
    ),
    Column("resolved_speaker:back", TurnBatch.measure_back),
    Column("resolved_speaker:ahead", TurnBatch.measure_ahead),
    Column(
        "previous_speaker:share",
        lambda batch: batch.compute_neighbour_share(batch.previous_speakers),
    ),
    Column(
        "previous_speaker:own_share",
        lambda batch: batch.compute_candidate_share(batch.previous_speakers),
    ),
    Column("next_speaker:share", lambda batch: batch.compute_neighbour_share(batch.next_speakers)),
    Column(
        "next_speaker:own_share", lambda batch: batch.compute_candidate_share(batch.next_speakers)
    ),
    *(
        Column(f"tag_addressee:{offset:+}", partial(TurnBatch.is_tag_addressee, offset=offset))
        for offset in _ADDRESSEE_OFFSETS
    ),
)
"""One value per quotation and candidate."""
