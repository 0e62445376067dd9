from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.engines import hibari_model
from narrator.engines.hibari_model import ASSETS_FOLDER, load_hibari_model, share_units
from narrator.errors import EngineUnavailableError

FILE = Path(ASSETS_FOLDER) / "hibari.onnx"
IDS = (0, 50, 83, 54, 31, 0)
UNIT_SAMPLES = 600


def test_the_durations_of_phonemes_add_up_to_the_sound():
    frames = load_hibari_model(FILE).predict_frames(IDS, 1.0)
    assert len(frames.phoneme_starts) == len(IDS)
    assert frames.phoneme_starts[0] == 0
    assert list(frames.phoneme_starts) == sorted(set(frames.phoneme_starts))
    assert frames.phoneme_starts[-1] < len(frames.pitch_hz) * 300


@pytest.mark.parametrize(
    ("durations", "speed", "units"),
    [
        # at speed 1 each is rounded, but never to 0
        ([14.1, 1.6, 1.4, 0.2, 2.5], 1.0, [14, 2, 1, 1, 2]),
        # the ends are rounded: 10 units become 8
        ([2, 2, 2, 2, 2], 1.25, [2, 1, 2, 1, 2]),
        ([2, 2, 2, 2, 2], 0.8, [2, 3, 3, 2, 2]),
        # what short ones take too much is taken from a later one
        ([1, 1, 1, 9], 2.0, [1, 1, 1, 3]),
        ([-0.3, 0, 4], 2.0, [1, 1, 1]),
        ([0, 0], 1.5, [1, 1]),
    ],
)
def test_phonemes_take_whole_units(durations, speed, units):
    assert share_units(np.array(durations, np.float32), speed).tolist() == units


@given(
    st.lists(st.floats(2, 20, width=32), min_size=1, max_size=60),
    st.floats(0.5, 1.9, exclude_min=True),
)
def test_a_text_takes_its_time_divided_by_the_speed_within_one_unit(durations, speed):
    units = share_units(np.array(durations, np.float32), speed)
    expected = share_units(np.array(durations, np.float32), 1.0).sum() / speed
    assert units.min() >= 1
    assert abs(units.sum() - expected) <= 1


def test_a_model_speaks_as_fast_as_it_is_told():
    model = load_hibari_model(FILE)
    lengths = {
        speed: len(model.predict_frames((0, *IDS[1:-1] * 12, 0), speed).pitch_hz)
        for speed in (0.8, 0.9, 1.0, 1.04, 1.1, 1.2, 1.3, 1.32, 1.34)
    }
    for speed, length in lengths.items():
        assert length * speed == pytest.approx(lengths[1.0], rel=0.03)
    assert all(slow >= fast for slow, fast in pairwise(lengths.values()))


def test_phonemes_begin_where_a_faster_model_speaks_them():
    model = load_hibari_model(FILE)
    plain, fast = (model.predict_frames(IDS * 3, speed).phoneme_starts for speed in (1.0, 1.3))
    assert np.allclose(np.array(plain) / 1.3, fast, atol=2 * UNIT_SAMPLES)
    assert all(start % UNIT_SAMPLES == 0 for start in fast)


@pytest.mark.parametrize("speed", [1.0, 1.3])
def test_a_model_that_cannot_be_cut_still_speaks(speed, monkeypatch):
    cut = load_hibari_model(FILE).predict_frames(IDS, 1.0)
    monkeypatch.setattr(hibari_model, "_find_durations", lambda _: None)
    whole = load_hibari_model(FILE).predict_frames(IDS, speed)
    assert whole.phoneme_starts == ()
    # it rounds each duration by itself, and both are the same at speed 1
    same = whole.pitch_hz.shape == cut.pitch_hz.shape and bool(
        (whole.pitch_hz == cut.pitch_hz).all()
    )
    assert same == (speed == 1)


@pytest.mark.parametrize("function", ["_find_joint_spectra", "_find_quantised_frames"])
def test_a_model_whose_last_layer_cannot_be_cut_off_makes_the_same_samples(function, monkeypatch):
    cut = load_hibari_model(FILE)
    monkeypatch.setattr(hibari_model, function, lambda *_: None)
    whole = load_hibari_model(FILE)
    assert (cut.head is not None, whole.head) == (True, None)
    samples = [
        model.predict_frames(IDS * 12, 1.0).synthesise(np.random.default_rng(0))
        for model in (cut, whole)
    ]
    assert np.array_equal(*samples)


def test_the_decoder_gives_a_byte_where_the_spectra_have_many():
    model = load_hibari_model(FILE)
    shapes = {output.name: output.shape for output in model.decoder.get_outputs()}
    assert shapes[model.head.frames.numbers][-1] == 256
    assert model.joint_spectra not in shapes


@pytest.mark.parametrize("content", [b"", b"<html>busy</html>"])
def test_a_file_that_is_not_a_model_is_an_error(tmp_path, content):
    (tmp_path / "voice.onnx").write_bytes(content)
    with pytest.raises(EngineUnavailableError, match="not a voice of hibari"):
        load_hibari_model(tmp_path / "voice.onnx")
