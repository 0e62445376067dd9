"""Who answers to what people are called: to a name, to "sir", to "papa".

Whoever is spoken to often speaks before or after. So the book itself shows, by its tags, who is
meant by a word with which somebody is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.coreference.name_statistics import is_addressed
from narrator.attribution.coreference.vocatives import MAX_ANSWER_PARAGRAPHS
from narrator.attribution.features.pair_counts import PairCounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.pairs import CandidatePairs

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

_OFFSETS = (0, -1, 1)
_USUAL = 3.0
"""Answers shared out as all speaking is, added to those that were counted."""

COLUMNS = tuple(f"hears:{offset:+}" for offset in _OFFSETS)
"""Columns of a quotation and a candidate."""


class AddresseeStatistics:
    """What is called in each quotation, and who was said to speak beside it."""

    def __init__(self, around: QuotationContext, named: Sequence[int]) -> None:
        """Take whom the tag of each quotation names; -1 where nobody."""
        many = len(around.people.persons)
        self._named = np.array(named, np.int64)
        self._word = np.array(_called(around), np.int64)
        firsts = np.array([quotation.first_paragraph for quotation in around.tokens.quotations])
        self._near = np.append(np.diff(firsts) <= MAX_ANSWER_PARAGRAPHS, False)
        """Whether a quotation and the next are near."""
        words, answers = [], []
        for beside in (-1, 1):
            answer = self._answers(np.arange(len(named)), beside)
            known = answer >= 0
            words.append(self._word[known])
            answers.append(answer[known])
        every, who = np.concatenate(words), np.concatenate(answers)
        self._answered = PairCounts(every, who)
        self._total = np.bincount(every, minlength=self._word.max(initial=0) + 1)
        said = np.bincount(self._named[self._named >= 0], minlength=many) + 0.5
        self._share = said / said.sum()

    def columns(self, pairs: CandidatePairs) -> Iterator[Real]:
        """How much likelier each is to answer to what is called there than to speak anywhere."""
        for offset in _OFFSETS:
            yield self._likelier(pairs.quotation_indices + offset, -offset, pairs.person_indices)

    def _likelier(self, number: Whole, back: int, person: Whole) -> Real:
        """The logarithm; what the quotation's own tag has added is left out."""
        inside = (number >= 0) & (number < len(self._named))
        number = np.where(inside, number, 0)
        word = np.where(inside, self._word[number], -1)
        own = np.where(inside, self._answers(number, back), -1) if back else np.full_like(word, -1)
        times = self._answered.count_pairs(word, person) - (own == person)
        total = np.where(word < 0, 0, self._total[word]) - (own >= 0)
        usual = _USUAL * self._share[person]
        chance = (times + usual) / (total + _USUAL)
        return np.where(word < 0, 0.0, np.log(chance / self._share[person]))

    def _answers(self, number: Whole, beside: int) -> Whole:
        """Who was said to speak before or after, and not here; -1 where nobody was."""
        count = len(self._named)
        there = number + beside
        inside = (there >= 0) & (there < count)
        there = np.where(inside, there, 0)
        near = self._near[np.minimum(number, there)]
        who = self._named[there]
        counts = inside & near & (self._word[number] >= 0) & (who != self._named[number])
        return np.where(counts, who, -1)


def _called(around: QuotationContext) -> list[int]:
    """By quotation, a number for what somebody is called in it: a name, or else a word; or -1."""
    page, people = around.tokens, around.people
    address = frozenset[str]().union(*page.language.address_words.values())
    known: dict[object, int] = {}
    found: list[int] = []
    for quotation in page.quotations:
        word: object = None
        for begin, end in quotation.token_runs:
            for at in range(begin, end):
                index = people.mention_by_start.get(at)
                if index is not None and people.mentions[index].is_addressed:
                    word = people.mentions[index].person_index
                elif word is None and index is None and page.lowercase_words[at] in address:
                    word = page.lowercase_words[at] if is_addressed(page, at, at + 1) else None
        found.append(-1 if word is None else known.setdefault(word, len(known)))
    return found
