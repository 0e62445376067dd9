import pytest

from narrator import registry
from narrator.engines import espeak, pyttsx3
from narrator.errors import CastFileError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice

CLARA = Voice("clara", "pyttsx3", "gmw/en-US+f3")


@pytest.fixture(scope="module")
def engine():
    return registry.load_engine("pyttsx3")


@pytest.mark.parametrize(
    ("changes", "error", "hint"),
    [
        ({"engine_voice": "gmw/en-UK"}, UnknownVoiceError, "gmw/en-US"),
        ({"engine_voice": "gmw/en-US+anie"}, UnknownVoiceError, "Annie"),
        ({"engine_voice": "gmw/en-US+annie"}, UnknownVoiceError, "Annie"),
        ({"rate": 9999}, CastFileError, "80 to 450"),
        ({"pitch": 12}, CastFileError, "-6.9 to 8.7"),
        ({"options": (("range", 200),)}, CastFileError, "0 to 99"),
        ({"options": (("wobble", 1),)}, CastFileError, "range"),
    ],
)
def test_what_espeak_would_silently_ignore_is_an_error(engine, changes, error, hint):
    values = {"engine_voice": "gmw/en", **changes}
    with pytest.raises(error) as caught:
        engine.validate(Voice("x", "pyttsx3", **values))
    assert hint in caught.value.hint


def test_what_was_spoken_before_does_not_change_a_line(engine):
    breathing = Voice("adam", "pyttsx3", "gmw/en-US+adam", rate=130, pitch=-3)
    first = [engine.speak("The same line again.", voice) for voice in (CLARA, breathing)]
    engine.speak("Something else altogether, and rather longer.", CLARA)
    assert [engine.speak("The same line again.", v) for v in (breathing, CLARA)] == first[::-1]


@pytest.mark.parametrize("change", [{"rate": 300}, {"pitch": 8}, {"options": (("range", 99),)}])
def test_every_setting_is_heard(engine, change):
    changed = Voice("x", "pyttsx3", CLARA.engine_voice, **change)
    assert engine.speak("Is anything different?", changed).pcm != (
        engine.speak("Is anything different?", CLARA).pcm
    )


@pytest.mark.parametrize(
    ("semitones", "setting"),
    [(-6.9, 0), (-4.2, 25), (0, 50), (2.15, 62), (4.3, 75), (8.7, 99), (-20, 0), (20, 99)],
)
def test_a_pitch_in_semitones_becomes_the_setting_that_was_measured_for_it(semitones, setting):
    assert pyttsx3._pitch_setting(semitones) == setting


def test_a_higher_pitch_never_has_a_lower_setting():
    settings = [pyttsx3._pitch_setting(tenths / 10) for tenths in range(-69, 88)]
    assert settings == sorted(settings)
    assert settings[0] == 0
    assert settings[-1] >= 98


def test_words_are_timed_one_by_one_even_where_they_are_run_together(engine):
    text = "In the hall, a dog barked."
    words = engine.speak(text, CLARA).words
    assert [word.start for word in words] == [0, 3, 7, 13, 15, 19]
    assert [word.sample for word in words] == sorted({word.sample for word in words})


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_text_of_spaces_has_no_sound(engine, text):
    assert engine.speak(text, CLARA) == Clip(b"", espeak.SAMPLE_RATE)


def test_an_error_of_the_library_names_the_text_and_the_voice(engine):
    with pytest.raises(SynthesisError, match="could not speak 'It rained' in the voice x"):
        engine.speak("It rained", Voice("x", "pyttsx3", "no/such"))


def test_an_error_does_not_spoil_the_next_line(engine):
    before = engine.speak("It rained.", CLARA)
    with pytest.raises(SynthesisError):
        engine.speak("It rained.", Voice("x", "pyttsx3", "no/such"))
    assert engine.speak("It rained.", CLARA) == before


@pytest.mark.parametrize("rate", pyttsx3.RATE_LIMITS)
def test_the_slowest_and_the_fastest_rate_are_accepted(engine, rate):
    engine.validate(Voice("x", "pyttsx3", "gmw/en", rate=rate))


@pytest.mark.parametrize("name", espeak.list_variants()[::25])
def test_every_variant_is_a_voice(engine, name):
    engine.validate(Voice("x", "pyttsx3", f"gmw/en-US+{name}"))


def test_all_voices_share_a_fingerprint_with_the_version_of_espeak(engine):
    prints = {engine.fingerprint(voice) for voice in (CLARA, Voice("x", "pyttsx3", "roa/fr"))}
    (fingerprint,) = prints
    assert espeak.get_espeak_version() in fingerprint
