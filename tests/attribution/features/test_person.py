"""Persons by themselves: their titles, their age and how they are mentioned."""

import numpy as np
import pytest

from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_statistics import NameStatistics
from narrator.attribution.features.column import compute_columns
from narrator.attribution.features.person import COLUMNS, PersonStatistics
from narrator.languages.people_words import load_attribution_language


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


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (Person(description="the old man"), {"person:is_description"}),
        (Person(description="mother", is_kin=True), {"person:is_description", "person:is_kin"}),
        (Person(is_narrator=True), {"person:is_narrator"}),
        (Person(age="adult"), set()),
        (Person(), set()),
    ],
)
def test_what_a_person_is_beside_a_name(person, shown):
    columns = describe(person)
    flags = {name for name in columns if columns[name] and name != "person:male"}
    assert flags == shown


@pytest.mark.parametrize("probability", [0.0, 0.25, 1.0])
def test_the_gender_is_a_probability(probability):
    assert describe(Person(male_probability=probability))["person:male"] == probability


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("mr", "dr"), {"person:common_title", "person:rank_title"}),
        (("miss", "mrs"), {"person:unmarried_title", "person:married_title"}),
        (("mr", ""), {"person:common_title"}),
        (("lady",), {"person:rank_title"}),
        (("monsieur",), {"person:common_title"}),
    ],
)
def test_a_person_with_several_titles_has_all_of_their_kinds(titles, expected):
    columns = describe(Person(name_forms={NameForm(title, ("gray",)): 1 for title in titles}))
    kinds = {name for name in columns if name.endswith("_title") and columns[name]}
    assert kinds == expected


def test_each_person_has_a_row_of_its_own():
    persons = [Person(male_probability=0.1), Person(age="old"), Person(is_narrator=True)]
    statistics = PersonStatistics(persons, load_attribution_language("en"))
    columns = dict(compute_columns(COLUMNS, statistics))
    assert columns["person:male"].tolist() == [0.1, 0.5, 0.5]
    assert columns["person:old"].tolist() == [False, True, False]
    assert columns["person:is_narrator"].tolist() == [False, False, True]


def test_titles_and_first_names_are_those_of_the_language():
    person = Person(name_forms={NameForm("señora", ("lucía",)): 1})
    for tag, is_known in (("es", True), ("en", False)):
        statistics = PersonStatistics([person], load_attribution_language(tag))
        columns = dict(compute_columns(COLUMNS, statistics))
        assert bool(columns["person:married_title"][0]) is is_known
        assert bool(columns["person:given_name"][0]) is is_known
