"""What speaks for each candidate: clues, names nearby, who spoke before, who is in mind."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.pair_counts import tally_of
from narrator.attribution.features.position_index import NOWHERE, Places, far, felt
from narrator.attribution.features.tag_arrays import Witness
from narrator.attribution.speech_tags import RULES
from narrator.attribution.tokens import tellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import Surroundings
    from narrator.attribution.coreference.mention_detection import Mention
    from narrator.attribution.features.pairs import Pairs
    from narrator.attribution.tokens import Page

    Columns = Iterator[NDArray[np.generic]]
    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

_RULES = tuple(name for name, _ in RULES)
_TAG_OFFSETS = (-1, -2, -3, 1, 2, 3)
_FIT_OFFSETS = (-1, -2, 1, 2)
_CALLED_OFFSETS, _NAMED_OFFSETS = (-1, 1, -2, 2), (-1, 1)
_LATEST = 8
"""Speakers who are remembered in the order of their last words."""
_FITS = 0.5
"""A candidate whom a clue fits by more is one of those who may be meant."""

COLUMNS = (
    *(f"{name}:{part}" for name in _RULES for part in ("same", "fits")),
    *("tag:same", "tag:fits", "tag:rank:acting", "tag:rank:told"),
    *("called", "named"),
    *(f"called:{offset:+}" for offset in _CALLED_OFFSETS),
    *(f"named:{offset:+}" for offset in _NAMED_OFFSETS),
    *(f"tag:{offset:+}" for offset in _TAG_OFFSETS),
    *(f"fits:{offset:+}" for offset in _FIT_OFFSETS),
    *("history:rank", "history:ago", "history:parity", "history:count"),
    *("told:ago", "told:rank", "acting:ago", "acting:rank", "quoted:ago"),
    *("told:next", "acting:next", "told:50", "told:200", "told:1200", "quoted:400"),
    *("block", "block:before", "above", "chapter:before", "chapter:after", "chapter:quoted"),
    *("share", "narrator:here"),
)
"""Columns of a quotation and a candidate."""


class Candidacy:
    """The clues and mentions of a book, and who was said to speak so far."""

    def __init__(self, around: Surroundings) -> None:
        people = around.people
        self._rules = [
            Witness([clues.get(name) for clues in around.clues], people.persons) for name in _RULES
        ]
        self._tags = Witness(around.tags, people.persons)
        self._called, self._named = tally_of(around.called), tally_of(around.named)
        self._history = _History([clue.person if clue else -1 for clue in around.tags])
        told = [mention for mention in people.mentions if not mention.quoted]
        self._told = _places(told)
        self._acting = _places([mention for mention in told if mention.subject])
        self._quoted = _places([mention for mention in people.mentions if mention.quoted])
        self._stage = _Stage(around.page)
        self._total = np.array([person.evidence.total for person in people.persons])
        self._narrates = np.array([person.narrates for person in people.persons])

    def columns(self, pairs: Pairs) -> Columns:
        """The `COLUMNS` of all pairs."""
        number, person = pairs.number, pairs.person
        for rule in self._rules:
            yield rule.same(number, person)
            yield rule.fits(number, person)
        told = _apart(far(self._told.since(person, pairs.begin)), pairs)
        acting = _apart(far(self._acting.since(person, pairs.begin)), pairs)
        yield from self._tagged(pairs, told, acting)
        yield from self._spoken_of(number, person)
        for offset in _TAG_OFFSETS:
            yield self._tags.same(number + offset, person)
        for offset in _FIT_OFFSETS:
            yield self._tags.fits(number + offset, person)
        yield from self._history.columns(pairs)
        for distance in (told, acting):
            yield felt(distance)
            yield _rank(distance, pairs.weighed)
        yield from self._mentioned(pairs)
        total = np.where(pairs.weighed, self._total[person], 0)
        yield total / np.maximum(total.sum(axis=1, keepdims=True), 1)
        yield self._stage.told[number] & self._narrates[person]

    def _tagged(self, pairs: Pairs, told: Real, acting: Real) -> Columns:
        """What the quotation's own tag says, and how many whom it fits are nearer."""
        fits = self._tags.fits(pairs.number, pairs.person)
        yield self._tags.same(pairs.number, pairs.person)
        yield fits
        for distance in (acting, told):
            yield np.where(fits < 0, -1, _rank(distance, (fits >= _FITS) & pairs.weighed))

    def _spoken_of(self, number: Whole, person: Whole) -> Columns:
        yield self._called.has(number, person)
        yield self._named.has(number, person)
        for offset in _CALLED_OFFSETS:
            yield self._called.has(number + offset, person)
        for offset in _NAMED_OFFSETS:
            yield self._named.has(number + offset, person)

    def _mentioned(self, pairs: Pairs) -> Columns:
        """How far, and how often, the person is mentioned before and after."""
        number, person, begin, end = pairs.number, pairs.person, pairs.begin, pairs.end
        told, quoted, stage = self._told, self._quoted, self._stage
        opened, first, last, closed = (bound[number] for bound in stage.bounds)
        yield felt(far(quoted.since(person, begin)))
        yield felt(far(told.until(person, end)))
        yield felt(far(self._acting.until(person, end)))
        for reach in (50, 200, 1200):
            yield told.within(person, begin - reach, begin)
        yield quoted.within(person, begin - 400, begin)
        yield told.within(person, first, last)
        yield told.within(person, first, begin)
        yield told.within(person, stage.above[number], first)
        yield told.within(person, opened, begin)
        yield told.within(person, end, closed)
        yield quoted.within(person, opened, closed)


class _History:
    """Who was said to speak, so far."""

    def __init__(self, speakers: Sequence[int]) -> None:
        self._places = Places(speakers, np.arange(len(speakers)))
        nobody = (-1,) * _LATEST
        self._latest = np.array([*accumulate(speakers, _spoke, initial=nobody)])

    def columns(self, pairs: Pairs) -> Columns:
        """How many spoke since the person did, how long ago that was, and how often he did."""
        number, person = pairs.number, pairs.person
        ago = self._places.since(person, number)
        never = ago == NOWHERE
        among = self._latest[number] == person[..., None]
        rank = np.where(among.any(axis=2), among.argmax(axis=2), _LATEST)
        yield np.where(never, 9, rank)
        yield np.where(never, 50, np.minimum(ago, 50))
        yield np.where(never, -1, ago % 2)
        yield self._places.within(person, np.zeros_like(number), number)


class _Stage:
    """Where the paragraph and the chapter of each quotation begin and end, in tokens."""

    def __init__(self, page: Page) -> None:
        blocks = np.array(page.blocks, np.int64).reshape(-1, 2)
        chapters = np.array(page.chapters)
        firsts = np.array([quotation.first for quotation in page.quotations])
        lasts = np.array([quotation.last for quotation in page.quotations])
        numbers, opening = np.unique(chapters, return_index=True)
        closing = len(chapters) - 1 - np.unique(chapters[::-1], return_index=True)[1]
        chapter = np.searchsorted(numbers, chapters[firsts])
        begin, end = blocks.T
        self.bounds = begin[opening[chapter]], begin[firsts], end[lasts], end[closing[chapter]]
        """Of the chapter, its paragraphs, and the chapter again."""
        self.above = begin[np.maximum(firsts - 1, 0)]
        """Where the paragraph above begins."""
        told = np.array(tellings(page), np.int64)
        self.told = np.searchsorted(told, begin[firsts]) < np.searchsorted(told, end[firsts])
        """Whether the narrator says "I" in the paragraph in which the quotation begins."""


def _spoke(latest: tuple[int, ...], speaker: int) -> tuple[int, ...]:
    """Those who spoke last, latest first, after one more has spoken; -1 for nobody."""
    if speaker < 0:
        return latest
    return (speaker, *(other for other in latest if other != speaker), -1)[:_LATEST]


def _places(mentions: Sequence[Mention]) -> Places:
    return Places([m.person for m in mentions], [m.start for m in mentions])


def _apart(distance: Real, pairs: Pairs) -> Real:
    """The distances, with nobody infinitely far away."""
    return np.where(pairs.weighed, distance, np.inf)


def _rank(distance: Real, among: NDArray[np.bool_]) -> Whole:
    """How many of some candidates are nearer than each."""
    nearer = distance[:, None, :] < distance[:, :, None]
    ranks: Whole = (nearer & among[:, None, :]).sum(axis=2)
    return ranks
