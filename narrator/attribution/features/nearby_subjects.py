"""Features of grammatical subjects, named or by pronoun, in the narration around a quotation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column
from narrator.attribution.features.position_index import (
    PositionIndex,
    cap_log_distance,
    compute_log_distance,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.pronouns import Salience
    from narrator.attribution.features.column import BoolArray, FloatArray, IntArray
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenTable

_GAP_TOKENS = 150
"""Maximum length of the gap between a quotation and its neighbour, in tokens."""
_REACHES_BACK, _REACH_AHEAD = (60, 250), 60
"""Numbers of tokens before and after a quotation in which to count mentions."""


def resolve_tag_subject(
    speech_tag: SpeechTag | None, salience: Salience, narrator_index: int
) -> int:
    """Return the person that a tag names, or that its pronoun refers to; -1 if unknown."""
    if speech_tag is None:
        return -1
    if speech_tag.person_index >= 0:
        return speech_tag.person_index
    if speech_tag.pronoun_gender == "first":
        return narrator_index
    tag_tokens = range(speech_tag.start, speech_tag.end)
    return next(
        (salience.person_by_pronoun[i] for i in tag_tokens if i in salience.person_by_pronoun), -1
    )


class SubjectStatistics:
    """The mentions and subjects in the narration of a whole book, with pronouns resolved."""

    def __init__(self, tokens: TokenTable, salience: Salience, tag_subjects: Sequence[int]) -> None:
        """Index the mentions of a book.

        Args:
            tokens: the tokens of the book.
            salience: its mentions, including resolved pronouns.
            tag_subjects: the person that each quotation's tag refers to, or -1.
        """
        # Each of shape (2, mentions): a row of tokens and a row of persons.
        narrated, subjects = (
            np.array(mentions, np.int64).reshape(-1, 2).T
            for mentions in (salience.narrated_mentions, salience.subject_mentions)
        )
        self.narrated_mentions = PositionIndex(narrated[1], narrated[0])
        self.subject_mentions = PositionIndex(subjects[1], subjects[0])
        # Sorted by token. The extra -1 makes an index just past the end valid.
        self.subject_tokens, self.subject_persons = subjects[0], np.append(subjects[1], -1)
        # Each of shape (quotations,).
        self.tag_subjects = np.array(tag_subjects, np.int64)
        self.gap_starts, self.gap_ends = _find_gaps(tokens)
        paragraphs = np.array(tokens.paragraph_ranges, np.int64).reshape(-1, 2)
        self.paragraph_starts = paragraphs[[q.first_paragraph for q in tokens.quotations], 0]
        self.paragraph_ends = paragraphs[[q.last_paragraph for q in tokens.quotations], 1]


class SubjectBatch:
    """A batch of pairs, with the ranges of narration around their quotations."""

    def __init__(self, statistics: SubjectStatistics, pairs: CandidatePairs) -> None:
        self.statistics, self.persons = statistics, pairs.person_indices
        self.starts, self.ends = pairs.start_tokens, pairs.end_tokens
        rows = pairs.quotation_indices
        # Each of shape (quotations, 1).
        self.tag_subjects = statistics.tag_subjects[rows]
        self.gap_starts, self.gap_ends = statistics.gap_starts[rows], statistics.gap_ends[rows]
        self.paragraph_starts = statistics.paragraph_starts[rows]
        self.paragraph_ends = np.minimum(self.gap_ends, statistics.paragraph_ends[rows])

    def match_tag_subject(self) -> IntArray:
        """Return 1 if the tag refers to the candidate, -1 if to somebody else, 0 if unknown."""
        matches = np.where(self.tag_subjects == self.persons, 1, -1)
        return np.where(self.tag_subjects < 0, 0, matches)

    def measure_back(self, mentions: PositionIndex) -> FloatArray:
        """Return the capped log distance back to the candidate's last mention."""
        distances = mentions.measure_back(self.persons, self.starts)
        return cap_log_distance(compute_log_distance(distances))

    def measure_acting_ahead(self) -> FloatArray:
        """Return the capped log distance ahead to the candidate's next mention as a subject."""
        distances = self.statistics.subject_mentions.measure_ahead(self.persons, self.ends)
        return cap_log_distance(compute_log_distance(distances))

    def count_narrated_before(self, reach: int) -> FloatArray:
        """Return log(1 + number of mentions in the `reach` tokens before the quotation)."""
        return self.statistics.narrated_mentions.compute_log_count(
            self.persons, self.starts - reach, self.starts
        )

    def count_narrated_after(self) -> FloatArray:
        """Return log(1 + number of mentions in the `_REACH_AHEAD` tokens after the quotation)."""
        return self.statistics.narrated_mentions.compute_log_count(
            self.persons, self.ends, self.ends + _REACH_AHEAD
        )

    def is_first_subject(self, start: IntArray, end: IntArray) -> BoolArray:
        """Return whether the candidate is the first subject in a range of tokens."""
        first, stop = self._find_subjects(start, end)
        subjects: IntArray = np.where(first < stop, self.statistics.subject_persons[first], -1)
        is_subject: BoolArray = subjects == self.persons
        return is_subject

    def is_last_subject(self, start: IntArray, end: IntArray) -> BoolArray:
        """Return whether the candidate is the last subject in a range of tokens."""
        first, stop = self._find_subjects(start, end)
        subjects: IntArray = np.where(first < stop, self.statistics.subject_persons[stop - 1], -1)
        is_subject: BoolArray = subjects == self.persons
        return is_subject

    def count_subjects(self, start: IntArray, end: IntArray) -> IntArray:
        """Return how often the candidate is a subject in a range of tokens."""
        # The count of a reversed range would be negative.
        return np.maximum(
            self.statistics.subject_mentions.count_between(self.persons, start, end), 0
        )

    def _find_subjects(self, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """Return the range of indices into `subject_tokens` that lie in a range of tokens."""
        subject_tokens = self.statistics.subject_tokens
        return np.searchsorted(subject_tokens, start), np.searchsorted(subject_tokens, end)


def _find_gaps(tokens: TokenTable) -> tuple[IntArray, IntArray]:
    """Return the start of the gap before each quotation and the end of the gap after it, in tokens.

    A gap reaches to the neighbouring quotation, but not further than `_GAP_TOKENS`.
    """
    spans = [
        (q.token_runs[0][0], q.token_runs[-1][1]) if q.token_runs else (0, 0)
        for q in tokens.quotations
    ]
    starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
    gap_starts = np.maximum(starts - _GAP_TOKENS, 0)
    gap_ends = np.minimum(ends + _GAP_TOKENS, len(tokens.words))
    gap_starts[1:] = np.maximum(gap_starts[1:], ends[:-1])
    # A next quotation without tokens has the span (0, 0), which must not limit the gap.
    limited = np.minimum(gap_ends[:-1], starts[1:])
    gap_ends[:-1] = np.where(ends[1:] > 0, limited, gap_ends[:-1])
    return gap_starts, gap_ends


COLUMNS: tuple[Column[SubjectBatch], ...] = (
    Column("resolved:tag_match", SubjectBatch.match_tag_subject),
    Column(
        "resolved:acting:back", lambda batch: batch.measure_back(batch.statistics.subject_mentions)
    ),
    Column(
        "resolved:narrated:back",
        lambda batch: batch.measure_back(batch.statistics.narrated_mentions),
    ),
    *(
        Column(
            f"resolved:narrated:last_{reach}",
            partial(SubjectBatch.count_narrated_before, reach=reach),
        )
        for reach in _REACHES_BACK
    ),
    Column(f"resolved:narrated:next_{_REACH_AHEAD}", SubjectBatch.count_narrated_after),
    Column("resolved:acting:ahead", SubjectBatch.measure_acting_ahead),
    Column(
        "gap_before:is_first", lambda batch: batch.is_first_subject(batch.gap_starts, batch.starts)
    ),
    Column(
        "gap_before:is_last", lambda batch: batch.is_last_subject(batch.gap_starts, batch.starts)
    ),
    Column("gap_before:count", lambda batch: batch.count_subjects(batch.gap_starts, batch.starts)),
    Column("gap_after:is_first", lambda batch: batch.is_first_subject(batch.ends, batch.gap_ends)),
    Column("gap_after:is_last", lambda batch: batch.is_last_subject(batch.ends, batch.gap_ends)),
    Column("gap_after:count", lambda batch: batch.count_subjects(batch.ends, batch.gap_ends)),
    Column(
        "paragraph_after:count",
        lambda batch: batch.count_subjects(batch.ends, batch.paragraph_ends),
    ),
    Column(
        "paragraph_before:count",
        lambda batch: batch.count_subjects(batch.paragraph_starts, batch.starts),
    ),
    Column(
        "paragraph_before:is_last",
        lambda batch: batch.is_last_subject(batch.paragraph_starts, batch.starts),
    ),
)
"""One value per quotation and candidate."""
