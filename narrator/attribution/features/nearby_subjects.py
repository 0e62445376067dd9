"""Who acts around a quotation, by name or by pronoun: between it and its neighbours, or nearby."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.position_index import (
    PositionIndex,
    cap_log_distance,
    log_distance,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.coreference.pronouns import Salience
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenTable

    Whole = NDArray[np.int64]

_GAP = 150
"""Tokens of narration before or after a quotation that count as between it and the next."""

COLUMNS = (
    *("meant:tag", "meant:acting:ago", "meant:told:ago", "meant:60", "meant:250"),
    *("meant:ahead", "meant:acting:next"),
    *("gap:first", "gap:last", "gap:count", "gap:next:first", "gap:next:last", "gap:next:count"),
    *("gap:paragraph:next", "gap:paragraph", "gap:paragraph:last"),
)
"""Columns of a quotation and a candidate."""


def resolve_tag_subject(speech_tag: SpeechTag | None, salience: Salience, narrator: int) -> int:
    """The person whom a clue names or, as far as can be guessed, means by a pronoun; -1 if none."""
    if speech_tag is None or speech_tag.person_index >= 0:
        return speech_tag.person_index if speech_tag else -1
    if speech_tag.pronoun_gender == "first":
        return narrator
    return next(
        (salience.antecedents[at] for at in _tokens(speech_tag) if at in salience.antecedents), -1
    )


def _tokens(clue: SpeechTag) -> range:
    return range(clue.start, clue.end)


class SubjectStatistics:
    """The subjects of the narration before and after each quotation."""

    def __init__(self, page: TokenTable, salience: Salience, meant: Sequence[int]) -> None:
        """Take the whole book, and whom each quotation's tag means; -1 where nobody."""
        told, subjects = (
            np.array(places, np.int64).reshape(-1, 2).T
            for places in (salience.narrated_mentions, salience.subject_mentions)
        )
        self._told, self._acting = (
            PositionIndex(told[1], told[0]),
            PositionIndex(subjects[1], subjects[0]),
        )
        self._at, self._who = subjects[0], np.append(subjects[1], -1)
        self._meant = np.array(meant, np.int64)
        self._opened, self._closed = _gaps(page)
        blocks = np.array(page.paragraph_ranges, np.int64).reshape(-1, 2)
        self._above = blocks[[quotation.first_paragraph for quotation in page.quotations], 0]
        self._below = blocks[[quotation.last_paragraph for quotation in page.quotations], 1]

    def columns(self, pairs: CandidatePairs) -> Iterator[NDArray[np.generic]]:
        """The `COLUMNS` of all pairs."""
        number, person, begin, end = (
            pairs.quotation_indices,
            pairs.person_indices,
            pairs.start_tokens,
            pairs.end_tokens,
        )
        tagged, acting, told = self._meant[number], self._acting, self._told
        yield np.where(tagged < 0, 0, np.where(tagged == person, 1, -1))
        yield cap_log_distance(log_distance(acting.distance_back(person, begin)))
        yield cap_log_distance(log_distance(told.distance_back(person, begin)))
        yield told.log_count_between(person, begin - 60, begin)
        yield told.log_count_between(person, begin - 250, begin)
        yield told.log_count_between(person, end, end + 60)
        yield cap_log_distance(log_distance(acting.distance_ahead(person, end)))
        closed = self._closed[number]
        yield from self._first_last_count(person, self._opened[number], begin)
        yield from self._first_last_count(person, end, closed)
        yield self._count(person, end, np.minimum(closed, self._below[number]))
        above = self._above[number]
        yield self._count(person, above, begin)
        yield self._last(above, begin) == person

    def _first_last_count(
        self, person: Whole, begin: Whole, end: Whole
    ) -> Iterator[NDArray[np.generic]]:
        yield self._first(begin, end) == person
        yield self._last(begin, end) == person
        yield self._count(person, begin, end)

    def _count(self, person: Whole, begin: Whole, end: Whole) -> Whole:
        return np.maximum(self._acting.count_between(person, begin, end), 0)

    def _first(self, begin: Whole, end: Whole) -> Whole:
        """The first subject in a range of tokens; -1 where there is none."""
        low, high = np.searchsorted(self._at, begin), np.searchsorted(self._at, end)
        return np.where(low < high, self._who[low], -1)

    def _last(self, begin: Whole, end: Whole) -> Whole:
        """The last subject in a range of tokens; -1 where there is none."""
        low, high = np.searchsorted(self._at, begin), np.searchsorted(self._at, end)
        return np.where(low < high, self._who[high - 1], -1)


def _gaps(page: TokenTable) -> tuple[Whole, Whole]:
    """Where the narration before each quotation begins that counts, and where that after it ends.

    It reaches no further than to the next quotation.
    """
    spans = [
        (q.token_runs[0][0], q.token_runs[-1][1]) if q.token_runs else (0, 0)
        for q in page.quotations
    ]
    begin, end = np.array(spans, np.int64).reshape(-1, 2).T
    opened, closed = np.maximum(begin - _GAP, 0), np.minimum(end + _GAP, len(page.words))
    opened[1:] = np.maximum(opened[1:], end[:-1])
    closed[:-1] = np.where(end[1:] > 0, np.minimum(closed[:-1], begin[1:]), closed[:-1])
    return opened, closed
