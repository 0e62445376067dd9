"""Describes sound in frames of a hundredth of a second: how loud, how bright, and of what colour.

Clips and finished audiobooks are judged by these numbers, which are a hundredth of the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = npt.NDArray[np.float32]
"""Samples, or numbers per frame."""

FRAMES_PER_SECOND = 100
FULL_SCALE = 32768
_LOUD_SHARE = 0.95
_SPEECH_RANGE_DB = 38.0
"""How far below its loudest frames a clip still counts as speech."""
_SILENT_LEVEL_DB = -72.0
"""The level, relative to full scale, below which a clip is silent whatever its loudest frames."""
_BAND_RANGE_HZ = (170.0, 8000.0)
_BAND_COUNT = 12
"""Number of bands of equal ratio into which `_BAND_RANGE_HZ` is divided."""
CEPSTRUM_SIZE = 6
"""Number of coefficients of the cepstrum: fewer confuse vowels, more tell little."""


@dataclass(frozen=True, eq=False)
class SoundFrames:
    """The frames of a sound. All arrays have the frames as their first axis."""

    levels_db: npt.NDArray[Any]
    """Relative to full scale: shape (frames,)."""
    brightness: npt.NDArray[Any]
    """The energy of the differences of neighbouring samples, as a share of the energy: 0 for a low
    hum, 2 for white noise. Shape (frames,)."""
    cepstra: npt.NDArray[Any]
    """The shape of the spectrum, without its level: the first coefficients of the cosine transform
    of the levels of its bands, in decibels. Shape (frames, CEPSTRUM_SIZE)."""

    @cached_property
    def loud_db(self) -> float:
        """Return the level that one frame in twenty exceeds; there is at least one frame."""
        levels_db = np.asarray(self.levels_db, np.float32)
        place = int(_LOUD_SHARE * (len(levels_db) - 1))
        # a fifth of the time of np.percentile
        return float(np.partition(levels_db, place)[place])

    @cached_property
    def is_speech(self) -> npt.NDArray[np.bool_]:
        """Return which frames hold speech: shape (frames,)."""
        levels_db = np.asarray(self.levels_db, np.float32)
        if not len(levels_db):
            return np.zeros(0, bool)
        return levels_db > max(self.loud_db - _SPEECH_RANGE_DB, _SILENT_LEVEL_DB)

    def cut(self, first: int, end: int) -> SoundFrames:
        """Return the frames between two indices."""
        return SoundFrames(
            self.levels_db[first:end], self.brightness[first:end], self.cepstra[first:end]
        )


def join_frames(parts: Sequence[SoundFrames]) -> SoundFrames:
    """Return the frames of one or more sounds, one after the other."""
    return SoundFrames(
        np.concatenate([part.levels_db for part in parts]),
        np.concatenate([part.brightness for part in parts]),
        np.concatenate([part.cepstra for part in parts]),
    )


def describe_frames(samples: Floats, rate: int) -> SoundFrames:
    """Describe each whole frame of a sound.

    Args:
        samples: In units of 16-bit samples.
        rate: Samples per second.
    """
    length = max(rate // FRAMES_PER_SECOND, 1)
    count = len(samples) // length
    frames = samples[: count * length].reshape(count, length)
    energies = np.einsum("ij,ij->i", frames, frames)
    products = np.einsum("ij,ij->i", frames[:, 1:], frames[:, :-1])
    # the energy of the differences, multiplied out
    step_energies = 2 * (energies - products) - frames[:, 0] ** 2 - frames[:, -1] ** 2
    levels_db = 10 * np.log10(energies / length / FULL_SCALE**2 + 1e-12)
    brightness = np.maximum(step_energies, 0) / (energies + 1)
    return SoundFrames(levels_db, brightness, _describe_spectra(frames, rate))


def _describe_spectra(frames: Floats, rate: int) -> Floats:
    """Return the cepstrum of each frame: shape (frames, CEPSTRUM_SIZE)."""
    waves, bands, cosines = _make_filters(frames.shape[1], rate)
    parts = frames @ waves
    parts *= parts
    return np.asarray(np.log(parts @ bands + 1) @ cosines, np.float32)


@cache
def _make_filters(length: int, rate: int) -> tuple[Floats, Floats, Floats]:
    """Return windowed waves, the weight of the square of each in each band, and the cosines.

    Their shapes are (length, waves), (waves, bands) and (bands, CEPSTRUM_SIZE); the cosines turn
    natural logarithms into decibels. The waves are the
    real and the imaginary parts of a Fourier transform, padded with zeros to a power of two, and
    only of the bins that a band needs: one multiplication by them takes a third of the time of
    `np.fft.rfft`.
    """
    size = 1 << max(length - 1, 1).bit_length()
    bins_hz = np.fft.rfftfreq(size, 1 / rate)
    edges_hz = np.geomspace(*_BAND_RANGE_HZ, _BAND_COUNT + 1)
    edges = np.searchsorted(bins_hz, np.minimum(edges_hz, bins_hz[-2]))
    bands = np.zeros((len(bins_hz), _BAND_COUNT))
    for number, (start, end) in enumerate(pairwise(edges)):
        bands[start : max(end, start + 1), number] = 1 / max(end - start, 1)
    used_bins = np.flatnonzero(bands.any(axis=1))
    waves = np.exp(-2j * np.pi * np.arange(length)[:, None] * used_bins[None, :] / size)
    waves *= np.hanning(length)[:, None]
    middles = np.arange(_BAND_COUNT)[:, None] + 0.5
    numbers = np.arange(1, CEPSTRUM_SIZE + 1)[None, :]
    cosines = np.sqrt(2 / _BAND_COUNT) * np.cos(np.pi * middles * numbers / _BAND_COUNT)
    cosines *= 10 / np.log(10)
    both_parts = np.hstack([waves.real, waves.imag]), np.vstack([bands[used_bins]] * 2)
    parts, weights, transform = (np.asarray(array, np.float32) for array in (*both_parts, cosines))
    return parts, weights, transform
