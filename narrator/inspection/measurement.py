"""Measures the levels and silences of an audiobook as a stream.

Only a few numbers per second are kept, because the samples of a long book do not fit in memory.
"""

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

    Frames: TypeAlias = npt.NDArray[np.float32]
    """Samples from -1 to 1, of shape (frames, channels)."""
    Channel: TypeAlias = npt.NDArray[np.float32]
    """Samples from -1 to 1 of one channel, of shape (frames,)."""
    Blocks: TypeAlias = npt.NDArray[np.float64]
    """One number per block of a tenth of a second."""

BLOCKS_PER_SECOND = 10
"""The number of blocks per second; the level of each block is kept, its samples are not."""
SILENCE_DB = -50.0
"""The peak level, in decibels relative to full scale, below which audio counts as silence. It is
above the noise of a room, and below the quietest consonants at the loudness of any publisher."""
_NOISE_BLOCKS = 5
"""The length in blocks, half a second, of the quietest stretch, whose level is the noise floor."""
_CLIPPED_LEVEL = 32_766.5 / 32_768
"""The amplitude from which a sample counts as clipped: it rounds to the largest 16-bit value."""
_CANDIDATE_SHARE = 0.5
"""The share of the highest amplitude above which a sample may be next to the true peak."""
_MAX_CHANNELS = 2
"""The largest number of channels that are measured; more are mixed down to this number."""
_SAMPLE_BYTES = 4
"""The size of a sample in the stream that ffmpeg writes: 32-bit floating point."""
_SLOT_COUNTS = (10, 9, 7, 5, 3, 1)
"""Possible numbers of slots per block; the first that divides the block length evenly is used."""


@dataclass
class AudioMeasurement:
    """The levels and silences of an audiobook. Levels are relative to full scale."""

    sample_count: int
    """Samples per channel."""
    integrated_lufs: float
    true_peak_db: float
    sample_peak_db: float
    rms_db: float
    noise_floor_db: float
    """The level of the quietest half second."""
    head_seconds: float
    """The silence at the beginning."""
    tail_seconds: float
    """The silence at the end."""
    longest_silence_seconds: float
    """The longest silence that has sound on both sides."""
    longest_silence_start: float
    """When the longest silence begins, in seconds."""
    clipped_samples: int
    """The number of samples at full scale."""
    block_peaks: Blocks = field(repr=False)
    """The highest amplitude of each block, from 0 to 1."""
    momentary_lufs: Blocks = field(repr=False)
    """The loudness of overlapping windows of 400 ms, ten per second."""


def measure_audio(path: Path, sample_rate: int, channels: int) -> AudioMeasurement:
    """Decode and measure the first audio stream of a file.

    Raises:
        ExportError: the file can't be decoded.
    """
    channels = min(channels, _MAX_CHANNELS)
    options = ("-map", "0:a:0", "-f", "f32le", "-ac", str(channels), "-ar", str(sample_rate))
    frame_bytes = _SAMPLE_BYTES * channels
    meter = _AudioMeter(sample_rate, channels)
    # A read from the pipe may end within a frame; the next read then begins with its rest.
    partial_frame = b""
    for pipe_data in ffmpeg.decode_file(path, options):
        data = partial_frame + pipe_data
        whole_bytes = len(data) // frame_bytes * frame_bytes
        partial_frame = data[whole_bytes:]
        meter.add(np.frombuffer(data[:whole_bytes], "<f4").reshape(-1, channels))
    return meter.finish()


class _AudioMeter:
    """Measures audio that is added in pieces of any length.

    Levels are computed for whole blocks. Silences are found with a finer resolution: a block is
    divided into equal slots of about a hundredth of a second.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._sample_rate = sample_rate
        self._block_length = max(sample_rate // BLOCKS_PER_SECOND, 1)
        slot_count = next(count for count in _SLOT_COUNTS if self._block_length % count == 0)
        self._slot_length = self._block_length // slot_count
        self._loudness_meters = [LoudnessMeter(sample_rate) for _ in range(channels)]
        self._silences = _SilenceDetector()
        # Frames that do not fill a block yet.
        self._pending_frames: Frames = np.zeros((0, channels), np.float32)
        # The mean square of each block, averaged over the channels; one array per piece.
        self._block_energies: list[Blocks] = []
        # The highest amplitude of each block in any channel; one array per piece.
        self._block_peaks: list[Blocks] = []
        self._sample_count = self._clipped_samples = 0
        self._true_peak = 0.0

    def add(self, frames: Frames) -> None:
        """Measure the next piece; frames that do not fill a block wait for the piece after it."""
        joined_frames = np.concatenate([self._pending_frames, frames])
        whole_length = len(joined_frames) // self._block_length * self._block_length
        self._measure_blocks(joined_frames[:whole_length])
        self._pending_frames = joined_frames[whole_length:]

    def finish(self) -> AudioMeasurement:
        """Return the measurement of everything that was added."""
        sample_count = self._sample_count + len(self._pending_frames)
        # The last block is filled with silence, which does not count in the length or the RMS.
        padding_length = -len(self._pending_frames) % self._block_length
        self._measure_blocks(np.pad(self._pending_frames, ((0, padding_length), (0, 0))))
        # The empty array is needed if there are no blocks.
        block_energies = np.concatenate([*self._block_energies, np.zeros(0)])
        block_peaks = np.concatenate([*self._block_peaks, np.zeros(0)])
        # BS.1770 adds the weighted energies of the channels before it takes the logarithm.
        momentary_lufs = loudness.compute_momentary_loudness(
            np.sum([meter.compute_energies() for meter in self._loudness_meters], axis=0)
        )
        mean_square = float(block_energies.sum()) * self._block_length / max(sample_count, 1)
        slot_seconds = self._slot_length / self._sample_rate
        duration_seconds = sample_count / self._sample_rate
        return AudioMeasurement(
            sample_count=sample_count,
            integrated_lufs=loudness.compute_gated_loudness(momentary_lufs),
            true_peak_db=amplitude_to_decibels(self._true_peak),
            sample_peak_db=amplitude_to_decibels(float(block_peaks.max(initial=0.0))),
            rms_db=amplitude_to_decibels(mean_square**0.5),
            noise_floor_db=_measure_noise_floor(block_energies),
            head_seconds=min(self._silences.head * slot_seconds, duration_seconds),
            tail_seconds=max(duration_seconds - self._silences.sound_end * slot_seconds, 0.0),
            longest_silence_seconds=self._silences.longest * slot_seconds,
            longest_silence_start=self._silences.longest_start * slot_seconds,
            clipped_samples=self._clipped_samples,
            block_peaks=block_peaks,
            momentary_lufs=momentary_lufs,
        )

    def _measure_blocks(self, frames: Frames) -> None:
        """Measure whole blocks, and keep their levels."""
        if not len(frames):
            return
        self._sample_count += len(frames)
        for meter, channel in zip(self._loudness_meters, frames.T, strict=True):
            meter.add(channel)
            self._true_peak = max(self._true_peak, _measure_true_peak(channel, self._true_peak))
        # The highest amplitude of any channel, one per frame.
        frame_peaks = np.abs(frames).max(axis=1)
        self._clipped_samples += int(np.count_nonzero(frame_peaks >= _CLIPPED_LEVEL))
        block_peaks = frame_peaks.reshape(-1, self._block_length).max(axis=1)
        self._block_peaks.append(block_peaks.astype(np.float64))
        # Squares are computed with double precision: their sum over a book would lose too much.
        frame_energies = np.square(frames, dtype=np.float64).mean(axis=1)
        self._block_energies.append(frame_energies.reshape(-1, self._block_length).mean(axis=1))
        slot_peaks = frame_peaks.reshape(-1, self._slot_length).max(axis=1)
        self._silences.add(slot_peaks > loudness.decibels_to_amplitude(SILENCE_DB))


def _measure_noise_floor(block_energies: Blocks) -> float:
    """Return the level of the quietest half second, in decibels.

    Shorter audio is measured as if silence filled the half second. The result for a file without
    audio is 0, which fails every limit.
    """
    if not len(block_energies):
        return 0.0
    # The mean energy of each stretch of `_NOISE_BLOCKS` blocks, one stretch per block.
    stretch_energies = np.convolve(
        block_energies, np.full(_NOISE_BLOCKS, 1 / _NOISE_BLOCKS), "valid"
    )
    return amplitude_to_decibels(float(stretch_energies.min(initial=1.0)) ** 0.5)


def _measure_true_peak(channel: Channel, known_peak: float) -> float:
    """Return the highest amplitude of a channel, including values between its samples.

    Interpolation is slow, so it is done only near samples above half of the highest amplitude. If
    no sample is above half of `known_peak`, the highest sample is returned instead.
    """
    amplitudes = np.abs(channel)
    sample_peak = float(amplitudes.max())
    candidates = np.flatnonzero(amplitudes > max(sample_peak, known_peak) * _CANDIDATE_SHARE)
    if not len(candidates):
        return sample_peak
    return float(loudness.measure_true_peaks(np.ascontiguousarray(channel), candidates).max())


class _SilenceDetector:
    """Finds the silences in a stream of slots. All lengths and positions are in slots."""

    def __init__(self) -> None:
        self.head = 0
        """The length of the silence at the beginning."""
        self.sound_end = 0
        """The position after the last slot with sound."""
        self.longest = 0
        """The length of the longest silence between two slots with sound."""
        self.longest_start = 0
        self._slot_count = 0

    def add(self, has_sound: npt.NDArray[np.bool_]) -> None:
        """Add the next slots; `has_sound` has one element per slot."""
        sound_positions = np.flatnonzero(has_sound) + self._slot_count
        if len(sound_positions):
            if self.sound_end == 0:
                self.head = self.sound_end = int(sound_positions[0])
            # silence_lengths[i] is the length of the silence before sound_positions[i].
            previous_positions = np.concatenate([[self.sound_end - 1], sound_positions])
            silence_lengths = np.diff(previous_positions) - 1
            longest_index = int(silence_lengths.argmax())
            if silence_lengths[longest_index] > self.longest:
                self.longest = int(silence_lengths[longest_index])
                self.longest_start = int(sound_positions[longest_index]) - self.longest
            self.sound_end = int(sound_positions[-1]) + 1
        self._slot_count += len(has_sound)
        if not self.sound_end:
            self.head = self._slot_count
