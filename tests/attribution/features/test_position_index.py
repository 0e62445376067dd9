"""Positions of many persons, searched for many persons and positions at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.features.position_index import (
    ABSENT_DISTANCE,
    ABSENT_LOG_DISTANCE,
    PositionIndex,
    cap_log_distance,
    compute_log_distance,
)

A, B, C = range(3)
INDEX = PositionIndex([A, B, A, -1, A, B], [2, 3, 5, 6, 9, 9])


def ask(question, person, *positions):
    """Return the answer to a question about one person."""
    return question(np.array([[person]]), *(np.array([[p]]) for p in positions)).item()


QUESTIONS = [
    ("measure_back", A, [5], 3),
    ("measure_back", A, [6], 1),
    ("measure_back", A, [2], ABSENT_DISTANCE),
    ("measure_back", B, [100], 91),
    ("measure_back", C, [100], ABSENT_DISTANCE),
    ("measure_ahead", A, [5], 0),
    ("measure_ahead", A, [6], 3),
    ("measure_ahead", A, [10], ABSENT_DISTANCE),
    ("measure_ahead", B, [0], 3),
    ("measure_ahead", C, [0], ABSENT_DISTANCE),
    ("count_between", A, [-100, 100], 3),
    ("count_between", A, [3, 9], 1),
    ("count_between", B, [3, 10], 2),
    ("count_between", C, [-100, 100], 0),
    ("compute_log_count", B, [3, 10], np.log1p(2)),
]


@pytest.mark.parametrize(("question", "person", "positions", "answer"), QUESTIONS)
def test_the_positions_of_one_person_are_told_from_all_others(question, person, positions, answer):
    assert ask(getattr(INDEX, question), person, *positions) == answer


def test_an_index_without_positions_answers_for_every_pair():
    index, persons = PositionIndex([], []), np.array([[A, B]])
    quotations = np.array([[3], [4]])
    for distances in (
        index.measure_back(persons, quotations),
        index.measure_ahead(persons, quotations),
    ):
        assert distances.tolist() == [[ABSENT_DISTANCE] * 2] * 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 40))), st.integers(0, 50))
def test_a_search_agrees_with_looking_at_one_position_after_another(entries, position):
    entries.sort(key=lambda entry: entry[1])
    index = PositionIndex([person for person, _ in entries], [p for _, p in entries])
    for person in range(4):
        positions = [p for who, p in entries if who == person]
        before = [p for p in positions if p < position]
        after = [p for p in positions if p >= position]
        back = position - before[-1] if before else ABSENT_DISTANCE
        ahead = after[0] - position if after else ABSENT_DISTANCE
        assert ask(index.measure_back, person, position) == back
        assert ask(index.measure_ahead, person, position) == ahead
        assert ask(index.count_between, person, -5, position) == len(before)


def test_a_log_distance_is_capped_at_4000_tokens_and_an_absent_one_is_larger_still():
    distances = compute_log_distance(np.array([0, 10, 4000, 100_000, ABSENT_DISTANCE]))
    assert distances.tolist() == [0.0, *np.log1p([10, 4000, 100_000]), ABSENT_LOG_DISTANCE]
    capped = cap_log_distance(distances).tolist()
    assert capped == [0.0, *np.log1p([10, 4000, 4000]), ABSENT_LOG_DISTANCE]
