"""The training of attribution, as far as it needs neither torch nor the annotated novels."""

import numpy as np
import pytest

from benchmarks._augmentation import apply_edits
from benchmarks._novels import find_author
from benchmarks._train_attribution import (
    average_probabilities,
    collect_weights,
    measure_calibration_error,
    weaken_column,
)
from narrator.attribution.features.feature_table import COLUMN_NAMES

TEXT = '"Go," said Holmes. "Go," said Watson.'


def test_an_edit_moves_the_offsets_behind_it():
    start = TEXT.index(" said Holmes.")
    edits = [(start, start + len(" said Holmes."), "")]
    edited, move_offset = apply_edits(TEXT, edits)
    assert edited == '"Go," "Go," said Watson.'
    assert move_offset(1) == 1
    assert edited[move_offset(TEXT.index("Watson")) :] == "Watson."


def test_a_replacement_may_be_longer_than_what_it_replaces():
    start = TEXT.index("Holmes")
    edited, move_offset = apply_edits(TEXT, [(start, start + 6, "Sherlock Holmes")])
    assert edited[move_offset(TEXT.index("Watson")) :] == "Watson."


def test_an_edit_that_overlaps_the_one_before_is_ignored():
    edited, move_offset = apply_edits("abcdef", [(1, 4, "X"), (3, 5, "Y"), (5, 6, "")])
    assert edited == "aXe"
    assert [move_offset(offset) for offset in (0, 1, 4)] == [0, 1, 2]


def test_all_novels_of_an_author_are_left_out_together():
    assert find_author("Emma") == find_author("Persuasion") == "austen"
    assert find_author("TheGambler") == "TheGambler"


CALIBRATIONS = [
    ([0.8] * 10, [1] * 8 + [0] * 2, 0.0),
    ([0.8] * 10, [1] * 10, 0.2),
    ([0.8] * 5 + [0.3] * 5, [1] * 5 + [0] * 5, 0.25),
    ([1.0] * 4, [1] * 4, 0.0),
]


@pytest.mark.parametrize(("confidences", "is_right", "error"), CALIBRATIONS)
def test_the_calibration_error_is_how_far_confidences_are_off(confidences, is_right, error):
    outcomes = [(np.array(confidences), np.array(is_right))]
    assert measure_calibration_error(outcomes) == pytest.approx(error)


def test_the_probabilities_of_several_nets_are_averaged_geometrically(tmp_path):
    paths = [tmp_path / "unseen0-a.npz", tmp_path / "unseen1-a.npz"]
    for path, probability in zip(paths, (0.9, 0.4), strict=True):
        np.savez(path, Emma=np.array([[probability]], np.float32))
    assert average_probabilities(paths)["Emma"].item() == pytest.approx(0.6, abs=1e-3)


def test_the_weights_hold_each_net_and_the_names_of_the_columns(tmp_path):
    paths = [tmp_path / "net0.npz", tmp_path / "net1.npz"]
    for number, path in enumerate(paths):
        net = {"output.weight": np.array([number]), "feature_means": np.zeros(len(COLUMN_NAMES))}
        net |= {
            "input_hidden.weight": np.ones((len(COLUMN_NAMES), 2)),
            "input_hidden.bias": np.ones(2),
        }
        np.savez(path, feature_scales=np.ones(len(COLUMN_NAMES)), **net)
    arrays = collect_weights(paths, temperature=1.2)
    assert arrays["column_names"].tolist() == list(COLUMN_NAMES)
    assert (arrays["net_count"], arrays["temperature"]) == (2, 1.2)
    assert [arrays[f"{number}:output.weight"].item() for number in (0, 1)] == [0, 1]
    assert arrays["feature_scales"].tolist() == [1] * len(COLUMN_NAMES)


def test_a_weakened_column_counts_for_a_share_of_its_values():
    arrays = {
        "column_names": np.array(["share", "is_odd"]),
        "feature_means": np.array([0.5, 0.25]),
        "feature_scales": np.array([1.0, 0.5]),
        "0:input_hidden.weight": np.array([[1.0, 2.0], [-4.0, 8.0]]),
        "0:input_hidden.bias": np.array([0.5, 1.0]),
    }

    def compute_hidden(is_odd: float) -> list[float]:
        inputs = (np.array([0.5, is_odd]) - arrays["feature_means"]) / arrays["feature_scales"]
        return list(inputs @ arrays["0:input_hidden.weight"] + arrays["0:input_hidden.bias"])

    wanted = [compute_hidden(value) for value in (0.0, 0.5)]
    weaken_column(arrays, 0, "is_odd", 0.5)
    assert [compute_hidden(value) for value in (0.0, 1.0)] == wanted
