import re
import subprocess
import wave
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from narrator.engines import system
from narrator.engines.system import System
from narrator.engines.tone import SAMPLE_RATE, Tone
from narrator.engines.verified_speech import speak_line
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Clip, Voice


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


@pytest.fixture
def child(monkeypatch):
    """Stands in for the processes that speak: keeps what they are asked, and answers in order."""
    child = SimpleNamespace(requests=[], seconds=[], answers=[])

    def run_in_process(request, seconds):
        child.requests.append(request)
        child.seconds.append(seconds)
        answer = child.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    monkeypatch.setattr(system, "_run_in_process", run_in_process)
    system._list_voices.cache_clear()
    yield child
    system._list_voices.cache_clear()


def write_sound(request):
    with wave.open(request["file"], "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(Tone().speak(request["text"], Voice("x", "tone", "middle")).pcm)


def write_rubbish(request):
    Path(request["file"]).write_bytes(b"no sound at all")


FAILURES = [
    subprocess.TimeoutExpired("python", 20),
    system._ChildError("a window was closed"),
    write_rubbish,
    lambda _: None,  # no file at all
]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_that_passes_is_not_noticed(child, failure):
    child.answers = [failure, write_sound]
    assert any(System().speak("It rained.", voiced("nsss")).pcm)
    assert len({request["file"] for request in child.requests}) == 2


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_that_stays_is_an_error_after_two_attempts(child, failure):
    child.answers = [failure] * 3
    with pytest.raises(
        SynthesisError, match=r"could not speak 'It rained\.' in the voice x"
    ) as caught:
        System().speak("It rained.", voiced("nsss"))
    assert "pyttsx3" in caught.value.hint
    assert len(child.requests) == 2


@pytest.mark.parametrize(
    ("text", "request_text"),
    [
        ("It rained.", "It rained."),
        ("<speak>It rained.", " <speak>It rained."),  # SAPI reads markup only at the beginning
        ("Say [[rate 900]] it", "Say ((rate 900)) it"),  # commands of macOS
        ("A\0b\nc", "A b c"),
    ],
)
def test_what_a_system_takes_for_a_command_is_sent_as_text(child, text, request_text):
    child.answers = [write_sound]
    System().speak(text, replace(voiced("nsss", "Anna"), rate=181.4))
    (request,) = child.requests
    assert request["text"] == request_text
    assert (request["voice"], request["rate"]) == ("Anna", 181)
    assert request["driver"] == "tests.engines.driver_nsss"


def test_a_longer_text_may_take_longer(child):
    child.answers = [write_sound] * 2
    for text in ("Short.", "Much longer. " * 20):
        System().speak(text, voiced("nsss"))
    short, long = child.seconds
    assert short >= 20
    assert long - short == pytest.approx((260 - 6) / 14)


@pytest.mark.parametrize("text", ["", "…", "* * *"])
def test_a_text_without_words_starts_no_process(child, text):
    assert System().speak(text, voiced("nsss")) == Clip(b"", 22_050)
    assert child.requests == []


def test_the_voices_of_a_driver_are_asked_for_once(child):
    child.answers = ['["Anna", "Bert"]']
    for name in ("Anna", "Bert"):
        System().validate(voiced("nsss", name))
    assert child.requests == [{"driver": "tests.engines.driver_nsss"}]


@pytest.mark.parametrize(
    ("driver", "name", "is_known"),
    [
        ("espeak", "en+f3", True),  # espeak-ng knows variants of each voice
        ("espeak", "xx+f3", False),
        ("sapi5", "en+f3", False),
        ("sapi5", "en", True),
    ],
)
def test_only_espeak_has_variants_of_its_voices(child, driver, name, is_known):
    child.answers = ['["en", "de"]']
    voice = Voice("x", "system", name, options=(("driver", driver),))
    if is_known:
        System().validate(voice)
    else:
        with pytest.raises(
            UnknownVoiceError, match=f"this system has no voice '{re.escape(name)}'"
        ):
            System().validate(voice)


@pytest.mark.parametrize(
    ("platform", "hint"),
    [("linux", "apt install espeak-ng"), ("darwin", "pyobjc"), ("win32", "pywin32"), ("aix", "pyttsx3")],
)  # fmt: skip
def test_a_driver_that_does_not_work_says_what_its_system_needs(child, monkeypatch, platform, hint):
    monkeypatch.setattr(system, "sys", SimpleNamespace(platform=platform))
    child.answers = [system._ChildError("no library")]
    with pytest.raises(
        EngineUnavailableError, match=r"the system has no voices that work .*no library"
    ) as caught:
        System().validate(voiced("nsss"))
    assert hint in caught.value.hint


@pytest.mark.parametrize(("rate", "is_valid"), [(79, False), (80, True), (450, True), (451, False)])
def test_a_rate_is_within_what_systems_speak(child, rate, is_valid):
    child.answers = ['["Daniel"]']
    if is_valid:
        System().validate(voiced("nsss", rate=rate))
    else:
        with pytest.raises(CastFileError, match=f"rate {rate}"):
            System().validate(voiced("nsss", rate=rate))


def test_another_driver_has_another_fingerprint():
    prints = {System().fingerprint(voiced(driver)) for driver in ("nsss", "sapi", "nsss")}
    assert len(prints) == 2
    assert all("pyttsx3" in text for text in prints)
