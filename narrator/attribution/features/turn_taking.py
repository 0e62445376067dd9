"""Who has been talking nearby, with whom a person usually talks, and who is spoken to."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.pair_counts import PairCounts, count_memberships
from narrator.attribution.features.position_index import ABSENT_DISTANCE, PositionIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.speech_tags import SpeechTag

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

_SURE_REACH = (3, 10, 40)
_LIKELY_REACH = (3, 10)
_FAR = 50
"""Quotations: as far as a neighbour's is told apart."""
_OFFSETS = (0, -1, 1, -2, 2)
_TOWARDS = 25
"""Tokens after a tag in which whoever is spoken to is named."""
_DOUBT = 2.0
"""Exchanges with nobody in particular, added to those that were counted."""

COLUMNS = (
    *(f"sure:{reach}" for reach in _SURE_REACH),
    "sure",
    *(f"likely:{reach}" for reach in _LIKELY_REACH),
    *("likely:ago", "likely:next"),
    *("with:-1", "with:-1:own", "with:+1", "with:+1:own"),
    *(f"towards:{offset:+}" for offset in _OFFSETS),
)
"""Columns of a quotation and a candidate."""


class TurnStatistics:
    """The speakers whom the tags tell of, as the context of each quotation."""

    def __init__(
        self, around: QuotationContext, named: Sequence[int], meant: Sequence[int]
    ) -> None:
        """Take whom each quotation's tag names, and whom it names or means; -1 where nobody."""
        self._named, self._meant = np.array(named, np.int64), np.array(meant, np.int64)
        numbers, many = np.arange(len(named)), len(around.people.persons)
        self._sure, self._likely = (
            PositionIndex(self._named, numbers),
            PositionIndex(self._meant, numbers),
        )
        self._said = np.bincount(self._named[self._named >= 0], minlength=many)
        ones, others = _partners(self._named)
        self._pairs, self._talks = PairCounts(ones, others), np.bincount(ones, minlength=many)
        self._before = np.array([-1, *accumulate(meant, _latest)])
        self._after = np.array([-1, *accumulate(reversed(meant), _latest)][-2::-1])
        self._towards = count_memberships([_spoken_to(around, clue) for clue in around.best_tags])

    def columns(self, pairs: CandidatePairs) -> Iterator[NDArray[np.generic]]:
        """The `COLUMNS` of all pairs."""
        number, person = pairs.quotation_indices, pairs.person_indices
        own, mine = self._named[number] == person, self._meant[number] == person
        for reach in _SURE_REACH:
            yield _near(self._sure, pairs, reach, own)
        yield np.log1p(self._said[person] - own)
        for reach in _LIKELY_REACH:
            yield _near(self._likely, pairs, reach, mine)
        yield _nearest(self._likely.distance_back(person, number))
        ahead = self._likely.distance_ahead(person, number + 1)
        yield _nearest(np.where(ahead == ABSENT_DISTANCE, ABSENT_DISTANCE, ahead + 1))
        yield from self._with(self._before[number], person)
        yield from self._with(self._after[number], person)
        for offset in _OFFSETS:
            yield self._towards.has_pairs(number + offset, person)

    def _with(self, other: Whole, person: Whole) -> Iterator[Real]:
        """The share of the neighbour's exchanges, and of one's own, that the two have had."""
        shared = self._pairs.count_pairs(other, person)
        for talks in (self._talks[other], self._talks[person]):
            yield np.where(other == person, -1.0, shared / (talks + _DOUBT))


def _latest(last: int, person: int) -> int:
    return person if person >= 0 else last


def _near(places: PositionIndex, pairs: CandidatePairs, reach: int, own: NDArray[np.bool_]) -> Real:
    """The logarithm of one more than the other quotations within reach."""
    number = pairs.quotation_indices
    return np.log1p(
        places.count_between(pairs.person_indices, number - reach, number + reach + 1) - own
    )


def _nearest(distance: Whole) -> Whole:
    return np.where(distance == ABSENT_DISTANCE, _FAR, np.minimum(distance, _FAR))


def _partners(speakers: Whole) -> tuple[Whole, Whole]:
    """Each and every time that two people speak within two quotations of each other, both ways."""
    ones: list[Whole] = []
    others: list[Whole] = []
    for step in (1, 2):
        one, other = speakers[:-step], speakers[step:]
        both = (one >= 0) & (other >= 0) & (one != other)
        ones += [one[both], other[both]]
        others += [other[both], one[both]]
    return np.concatenate(ones), np.concatenate(others)


def _spoken_to(around: QuotationContext, clue: SpeechTag | None) -> frozenset[int]:
    """Whom the words after a tag turn to: "said Emma to Mr. Knightley"."""
    if clue is None:
        return frozenset()
    page, people = around.tokens, around.people
    found, at = set[int](), clue.end
    stop = min(page.paragraph_ranges[page.paragraph_indices[clue.start]][1], clue.end + _TOWARDS)
    while at < stop and page.quotation_indices[at] < 0:
        index = people.mention_by_start.get(at)
        if (
            index is not None
            and page.lowercase_words[at - 1] in page.language.addressee_prepositions
        ):
            mention = people.mentions[index]
            if not mention.is_possessive and mention.person_index != clue.person_index:
                found.add(mention.person_index)
        at += 1
    return frozenset(found)
