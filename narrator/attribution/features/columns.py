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

from narrator.attribution.candidate_generation import CANDIDATES
from narrator.attribution.coreference.pronouns import salience
from narrator.attribution.features import (
    addressee,
    mention_distance,
    nearby_subjects,
    quotation,
    speech_style,
    turn_taking,
)
from narrator.attribution.features.pairs import pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import Surroundings
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.features.pairs import Pairs
    from narrator.attribution.language import Language

_AGES = ("child", "young", "old")
_AT_ONCE = 512
"""Quotations whose pairs are worked out together, which bounds the memory."""

PAIR = (
    *mention_distance.COLUMNS,
    *nearby_subjects.COLUMNS,
    *turn_taking.COLUMNS,
    *speech_style.COLUMNS,
    *addressee.COLUMNS,
)
"""Columns of a quotation and a candidate."""

PERSON = (
    *("total", "male", "role", "kin", "narrates", "acts", "speaks", "is_called", "placed"),
    *("plain", "married", "unmarried", "ranked", "given"),
    *_AGES,
)
"""Columns of a candidate."""

QUOTATION = quotation.COLUMNS
"""Columns of a quotation."""

COLUMNS: tuple[str, ...] = (*PAIR, *PERSON, *QUOTATION)


@dataclass(frozen=True, slots=True)
class Features:
    """The numbers of a book."""

    persons: NDArray[np.int32]
    """Quotations x candidates: the person's index; -1 where there are fewer candidates."""
    values: NDArray[np.float32]
    """Quotations x candidates x `COLUMNS`; zeros where there is no candidate."""


def features(around: Surroundings) -> Features:
    """The numbers of every quotation and candidate."""
    count, people = len(around.page.quotations), around.people.persons
    persons = np.full((count, CANDIDATES), -1, dtype=np.int32)
    for number, chosen in enumerate(around.candidates):
        persons[number, : len(chosen)] = chosen
    values = np.zeros((count, CANDIDATES, len(COLUMNS)), np.float32)
    if not people:
        return Features(persons, values)
    pairs, known, shared = np.split(values, np.cumsum([len(PAIR), len(PERSON)]), axis=2)
    context = _Context(around)
    for first in range(0, count, _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        columns = context.columns(pairs_of(around.page, persons[part], first))
        for at, column in enumerate(columns):
            pairs[part, :, at] = column
    language = around.page.language
    known[:] = np.array([_person(person, language) for person in people], np.float32)[persons]
    for at, column in enumerate(quotation.columns(around)):
        shared[..., at] = column[:, None]
    values[persons < 0] = 0.0
    return Features(persons, values)


class _Context:
    """All that is known of a book, as far as it tells of pairs."""

    def __init__(self, around: Surroundings) -> None:
        narrator, found = around.people.narrator, salience(around.page, around.people)
        meant = [nearby_subjects.meant_by(clue, found, narrator) for clue in around.tags]
        named = [
            person if clue and (clue.person >= 0 or clue.gender == "first") else -1
            for clue, person in zip(around.tags, meant, strict=True)
        ]
        self._candidacy = mention_distance.Candidacy(around)
        self._presence = nearby_subjects.Presence(around.page, found, meant)
        self._exchange = turn_taking.Exchange(around, named, meant)
        self._manner = speech_style.Manner(around, named)
        self._hearing = addressee.Hearing(around, named)

    def columns(self, pairs: Pairs) -> Iterator[NDArray[np.generic]]:
        """The `PAIR` columns of some pairs."""
        parts = (self._candidacy, self._presence, self._exchange, self._manner, self._hearing)
        return chain.from_iterable(part.columns(pairs) for part in parts)


def _person(person: Person, language: Language) -> list[float]:
    seen, many = person.evidence, person.evidence.total or 1
    titles = {form.title for form in person.forms if form.title}
    plain, unmarried = language.plain_titles, language.unmarried
    return [
        log1p(seen.total),
        person.male,
        float(bool(person.role)),
        float(person.kin),
        float(person.narrates),
        seen.acts / many,
        seen.speaks / many,
        seen.called / many,
        seen.placed / many,
        float(bool(titles & plain)),
        float(bool(titles & language.married)),
        float(bool(titles & unmarried)),
        float(bool(titles - plain - unmarried - language.married)),
        float(any(form.words[:1] and form.words[0] in language.given for form in person.forms)),
        *(float(person.age == age) for age in _AGES),
    ]
