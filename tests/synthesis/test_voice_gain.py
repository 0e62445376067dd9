from dataclasses import replace
from pathlib import Path

import pytest

from narrator.audio import levels
from narrator.cache.store import Store
from narrator.casting.profiles import load_voices
from narrator.model import Voice
from narrator.synthesis import voice_gain
from narrator.synthesis.clips import load_or_synthesise

PROFILES = {
    name: found for name, found in levels.LOUDNESS_PROFILES.items() if found.lufs is not None
}


@pytest.fixture
def shipped_voices(monkeypatch: pytest.MonkeyPatch) -> list[Voice]:
    """The project's own voices whose gains were measured beforehand."""
    monkeypatch.delenv("NARRATOR_VOICES")
    found = sorted(load_voices().values(), key=lambda voice: voice.name)
    own, known = [v for v in found if v.engine == "pyttsx3"], voice_gain._load_shipped_gains()
    return [v for v in own if voice_gain.shipped_gain_key(v, PROFILES["audiobook"]) in known]


def test_gains_measured_beforehand_are_those_measured_now(
    shipped_voices: list[Voice], tmp_path: Path
) -> None:
    """Every voice is spoken in the benchmark that writes them; here, one in five at one level."""
    store, names = Store(tmp_path), list(PROFILES)
    assert len(shipped_voices) > 20
    for at, voice in enumerate(shipped_voices[::5]):
        loudness = PROFILES[names[at % len(names)]]
        clip, _ = load_or_synthesise(voice_gain.make_reference_cue(voice), store)
        fresh = levels.compute_gain(clip, loudness, voice.volume)
        assert voice_gain.load_or_measure_gains([voice], loudness, store)[voice] == pytest.approx(
            fresh, abs=0.021
        )


def test_a_voice_that_was_changed_is_measured_anew(
    shipped_voices: list[Voice], tmp_path: Path
) -> None:
    voice = replace(shipped_voices[0], pitch=shipped_voices[0].pitch + 0.5)
    store = Store(tmp_path)
    voice_gain.load_or_measure_gains([voice], PROFILES["audiobook"], store)
    assert [usage.kind for usage in store.measure_usage()] == ["clip", "gain"]


def test_a_voice_that_ships_costs_nothing(shipped_voices: list[Voice], tmp_path: Path) -> None:
    store = Store(tmp_path)
    voice_gain.load_or_measure_gains(shipped_voices[:3], PROFILES["podcast"], store)
    assert store.measure_usage() == ()
