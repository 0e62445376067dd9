from dataclasses import replace

import pytest

from narrator import registry
from narrator.casting import engine_choice
from narrator.casting.cast import cast_script
from narrator.casting.cast_file import CastFile, VoiceChoice
from narrator.casting.engine_choice import (
    choose_engine,
    describe_missing_devices,
    find_voice_problem,
    select_ready_voices,
)
from narrator.casting.profiles import load_voices
from narrator.errors import EngineUnavailableError, MissingExtraError
from narrator.model import Voice


@pytest.fixture(autouse=True)
def no_default_engine(monkeypatch):
    monkeypatch.delenv("NARRATOR_ENGINE")


@pytest.fixture
def without_natural(monkeypatch):
    load_engine = registry.load_engine

    def load_other_engine(name):
        if name == "natural":
            raise MissingExtraError("natural needs hibari", "pip install it")
        return load_engine(name)

    monkeypatch.setattr(registry, "load_engine", load_other_engine)


@pytest.fixture(scope="module")
def every_voice():
    return load_voices()


@pytest.mark.parametrize(
    ("language", "requested", "engine", "reason"),
    [
        ("en", None, "natural", "the book is in English"),
        ("en-GB", None, "natural", "the book is in English"),
        (
            "de",
            None,
            "pyttsx3",
            "the book is in German, as it declares, and natural does not speak it",
        ),
        ("en", "pyttsx3", "pyttsx3", "you chose it"),
        ("de", "piper", "piper", "you chose it"),
        ("en", "natural", "natural", "you chose it"),
    ],
)
def test_english_is_spoken_by_natural_and_all_else_by_pyttsx3(
    language, requested, engine, reason, every_voice
):
    choice = choose_engine(language, every_voice, requested)
    assert choice.name == engine
    assert reason in choice.reason


@pytest.mark.usefixtures("without_natural")
def test_without_natural_pyttsx3_speaks_and_the_reason_says_how_to_change_that(every_voice):
    choice = choose_engine("en", every_voice)
    assert choice.name == "pyttsx3"
    assert "pip install it" in choice.reason


def test_the_user_can_have_another_default(monkeypatch, every_voice):
    monkeypatch.setenv("NARRATOR_ENGINE", "pyttsx3")
    choice = choose_engine("en", every_voice)
    assert (choice.name, choice.reason) == ("pyttsx3", "NARRATOR_ENGINE chooses it")


def test_natural_for_another_language_is_an_error_that_says_what_to_do(every_voice):
    with pytest.raises(EngineUnavailableError) as caught:
        choose_engine("ru", every_voice, "natural")
    assert "--engine pyttsx3" in caught.value.hint


def test_a_voice_is_ready_if_its_engine_can_speak_with_it():
    low = Voice("low", "tone", "low")
    absent = Voice("absent", "piper", "en_US-nobody-low")
    assert find_voice_problem(low) is None
    assert "en_US-nobody-low" in str(find_voice_problem(absent))
    assert select_ready_voices({"low": low, "absent": absent}) == {"low": low}
    assert select_ready_voices({"absent": absent}) == {"absent": absent}


@pytest.fixture
def story(scripted):
    return scripted(
        [["Ann", "Bob", "Ann", "Bob"]], Ann={"gender": "female"}, Bob={"gender": "male"}
    )


def test_a_chosen_narrator_of_another_engine_changes_nobody_else(story, every_voice):
    before = cast_script(story, every_voice).cast
    after = cast_script(story, every_voice, overrides={"narrator": "edgar"}).cast
    assert before.narrator.name == "heart"
    assert after.narrator.name == "edgar"
    assert after.voices == before.voices
    assert {voice.engine for voice in after.voices.values()} == {"natural"}


def test_a_cast_file_keeps_its_voices_and_the_others_follow_the_default(story, every_voice):
    file = CastFile(None, VoiceChoice("edgar"), {"Bob": VoiceChoice("james")})
    cast = cast_script(story, every_voice, cast_file=file).cast
    assert (cast.narrator.name, cast.voices["Bob"].name) == ("edgar", "james")
    assert cast.voices["Ann"].engine == "natural"


@pytest.mark.usefixtures("without_natural")
def test_a_cast_file_with_natural_voices_serves_without_them(story, every_voice):
    file = CastFile(None, VoiceChoice("heart"), {"Bob": VoiceChoice("simon", volume=-2)})
    casting = cast_script(story, every_voice, cast_file=file)
    voices = [casting.cast.narrator, *casting.cast.voices.values()]
    assert {voice.engine for voice in voices} == {"pyttsx3"}
    assert casting.cast.narrator.gender == "female"
    assert casting.cast.voices["Bob"].gender == "male"
    assert (
        casting.cast.voices["Bob"].volume == every_voice[casting.cast.voices["Bob"].name].volume - 2
    )
    assert any("Bob: natural needs hibari" in note for note in casting.notes)


@pytest.mark.parametrize(
    ("engine", "device", "providers", "note"),
    [
        ("piper", "cuda", ["CPUExecutionProvider"], "cuda is not available"),
        ("kokoro", "coreml", ["CUDAExecutionProvider"], "coreml is not available"),
        ("piper", "cuda", ["CUDAExecutionProvider"], None),
        ("piper", "auto", ["CPUExecutionProvider"], None),
        ("piper", "cpu", [], None),
        ("command", "cuda", [], None),
        ("piper", "gpu", ["CPUExecutionProvider"], None),
    ],
)
def test_a_device_that_is_not_available_is_reported(monkeypatch, engine, device, providers, note):
    onnxruntime = pytest.importorskip("onnxruntime")
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: providers)
    voice = Voice("anna", engine, "anna", options=(("device", device),))
    notes = describe_missing_devices([Voice("bert", engine, "bert"), voice])
    assert len(notes) == (note is not None)
    assert all(text.startswith(str(note)) and "anna" in text for text in notes)


def test_a_voice_that_asks_for_a_missing_device_is_cast_with_a_note(
    every_voice, story, monkeypatch
):
    onnxruntime = pytest.importorskip("onnxruntime")
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    piper_voices = {name: voice for name, voice in every_voice.items() if voice.engine == "piper"}
    # Measuring a voice with another option takes seconds, so there is one voice.
    _, voice = min(select_ready_voices(piper_voices).items())
    voices = {voice.name: replace(voice, options=(*voice.options, ("device", "cuda")))}
    notes = cast_script(story, voices, engine="piper").notes
    assert any(text.startswith("cuda is not available") for text in notes)


@pytest.mark.parametrize(
    ("styles", "chosen"),
    [
        ({"anna": "af_heart", "jun": "jm_kumo"}, {"anna"}),
        ({"jun": "jm_kumo", "rin": "jf_alpha"}, {"jun", "rin"}),
        ({"anna": "bf_emma", "lin": "zf_xiaoyi", "luz": "ef_dora"}, {"anna"}),
    ],
)
def test_foreign_styles_of_kokoro_speak_only_where_there_is_no_native_one(
    monkeypatch, styles, chosen
):
    monkeypatch.setattr(engine_choice, "find_voice_problem", lambda _: None)
    voices = {name: Voice(name, "kokoro", style) for name, style in styles.items()}
    assert select_ready_voices(voices).keys() == chosen


def test_a_blend_is_foreign_if_one_of_its_styles_is(monkeypatch):
    monkeypatch.setattr(engine_choice, "find_voice_problem", lambda _: None)
    blends = {
        "native": (("style.af_heart", 0.5), ("style.bm_lewis", 0.5)),
        "mixed": (("style.af_heart", 0.5), ("style.jm_kumo", 0.5)),
    }
    voices = {name: Voice(name, "kokoro", "blend", options=blends[name]) for name in blends}
    assert select_ready_voices(voices).keys() == {"native"}


def test_a_style_is_native_in_the_language_of_its_speaker(monkeypatch):
    monkeypatch.setattr(engine_choice, "find_voice_problem", lambda _: None)
    voices = {
        "aoi": Voice("aoi", "kokoro", "jf_alpha", language="ja"),
        "anna": Voice("anna", "kokoro", "af_heart", language="ja"),
    }
    assert select_ready_voices(voices).keys() == {"aoi"}


def test_a_style_of_ones_own_is_not_taken_for_a_foreigners(monkeypatch) -> None:
    monkeypatch.setattr(engine_choice, "find_voice_problem", lambda _: None)
    voices = {
        "native": Voice("native", "kokoro", "af_heart"),
        "foreign": Voice("foreign", "kokoro", "jf_alpha"),
        "own": Voice("own", "kokoro", "/voices/my_friend.pt"),
        "mixed": Voice("mixed", "kokoro", "blend", options=(("style.bm_george", 1),)),
        "blend": Voice("blend", "kokoro", "blend", options=(("style.jm_kumo", 1),)),
    }
    assert set(engine_choice.select_ready_voices(voices)) == {"native", "own", "mixed"}
