"""Pronouns in tags: whom the pronoun model takes "he" and "she" for."""

from math import log

import pytest

from narrator.attribution.features.pronoun_antecedents import (
    COLUMNS,
    AntecedentBatch,
    AntecedentStatistics,
    choose_antecedents,
)
from tests.attribution.features.comparing import PEOPLE, compare_candidates, find_persons

THREE = '"One," she said.\n\n"Two."\n\n"Three."'


def compare(people_of, quotation, ada_share, tom_share):
    """Return the columns of Ada and of Tom if the tag of the first quotation means them so far."""
    tokens, people = people_of(f"{PEOPLE}\n\n{THREE}")
    ada, tom = find_persons(people, "Ada", "Tom")
    statistics = AntecedentStatistics({0: {ada: ada_share, tom: tom_share}}, 3)
    return compare_candidates(COLUMNS, AntecedentBatch, statistics, tokens, quotation, [ada, tom])


def test_the_likeliest_antecedent_leads_the_next(people_of):
    ada, tom = compare(people_of, 0, 0.8, 0.2)
    assert ada["antecedent:log_probability"] == pytest.approx(log(0.8))
    assert tom["antecedent:log_probability"] == pytest.approx(log(0.2))
    assert ada["antecedent:lead"] == pytest.approx(log(4)) == -tom["antecedent:lead"]


def test_a_person_who_is_not_considered_is_unlikely_but_possible(people_of):
    tokens, people = people_of(f"{PEOPLE}\n\n{THREE}")
    ada, tom = find_persons(people, "Ada", "Tom")
    statistics = AntecedentStatistics({0: {ada: 1.0}}, 3)
    rows = compare_candidates(COLUMNS, AntecedentBatch, statistics, tokens, 0, [ada, tom])
    assert rows[0]["antecedent:log_probability"] == 0.0
    assert -10 < rows[1]["antecedent:log_probability"] < -4


def test_a_quotation_without_a_pronoun_says_nothing(people_of):
    ada, tom = compare(people_of, 2, 0.8, 0.2)
    for name in ("antecedent:log_probability", "antecedent:lead", "antecedent:log_probability:+1"):
        assert ada[name] == tom[name] == 0.0


def test_the_tags_of_the_neighbours_count_by_their_offset(people_of):
    ada, _ = compare(people_of, 1, 0.8, 0.2)
    assert ada["antecedent:log_probability:-1"] == pytest.approx(log(0.8))
    ada, _ = compare(people_of, 2, 0.8, 0.2)
    assert ada["antecedent:log_probability:-2"] == pytest.approx(log(0.8))
    assert ada["antecedent:log_probability:-1"] == 0.0


def test_each_tag_means_its_likeliest_antecedent():
    assert choose_antecedents({3: {7: 0.4, 8: 0.6}, 5: {7: 1.0}}) == {3: 8, 5: 7}
    assert choose_antecedents({}) == {}
