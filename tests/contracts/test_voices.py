"""Every voice that ships loads, is valid, sounds, and is documented."""

import numpy as np
import pytest

from narrator import registry
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import list_profile_folders, read_voice_profile
from narrator.engines.model_files import PACKAGED_PIPER_VOICES
from narrator.engines.verified_speech import speak_line
from narrator.errors import EngineUnavailableError, UnknownVoiceError
from narrator.model import Voice

PROFILES = sorted(list_profile_folders()[0].glob("*.toml"))
HEAVY = {"kokoro"}
SPEAKING = [
    pytest.param(path, marks=[pytest.mark.voices] * (read_voice_profile(path).engine in HEAVY))
    for path in PROFILES
]
LINE = "“Why, of course,” she said, “nobody else was there; I saw it all from the window.”"


def _needs_fetching(voice: Voice) -> bool:
    """Return whether no package for the tests has the model of a voice."""
    if voice.engine == "piper":
        return voice.engine_voice not in PACKAGED_PIPER_VOICES
    return voice.engine == "natural" or (voice.engine == "kokoro" and voice.accent != "Japanese")


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_voice_is_documented(path):
    voice = read_voice_profile(path)
    assert path.stem.isidentifier()
    assert voice.description.endswith(".")
    assert voice.gender
    assert voice.age
    assert voice.accent
    assert voice.licence


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.stem)
def test_a_voice_is_heard_without_clipping(path):
    voice = read_voice_profile(path)
    engine = registry.load_engine(voice.engine)
    if _needs_fetching(voice) and isinstance(
        find_voice_problem(voice), (EngineUnavailableError, UnknownVoiceError)
    ):
        pytest.skip("its model is fetched by users, and not a package")
    engine.validate(voice)
    samples = np.frombuffer(speak_line(engine, LINE, voice).pcm, "<i2")
    assert np.abs(samples.astype(int)).max() > 3000
    assert (np.abs(samples.astype(int)) >= 32767).sum() <= 2
