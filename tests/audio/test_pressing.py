"""A pressed clip has lower peaks at the same level, and the words where they were."""

import numpy as np
import pytest

from narrator.audio.pressing import press_clip
from narrator.model import Clip, WordTiming

RATE = 22_050
WORDS = (WordTiming(0, 100),)


def make_clip(samples: np.ndarray) -> Clip:
    return Clip(np.rint(samples * 32767).astype("<i2").tobytes(), RATE, WORDS)


def read_samples(clip: Clip) -> np.ndarray:
    return np.frombuffer(clip.pcm, "<i2") / 32768


def peaky_sound() -> np.ndarray:
    """Pulses that fade, as the voice makes them."""
    period = np.exp(-np.arange(200) / 25) * np.cos(np.arange(200) / 3)
    return 0.8 * np.tile(period, 60)


def test_peaks_are_lower_and_the_level_stays() -> None:
    samples = peaky_sound()
    pressed = read_samples(press_clip(make_clip(samples)))
    assert np.std(pressed) == pytest.approx(np.std(samples), rel=0.01)
    assert np.abs(pressed).max() < 0.85 * np.abs(samples).max()


def test_length_and_word_times_stay() -> None:
    clip = make_clip(peaky_sound())
    pressed = press_clip(clip)
    assert (len(pressed.pcm), pressed.rate, pressed.words) == (len(clip.pcm), RATE, WORDS)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(500)], ids=["empty", "silent"])
def test_silence_stays_silent(samples: np.ndarray) -> None:
    clip = make_clip(samples)
    assert press_clip(clip) is clip
