"""Features of forms of address: who answers to a name, to "sir" or to "papa".

The person addressed by a quotation often speaks just before or after it. The tagged quotations
beside those with a form of address therefore show which person it usually refers to.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.coreference.name_statistics import is_addressed
from narrator.attribution.coreference.vocatives import MAX_ANSWER_PARAGRAPHS
from narrator.attribution.features.column import Column
from narrator.attribution.features.pair_counts import PairCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.column import FloatArray, IntArray
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.tokens import TokenisedQuotation

_ADDRESS_OFFSETS = (0, -1, 1)
"""Relative positions of the quotations whose form of address is compared with the candidate."""
_PRIOR_ANSWERS = 3.0
"""Pseudo-count of answers to each form of address, divided among persons by how much they speak."""


class AddresseeStatistics:
    """The form of address in each quotation of a book, and counts of who answers to each form."""

    def __init__(self, context: QuotationContext, named_speakers: Sequence[int]) -> None:
        """Count the answers in a book.

        Args:
            context: the context of every quotation.
            named_speakers: the person named by each quotation's tag; -1 where there is none.
        """
        person_count = len(context.people.persons)
        # Both of shape (quotations,): the known speaker, and a number for the form of address.
        self.speakers = np.array(named_speakers, np.int64)
        self.address_forms = np.array(_number_address_forms(context), np.int64)
        # Shape (quotations,): whether the next quotation is near enough to be an answer.
        first_paragraphs = np.array([q.first_paragraph for q in context.tokens.quotations])
        is_near = np.diff(first_paragraphs) <= MAX_ANSWER_PARAGRAPHS
        self.has_near_successor = np.append(is_near, False)
        forms, answerers = self._collect_answers()
        self.answer_counts = PairCounts(forms, answerers)
        self.address_form_totals = np.bincount(
            forms, minlength=self.address_forms.max(initial=0) + 1
        )
        # Shape (persons,): each person's share of the tagged quotations, smoothed by adding 0.5.
        spoken = np.bincount(self.speakers[self.speakers >= 0], minlength=person_count) + 0.5
        self.speaking_shares = spoken / spoken.sum()

    def _collect_answers(self) -> tuple[IntArray, IntArray]:
        """Return the forms of address and the answerers of all known answers, in parallel."""
        forms, answerers = [], []
        for step in (-1, 1):
            answers = self.find_answerers(np.arange(len(self.speakers)), step)
            is_known = answers >= 0
            forms.append(self.address_forms[is_known])
            answerers.append(answers[is_known])
        return np.concatenate(forms), np.concatenate(answerers)

    def find_answerers(self, quotation: IntArray, step: int) -> IntArray:
        """Return the known speaker of a neighbouring quotation, if it may be an answer, or -1.

        It may be an answer if the quotation has a form of address, the neighbour is at most
        `MAX_ANSWER_PARAGRAPHS` away, and their speakers differ.

        Args:
            quotation: indices of quotations.
            step: -1 for the quotation before each, 1 for the one after.
        """
        count = len(self.speakers)
        neighbour = quotation + step
        is_inside = (neighbour >= 0) & (neighbour < count)
        neighbour = np.where(is_inside, neighbour, 0)
        is_near = self.has_near_successor[np.minimum(quotation, neighbour)]
        answerers = self.speakers[neighbour]
        is_answer = (
            is_near & (self.address_forms[quotation] >= 0) & (answerers != self.speakers[quotation])
        )
        return np.where(is_inside & is_answer, answerers, -1)


class AddresseeBatch:
    """A batch of pairs, compared with the forms of address around them."""

    def __init__(self, statistics: AddresseeStatistics, pairs: CandidatePairs) -> None:
        self.statistics = statistics
        self.quotations, self.persons = pairs.quotation_indices, pairs.person_indices

    def score_answerer(self, offset: int) -> FloatArray:
        """Return how typically the candidate answers to the form of address at an offset.

        This is log(probability that the candidate answers to it / share of tagged quotations that
        the candidate speaks); 0 where the quotation at the offset has no form of address.
        """
        statistics = self.statistics
        quotation = self.quotations + offset
        is_inside = (quotation >= 0) & (quotation < len(statistics.speakers))
        quotation = np.where(is_inside, quotation, 0)
        form = np.where(is_inside, statistics.address_forms[quotation], -1)
        # If this quotation's own tag was counted as an answer to the neighbour, the count is
        # reduced by one, because a quotation must not be evidence of its own speaker.
        if offset:
            counted = np.where(is_inside, statistics.find_answerers(quotation, -offset), -1)
        else:
            counted = np.full_like(form, -1)
        answers = statistics.answer_counts.count_pairs(form, self.persons) - (
            counted == self.persons
        )
        totals = np.where(form < 0, 0, statistics.address_form_totals[form]) - (counted >= 0)
        # Smooth with the person's share of all quotations, because most forms have few answers.
        shares = statistics.speaking_shares[self.persons]
        probabilities = (answers + _PRIOR_ANSWERS * shares) / (totals + _PRIOR_ANSWERS)
        return np.where(form < 0, 0.0, np.log(probabilities / shares))


def _number_address_forms(context: QuotationContext) -> list[int]:
    """Return an id for the form of address in each quotation; -1 where there is none."""
    address_words = frozenset[str]().union(*context.tokens.language.address_words.values())
    numbers: dict[int | str, int] = {}
    form_numbers: list[int] = []
    for quotation in context.tokens.quotations:
        form = _find_address_form(context, quotation, address_words)
        form_numbers.append(-1 if form is None else numbers.setdefault(form, len(numbers)))
    return form_numbers


def _find_address_form(
    context: QuotationContext, quotation: TokenisedQuotation, address_words: frozenset[str]
) -> int | str | None:
    """Return the form of address in a quotation, or None.

    It is the index of the last person addressed by name, or else the first word of address, such
    as "sir".
    """
    tokens, people = context.tokens, context.people
    form: int | str | None = None
    for start, end in quotation.token_runs:
        for index in range(start, end):
            mention_index = people.mention_by_start.get(index)
            if mention_index is not None and people.mentions[mention_index].is_addressed:
                form = people.mentions[mention_index].person_index
            elif form is None and mention_index is None:
                word = tokens.lowercase_words[index]
                if word in address_words and is_addressed(tokens, index, index + 1):
                    form = word
    return form


COLUMNS: tuple[Column[AddresseeBatch], ...] = tuple(
    Column(f"answers_address:{offset:+}", partial(AddresseeBatch.score_answerer, offset=offset))
    for offset in _ADDRESS_OFFSETS
)
"""One value per quotation and candidate."""
