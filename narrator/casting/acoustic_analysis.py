"""Measure the pitch, spectral centroid and tempo of a clip of speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.casting.acoustics import VoiceAcoustics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.model import Clip

_FRAME_SECONDS = 0.04
_HOP_SECONDS = 0.02
"""Time from the start of one frame to the start of the next: frames overlap by half."""
_LOWEST_PITCH_HZ, _HIGHEST_PITCH_HZ = 55.0, 480.0
_MIN_PERIODICITY = 0.5
"""Normalised autocorrelation below which a frame is unvoiced."""
_LOUD_LEVEL_RATIO, _AUDIBLE_LEVEL_RATIO = 0.1, 0.02
"""Fractions of the highest frame level above which a frame is analysed, or is not silence."""
_PEAK_TOLERANCE = 0.9
"""Fraction of the highest peak that the peak of the period must exceed."""
_SAMPLE_SCALE = 32768
"""Full scale of 16-bit samples."""


def analyse_clip(clip: Clip, word_count: int) -> VoiceAcoustics:
    """Measure the acoustics of a voice from a clip in which it speaks `word_count` words."""
    samples = np.frombuffer(clip.pcm, "<i2").astype(np.float64) / _SAMPLE_SCALE
    frames = _split_frames(samples, clip.rate)
    # Root mean square of each frame, shape (frames,).
    levels = np.sqrt((frames**2).mean(axis=1))
    loud_frames = frames[levels > levels.max() * _LOUD_LEVEL_RATIO]
    audible_indices = np.flatnonzero(levels > levels.max() * _AUDIBLE_LEVEL_RATIO)
    seconds = (audible_indices[-1] - audible_indices[0]) * _HOP_SECONDS + _FRAME_SECONDS
    return VoiceAcoustics(
        pitch_hz=round(_measure_pitch(loud_frames, clip.rate), 1),
        centroid_hz=round(_measure_centroid(loud_frames, clip.rate), 1),
        words_per_minute=round(float(word_count / seconds * 60), 1),
    )


def _split_frames(samples: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Split samples into overlapping frames, shape (frames, samples per frame)."""
    size, hop = int(_FRAME_SECONDS * sample_rate), int(_HOP_SECONDS * sample_rate)
    count = max(1, 1 + (len(samples) - size) // hop)
    # Row i holds the indices of the samples of frame i.
    indices = np.arange(count)[:, None] * hop + np.arange(size)
    padded = np.pad(samples, (0, max(0, size - len(samples))))
    return padded.take(indices)


def _measure_pitch(frames: NDArray[np.float64], sample_rate: int) -> float:
    """Return the median fundamental frequency of the voiced frames in hertz; 0 if none is voiced.

    The period of a frame is the lag at which its autocorrelation, divided by that of the window,
    has its first high peak (Boersma, 1993).
    """
    size = frames.shape[1]
    windowed = (frames - frames.mean(axis=1, keepdims=True)) * np.hanning(size)
    # Compute the autocorrelation by the Wiener-Khinchin theorem. Transforms of twice the length
    # avoid wrap-around. Shape (frames, lags), with lags from 0 to size - 1.
    spectrum = np.fft.rfft(windowed, 2 * size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:, :size]
    # The window attenuates long lags; dividing by its own autocorrelation corrects this.
    window = np.fft.rfft(np.hanning(size), 2 * size)
    correlation /= np.fft.irfft(np.abs(window) ** 2)[:size] + 1e-9
    # Normalise each row to 1 at lag 0. The small constants avoid a division by zero.
    correlation /= correlation[:, :1] + 1e-12
    shortest, longest = int(sample_rate / _HIGHEST_PITCH_HZ), int(sample_rate / _LOWEST_PITCH_HZ)
    periods = [period for row in correlation if (period := _find_period(row, shortest, longest))]
    return sample_rate / float(np.median(periods)) if periods else 0.0


def _find_period(correlation: NDArray[np.float64], shortest: int, longest: int) -> int:
    """Return the period of a frame in samples, or 0 if the frame is unvoiced.

    `correlation` is the frame's autocorrelation by lag; `shortest` and `longest` limit the period.
    Multiples of the period have peaks as high as the period itself, so the shortest lag with a
    nearly maximal peak is returned.
    """
    candidates = correlation[shortest:longest]
    is_peak = (candidates[1:-1] >= candidates[:-2]) & (candidates[1:-1] > candidates[2:])
    peaks = np.flatnonzero(is_peak) + 1
    if not len(peaks) or candidates[peaks].max() < _MIN_PERIODICITY:
        return 0
    threshold = _PEAK_TOLERANCE * candidates[peaks].max()
    return int(shortest + peaks[candidates[peaks] > threshold][0])


def _measure_centroid(frames: NDArray[np.float64], sample_rate: int) -> float:
    """Return the spectral centroid in hertz: the power-weighted mean frequency of all frames."""
    # Shape (frames, frequencies).
    power = np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]))) ** 2
    frequencies = np.fft.rfftfreq(frames.shape[1], 1 / sample_rate)
    return float((power.sum(axis=0) * frequencies).sum() / power.sum())
