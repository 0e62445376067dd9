import json
import shutil

import numpy as np
import pytest

from narrator import registry
from narrator.casting.voice_measurement import measure_voice
from narrator.engines import model_files, piper
from narrator.errors import CastFileError, EngineUnavailableError, UnknownVoiceError
from narrator.model import Voice

JOE = Voice("joe", "piper", "en_US-joe-medium")


@pytest.fixture(scope="module")
def engine():
    return registry.load_engine("piper")


@pytest.mark.parametrize(
    ("changes", "error", "hint"),
    [
        (
            {"engine_voice": "en_US-lessac-medium"},
            EngineUnavailableError,
            "voices fetch en_US-lessac",
        ),
        ({"engine_voice": "joe"}, UnknownVoiceError, "en_US-lessac-medium"),
        ({"options": (("speaker", 3),)}, UnknownVoiceError, "0"),
        ({"options": (("speaker", "anna"),)}, UnknownVoiceError, "0"),
        ({"options": (("formant", 3),)}, CastFileError, "0.7 to 1.5"),
        ({"options": (("format", 1),)}, CastFileError, "formant"),
        ({"pitch": 30}, CastFileError, "-12 to 18"),
    ],
)
def test_what_can_not_be_spoken_is_an_error_before_it_is_spoken(engine, changes, error, hint):
    values = {"engine_voice": "en_US-joe-medium", **changes}
    with pytest.raises(error) as caught:
        engine.validate(Voice("x", "piper", **values))
    assert hint in caught.value.hint


def test_a_cry_is_louder_than_a_whisper_of_the_same_voice(engine):
    levels = [
        np.abs(np.frombuffer(engine.speak(text, JOE).pcm, "<i2").astype(int)).max()
        for text in ("Mm.", "Stop! Thief! Stop him!", "A quiet evening.")
    ]
    assert len({level // 1000 for level in levels}) > 1
    assert max(levels) < 32_000


def test_words_begin_where_they_are_heard(engine):
    text = "In the hall, a dog barked."
    clip = engine.speak(text, JOE)
    samples = np.frombuffer(clip.pcm, "<i2").astype(int)
    assert [word.start for word in clip.words] == [0, 3, 7, 13, 15, 19]
    pause = clip.words[3].sample
    assert np.abs(samples[pause - 2000 : pause]).mean() < np.abs(samples[:pause]).mean()


def test_pitch_and_formants_are_heard_apart():
    plain = measure_voice(JOE)
    higher = measure_voice(Voice("x", "piper", JOE.engine_voice, pitch=7))
    smaller = measure_voice(Voice("x", "piper", JOE.engine_voice, options=(("formant", 1.3),)))
    assert higher.pitch_hz / plain.pitch_hz == pytest.approx(2 ** (7 / 12), rel=0.05)
    assert higher.centroid_hz / plain.centroid_hz == pytest.approx(1, abs=0.12)
    assert smaller.pitch_hz / plain.pitch_hz == pytest.approx(1, abs=0.05)
    assert smaller.centroid_hz / plain.centroid_hz > 1.12
    assert higher.words_per_minute == pytest.approx(plain.words_per_minute, rel=0.02)


def test_a_model_in_the_users_folder_goes_before_a_package(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    packaged = model_files.locate_piper_model("en_US-joe-medium")
    (tmp_path / "piper").mkdir()
    for suffix in ("", ".json"):
        shutil.copy(f"{packaged}{suffix}", tmp_path / "piper")
    assert model_files.locate_piper_model("en_US-joe-medium").parent == tmp_path / "piper"


@pytest.mark.parametrize("settings", ["", "{}", json.dumps({"audio": {}})])
def test_a_broken_model_is_an_error_that_says_how_to_get_it(
    engine, monkeypatch, tmp_path, settings
):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    (tmp_path / "piper").mkdir()
    (tmp_path / "piper" / "en_XX-broken-low.onnx").write_bytes(b"no model")
    (tmp_path / "piper" / "en_XX-broken-low.onnx.json").write_text(settings)
    with pytest.raises(EngineUnavailableError, match="fetch en_XX-broken-low"):
        engine.validate(Voice("x", "piper", "en_XX-broken-low"))
    with pytest.raises(EngineUnavailableError, match="is no Piper model"):
        piper._load_voice(tmp_path / "piper" / "en_XX-broken-low.onnx")
