"""Genders that names tell: by titles, lists and pronouns."""

from collections import Counter

import pytest

from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_genders import (
    estimate_male_probability,
    estimate_stated_genders,
    learn_first_name_genders,
)
from narrator.attribution.coreference.name_statistics import NameStatistics


def form_of(name):
    """The form of a name that is written with its title, or "-", first: "mr reed", "- tom"."""
    title, *words = name.split()
    return NameForm("" if title == "-" else title, tuple(words))


FIRST_NAMES = [
    ({"mr ashby crane": {}}, "ashby", "male"),
    ({"miss ashby crane": {}}, "ashby", "female"),
    ({"mrs quoyle crane": {}}, "quoyle", None),  # she may have her husband's name
    ({"- orla crane": {"she_count": 2}}, "orla", "female"),
    ({"- orla": {"she_count": 1}}, "orla", "female"),
    ({"- ada": {"he_count": 1, "she_count": 1}}, "ada", "female"),
    ({"- orla": {"he_count": 3, "she_count": 3}}, "orla", None),
    ({"- ada": {"he_count": 1}}, "ada", "female"),
    ({"- evelyn": {"she_count": 5}}, "evelyn", "female"),  # listed as a man's
    ({"capt maya": {}, "- maya brand": {}}, "maya", "female"),
    ({"capt nalu": {}}, "nalu", ""),  # a last name
    ({"- van": {}, "- van loo": {}}, "van", None),  # a particle, though a first name elsewhere
    ({}, "grandad", "male"),
]


@pytest.mark.parametrize(("counts", "name", "gender"), FIRST_NAMES)
def test_a_first_name_has_the_gender_of_its_titles_and_pronouns(tokens_of, counts, name, gender):
    statistics = {
        form_of(form): NameStatistics(total_count=2, **uses) for form, uses in counts.items()
    }
    assert learn_first_name_genders(statistics, tokens_of("").language).get(name) == gender


@pytest.mark.parametrize(
    ("name", "counts", "gender"),
    [
        ("mrs reed", {"he_count": 2}, "female"),
        ("- tom", {"she_count": 1}, "male"),
        ("col reed", {}, "male"),
        ("- quoyle", {"he_count": 9, "she_count": 1}, "male"),
        ("- quoyle", {"he_count": 1, "she_count": 1}, None),
        ("- quoyle", {"female_verb_count": 2}, "female"),
        ("- quoyle", {}, None),
    ],
)
def test_the_gender_follows_from_titles_then_first_names_then_pronouns(
    tokens_of, name, counts, gender
):
    form = form_of(name)
    statistics = {form: NameStatistics(total_count=3, **counts)}
    language = tokens_of("").language
    genders = learn_first_name_genders(statistics, language)
    probability = estimate_male_probability([form], statistics, language, genders)
    assert Person(male_probability=probability).gender == gender


@pytest.mark.parametrize(
    ("name", "gender"),
    [
        ("- kieran", "male"),  # not in the language's own list
        ("- kieran vane", "male"),
        ("mrs kieran vane", "female"),
        ("- quoyle", None),
    ],
)
def test_titles_and_the_table_of_first_names_tell_a_gender_by_themselves(tokens_of, name, gender):
    person = Person(name_forms=Counter({form_of(name): 3}))
    (stated,) = estimate_stated_genders([person], tokens_of("").language)
    assert (stated and Person(male_probability=stated).gender) == gender


@pytest.mark.parametrize(("pronouns", "gender"), [({}, "male"), ({"she_count": 3}, "female")])
def test_a_few_pronouns_outweigh_the_table_as_the_name_may_be_a_surname(
    tokens_of, pronouns, gender
):
    form, language = form_of("- kieran"), tokens_of("").language
    statistics = {form: NameStatistics(total_count=3, **pronouns)}
    genders = learn_first_name_genders(statistics, language)
    probability = estimate_male_probability([form], statistics, language, genders)
    assert Person(male_probability=probability).gender == gender
