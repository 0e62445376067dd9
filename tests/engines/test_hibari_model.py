from pathlib import Path

import onnx
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


def test_an_output_is_added_as_the_library_for_models_adds_it():
    content = FILE.read_bytes()
    model = onnx.load_from_string(hibari_model._add_outputs(content, ["/a", "x" * 200]))
    assert [output.name for output in model.graph.output][-2:] == ["/a", "x" * 200]
    assert len(model.graph.node) == len(onnx.load_from_string(content).graph.node)
    assert hibari_model._add_outputs(content, []) == content


@pytest.mark.parametrize("content", [b"", b"<html>busy</html>"])
def test_a_file_that_is_not_a_model_is_an_error(tmp_path, content):
    (tmp_path / "voice.onnx").write_bytes(content)
    with pytest.raises(EngineUnavailableError, match="not a voice of hibari"):
        load_hibari_model(tmp_path / "voice.onnx")
