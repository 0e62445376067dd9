"""How each person talks, learned from the quotations whose tag names the speaker.

Words, the people spoken of, and habits such as saying "sir": each is a ratio of likelihoods, under
a person's own quotations and under everybody's, with Dirichlet smoothing
(Zhai and Lafferty, ACM Transactions on Information Systems 22, 2004). A quotation never testifies
for itself: its own words are taken out before they are weighed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log, log1p, sqrt
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.language import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from narrator.attribution.page import Page, Quotation
    from narrator.attribution.surroundings import Surroundings

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


class Manner:
    """What is said in each quotation, held against what each person says elsewhere."""

    def __init__(self, around: Surroundings, speakers: Sequence[int]) -> None:
        words = [_words(around.page, quotation) for quotation in around.page.quotations]
        self.bags = _Bags(words, speakers, len(around.people.persons))
        self.subjects = _Subjects(around, speakers)
        self.habits = _Habits(around.page, words, speakers)

    def rows(self, number: int, candidates: Sequence[int]) -> list[list[float]]:
        """The `COLUMNS` of each candidate."""
        score, known = self.bags.likeness(number, candidates)
        each = score / sqrt(len(self.bags.words[number]) or 1)
        columns = np.stack([score, each, np.log1p(known)], axis=1).tolist()
        return [
            [*row, self.subjects.likeness(number, person), *self.habits.likeness(number, person)]
            for person, row in zip(candidates, columns, strict=True)
        ]


def _words(page: Page, quotation: Quotation) -> Counter[str]:
    return Counter(
        word for begin, end in quotation.runs for word in page.lower[begin:end] if word[0].isalpha()
    )


class _Bags:
    """The words that each person is known to say, as counts."""

    def __init__(
        self, quotations: Sequence[Counter[str]], speakers: Sequence[int], persons: int
    ) -> None:
        columns: dict[str, int] = {}
        self.speakers = np.array(speakers, dtype=np.int64)
        self.words = [
            np.array([columns.setdefault(w, len(columns)) for w in words], dtype=np.int64)
            for words in quotations
        ]
        self.counts = [np.array([*words.values()], dtype=float) for words in quotations]
        self.everybody, self.sizes = np.zeros(len(columns)), np.zeros(persons)
        self.bags: dict[int, NDArray[np.float32]] = {}
        for number, person in enumerate(speakers):
            self._add(person, self.words[number], self.counts[number])
        self.total = self.everybody.sum() or 1.0

    def _add(self, person: int, words: NDArray[np.int64], counts: NDArray[np.float64]) -> None:
        self.everybody[words] += counts
        if person < 0:
            return
        if person not in self.bags:
            self.bags[person] = np.zeros(len(self.everybody), dtype=np.float32)
        self.bags[person][words] += counts
        self.sizes[person] += counts.sum()

    def likeness(
        self, number: int, candidates: Sequence[int]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How much likelier the words are from each person than from anybody, as a logarithm.

        And how many words of each person's that is learned from.
        """
        words, counts = self.words[number], self.counts[number]
        persons, none = np.array(candidates, dtype=np.int64), np.zeros(len(words))
        own = (persons == self.speakers[number])[:, None] * counts
        bags = np.array([self.bags[p][words] if p in self.bags else none for p in candidates])
        known = np.maximum(self.sizes[persons] - own.sum(axis=1), 0)
        usual = (self.everybody[words] - counts + 0.5) / self.total
        likelier = np.log(((bags - own) / usual + _WORDS) / (known[:, None] + _WORDS))
        score: NDArray[np.float64] = likelier @ np.minimum(counts, _TWICE)
        return np.where(known > 0, score, 0.0), known


class _Subjects:
    """Whom each person speaks of and to."""

    def __init__(self, around: Surroundings, speakers: Sequence[int]) -> None:
        self.speakers = speakers
        self.named = [c | n for c, n in zip(around.called, around.named, strict=True)]
        self.everybody = Counter(person for named in self.named for person in named)
        self.said: dict[int, Counter[int]] = defaultdict(Counter)
        self.quotations = Counter(person for person in speakers if person >= 0)
        for speaker, named in zip(speakers, self.named, strict=True):
            if speaker >= 0:
                self.said[speaker].update(named)

    def likeness(self, number: int, person: int) -> float:
        """How much likelier these names are from this person than from anybody."""
        own = self.speakers[number] == person
        count = self.quotations[person] - own
        score = 0.0
        for other in self.named[number]:
            if other != person:
                usual = (self.everybody[other] - 0.5) / len(self.named)
                mine = self.said[person][other] - own
                score += log((mine / usual + _NAMES) / (count + _NAMES))
        return score


class _Habits:
    """Who says "sir", who asks, who exclaims, who talks at length."""

    def __init__(self, page: Page, words: Sequence[Counter[str]], speakers: Sequence[int]) -> None:
        rows = [
            _habits(page, quotation, said)
            for quotation, said in zip(page.quotations, words, strict=True)
        ]
        self.rows = np.array(rows, dtype=np.float32)
        self.mean = self.rows.mean(axis=0)
        spoken: dict[int, list[int]] = defaultdict(list)
        for number, person in enumerate(speakers):
            spoken[person].append(number)
        self.scores = {p: self._scores(spoken[p]) for p in spoken if p >= 0}

    def likeness(self, number: int, person: int) -> tuple[float, float]:
        """How much likelier such a quotation is from this person, and how much its length fits."""
        scores = self.scores.get(person)
        return (
            (0.0, 0.0) if scores is None else (float(scores[number, 0]), float(scores[number, 1]))
        )

    def _scores(self, spoken: list[int]) -> NDArray[np.float32]:
        """The likeness of every quotation to those that a person speaks."""
        own = np.zeros((len(self.rows), 1), dtype=np.float32)
        own[spoken] = 1.0
        count = len(spoken) - own
        usual = self.rows[spoken].sum(axis=0) - own * self.rows + _HABITS * self.mean
        usual /= count + _HABITS
        mine, everybody = np.clip(usual[:, :-1], *_BOUNDS), np.clip(self.mean[:-1], *_BOUNDS)
        does = self.rows[:, :-1] > 0
        chances = np.where(does, mine / everybody, (1 - mine) / (1 - everybody))
        lengths = self.rows[:, -1]
        closer = np.abs(lengths - self.mean[-1]) - np.abs(lengths - usual[:, -1])
        scores: NDArray[np.float32] = np.stack([np.log(chances).sum(axis=1), closer], axis=1)
        return scores * (count > 0)


def _habits(page: Page, quotation: Quotation, words: Counter[str]) -> list[float]:
    marks = {word for begin, end in quotation.runs for word in page.words[begin:end]} & {"!", "?"}
    return [
        *(float(not page.language.address[kind].isdisjoint(words)) for kind in ADDRESS),
        float("!" in marks),
        float("?" in marks),
        log1p(words.total()),
    ]
