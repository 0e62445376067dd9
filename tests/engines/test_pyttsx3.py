import pytest

from narrator import registry
from narrator.errors import CastFileError, UnknownVoiceError
from narrator.model import Voice

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
