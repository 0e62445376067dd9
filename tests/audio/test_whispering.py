"""A whisper keeps the length, the level and the words of speech, and loses its voice."""

import numpy as np
import pytest

from narrator.audio.whispering import whisper_clip, whisper_samples
from narrator.model import Clip, WordTiming

RATE = 22_050


def voiced_sound(seconds: float, pitch_hz: float = 120.0) -> np.ndarray:
    """A buzz of many harmonics whose level rises and falls, like syllables."""
    times = np.arange(round(seconds * RATE)) / RATE
    harmonics = sum(np.sin(2 * np.pi * pitch_hz * k * times) / k for k in range(1, 30))
    return 0.2 * harmonics * (0.55 + 0.45 * np.sin(2 * np.pi * 3 * times))


def periodicity(samples: np.ndarray, pitch_hz: float = 120.0) -> float:
    """Correlation of a sound with itself, one period later."""
    lag = round(RATE / pitch_hz)
    return float(np.corrcoef(samples[:-lag], samples[lag:])[0, 1])


def test_the_voice_is_gone_and_the_level_stays() -> None:
    samples = voiced_sound(2)
    whispered = whisper_samples(samples, RATE)
    assert len(whispered) == len(samples)
    assert periodicity(samples) > 0.9
    assert abs(periodicity(whispered)) < 0.2
    assert np.std(whispered) == pytest.approx(np.std(samples), rel=0.01)


def test_the_rhythm_stays() -> None:
    samples = voiced_sound(2)
    whispered = whisper_samples(samples, RATE)
    frames = [np.abs(x[:44_000].reshape(40, -1)).mean(axis=1) for x in (samples, whispered)]
    assert np.corrcoef(*frames)[0, 1] > 0.9


def test_a_clip_keeps_its_words_and_is_the_same_each_time() -> None:
    pcm = (voiced_sound(0.5) * 20_000).astype("<i2").tobytes()
    clip = Clip(pcm, RATE, (WordTiming(0, 100),))
    whispered = whisper_clip(clip)
    assert (whispered.rate, whispered.words) == (clip.rate, clip.words)
    assert len(whispered.pcm) == len(clip.pcm)
    assert whispered == whisper_clip(clip) != clip


@pytest.mark.parametrize("sample_count", [0, 1, 7, 500])
def test_a_sound_of_any_length_is_whispered(sample_count: int) -> None:
    pcm = np.full(sample_count, 1000, "<i2").tobytes()
    assert len(whisper_clip(Clip(pcm, RATE)).pcm) == len(pcm)


def test_silence_stays_silent() -> None:
    silence = Clip(bytes(2000), RATE)
    assert whisper_clip(silence) == silence
