"""Listens to a whole audiobook as a stream: a few numbers a second are all that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from narrator.audio import loudness
from narrator.audio.loudness import LoudnessMeter, amplitude_to_decibels
from narrator.export import ffmpeg

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Sound: TypeAlias = npt.NDArray[np.float32]
    """Samples from -1 to 1, one column a channel."""
    Numbers: TypeAlias = npt.NDArray[np.float64]

BLOCKS_PER_SECOND = 10
"""Numbers that are kept of each second."""
SILENCE_DB = -50.0
"""Decibels under full scale, below which nothing is heard in an audiobook: above a room's noise,
under the quietest consonants of speech at any publisher's level."""
_FINE = 0.01
"""Seconds: silence is measured as finely as that."""
_QUIET_WINDOW = 5
"""Tenths of a second over which the noise floor is the quietest."""
_FULL_SCALE = 32_766.5 / 32_768
"""From here on a sample of 16 bits is at its limit."""
_NEAR = 0.5


@dataclass
class AudioMeasurement:
    """What was heard."""

    sample_count: int
    """Per channel."""
    integrated_lufs: float
    """LUFS."""
    true_peak_db: float
    """Decibels."""
    sample_peak_db: float
    """Decibels."""
    rms_db: float
    """Decibels."""
    noise_floor_db: float
    """Decibels of the quietest half second."""
    head_seconds: float
    """Seconds before the first sound."""
    tail_seconds: float
    """Seconds after the last."""
    longest_silence_seconds: float
    """Seconds, between two sounds."""
    longest_silence_start: float
    """Seconds from the beginning."""
    clipped_samples: int
    """Samples at full scale."""
    block_peaks: Numbers = field(repr=False)
    """The highest sample of each tenth of a second, from 0."""
    momentary_lufs: Numbers = field(repr=False)
    """LUFS, ten a second."""


def measure_audio(path: Path, rate: int, channels: int) -> AudioMeasurement:
    """Listen to a file.

    Raises:
        ExportError: it can't be decoded.
    """
    count = min(channels, 2)  # more channels than two are mixed down
    options = ("-map", "0:a:0", "-f", "f32le", "-ac", str(count), "-ar", str(rate))
    listener = _Listener(rate, count)
    rest = b""
    for block in ffmpeg.decode_file(path, options):
        data = rest + block
        whole = len(data) // (4 * count) * 4 * count
        rest = data[whole:]
        listener.hear(np.frombuffer(data[:whole], "<f4").reshape(-1, count))
    return listener.done()


class _Listener:
    """Takes sound in pieces of any length, and looks at whole tenths of a second of it."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._hop = max(rate // BLOCKS_PER_SECOND, 1)
        self._meters = [LoudnessMeter(rate) for _ in range(channels)]
        self._silences = _Silences()
        self._pending: Sound = np.zeros((0, channels), np.float32)
        self._energies: list[Numbers] = []
        self._peaks: list[Numbers] = []
        self._samples = self._clipped = 0
        self._true_peak = 0.0

    def hear(self, sound: Sound) -> None:
        """Take the next piece."""
        fresh = np.concatenate([self._pending, sound])
        whole = len(fresh) // self._hop * self._hop
        self._take(fresh[:whole])
        self._pending = fresh[whole:]

    def done(self) -> AudioMeasurement:
        """What was heard in all; the end is filled up to a tenth of a second by silence."""
        length = self._samples + len(self._pending)
        missing = -len(self._pending) % self._hop
        self._take(np.pad(self._pending, ((0, missing), (0, 0))))
        energies = np.concatenate([*self._energies, np.zeros(0)])
        peaks = np.concatenate([*self._peaks, np.zeros(0)])
        momentary = loudness.compute_momentary_loudness(
            np.sum([meter.compute_energies() for meter in self._meters], axis=0)
        )
        total = float(energies.sum()) * self._hop / max(length, 1)
        quiet = np.convolve(energies, np.full(_QUIET_WINDOW, 1 / _QUIET_WINDOW), "valid")
        fine, seconds = self._fine / self._rate, length / self._rate
        return AudioMeasurement(
            sample_count=length,
            integrated_lufs=loudness.compute_gated_loudness(momentary),
            true_peak_db=amplitude_to_decibels(self._true_peak),
            sample_peak_db=amplitude_to_decibels(float(peaks.max(initial=0.0))),
            rms_db=amplitude_to_decibels(total**0.5),
            noise_floor_db=amplitude_to_decibels(float(quiet.min(initial=1.0)) ** 0.5)
            if len(quiet)
            else 0.0,
            head_seconds=min(self._silences.head * fine, seconds),
            tail_seconds=max(seconds - self._silences.end * fine, 0.0),
            longest_silence_seconds=self._silences.longest * fine,
            longest_silence_start=self._silences.longest_at * fine,
            clipped_samples=self._clipped,
            block_peaks=peaks,
            momentary_lufs=momentary,
        )

    @property
    def _fine(self) -> int:
        """Samples over which silence is looked for: a whole part of a tenth of a second."""
        parts = max(part for part in (10, 9, 7, 5, 3, 1) if self._hop % part == 0)
        return self._hop // parts

    def _take(self, sound: Sound) -> None:
        if not len(sound):
            return
        self._samples += len(sound)
        for meter, channel in zip(self._meters, sound.T, strict=True):
            meter.add(channel)
            self._true_peak = max(self._true_peak, _true_peak(channel, self._true_peak))
        loud = np.abs(sound).max(axis=1)
        self._clipped += int(np.count_nonzero(loud >= _FULL_SCALE))
        self._peaks.append(loud.reshape(-1, self._hop).max(axis=1).astype(np.float64))
        squares = np.square(sound, dtype=np.float64).mean(axis=1)
        self._energies.append(squares.reshape(-1, self._hop).mean(axis=1))
        self._silences.take(
            loud.reshape(-1, self._fine).max(axis=1) > loudness.decibels_to_amplitude(SILENCE_DB)
        )


def _true_peak(channel: Sound, known: float) -> float:
    """The highest peak between samples too, where it may exceed what is known."""
    level = np.abs(channel)
    highest = float(level.max())
    near = np.flatnonzero(level > max(highest, known) * _NEAR)
    if not len(near):
        return highest
    return float(loudness.measure_true_peaks(np.ascontiguousarray(channel), near).max())


class _Silences:
    """Finds the silences in a stream of hundredths of a second that are heard or not."""

    def __init__(self) -> None:
        self.head = 0
        self.end = 0
        """After the last that was heard."""
        self.longest = 0
        self.longest_at = 0
        self._seen = 0

    def take(self, heard: npt.NDArray[np.bool_]) -> None:
        """Take the next ones."""
        places = np.flatnonzero(heard) + self._seen
        if len(places):
            if self.end == 0:
                self.head = self.end = int(places[0])
            gaps = np.diff(np.concatenate([[self.end - 1], places])) - 1
            widest = int(gaps.argmax())
            if gaps[widest] > self.longest:
                self.longest = int(gaps[widest])
                self.longest_at = int(places[widest]) - self.longest
            self.end = int(places[-1]) + 1
        self._seen += len(heard)
        if not self.end:
            self.head = self._seen
