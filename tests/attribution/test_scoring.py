"""Scoring: the nets, how a book is cut into windows, calibration, and the weights file."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution import scoring
from narrator.attribution.features.feature_table import COLUMN_NAMES, FeatureTable
from narrator.attribution.scoring import (
    NEIGHBOUR_OFFSETS,
    Window,
    calibrate,
    ensemble_from_arrays,
    find_neighbour_slots,
    find_neighbour_slots_of_rows,
    load_ensemble,
    softmax,
    split_at_chapters,
)
from narrator.cache.memo import Memo

CANDIDATES = 5


def random_features(count, seed):
    """Return features of random quotations, whose last slot is always empty."""
    rng = np.random.default_rng(seed)
    persons = np.array([rng.permutation(9)[:CANDIDATES] for _ in range(count)], dtype=np.int32)
    persons[:, CANDIDATES - 1] = -1
    values = rng.normal(size=(count, CANDIDATES, len(COLUMN_NAMES))).astype(np.float32)
    return FeatureTable(persons, values)


# The ensemble


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 5))
def test_probabilities_add_up_to_one_and_an_empty_slot_has_none(count, seed):
    probabilities = load_ensemble().estimate_probabilities(random_features(count, seed))
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert probabilities[:, CANDIDATES - 1].max() < 1e-6


def test_a_long_book_is_scored_in_windows_as_it_would_be_in_one(monkeypatch):
    features = random_features(120, 1)
    at_once = load_ensemble().estimate_probabilities(features)
    monkeypatch.setattr(scoring, "_MAX_WINDOW", 17)
    assert np.allclose(load_ensemble().estimate_probabilities(features), at_once, atol=1e-4)


def test_the_order_of_the_candidates_does_not_matter():
    features = random_features(30, 2)
    reversed_features = FeatureTable(
        features.candidate_persons[:, ::-1].copy(), features.values[:, ::-1].copy()
    )
    in_order = load_ensemble().estimate_probabilities(features)
    in_reverse = load_ensemble().estimate_probabilities(reversed_features)
    assert np.allclose(in_reverse[:, ::-1], in_order, atol=1e-4)


def test_a_window_that_has_not_changed_is_not_scored_again(monkeypatch):
    features, memo = random_features(20, 3), Memo()
    scored = load_ensemble().estimate_probabilities(features, memo=memo)
    monkeypatch.setattr(scoring.NetEnsemble, "_score_window", lambda *_: pytest.fail("scored"))
    assert (load_ensemble().estimate_probabilities(features, memo=memo) == scored).all()


# Windows

PERSONS = np.array([[4, 7], [7, 9], [9, -1]], dtype=np.int32)
AFTER, BEFORE = NEIGHBOUR_OFFSETS.index(1), NEIGHBOUR_OFFSETS.index(-1)


def test_the_same_person_is_found_among_the_neighbours_candidates():
    slots = find_neighbour_slots(PERSONS)
    assert slots[0, :, AFTER].tolist() == [2, 0]
    assert slots[1, :, AFTER].tolist() == [2, 0]
    assert slots[2, :, BEFORE].tolist() == [1, 2]


def test_rows_of_the_slots_are_the_same_as_in_the_whole_array():
    persons = np.random.default_rng(0).integers(-1, 5, (40, 3)).astype(np.int32)
    slots = find_neighbour_slots(persons)
    for start, end in ((0, 40), (0, 7), (3, 20), (30, 40), (39, 40)):
        assert (find_neighbour_slots_of_rows(persons, start, end) == slots[start:end]).all()


def make_window(start, end, count=3):
    persons = np.resize(PERSONS, (count, 2))
    inputs = np.zeros((count, 2, 5), np.float32)
    return Window(inputs, find_neighbour_slots(persons), persons >= 0, start, end)


def test_neighbours_are_rows_of_the_window_and_an_absent_one_is_the_row_after_the_last():
    neighbours = make_window(0, 3).find_neighbour_rows()
    assert neighbours[:, AFTER].tolist() == [6, 2, 6, 4, 6, 6]
    assert neighbours[:, BEFORE].tolist() == [6, 6, 1, 6, 3, 6]


RECEPTIVE_FIELDS = [
    ((20, 30), 50, [(12, 38), (16, 34), (20, 30)]),
    ((0, 30), 38, [(0, 38), (0, 34), (0, 30)]),
    ((3, 10), 10, [(0, 10), (0, 10), (3, 10)]),
]


@pytest.mark.parametrize(("scored", "count", "expected"), RECEPTIVE_FIELDS)
def test_a_layer_updates_only_what_later_layers_read(scored, count, expected):
    assert list(make_window(*scored, count).iterate_receptive_fields(3)) == expected


def test_the_key_of_a_window_covers_all_that_its_probabilities_depend_on():
    window = make_window(0, 3)
    changed_inputs = Window(window.inputs + 1, window.neighbour_slots, window.mask, 0, 3)
    changed_mask = Window(window.inputs, window.neighbour_slots, ~window.mask, 0, 3)
    others = [make_window(0, 2), make_window(1, 3), changed_inputs, changed_mask]
    assert make_window(0, 3).compute_key() == window.compute_key()
    assert window.compute_key() not in {other.compute_key() for other in others}


RANGES = [
    (0, [], []),
    (50, [], [(0, 50)]),
    (50, [10, 30], [(0, 50)]),  # chapters too short for a window of their own
    (300, [100, 150, 250], [(0, 100), (100, 250), (250, 300)]),
    (1100, [], [(0, 512), (512, 1024), (1024, 1100)]),
]


@pytest.mark.parametrize(("count", "chapter_starts", "expected"), RANGES)
def test_windows_are_whole_chapters_of_a_bounded_size(count, chapter_starts, expected):
    assert list(split_at_chapters(count, chapter_starts)) == expected


# Calibration


def test_softmax_bears_scores_of_any_size():
    assert np.allclose(softmax(np.array([[1e4, 1e4, -1e4]], np.float32)), [[0.5, 0.5, 0]])


def test_calibration_takes_back_the_smoothing_of_the_targets():
    smoothed = np.array([[0.95, 0.05]], np.float32)  # a target of 1 and 0, smoothed by 0.1
    mask = np.array([[True, True]])
    assert np.allclose(calibrate(smoothed, mask, 0.1, 1.0), [[1, 0]], atol=1e-4)
    assert np.allclose(calibrate(smoothed, mask, 0.0, 1.0), smoothed)


@pytest.mark.parametrize(("temperature", "expected"), [(1.0, 0.8), (2.0, 2 / 3), (0.5, 16 / 17)])
def test_a_temperature_above_one_makes_probabilities_more_even(temperature, expected):
    probabilities = np.array([[0.8, 0.2]], np.float32)
    calibrated = calibrate(probabilities, np.array([[True, True]]), 0.0, temperature)
    assert np.allclose(calibrated, [[expected, 1 - expected]])


def test_calibration_gives_an_empty_slot_no_probability():
    probabilities = np.array([[0.5, 0.3, 0.2], [0.4, 0.3, 0.3]], np.float32)
    mask = np.array([[True, True, False], [False, False, False]])
    calibrated = calibrate(probabilities, mask, 0.1, 1.5)
    assert calibrated[0, 2] == 0
    assert calibrated[0].sum() == pytest.approx(1)
    assert not calibrated[1].any()


PROBABILITIES = st.lists(st.floats(0.001, 1), min_size=2, max_size=8)


def share_out(weights):
    """Return one row of probabilities in proportion to some weights, and a mask of all slots."""
    row = np.array([weights], np.float32)
    return row / row.sum(), np.ones(row.shape, bool)


@settings(max_examples=60, deadline=None)
@given(PROBABILITIES, st.floats(0, 0.2), st.floats(0.5, 3))
def test_calibrated_probabilities_add_up_to_one(weights, label_smoothing, temperature):
    calibrated = calibrate(*share_out(weights), label_smoothing, temperature)
    assert calibrated.dtype == np.float32
    assert calibrated.sum() == pytest.approx(1, abs=1e-3)
    assert calibrated.min() >= 0


@settings(max_examples=60, deadline=None)
@given(PROBABILITIES, st.floats(0, 0.2), st.floats(0.5, 3))
def test_calibration_never_changes_who_is_likelier(weights, label_smoothing, temperature):
    probabilities, mask = share_out(weights)
    calibrated = calibrate(probabilities, mask, label_smoothing, temperature)
    order = np.argsort(probabilities[0])
    assert (np.diff(calibrated[0][order]) >= -1e-6).all()


@settings(max_examples=60, deadline=None)
@given(PROBABILITIES, st.floats(1.1, 4))
def test_a_higher_temperature_never_makes_the_likeliest_surer(weights, temperature):
    probabilities, mask = share_out(weights)
    evened = calibrate(probabilities, mask, 0.0, temperature).max()
    sharpened = calibrate(probabilities, mask, 0.0, 1 / temperature).max()
    assert evened <= probabilities.max() + 1e-4
    assert sharpened >= probabilities.max() - 1e-4


def test_the_smoothing_of_a_row_is_shared_by_its_candidates_only():
    smoothed = np.array([[0.95, 0.05, 0.0], [0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3]], np.float32)
    mask = np.array([[True, True, False], [True, True, True]])
    calibrated = calibrate(smoothed, mask, 0.1, 1.0)
    assert np.allclose(calibrated, [[1, 0, 0], [1, 0, 0]], atol=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=6), st.floats(-100, 100, width=32)
)
def test_softmax_depends_only_on_the_differences_of_scores(scores, shift):
    row = np.array([scores], np.float32)
    assert np.allclose(softmax(row), softmax(row + np.float32(shift)), atol=1e-3)
    assert softmax(row).sum() == pytest.approx(1, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1500), st.lists(st.integers(1, 1499), unique=True, max_size=8).map(sorted))
def test_windows_cover_every_quotation_once_and_in_order(count, chapter_starts):
    ranges = list(split_at_chapters(count, [start for start in chapter_starts if start < count]))
    assert [index for start, end in ranges for index in range(start, end)] == list(range(count))
    assert all(0 < end - start <= 512 for start, end in ranges)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-1, 5), min_size=4, max_size=4), min_size=1, max_size=12))
def test_neighbours_find_each_other_from_both_sides(rows):
    persons = np.array([unique_slots(row) for row in rows], np.int32)
    slots = find_neighbour_slots(persons)
    width = persons.shape[1]
    for column, offset in enumerate(NEIGHBOUR_OFFSETS):
        back = NEIGHBOUR_OFFSETS.index(-offset)
        for quotation, slot in np.argwhere(slots[:, :, column] < width):
            neighbour = quotation + offset
            neighbour_slot = slots[quotation, slot, column]
            assert persons[neighbour, neighbour_slot] == persons[quotation, slot] >= 0
            assert slots[neighbour, neighbour_slot, back] == slot


def unique_slots(row):
    """The persons of a row without repetitions, with -1 in the slots that are left."""
    persons = list(dict.fromkeys(person for person in row if person >= 0))
    return persons + [-1] * (len(row) - len(persons))


# The weights file


@pytest.fixture(scope="module")
def arrays():
    """Return the arrays of the weights file that ships."""
    with (files("narrator.attribution") / "weights.npz").open("rb") as file, np.load(file) as npz:
        return {name: npz[name] for name in npz.files}


def test_the_weights_have_a_scale_for_every_column(arrays):
    ensemble = ensemble_from_arrays(arrays)
    assert ensemble.feature_means.shape == ensemble.feature_scales.shape == (len(COLUMN_NAMES),)
    assert len(ensemble.nets) == arrays["net_count"]


def permute(names):
    return [names[1], names[0], *names[2:]]


COLUMN_CHANGES = [
    (permute, "column 0 is 'tag_between:gender_match' in the file and 'tag_between:name_match'"),
    (lambda names: names[:-1], f"column {len(COLUMN_NAMES) - 1} is None in the file"),
    (lambda names: [*names, "mood"], "is 'mood' in the file and None in the code"),
]


@pytest.mark.parametrize(("change", "message"), COLUMN_CHANGES)
def test_weights_that_were_trained_on_other_columns_are_rejected(arrays, change, message):
    changed = {**arrays, "column_names": np.array(change(list(COLUMN_NAMES)))}
    with pytest.raises(ValueError, match=message):
        ensemble_from_arrays(changed)
