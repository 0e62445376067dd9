"""What speaks for each candidate: clues, names nearby, who spoke before, who is in mind."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.pair_counts import count_memberships
from narrator.attribution.features.position_index import (
    ABSENT_DISTANCE,
    PositionIndex,
    cap_log_distance,
    log_distance,
)
from narrator.attribution.features.tag_arrays import TagArrays
from narrator.attribution.speech_tags import SPEAKER_RULES
from narrator.attribution.tokens import find_narrator_pronouns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.people import Mention
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.tokens import TokenTable

    Columns = Iterator[NDArray[np.generic]]
    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

_RULES = tuple(name for name, _ in SPEAKER_RULES)
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


class MentionStatistics:
    """The clues and mentions of a book, and who was said to speak so far."""

    def __init__(self, around: QuotationContext) -> None:
        people = around.people
        self._rules = [
            TagArrays([clues.get(name) for clues in around.tags_by_rule], people.persons)
            for name in _RULES
        ]
        self._tags = TagArrays(around.best_tags, people.persons)
        self._called, self._named = (
            count_memberships(around.addressees),
            count_memberships(around.named_persons),
        )
        self._history = _History([clue.person_index if clue else -1 for clue in around.best_tags])
        told = [mention for mention in people.mentions if not mention.is_quoted]
        self._told = _places(told)
        self._acting = _places([mention for mention in told if mention.is_subject])
        self._quoted = _places([mention for mention in people.mentions if mention.is_quoted])
        self._stage = _Stage(around.tokens)
        self._total = np.array([person.statistics.total_count for person in people.persons])
        self._narrates = np.array([person.is_narrator for person in people.persons])

    def columns(self, pairs: CandidatePairs) -> Columns:
        """The `COLUMNS` of all pairs."""
        number, person = pairs.quotation_indices, pairs.person_indices
        for rule in self._rules:
            yield rule.match_names(number, person)
            yield rule.match_gender(number, person)
        told = _apart(log_distance(self._told.distance_back(person, pairs.start_tokens)), pairs)
        acting = _apart(log_distance(self._acting.distance_back(person, pairs.start_tokens)), pairs)
        yield from self._tagged(pairs, told, acting)
        yield from self._spoken_of(number, person)
        for offset in _TAG_OFFSETS:
            yield self._tags.match_names(number + offset, person)
        for offset in _FIT_OFFSETS:
            yield self._tags.match_gender(number + offset, person)
        yield from self._history.columns(pairs)
        for distance in (told, acting):
            yield cap_log_distance(distance)
            yield _rank(distance, pairs.mask)
        yield from self._mentioned(pairs)
        total = np.where(pairs.mask, self._total[person], 0)
        yield total / np.maximum(total.sum(axis=1, keepdims=True), 1)
        yield self._stage.told[number] & self._narrates[person]

    def _tagged(self, pairs: CandidatePairs, told: Real, acting: Real) -> Columns:
        """What the quotation's own tag says, and how many whom it fits are nearer."""
        fits = self._tags.match_gender(pairs.quotation_indices, pairs.person_indices)
        yield self._tags.match_names(pairs.quotation_indices, pairs.person_indices)
        yield fits
        for distance in (acting, told):
            yield np.where(fits < 0, -1, _rank(distance, (fits >= _FITS) & pairs.mask))

    def _spoken_of(self, number: Whole, person: Whole) -> Columns:
        yield self._called.has_pairs(number, person)
        yield self._named.has_pairs(number, person)
        for offset in _CALLED_OFFSETS:
            yield self._called.has_pairs(number + offset, person)
        for offset in _NAMED_OFFSETS:
            yield self._named.has_pairs(number + offset, person)

    def _mentioned(self, pairs: CandidatePairs) -> Columns:
        """How far, and how often, the person is mentioned before and after."""
        number, person, begin, end = (
            pairs.quotation_indices,
            pairs.person_indices,
            pairs.start_tokens,
            pairs.end_tokens,
        )
        told, quoted, stage = self._told, self._quoted, self._stage
        opened, first, last, closed = (bound[number] for bound in stage.bounds)
        yield cap_log_distance(log_distance(quoted.distance_back(person, begin)))
        yield cap_log_distance(log_distance(told.distance_ahead(person, end)))
        yield cap_log_distance(log_distance(self._acting.distance_ahead(person, end)))
        for reach in (50, 200, 1200):
            yield told.log_count_between(person, begin - reach, begin)
        yield quoted.log_count_between(person, begin - 400, begin)
        yield told.log_count_between(person, first, last)
        yield told.log_count_between(person, first, begin)
        yield told.log_count_between(person, stage.above[number], first)
        yield told.log_count_between(person, opened, begin)
        yield told.log_count_between(person, end, closed)
        yield quoted.log_count_between(person, opened, closed)


class _History:
    """Who was said to speak, so far."""

    def __init__(self, speakers: Sequence[int]) -> None:
        self._places = PositionIndex(speakers, np.arange(len(speakers)))
        nobody = (-1,) * _LATEST
        self._latest = np.array([*accumulate(speakers, _spoke, initial=nobody)])

    def columns(self, pairs: CandidatePairs) -> Columns:
        """How many spoke since the person did, how long ago that was, and how often he did."""
        number, person = pairs.quotation_indices, pairs.person_indices
        ago = self._places.distance_back(person, number)
        never = ago == ABSENT_DISTANCE
        among = self._latest[number] == person[..., None]
        rank = np.where(among.any(axis=2), among.argmax(axis=2), _LATEST)
        yield np.where(never, 9, rank)
        yield np.where(never, 50, np.minimum(ago, 50))
        yield np.where(never, -1, ago % 2)
        yield self._places.log_count_between(person, np.zeros_like(number), number)


class _Stage:
    """Where the paragraph and the chapter of each quotation begin and end, in tokens."""

    def __init__(self, page: TokenTable) -> None:
        blocks = np.array(page.paragraph_ranges, np.int64).reshape(-1, 2)
        chapters = np.array(page.paragraph_chapters)
        firsts = np.array([quotation.first_paragraph for quotation in page.quotations])
        lasts = np.array([quotation.last_paragraph for quotation in page.quotations])
        numbers, opening = np.unique(chapters, return_index=True)
        closing = len(chapters) - 1 - np.unique(chapters[::-1], return_index=True)[1]
        chapter = np.searchsorted(numbers, chapters[firsts])
        begin, end = blocks.T
        self.bounds = begin[opening[chapter]], begin[firsts], end[lasts], end[closing[chapter]]
        """Of the chapter, its paragraphs, and the chapter again."""
        self.above = begin[np.maximum(firsts - 1, 0)]
        """Where the paragraph above begins."""
        told = np.array(find_narrator_pronouns(page), np.int64)
        self.told = np.searchsorted(told, begin[firsts]) < np.searchsorted(told, end[firsts])
        """Whether the narrator says "I" in the paragraph in which the quotation begins."""


def _spoke(latest: tuple[int, ...], speaker: int) -> tuple[int, ...]:
    """Those who spoke last, latest first, after one more has spoken; -1 for nobody."""
    if speaker < 0:
        return latest
    return (speaker, *(other for other in latest if other != speaker), -1)[:_LATEST]


def _places(mentions: Sequence[Mention]) -> PositionIndex:
    return PositionIndex([m.person_index for m in mentions], [m.start for m in mentions])


def _apart(distance: Real, pairs: CandidatePairs) -> Real:
    """The distances, with nobody infinitely far away."""
    return np.where(pairs.mask, distance, np.inf)


def _rank(distance: Real, among: NDArray[np.bool_]) -> Whole:
    """How many of some candidates are nearer than each."""
    nearer = distance[:, None, :] < distance[:, :, None]
    ranks: Whole = (nearer & among[:, None, :]).sum(axis=2)
    return ranks
