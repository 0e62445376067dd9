"""Antecedents: the persons whom a pronoun may mean are described and weighed."""

import pytest

from narrator.attribution.coreference.antecedents import (
    MENTION_FEATURES,
    TAG_FEATURES,
    MentionHistory,
    load_pronoun_weights,
)

STORY = "Ada Vane met Tom Reed. Ada smiled at Tom. Tom smiled at the miller. The miller sat."


@pytest.fixture(name="history")
def _history(people_of):
    tokens, people = people_of(STORY)
    history = MentionHistory(people.persons, tokens.language)
    history.persons = {
        (person.description or person.gender): index for index, person in enumerate(people.persons)
    }
    return history


def describe(history, token, gender):
    return {
        person: dict(zip(MENTION_FEATURES, row, strict=True))
        for person, row in history.describe(token, gender).items()
    }


def add(history, name, token, *, is_subject=False, is_possessive=False):
    person = history.persons[name]
    history.add(person, token, is_subject=is_subject, is_possessive=is_possessive)
    return person


def test_only_persons_of_the_gender_are_described(history):
    ada, tom = add(history, "female", 1), add(history, "male", 5)
    assert set(history.describe(9, "female")) == {ada}
    assert set(history.describe(9, "male")) == {tom}


def test_the_features_tell_the_distances_and_the_role(history):
    tom = add(history, "male", 1, is_subject=True)
    add(history, "male", 5, is_possessive=True)
    row = describe(history, 9, "male")[tom]
    assert row["log_distance"] < row["log_subject_distance"] < 8
    assert row["is_possessor"]
    miller = add(history, "the miller", 8)
    row = describe(history, 9, "male")[miller]
    assert row["is_role"]
    assert row["is_role_nearby"]
    assert not row["is_vague"]
    assert row["log_subject_distance"] > 7
    assert not describe(history, 100, "male")[miller]["is_role_nearby"]


def test_mentions_of_another_scene_or_long_ago_do_not_count(history):
    tom = add(history, "male", 1)
    assert set(history.describe(1000, "male")) == {tom}
    assert history.describe(5000, "male") == {}
    history.clear()
    assert history.describe(2, "male") == {}


def test_the_nearer_of_two_is_likelier_and_nobody_if_there_is_none(history):
    tom, miller = add(history, "male", 1), add(history, "the miller", 90)
    assert history.choose(history.describe(95, "male")) == miller
    add(history, "male", 94)
    assert history.choose(history.describe(95, "male")) == tom
    assert history.choose({}) == -1


def test_every_feature_has_a_weight():
    assert load_pronoun_weights().shape == (len(MENTION_FEATURES) + len(TAG_FEATURES),)
