import hashlib
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from narrator import registry
from narrator.audio import levels
from narrator.audio.levelling_texts import LEVELLING_TEXT
from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.errors import UnknownVoiceError
from narrator.model import Voice
from narrator.synthesis import voice_gain
from narrator.synthesis.clips import load_or_synthesise

LOUDNESS_TARGETS = {
    name: target for name, target in LOUDNESS_PROFILES.items() if target.lufs is not None
}
TONE = Voice("viola", "tone", "middle", rate=700)


@pytest.fixture
def shipped_voices(monkeypatch: pytest.MonkeyPatch) -> list[Voice]:
    """The package's own voices whose gains are shipped."""
    monkeypatch.delenv("NARRATOR_VOICES")
    voices = sorted(load_voices().values(), key=lambda voice: voice.name)
    shipped_gains = voice_gain._load_shipped_gains()
    return [
        voice
        for voice in voices
        if voice.engine in ("pyttsx3", "natural")
        and find_voice_problem(voice) is None
        and voice_gain.shipped_gain_key(voice, LOUDNESS_TARGETS["audiobook"]) in shipped_gains
    ]


def test_shipped_gains_are_those_measured_now(shipped_voices: list[Voice], tmp_path: Path) -> None:
    """The benchmark that writes them measures every voice; this measures one in five, once."""
    store, names = Store(tmp_path), list(LOUDNESS_TARGETS)
    assert len(shipped_voices) > 20
    for index, voice in enumerate(shipped_voices[::5]):
        loudness = LOUDNESS_TARGETS[names[index % len(names)]]
        clip = load_or_synthesise(voice_gain.make_reference_cue(voice), store).clip
        measured_gain = levels.compute_gain(clip, loudness, voice.volume)
        shipped_gain = voice_gain.load_or_measure_gains([voice], loudness, store)[voice]
        assert shipped_gain == pytest.approx(measured_gain, abs=0.021)


def test_the_key_of_a_shipped_gain_does_not_depend_on_names_in_the_code() -> None:
    """A field that is renamed must not make the shipped gains unknown."""
    reference = [LEVELLING_TEXT, "tone", "tone 1"]
    parameters = ["middle", 700.0, 0.0, "en", []]
    target = {"lufs": -19.5, "peak": -3.5, "room": -75.0}
    values = ["gain", 2, reference, parameters, target, 0.0]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    assert voice_gain.shipped_gain_key(TONE, LOUDNESS_TARGETS["acx"]) == digest[:12]


def test_shipped_keys_are_unique_and_as_long_as_those_looked_up() -> None:
    tables = tomllib.loads(voice_gain.SHIPPED_GAINS_PATH.read_text("utf-8")).values()
    keys = [key for table in tables for key in table]
    assert len(keys) == len(set(keys))
    assert {len(key) for key in keys} == {12}


def test_a_stored_gain_outlives_libraries_that_do_not_change_the_level(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, target = registry.load_engine("tone"), LOUDNESS_TARGETS["audiobook"]
    monkeypatch.setattr(engine, "sound_key", lambda _: "model 1", raising=False)
    voice_gain.load_or_measure_gains([TONE], target, Store(tmp_path))
    monkeypatch.setattr(engine, "fingerprint", lambda _: "numpy 99, model 1")
    assert not voice_gain.find_unmeasured_voices([TONE], target, Store(tmp_path))
    monkeypatch.setattr(engine, "sound_key", lambda _: "model 2", raising=False)
    assert voice_gain.find_unmeasured_voices([TONE], target, Store(tmp_path)) == (TONE,)


def test_without_a_sound_key_a_gain_belongs_to_one_fingerprint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine, target = registry.load_engine("tone"), LOUDNESS_TARGETS["audiobook"]
    voice_gain.load_or_measure_gains([TONE], target, Store(tmp_path))
    monkeypatch.setattr(engine, "fingerprint", lambda _: "tone 2")
    assert voice_gain.find_unmeasured_voices([TONE], target, Store(tmp_path)) == (TONE,)


@pytest.mark.parametrize("engine_name", ["natural", "piper", "kokoro", "pyttsx3"])
def test_no_version_of_a_runtime_is_in_a_sound_key(
    engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NARRATOR_VOICES")
    voices = [voice for voice in load_voices().values() if voice.engine == engine_name]
    ready = [voice for voice in voices if find_voice_problem(voice) is None]
    if not ready:
        pytest.skip(f"{engine_name} has no voice on this machine")
    engine = registry.load_engine(engine_name)
    key = engine.sound_key(ready[0])  # type: ignore[attr-defined] # an optional attribute
    assert key in engine.fingerprint(ready[0])
    assert not any(library in key for library in ("onnxruntime", "numpy", "pyttsx3"))


def test_a_voice_that_was_changed_is_measured_again(
    shipped_voices: list[Voice], tmp_path: Path
) -> None:
    voice = replace(shipped_voices[0], pitch=shipped_voices[0].pitch + 0.5)
    store = Store(tmp_path)
    assert voice_gain.find_unmeasured_voices([voice], LOUDNESS_TARGETS["audiobook"], store)
    voice_gain.load_or_measure_gains([voice], LOUDNESS_TARGETS["audiobook"], store)
    assert [usage.kind for usage in store.measure_usage()] == ["clip", "gain"]
    assert not voice_gain.find_unmeasured_voices([voice], LOUDNESS_TARGETS["audiobook"], store)


def test_a_shipped_voice_costs_nothing(shipped_voices: list[Voice], tmp_path: Path) -> None:
    store = Store(tmp_path)
    voice_gain.load_or_measure_gains(shipped_voices[:3], LOUDNESS_TARGETS["podcast"], store)
    assert store.measure_usage() == ()


def test_a_dry_run_measures_nothing_and_applies_the_volume(tmp_path: Path) -> None:
    store, voice = Store(tmp_path), replace(TONE, volume=2.5)
    gains_db = voice_gain.load_or_measure_gains(
        [voice], LOUDNESS_TARGETS["podcast"], store, measure_missing=False
    )
    assert gains_db == {voice: 2.5}
    assert store.measure_usage() == ()


def test_without_levelling_a_gain_is_the_volume(tmp_path: Path) -> None:
    store, voice = Store(tmp_path), replace(TONE, volume=1.239)
    off = LOUDNESS_PROFILES["off"]
    assert voice_gain.load_or_measure_gains([voice], off, store) == {voice: 1.24}
    assert voice_gain.find_unmeasured_voices([voice], off, store) == ()


def test_a_louder_voice_has_a_gain_that_is_as_much_higher(tmp_path: Path) -> None:
    loud = replace(TONE, volume=3.0)
    gains_db = voice_gain.load_or_measure_gains(
        [TONE, loud, TONE], LOUDNESS_TARGETS["audiobook"], Store(tmp_path)
    )
    assert len(gains_db) == 2
    assert gains_db[loud] - gains_db[TONE] == pytest.approx(3.0, abs=0.1)


def test_voices_are_validated_before_any_is_measured(tmp_path: Path) -> None:
    store, wrong = Store(tmp_path), replace(TONE, name="kazoo", engine_voice="humming")
    with pytest.raises(UnknownVoiceError, match="humming"):
        voice_gain.load_or_measure_gains([TONE, wrong], LOUDNESS_TARGETS["podcast"], store)
    assert store.measure_usage() == ()
