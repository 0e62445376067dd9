"""Who has been talking nearby, with whom a person usually talks, and who is spoken to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import accumulate
from math import log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.attribution.clues import Clue
    from narrator.attribution.surroundings import Surroundings

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
        self.named, self.meant = named, meant
        self.sure, self.likely = _by_person(named), _by_person(meant)
        self.pairs, self.talks = _partners(named)
        self.before = [-1, *accumulate(meant, _latest)]
        self.after = [-1, *accumulate(reversed(meant), _latest)][-2::-1]
        self.towards = [_spoken_to(around, clue) for clue in around.tags]

    def columns(self, number: int, person: int) -> list[float]:
        """The `COLUMNS` of a candidate."""
        sure, likely = self.sure[person], self.likely[person]
        own = self.named[number] == person
        mine = self.meant[number] == person
        at, past = bisect_left(likely, number), bisect_right(likely, number)
        return [
            *(_near(sure, number, reach, own) for reach in _SURE_REACH),
            log1p(len(sure) - own),
            *(_near(likely, number, reach, mine) for reach in _LIKELY_REACH),
            float(min(_FAR, number - likely[at - 1] if at else _FAR)),
            float(min(_FAR, likely[past] - number if past < len(likely) else _FAR)),
            *self._with(self.before[number], person),
            *self._with(self.after[number], person),
            *(self._called_upon(number + offset, person) for offset in _OFFSETS),
        ]

    def _with(self, other: int, person: int) -> tuple[float, float]:
        """The share of the neighbour's exchanges, and of one's own, that the two have had."""
        if other < 0:
            return 0.0, 0.0
        if other == person:
            return -1.0, -1.0
        shared = self.pairs[person, other]
        return shared / (self.talks[other] + _DOUBT), shared / (self.talks[person] + _DOUBT)

    def _called_upon(self, number: int, person: int) -> float:
        return float(0 <= number < len(self.towards) and person in self.towards[number])


def _latest(last: int, person: int) -> int:
    return person if person >= 0 else last


def _near(numbers: Sequence[int], number: int, reach: int, own: bool) -> float:
    """The logarithm of one more than the other quotations within reach."""
    return log1p(bisect_right(numbers, number + reach) - bisect_left(numbers, number - reach) - own)


def _by_person(speakers: Iterable[int]) -> dict[int, list[int]]:
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, person in enumerate(speakers):
        if person >= 0:
            numbers[person].append(number)
    return numbers


def _partners(speakers: Sequence[int]) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """How often two people speak within two quotations of each other, and each with anybody."""
    pairs: Counter[tuple[int, int]] = Counter()
    talks: Counter[int] = Counter()
    for step in (1, 2):
        for one, other in zip(speakers, speakers[step:], strict=False):
            if -1 not in {one, other} and one != other:
                pairs[one, other] += 1
                pairs[other, one] += 1
                talks[one] += 1
                talks[other] += 1
    return pairs, talks


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
