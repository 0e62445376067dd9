"""Frames are described by their level, their brightness, and the bands of their spectrum."""

from itertools import pairwise

import numpy as np
import pytest

from narrator.takes.sound_frames import SoundFrames, describe_frames


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 48000])
def test_the_cepstrum_is_that_of_the_bands_of_a_fourier_transform(rate: int) -> None:
    samples = np.random.default_rng(rate).normal(0, 3000, rate // 5).astype(np.float32)
    length = rate // 100
    frames = samples[: len(samples) // length * length].reshape(-1, length)
    size = 2 ** int(np.ceil(np.log2(length)))
    energies = np.abs(np.fft.rfft(frames * np.hanning(length), size)) ** 2
    edges = np.searchsorted(np.arange(size // 2 + 1) * rate / size, np.geomspace(170, 8000, 13))
    edges = np.minimum(edges, size // 2 - 1)
    bands = [
        energies[:, start : max(end, start + 1)].mean(axis=1) for start, end in pairwise(edges)
    ]
    levels_db = 10 * np.log10(np.array(bands) + 1)
    waves = np.cos(np.pi * (np.arange(12) + 0.5) * np.arange(1, 7)[:, None] / 12)
    expected = (np.sqrt(2 / 12) * waves @ levels_db).T
    assert describe_frames(samples, rate).cepstra == pytest.approx(expected, abs=0.01)


def test_speech_is_what_is_not_far_below_the_loud_frames() -> None:
    levels_db = np.array([-80, -20, -57, -59, -21] + [-20] * 20, np.float32)
    frames = SoundFrames(levels_db, np.zeros(25, np.float32), np.zeros((25, 6), np.float32))
    assert frames.loud_db == -20
    assert frames.is_speech[:5].tolist() == [False, True, True, False, True]
    assert frames.cut(3, 4).loud_db == -59


def test_silence_has_no_speech() -> None:
    frames = describe_frames(np.zeros(24000, np.float32), 24000)
    assert not frames.is_speech.any()
    assert not describe_frames(np.zeros(0, np.float32), 24000).is_speech.any()
