"""Features of mentions: the speech tags that fit a candidate, and the distances of mentions."""

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
"""Relative positions of the quotations whose tags are compared with the candidate by name."""
_GENDER_MATCH_OFFSETS = (-1, -2, 1, 2)
"""Relative positions of the quotations whose tags are compared with the candidate by gender."""
_ADDRESSED_OFFSETS, _NAMED_OFFSETS = (-1, 1, -2, 2), (-1, 1)
"""Relative positions of the quotations that may address the candidate, and that may name him."""
_NARRATED_REACHES = (50, 200, 1200)
"""Numbers of tokens before a quotation in which to count mentions in the narration."""
_QUOTED_REACH = 400
"""Number of tokens before a quotation in which to count mentions in other quotations."""
_RECENT_SPEAKER_COUNT = 8
"""Number of latest speakers who are ranked by how recently they spoke."""
_NEVER_SPOKEN_RANK, _MAX_QUOTATIONS_BACK = 9, 50
"""Rank of a person who has not spoken yet, and the maximum distance to the last quotation."""
_MIN_GENDER_MATCH = 0.5
"""Minimum gender match of a candidate who fits a tag."""


class _SpeakerHistory:
    """The speakers named by the tags of all quotations, in order."""

    def __init__(self, speakers: Sequence[int]) -> None:
        """Build the history from the person named by each quotation's tag, or -1."""
        self.index = PositionIndex(speakers, np.arange(len(speakers)))
        no_speakers = (-1,) * _RECENT_SPEAKER_COUNT
        # Shape (quotations + 1, _RECENT_SPEAKER_COUNT): the latest speakers before each quotation,
        # latest first, padded with -1.
        self.recent_speakers = np.array([*accumulate(speakers, _push_speaker, initial=no_speakers)])


class _TextBounds:
    """The start and end tokens of the chapter and of the paragraphs of each quotation.

    Each array has the shape (quotations,).
    """

    def __init__(self, tokens: TokenTable) -> None:
        starts, ends = np.array(tokens.paragraph_ranges, np.int64).reshape(-1, 2).T
        chapters = np.array(tokens.paragraph_chapters)
        first_paragraphs = np.array([q.first_paragraph for q in tokens.quotations])
        last_paragraphs = np.array([q.last_paragraph for q in tokens.quotations])
        # First and last paragraph of each chapter. The last one is found in the reversed array.
        numbers, first_of_chapter = np.unique(chapters, return_index=True)
        last_of_chapter = len(chapters) - 1 - np.unique(chapters[::-1], return_index=True)[1]
        chapter = np.searchsorted(numbers, chapters[first_paragraphs])
        self.chapter_starts = starts[first_of_chapter[chapter]]
        self.chapter_ends = ends[last_of_chapter[chapter]]
        self.paragraph_starts, self.paragraph_ends = starts[first_paragraphs], ends[last_paragraphs]
        self.previous_paragraph_starts = starts[np.maximum(first_paragraphs - 1, 0)]
        # The narrator says "I" in a paragraph if one of these tokens lies between its bounds: the
        # two searches then give different results.
        pronouns = np.array(find_narrator_pronouns(tokens), np.int64)
        self.has_narrator_pronoun = np.searchsorted(pronouns, starts[first_paragraphs]) < (
            np.searchsorted(pronouns, ends[first_paragraphs])
        )


class MentionStatistics:
    """The mentions and speech tags of a whole book, indexed by person."""

    def __init__(self, context: QuotationContext) -> None:
        people = context.people
        self.rule_tags = {
            rule: TagArrays(
                [tags.get(rule) for tags in context.tags_by_rule], people.persons, context.narrators
            )
            for rule in _RULE_NAMES
        }
        self.best_tags = TagArrays(context.best_tags, people.persons, context.narrators)
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
        # Shape (persons,).
        self.mention_counts = np.array([person.statistics.total_count for person in people.persons])
        # Shape (quotations,).
        self.narrators = np.array(context.narrators, np.int64)


class MentionBatch:
    """A batch of pairs, with the intermediate results that several columns share."""

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
        """Return how strongly a rule's tag names the candidate; see `TagArrays.match_names`."""
        return self.statistics.rule_tags[rule].match_names(self.quotations, self.persons)

    def match_rule_gender(self, rule: str) -> FloatArray:
        """Return how well a rule's tag fits the candidate; see `TagArrays.match_gender`."""
        return self.statistics.rule_tags[rule].match_gender(self.quotations, self.persons)

    def match_tag_names(self, offset: int = 0) -> FloatArray:
        """Return how strongly the best tag at an offset names the candidate."""
        return self.statistics.best_tags.match_names(self.quotations + offset, self.persons)

    def match_tag_gender(self, offset: int = 0) -> FloatArray:
        """Return how well the gender of the best tag at an offset fits the candidate."""
        return self.statistics.best_tags.match_gender(self.quotations + offset, self.persons)

    def rank_by_acting(self) -> IntArray:
        """Rank the candidates who fit the tag's gender by the distance of their last action.

        See `_rank_among_fitting`.
        """
        return self._rank_among_fitting(self.acting_distances)

    def rank_by_narrated(self) -> IntArray:
        """Rank the candidates who fit the tag's gender by the distance of their last mention.

        See `_rank_among_fitting`.
        """
        return self._rank_among_fitting(self.narrated_distances)

    def _rank_among_fitting(self, distances: FloatArray) -> IntArray:
        """Return the number of nearer candidates who fit the tag; -1 if it has no gender."""
        gender_matches = self.match_tag_gender()
        is_fitting = (gender_matches >= _MIN_GENDER_MATCH) & self.pairs.mask
        return np.where(gender_matches < 0, -1, _rank_distances(distances, is_fitting))

    # Names within quotations

    def is_addressed(self, offset: int = 0) -> BoolArray:
        """Return whether the quotation at an offset addresses the candidate."""
        return self.statistics.addressees.has_pairs(self.quotations + offset, self.persons)

    def is_named(self, offset: int = 0) -> BoolArray:
        """Return whether the quotation at an offset names, but does not address, the candidate."""
        return self.statistics.named_persons.has_pairs(self.quotations + offset, self.persons)

    # Distances to mentions

    @cached_property
    def narrated_distances(self) -> FloatArray:
        """Return the log distance back to the candidate's last mention in the narration."""
        return self._measure_back(self.statistics.narrated_mentions)

    @cached_property
    def acting_distances(self) -> FloatArray:
        """Return the log distance back to the candidate's last mention as a narrated subject."""
        return self._measure_back(self.statistics.acting_mentions)

    def _measure_back(self, mentions: PositionIndex) -> FloatArray:
        distances = compute_log_distance(mentions.measure_back(self.persons, self.starts))
        # Empty slots are infinitely far away, so they never rank before a candidate.
        return np.where(self.pairs.mask, distances, np.inf)

    def measure_quoted_back(self) -> FloatArray:
        """Return the capped log distance back to the candidate's last mention in a quotation."""
        distances = self.statistics.quoted_mentions.measure_back(self.persons, self.starts)
        return cap_log_distance(compute_log_distance(distances))

    def measure_ahead(self, mentions: PositionIndex) -> FloatArray:
        """Return the capped log distance ahead to the candidate's next mention."""
        distances = mentions.measure_ahead(self.persons, self.ends)
        return cap_log_distance(compute_log_distance(distances))

    # Numbers of mentions

    def count_narrated(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return log(1 + number of the candidate's mentions in the narration of a token range)."""
        return self.statistics.narrated_mentions.compute_log_count(self.persons, start, end)

    def count_narrated_before(self, reach: int) -> FloatArray:
        """Return the same as `count_narrated` for the last `reach` tokens before the quotation."""
        return self.count_narrated(self.starts - reach, self.starts)

    def count_quoted(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return log(1 + number of the candidate's mentions in quotations of a token range)."""
        return self.statistics.quoted_mentions.compute_log_count(self.persons, start, end)

    def compute_mention_share(self) -> FloatArray:
        """Return each candidate's mentions in the book, divided by those of all candidates."""
        counts = np.where(self.pairs.mask, self.statistics.mention_counts[self.persons], 0)
        shares: FloatArray = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return shares

    def is_narrator_here(self) -> BoolArray:
        """Return whether the candidate is the narrator and says "I" in the paragraph."""
        has_pronoun = self.statistics.bounds.has_narrator_pronoun[self.quotations]
        narrators = self.statistics.narrators[self.quotations]
        is_narrator: BoolArray = has_pronoun & (narrators == self.persons)
        return is_narrator

    # Speakers named by earlier tags

    @cached_property
    def quotations_back(self) -> IntArray:
        """Return how many quotations ago a tag last named the candidate, or `ABSENT_DISTANCE`."""
        return self.statistics.speakers.index.measure_back(self.persons, self.quotations)

    def rank_recent_speakers(self) -> IntArray:
        """Return the number of other speakers that tags have named since the candidate, 0 to 9.

        8 stands for eight or more; 9 for a candidate not named by any earlier tag.
        """
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
        """Return whether `quotations_back` is even (0) or odd (1); -1 if it is absent.

        When two speakers alternate, each speaks at an even distance from the last time.
        """
        never = self.quotations_back == ABSENT_DISTANCE
        return np.where(never, -1, self.quotations_back % 2)

    def count_spoken(self) -> FloatArray:
        """Return log(1 + number of earlier quotations whose tag names the candidate)."""
        first_quotation = np.zeros_like(self.quotations)
        return self.statistics.speakers.index.compute_log_count(
            self.persons, first_quotation, self.quotations
        )


def _push_speaker(recent: tuple[int, ...], speaker: int) -> tuple[int, ...]:
    """Return the latest speakers after one more quotation.

    Args:
        recent: the latest speakers before it, latest first, padded with -1.
        speaker: the speaker of the quotation; -1 if unknown.
    """
    if speaker < 0:
        return recent
    return (speaker, *(person for person in recent if person != speaker), -1)[
        :_RECENT_SPEAKER_COUNT
    ]


def _index_mentions(mentions: Sequence[Mention]) -> PositionIndex:
    return PositionIndex([m.person_index for m in mentions], [m.start for m in mentions])


def _rank_distances(distances: FloatArray, is_ranked: BoolArray) -> IntArray:
    """Return the number of strictly nearer candidates for each candidate.

    Args:
        distances: shape (quotations, candidates).
        is_ranked: shape (quotations, candidates): which candidates to count.
    """
    # Shape (quotations, candidates, candidates): whether the candidate on the last axis is nearer.
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
