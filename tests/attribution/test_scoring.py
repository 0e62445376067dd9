import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.features.columns import COLUMN_NAMES, FeatureTable
from narrator.attribution.scoring import (
    NEIGHBOUR_OFFSETS,
    Window,
    align_candidates,
    load_ensemble,
    softmax,
)

CANDIDATES = 5


def random_features(count, seed):
    rng = np.random.default_rng(seed)
    persons = np.array([rng.permutation(9)[:CANDIDATES] for _ in range(count)], dtype=np.int32)
    persons[:, CANDIDATES - 1] = -1
    values = rng.normal(size=(count, CANDIDATES, len(COLUMN_NAMES))).astype(np.float32)
    return FeatureTable(persons, values)


def test_the_weights_know_every_column():
    assert load_ensemble().feature_means.shape == (len(COLUMN_NAMES),)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 5))
def test_chances_sum_to_one_and_nobody_absent_has_any(count, seed):
    chances = load_ensemble().estimate_probabilities(random_features(count, seed))
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-4)
    assert chances[:, CANDIDATES - 1].max() < 1e-6


def test_a_long_book_is_judged_in_pieces_as_it_would_be_in_one(monkeypatch):
    features = random_features(120, 1)
    whole = load_ensemble().estimate_probabilities(features)
    monkeypatch.setattr("narrator.attribution.scoring._CHUNK", 17)
    assert np.allclose(load_ensemble().estimate_probabilities(features), whole, atol=1e-4)


def test_the_order_of_the_candidates_does_not_matter():
    features = random_features(30, 2)
    turned = FeatureTable(
        features.candidate_persons[:, ::-1].copy(), features.values[:, ::-1].copy()
    )
    assert np.allclose(
        load_ensemble().estimate_probabilities(turned)[:, ::-1],
        load_ensemble().estimate_probabilities(features),
        atol=1e-4,
    )


def test_alignment_finds_the_same_person_among_the_neighbours_candidates():
    persons = np.array([[4, 7], [7, 9], [9, -1]], dtype=np.int32)
    places = align_candidates(persons)
    after, before = NEIGHBOUR_OFFSETS.index(1), NEIGHBOUR_OFFSETS.index(-1)
    assert places[0, :, after].tolist() == [2, 0]
    assert places[1, :, after].tolist() == [2, 0]
    assert places[2, :, before].tolist() == [1, 2]


PERSONS = np.array([[4, 7], [7, 9], [9, -1]], dtype=np.int32)


def piece_of(begin, end, count=3):
    persons = np.resize(PERSONS, (count, 2))
    return Window(
        np.zeros((count, 2, 5), np.float32), align_candidates(persons), persons >= 0, begin, end
    )


def test_neighbours_are_counted_through_and_whoever_is_missing_is_the_one_after_the_last():
    neighbours = piece_of(0, 3).index_neighbours()
    after, before = NEIGHBOUR_OFFSETS.index(1), NEIGHBOUR_OFFSETS.index(-1)
    assert neighbours[:, after].tolist() == [6, 2, 6, 4, 6, 6]
    assert neighbours[:, before].tolist() == [6, 6, 1, 6, 3, 6]


NARROWING = [
    ((20, 30), 50, [(12, 38), (16, 34), (20, 30)]),
    ((0, 30), 38, [(0, 38), (0, 34), (0, 30)]),
    ((3, 10), 10, [(0, 10), (0, 10), (3, 10)]),
]


@pytest.mark.parametrize(("asked", "count", "felt"), NARROWING)
def test_a_layer_is_asked_only_about_what_later_layers_hear(asked, count, felt):
    assert list(piece_of(*asked, count).felt(3)) == felt


def test_softmax_bears_scores_of_any_size():
    assert np.allclose(softmax(np.array([[1e4, 1e4, -1e4]], np.float32)), [[0.5, 0.5, 0]])
