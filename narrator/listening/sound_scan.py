"""Scans an audiobook: keeps a few numbers per hundredth of a second, which tell how it sounds.

An hour takes four megabytes, so the scan of a whole book fits in memory although its sound does
not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from narrator.listening.audio_windows import SAMPLE_RATE, decode_samples
from narrator.takes.sound_frames import (
    FRAMES_PER_SECOND,
    SoundFrames,
    describe_frames,
    join_frames,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

_FRAME_SAMPLES = SAMPLE_RATE // FRAMES_PER_SECOND
_FULL_SCALE = np.float32(32768)
_CEPSTRUM_RANGE_DB = 127


@dataclass(frozen=True, eq=False)
class SoundScan:
    """The frames of an audiobook, in fewer bits than those of a clip."""

    frames: SoundFrames = field(repr=False)
    file_starts: Mapping[Path, float]
    """When each file begins, in seconds from the beginning of the first."""

    @property
    def seconds(self) -> float:
        """Return the length of the audiobook."""
        return len(self.frames.levels_db) / FRAMES_PER_SECOND

    @property
    def is_speech(self) -> npt.NDArray[np.bool_]:
        """Return which frames are not silent: shape (frames,)."""
        return self.frames.is_speech


def scan_audiobook(files: Sequence[Path]) -> Generator[float, None, SoundScan]:
    """Scan the files of an audiobook; yield the seconds that were scanned, and return the scan.

    Raises:
        ExportError: a file can't be decoded.
    """
    parts = [_shorten(describe_frames(np.zeros(0, np.float32), SAMPLE_RATE))]
    file_starts: dict[Path, float] = {}
    frame_count = 0
    for file in files:
        file_starts[file] = frame_count / FRAMES_PER_SECOND
        rest = np.zeros(0, np.float32)
        for samples in decode_samples(file):
            pending = np.concatenate([rest, samples])
            whole = len(pending) // _FRAME_SAMPLES * _FRAME_SAMPLES
            rest = pending[whole:]
            frames = describe_frames(pending[:whole] * _FULL_SCALE, SAMPLE_RATE)
            parts.append(_shorten(frames))
            frame_count += len(frames.levels_db)
            yield frame_count / FRAMES_PER_SECOND
    return SoundScan(join_frames(parts), file_starts)


def _shorten(frames: SoundFrames) -> SoundFrames:
    """Return frames with half-precision numbers, and whole decibels in the cepstra."""
    cepstra = np.clip(np.rint(frames.cepstra), -_CEPSTRUM_RANGE_DB, _CEPSTRUM_RANGE_DB)
    return SoundFrames(
        frames.levels_db.astype(np.float16),
        frames.brightness.astype(np.float16),
        cepstra.astype(np.int8),
    )
