"""Every engine that ships keeps the contract."""

from narrator import registry
from narrator.engines.contract import EngineContract
from narrator.engines.pyttsx3 import Pyttsx3
from narrator.engines.tone import Tone
from narrator.model import Voice


class TestPyttsx3(EngineContract):
    engine = Pyttsx3
    voice = Voice("clara", "pyttsx3", "gmw/en-US+f2")


class TestPyttsx3WithBreath(EngineContract):
    engine = Pyttsx3
    voice = Voice("gordon", "pyttsx3", "gmw/en-US+adam", rate=150, pitch=-3)


class TestTone(EngineContract):
    engine = Tone
    voice = Voice("whistle", "tone", "middle")


def test_every_engine_is_held_to_the_contract():
    held = {contract.voice.engine for contract in EngineContract.__subclasses__()}
    assert set(registry.names("engines")) <= held
