"""The numbers of a book: places, counts and clues, asked for many quotations and persons at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.features.columns import COLUMN_NAMES, compute_features
from narrator.attribution.features.pair_counts import PairCounts, count_memberships
from narrator.attribution.features.position_index import (
    ABSENT_DISTANCE,
    ABSENT_LOG_DISTANCE,
    PositionIndex,
    cap_log_distance,
    log_distance,
)
from narrator.attribution.features.tag_arrays import TagArrays
from narrator.attribution.speech_tags import SpeechTag

A, B, C = range(3)


def one(number):
    return np.array([[number]])


def asked(question, person, *places):
    return question(one(person), *map(one, places)).item()


PLACES = PositionIndex([A, B, A, -1, A, B], [2, 3, 5, 6, 9, 9])
WHERE = [
    ("since", A, [5], 3),
    ("since", A, [6], 1),
    ("since", A, [2], ABSENT_DISTANCE),
    ("since", B, [100], 91),
    ("since", C, [100], ABSENT_DISTANCE),
    ("until", A, [5], 0),
    ("until", A, [6], 3),
    ("until", A, [10], ABSENT_DISTANCE),
    ("until", B, [0], 3),
    ("until", C, [0], ABSENT_DISTANCE),
    ("count", A, [-100, 100], 3),
    ("count", A, [3, 9], 1),
    ("count", B, [3, 10], 2),
    ("count", C, [-100, 100], 0),
]


@pytest.mark.parametrize(("question", "person", "places", "answer"), WHERE)
def test_a_person_s_places_are_told_from_all_others(question, person, places, answer):
    assert asked(getattr(PLACES, question), person, *places) == answer


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 40))), st.integers(0, 50))
def test_places_are_found_as_one_by_one(found, place):
    found.sort(key=lambda each: each[1])
    places = PositionIndex([who for who, _ in found], [where for _, where in found])
    for person in range(4):
        mine = [where for who, where in found if who == person]
        before, after = [w for w in mine if w < place], [w for w in mine if w >= place]
        assert asked(places.distance_back, person, place) == (
            place - before[-1] if before else ABSENT_DISTANCE
        )
        assert asked(places.distance_ahead, person, place) == (
            after[0] - place if after else ABSENT_DISTANCE
        )
        assert asked(places.count_between, person, -5, place) == len(before)


def test_a_distance_counts_up_to_four_thousand_words_and_nowhere_is_farther():
    known = log_distance(np.array([0, 10, 4000, 100_000, ABSENT_DISTANCE]))
    assert known.tolist() == [0.0, *np.log1p([10, 4000, 100_000]), ABSENT_LOG_DISTANCE]
    assert cap_log_distance(known).tolist() == [
        0.0,
        *np.log1p([10, 4000, 4000]),
        ABSENT_LOG_DISTANCE,
    ]


def test_pairs_are_counted_and_none_that_begins_below_zero():
    tally = PairCounts([1, 1, 2, -1], [5, 5, 0, 5])
    assert tally.count_pairs(np.array([1, 2, -1, 2]), np.array([5, 0, 5, 5])).tolist() == [
        2,
        1,
        0,
        0,
    ]
    assert not PairCounts([], []).has_pairs(one(-1), one(0)).any()
    assert count_memberships([{3}, set(), {4, 5}]).has_pairs(
        np.array([0, 1, 2, 2]), np.array([3, 3, 4, 3])
    ).tolist() == [True, False, True, False]


HE = SpeechTag(-1, "male", 2, 0, 1)
CLUES = [
    (None, [0.0, 0.0, 0.0], [-1.0, -1.0, -1.0]),
    (SpeechTag(A, "", 2, 0, 1), [3.0, -3.0, -3.0], [-1.0, -1.0, -1.0]),
    (SpeechTag(B, "", 0, 0, 1), [-1.0, 1.0, -1.0], [-1.0, -1.0, -1.0]),
    (HE, [0.5, 0.5, 0.5], [0.75, 0.25, 0.5]),
    (SpeechTag(-1, "female", 2, 0, 1), [0.5, 0.5, 0.5], [0.25, 0.75, 0.5]),
    (SpeechTag(-1, "plural", 1, 0, 1), [0.5, 0.5, 0.5], [0.3, 0.3, 0.3]),
    (SpeechTag(-1, "first", 1, 0, 1), [0.5, 0.5, 0.5], [0.0, 0.0, 1.0]),
    (SpeechTag(A, "", 1, 0, 1, is_description=True), [2.0, -2.0, -2.0], [0.625, 0.375, 0.5]),
]


@pytest.mark.parametrize(("clue", "same", "fits"), CLUES)
def test_a_clue_names_one_and_fits_some(clue, same, fits):
    persons = [
        Person(male_probability=0.75),
        Person(male_probability=0.25),
        Person(is_narrator=True),
    ]
    witness, everybody = TagArrays([clue, HE], persons), np.array([[A, B, C]])
    assert witness.match_names(one(0), everybody).tolist() == [same]
    assert witness.match_gender(one(0), everybody).tolist() == [fits]
    assert witness.match_names(one(-3), everybody).tolist() == [[0.0, 0.0, 0.0]]
    assert witness.match_gender(one(4), everybody).tolist() == [[-1.0, -1.0, -1.0]]


STORY = """Ada Vane met Tom Reed. Ada smiled at Tom.

"Where to?" said Tom.

"Home, Tom," she said. "At once!"

"Yes."
"""


@pytest.fixture(scope="module")
def numbers(people_of):
    """The features of the story, and the index of each of its people."""
    page, people = people_of(STORY)
    names = {f.words[0]: at for at, person in enumerate(people.persons) for f in person.forms}
    return compute_features(build_quotation_context(page, people)), names


def number(numbers, quotation, name, column):
    found, names = numbers
    [place] = np.nonzero(found.persons[quotation] == names[name])[0]
    return found.values[quotation, place, COLUMN_NAMES.index(column)]


NUMBERS = [
    (0, "tom", "tag_after:same", 3.0),
    (0, "ada", "tag_after:same", -3.0),
    (1, "tom", "tag:-1", 3.0),
    (1, "tom", "called", 1.0),
    (2, "tom", "called:-1", 1.0),
    (1, "ada", "called", 0.0),
    (1, "tom", "history:ago", 1.0),
    (2, "tom", "history:ago", 2.0),
    (2, "tom", "history:parity", 0.0),
    (2, "ada", "history:parity", -1.0),
    (0, "tom", "told:rank", 0.0),
    (0, "ada", "told:rank", 1.0),
    (0, "ada", "asks", 1.0),
    (1, "ada", "exclaims", 1.0),
    (1, "ada", "runs", 2.0),
    (2, "ada", "alone", 1.0),
    (2, "ada", "answers", 1.0),
    (2, "ada", "untagged:before", 0.0),
    (1, "ada", "untagged:after", 1.0),
    (0, "ada", "gap:-1", 9.0),
    (2, "ada", "blocks:-1", 1.0),
    (2, "ada", "blocks:+1", 20.0),
]


@pytest.mark.parametrize(("quotation", "name", "column", "expected"), NUMBERS)
def test_a_quotation_and_a_candidate_have_their_numbers(numbers, quotation, name, column, expected):
    assert number(numbers, quotation, name, column) == expected


def test_where_there_is_no_candidate_all_is_zero(numbers):
    found, _ = numbers
    assert not found.values[found.persons < 0].any()


def test_a_book_is_worked_out_in_parts_as_in_one(people_of, monkeypatch):
    page, people = people_of(STORY + STORY)
    whole = compute_features(build_quotation_context(page, people))
    monkeypatch.setattr("narrator.attribution.features.columns._AT_ONCE", 2)
    assert np.allclose(
        compute_features(build_quotation_context(page, people)).values, whole.values, atol=1e-6
    )


def test_without_people_there_is_nobody_to_weigh(people_of):
    page, people = people_of('"Is anybody there?"\n\n"No."')
    assert (compute_features(build_quotation_context(page, people)).candidate_persons < 0).all()
