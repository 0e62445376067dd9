"""Counts of pairs of numbers, looked up many at once."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from narrator.attribution.features.pair_counts import PairCounts, PairValues, count_memberships


def test_pairs_are_counted_unless_the_first_number_is_negative():
    counts = PairCounts([1, 1, 2, -1], [5, 5, 0, 5])
    firsts, seconds = np.array([1, 2, -1, 2]), np.array([5, 0, 5, 5])
    assert counts.count_pairs(firsts, seconds).tolist() == [2, 1, 0, 0]
    assert counts.has_pairs(firsts, seconds).tolist() == [True, True, False, False]


def test_without_pairs_every_count_is_zero():
    counts = PairCounts([], [])
    assert counts.count_pairs(np.array([0, -1]), np.array([0, 0])).tolist() == [0, 0]


def test_shapes_are_broadcast_against_each_other():
    counts = PairCounts([0, 1], [7, 8])
    table = counts.has_pairs(np.array([[0], [1]]), np.array([[7, 8]]))
    assert table.tolist() == [[True, False], [False, True]]


def test_the_members_of_sets_are_counted_by_the_index_of_their_set():
    counts = count_memberships([{3}, set(), {4, 5}])
    sets, members = np.array([0, 1, 2, 2, 2]), np.array([3, 3, 4, 5, 3])
    assert counts.has_pairs(sets, members).tolist() == [True, False, True, True, False]


@given(st.lists(st.tuples(st.integers(-2, 5), st.integers(0, 5))))
def test_counts_agree_with_those_of_a_dictionary(pairs):
    expected = Counter(pair for pair in pairs if pair[0] >= 0)
    counts = PairCounts([first for first, _ in pairs], [second for _, second in pairs])
    firsts, seconds = np.meshgrid(np.arange(-2, 6), np.arange(6))
    for first, second, count in zip(
        firsts.ravel(), seconds.ravel(), counts.count_pairs(firsts, seconds).ravel(), strict=True
    ):
        assert count == expected[(int(first), int(second))]


def test_values_of_pairs_are_looked_up_and_others_have_the_default():
    values = PairValues([1, 0, -1], [5, 7, 5], [0.5, -2.0, 9.0])
    found = values.look_up(np.array([0, 1, 1, -1]), np.array([7, 5, 6, 5]), -4.0)
    assert found.tolist() == [-2.0, 0.5, -4.0, -4.0]


def test_a_table_without_pairs_has_only_the_default():
    assert PairValues([], [], []).look_up(np.array([0]), np.array([0]), 3.0).tolist() == [3.0]
