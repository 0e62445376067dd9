"""Joins clips into a chunk of sound: trims them to the speech, levels and fades them, adds pauses.

Each clip is a pydub segment. pydub fades sample by sample in Python, which takes as long as the
rest of this module, and measures time in milliseconds. So numpy does the fades here, and times are
in samples.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import soxr

from narrator.audio import levels, loudness
from narrator.errors import SynthesisError
from narrator.model import LineTiming, WordTiming, WordTimings

with warnings.catch_warnings():  # pydub warns that it finds no ffmpeg, which is not used here
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from narrator.audio.loudness import Samples
    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.model import Chunk, Clip, Cue

LEAD_SECONDS = 0.020
"""Silence kept before the first sound of a clip, because an `h` or `f` begins below the threshold.
"""
TAIL_SECONDS = 0.040
"""Silence kept after the last sound of a clip, because an `s` or `t` ends below the threshold."""
FADE_MILLISECONDS = 5
"""Length of the fade at each end of a clip."""
_RELATIVE_THRESHOLD_DB = -48.0
"""Level, relative to the peak of the clip, below which sound is silence: it lies between noise and
breath."""
_ABSOLUTE_THRESHOLD_DB = -66.0
"""Level, relative to full scale, below which sound is always silence."""
_WINDOW_SECONDS = 0.002
"""Resolution of the start and end of speech."""
_BYTES_PER_SAMPLE = 2
"""Size of a 16-bit sample."""


@dataclass(frozen=True, slots=True)
class StitchedChunk:
    """The sound of a chunk, with the times of its lines."""

    pcm_blocks: tuple[bytes, ...]
    """Consecutive blocks of the chunk's sound: signed 16-bit little-endian samples, mono."""
    line_timings: tuple[LineTiming, ...]
    """Times in samples from the beginning of the chunk."""

    @property
    def sample_count(self) -> int:
        """Return the length of the chunk in samples."""
        return sum(map(len, self.pcm_blocks)) // _BYTES_PER_SAMPLE


@dataclass(frozen=True, slots=True)
class _TrimmedClip:
    """A clip, trimmed, levelled and resampled for its chunk."""

    segment: AudioSegment
    sample_count: int
    lead_samples: int
    """Number of samples before its first sound."""
    tail_samples: int
    """Number of samples after its last sound."""
    word_timings: tuple[WordTiming, ...]


def stitch_chunk(
    chunk: Chunk,
    clips: Iterable[Clip],
    rate: int,
    padding: Callable[[int], int],
    target: LoudnessTarget,
) -> StitchedChunk:
    """Return the sound of one chunk, from one clip for each of its cues.

    A pause lasts from the end of speech to the start of the next speech, so it includes the silence
    kept at the ends of the clips. A line without sound, such as "...", does not add its own pause:
    the longer of both pauses is used.

    Args:
        chunk: the cues to be spoken, with their gains and pauses.
        clips: a clip for each cue, in the same order, at any sample rate.
        rate: sample rate of the chunk.
        padding: returns how many samples the exporter will add to a chunk of a given length. As
            many are removed from the silence at its end.
        target: the loudness of the audiobook.

    Raises:
        SynthesisError: a clip is missing.
    """
    builder = _ChunkBuilder(rate, target.room_noise_db)
    # The length of the current pause, and how much of it is already at the end of the last clip.
    due_samples, kept_samples = round(chunk.lead_in_seconds * rate), 0
    clip_iterator = iter(clips)
    for cue in chunk.cues:
        clip = next(clip_iterator, None)
        if clip is None:
            raise SynthesisError(f"line {cue.line_id}: there is no clip for it")
        trimmed = _trim_clip(cue, clip, rate, target.peak_db)
        pause_samples = round(cue.pause_seconds * rate)
        if trimmed.sample_count:
            builder.add_silence(due_samples - kept_samples - trimmed.lead_samples)
            due_samples, kept_samples = pause_samples, trimmed.tail_samples
        else:
            due_samples = max(due_samples, pause_samples)
        builder.add_speech(cue.line_id, trimmed)
    remaining_samples = max(due_samples - kept_samples, 0)
    builder.add_silence(remaining_samples - padding(builder.sample_count + remaining_samples))
    return StitchedChunk(tuple(builder.pcm_blocks), tuple(builder.line_timings))


class _ChunkBuilder:
    """Builds a chunk block by block, and records the times of its lines."""

    def __init__(self, rate: int, room_noise_db: float | None) -> None:
        self.rate = rate
        self.room_noise_db = room_noise_db
        self.sample_count = 0
        self.pcm_blocks: list[bytes] = []
        self.line_timings: list[LineTiming] = []

    def add_silence(self, sample_count: int) -> None:
        """Append silence with any room noise; do nothing if the count is 0 or less."""
        if sample_count > 0:
            silence = bytes(_BYTES_PER_SAMPLE * sample_count)
            self._add_segment(
                AudioSegment(
                    silence, sample_width=_BYTES_PER_SAMPLE, frame_rate=self.rate, channels=1
                )
            )

    def add_speech(self, line_id: str, trimmed: _TrimmedClip) -> None:
        """Append the speech of a line, and record its times."""
        start = self.sample_count
        self._add_segment(trimmed.segment)
        word_timings = WordTimings((word.start, word.sample) for word in trimmed.word_timings)
        self.line_timings.append(LineTiming(line_id, start, self.sample_count, word_timings))

    def _add_segment(self, segment: AudioSegment) -> None:
        """Append a segment of sound, with any room noise added."""
        pcm = segment.raw_data
        if self.room_noise_db is not None:
            pcm = _add_room_noise(pcm, self.room_noise_db, self.sample_count)
        self.pcm_blocks.append(pcm)
        self.sample_count += len(pcm) // _BYTES_PER_SAMPLE


def _trim_clip(cue: Cue, clip: Clip, rate: int, peak_db: float) -> _TrimmedClip:
    """Return a clip trimmed to its speech, levelled, limited, faded and resampled."""
    first_sound, sound_end = find_speech(clip.pcm, clip.rate)
    start = max(first_sound - round(LEAD_SECONDS * clip.rate), 0)
    end = min(sound_end + round(TAIL_SECONDS * clip.rate), clip.samples) if sound_end else 0
    samples = levels.pcm_to_samples(clip.pcm[_BYTES_PER_SAMPLE * start : _BYTES_PER_SAMPLE * end])
    samples *= np.float32(loudness.decibels_to_amplitude(cue.gain_db))
    if clip.rate != rate:
        samples = soxr.resample(samples, clip.rate, rate, quality="HQ")
    pcm = levels.samples_to_pcm(_fade_edges(levels.limit_peaks(samples, rate, peak_db), rate))
    segment = AudioSegment(pcm, sample_width=_BYTES_PER_SAMPLE, frame_rate=rate, channels=1)
    sample_count = int(segment.frame_count())
    # Convert offsets in the clip to offsets in the segment, whose sample rate may differ.
    scale = rate / clip.rate
    lead_samples = round((first_sound - start) * scale)
    tail_samples = sample_count - round((sound_end - start) * scale)
    word_timings = tuple(
        WordTiming(word.start, min(max(round((word.sample - start) * scale), 0), sample_count))
        for word in clip.words
    )
    return _TrimmedClip(segment, sample_count, lead_samples, tail_samples, word_timings)


def _fade_edges(samples: Samples, rate: int) -> Samples:
    """Fade sound in and out, in place, and return it; leave it unchanged if it is too short."""
    fade_length = rate * FADE_MILLISECONDS // 1000
    if len(samples) > 2 * fade_length:
        ramp = np.linspace(0, 1, fade_length, endpoint=False, dtype=np.float32)
        samples[:fade_length] *= ramp
        samples[-fade_length:] *= ramp[::-1]
    return samples


def find_speech(pcm: bytes, rate: int) -> tuple[int, int]:
    """Return the start and end of speech in samples, or (0, 0) if there is only silence.

    Both are rounded outwards to windows of 2 ms.
    """
    samples = np.frombuffer(pcm, "<i2")
    loudest_sample = max(int(samples.max(initial=0)), -int(samples.min(initial=0)))
    threshold = int(
        max(
            loudest_sample * loudness.decibels_to_amplitude(_RELATIVE_THRESHOLD_DB),
            32768 * loudness.decibels_to_amplitude(_ABSOLUTE_THRESHOLD_DB),
        )
    )
    # Not abs(): the absolute value of -32768 does not fit into 16 bits.
    is_audible = (samples > threshold) | (samples < -threshold)
    if not is_audible.any():
        return 0, 0
    window_length = max(round(rate * _WINDOW_SECONDS), 1)
    first_audible = int(is_audible.argmax())
    last_audible = len(samples) - 1 - int(is_audible[::-1].argmax())
    return (
        first_audible // window_length * window_length,
        min((last_audible // window_length + 1) * window_length, len(samples)),
    )


# ---------------------------------------------------------------------------------- room noise


def make_silence(seconds: float, rate: int, target: LoudnessTarget) -> bytes:
    """Return the 16-bit samples of a pause, with the target's room noise, if any."""
    pcm = bytes(_BYTES_PER_SAMPLE * round(seconds * rate))
    return pcm if target.room_noise_db is None else _add_room_noise(pcm, target.room_noise_db, 0)


_NOISE_SECONDS = 7
"""Period after which the room noise repeats; too long to be heard as a rhythm."""
_NOISE_RATE = 48_000
"""Samples of room noise per second, whatever the rate of the chunk."""


def _add_room_noise(pcm: bytes, room_noise_db: float, offset: int) -> bytes:
    """Return 16-bit samples with faint noise added, the same in every build.

    `offset` is the number of samples of the chunk before these; the noise continues from there.
    """
    noise = _make_noise(room_noise_db)
    noise_indices = (np.arange(len(pcm) // _BYTES_PER_SAMPLE) + offset) % len(noise)
    # Add in 32 bits, because speech near full scale would overflow 16 bits.
    mixed = np.frombuffer(pcm, "<i2").astype(np.int32) + noise[noise_indices]
    return bytes(np.clip(mixed, -32768, 32767).astype("<i2").data)


@cache
def _make_noise(room_noise_db: float) -> npt.NDArray[np.int32]:
    """Return seven seconds of white noise as values of 16-bit samples, of shape (samples,).

    The values are computed from raw numbers of the PCG64 generator, which are the same in every
    version of numpy; random values from its distributions may change.
    """
    raw_numbers = np.random.PCG64(1).random_raw(_NOISE_SECONDS * _NOISE_RATE)
    # Each 64-bit number gives four uniform 16-bit numbers, whose sum is nearly Gaussian.
    shifts = np.array([0, 16, 32, 48], np.uint64)
    uniform_parts = raw_numbers[:, None] >> shifts & np.uint64(0xFFFF)  # (samples, 4)
    noise = uniform_parts.astype(np.float64).sum(axis=1)
    amplitude = loudness.decibels_to_amplitude(room_noise_db)
    noise = (noise - noise.mean()) / noise.std() * amplitude * 32768
    return np.asarray(np.rint(noise), dtype=np.int32)
