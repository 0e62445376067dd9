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


def compute_features(context: QuotationContext) -> FeatureTable:
    """Return the features of every quotation and candidate."""
    quotation_count = len(context.tokens.quotations)
    persons = np.full((quotation_count, MAX_CANDIDATES), -1, dtype=np.int32)
    for index, candidates in enumerate(context.candidates):
        persons[index, : len(candidates)] = candidates
    values = np.zeros((*persons.shape, len(COLUMN_NAMES)), np.float32)
    if not context.people.persons or not quotation_count:
        return FeatureTable(persons, values)
    # Each column is stored by its name, so the order of computation does not matter.
    pair_features = _PairFeatures(context)
    for first in range(0, quotation_count, _BATCH_QUOTATIONS):
        rows = slice(first, first + _BATCH_QUOTATIONS)
        pairs = pair_candidates(context.tokens, persons[rows], first)
        for name, column in pair_features.compute(pairs):
            values[rows, :, _COLUMN_INDICES[name]] = column
    people = person.PersonStatistics(context.people.persons, context.tokens.language)
    for name, column in compute_columns(person.COLUMNS, people):
        values[..., _COLUMN_INDICES[name]] = column[persons]
    quotations = quotation.QuotationStatistics(context)
    for name, column in compute_columns(quotation.COLUMNS, quotations):
        values[..., _COLUMN_INDICES[name]] = column[:, None]
    values[persons < 0] = 0.0
    return FeatureTable(persons, values)


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
