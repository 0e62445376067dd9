"""Loudness normalisation of voices, and a limiter for peaks.

The loudness of a voice hardly varies (by 0.04 LU between ten-minute sections), so each voice is
measured once, on one reference text, and gets one gain for the whole book. A limiter turns down the
peaks that the gain raises too far. No second pass over the book is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import loudness

if TYPE_CHECKING:
    import numpy.typing as npt

    from narrator.audio.loudness import Samples
    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.model import Clip

_MAX_GAIN_DB = 40.0
"""Largest gain; a clip that needs more is considered silent."""
_TOLERANCE_DB = 0.02
"""Deviation from the target that is small enough to stop correcting the gain."""
_MAX_GAIN_CORRECTIONS = 3
"""Most times that a gain is corrected for the loudness lost in the limiter."""
_FULL_SCALE = 32768
"""The value of a 16-bit sample that corresponds to 1.0."""


def compute_gain(reference_clip: Clip, target: LoudnessTarget, volume_db: float = 0.0) -> float:
    """Return the gain in decibels that brings a voice to the target, rounded to hundredths.

    Args:
        reference_clip: the voice speaking a text of `levelling_texts`.
        target: the loudness of the audiobook.
        volume_db: decibels by which this voice should be louder than the target.

    The gain is `volume_db` alone if the target has no loudness, or if the clip would need more than
    40 dB, because it is then considered silent.
    """
    if target.lufs is None:
        return round(volume_db, 2)
    samples = pcm_to_samples(reference_clip.pcm)
    target_lufs = target.lufs + volume_db
    gain_db = target_lufs - loudness.measure_loudness(samples, reference_clip.rate)
    if not -_MAX_GAIN_DB <= gain_db <= _MAX_GAIN_DB:
        return round(volume_db, 2)
    # The limiter reduces the loudness by an amount that depends on the gain. So measure its output,
    # add the missing loudness to the gain, and repeat.
    for _ in range(_MAX_GAIN_CORRECTIONS):
        amplified = samples * np.float32(loudness.decibels_to_amplitude(gain_db))
        levelled = limit_peaks(amplified, reference_clip.rate, target.peak_db)
        missing_db = target_lufs - loudness.measure_loudness(levelled, reference_clip.rate)
        gain_db += missing_db
        if abs(missing_db) < _TOLERANCE_DB:
            break
    return round(min(gain_db, _MAX_GAIN_DB), 2)


def pcm_to_samples(pcm: bytes) -> Samples:
    """Return 16-bit little-endian samples as numbers from -1 to 1, of shape (samples,)."""
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(_FULL_SCALE)


def samples_to_pcm(samples: Samples) -> bytes:
    """Return numbers from -1 to 1 as 16-bit little-endian samples, rounded and clipped."""
    scaled = samples * np.float32(_FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.maximum(scaled, -_FULL_SCALE, out=scaled)
    np.minimum(scaled, _FULL_SCALE - 1, out=scaled)
    return scaled.astype("<i2").tobytes()


# ---------------------------------------------------------------------------------- the limiter

_STEP_SECONDS = 0.001
"""Length of the limiter's steps: it computes one gain per step, for the step's highest peak."""
_LOOK_AHEAD_STEPS = 12
"""Number of steps over which the gain falls before a peak and rises after it."""
_CODEC_MARGIN_DB = 0.5
"""Decibels by which a lossy codec may raise a peak."""
_NEAR_CEILING_RATIO = 0.6
"""Fraction of the ceiling. Around samples below it, the waveform stays under the ceiling, and its
height between the samples need not be measured."""
_UNITY_GAIN = np.float32(1 - 1e-6)
"""Lowest gain that leaves every 16-bit sample unchanged."""


def limit_peaks(samples: Samples, rate: int, peak_db: float) -> Samples:
    """Return sound whose true peaks stay below `peak_db` (dB relative to full scale).

    The sound is turned down smoothly around each peak. The gain at any time is the lowest that any
    peak within 12 ms needs, smoothed by a window that reaches as far. So the gain is low enough
    when the peak arrives. If no peak is too high, the same array is returned.
    """
    ceiling = np.float32(loudness.decibels_to_amplitude(peak_db - _CODEC_MARGIN_DB))
    if not len(samples) or max(samples.max(), -samples.min()) <= ceiling * _NEAR_CEILING_RATIO:
        return samples
    near_indices = np.flatnonzero(np.abs(samples) > ceiling * _NEAR_CEILING_RATIO)
    peak_heights = loudness.measure_true_peaks(samples, near_indices)
    if peak_heights.max() <= ceiling:
        return samples
    step_length = max(round(rate * _STEP_SECONDS), 1)
    # The highest peak of each step, of shape (steps,); the last step may be incomplete.
    step_peaks = np.zeros(-(-len(samples) // step_length), np.float32)
    np.maximum.at(step_peaks, near_indices // step_length, peak_heights)
    step_gains = np.minimum(ceiling / np.maximum(step_peaks, ceiling), 1)
    return _apply_gain_curve(samples, step_length, _smooth_gains(step_gains))


def _apply_gain_curve(
    samples: Samples, step_length: int, edge_gains: npt.NDArray[np.float32]
) -> Samples:
    """Multiply sound by a gain curve that is linear between the edges of the steps.

    `edge_gains` holds the gain at each edge of a step, of shape (steps + 1,).
    """
    lowest_gains = np.minimum(edge_gains[:-1], edge_gains[1:])
    limited_steps = np.flatnonzero(lowest_gains < _UNITY_GAIN)
    ramp = (np.arange(step_length, dtype=np.float32) / step_length)[None, :]
    # One row per step that is turned down: (limited steps, step_length).
    gains = (edge_gains[1:] - edge_gains[:-1])[limited_steps, None] * ramp
    gains += edge_gains[limited_steps, None]
    steps = np.pad(samples, (0, -len(samples) % step_length)).reshape(-1, step_length)
    steps[limited_steps] *= gains
    return steps.reshape(-1)[: len(samples)]


def _smooth_gains(step_gains: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return a smooth gain curve that never exceeds the gain of a step.

    `step_gains` has shape (steps,); the result holds the gain at each edge, of shape (steps + 1,).
    """
    # The gain at an edge is the lower gain of the two steps beside it.
    edge_gains = np.concatenate(
        [step_gains[:1], np.minimum(step_gains[1:], step_gains[:-1]), step_gains[-1:]]
    )
    # A sliding minimum, then a weighted average over the same width: at a peak, every value that
    # is averaged is at most the gain that the peak needs, and so is the average.
    padded_gains = np.pad(edge_gains, 2 * _LOOK_AHEAD_STEPS, constant_values=1)
    lowest_gains = _sliding_minimum(padded_gains, 2 * _LOOK_AHEAD_STEPS + 1)
    window = np.hanning(2 * _LOOK_AHEAD_STEPS + 3)[1:-1].astype(np.float32)
    return np.convolve(lowest_gains, window / window.sum(), "valid").astype(np.float32, copy=False)


def _sliding_minimum(curve: npt.NDArray[np.float32], width: int) -> npt.NDArray[np.float32]:
    """Return the minimum of each window of `width` values, of shape (len(curve) - width + 1,).

    The window width doubles in each iteration, so 25 values take five comparisons instead of 24.
    """
    minima, covered_width = curve, 1
    while 2 * covered_width <= width:
        minima = np.minimum(minima[:-covered_width], minima[covered_width:])
        covered_width *= 2
    # Two overlapping windows of `covered_width` together cover each window of `width`.
    window_count, shift = len(curve) - width + 1, width - covered_width
    return np.minimum(minima[:window_count], minima[shift : shift + window_count])
