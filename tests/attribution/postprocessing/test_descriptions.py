"""Vague descriptions: whom "the old lady" means, and what stays a person of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.postprocessing.descriptions import (
    can_describe,
    is_vague_description,
    reassign_vague_descriptions,
)
from narrator.attribution.postprocessing.statements import apply_statements
from narrator.languages.people_words import load_attribution_language

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


@pytest.mark.parametrize("speakers", [["the old lady", "Anna"], ["Anna", "the old lady"]])
def test_the_speaker_on_either_side_is_the_other_of_two(read_story, speakers):
    context, persons = read_story(tell(speakers))
    lady = persons["the old lady"]
    rows = share_probability(context, lady, persons["anna"])
    assert find_speakers(context, reassign_vague_descriptions(context, rows), lady) == {lady}


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


VAGUE_NOUNS = [
    ("en", "the young lady", True),
    ("en", "the stranger", True),
    ("en", "the colonel", False),
    ("de", "alte Mann", True),
    ("de", "Kutscher", False),
    ("fr", "vieille femme", True),
    ("fr", "facteur", False),
    ("es", "hombre", True),
    ("es", "cartero", False),
    ("ru", "старик", True),
    ("ru", "доктор", False),
]


@pytest.mark.parametrize(("tag", "description", "is_vague"), VAGUE_NOUNS)
def test_each_language_has_nouns_that_fit_nearly_everybody(tag, description, is_vague):
    person = Person(description=description)
    assert is_vague_description(person, load_attribution_language(tag)) is is_vague


GENDERS_AND_AGES = st.builds(
    Person,
    male_probability=st.sampled_from([0.0, 0.5, 1.0]),
    age=st.sampled_from([None, "child", "young", "adult", "old"]),
)


@settings(max_examples=60, deadline=None)
@given(GENDERS_AND_AGES, GENDERS_AND_AGES)
def test_whether_two_may_be_one_does_not_depend_on_who_is_asked_first(person, other_person):
    assert can_describe(person, other_person) is can_describe(other_person, person)
    assert can_describe(person, person)


@pytest.mark.parametrize(
    ("speakers", "is_replaced"),
    [
        (["the old lady"] * 3, True),
        (["the old lady"] * 5, True),
        (["the old lady", "Tom", "the old lady", "Tom", "the old lady"], True),
        (["the old lady", "Anna", "the old lady", "Anna", "the old lady"], False),  # they talk
    ],
)
def test_a_description_is_replaced_where_its_person_may_speak(read_story, speakers, is_replaced):
    context, persons = read_story(tell(speakers))
    lady, anna = persons["the old lady"], persons["anna"]
    rows = reassign_vague_descriptions(context, share_probability(context, lady, anna))
    assert find_speakers(context, rows, lady) == {anna if is_replaced else lady}


def test_what_a_description_loses_its_person_gains(read_story):
    context, persons = read_story(THREE_EACH)
    lady, anna = persons["the old lady"], persons["anna"]
    before = share_probability(context, lady, anna)
    after = reassign_vague_descriptions(context, before)
    for index, candidates in enumerate(context.candidates):
        slots = [candidates.index(lady), candidates.index(anna)]
        if context.best_tags[index].person_index == lady:
            assert after[index, slots[0]] == 0
            assert after[index, slots].sum() == pytest.approx(before[index, slots].sum(), abs=0.05)


def test_a_book_without_vague_descriptions_keeps_its_probabilities(read_story):
    context, persons = read_story(tell(["the cook", "Anna", "Tom"]))
    rows = share_probability(context, persons["anna"], persons["tom"])
    reassigned = reassign_vague_descriptions(context, rows)
    assert np.allclose(reassigned[1:], rows[1:], atol=1e-6)


LADY = """
Grandmother Holm sat by the fire. Tom Reed came in. Grandmother Holm looked up. Tom sat down.

"You are late," said Grandmother Holm.

"The boat was late," said Tom.

"It is always the boat," said the old lady.

"Today it was the fog," said Tom.

"Fog!" cried the old lady.
"""


def test_an_old_lady_who_talks_in_the_place_of_a_grandmother_is_the_grandmother(script_of):
    speakers = [line.speaker for line in script_of(LADY).lines if line.quotation]
    assert speakers[0] == speakers[2] == speakers[4] != "The old lady"
    assert speakers[1] == speakers[3] == "Tom"


@pytest.mark.parametrize(("share", "speaker"), [(0.6, "tom"), (0.4, "the cook")])
def test_a_tag_that_describes_does_not_outvote_a_likely_name(read_story, share, speaker):
    context, persons = read_story(tell(["the cook"]))
    (candidates,) = context.candidates
    rows = np.zeros((1, 10), dtype=np.float32)
    rows[0, candidates.index(persons["tom"])] = share
    rows[0, candidates.index(persons["anna"])] = 0.9 - share
    rows[0, candidates.index(persons["the cook"])] = 0.1
    stated = apply_statements(context, rows)
    assert candidates[int(stated[0].argmax())] == persons[speaker]
