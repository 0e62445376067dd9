"""Features of speech style: how much a quotation sounds like each candidate.

A person's style is learned from the quotations whose tag names the person: the words, the people
mentioned, and habits such as saying "sir". Most features are log likelihood ratios: the log of how
probable the quotation is in the candidate's style, divided by how probable it is in the style of
the whole book. Probabilities are smoothed with a Dirichlet prior (Zhai and Lafferty, ACM
Transactions on Information Systems 22, 2004). A quotation's own contribution to the counts is
subtracted first, because it must not be evidence of its own speaker.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, pairwise
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column
from narrator.attribution.features.pair_counts import PairCounts
from narrator.languages.people_words import ADDRESS_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.column import AnyArray, FloatArray, IntArray
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

    Float32Array = NDArray[np.float32]

_PRIOR_WORDS = 400.0
"""Dirichlet prior of the words: a pseudo-count, distributed as in the whole book."""
_PRIOR_NAMES = 8.0
"""The same for the persons named, counted in quotations."""
_PRIOR_HABITS = 6.0
"""The same for habits, counted in quotations."""
_PROBABILITY_BOUNDS = (1e-3, 0.999)
"""Bounds for the probability of a habit, which keep its log finite."""
_MAX_REPEATS = 2
"""Maximum count of a word in one quotation; otherwise a repeated word would dominate."""


class StyleStatistics:
    """The style of each person in a book."""

    def __init__(self, context: QuotationContext, named_speakers: Sequence[int]) -> None:
        """Learn the style of each person.

        Args:
            context: the context of every quotation.
            named_speakers: the person named by each quotation's tag; -1 where there is none.
        """
        words = _QuotationWords(context.tokens)
        speakers = np.array(named_speakers, np.int64)
        person_count = len(context.people.persons)
        self.word_model = _WordModel(words, speakers, person_count)
        self.name_model = _NameModel(context, speakers)
        self.habit_model = _HabitModel(context.tokens, words, speakers, person_count)


class StyleBatch:
    """A batch of quotations, compared with the style of their candidates."""

    def __init__(self, statistics: StyleStatistics, pairs: CandidatePairs) -> None:
        self.statistics, self.pairs = statistics, pairs

    @cached_property
    def word_scores(self) -> FloatArray:
        """Return the log likelihood ratio of the words in each quotation."""
        return self.statistics.word_model.score(self.pairs)

    def normalise_word_scores(self) -> FloatArray:
        """Return `word_scores` divided by the square root of the number of different words."""
        return self.word_scores / self.statistics.word_model.compute_root_word_counts(self.pairs)

    def count_known_words(self) -> FloatArray:
        """Return log(1 + number of words from which each candidate's style was learned)."""
        return np.log1p(self.statistics.word_model.count_known_words(self.pairs))

    def score_names(self) -> FloatArray:
        """Return the log likelihood ratio of the persons named in each quotation."""
        return self.statistics.name_model.score(self.pairs)

    @cached_property
    def habit_rates(self) -> Float32Array:
        """Return the smoothed rates of each candidate's habits; see `_HabitModel`."""
        return self.statistics.habit_model.estimate_rates(self.pairs)

    def score_habits(self) -> AnyArray:
        """Return the log likelihood ratio of the habits shown or not shown by each quotation."""
        return self.statistics.habit_model.score(self.pairs, self.habit_rates)

    def compare_lengths(self) -> AnyArray:
        """Return how much better the length fits the candidate than the average of the book."""
        return self.statistics.habit_model.compare_lengths(self.pairs, self.habit_rates)


class _QuotationWords:
    """The different words of each quotation with their counts, as flat arrays in text order."""

    def __init__(self, tokens: TokenTable) -> None:
        # Each word in quotations gets a number, in order of first appearance.
        numbers: dict[str, int] = {}
        sizes = np.array(
            [sum(end - start for start, end in q.token_runs) for q in tokens.quotations], np.int64
        )
        words = (
            numbers.setdefault(word, len(numbers))
            for quotation in tokens.quotations
            for start, end in quotation.token_runs
            for word in tokens.lowercase_words[start:end]
        )
        # Both of shape (tokens in quotations,): the quotation and the word number of each token.
        quotations = np.repeat(np.arange(len(sizes)), sizes)
        token_words = np.fromiter(words, np.int64, sizes.sum())
        vocabulary_size = max(1, len(numbers))
        is_word = np.array([word[0].isalpha() for word in numbers], bool)
        # A quotation and a word are packed into one key; sorted keys are grouped by quotation.
        keys, counts = np.unique(
            (quotations * vocabulary_size + token_words)[is_word[token_words]], return_counts=True
        )
        # Both of shape (entries,), with one entry for each different word of each quotation.
        self.words = (keys % vocabulary_size).astype(np.int32)
        self.counts = counts.astype(np.int32)
        self.vocabulary = list(numbers)
        # Shape (quotations + 1,): the first entry of each quotation, and the end of the last one.
        self.bounds = np.searchsorted(keys, np.arange(len(sizes) + 1) * vocabulary_size)

    def iterate_word_sets(self) -> Iterator[set[str]]:
        """Yield the different words of each quotation."""
        for start, end in pairwise(self.bounds):
            yield {self.vocabulary[word] for word in self.words[start:end]}

    def count_words(self) -> IntArray:
        """Return the number of words in each quotation; shape (quotations,)."""
        # Sums between bounds are differences of the running total.
        return np.diff(np.append(0, self.counts.cumsum())[self.bounds])


class _WordModel:
    """How often each person is known to say each word.

    A known speaker is a person named by the tag of at least one quotation.
    """

    def __init__(self, words: _QuotationWords, speakers: IntArray, person_count: int) -> None:
        self._words, self._speakers = words, speakers
        self._word_totals, vocabulary_size = words.count_words(), len(words.vocabulary)
        # Shape (vocabulary,): how often each word occurs in all quotations.
        self._book_counts = np.bincount(words.words, words.counts, vocabulary_size)
        self._book_total = self._book_counts.sum() or 1.0
        # Only known speakers get a row of word counts, because most persons of a novel never speak.
        # The first row holds the quotations of unknown speakers (-1 sorts first, if it occurs). The
        # last row holds zeros, for all persons who are not known speakers.
        known_speakers, row_of_quotation = np.unique(speakers, return_inverse=True)
        self._row_of_person = np.full(person_count + 1, len(known_speakers))
        self._row_of_person[known_speakers] = np.arange(len(known_speakers))
        # Shape (known speakers + 1, vocabulary).
        self._counts = np.zeros((len(known_speakers) + 1, vocabulary_size), np.float32)
        row_of_entry = np.repeat(row_of_quotation, np.diff(words.bounds))
        np.add.at(self._counts, (row_of_entry, words.words), words.counts)
        # Shape (known speakers + 1,): the number of words said by each.
        self._row_totals = np.bincount(row_of_quotation, self._word_totals, len(known_speakers) + 1)

    def count_known_words(self, pairs: CandidatePairs) -> FloatArray:
        """Return the number of words that each candidate is known to say in other quotations."""
        is_own = pairs.person_indices == self._speakers[pairs.quotation_indices]
        own_words = is_own * self._word_totals[pairs.quotation_indices]
        totals: FloatArray = self._row_totals[self._row_of_person[pairs.person_indices]]
        known_words: FloatArray = np.maximum(totals - own_words, 0)
        return known_words

    def compute_root_word_counts(self, pairs: CandidatePairs) -> FloatArray:
        """Return the square root of the number of different words; shape (quotations, 1)."""
        first, stop = _find_quotation_range(pairs)
        bounds = self._words.bounds[first : stop + 1]
        roots: FloatArray = np.sqrt(np.maximum(np.diff(bounds), 1))[:, None]
        return roots

    def score(self, pairs: CandidatePairs) -> FloatArray:
        """Return the log likelihood ratio of the words in each quotation.

        0 if no other words of the candidate are known. Shape (quotations, candidates).
        """
        first, stop = _find_quotation_range(pairs)
        bounds = self._words.bounds[first : stop + 1]
        entries = slice(bounds[0], bounds[-1])
        # The entries are the different words of these quotations. `words` has the shape (entries,),
        # `counts` (entries, 1), and the arrays computed from them (entries, candidates).
        words = self._words.words[entries]
        counts = self._words.counts[entries, None].astype(float)
        row_of_entry = np.repeat(np.arange(stop - first), np.diff(bounds))
        person_rows = self._row_of_person[pairs.person_indices]
        is_own = pairs.person_indices == self._speakers[pairs.quotation_indices]
        known_words = self.count_known_words(pairs)
        # Rate of each word in the rest of the book. Adding 0.5 keeps it above 0 for words
        # that do not occur elsewhere.
        book_rates = (self._book_counts[words][:, None] - counts + 0.5) / self._book_total
        # ratio = (count / book rate + prior) / (known words + prior): the smoothed probability in
        # the person's style, divided by the word's rate in the book. It is computed in place,
        # because this is the largest array here.
        own_counts = is_own[row_of_entry] * counts
        ratios = self._counts[person_rows[row_of_entry], words[:, None]] - own_counts
        ratios /= book_rates
        ratios += _PRIOR_WORDS
        ratios /= known_words[row_of_entry] + _PRIOR_WORDS
        np.log(ratios, out=ratios)
        ratios *= np.minimum(counts, _MAX_REPEATS)
        # The sum of each quotation's entries is the difference of the running total at its bounds.
        running_totals = np.append(
            np.zeros((1, person_rows.shape[1])), ratios.cumsum(axis=0), axis=0
        )
        sums = np.diff(running_totals[bounds - bounds[0]], axis=0)
        return np.where(known_words > 0, sums, 0.0)


class _NameModel:
    """How often each person names each other person in quotations, in address or otherwise."""

    def __init__(self, context: QuotationContext, speakers: IntArray) -> None:
        named = [
            addressees | named_persons
            for addressees, named_persons in zip(
                context.addressees, context.named_persons, strict=True
            )
        ]
        self._speakers, self._quotation_count = speakers, len(named)
        # The entries are the persons named in each quotation, in text order. The bounds have the
        # shape (quotations + 1,): the first entry of each quotation, and the end of the last one.
        self._bounds = np.cumsum([0, *map(len, named)])
        self._named = np.fromiter(chain.from_iterable(named), np.int64, self._bounds[-1])
        # Both counts have the shape (persons,): the quotations that name each person, and those
        # that each person is known to speak.
        person_count = len(context.people.persons)
        self._book_counts = np.bincount(self._named, minlength=person_count)
        self._spoken_counts = np.bincount(speakers[speakers >= 0], minlength=person_count)
        self._name_counts = PairCounts(np.repeat(speakers, np.diff(self._bounds)), self._named)

    def score(self, pairs: CandidatePairs) -> FloatArray:
        """Return the log likelihood ratio of the names; shape (quotations, candidates)."""
        first, stop = _find_quotation_range(pairs)
        bounds = self._bounds[first : stop + 1]
        # Shape (entries, 1); the arrays that involve candidates have (entries, candidates).
        named = self._named[bounds[0] : bounds[-1], None]
        row_of_entry = np.repeat(np.arange(stop - first), np.diff(bounds))
        is_own = (pairs.person_indices == self._speakers[pairs.quotation_indices])[row_of_entry]
        persons = pairs.person_indices[row_of_entry]
        # Share of all quotations that name each person; 0.5 is subtracted for this quotation.
        book_rates = (self._book_counts[named] - 0.5) / self._quotation_count
        counts = self._name_counts.count_pairs(persons, named) - is_own
        spoken = self._spoken_counts[persons] - is_own
        ratios = np.log((counts / book_rates + _PRIOR_NAMES) / (spoken + _PRIOR_NAMES))
        # A candidate named by the quotation itself is ignored here; the columns `named` and
        # `addressed` describe that.
        ratios = ratios * (named != persons)
        scores = np.zeros(pairs.person_indices.shape)
        np.add.at(scores, row_of_entry, ratios)
        return scores


class _HabitModel:
    """How often each person says "sir" or the like, asks or exclaims; and the mean log length."""

    def __init__(
        self, tokens: TokenTable, words: _QuotationWords, speakers: IntArray, person_count: int
    ) -> None:
        rows = [
            _list_habits(tokens, quotation, word_set, total)
            for quotation, word_set, total in zip(
                tokens.quotations,
                words.iterate_word_sets(),
                words.count_words().tolist(),
                strict=True,
            )
        ]
        # Shape (quotations, habits + 1): 0 or 1 for each habit; the log length in the last column.
        self._rows, self._speakers = np.array(rows, np.float32), speakers
        self._mean = self._rows.mean(axis=0)
        # Shape (persons, habits + 1): sums over the quotations that each is known to speak.
        self._sums = np.zeros((person_count, self._rows.shape[1]), np.float32)
        for person in np.unique(speakers[speakers >= 0]):
            self._sums[person] = self._rows[speakers == person].sum(axis=0)
        counts = np.bincount(speakers[speakers >= 0], minlength=person_count)
        self._spoken_counts = counts.astype(np.float32)

    def _count_spoken(self, pairs: CandidatePairs) -> tuple[Float32Array, Float32Array]:
        """Return whether the tag names the candidate (0 or 1), and in how many other quotations.

        Both have the shape (quotations, candidates, 1).
        """
        is_own = pairs.person_indices == self._speakers[pairs.quotation_indices]
        own_counts = is_own[..., None].astype(np.float32)
        return own_counts, self._spoken_counts[pairs.person_indices][..., None] - own_counts

    def estimate_rates(self, pairs: CandidatePairs) -> Float32Array:
        """Return each candidate's rate of each habit, and mean log length in the last column.

        They are smoothed with the means of the book; shape (quotations, candidates, habits + 1).
        """
        rows = self._rows[pairs.quotation_indices]
        own_counts, spoken = self._count_spoken(pairs)
        rates: Float32Array = (
            self._sums[pairs.person_indices] - own_counts * rows + _PRIOR_HABITS * self._mean
        )
        rates /= spoken + _PRIOR_HABITS
        return rates

    def score(self, pairs: CandidatePairs, rates: Float32Array) -> AnyArray:
        """Return the log likelihood ratio of the habits; shape (quotations, candidates)."""
        shows_habit = self._rows[pairs.quotation_indices][..., :-1] > 0
        candidate_rates = np.clip(rates[..., :-1], *_PROBABILITY_BOUNDS)
        book_rates = np.clip(self._mean[:-1], *_PROBABILITY_BOUNDS)
        # The absence of a habit is evidence as well.
        ratios = np.where(
            shows_habit,
            candidate_rates / book_rates,
            (1 - candidate_rates) / (1 - book_rates),
        )
        _, spoken = self._count_spoken(pairs)
        scores: AnyArray = np.log(ratios).sum(axis=-1) * (spoken[..., 0] > 0)
        return scores

    def compare_lengths(self, pairs: CandidatePairs, rates: Float32Array) -> AnyArray:
        """Return how much nearer the log length is to the candidate's mean than to the book's.

        0 if no other quotations of the candidate are known.
        """
        lengths = self._rows[pairs.quotation_indices][..., -1]
        closer = np.abs(lengths - self._mean[-1]) - np.abs(lengths - rates[..., -1])
        _, spoken = self._count_spoken(pairs)
        result: AnyArray = closer * (spoken[..., 0] > 0)
        return result


def _find_quotation_range(pairs: CandidatePairs) -> tuple[int, int]:
    """Return the range (start, end) of the quotations in a batch."""
    return pairs.quotation_indices[0, 0], pairs.quotation_indices[-1, 0] + 1


def _list_habits(
    tokens: TokenTable, quotation: TokenisedQuotation, words: set[str], word_count: int
) -> list[float]:
    """Return whether a quotation shows each habit, as 0 or 1, and then its log length."""
    marks = {mark for start, end in quotation.token_runs for mark in tokens.words[start:end]}
    address_words = tokens.language.address_words
    return [
        *(float(not address_words[kind].isdisjoint(words)) for kind in ADDRESS_KINDS),
        float("!" in marks),
        float("?" in marks),
        log1p(word_count),
    ]


COLUMNS: tuple[Column[StyleBatch], ...] = (
    Column("style:words", lambda batch: batch.word_scores),
    Column("style:words_normalised", StyleBatch.normalise_word_scores),
    Column("style:known_words", StyleBatch.count_known_words),
    Column("style:names", StyleBatch.score_names),
    Column("style:habits", StyleBatch.score_habits),
    Column("style:length", StyleBatch.compare_lengths),
)
"""One value per quotation and candidate."""
