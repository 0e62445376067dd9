import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.postprocessing.descriptions import (
    can_describe,
    is_vague_description,
    reassign_vague_descriptions,
)

STORY = "\n\n".join(
    [
        "Anna Holm came in with Tom. Anna sat down. Tom stood by the door.",
        *(f'"{word}!" cried the {who}.' for who in ("old lady", "cook") for word in "abc"),
    ]
)


@pytest.fixture
def scene(people_of):
    page, people = people_of(STORY)
    around = build_quotation_context(page, people)
    named = {
        person.role or next(iter(person.forms)).words[0]: number
        for number, person in enumerate(people.persons)
    }
    return around, named


def chances(around, named, who, second):
    """Chances of 0.6 for whoever is described, and 0.3 for a second."""
    rows = np.zeros((len(around.candidates), 10), dtype=np.float32)
    for row, candidates in zip(rows, around.candidates, strict=True):
        row[: len(candidates)] = 0.1 / len(candidates)
        for name, chance in ((who, 0.6), (second, 0.3)):
            row[candidates.index(named[name])] += chance
    return rows


def best(around, rows, tag):
    """Who is likeliest in the quotations that a tag gives to somebody."""
    return {
        candidates[int(row[: len(candidates)].argmax())]
        for row, candidates, clue in zip(rows, around.candidates, around.tags, strict=True)
        if clue.person == tag
    }


def test_who_would_otherwise_speak_is_the_one_described(scene):
    around, named = scene
    told = chances(around, named, "the old lady", "anna")
    before = told.copy()
    assert best(around, reassign_vague_descriptions(around, told), named["the old lady"]) == {
        named["anna"]
    }
    assert (told == before).all()


def test_a_description_that_tells_more_stays_somebody_of_its_own(scene):
    around, named = scene
    rows = reassign_vague_descriptions(around, chances(around, named, "the cook", "anna"))
    assert best(around, rows, named["the cook"]) == {named["the cook"]}


def test_the_chances_stay_chances(scene):
    around, named = scene
    rows = reassign_vague_descriptions(around, chances(around, named, "the old lady", "tom"))
    assert np.allclose(rows.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("described", "named", "possible"),
    [
        (
            Person(male_probability=0.03, description="the lady"),
            Person(male_probability=0.03),
            True,
        ),
        (
            Person(male_probability=0.03, description="the lady"),
            Person(male_probability=0.95),
            False,
        ),
        (
            Person(male_probability=0.93, description="the boy", age="child"),
            Person(male_probability=0.95, age="adult"),
            False,
        ),
        (
            Person(male_probability=0.93, description="the boy", age="child"),
            Person(male_probability=0.5),
            True,
        ),
    ],
)
def test_a_description_means_nobody_of_another_sex_or_age(described, named, possible):
    assert can_describe(described, named) is possible


@pytest.mark.parametrize(
    ("role", "kin", "vague"),
    [("the old man", False, True), ("the baker", False, False), ("her child", True, False)],
)
def test_some_descriptions_fit_nearly_everybody(people_of, role, kin, vague):
    page, _ = people_of(STORY)
    assert is_vague_description(Person(description=role, is_kin=kin), page.language) is vague
