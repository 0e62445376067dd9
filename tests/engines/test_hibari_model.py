from pathlib import Path

import numpy as np
import pytest

from narrator.engines import hibari_model
from narrator.engines.hibari_model import ASSETS_FOLDER, load_hibari_model
from narrator.errors import EngineUnavailableError

FILE = Path(ASSETS_FOLDER) / "hibari.onnx"
IDS = (0, 50, 83, 54, 31, 0)


def outputs_of(model):
    return [output.name for output in model.session.get_outputs()]


def test_the_durations_of_phonemes_add_up_to_the_sound():
    frames = load_hibari_model(FILE).predict_frames(IDS, 1.0)
    assert len(frames.phoneme_starts) == len(IDS)
    assert frames.phoneme_starts[0] == 0
    assert list(frames.phoneme_starts) == sorted(set(frames.phoneme_starts))
    assert frames.phoneme_starts[-1] < len(frames.pitch_hz) * 300


def test_in_another_model_the_durations_are_found_by_their_sum(monkeypatch):
    known = load_hibari_model(FILE)
    monkeypatch.setattr(hibari_model, "_DURATION_VALUE", "/Renamed")
    found = load_hibari_model(FILE)
    assert found.duration_value == known.duration_value
    assert outputs_of(found) == outputs_of(known)


def test_a_model_without_durations_still_speaks(monkeypatch):
    known = load_hibari_model(FILE).predict_frames(IDS, 1.0)
    monkeypatch.setattr(hibari_model, "_find_duration_names", lambda _: ())
    monkeypatch.setattr(hibari_model, "_DURATION_VALUE", "/Renamed")
    frames = load_hibari_model(FILE).predict_frames(IDS, 1.0)
    assert frames.phoneme_starts == ()
    assert (frames.pitch_hz == known.pitch_hz).all()


def test_spectra_that_are_not_split_by_the_model_are_those_that_are(monkeypatch):
    joint = load_hibari_model(FILE)
    monkeypatch.setattr(hibari_model, "_find_joint_spectra", lambda _: None)
    split = load_hibari_model(FILE)
    assert (joint.joint_spectra is not None, split.joint_spectra) == (True, None)
    samples = [
        model.predict_frames(IDS, 1.0).synthesise(np.random.default_rng(0))
        for model in (joint, split)
    ]
    assert np.array_equal(*samples)


@pytest.mark.parametrize("content", [b"", b"<html>busy</html>"])
def test_a_file_that_is_not_a_model_is_an_error(tmp_path, content):
    (tmp_path / "voice.onnx").write_bytes(content)
    with pytest.raises(EngineUnavailableError, match="not a voice of hibari"):
        load_hibari_model(tmp_path / "voice.onnx")
