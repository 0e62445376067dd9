"""Measures what tells a good clip from a damaged one: how long, how loud, how high, how cut.

The measurement must cost little beside an engine that speaks a hundred times as fast as a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from narrator.takes.sound_frames import (
    FRAMES_PER_SECOND,
    FULL_SCALE,
    SoundFrames,
    describe_frames,
)

if TYPE_CHECKING:
    from narrator.model import Clip

_LOUD_RANGE_DB = 15.0
"""How far below the loudest frames a frame counts as loud."""
_QUIET_RANGE_DB = 50.0
"""How far below the loudest frames no sound of a voice is."""
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


@dataclass(frozen=True, slots=True)
class ClipMeasurement:
    """What was measured in a clip."""

    speech_seconds: float
    """Duration of all frames with speech."""
    level_db: float
    """Mean level of the speech, relative to full scale."""
    end_level_db: float
    """Level of the last hundredth of a second, relative to the loud frames."""
    quiet_end_seconds: float
    """How long the clip is quiet after its last sound."""
    longest_silence_seconds: float
    """The longest silence that has speech on both sides."""
    clipped_share: float
    """Share of the samples that are at full scale."""
    pitch_hz: float | None
    """Median pitch; None if no voiced sound was found."""


@dataclass(frozen=True, eq=False, slots=True)
class FramedSound:
    """The samples of a clip, and its frames."""

    samples: npt.NDArray[np.int16]
    rate: int
    """Samples per second."""
    frames: SoundFrames

    def cut(self, first: int, end: int) -> FramedSound:
        """Return the part between two frames."""
        length = self.rate // FRAMES_PER_SECOND
        samples = self.samples[first * length : end * length]
        return FramedSound(samples, self.rate, self.frames.cut(first, end))


def frame_clip(clip: Clip) -> FramedSound:
    """Return the sound of a clip in frames, for all measurements of it."""
    samples = np.frombuffer(clip.pcm, "<i2")
    frames = describe_frames(samples.astype(np.float32), clip.rate)
    return FramedSound(samples, clip.rate, frames)


def measure_clip(sound: FramedSound) -> ClipMeasurement:
    """Measure a clip; one without sound has no speech."""
    frames, levels_db = sound.frames, sound.frames.levels_db
    speech_frames = np.flatnonzero(frames.is_speech)
    if not len(speech_frames):
        return ClipMeasurement(0.0, -120.0, -120.0, 0.0, 0.0, 0.0, None)
    mean_energy = float(np.mean(10 ** (levels_db[speech_frames] / 10)))
    return ClipMeasurement(
        speech_seconds=len(speech_frames) / FRAMES_PER_SECOND,
        level_db=10 * float(np.log10(mean_energy)),
        end_level_db=float(levels_db[-1]) - frames.loud_db,
        quiet_end_seconds=_measure_quiet_end(frames),
        longest_silence_seconds=max(int(np.diff(speech_frames).max(initial=1)) - 1, 0)
        / FRAMES_PER_SECOND,
        clipped_share=_count_clipped(sound.samples) / max(len(sound.samples), 1),
        pitch_hz=_measure_pitch(sound),
    )


def _measure_quiet_end(frames: SoundFrames) -> float:
    """Return the seconds after the last frame that is not quiet; at least one is not."""
    sounding = np.flatnonzero(frames.levels_db > frames.loud_db - _QUIET_RANGE_DB)
    return (len(frames.levels_db) - 1 - int(sounding[-1])) / FRAMES_PER_SECOND


def _count_clipped(samples: npt.NDArray[np.int16]) -> int:
    """Return the number of samples at full scale."""
    highest = FULL_SCALE - 2
    # most clips have none, and the extremes tell that at once
    if not len(samples) or (samples.max() < highest and samples.min() > -highest):
        return 0
    return int(np.count_nonzero((samples >= highest) | (samples <= -highest)))


def split_at_pauses(sound: FramedSound) -> list[FramedSound]:
    """Return the passages of speech between pauses, without those that are very short."""
    speech_frames = np.flatnonzero(sound.frames.is_speech)
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


def _measure_pitch(sound: FramedSound) -> float | None:
    """Return the median pitch of the loudest vowels, in hertz, by autocorrelation."""
    samples, rate = sound.samples, sound.rate
    step = max(rate // _PITCH_RATE, 1)
    window = int(_PITCH_WINDOW_SECONDS * rate) // step
    starts = _choose_voiced_frames(sound.frames) * (rate // FRAMES_PER_SECOND)
    starts = starts[starts + window * step <= len(samples)]
    if not len(starts):
        return None
    # the mean of `step` samples takes away what a lower rate can't hold
    spread = samples[starts[:, None] + np.arange(window * step)[None, :]].astype(np.float32)
    windows = np.asarray(sum(spread[:, place::step] for place in range(step)) / step)
    windows -= windows.mean(axis=1, keepdims=True)
    lowest_lag, highest_lag = (
        int(rate / step / hertz) for hertz in (_PITCH_RANGE_HZ[1], _PITCH_RANGE_HZ[0])
    )
    # long enough that no lag wraps around
    size = 1 << (window + highest_lag).bit_length()
    spectrum = np.fft.rfft(windows, size)
    correlations = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[:, :highest_lag]
    # fewer samples overlap at a longer lag
    correlations *= window / (window - np.arange(highest_lag))
    correlations /= correlations[:, :1] + 1e-9
    periods = _find_periods(correlations, lowest_lag)
    return rate / step / median(periods.tolist()) if len(periods) else None


def _choose_voiced_frames(frames: SoundFrames) -> npt.NDArray[np.intp]:
    """Return at most `_PITCH_FRAMES` frames that are loud and dark, spread over the clip."""
    is_loud = frames.levels_db > frames.loud_db - _LOUD_RANGE_DB
    candidates = np.flatnonzero(is_loud & (frames.brightness < _VOWEL_BRIGHTNESS))
    if len(candidates) <= _PITCH_FRAMES:
        return candidates
    return candidates[np.arange(_PITCH_FRAMES) * (len(candidates) - 1) // (_PITCH_FRAMES - 1)]


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
