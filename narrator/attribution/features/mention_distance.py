"""Features of mentions: speech tags that name a candidate, and how near he is mentioned."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column
from narrator.attribution.features.pair_counts import count_memberships
from narrator.attribution.features.position_index import (
    ABSENT_DISTANCE,
    PositionIndex,
    cap_log_distance,
    compute_log_distance,
)
from narrator.attribution.features.tag_arrays import TagArrays
from narrator.attribution.speech_tags import SPEAKER_RULES
from narrator.attribution.tokens import find_narrator_pronouns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.people import Mention
    from narrator.attribution.features.column import BoolArray, FloatArray, IntArray
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.tokens import TokenTable

_RULE_NAMES = tuple(name for name, _ in SPEAKER_RULES)
_NAME_MATCH_OFFSETS = (-1, -2, -3, 1, 2, 3)
"""Neighbouring quotations whose tags are compared with the candidate by name."""
_GENDER_MATCH_OFFSETS = (-1, -2, 1, 2)
"""Neighbouring quotations whose tags are compared with the candidate by gender."""
_ADDRESSED_OFFSETS, _NAMED_OFFSETS = (-1, 1, -2, 2), (-1, 1)
_NARRATED_REACHES = (50, 200, 1200)
"""Tokens before a quotation in which mentions in the narration are counted."""
_QUOTED_REACH = 400
"""Tokens before a quotation in which mentions within other quotations are counted."""
_RECENT_SPEAKER_COUNT = 8
"""Speakers who are ranked by how recently they spoke."""
_NEVER_SPOKEN_RANK, _MAX_QUOTATIONS_BACK = 9, 50
"""Rank of a person who has not spoken yet, and the largest distance to his last quotation."""
_GENDER_FITS = 0.5
"""Gender match from which a candidate may be the antecedent of a pronoun."""


class _SpeakerHistory:
    """The speakers named by tags, quotation by quotation."""

    def __init__(self, speakers: Sequence[int]) -> None:
        """Index the person named by each quotation's tag; -1 where there is none."""
        self.index = PositionIndex(speakers, np.arange(len(speakers)))
        no_speakers = (-1,) * _RECENT_SPEAKER_COUNT
        # Shape (quotations + 1, _RECENT_SPEAKERS): who spoke last before each, latest first.
        self.recent_speakers = np.array([*accumulate(speakers, _push_speaker, initial=no_speakers)])


class _TextBounds:
    """Where the chapter and the paragraphs of each quotation start and end, in tokens.

    Each array has the shape (quotations,).
    """

    def __init__(self, tokens: TokenTable) -> None:
        starts, ends = np.array(tokens.paragraph_ranges, np.int64).reshape(-1, 2).T
        chapters = np.array(tokens.paragraph_chapters)
        first_paragraphs = np.array([q.first_paragraph for q in tokens.quotations])
        last_paragraphs = np.array([q.last_paragraph for q in tokens.quotations])
        # First and last paragraph of each chapter; the last is the first one counted from behind.
        numbers, first_of_chapter = np.unique(chapters, return_index=True)
        last_of_chapter = len(chapters) - 1 - np.unique(chapters[::-1], return_index=True)[1]
        chapter = np.searchsorted(numbers, chapters[first_paragraphs])
        self.chapter_starts = starts[first_of_chapter[chapter]]
        self.chapter_ends = ends[last_of_chapter[chapter]]
        self.paragraph_starts, self.paragraph_ends = starts[first_paragraphs], ends[last_paragraphs]
        self.previous_paragraph_starts = starts[np.maximum(first_paragraphs - 1, 0)]
        # The narrator says "I" in a paragraph if some such token lies between its bounds.
        pronouns = np.array(find_narrator_pronouns(tokens), np.int64)
        self.has_narrator_pronoun = np.searchsorted(pronouns, starts[first_paragraphs]) < (
            np.searchsorted(pronouns, ends[first_paragraphs])
        )


class MentionStatistics:
    """The mentions and speech tags of a whole book, indexed for look-up by person."""

    def __init__(self, context: QuotationContext) -> None:
        people = context.people
        self.rule_tags = {
            rule: TagArrays([tags.get(rule) for tags in context.tags_by_rule], people.persons)
            for rule in _RULE_NAMES
        }
        self.best_tags = TagArrays(context.best_tags, people.persons)
        self.addressees = count_memberships(context.addressees)
        self.named_persons = count_memberships(context.named_persons)
        self.speakers = _SpeakerHistory(
            [tag.person_index if tag else -1 for tag in context.best_tags]
        )
        narrated = [mention for mention in people.mentions if not mention.is_quoted]
        self.narrated_mentions = _index_mentions(narrated)
        self.acting_mentions = _index_mentions(
            [mention for mention in narrated if mention.is_subject]
        )
        self.quoted_mentions = _index_mentions([m for m in people.mentions if m.is_quoted])
        self.bounds = _TextBounds(context.tokens)
        # Both of shape (persons,).
        self.mention_counts = np.array([person.statistics.total_count for person in people.persons])
        self.is_narrator = np.array([person.is_narrator for person in people.persons])


class MentionBatch:
    """Some pairs of a book, and the intermediate results that several columns share."""

    def __init__(self, statistics: MentionStatistics, pairs: CandidatePairs) -> None:
        self.statistics, self.pairs = statistics, pairs
        self.quotations, self.persons = pairs.quotation_indices, pairs.person_indices
        self.starts, self.ends = pairs.start_tokens, pairs.end_tokens
        # Each of shape (quotations, 1), in tokens.
        bounds, rows = statistics.bounds, pairs.quotation_indices
        self.chapter_starts = bounds.chapter_starts[rows]
        self.chapter_ends = bounds.chapter_ends[rows]
        self.paragraph_starts = bounds.paragraph_starts[rows]
        self.paragraph_ends = bounds.paragraph_ends[rows]
        self.previous_paragraph_starts = bounds.previous_paragraph_starts[rows]

    # Speech tags

    def match_rule_names(self, rule: str) -> FloatArray:
        """Return whether a rule's tag names the candidate; see `TagArrays.match_names`."""
        return self.statistics.rule_tags[rule].match_names(self.quotations, self.persons)

    def match_rule_gender(self, rule: str) -> FloatArray:
        """Return how well a rule's tag fits the candidate's gender."""
        return self.statistics.rule_tags[rule].match_gender(self.quotations, self.persons)

    def match_tag_names(self, offset: int = 0) -> FloatArray:
        """Return whether the best tag of a neighbouring quotation names the candidate."""
        return self.statistics.best_tags.match_names(self.quotations + offset, self.persons)

    def match_tag_gender(self, offset: int = 0) -> FloatArray:
        """Return how well the best tag of a neighbouring quotation fits the candidate's gender."""
        return self.statistics.best_tags.match_gender(self.quotations + offset, self.persons)

    def rank_by_acting(self) -> IntArray:
        """Return how many candidates who fit the tag acted nearer by; -1 if it has no gender."""
        return self._rank_among_fitting(self.acting_distances)

    def rank_by_narrated(self) -> IntArray:
        """Return how many candidates who fit the tag are mentioned nearer by; -1 without gender."""
        return self._rank_among_fitting(self.narrated_distances)

    def _rank_among_fitting(self, distances: FloatArray) -> IntArray:
        gender_matches = self.match_tag_gender()
        is_fitting = (gender_matches >= _GENDER_FITS) & self.pairs.mask
        return np.where(gender_matches < 0, -1, _rank_distances(distances, is_fitting))

    # Names within quotations

    def is_addressed(self, offset: int = 0) -> BoolArray:
        """Return whether the candidate is addressed in a neighbouring quotation."""
        return self.statistics.addressees.has_pairs(self.quotations + offset, self.persons)

    def is_named(self, offset: int = 0) -> BoolArray:
        """Return whether the candidate is named, but not addressed, in a neighbouring quotation."""
        return self.statistics.named_persons.has_pairs(self.quotations + offset, self.persons)

    # Distances to mentions

    @cached_property
    def narrated_distances(self) -> FloatArray:
        """Return the log distance back to each candidate's last mention in the narration."""
        return self._measure_back(self.statistics.narrated_mentions)

    @cached_property
    def acting_distances(self) -> FloatArray:
        """Return the log distance back to the last mention as a subject in the narration."""
        return self._measure_back(self.statistics.acting_mentions)

    def _measure_back(self, mentions: PositionIndex) -> FloatArray:
        distances = compute_log_distance(mentions.measure_back(self.persons, self.starts))
        # Infinitely far away, an empty slot never ranks before a candidate.
        return np.where(self.pairs.mask, distances, np.inf)

    def measure_quoted_back(self) -> FloatArray:
        """Return the capped log distance back to the last mention within a quotation."""
        distances = self.statistics.quoted_mentions.measure_back(self.persons, self.starts)
        return cap_log_distance(compute_log_distance(distances))

    def measure_ahead(self, mentions: PositionIndex) -> FloatArray:
        """Return the capped log distance ahead to the next mention."""
        distances = mentions.measure_ahead(self.persons, self.ends)
        return cap_log_distance(compute_log_distance(distances))

    # Numbers of mentions

    def count_narrated(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return log(1 + number of mentions in the narration) of a range of tokens."""
        return self.statistics.narrated_mentions.compute_log_count(self.persons, start, end)

    def count_narrated_before(self, reach: int) -> FloatArray:
        """Return log(1 + number of mentions in the narration) of the last `reach` tokens."""
        return self.count_narrated(self.starts - reach, self.starts)

    def count_quoted(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return log(1 + number of mentions within quotations) of a range of tokens."""
        return self.statistics.quoted_mentions.compute_log_count(self.persons, start, end)

    def compute_mention_share(self) -> FloatArray:
        """Return each candidate's share of all mentions that the candidates have in the book."""
        counts = np.where(self.pairs.mask, self.statistics.mention_counts[self.persons], 0)
        shares: FloatArray = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return shares

    def is_narrator_here(self) -> BoolArray:
        """Return whether the candidate narrates, and says "I" in the paragraph."""
        has_pronoun = self.statistics.bounds.has_narrator_pronoun[self.quotations]
        is_narrator: BoolArray = has_pronoun & self.statistics.is_narrator[self.persons]
        return is_narrator

    # Who was named by tags so far

    @cached_property
    def quotations_back(self) -> IntArray:
        """Return how many quotations ago a tag last named each candidate."""
        return self.statistics.speakers.index.measure_back(self.persons, self.quotations)

    def rank_recent_speakers(self) -> IntArray:
        """Return how many other speakers a tag has named since it named the candidate."""
        matches = (
            self.statistics.speakers.recent_speakers[self.quotations] == self.persons[..., None]
        )
        ranks = np.where(matches.any(axis=2), matches.argmax(axis=2), _RECENT_SPEAKER_COUNT)
        return np.where(self.quotations_back == ABSENT_DISTANCE, _NEVER_SPOKEN_RANK, ranks)

    def cap_quotations_back(self) -> IntArray:
        """Return how many quotations ago a tag last named the candidate, at most 50."""
        limited = np.minimum(self.quotations_back, _MAX_QUOTATIONS_BACK)
        never = self.quotations_back == ABSENT_DISTANCE
        return np.where(never, _MAX_QUOTATIONS_BACK, limited)

    def compute_turn_parity(self) -> IntArray:
        """Return whether a tag last named the candidate an even (0) or odd (1) distance ago, or -1.

        Two speakers who alternate speak at an even distance from their own last quotation.
        """
        never = self.quotations_back == ABSENT_DISTANCE
        return np.where(never, -1, self.quotations_back % 2)

    def count_spoken(self) -> FloatArray:
        """Return log(1 + number of quotations before this whose tag names the candidate)."""
        first_quotation = np.zeros_like(self.quotations)
        return self.statistics.speakers.index.compute_log_count(
            self.persons, first_quotation, self.quotations
        )


def _push_speaker(recent: tuple[int, ...], speaker: int) -> tuple[int, ...]:
    """Return the most recent speakers, latest first, after one more quotation.

    `speaker` is -1 where it is unknown; the result is filled up with -1.
    """
    if speaker < 0:
        return recent
    return (speaker, *(person for person in recent if person != speaker), -1)[
        :_RECENT_SPEAKER_COUNT
    ]


def _index_mentions(mentions: Sequence[Mention]) -> PositionIndex:
    return PositionIndex([m.person_index for m in mentions], [m.start for m in mentions])


def _rank_distances(distances: FloatArray, is_ranked: BoolArray) -> IntArray:
    """Return how many of the ranked candidates are strictly nearer than each candidate."""
    # Shape (quotations, candidates, candidates): whether the last axis's candidate is nearer.
    is_nearer = distances[:, None, :] < distances[:, :, None]
    ranks: IntArray = (is_nearer & is_ranked[:, None, :]).sum(axis=2)
    return ranks


COLUMNS: tuple[Column[MentionBatch], ...] = (
    *(
        Column(f"{rule}:{name}", partial(compute, rule=rule))
        for rule in _RULE_NAMES
        for name, compute in (
            ("name_match", MentionBatch.match_rule_names),
            ("gender_match", MentionBatch.match_rule_gender),
        )
    ),
    Column("tag:name_match", MentionBatch.match_tag_names),
    Column("tag:gender_match", MentionBatch.match_tag_gender),
    Column("tag:acting_rank", MentionBatch.rank_by_acting),
    Column("tag:narrated_rank", MentionBatch.rank_by_narrated),
    Column("addressed", MentionBatch.is_addressed),
    Column("named", MentionBatch.is_named),
    *(
        Column(f"addressed:{offset:+}", partial(MentionBatch.is_addressed, offset=offset))
        for offset in _ADDRESSED_OFFSETS
    ),
    *(
        Column(f"named:{offset:+}", partial(MentionBatch.is_named, offset=offset))
        for offset in _NAMED_OFFSETS
    ),
    *(
        Column(f"tag:name_match:{offset:+}", partial(MentionBatch.match_tag_names, offset=offset))
        for offset in _NAME_MATCH_OFFSETS
    ),
    *(
        Column(
            f"tag:gender_match:{offset:+}", partial(MentionBatch.match_tag_gender, offset=offset)
        )
        for offset in _GENDER_MATCH_OFFSETS
    ),
    Column("spoke:rank", MentionBatch.rank_recent_speakers),
    Column("spoke:quotations_back", MentionBatch.cap_quotations_back),
    Column("spoke:parity", MentionBatch.compute_turn_parity),
    Column("spoke:count", MentionBatch.count_spoken),
    Column("narrated:back", lambda batch: cap_log_distance(batch.narrated_distances)),
    Column(
        "narrated:rank", lambda batch: _rank_distances(batch.narrated_distances, batch.pairs.mask)
    ),
    Column("acting:back", lambda batch: cap_log_distance(batch.acting_distances)),
    Column("acting:rank", lambda batch: _rank_distances(batch.acting_distances, batch.pairs.mask)),
    Column("quoted:back", MentionBatch.measure_quoted_back),
    Column("narrated:ahead", lambda batch: batch.measure_ahead(batch.statistics.narrated_mentions)),
    Column("acting:ahead", lambda batch: batch.measure_ahead(batch.statistics.acting_mentions)),
    *(
        Column(f"narrated:last_{reach}", partial(MentionBatch.count_narrated_before, reach=reach))
        for reach in _NARRATED_REACHES
    ),
    Column(
        f"quoted:last_{_QUOTED_REACH}",
        lambda batch: batch.count_quoted(batch.starts - _QUOTED_REACH, batch.starts),
    ),
    Column(
        "narrated:paragraph",
        lambda batch: batch.count_narrated(batch.paragraph_starts, batch.paragraph_ends),
    ),
    Column(
        "narrated:paragraph_before",
        lambda batch: batch.count_narrated(batch.paragraph_starts, batch.starts),
    ),
    Column(
        "narrated:previous_paragraph",
        lambda batch: batch.count_narrated(batch.previous_paragraph_starts, batch.paragraph_starts),
    ),
    Column(
        "narrated:chapter_before",
        lambda batch: batch.count_narrated(batch.chapter_starts, batch.starts),
    ),
    Column(
        "narrated:chapter_after", lambda batch: batch.count_narrated(batch.ends, batch.chapter_ends)
    ),
    Column(
        "quoted:chapter", lambda batch: batch.count_quoted(batch.chapter_starts, batch.chapter_ends)
    ),
    Column("mention_share", MentionBatch.compute_mention_share),
    Column("narrator_here", MentionBatch.is_narrator_here),
)
"""One value per quotation and candidate."""
