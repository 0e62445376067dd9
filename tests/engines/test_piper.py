import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from narrator import registry
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.casting.voice_measurement import measure_voice
from narrator.engines import model_files, piper
from narrator.errors import CastFileError, EngineUnavailableError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import annotate_sounds

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
        ({"pitch": 30}, CastFileError, "-14 to 18"),
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
    with pytest.raises(EngineUnavailableError, match="is not a Piper model"):
        piper._load_voice(tmp_path / "piper" / "en_XX-broken-low.onnx", "cpu")


FAMILY = {"anna": 0, "bert": 1, "7": 2}


@pytest.mark.parametrize(
    ("speaker", "number"), [("bert", 1), (2, 2), (0, 0), ("7", 2), (7, 2), (None, 1)]
)
def test_a_speaker_is_chosen_by_name_or_number(speaker, number):
    settings = SimpleNamespace(num_speakers=3, speaker_id_map=FAMILY, default_speaker_id=1)
    options = () if speaker is None else (("speaker", speaker),)
    assert piper._speaker_number(Voice("x", "piper", "m", options=options), settings) == number


def test_a_model_with_one_speaker_needs_no_number():
    settings = SimpleNamespace(num_speakers=1, speaker_id_map={}, default_speaker_id=None)
    assert piper._speaker_number(Voice("x", "piper", "m"), settings) is None


@pytest.mark.parametrize(
    ("speaker_names", "speaker", "hint"),
    [(FAMILY, "bart", "bert"), (FAMILY, 3, "anna"), (FAMILY, -1, "anna"), ({}, 9, "0, 1, 2")],
)
def test_an_unknown_speaker_is_an_error_that_proposes_one(speaker_names, speaker, hint):
    settings = SimpleNamespace(num_speakers=3, speaker_id_map=speaker_names, default_speaker_id=0)
    voice = Voice("x", "piper", "en_GB-m-low", options=(("speaker", speaker),))
    with pytest.raises(
        UnknownVoiceError, match=f"en_GB-m-low has no speaker '{speaker}'"
    ) as caught:
        piper._speaker_number(voice, settings)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "model_text"),
    [
        ("Plain text, 'quoted'.", "Plain text, 'quoted'."),
        (f"Then {annotate_sounds('kwoil', 'kɔɪl')} came.", "Then [[kɔɪl]] came."),
        # Punctuation goes inside, where Piper does not lose it.
        (f"Oh, {annotate_sounds('kwoil', 'kɔɪl')}!", "Oh, [[kɔɪl!]]"),
        (f"{annotate_sounds('kwoil', 'kɔɪl')}?!", "[[kɔɪl?!]]"),
        # Brackets of the book are not phonemes.
        ("[[h@l'oU]]", "((h@l'oU))"),
        (f"[[a]] {annotate_sounds('kwoil', 'kɔɪl')}", "((a)) [[kɔɪl]]"),
    ],
)
def test_only_annotated_words_go_to_the_model_as_phonemes(text, model_text):
    assert piper._insert_phonemes(text, "en-us") == model_text


@pytest.mark.parametrize("text", ["", " ", "…", "* * *"])
def test_a_text_without_words_has_no_sound(engine, text):
    assert engine.speak(text, JOE) == Clip(b"", 22_050)


def test_twice_the_rate_is_about_half_the_time(engine):
    text = "It rained until the evening, and nobody came."
    slow, fast = (engine.speak(text, replace(JOE, rate=rate)).samples for rate in (150, 300))
    assert 0.4 < fast / slow < 0.6


def test_the_words_of_a_later_sentence_begin_after_the_first(engine):
    text = "It rained. Nobody came."
    clip = engine.speak(text, JOE)
    first = engine.speak("It rained.", JOE)
    assert [word.start for word in clip.words] == [0, 3, 11, 18]
    samples = [word.sample for word in clip.words]
    assert samples == sorted(set(samples))
    assert samples[2] >= first.words[1].sample


def test_the_same_words_have_the_same_samples_each_time(engine):
    first = engine.speak("Something hissed.", JOE)
    engine.speak("Another, longer sentence stands between.", JOE)
    assert engine.speak("Something hissed.", JOE) == first


def test_the_fingerprint_holds_the_checksum_of_the_model(engine, monkeypatch, tmp_path):
    before = engine.fingerprint(JOE)
    file = model_files.locate_piper_model(JOE.engine_voice)
    assert model_files.model_checksum(file) in before
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    (tmp_path / "piper").mkdir()
    shutil.copy(f"{file}.json", tmp_path / "piper")
    (tmp_path / "piper" / file.name).write_bytes(b"another model")
    assert engine.fingerprint(JOE) != before


@pytest.mark.parametrize("changes", [{"rate": 60}, {"rate": 500}, {"pitch": -12}, {"pitch": 18}])
def test_settings_at_their_limits_are_valid(engine, changes):
    engine.validate(replace(JOE, **changes))


@pytest.mark.parametrize("rate", [59, 501])
def test_a_rate_out_of_range_is_an_error(engine, rate):
    with pytest.raises(CastFileError, match=f"rate {rate} is out of range"):
        engine.validate(replace(JOE, rate=rate))


def test_a_model_that_fails_is_an_error_that_names_the_text(engine, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("out of range")

    model = piper._load_voice(model_files.locate_piper_model(JOE.engine_voice), "cpu")
    monkeypatch.setattr(model, "synthesize", fail)
    with pytest.raises(SynthesisError, match="could not speak 'Hello' in the voice joe: out of"):
        engine.speak("Hello", JOE)


@pytest.fixture(scope="module")
def voices():
    return load_voices()


@pytest.fixture
def family_models(monkeypatch, tmp_path, voices):
    """Write descriptions of the models of several speakers, without `p226`, and return voices."""
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    (tmp_path / "piper").mkdir()
    family_voices = [voice for voice in voices.values() if "speaker" in dict(voice.options)]
    joe_file = model_files.locate_piper_model(JOE.engine_voice)
    joe_settings = json.loads(joe_file.with_name(f"{joe_file.name}.json").read_text("utf-8"))
    for model in {voice.engine_voice for voice in family_voices}:
        names = sorted(
            dict(voice.options)["speaker"] for voice in family_voices if voice.engine_voice == model
        )
        names = [name for name in names if name != "p226"]
        settings = joe_settings | {
            "num_speakers": len(names),
            "speaker_id_map": {name: number for number, name in enumerate(names)},
        }
        file = tmp_path / "piper" / f"{model}.onnx"
        file.write_bytes(b"a model")
        file.with_name(f"{file.name}.json").write_text(json.dumps(settings))
    return family_voices


def test_voices_of_models_with_several_speakers_are_ready_if_the_speaker_is_there(family_models):
    assert {voice.engine_voice for voice in family_models} >= {
        "en_GB-vctk-medium",
        "en_US-libritts_r-medium",
    }
    absent = [voice.name for voice in family_models if find_voice_problem(voice)]
    assert absent == ["lionel"]


def test_voices_of_models_that_are_absent_are_not_ready(monkeypatch, tmp_path, voices):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    family_voices = [voice for voice in voices.values() if "speaker" in dict(voice.options)]
    assert len(family_voices) >= 15
    for voice in family_voices:
        assert isinstance(find_voice_problem(voice), EngineUnavailableError)
        assert (
            find_voice_problem(voice).hint
            == f"`narrator voices fetch {voice.engine_voice}` downloads it"
        )
