"""Features of who is there: in the conversation of a quotation, and in its scene.

A conversation is a sequence of quotations with little narration between them. Who takes part in it
outweighs who is important in the book.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from narrator.attribution.features.column import Column
from narrator.attribution.features.position_index import ABSENT_DISTANCE, PositionIndex

if TYPE_CHECKING:
    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.column import BoolArray, FloatArray, IntArray
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.features.turn_taking import TurnStatistics
    from narrator.attribution.tokens import TokenTable

_MAX_GAP_TOKENS = 120
"""Maximum number of tokens of narration between two quotations of one conversation."""
_MARGIN_TOKENS = 60
"""Number of tokens of narration around a conversation that belong to it."""
_ALTERNATION_DECAY = 0.85
"""Factor on the evidence of alternation for each quotation to the known turn."""


class Spans(NamedTuple):
    """The conversation or the scene of each quotation; each array has the shape (quotations,)."""

    first_quotations: IntArray
    stop_quotations: IntArray
    """Index after the last quotation."""
    start_tokens: IntArray
    end_tokens: IntArray


class PresenceStatistics:
    """The mentions, addressees and known speakers of a book, by person."""

    def __init__(self, context: QuotationContext, turns: TurnStatistics) -> None:
        """Index the evidence of a book.

        Args:
            context: the context of every quotation.
            turns: the known speakers, with and without those whom a pronoun names.
        """
        self.turns = turns
        addressed = [
            (person, quotation)
            for quotation, persons in enumerate(context.addressees)
            for person in sorted(persons)
        ]
        persons, quotations = np.array(addressed, np.int64).reshape(-1, 2).T
        self.addressee_index = PositionIndex(persons, quotations)
        tokens, persons = np.array(context.salience.narrated_mentions, np.int64).reshape(-1, 2).T
        self.narrated_index = PositionIndex(persons, tokens)
        scenes = find_scenes(context.tokens)
        conversations = find_conversations(context.tokens, scenes)
        self.spans = {"conversation": conversations, "scene": scenes}


class PresenceBatch:
    """A batch of pairs, with the conversation and the scene of their quotations."""

    def __init__(self, statistics: PresenceStatistics, pairs: CandidatePairs) -> None:
        self.statistics, self.mask = statistics, pairs.mask
        self.quotations, self.persons = pairs.quotation_indices, pairs.person_indices
        self.starts, self.ends = pairs.start_tokens, pairs.end_tokens
        rows = pairs.quotation_indices
        self.spans = {
            name: Spans(*(array[rows] for array in spans))
            for name, spans in statistics.spans.items()
        }

    def count_named(self, span: str) -> FloatArray:
        """Return log(1 + number of other quotations of the span tagged with the candidate)."""
        turns = self.statistics.turns
        return self._count_speeches(span, turns.named_index, turns.named_speakers)

    def count_resolved(self, span: str) -> FloatArray:
        """Return the same as `count_named`, with pronouns resolved."""
        turns = self.statistics.turns
        return self._count_speeches(span, turns.resolved_index, turns.resolved_speakers)

    def _count_speeches(self, span: str, index: PositionIndex, speakers: IntArray) -> FloatArray:
        first, stop = self.spans[span][:2]
        counts = index.count_between(self.persons, first, stop)
        # A quotation must not be evidence of its own speaker.
        others: FloatArray = np.log1p(counts - (speakers[self.quotations] == self.persons))
        return others

    def count_addressed(self, span: str) -> FloatArray:
        """Return log(1 + number of quotations of the span that address the candidate)."""
        first, stop = self.spans[span][:2]
        return self.statistics.addressee_index.compute_log_count(self.persons, first, stop)

    def count_narrated_before(self, span: str) -> FloatArray:
        """Return log(1 + mentions in the narration of the span before the quotation)."""
        start = self.spans[span].start_tokens
        return self.statistics.narrated_index.compute_log_count(self.persons, start, self.starts)

    def count_narrated_after(self, span: str) -> FloatArray:
        """Return log(1 + mentions in the narration of the span after the quotation)."""
        end = np.maximum(self.ends, self.spans[span].end_tokens)
        return self.statistics.narrated_index.compute_log_count(self.persons, self.ends, end)

    def is_present(self, span: str) -> BoolArray:
        """Return whether the span mentions, addresses or tags the candidate."""
        total = self.count_resolved(span) + self.count_addressed(span)
        total = total + self.count_narrated_before(span) + self.count_narrated_after(span)
        return (total > 0) & self.mask

    def count_present(self, span: str) -> IntArray:
        """Return the number of candidates who are present in the span."""
        counts: IntArray = self.is_present(span).sum(axis=1, keepdims=True)
        return counts

    def count_quotations(self, span: str) -> FloatArray:
        """Return the log of the number of quotations of the span."""
        first, stop = self.spans[span][:2]
        lengths: FloatArray = np.log(stop - first)
        return lengths

    def weigh_alternation_back(self) -> FloatArray:
        """Return how much alternation since the candidate's last known turn suggests the candidate.

        The value falls from 1 with the distance, and is negative if it is the other's turn. It is 0
        if the candidate has no known turn earlier in the conversation.
        """
        index = self.statistics.turns.resolved_index
        distances = index.measure_back(self.persons, self.quotations)
        room = self.quotations - self.spans["conversation"].first_quotations
        return _weigh_alternation(distances, room)

    def weigh_alternation_ahead(self) -> FloatArray:
        """Return the same as `weigh_alternation_back` for the candidate's next known turn."""
        index = self.statistics.turns.resolved_index
        ahead = index.measure_ahead(self.persons, self.quotations + 1)
        distances = np.where(ahead == ABSENT_DISTANCE, ABSENT_DISTANCE, ahead + 1)
        room = self.spans["conversation"].stop_quotations - 1 - self.quotations
        return _weigh_alternation(distances, room)


def _weigh_alternation(distances: IntArray, room: IntArray) -> FloatArray:
    """Return the evidence of alternation for each distance in quotations that is at most `room`."""
    is_inside = (distances != ABSENT_DISTANCE) & (distances <= room)
    signs = np.where(distances % 2, -1.0, 1.0)
    return np.where(is_inside, signs * _ALTERNATION_DECAY ** np.maximum(distances, 0), 0.0)


def find_conversations(tokens: TokenTable, scenes: Spans) -> Spans:
    """Return the conversation of each quotation, with the narration around it.

    Args:
        tokens: the tokens of the book.
        scenes: the scene of each quotation, as `find_scenes` returns them.
    """
    starts, ends = _list_bounds(tokens)
    is_new = np.ones(len(starts), bool)
    is_new[1:] = (starts[1:] - ends[:-1] > _MAX_GAP_TOKENS) | (np.diff(scenes.first_quotations) > 0)
    spans = _group_quotations(is_new, starts, ends)
    return spans._replace(
        start_tokens=np.maximum(spans.start_tokens - _MARGIN_TOKENS, scenes.start_tokens),
        end_tokens=np.minimum(spans.end_tokens + _MARGIN_TOKENS, scenes.end_tokens),
    )


def find_scenes(tokens: TokenTable) -> Spans:
    """Return the scene of each quotation, from its first paragraph to its last."""
    scene_numbers = np.array(tokens.number_scenes(), np.int64)
    scenes = scene_numbers[[quotation.first_paragraph for quotation in tokens.quotations]]
    bounds = np.array(tokens.paragraph_ranges, np.int64).reshape(-1, 2)
    is_new = np.append(True, np.diff(scenes) > 0)
    spans = _group_quotations(is_new, *_list_bounds(tokens))
    first_paragraphs = np.searchsorted(scene_numbers, scenes)
    last_paragraphs = np.searchsorted(scene_numbers, scenes, side="right") - 1
    return spans._replace(
        start_tokens=bounds[first_paragraphs, 0], end_tokens=bounds[last_paragraphs, 1]
    )


def _list_bounds(tokens: TokenTable) -> tuple[IntArray, IntArray]:
    """Return the first token of each quotation, and the token after it.

    A quotation without tokens is where the one before it ends.
    """
    bounds = [
        (q.token_runs[0][0], q.token_runs[-1][1]) if q.token_runs else (0, 0)
        for q in tokens.quotations
    ]
    starts, ends = np.maximum.accumulate(np.array(bounds, np.int64).reshape(-1, 2)).T
    return starts, ends


def _group_quotations(is_new: BoolArray, starts: IntArray, ends: IntArray) -> Spans:
    """Return the spans of quotations, each of which begins where `is_new` is true."""
    group_starts = np.flatnonzero(is_new)
    group = is_new.cumsum() - 1
    firsts = group_starts[group]
    stops = np.append(group_starts[1:], len(starts))[group]
    return Spans(firsts, stops, starts[firsts], ends[stops - 1])


COLUMNS: tuple[Column[PresenceBatch], ...] = (
    *(
        Column(f"{span}:{name}", partial(compute, span=span))
        for span in ("conversation", "scene")
        for name, compute in (
            ("named_speaker", PresenceBatch.count_named),
            ("resolved_speaker", PresenceBatch.count_resolved),
            ("addressed", PresenceBatch.count_addressed),
            ("narrated_before", PresenceBatch.count_narrated_before),
            ("narrated_after", PresenceBatch.count_narrated_after),
            ("is_present", PresenceBatch.is_present),
            ("present_count", PresenceBatch.count_present),
            ("length", PresenceBatch.count_quotations),
        )
    ),
    Column("alternation:back", PresenceBatch.weigh_alternation_back),
    Column("alternation:ahead", PresenceBatch.weigh_alternation_ahead),
)
"""One value per quotation and candidate, or one per quotation."""
