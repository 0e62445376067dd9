import pytest

from narrator.engines import system
from narrator.engines.system import System
from narrator.engines.verified_speech import speak_line
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Voice


def voiced(driver, name="Daniel", **values):
    options = (("driver", f"tests.engines.driver_{driver}"),)
    return Voice("x", "system", name, options=options, **values)


@pytest.mark.parametrize("driver", ["nsss", "sapi"])
def test_one_utterance_after_the_other_is_written_whole(driver):
    for text in ("One two three four.", "Five six seven eight.", "<b>Nine</b> ten [[rate 900]]"):
        clip = speak_line(System(), text, voiced(driver, rate=120))
        assert clip.samples == 22050 * len(text.split()) * 60 // 120


@pytest.mark.parametrize(
    ("driver", "patience", "problem"),
    [
        ("hanging", 1.0, "timed out"),
        ("crashing", 120.0, "status -6"),  # a busy machine takes seconds to start a process
        ("silent", 120.0, "No such file"),
    ],
)
def test_a_hang_a_crash_and_silence_are_errors_that_name_the_text(
    monkeypatch, driver, patience, problem
):
    monkeypatch.setattr(system, "_START_SECONDS", patience)
    monkeypatch.setattr(system, "_ATTEMPTS", 1)
    with pytest.raises(SynthesisError, match=problem) as caught:
        System().speak("The text itself.", voiced(driver))
    assert "The text itself." in caught.value.message


def test_an_error_of_the_driver_is_told():
    with pytest.raises(SynthesisError, match="unknown voice Fred"):
        System().speak("Hello.", voiced("nsss", "Fred"))


@pytest.mark.parametrize(
    ("voice", "error", "hint"),
    [
        (voiced("nsss", "Danniel"), UnknownVoiceError, "Daniel"),
        (voiced("nsss", pitch=2), CastFileError, "pitch"),
        (voiced("none"), EngineUnavailableError, "pyttsx3"),
        (Voice("x", "system", "x", options=(("diver", 1),)), CastFileError, "driver"),
    ],
)
def test_what_can_not_be_spoken_is_an_error_before_it_is_spoken(voice, error, hint):
    with pytest.raises(error) as caught:
        System().validate(voice)
    assert hint in caught.value.hint
