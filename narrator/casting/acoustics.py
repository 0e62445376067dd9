"""Measures how a voice sounds.

`python -m narrator.casting.acoustics` brings `sounds.toml` up to date with the profiles; delete a
line of it to have a voice measured again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from narrator import registry
from narrator.casting.acoustic_distance import (
    TABLE_PATH,
    VoiceAcoustics,
    acoustic_key,
    load_measurements,
)
from narrator.casting.profiles import load_voices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from narrator.model import Clip, Voice

REFERENCE_TEXT = (
    "The rain had stopped before they reached the old house on the hill. Nobody was at home, "
    "and yet a lamp burned in the upper window. She knocked twice, waited for a while, and then "
    "pushed the heavy door open with both hands."
)
"""What a voice is measured with: 43 words with every vowel of English."""

_FRAME = 0.04
_HOP = 0.02
_LOWEST, _HIGHEST = 55.0, 480.0
_VOICED = 0.5


def measure_clip(clip: Clip) -> VoiceAcoustics:
    """Measure a clip of `TEXT`."""
    samples = np.frombuffer(clip.pcm, "<i2").astype(np.float64) / 32768
    frames = _frames(samples, clip.rate)
    level = np.sqrt((frames**2).mean(axis=1))
    loud = frames[level > level.max() * 0.1]
    spoken = np.flatnonzero(level > level.max() * 0.02)
    seconds = (spoken[-1] - spoken[0]) * _HOP + _FRAME
    return VoiceAcoustics(
        pitch_hz=round(_pitch(loud, clip.rate), 1),
        centroid_hz=round(_centroid(loud, clip.rate), 1),
        words_per_minute=round(float(len(REFERENCE_TEXT.split()) / seconds * 60), 1),
    )


def _frames(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    size, hop = int(_FRAME * rate), int(_HOP * rate)
    count = max(1, 1 + (len(samples) - size) // hop)
    starts = np.arange(count)[:, None] * hop + np.arange(size)
    padded = np.pad(samples, (0, max(0, size - len(samples))))
    return padded.take(starts)


def _pitch(frames: NDArray[np.float64], rate: int) -> float:
    """Median over frames of the strongest peak of the autocorrelation, in hertz."""
    windowed = (frames - frames.mean(axis=1, keepdims=True)) * np.hanning(frames.shape[1])
    spectrum = np.fft.rfft(windowed, 2 * frames.shape[1])
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:, : frames.shape[1]]
    window = np.fft.rfft(np.hanning(frames.shape[1]), 2 * frames.shape[1])
    correlation /= np.fft.irfft(np.abs(window) ** 2)[: frames.shape[1]] + 1e-9
    correlation /= correlation[:, :1] + 1e-12
    low, high = int(rate / _HIGHEST), int(rate / _LOWEST)
    found = [lag for row in correlation if (lag := _period(row, low, high))]
    return rate / float(np.median(found)) if found else 0.0


def _period(correlation: NDArray[np.float64], low: int, high: int) -> int:
    """The shortest lag whose peak is nearly as high as the highest; 0 where there is no voice."""
    part = correlation[low:high]
    peaks = np.flatnonzero((part[1:-1] >= part[:-2]) & (part[1:-1] > part[2:])) + 1
    if not len(peaks) or part[peaks].max() < _VOICED:
        return 0
    return int(low + peaks[part[peaks] > 0.9 * part[peaks].max()][0])


def _centroid(frames: NDArray[np.float64], rate: int) -> float:
    power = np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]))) ** 2
    frequencies = np.fft.rfftfreq(frames.shape[1], 1 / rate)
    return float((power.sum(axis=0) * frequencies).sum() / power.sum())


def measure_voice(voice: Voice) -> VoiceAcoustics:
    """Speak the reference text in a voice, and measure it."""
    return measure_clip(registry.load_engine(voice.engine).speak(REFERENCE_TEXT, voice))


def format_measurements(voices: Iterable[Voice], measurements: Mapping[str, VoiceAcoustics]) -> str:
    """The measurements of voices as TOML, a line each; what is known is not measured again."""
    lines = ["# Fundamental in hertz, centroid in hertz, words a minute; made by acoustics.py."]
    for voice in sorted(voices, key=acoustic_key):
        sound = measurements.get(acoustic_key(voice)) or measure_voice(voice)
        numbers = f"[{sound.pitch_hz:g}, {sound.centroid_hz:g}, {sound.words_per_minute:g}]"
        lines.append(f"{json.dumps(acoustic_key(voice))} = {numbers} # {voice.name}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE_PATH.write_text(format_measurements(load_voices().values(), load_measurements()), "utf-8")
