"""Every engine that ships keeps the contract."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from narrator import registry
from narrator.engines.command import Command
from narrator.engines.contract import EngineContract
from narrator.engines.natural import Natural
from narrator.engines.piper import Piper
from narrator.engines.pyttsx3 import Pyttsx3
from narrator.engines.server import Server
from narrator.engines.system import System
from narrator.engines.tone import Tone
from narrator.model import Voice
from tests.speech_server import serving

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
    test_strange_text_is_spoken_as_text = pytest.mark.voices(
        EngineContract.test_strange_text_is_spoken_as_text
    )
    test_five_thousand_characters_are_spoken_whole = SLOW


class TestNatural(EngineContract):
    engine = Natural
    voice = Voice("heart", "natural", "heart", rate=165)


class TestNaturalReshaped(EngineContract):
    engine = Natural
    voice = Voice("simon", "natural", "heart", rate=165, pitch=-10, options=(("formant", 0.88),))
    test_five_thousand_characters_are_spoken_whole = SLOW


@pytest.mark.voices
class TestKokoro(EngineContract):
    engine = partial(registry.load_engine, "kokoro")
    voice = Voice("arthur", "kokoro", "jm_kumo", rate=200, pitch=-1)
    test_five_thousand_characters_are_spoken_whole = pytest.mark.long(
        EngineContract.test_five_thousand_characters_are_spoken_whole
    )


@pytest.fixture(scope="class")
def speech_server(request):
    contract = request.cls
    with serving(contract.serves(), [contract.voice.engine_voice]) as server:
        contract.voice = replace(contract.voice, options=(("url", server.url),))
        yield


@pytest.mark.usefixtures("speech_server")
class TestServer(EngineContract):
    engine = Server
    voice = Voice("middle", "server", "middle")
    serves = Tone


@pytest.mark.voices
@pytest.mark.usefixtures("speech_server")
class TestServerThatServesPiper(EngineContract):
    engine = Server
    voice = Voice("joe", "server", "en_US-joe-medium")
    serves = Piper


class TestSystem(EngineContract):
    engine = System
    voice = Voice(
        "english", "system", "gmw/en", options=(("driver", "narrator.engines.pyttsx3_driver"),)
    )


class TestTone(EngineContract):
    engine = Tone
    voice = Voice("whistle", "tone", "middle")


def test_every_engine_is_held_to_the_contract():
    held = {contract.voice.engine for contract in EngineContract.__subclasses__()}
    assert set(registry.list_plugins("engines")) <= held
