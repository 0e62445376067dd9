"""Persons by themselves: their titles, their age and how they are mentioned."""

import numpy as np
import pytest

from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_statistics import NameStatistics
from narrator.attribution.features.column import compute_columns
from narrator.attribution.features.person import COLUMNS, PersonStatistics
from narrator.attribution.language import load_attribution_language


def describe(person):
    """Return the columns of one person."""
    statistics = PersonStatistics([person], load_attribution_language("en"))
    return {name: float(column[0]) for name, column in compute_columns(COLUMNS, statistics)}


TITLES = [
    ("mr", ["person:common_title"]),
    ("mrs", ["person:married_title"]),
    ("miss", ["person:unmarried_title"]),
    ("colonel", ["person:rank_title"]),
    ("", []),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_a_title_is_of_one_kind(title, expected):
    columns = describe(Person(name_forms={NameForm(title, ("gray",))}))
    assert [name for name in columns if name.endswith("_title") and columns[name]] == expected


def test_a_given_name_is_known_by_a_list():
    assert describe(Person(name_forms={NameForm("", ("emma", "vane"))}))["person:given_name"] == 1.0
    assert describe(Person(name_forms={NameForm("", ("vane",))}))["person:given_name"] == 0.0


def test_kinds_of_mention_are_shares_of_all():
    statistics = NameStatistics(total_count=8, acting_count=4, speaking_count=2, addressed_count=1)
    columns = describe(Person(statistics=statistics))
    assert columns["person:mentions"] == np.log1p(8)
    assert columns["person:acting_share"] == 0.5
    assert columns["person:speaking_share"] == 0.25
    assert columns["person:addressed_share"] == 0.125
    assert columns["person:place_share"] == 0.0


def test_a_person_who_is_never_mentioned_has_shares_of_zero():
    assert describe(Person())["person:acting_share"] == 0.0


@pytest.mark.parametrize("age", ["child", "young", "old"])
def test_an_age_is_one_of_three(age):
    columns = describe(Person(age=age))
    assert [columns[f"person:{name}"] for name in ("child", "young", "old")].count(1.0) == 1
    assert columns[f"person:{age}"] == 1.0
