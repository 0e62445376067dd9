"""Scans an audiobook: keeps two numbers per hundredth of a second, which tell speech from silence.

An hour takes three megabytes, so the scan of a whole book fits in memory although its sound does
not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from narrator.listening.audio_windows import SAMPLE_RATE, decode_samples
from narrator.takes.clip_measurement import (
    FRAMES_PER_SECOND,
    Floats,
    describe_frames,
    find_speech_frames,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

_FRAME_SAMPLES = SAMPLE_RATE // FRAMES_PER_SECOND
_FULL_SCALE = np.float32(32768)


@dataclass(frozen=True, eq=False)
class SoundScan:
    """The level and the brightness of each hundredth of a second of an audiobook."""

    levels_db: Floats = field(repr=False)
    """Relative to full scale, as `describe_frames` returns them: shape (frames,)."""
    brightness: Floats = field(repr=False)
    file_starts: Mapping[Path, float]
    """When each file begins, in seconds from the beginning of the first."""

    @property
    def seconds(self) -> float:
        """Return the length of the audiobook."""
        return len(self.levels_db) / FRAMES_PER_SECOND

    @cached_property
    def is_speech(self) -> npt.NDArray[np.bool_]:
        """Return which frames are not silent: shape (frames,)."""
        return find_speech_frames(self.levels_db)


def scan_audiobook(files: Sequence[Path]) -> Generator[float, None, SoundScan]:
    """Scan the files of an audiobook; yield the seconds that were scanned, and return the scan.

    Raises:
        ExportError: a file can't be decoded.
    """
    levels, brightness = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    file_starts: dict[Path, float] = {}
    frame_count = 0
    for file in files:
        file_starts[file] = frame_count / FRAMES_PER_SECOND
        rest = np.zeros(0, np.float32)
        for samples in decode_samples(file):
            pending = np.concatenate([rest, samples])
            whole = len(pending) // _FRAME_SAMPLES * _FRAME_SAMPLES
            rest = pending[whole:]
            block_levels, block_brightness = describe_frames(
                pending[:whole] * _FULL_SCALE, SAMPLE_RATE
            )
            levels.append(block_levels.astype(np.float32))
            brightness.append(block_brightness.astype(np.float32))
            frame_count += len(block_levels)
            yield frame_count / FRAMES_PER_SECOND
    return SoundScan(np.concatenate(levels), np.concatenate(brightness), file_starts)
