import pytest

from narrator.casting import acoustics
from narrator.casting.acoustic_distance import estimate_acoustics, predict_acoustics
from narrator.casting.voice_measurement import measure_voices
from narrator.model import Voice

WHISTLE = Voice("whistle", "tone", "high", rate=200)


@pytest.fixture(autouse=True)
def memory(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "sounds.json"


def test_a_voice_of_the_table_is_not_spoken_with(voices, memory):
    assert measure_voices([voices["arthur"]]) == {"arthur": estimate_acoustics(voices["arthur"])}
    assert not memory.exists()


def test_a_voice_is_heard_once_and_remembered(monkeypatch, memory):
    first = measure_voices([WHISTLE])
    assert first["whistle"].pitch_hz == pytest.approx(440, rel=0.01)
    assert memory.exists()
    monkeypatch.delattr(acoustics, "measure_voice")
    assert measure_voices([WHISTLE]) == first


@pytest.mark.parametrize("damage", ["", "[]", "{"])
def test_a_damaged_memory_is_made_anew(memory, damage):
    memory.parent.mkdir()
    memory.write_text(damage)
    assert measure_voices([WHISTLE])["whistle"].pitch_hz == pytest.approx(440, rel=0.01)


@pytest.mark.parametrize(
    "voice",
    [
        Voice("far", "server", "alloy", gender="female"),
        Voice("wrong", "tone", "humming", age="child"),
        Voice("gone", "no-such-engine", "x"),
    ],
)
def test_a_voice_that_can_not_be_heard_sounds_as_its_profile_says(voice):
    assert measure_voices([voice]) == {voice.name: predict_acoustics(voice)}


def test_without_a_place_to_remember_a_voice_is_heard_all_the_same(memory):
    memory.parent.touch()
    assert measure_voices([WHISTLE])["whistle"].pitch_hz == pytest.approx(440, rel=0.01)
