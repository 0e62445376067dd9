"""How each person talks, learned from the quotations whose tag names the speaker.

Words, the people spoken of, and habits such as saying "sir": each is a ratio of likelihoods, under
a person's own quotations and under everybody's, with Dirichlet smoothing
(Zhai and Lafferty, ACM Transactions on Information Systems 22, 2004). A quotation never testifies
for itself: its own words are taken out before they are weighed.
"""

from __future__ import annotations

from itertools import chain, pairwise
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.pair_counts import PairCounts
from narrator.attribution.language import ADDRESS_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

_WORDS = 400.0
"""Words of everybody's that are mixed into each person's."""
_NAMES = 8.0
"""Quotations of everybody's mixed into whom each person speaks of."""
_HABITS = 6.0
"""Quotations of everybody's mixed into each person's habits."""
_BOUNDS = (1e-3, 0.999)
"""No habit is impossible or certain."""
_TWICE = 2
"""A word counts at most twice in one quotation."""

COLUMNS = (
    *("words", "words:each", "words:known"),
    *("speaks_of", "habits", "length_like"),
)
"""Columns of a quotation and a candidate."""


class StyleStatistics:
    """What is said in each quotation, held against what each person says elsewhere."""

    def __init__(self, around: QuotationContext, speakers: Sequence[int]) -> None:
        """Take whom the tag of each quotation names; -1 where nobody."""
        said = _Said(around.tokens)
        speaking = np.array(speakers, np.int64)
        self._bags = _Bags(said, speaking, len(around.people.persons))
        self._subjects = _Subjects(around, speaking)
        self._habits = _Habits(around.tokens, said, speaking, len(around.people.persons))

    def columns(self, pairs: CandidatePairs) -> Iterator[NDArray[np.generic]]:
        """The `COLUMNS` of all pairs."""
        yield from self._bags.columns(pairs)
        yield self._subjects.likeness(pairs)
        yield from self._habits.columns(pairs)


class _Said:
    """The words of each quotation, counted: those of one after those of another."""

    def __init__(self, page: TokenTable) -> None:
        known: dict[str, int] = {}
        words = [
            [
                known.setdefault(word, len(known))
                for begin, end in quotation.token_runs
                for word in page.lowercase_words[begin:end]
            ]
            for quotation in page.quotations
        ]
        many, sizes = max(1, len(known)), [len(each) for each in words]
        numbers = np.repeat(np.arange(len(words)), sizes)
        spoken = np.fromiter(chain.from_iterable(words), np.int64, sum(sizes))
        is_word = np.array([word[0].isalpha() for word in known], bool)
        keys, counts = np.unique((numbers * many + spoken)[is_word[spoken]], return_counts=True)
        self.words, self.counts, self.vocabulary = keys % many, counts, list(known)
        self.bounds = np.searchsorted(keys, np.arange(len(words) + 1) * many)
        """Where the words of each quotation begin, and those of the last end."""

    def sets(self) -> Iterator[set[str]]:
        """The words of each quotation."""
        for begin, end in pairwise(self.bounds):
            yield {self.vocabulary[word] for word in self.words[begin:end]}

    def totals(self) -> Whole:
        """How many words each quotation has."""
        return np.diff(np.append(0, self.counts.cumsum())[self.bounds])


class _Bags:
    """The words that each person is known to say, as counts."""

    def __init__(self, said: _Said, speakers: Whole, persons: int) -> None:
        self._said, self._speakers = said, speakers
        self._totals, many = said.totals(), len(said.vocabulary)
        self._everybody = np.bincount(said.words, said.counts, many)
        self._total = self._everybody.sum() or 1.0
        known, bag = np.unique(speakers, return_inverse=True)
        self._bag = np.full(persons + 1, len(known))  # of who says nothing
        self._bag[known] = np.arange(len(known))
        self._bags = np.zeros((len(known) + 1, many), np.float32)
        np.add.at(self._bags, (np.repeat(bag, np.diff(said.bounds)), said.words), said.counts)
        self._sizes = np.bincount(bag, self._totals, len(known) + 1)

    def columns(self, pairs: CandidatePairs) -> Iterator[Real]:
        """How much likelier the words are from each person than from anybody, as a logarithm.

        The same by the root of the words; and how many words of each person's that is learned from.
        """
        first, last = pairs.quotation_indices[0, 0], pairs.quotation_indices[-1, 0] + 1
        bounds = self._said.bounds[first : last + 1]
        words = self._said.words[bounds[0] : bounds[-1]]
        counts = self._said.counts[bounds[0] : bounds[-1], None].astype(float)
        here = np.repeat(np.arange(last - first), np.diff(bounds))
        bags, own = (
            self._bag[pairs.person_indices],
            pairs.person_indices == self._speakers[pairs.quotation_indices],
        )
        known = np.maximum(self._sizes[bags] - own * self._totals[pairs.quotation_indices], 0)
        usual = (self._everybody[words][:, None] - counts + 0.5) / self._total
        likelier = self._bags[bags[here], words[:, None]] - own[here] * counts
        likelier /= usual
        likelier += _WORDS
        likelier /= known[here] + _WORDS
        np.log(likelier, out=likelier)
        likelier *= np.minimum(counts, _TWICE)
        sums = np.append(np.zeros((1, bags.shape[1])), likelier.cumsum(axis=0), axis=0)
        score = np.where(known > 0, np.diff(sums[bounds - bounds[0]], axis=0), 0.0)
        yield score
        yield score / np.sqrt(np.maximum(np.diff(bounds), 1))[:, None]
        yield np.log1p(known)


class _Subjects:
    """Whom each person speaks of and to."""

    def __init__(self, around: QuotationContext, speakers: Whole) -> None:
        named = [c | n for c, n in zip(around.addressees, around.named_persons, strict=True)]
        self._speakers, self._many = speakers, len(named)
        self._bounds = np.cumsum([0, *map(len, named)])
        self._named = np.fromiter(chain.from_iterable(named), np.int64, self._bounds[-1])
        persons = len(around.people.persons)
        self._everybody = np.bincount(self._named, minlength=persons)
        self._said = PairCounts(np.repeat(speakers, np.diff(self._bounds)), self._named)
        self._quotations = np.bincount(speakers[speakers >= 0], minlength=persons)

    def likeness(self, pairs: CandidatePairs) -> Real:
        """How much likelier these names are from each person than from anybody."""
        first, last = pairs.quotation_indices[0, 0], pairs.quotation_indices[-1, 0] + 1
        bounds = self._bounds[first : last + 1]
        named = self._named[bounds[0] : bounds[-1], None]
        here = np.repeat(np.arange(last - first), np.diff(bounds))
        own = (pairs.person_indices == self._speakers[pairs.quotation_indices])[here]
        person = pairs.person_indices[here]
        usual = (self._everybody[named] - 0.5) / self._many
        mine, count = self._said.count_pairs(person, named) - own, self._quotations[person] - own
        likelier = np.log((mine / usual + _NAMES) / (count + _NAMES)) * (named != person)
        score = np.zeros(pairs.person_indices.shape)
        np.add.at(score, here, likelier)
        return score


class _Habits:
    """Who says "sir", who asks, who exclaims, who talks at length."""

    def __init__(self, page: TokenTable, said: _Said, speakers: Whole, persons: int) -> None:
        rows = [
            _habits(page, quotation, words, total)
            for quotation, words, total in zip(
                page.quotations, said.sets(), said.totals().tolist(), strict=True
            )
        ]
        self._rows, self._speakers = np.array(rows, np.float32), speakers
        self._mean = self._rows.mean(axis=0)
        self._sums = np.zeros((persons, self._rows.shape[1]), np.float32)
        for person in np.unique(speakers[speakers >= 0]):
            self._sums[person] = self._rows[speakers == person].sum(axis=0)
        self._many = np.bincount(speakers[speakers >= 0], minlength=persons).astype(np.float32)

    def columns(self, pairs: CandidatePairs) -> Iterator[NDArray[np.float32]]:
        """How much likelier such a quotation is from each person, and how much its length fits."""
        rows = self._rows[pairs.quotation_indices]
        own = (pairs.person_indices == self._speakers[pairs.quotation_indices])[..., None].astype(
            np.float32
        )
        count = self._many[pairs.person_indices][..., None] - own
        usual = self._sums[pairs.person_indices] - own * rows + _HABITS * self._mean
        usual /= count + _HABITS
        mine, everybody = np.clip(usual[..., :-1], *_BOUNDS), np.clip(self._mean[:-1], *_BOUNDS)
        does = rows[..., :-1] > 0
        chances = np.where(does, mine / everybody, (1 - mine) / (1 - everybody))
        lengths, known = rows[..., -1], count[..., 0] > 0
        yield np.log(chances).sum(axis=-1) * known
        closer = np.abs(lengths - self._mean[-1]) - np.abs(lengths - usual[..., -1])
        yield closer * known


def _habits(
    page: TokenTable, quotation: TokenisedQuotation, words: set[str], total: int
) -> list[float]:
    marks = {word for begin, end in quotation.token_runs for word in page.words[begin:end]} & {
        "!",
        "?",
    }
    return [
        *(float(not page.language.address_words[kind].isdisjoint(words)) for kind in ADDRESS_KINDS),
        float("!" in marks),
        float("?" in marks),
        log1p(total),
    ]
