"""Who acts around a quotation, by name or by pronoun: between it and its neighbours, or nearby."""

from __future__ import annotations

from bisect import bisect_left
from math import log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.clues import Clue
    from narrator.attribution.page import Page
    from narrator.attribution.salience import Salience

NEVER = 15.0
"""Stands for the logarithm of a distance where there is nothing to measure to."""
_FAR = log1p(4000)
"""A distance beyond which it does not matter how far it is, so that an edit is felt by what stands
near, and no further. In 28 novels 55 lines went to another speaker for it, as many of them rightly
as before.
"""
_GAP = 150
"""Tokens of narration before or after a quotation that count as between it and the next."""

COLUMNS = (
    *("meant:tag", "meant:acting:ago", "meant:told:ago", "meant:60", "meant:250"),
    *("meant:ahead", "meant:acting:next"),
    *("gap:first", "gap:last", "gap:count", "gap:next:first", "gap:next:last", "gap:next:count"),
    *("gap:paragraph:next", "gap:paragraph", "gap:paragraph:last"),
)
"""Columns of a quotation and a candidate."""


def felt(distance: float) -> float:
    """A distance as it counts by itself; which of two is nearer is told by all of it."""
    return distance if distance == NEVER else min(distance, _FAR)


def ago(places: list[int], begin: int) -> float:
    """The logarithm of the tokens since the last place before a token."""
    at = bisect_left(places, begin)
    return log1p(begin - places[at - 1]) if at else NEVER


def until(places: list[int], end: int) -> float:
    """The logarithm of the tokens to the first place at or after a token."""
    at = bisect_left(places, end)
    return log1p(places[at] - end) if at < len(places) else NEVER


def within(places: list[int], begin: int, end: int) -> float:
    """The logarithm of one more than the places in a range of tokens."""
    return log1p(bisect_left(places, end) - bisect_left(places, begin))


def meant_by(clue: Clue | None, salience: Salience, narrator: int) -> int:
    """The person whom a clue names or, as far as can be guessed, means by a pronoun; -1 if none."""
    if clue is None or clue.person >= 0:
        return clue.person if clue else -1
    if clue.gender == "first":
        return narrator
    return next((salience.meant[at] for at in _tokens(clue) if at in salience.meant), -1)


def _tokens(clue: Clue) -> range:
    return range(clue.start, clue.end)


class Presence:
    """The subjects of the narration before and after each quotation."""

    def __init__(self, page: Page, salience: Salience) -> None:
        self.page, self.salience = page, salience
        self.places = [at for at, _ in salience.subjects]
        self.spans = [(q.runs[0][0], q.runs[-1][1]) if q.runs else (0, 0) for q in page.quotations]

    def rows(self, number: int, candidates: list[int], tagged: int) -> list[list[float]]:
        """The `COLUMNS` of each candidate, where `tagged` is whom the quotation's tag means."""
        begin, end = self.spans[number]
        quotation, blocks = self.page.quotations[number], self.page.blocks
        opened, closed = max(0, begin - _GAP), min(len(self.page.words), end + _GAP)
        if number and self.spans[number - 1][1]:
            opened = max(opened, self.spans[number - 1][1])
        if number + 1 < len(self.spans) and self.spans[number + 1][1]:
            closed = min(closed, self.spans[number + 1][0])
        before, after = self._subjects(opened, begin), self._subjects(end, closed)
        above = self._subjects(blocks[quotation.first][0], begin)
        below = self._subjects(end, min(closed, blocks[quotation.last][1]))
        return [
            [
                *self._meant(person, begin, end, tagged),
                *_first_last_count(before, person),
                *_first_last_count(after, person),
                float(below.count(person)),
                float(above.count(person)),
                float(above[-1:] == [person]),
            ]
            for person in candidates
        ]

    def _subjects(self, begin: int, end: int) -> list[int]:
        low, high = bisect_left(self.places, begin), bisect_left(self.places, end)
        return [person for _, person in self.salience.subjects[low:high]]

    def _meant(self, person: int, begin: int, end: int, tagged: int) -> list[float]:
        acting, told = self.salience.acting[person], self.salience.told[person]
        return [
            0.0 if tagged < 0 else 1.0 if tagged == person else -1.0,
            felt(ago(acting, begin)),
            felt(ago(told, begin)),
            within(told, begin - 60, begin),
            within(told, begin - 250, begin),
            within(told, end, end + 60),
            felt(until(acting, end)),
        ]


def _first_last_count(persons: list[int], person: int) -> list[float]:
    return [
        float(persons[:1] == [person]),
        float(persons[-1:] == [person]),
        float(persons.count(person)),
    ]
