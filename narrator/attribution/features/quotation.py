"""Features of each quotation and of its neighbours, which are the same for all candidates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column
from narrator.languages.people_words import ADDRESS_KINDS, RELATION_KINDS, REPORTING_KINDS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.column import AnyArray, BoolArray, FloatArray, IntArray
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

_PRONOUN_GENDERS = ("male", "female", "plural", "first", "neutral")
_ABSENT_GAP, _ABSENT_PARAGRAPHS = 9.0, 20.0
"""Gap in log tokens, and distance in paragraphs, where there is no neighbour."""
_MAX_PARAGRAPHS = 20
"""Maximum distance to a neighbour in paragraphs."""
_TAG_WINDOW = 10
"""Number of quotations on either side to search for tags."""
_OPENING_TOKENS = 60
"""Number of tokens of each run to search for words of address and pronouns."""
_NO_WORDS = frozenset[str]()


class QuotationStatistics:
    """The quotations of a book, their best tags and their words, as parallel lists and arrays."""

    def __init__(self, context: QuotationContext) -> None:
        tokens = context.tokens
        self.context, self.tokens, self.language = context, tokens, tokens.language
        self.tags, self.quotations = context.best_tags, tokens.quotations
        # Each of shape (quotations,); a quotation without tokens has an empty span at 0.
        spans = [
            (q.token_runs[0][0], q.token_runs[-1][1], q.first_paragraph, q.last_paragraph)
            if q.token_runs
            else (0, 0, 0, 0)
            for q in tokens.quotations
        ]
        self.starts, self.ends, self.first_paragraphs, self.last_paragraphs = (
            np.array(spans, np.int64).reshape(-1, 4).T
        )
        self.has_tokens = np.array([bool(q.token_runs) for q in tokens.quotations], bool)
        self.is_tagged = np.array([tag is not None for tag in self.tags], bool)
        sought = self.language.first_person_words | self.language.second_person_words
        sought = sought.union(*self.language.address_words.values())
        # Only the words that `has_opening_word` looks for: all words of all quotations take more
        # memory than the book.
        self.opening_words = [_find_opening_words(tokens, q, sought) for q in tokens.quotations]
        self.tag_words = [_list_tag_words(tokens, tag) for tag in self.tags]
        self.description_words = [_list_description_words(tokens, tag) for tag in self.tags]

    # The quotation by itself

    def compute_log_length(self) -> FloatArray:
        """Return log(1 + number of tokens in each quotation)."""
        lengths = [sum(end - start for start, end in q.token_runs) for q in self.quotations]
        log_lengths: FloatArray = np.log1p(np.array(lengths))
        return log_lengths

    def ends_with(self, mark: str) -> BoolArray:
        """Return whether the last token of each quotation is `mark`."""
        words = self.tokens.words
        return np.array(
            [bool(q.token_runs) and words[q.token_runs[-1][1] - 1] == mark for q in self.quotations]
        )

    def count_runs(self) -> IntArray:
        """Return the number of runs into which narration divides each quotation."""
        return np.array([len(q.token_runs) for q in self.quotations])

    def count_paragraph_breaks(self) -> IntArray:
        """Return the number of paragraph breaks within each quotation."""
        return self.last_paragraphs - self.first_paragraphs

    def fills_paragraphs(self) -> BoolArray:
        """Return whether the paragraphs of each quotation contain nothing else."""
        ranges = self.tokens.paragraph_ranges
        return np.array(
            [
                q.token_runs == [(ranges[q.first_paragraph][0], ranges[q.last_paragraph][1])]
                for q in self.quotations
            ]
        )

    def is_answer(self) -> BoolArray:
        """Return whether the first word of each quotation suggests an answer, such as "yes"."""
        words, answer_words = self.tokens.lowercase_words, self.language.answer_words
        return np.array(
            [
                bool(q.token_runs) and words[q.token_runs[0][0]] in answer_words
                for q in self.quotations
            ]
        )

    def has_opening_word(self, words: frozenset[str]) -> BoolArray:
        """Return whether any of these words occurs near the start of a run of each quotation.

        They must be words of address, or of the first or second person.
        """
        return np.array([not words.isdisjoint(opening) for opening in self.opening_words])

    def has_address(self, kind: str) -> BoolArray:
        """Return whether each quotation has a word of address of this kind; see `ADDRESS_KINDS`."""
        return self.has_opening_word(self.language.address_words[kind])

    # Its neighbours

    def measure_gap(self, step: int) -> FloatArray:
        """Return log(1 + tokens of narration) to the previous (-1) or next (+1) quotation."""
        gaps = np.log1p(np.maximum(self.starts[1:] - self.ends[:-1], 0))
        return self._pad_gaps(gaps, step, _ABSENT_GAP)

    def count_paragraphs(self, step: int) -> FloatArray:
        """Return the number of paragraphs to the previous (-1) or next (+1) quotation."""
        paragraphs = self.first_paragraphs[1:] - self.last_paragraphs[:-1]
        return self._pad_gaps(np.clip(paragraphs, -1, _MAX_PARAGRAPHS), step, _ABSENT_PARAGRAPHS)

    def _pad_gaps(self, gaps: AnyArray, step: int, absent: float) -> FloatArray:
        """Return the distance of each quotation to a neighbour, or `absent` without a neighbour.

        Args:
            gaps: shape (quotations - 1,): the distances between consecutive quotations.
            step: -1 for the previous neighbour, 1 for the next one.
            absent: value at the end of the book, or if the neighbour has no tokens.
        """
        has_neighbour, padding = (
            (self.has_tokens[:-1], (1, 0)) if step < 0 else (self.has_tokens[1:], (0, 1))
        )
        return np.pad(np.where(has_neighbour, gaps, absent), padding, constant_values=absent)

    def count_untagged_before(self) -> IntArray:
        """Return the number of quotations without a tag directly before each, at most 10."""
        return _count_since_tag(self.is_tagged)

    def count_untagged_after(self) -> IntArray:
        """Return the number of quotations without a tag directly after each, at most 10."""
        return _count_since_tag(self.is_tagged[::-1])[::-1]

    def compute_tagged_share(self) -> FloatArray:
        """Return the share of quotations within `_TAG_WINDOW`, including this one, with a tag."""
        # Sums over windows are differences of a running total. They are shorter at the book's ends.
        running_total, indices = np.append(0, self.is_tagged.cumsum()), np.arange(len(self.tags))
        start = np.maximum(indices - _TAG_WINDOW, 0)
        end = np.minimum(indices + _TAG_WINDOW + 1, len(self.tags))
        shares: FloatArray = (running_total[end] - running_total[start]) / (end - start)
        return shares

    def starts_scene(self) -> BoolArray:
        """Return whether the first paragraph of each quotation starts a scene."""
        is_scene_start = self.tokens.is_scene_start
        return np.array([is_scene_start[q.first_paragraph] for q in self.quotations])

    def count_candidates(self) -> IntArray:
        """Return the number of candidates of each quotation."""
        return np.array([len(candidates) for candidates in self.context.candidates])

    def has_narrator(self) -> BoolArray:
        """Return whether a first-person narrator tells what is around each quotation."""
        return np.array(self.context.narrators, np.int64) >= 0

    # Its tag

    def list_verb_strengths(self) -> IntArray:
        """Return `SpeechTag.verb_strength` of each quotation's tag; 0 without a tag."""
        return np.array([0 if tag is None else tag.verb_strength for tag in self.tags])

    def is_tag_description(self) -> BoolArray:
        """Return whether each tag describes the speaker: "the old lady"."""
        return np.array([tag is not None and tag.is_description for tag in self.tags])

    def is_tag_kin(self) -> BoolArray:
        """Return whether each tag describes the speaker as a relative: "her mother"."""
        persons = self.context.people.persons
        return np.array(
            [
                tag is not None and tag.person_index >= 0 and persons[tag.person_index].is_kin
                for tag in self.tags
            ]
        )

    def is_tag_pronoun(self, gender: str) -> BoolArray:
        """Return whether each tag has a pronoun of this gender; see `SpeechTag.pronoun_gender`."""
        return np.array([tag is not None and tag.pronoun_gender == gender for tag in self.tags])

    def is_tag_relation(self, kind: str) -> BoolArray:
        """Return whether each tag describes a relative of this kind; see `RELATION_KINDS`."""
        nouns = self.language.relation_nouns[kind]
        return np.array([not nouns.isdisjoint(words) for words in self.description_words])

    def is_tag_report(self, kind: str) -> BoolArray:
        """Return whether each tag's verb reports this kind of speech; see `REPORTING_KINDS`."""
        verbs = self.language.reporting_verbs[kind]
        return np.array([not verbs.isdisjoint(words) for words in self.tag_words])


def _count_since_tag(is_tagged: BoolArray) -> IntArray:
    """Return the number of quotations since the last tagged one before each, at most 10."""
    indices = np.arange(len(is_tagged))
    # Index of the last tagged quotation up to and including each one; shifting it by one excludes
    # the quotation itself.
    latest_tagged = np.maximum.accumulate(np.where(is_tagged, indices, -1))
    tagged_before = np.concatenate([[-1], latest_tagged[:-1]])
    distances: IntArray = np.minimum(indices - 1 - tagged_before, _TAG_WINDOW)
    return distances


def _find_opening_words(
    tokens: TokenTable, quotation: TokenisedQuotation, sought: frozenset[str]
) -> AbstractSet[str]:
    """Return which of some lower-case words are near the start of any run of a quotation."""
    found = {
        word
        for start, end in quotation.token_runs
        for word in tokens.lowercase_words[start : min(end, start + _OPENING_TOKENS)]
        if word in sought
    }
    return found or _NO_WORDS


def _list_tag_words(tokens: TokenTable, speech_tag: SpeechTag | None) -> AbstractSet[str]:
    """Return the lower-case words of a tag; an empty set without a tag."""
    if speech_tag is None:
        return _NO_WORDS
    return set(tokens.lowercase_words[speech_tag.start : speech_tag.end])


def _list_description_words(tokens: TokenTable, speech_tag: SpeechTag | None) -> AbstractSet[str]:
    """Return the lower-case words of a tag that describes the speaker; otherwise an empty set."""
    if speech_tag is None or not speech_tag.is_description:
        return _NO_WORDS
    words = tokens.lowercase_words
    # The first word is the verb or the article, unless it is the only word.
    return {*words[speech_tag.start + 1 : speech_tag.end], words[speech_tag.end - 1]}


COLUMNS: tuple[Column[QuotationStatistics], ...] = (
    Column("length", QuotationStatistics.compute_log_length),
    Column("is_question", partial(QuotationStatistics.ends_with, mark="?")),
    Column("is_exclamation", partial(QuotationStatistics.ends_with, mark="!")),
    Column("runs", QuotationStatistics.count_runs),
    Column("paragraph_breaks", QuotationStatistics.count_paragraph_breaks),
    Column("fills_paragraphs", QuotationStatistics.fills_paragraphs),
    *(
        Column(f"{name}:{step:+}", partial(compute, step=step))
        for step in (-1, 1)
        for name, compute in (
            ("gap", QuotationStatistics.measure_gap),
            ("paragraphs", QuotationStatistics.count_paragraphs),
        )
    ),
    Column("untagged_before", QuotationStatistics.count_untagged_before),
    Column("untagged_after", QuotationStatistics.count_untagged_after),
    Column("starts_scene", QuotationStatistics.starts_scene),
    Column("candidates", QuotationStatistics.count_candidates),
    Column("has_narrator", QuotationStatistics.has_narrator),
    Column("tagged_share", QuotationStatistics.compute_tagged_share),
    Column("tag:verb_strength", QuotationStatistics.list_verb_strengths),
    Column("tag:is_description", QuotationStatistics.is_tag_description),
    Column("tag:is_kin", QuotationStatistics.is_tag_kin),
    *(
        Column(f"tag:pronoun_{gender}", partial(QuotationStatistics.is_tag_pronoun, gender=gender))
        for gender in _PRONOUN_GENDERS
    ),
    *(
        Column(f"tag:relation_{kind}", partial(QuotationStatistics.is_tag_relation, kind=kind))
        for kind in RELATION_KINDS
    ),
    *(
        Column(f"addresses_{kind}", partial(QuotationStatistics.has_address, kind=kind))
        for kind in ADDRESS_KINDS
    ),
    Column(
        "says_i",
        lambda quotations: quotations.has_opening_word(quotations.language.first_person_words),
    ),
    Column(
        "says_you",
        lambda quotations: quotations.has_opening_word(quotations.language.second_person_words),
    ),
    Column("is_answer", QuotationStatistics.is_answer),
    *(
        Column(f"tag:{kind}", partial(QuotationStatistics.is_tag_report, kind=kind))
        for kind in REPORTING_KINDS
    ),
)
"""One value per quotation."""
