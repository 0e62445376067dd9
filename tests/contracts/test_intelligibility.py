"""A recogniser understands who tells a story: Whisper tiny.en writes it down.

`python -m benchmarks voices` asks the same of every voice, and takes ten minutes.
"""

import pytest

from benchmarks.transcript import load_recogniser
from benchmarks.voices import MAX_ERROR_RATES, measure_error_rate
from narrator.casting.profiles import load_voices


@pytest.fixture(scope="module")
def listener():
    return load_recogniser()


@pytest.mark.voices
@pytest.mark.parametrize("name", ["edgar", "marian", "ambrose", "adele", "joe", "helen", "kitty"])
def test_a_voice_is_understood(listener, name):
    voice = load_voices()[name]
    assert measure_error_rate(voice, listener) <= MAX_ERROR_RATES[voice.engine]
