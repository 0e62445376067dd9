"""A recogniser understands who tells a story: Whisper tiny.en writes it down.

`python -m benchmarks voices` asks the same of every voice, and takes ten minutes.
"""

import pytest

from benchmarks.transcript import whisper
from benchmarks.voices import LIMITS, misheard
from narrator.casting.profiles import load_voices


@pytest.fixture(scope="module")
def listener():
    return whisper()


@pytest.mark.voices
@pytest.mark.parametrize("name", ["edgar", "marian", "ambrose", "adele", "joe", "helen", "kitty"])
def test_a_voice_is_understood(listener, name):
    voice = load_voices()[name]
    assert misheard(voice, listener) <= LIMITS[voice.engine]
