"""Features of each person, which are the same for all quotations."""

from __future__ import annotations

from functools import partial
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.column import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.features.column import BoolArray, FloatArray
    from narrator.languages.people_words import AttributionLanguage

_AGES = ("child", "young", "old")


class PersonStatistics:
    """The persons of a book, with the titles in their names ("Mr.", "Miss", "Colonel")."""

    def __init__(self, persons: Sequence[Person], language: AttributionLanguage) -> None:
        self.persons, self.language = persons, language
        self.person_titles = [
            {form.title for form in person.name_forms if form.title} for person in persons
        ]

    def compute_log_mentions(self) -> FloatArray:
        """Return log(1 + number of mentions in the book)."""
        return np.array([log1p(person.statistics.total_count) for person in self.persons])

    def compute_mention_shares(self, counts: Sequence[int]) -> FloatArray:
        """Return one kind of mentions as a share of all mentions of each person.

        Args:
            counts: number of mentions of that kind, per person.
        """
        totals = [person.statistics.total_count or 1 for person in self.persons]
        return np.array([count / total for count, total in zip(counts, totals, strict=True)])

    def has_title(self, titles: frozenset[str]) -> BoolArray:
        """Return whether each person's name has one of these titles."""
        return np.array([bool(titles & person_titles) for person_titles in self.person_titles])

    def has_rank(self) -> BoolArray:
        """Return whether each person's name has a title that shows a rank, such as "Colonel"."""
        language = self.language
        common = language.common_male_titles | language.unmarried_titles | language.married_titles
        return np.array([bool(titles - common) for titles in self.person_titles])

    def has_given_name(self) -> BoolArray:
        """Return whether each person's name begins with a known given name."""
        given_names = self.language.given_names
        return np.array(
            [
                any(form.words[:1] and form.words[0] in given_names for form in person.name_forms)
                for person in self.persons
            ]
        )

    def has_age(self, age: str) -> BoolArray:
        """Return whether each person has this age; see `Person.age`."""
        return np.array([person.age == age for person in self.persons])


COLUMNS: tuple[Column[PersonStatistics], ...] = (
    Column("person:mentions", PersonStatistics.compute_log_mentions),
    Column("person:male", lambda people: np.array([p.male_probability for p in people.persons])),
    Column(
        "person:is_description",
        lambda people: np.array([p.is_unnamed for p in people.persons]),
    ),
    Column("person:is_kin", lambda people: np.array([p.is_kin for p in people.persons])),
    Column("person:is_narrator", lambda people: np.array([p.is_narrator for p in people.persons])),
    Column(
        "person:acting_share",
        lambda people: people.compute_mention_shares(
            [p.statistics.acting_count for p in people.persons]
        ),
    ),
    Column(
        "person:speaking_share",
        lambda people: people.compute_mention_shares(
            [p.statistics.speaking_count for p in people.persons]
        ),
    ),
    Column(
        "person:addressed_share",
        lambda people: people.compute_mention_shares(
            [p.statistics.addressed_count for p in people.persons]
        ),
    ),
    Column(
        "person:place_share",
        lambda people: people.compute_mention_shares(
            [p.statistics.place_count for p in people.persons]
        ),
    ),
    Column(
        "person:common_title", lambda people: people.has_title(people.language.common_male_titles)
    ),
    Column("person:married_title", lambda people: people.has_title(people.language.married_titles)),
    Column(
        "person:unmarried_title", lambda people: people.has_title(people.language.unmarried_titles)
    ),
    Column("person:rank_title", PersonStatistics.has_rank),
    Column("person:given_name", PersonStatistics.has_given_name),
    *(Column(f"person:{age}", partial(PersonStatistics.has_age, age=age)) for age in _AGES),
)
"""One value per person."""
