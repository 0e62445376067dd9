"""Every engine that ships keeps the contract."""

import sys
from functools import partial
from pathlib import Path

import pytest

from narrator import registry
from narrator.engines.command import Command
from narrator.engines.contract import EngineContract
from narrator.engines.piper import Piper
from narrator.engines.pyttsx3 import Pyttsx3
from narrator.engines.tone import Tone
from narrator.model import Voice

TONES = Path(__file__).with_name("tones.py")
SLOW = pytest.mark.voices(EngineContract.test_five_thousand_characters_are_spoken_whole)


class TestCommand(EngineContract):
    engine = Command
    voice = Voice(
        "tones",
        "command",
        "middle",
        options=(("command", f"'{sys.executable}' '{TONES}' {{voice}} {{rate}}"),),
    )
    unknown_voice = ""


class TestPyttsx3(EngineContract):
    engine = Pyttsx3
    voice = Voice("clara", "pyttsx3", "gmw/en-US+f2")


class TestPyttsx3WithBreath(EngineContract):
    engine = Pyttsx3
    voice = Voice("gordon", "pyttsx3", "gmw/en-US+adam", rate=150, pitch=-3)


class TestPiper(EngineContract):
    engine = Piper
    voice = Voice("joe", "piper", "en_US-joe-medium")
    unknown_voice = "nobody"
    test_five_thousand_characters_are_spoken_whole = SLOW


class TestPiperReshaped(EngineContract):
    engine = Piper
    voice = Voice(
        "kitty", "piper", "en_US-joe-medium", pitch=14, options=(("formant", 1.3), ("speaker", 0))
    )
    unknown_voice = "nobody"
    test_five_thousand_characters_are_spoken_whole = SLOW


@pytest.mark.voices
class TestKokoro(EngineContract):
    engine = partial(registry.engine, "kokoro")
    voice = Voice("arthur", "kokoro", "jm_kumo", pitch=-1)


class TestTone(EngineContract):
    engine = Tone
    voice = Voice("whistle", "tone", "middle")


def test_every_engine_is_held_to_the_contract():
    held = {contract.voice.engine for contract in EngineContract.__subclasses__()}
    assert set(registry.names("engines")) <= held
