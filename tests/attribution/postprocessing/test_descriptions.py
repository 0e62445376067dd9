"""Vague descriptions: whom "the old lady" means, and what stays a person of its own."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.postprocessing.descriptions import (
    can_describe,
    is_vague_description,
    reassign_vague_descriptions,
)

OPENING = "Anna Holm came in with Tom. Anna sat down. Tom stood by the door."


def tell(speakers):
    """Return a story in which each speaker in turn cries out a word."""
    words = "abcdefgh"
    quotations = [f'"{word}!" cried {who}.' for word, who in zip(words, speakers, strict=False)]
    return "\n\n".join([OPENING, *quotations])


THREE_EACH = tell(["the old lady"] * 3 + ["the cook"] * 3)


@pytest.fixture
def read_story(people_of):
    """Return the context of a story, and the index of each person by name or description."""

    def read(text):
        tokens, people = people_of(text)
        persons = {
            person.description or next(iter(person.name_forms)).words[0]: index
            for index, person in enumerate(people.persons)
        }
        return build_quotation_context(tokens, people), persons

    return read


def share_probability(context, likeliest, second):
    """Return probabilities of 0.6 for one person and 0.3 for another, in every quotation."""
    rows = np.zeros((len(context.candidates), 10), dtype=np.float32)
    for row, candidates in zip(rows, context.candidates, strict=True):
        row[: len(candidates)] = 0.1 / len(candidates)
        row[candidates.index(likeliest)] += 0.6
        row[candidates.index(second)] += 0.3
    return rows


def find_speakers(context, rows, tagged):
    """Return who is likeliest in the quotations whose tag means some person."""
    return {
        candidates[int(row[: len(candidates)].argmax())]
        for row, candidates, tag in zip(rows, context.candidates, context.best_tags, strict=True)
        if tag.person_index == tagged
    }


def test_a_vague_description_means_whoever_would_speak_in_its_place(read_story):
    context, persons = read_story(THREE_EACH)
    lady = persons["the old lady"]
    rows = share_probability(context, lady, persons["anna"])
    before = rows.copy()
    reassigned = reassign_vague_descriptions(context, rows)
    assert find_speakers(context, reassigned, lady) == {persons["anna"]}
    assert (rows == before).all()


def test_a_specific_description_stays_a_person_of_its_own(read_story):
    context, persons = read_story(THREE_EACH)
    cook = persons["the cook"]
    rows = reassign_vague_descriptions(context, share_probability(context, cook, persons["anna"]))
    assert find_speakers(context, rows, cook) == {cook}


def test_a_description_that_nobody_fits_stays_a_person_of_its_own(read_story):
    text = OPENING.replace("Anna", "Hugh").replace("Tom", "Mr. Gray")
    context, persons = read_story(text + '\n\n"a!" cried the old lady.')
    lady = persons["the old lady"]
    rows = share_probability(context, lady, persons["gray"])
    reassigned = reassign_vague_descriptions(context, rows)
    assert find_speakers(context, reassigned, lady) == {lady}


def test_a_description_does_not_mean_the_speaker_before_or_after(read_story):
    context, persons = read_story(tell(["Anna", "the old lady", "Anna"]))
    lady = persons["the old lady"]
    rows = share_probability(context, lady, persons["anna"])
    reassigned = reassign_vague_descriptions(context, rows)
    assert find_speakers(context, reassigned, lady) == {lady}


def test_probabilities_still_add_up_to_one(read_story):
    context, persons = read_story(THREE_EACH)
    rows = share_probability(context, persons["the old lady"], persons["tom"])
    assert np.allclose(reassign_vague_descriptions(context, rows).sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("described", "person", "possible"),
    [
        ({"male_probability": 0.03}, {"male_probability": 0.03}, True),
        ({"male_probability": 0.03}, {"male_probability": 0.95}, False),
        ({"male_probability": 0.03}, {"male_probability": 0.5}, True),
        ({"age": "child"}, {"age": "adult"}, False),
        ({"age": "child"}, {"age": "child"}, True),
        ({"age": "child"}, {}, True),
        ({"age": "old"}, {"age": "child"}, False),
    ],
)
def test_a_description_does_not_mean_a_person_of_another_gender_or_age(described, person, possible):
    assert can_describe(Person(description="the one", **described), Person(**person)) is possible


@pytest.mark.parametrize(
    ("person", "is_vague"),
    [
        ({"description": "the old man"}, True),
        ({"description": "the baker"}, False),
        ({"description": "her child", "is_kin": True}, False),
        ({"description": "the young man", "is_narrator": True}, False),
        ({}, False),
    ],
)
def test_a_description_is_vague_if_it_fits_nearly_everybody(people_of, person, is_vague):
    tokens, _ = people_of(OPENING)
    assert is_vague_description(Person(**person), tokens.language) is is_vague
