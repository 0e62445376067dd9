import numpy as np
import pytest

from narrator.casting.acoustic_analysis import analyse_clip
from narrator.model import Clip

RATE = 22050


def clip_of(samples: np.ndarray) -> Clip:
    return Clip((samples * 32767).astype("<i2").tobytes(), RATE)


def harmonic_tone(pitch_hz: float, seconds: float = 2.0) -> np.ndarray:
    """A tone with ten harmonics, as a voice has them, each weaker than the one before."""
    time = np.arange(int(seconds * RATE)) / RATE
    waves = sum(np.sin(2 * np.pi * pitch_hz * n * time) / n for n in range(1, 11))
    return 0.3 * waves


@pytest.mark.parametrize("pitch_hz", [70, 100, 147, 220, 330, 440])
def test_the_pitch_of_a_tone_is_its_fundamental_and_not_a_multiple(pitch_hz):
    acoustics = analyse_clip(clip_of(harmonic_tone(pitch_hz)), 10)
    assert acoustics.pitch_hz == pytest.approx(pitch_hz, rel=0.02)


def test_noise_has_no_pitch():
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 2 * RATE)
    assert analyse_clip(clip_of(noise), 10).pitch_hz == 0


def test_the_centroid_of_a_pure_tone_is_its_frequency():
    time = np.arange(2 * RATE) / RATE
    sine = 0.5 * np.sin(2 * np.pi * 1000 * time)
    assert analyse_clip(clip_of(sine), 10).centroid_hz == pytest.approx(1000, rel=0.01)


def test_the_tempo_does_not_count_silence_before_and_after_the_speech():
    silence = np.zeros(3 * RATE)
    samples = np.concatenate([silence, harmonic_tone(100, seconds=2.0), silence])
    assert analyse_clip(clip_of(samples), 10).words_per_minute == pytest.approx(300, rel=0.03)


def test_a_clip_shorter_than_a_frame_is_analysed():
    acoustics = analyse_clip(clip_of(harmonic_tone(200, seconds=0.02)), 1)
    assert acoustics.words_per_minute == 1500
