"""Clips become a reel: trimmed to the speech, levelled, faded, and joined by the pauses planned.

pydub holds each clip. It counts in milliseconds, and fades sample by sample in Python, which takes
as long as all the rest here; so fades are numpy's, and all time is kept in samples.
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

with warnings.catch_warnings():  # pydub looks for a system's ffmpeg, which is not used here
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from narrator.audio.loudness import Samples
    from narrator.model import Chunk, Clip, Cue

LEAD_SECONDS = 0.020
"""Seconds kept before the first sound of a clip, for the breath of an `h` or an `f`."""
TAIL_SECONDS = 0.040
"""Seconds kept after the last, for the end of an `s` or a `t`."""
_THRESHOLD = -48.0
"""Decibels under a clip's own peak, below which it is silent: noise lies lower, breath higher."""
_FLOOR = -66.0
"""Decibels under full scale, below which anything is silent."""
_WINDOW = 0.002
"""Seconds over which silence is looked for."""
FADE_MILLISECONDS = 5
"""Milliseconds of fade at each end of a clip."""


@dataclass(frozen=True, slots=True)
class StitchedChunk:
    """A reel of sound, and when its lines are heard."""

    pcm_blocks: tuple[bytes, ...]
    """Signed 16-bit little-endian samples, mono; joined, they are the reel."""
    line_timings: tuple[LineTiming, ...]
    """From the beginning of the reel."""

    @property
    def sample_count(self) -> int:
        """How long the reel is."""
        return sum(map(len, self.pcm_blocks)) // 2


@dataclass(frozen=True, slots=True)
class _Take:
    """A clip, cut and levelled for its place in the reel."""

    segment: AudioSegment
    samples: int
    lead: int
    """Samples before its first sound."""
    tail: int
    """Samples after its last."""
    words: tuple[WordTiming, ...]


def stitch_chunk(
    chunk: Chunk,
    clips: Iterable[Clip],
    rate: int,
    padding: Callable[[int], int],
    target: levels.LoudnessTarget,
) -> StitchedChunk:
    """Stitch one reel, from one clip for each of its cues.

    Silence is never doubled: a pause is heard from the end of speech to the beginning of the next,
    the silence that a clip keeps at its ends counts as part of it, and a line that is not heard,
    such as "...", adds nothing to the pause before it. `slack` is the exporter's, and is taken from
    the silence that ends the reel.

    Raises:
        SynthesisError: a clip is missing.
    """
    reel = _Growing(rate, target.room_noise_db)
    silence, tail = round(chunk.lead_in_seconds * rate), 0
    coming = iter(clips)
    for cue in chunk.cues:
        clip = next(coming, None)
        if clip is None:
            raise SynthesisError(f"line {cue.line_id}: there is no clip for it")
        take = _take(cue, clip, rate, target.peak_db)
        pause = round(cue.pause_seconds * rate)
        if take.samples:
            reel.silence(silence - tail - take.lead)
            silence, tail = pause, take.tail
        else:
            silence = max(silence, pause)
        reel.speech(cue.line_id, take)
    rest = max(silence - tail, 0)
    reel.silence(rest - padding(reel.samples + rest))
    return StitchedChunk(tuple(reel.blocks), tuple(reel.spoken))


class _Growing:
    """A reel, block by block."""

    def __init__(self, rate: int, room: float | None) -> None:
        self.rate = rate
        self.room = room
        self.samples = 0
        self.blocks: list[bytes] = []
        self.spoken: list[LineTiming] = []

    def silence(self, samples: int) -> None:
        """Silence, or the room's own sound; nothing where `samples` is not above 0."""
        if samples > 0:
            self._add(
                AudioSegment(bytes(2 * samples), sample_width=2, frame_rate=self.rate, channels=1)
            )

    def speech(self, line: str, take: _Take) -> None:
        """A line spoken."""
        start = self.samples
        self._add(take.segment)
        words = WordTimings((word.start, word.sample) for word in take.words)
        self.spoken.append(LineTiming(line, start, self.samples, words))

    def _add(self, segment: AudioSegment) -> None:
        pcm = segment.raw_data
        self.blocks.append(pcm if self.room is None else _in_a_room(pcm, self.room, self.samples))
        self.samples += len(pcm) // 2


def _take(cue: Cue, clip: Clip, rate: int, peak: float) -> _Take:
    """A clip as it goes into the reel."""
    first, last = find_speech(clip.pcm, clip.rate)
    start = max(first - round(LEAD_SECONDS * clip.rate), 0)
    end = min(last + round(TAIL_SECONDS * clip.rate), clip.samples) if last else 0
    kept = levels.pcm_to_samples(clip.pcm[2 * start : 2 * end])
    kept *= np.float32(loudness.decibels_to_amplitude(cue.gain_db))
    if clip.rate != rate:
        kept = soxr.resample(kept, clip.rate, rate, quality="HQ")
    pcm = levels.samples_to_pcm(_faded(levels.limit_peaks(kept, rate, peak), rate))
    segment = AudioSegment(pcm, sample_width=2, frame_rate=rate, channels=1)
    samples = int(segment.frame_count())
    scale = rate / clip.rate
    lead = round((first - start) * scale)
    tail = samples - round((last - start) * scale)
    words = tuple(
        WordTiming(word.start, min(max(round((word.sample - start) * scale), 0), samples))
        for word in clip.words
    )
    return _Take(segment, samples, lead, tail, words)


def _faded(sound: Samples, rate: int) -> Samples:
    """The sound, which is changed, with a fade at each end."""
    size = rate * FADE_MILLISECONDS // 1000
    if len(sound) > 2 * size:
        ramp = np.linspace(0, 1, size, endpoint=False, dtype=np.float32)
        sound[:size] *= ramp
        sound[-size:] *= ramp[::-1]
    return sound


def find_speech(pcm: bytes, rate: int) -> tuple[int, int]:
    """The samples between which 16-bit sound is heard, end exclusive; (0, 0) where it is silent.

    Both lie on the grid of the windows that silence is looked for in.
    """
    sound = np.frombuffer(pcm, "<i2")
    loudest = max(int(sound.max(initial=0)), -int(sound.min(initial=0)))
    threshold = int(
        max(
            loudest * loudness.decibels_to_amplitude(_THRESHOLD),
            32768 * loudness.decibels_to_amplitude(_FLOOR),
        )
    )
    heard = (sound > threshold) | (sound < -threshold)
    if not heard.any():
        return 0, 0
    width = max(round(rate * _WINDOW), 1)
    first, last = int(heard.argmax()), len(sound) - 1 - int(heard[::-1].argmax())
    return first // width * width, min((last // width + 1) * width, len(sound))


# ---------------------------------------------------------------------------------- the room


def make_silence(seconds: float, rate: int, target: levels.LoudnessTarget) -> bytes:
    """Silence as it is between lines: with the room's own sound, where there is one."""
    pcm = bytes(2 * round(seconds * rate))
    return pcm if target.room_noise_db is None else _in_a_room(pcm, target.room_noise_db, 0)


_ROOM_SECONDS = 7
"""After which a room's noise begins again; long enough that no ear hears a rhythm."""


def _in_a_room(pcm: bytes, room: float, at: int) -> bytes:
    """Sound with a room's own faint noise under it, the same for every build."""
    noise = _noise(room)
    places = (np.arange(len(pcm) // 2) + at) % len(noise)
    mixed = np.frombuffer(pcm, "<i2").astype(np.int32) + noise[places]
    return bytes(np.clip(mixed, -32768, 32767).astype("<i2").data)


@cache
def _noise(room: float) -> npt.NDArray[np.int32]:
    """Seven seconds of noise at so many decibels, from a generator whose numbers never change."""
    raw = np.random.PCG64(1).random_raw(_ROOM_SECONDS * 48_000)
    # the sum of four even distributions is close to a bell curve
    parts = raw[:, None] >> np.array([0, 16, 32, 48], np.uint64) & np.uint64(0xFFFF)
    bell = parts.astype(np.float64).sum(axis=1)
    bell = (bell - bell.mean()) / bell.std() * loudness.decibels_to_amplitude(room) * 32768
    return np.asarray(np.rint(bell), dtype=np.int32)
