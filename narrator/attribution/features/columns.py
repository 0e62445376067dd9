"""What is known of each quotation and each person who may speak it, as numbers.

A pair is a quotation and a candidate. The columns are `COLUMNS`; the training script uses the same
code, so what was learned is what is applied. They are worked out for all pairs at once, as arrays:
one by one they took as long as all the rest of finding out who speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.candidate_generation import MAX_CANDIDATES
from narrator.attribution.coreference.pronouns import resolve_pronouns
from narrator.attribution.features import (
    addressee,
    mention_distance,
    nearby_subjects,
    quotation,
    speech_style,
    turn_taking,
)
from narrator.attribution.features.pairs import pair_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.features.pairs import CandidatePairs
    from narrator.attribution.language import AttributionLanguage

_AGES = ("child", "young", "old")
_AT_ONCE = 512
"""Quotations whose pairs are worked out together, which bounds the memory."""

PAIR_COLUMN_NAMES = (
    *mention_distance.COLUMNS,
    *nearby_subjects.COLUMNS,
    *turn_taking.COLUMNS,
    *speech_style.COLUMNS,
    *addressee.COLUMNS,
)
"""Columns of a quotation and a candidate."""

PERSON_COLUMN_NAMES = (
    *("total", "male", "role", "kin", "narrates", "acts", "speaks", "is_called", "placed"),
    *("plain", "married", "unmarried", "ranked", "given"),
    *_AGES,
)
"""Columns of a candidate."""

QUOTATION_COLUMN_NAMES = quotation.COLUMNS
"""Columns of a quotation."""

COLUMN_NAMES: tuple[str, ...] = (*PAIR_COLUMN_NAMES, *PERSON_COLUMN_NAMES, *QUOTATION_COLUMN_NAMES)


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """The numbers of a book."""

    candidate_persons: NDArray[np.int32]
    """Quotations x candidates: the person's index; -1 where there are fewer candidates."""
    values: NDArray[np.float32]
    """Quotations x candidates x `COLUMNS`; zeros where there is no candidate."""


def compute_features(context: QuotationContext) -> FeatureTable:
    """The numbers of every quotation and candidate."""
    count, people = len(context.tokens.quotations), context.people.persons
    persons = np.full((count, MAX_CANDIDATES), -1, dtype=np.int32)
    for number, chosen in enumerate(context.candidates):
        persons[number, : len(chosen)] = chosen
    values = np.zeros((count, MAX_CANDIDATES, len(COLUMN_NAMES)), np.float32)
    if not people:
        return FeatureTable(persons, values)
    pairs, known, shared = np.split(
        values, np.cumsum([len(PAIR_COLUMN_NAMES), len(PERSON_COLUMN_NAMES)]), axis=2
    )
    sources = _Context(context)
    for first in range(0, count, _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        columns = sources.columns(pair_candidates(context.tokens, persons[part], first))
        for at, column in enumerate(columns):
            pairs[part, :, at] = column
    language = context.tokens.language
    known[:] = np.array([_person(person, language) for person in people], np.float32)[persons]
    for at, column in enumerate(quotation.compute_quotation_columns(context)):
        shared[..., at] = column[:, None]
    values[persons < 0] = 0.0
    return FeatureTable(persons, values)


class _Context:
    """All that is known of a book, as far as it tells of pairs."""

    def __init__(self, around: QuotationContext) -> None:
        narrator, found = (
            around.people.narrator_index,
            resolve_pronouns(around.tokens, around.people),
        )
        meant = [
            nearby_subjects.resolve_tag_subject(clue, found, narrator) for clue in around.best_tags
        ]
        named = [
            person if clue and (clue.person_index >= 0 or clue.pronoun_gender == "first") else -1
            for clue, person in zip(around.best_tags, meant, strict=True)
        ]
        self._candidacy = mention_distance.MentionStatistics(around)
        self._presence = nearby_subjects.SubjectStatistics(around.tokens, found, meant)
        self._exchange = turn_taking.TurnStatistics(around, named, meant)
        self._manner = speech_style.StyleStatistics(around, named)
        self._hearing = addressee.AddresseeStatistics(around, named)

    def columns(self, pairs: CandidatePairs) -> Iterator[NDArray[np.generic]]:
        """The `PAIR` columns of some pairs."""
        parts = (self._candidacy, self._presence, self._exchange, self._manner, self._hearing)
        return chain.from_iterable(part.columns(pairs) for part in parts)


def _person(person: Person, language: AttributionLanguage) -> list[float]:
    seen, many = person.statistics, person.statistics.total_count or 1
    titles = {form.title for form in person.name_forms if form.title}
    plain, unmarried = language.common_male_titles, language.unmarried_titles
    return [
        log1p(seen.total_count),
        person.male_probability,
        float(bool(person.description)),
        float(person.is_kin),
        float(person.is_narrator),
        seen.acting_count / many,
        seen.speaking_count / many,
        seen.addressed_count / many,
        seen.place_count / many,
        float(bool(titles & plain)),
        float(bool(titles & language.married_titles)),
        float(bool(titles & unmarried)),
        float(bool(titles - plain - unmarried - language.married_titles)),
        float(
            any(
                form.words[:1] and form.words[0] in language.given_names
                for form in person.name_forms
            )
        ),
        *(float(person.age == age) for age in _AGES),
    ]
