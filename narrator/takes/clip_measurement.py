"""Measures what tells a good clip from a damaged one: how long, how loud, how high, how cut.

Everything is measured in frames of a hundredth of a second, with a few passes over the samples: the
measurement must cost little beside an engine that speaks a hundred times as fast as a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from narrator.model import Clip

Floats: TypeAlias = npt.NDArray[np.float32]
"""Samples, or one number per frame."""

FRAMES_PER_SECOND = 100
_FULL_SCALE = 32768
_SPEECH_RANGE_DB = 38.0
"""How far below its loudest frames a clip still counts as speech."""
_SILENT_LEVEL_DB = -72.0
"""The level, relative to full scale, below which a clip is silent whatever its loudest frames."""
_LOUD_SHARE = 0.95
_LOUD_RANGE_DB = 15.0
"""How far below the loudest frames a frame counts as loud."""
_VOWEL_BRIGHTNESS = 0.25
"""The brightness below which a loud frame is a vowel, or another voiced sound."""
_MIN_PAUSE_FRAMES, _MIN_PASSAGE_FRAMES = 15, 40
"""The shortest pause at which a clip is divided, and the shortest passage that is kept."""
_PITCH_FRAMES = 12
"""Number of places in which the pitch is measured."""
_PITCH_WINDOW_SECONDS = 0.04
_PITCH_RATE = 8000
"""Samples per second at which the pitch is measured, about."""
_PITCH_RANGE_HZ = (60.0, 500.0)
_VOICED_CORRELATION = 0.6
"""The correlation of a sound with itself, one period later, from which it has a pitch."""
_OCTAVE_TOLERANCE = 0.92
"""The share of the highest correlation from which a shorter period is preferred."""
_TIMBRE_FRAMES = 40
"""Number of frames in which the timbre is measured."""
_TIMBRE_RANGE_HZ = (170.0, 8000.0)
TIMBRE_BANDS = 12
"""Number of bands of equal ratio into which `_TIMBRE_RANGE_HZ` is divided."""


@dataclass(frozen=True, slots=True)
class ClipMeasurement:
    """What was measured in a clip."""

    speech_seconds: float
    """Duration of all frames with speech."""
    level_db: float
    """Mean level of the speech, relative to full scale."""
    end_level_db: float
    """Level of the last hundredth of a second, relative to the loud frames."""
    longest_silence_seconds: float
    """The longest silence that has speech on both sides."""
    clipped_share: float
    """Share of the samples that are at full scale."""
    pitch_hz: float | None
    """Median pitch; None if no voiced sound was found."""
    timbre_db: tuple[float, ...]
    """Mean level of each of `TIMBRE_BANDS` in the loud frames, relative to the mean of all."""


@dataclass(frozen=True, eq=False, slots=True)
class FramedSound:
    """The samples of a clip, with the level and the brightness of each frame."""

    samples: Floats
    """In units of 16-bit samples."""
    rate: int
    """Samples per second."""
    levels_db: Floats
    """As `describe_frames` returns them: shape (frames,)."""
    brightness: Floats

    def cut(self, first: int, end: int) -> FramedSound:
        """Return the part between two frames."""
        length = self.rate // FRAMES_PER_SECOND
        return FramedSound(
            self.samples[first * length : end * length],
            self.rate,
            self.levels_db[first:end],
            self.brightness[first:end],
        )


def frame_clip(clip: Clip) -> FramedSound:
    """Return the sound of a clip in frames, for all measurements of it."""
    samples = np.frombuffer(clip.pcm, "<i2").astype(np.float32)
    return FramedSound(samples, clip.rate, *describe_frames(samples, clip.rate))


def measure_clip(sound: FramedSound) -> ClipMeasurement:
    """Measure a clip; one without sound has no speech."""
    samples, levels_db = sound.samples, sound.levels_db
    is_speech = find_speech_frames(levels_db)
    speech_frames = np.flatnonzero(is_speech)
    if not len(speech_frames):
        return ClipMeasurement(0.0, -120.0, -120.0, 0.0, 0.0, None, (0.0,) * TIMBRE_BANDS)
    loud_db = find_loud_level(levels_db)
    mean_energy = float(np.mean(10 ** (levels_db[speech_frames] / 10)))
    return ClipMeasurement(
        speech_seconds=len(speech_frames) / FRAMES_PER_SECOND,
        level_db=10 * float(np.log10(mean_energy)),
        end_level_db=float(levels_db[-1]) - loud_db,
        longest_silence_seconds=max(int(np.diff(speech_frames).max(initial=1)) - 1, 0)
        / FRAMES_PER_SECOND,
        clipped_share=_count_clipped(samples) / max(len(samples), 1),
        pitch_hz=_measure_pitch(samples, sound.rate, levels_db, sound.brightness),
        timbre_db=_measure_timbre(samples, sound.rate, levels_db),
    )


def _count_clipped(samples: Floats) -> int:
    """Return the number of samples at full scale."""
    highest = _FULL_SCALE - 2
    # most clips have none, and the extremes tell that at once
    if not len(samples) or (samples.max() < highest and samples.min() > -highest):
        return 0
    return int(np.count_nonzero((samples >= highest) | (samples <= -highest)))


def describe_frames(samples: Floats, rate: int) -> tuple[Floats, Floats]:
    """Return the level in decibels, and the brightness, of each whole frame: shape (frames,).

    The brightness is the energy of the differences of neighbouring samples, as a share of the
    energy: 0 for a low hum, 2 for white noise.
    """
    length = max(rate // FRAMES_PER_SECOND, 1)
    count = len(samples) // length
    frames = samples[: count * length].reshape(count, length)
    energies = np.einsum("ij,ij->i", frames, frames)
    steps = np.diff(frames, axis=1)
    step_energies = np.einsum("ij,ij->i", steps, steps)
    levels_db = 10 * np.log10(energies / length / _FULL_SCALE**2 + 1e-12)
    return levels_db, step_energies / (energies + 1)


def find_speech_frames(levels_db: Floats) -> npt.NDArray[np.bool_]:
    """Return which frames hold speech: shape (frames,)."""
    if not len(levels_db):
        return np.zeros(0, bool)
    threshold = find_loud_level(levels_db) - _SPEECH_RANGE_DB
    return levels_db > max(threshold, _SILENT_LEVEL_DB)


def split_at_pauses(sound: FramedSound) -> list[FramedSound]:
    """Return the passages of speech between pauses, without those that are very short."""
    speech_frames = np.flatnonzero(find_speech_frames(sound.levels_db))
    if not len(speech_frames):
        return []
    pauses = np.flatnonzero(np.diff(speech_frames) > _MIN_PAUSE_FRAMES)
    starts = np.concatenate([speech_frames[:1], speech_frames[pauses + 1]])
    ends = np.concatenate([speech_frames[pauses], speech_frames[-1:]]) + 1
    return [
        sound.cut(int(first), int(end))
        for first, end in zip(starts, ends, strict=True)
        if end - first >= _MIN_PASSAGE_FRAMES
    ]


def find_loud_level(levels_db: Floats) -> float:
    """Return the level that one frame in twenty exceeds."""
    place = int(_LOUD_SHARE * (len(levels_db) - 1))
    # a fifth of the time of np.percentile
    return float(np.partition(levels_db, place)[place])


def _measure_pitch(
    samples: Floats, rate: int, levels_db: Floats, brightness: Floats
) -> float | None:
    """Return the median pitch of the loudest vowels, in hertz, by autocorrelation."""
    step = max(rate // _PITCH_RATE, 1)
    window = int(_PITCH_WINDOW_SECONDS * rate) // step
    starts = _choose_voiced_frames(levels_db, brightness) * (rate // FRAMES_PER_SECOND)
    starts = starts[starts + window * step <= len(samples)]
    if not len(starts):
        return None
    # the mean of `step` samples takes away what a lower rate can't hold
    spread = samples[starts[:, None] + np.arange(window * step)[None, :]]
    windows = spread.reshape(len(starts), window, step).mean(axis=2)
    windows -= windows.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(windows, 2 * window)
    correlations = np.fft.irfft(np.abs(spectrum) ** 2)[:, :window]
    # fewer samples overlap at a longer lag
    correlations *= window / (window - np.arange(window))
    correlations /= correlations[:, :1] + 1e-9
    lowest_lag, highest_lag = (
        int(rate / step / hertz) for hertz in (_PITCH_RANGE_HZ[1], _PITCH_RANGE_HZ[0])
    )
    periods = _find_periods(correlations[:, :highest_lag], lowest_lag)
    return rate / step / float(np.median(periods)) if len(periods) else None


def _choose_voiced_frames(levels_db: Floats, brightness: Floats) -> npt.NDArray[np.intp]:
    """Return at most `_PITCH_FRAMES` frames that are loud and dark, spread over the clip."""
    loud_db = find_loud_level(levels_db)
    candidates = np.flatnonzero(
        (levels_db > loud_db - _LOUD_RANGE_DB) & (brightness < _VOWEL_BRIGHTNESS)
    )
    return _spread(candidates, _PITCH_FRAMES)


def _spread(frames: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """Return at most `count` of the frames, at equal distances in the list."""
    if len(frames) <= count:
        return frames
    return frames[np.linspace(0, len(frames) - 1, count).astype(np.intp)]


def _find_periods(
    correlations: npt.NDArray[np.floating[Any]], lowest_lag: int
) -> npt.NDArray[np.intp]:
    """Return the period, in samples, of each window with a pitch.

    It is the first lag at which the correlation has a peak nearly as high as the highest.

    Args:
        correlations: Autocorrelation of each window: shape (windows, lags).
        lowest_lag: The lag of the highest pitch.
    """
    searched = correlations[:, lowest_lag - 1 :]
    middle = searched[:, 1:-1]
    highest = middle.max(axis=1, keepdims=True)
    is_peak = (middle >= searched[:, :-2]) & (middle >= searched[:, 2:])
    is_period = is_peak & (middle >= _OCTAVE_TOLERANCE * highest)
    has_pitch = is_period.any(axis=1) & (highest[:, 0] > _VOICED_CORRELATION)
    return np.asarray(is_period[has_pitch].argmax(axis=1) + lowest_lag, np.intp)


def _measure_timbre(samples: Floats, rate: int, levels_db: Floats) -> tuple[float, ...]:
    """Return the mean level of each band in the loud frames, relative to the mean of all bands."""
    length = rate // FRAMES_PER_SECOND
    loud_db = find_loud_level(levels_db)
    frames = _spread(np.flatnonzero(levels_db > loud_db - _LOUD_RANGE_DB), _TIMBRE_FRAMES)
    windows = samples[(frames * length)[:, None] + np.arange(length)[None, :]]
    window, bands = _make_filters(rate)
    spectra = np.fft.rfft(windows * window, 2 * length)
    energies = spectra.real**2 + spectra.imag**2
    bands_db = 10 * np.log10(energies @ bands + 1).mean(axis=0)
    return tuple(round(float(level), 2) for level in bands_db - bands_db.mean())


@cache
def _make_filters(rate: int) -> tuple[Floats, Floats]:
    """Return the window of a frame, and the weight of each bin in each band.

    Their shapes are (frame,) and (bins, bands); the spectrum is padded with zeros to twice the
    length of a frame, so that the lowest band has bins of its own.
    """
    length = rate // FRAMES_PER_SECOND
    bins_hz = np.fft.rfftfreq(2 * length, 1 / rate)
    edges_hz = np.geomspace(*_TIMBRE_RANGE_HZ, TIMBRE_BANDS + 1)
    edges = np.searchsorted(bins_hz, np.minimum(edges_hz, bins_hz[-2]))
    bands = np.zeros((len(bins_hz), TIMBRE_BANDS))
    for number, (start, end) in enumerate(pairwise(edges)):
        bands[start : max(end, start + 1), number] = 1 / max(end - start, 1)
    return np.hanning(length).astype(np.float32), bands.astype(np.float32)
