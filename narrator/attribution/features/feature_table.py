"""Computes the features of a book: a vector of numbers for each quotation and candidate.

Some features describe the pair of a quotation and a candidate, others the candidate or the
quotation alone. Training uses the same code. Whole batches are computed with NumPy, because a loop
over single pairs took as long as the rest of attribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.candidate_generation import MAX_CANDIDATES
from narrator.attribution.features import (
    addressee,
    mention_distance,
    nearby_subjects,
    person,
    presence_nearby,
    pronoun_antecedents,
    quotation,
    speech_style,
    turn_taking,
)
from narrator.attribution.features.column import compute_columns, list_column_names
from narrator.attribution.features.pairs import pair_candidates
from narrator.attribution.pronoun_model import estimate_antecedents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.features.column import AnyArray
    from narrator.attribution.features.pairs import CandidatePairs

_BATCH_QUOTATIONS = 512
"""Number of quotations computed at once, which limits the memory for intermediate results."""

COLUMN_NAMES: tuple[str, ...] = (
    *list_column_names(mention_distance.COLUMNS),
    *list_column_names(nearby_subjects.COLUMNS),
    *list_column_names(turn_taking.COLUMNS),
    *list_column_names(speech_style.COLUMNS),
    *list_column_names(addressee.COLUMNS),
    *list_column_names(pronoun_antecedents.COLUMNS),
    *list_column_names(presence_nearby.COLUMNS),
    *list_column_names(person.COLUMNS),
    *list_column_names(quotation.COLUMNS),
)
"""Names of all columns, in the order in which the nets read them."""
_COLUMN_INDICES = {name: index for index, name in enumerate(COLUMN_NAMES)}


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """The features of a book."""

    candidate_persons: NDArray[np.int32]
    """Shape (quotations, candidates): person indices; -1 in slots without a candidate."""
    values: NDArray[np.float32]
    """Shape (quotations, candidates, columns); zeros in slots without a candidate."""

    def read_rows(self, start: int, end: int) -> NDArray[np.float32]:
        """Return the features of a range of quotations, as an array like `values`."""
        return self.values[start:end]


def compute_features(context: QuotationContext) -> FeatureTable:
    """Return the features of every quotation and candidate."""
    batches = FeatureBatches(context)
    persons = batches.candidate_persons
    return FeatureTable(persons, batches.read_rows(0, len(persons)))


class FeatureBatches:
    """The features of a book, which are computed when they are read, a batch at a time.

    The features of a long book need more memory than the book: 250 MB for two million words. They
    are read from the first quotation to the last, and earlier batches are dropped.
    """

    def __init__(self, context: QuotationContext) -> None:
        self._context = context
        quotation_count = len(context.tokens.quotations)
        persons = np.full((quotation_count, MAX_CANDIDATES), -1, dtype=np.int32)
        for index, candidates in enumerate(context.candidates):
            persons[index, : len(candidates)] = candidates
        self.candidate_persons = persons
        self._batches: dict[int, NDArray[np.float32]] = {}
        self._is_empty = not context.people.persons or not quotation_count
        if self._is_empty:
            return
        self._pair_features = _PairFeatures(context)
        people = person.PersonStatistics(context.people.persons, context.tokens.language)
        self._person_columns = list(compute_columns(person.COLUMNS, people))
        quotations = quotation.QuotationStatistics(context)
        self._quotation_columns = [
            (name, column.astype(np.float32))
            for name, column in compute_columns(quotation.COLUMNS, quotations)
        ]

    def read_rows(self, start: int, end: int) -> NDArray[np.float32]:
        """Return the features of a range of quotations, as `FeatureTable.read_rows` does."""
        first, last = start // _BATCH_QUOTATIONS, max(end - 1, start) // _BATCH_QUOTATIONS
        self._batches = {
            index: self._batches[index] if index in self._batches else self._compute_batch(index)
            for index in range(first, last + 1)
        }
        rows = np.concatenate(list(self._batches.values()))
        first_row = first * _BATCH_QUOTATIONS
        return rows[start - first_row : end - first_row]

    def _compute_batch(self, index: int) -> NDArray[np.float32]:
        """Return the features of a batch of quotations."""
        first = index * _BATCH_QUOTATIONS
        rows = slice(first, first + _BATCH_QUOTATIONS)
        persons = self.candidate_persons[rows]
        values = np.zeros((*persons.shape, len(COLUMN_NAMES)), np.float32)
        if self._is_empty or not len(persons):
            return values
        # Each column is stored by its name, so the order of computation does not matter.
        pairs = pair_candidates(self._context.tokens, persons, first)
        for name, column in self._pair_features.compute(pairs):
            values[..., _COLUMN_INDICES[name]] = column
        for name, column in self._person_columns:
            values[..., _COLUMN_INDICES[name]] = column[persons]
        for name, column in self._quotation_columns:
            values[..., _COLUMN_INDICES[name]] = column[rows, None]
        values[persons < 0] = 0.0
        return values


class _PairFeatures:
    """Computes the columns of (quotation, candidate) pairs, from statistics of the whole book."""

    def __init__(self, context: QuotationContext) -> None:
        # For each quotation, the person that its tag refers to, or -1. In `resolved`, pronouns are
        # resolved; in `named`, only names, descriptions and the narrator's "I" count.
        antecedents = estimate_antecedents(context)
        resolved = _resolve_tag_subjects(context, antecedents)
        named = [
            subject if tag and (tag.person_index >= 0 or tag.pronoun_gender == "first") else -1
            for tag, subject in zip(context.best_tags, resolved, strict=True)
        ]
        self._mentions = mention_distance.MentionStatistics(context)
        self._subjects = nearby_subjects.SubjectStatistics(
            context.tokens, context.salience, resolved
        )
        self._turns = turn_taking.TurnStatistics(context, named, resolved)
        self._style = speech_style.StyleStatistics(context, named)
        self._addressees = addressee.AddresseeStatistics(context, named)
        self._antecedents = pronoun_antecedents.AntecedentStatistics(
            antecedents, len(context.tokens.quotations)
        )
        self._presence = presence_nearby.PresenceStatistics(context, self._turns)

    def compute(self, pairs: CandidatePairs) -> Iterator[tuple[str, AnyArray]]:
        """Yield the name and the values of each column for a batch of pairs."""
        return chain(
            compute_columns(
                mention_distance.COLUMNS, mention_distance.MentionBatch(self._mentions, pairs)
            ),
            compute_columns(
                nearby_subjects.COLUMNS, nearby_subjects.SubjectBatch(self._subjects, pairs)
            ),
            compute_columns(turn_taking.COLUMNS, turn_taking.TurnBatch(self._turns, pairs)),
            compute_columns(speech_style.COLUMNS, speech_style.StyleBatch(self._style, pairs)),
            compute_columns(addressee.COLUMNS, addressee.AddresseeBatch(self._addressees, pairs)),
            compute_columns(
                pronoun_antecedents.COLUMNS,
                pronoun_antecedents.AntecedentBatch(self._antecedents, pairs),
            ),
            compute_columns(
                presence_nearby.COLUMNS, presence_nearby.PresenceBatch(self._presence, pairs)
            ),
        )


def _resolve_tag_subjects(
    context: QuotationContext, antecedents: Mapping[int, Mapping[int, float]]
) -> list[int]:
    """Return the person that the tag of each quotation refers to, or -1.

    Args:
        context: the context of every quotation.
        antecedents: as returned by `estimate_antecedents`; they decide about pronouns.
    """
    chosen = pronoun_antecedents.choose_antecedents(antecedents)
    return [
        chosen[index]
        if index in chosen
        else nearby_subjects.resolve_tag_subject(tag, context.salience, narrator)
        for index, (tag, narrator) in enumerate(
            zip(context.best_tags, context.narrators, strict=True)
        )
    ]
