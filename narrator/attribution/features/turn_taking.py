"""Who has been talking nearby, with whom a person usually talks, and who is spoken to."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.pair_counts import Tally, tally_of
from narrator.attribution.features.position_index import NOWHERE, Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import Surroundings
    from narrator.attribution.features.pairs import Pairs
    from narrator.attribution.speech_tags import Clue

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


class Exchange:
    """The speakers whom the tags tell of, as the context of each quotation."""

    def __init__(self, around: Surroundings, named: Sequence[int], meant: Sequence[int]) -> None:
        """Take whom each quotation's tag names, and whom it names or means; -1 where nobody."""
        self._named, self._meant = np.array(named, np.int64), np.array(meant, np.int64)
        numbers, many = np.arange(len(named)), len(around.people.persons)
        self._sure, self._likely = Places(self._named, numbers), Places(self._meant, numbers)
        self._said = np.bincount(self._named[self._named >= 0], minlength=many)
        ones, others = _partners(self._named)
        self._pairs, self._talks = Tally(ones, others), np.bincount(ones, minlength=many)
        self._before = np.array([-1, *accumulate(meant, _latest)])
        self._after = np.array([-1, *accumulate(reversed(meant), _latest)][-2::-1])
        self._towards = tally_of([_spoken_to(around, clue) for clue in around.tags])

    def columns(self, pairs: Pairs) -> Iterator[NDArray[np.generic]]:
        """The `COLUMNS` of all pairs."""
        number, person = pairs.number, pairs.person
        own, mine = self._named[number] == person, self._meant[number] == person
        for reach in _SURE_REACH:
            yield _near(self._sure, pairs, reach, own)
        yield np.log1p(self._said[person] - own)
        for reach in _LIKELY_REACH:
            yield _near(self._likely, pairs, reach, mine)
        yield _nearest(self._likely.since(person, number))
        ahead = self._likely.until(person, number + 1)
        yield _nearest(np.where(ahead == NOWHERE, NOWHERE, ahead + 1))
        yield from self._with(self._before[number], person)
        yield from self._with(self._after[number], person)
        for offset in _OFFSETS:
            yield self._towards.has(number + offset, person)

    def _with(self, other: Whole, person: Whole) -> Iterator[Real]:
        """The share of the neighbour's exchanges, and of one's own, that the two have had."""
        shared = self._pairs.times(other, person)
        for talks in (self._talks[other], self._talks[person]):
            yield np.where(other == person, -1.0, shared / (talks + _DOUBT))


def _latest(last: int, person: int) -> int:
    return person if person >= 0 else last


def _near(places: Places, pairs: Pairs, reach: int, own: NDArray[np.bool_]) -> Real:
    """The logarithm of one more than the other quotations within reach."""
    number = pairs.number
    return np.log1p(places.count(pairs.person, number - reach, number + reach + 1) - own)


def _nearest(distance: Whole) -> Whole:
    return np.where(distance == NOWHERE, _FAR, np.minimum(distance, _FAR))


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


def _spoken_to(around: Surroundings, clue: Clue | None) -> frozenset[int]:
    """Whom the words after a tag turn to: "said Emma to Mr. Knightley"."""
    if clue is None:
        return frozenset()
    page, people = around.page, around.people
    found, at = set[int](), clue.end
    stop = min(page.blocks[page.block[clue.start]][1], clue.end + _TOWARDS)
    while at < stop and page.voice[at] < 0:
        index = people.starting.get(at)
        if index is not None and page.lower[at - 1] in page.language.towards:
            mention = people.mentions[index]
            if not mention.possessive and mention.person != clue.person:
                found.add(mention.person)
        at += 1
    return frozenset(found)
