"""Decodes an audiobook as a stream, and cuts it at pauses into windows for a recogniser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from narrator.export import ffmpeg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Samples: TypeAlias = npt.NDArray[np.float32]
"""Samples from -1 to 1, at `SAMPLE_RATE`."""

SAMPLE_RATE = 16_000
"""Samples per second that Whisper takes."""
WINDOW_SECONDS = (14, 28)
"""The shortest and the longest window; Whisper hears 30 seconds at once."""
_FRAMES_PER_SECOND = 100
_PAUSE_AMPLITUDE = 0.005
"""Amplitude below which a hundredth of a second is a pause: 46 dB below full scale."""
_DECODING = ("-map", "0:a:0", "-ac", "1", "-f", "f32le")


@dataclass(frozen=True, eq=False)
class AudioWindow:
    """A stretch of an audiobook."""

    start_seconds: float
    """From the beginning of the first file."""
    samples: Samples
    file: Path
    file_start_seconds: float
    """When the file begins, from the beginning of the first."""

    @property
    def end_seconds(self) -> float:
        """Return when the window ends, from the beginning of the first file."""
        return self.start_seconds + len(self.samples) / SAMPLE_RATE


def iterate_windows(files: Iterable[Path]) -> Iterator[AudioWindow]:
    """Yield consecutive windows of the files of an audiobook, cut in the middle of long pauses.

    Raises:
        ExportError: a file can't be decoded.
    """
    offset, longest = 0, WINDOW_SECONDS[1] * SAMPLE_RATE
    for file in files:
        pending: Samples = np.zeros(0, np.float32)
        file_start = offset / SAMPLE_RATE
        for samples in decode_samples(file):
            pending = np.concatenate([pending, samples])
            while len(pending) > longest:
                end = find_window_end(pending)
                yield AudioWindow(offset / SAMPLE_RATE, pending[:end], file, file_start)
                pending, offset = pending[end:], offset + end
        if len(pending):
            yield AudioWindow(offset / SAMPLE_RATE, pending, file, file_start)
        offset += len(pending)


def cut_audio(
    file: Path, start_seconds: float, end_seconds: float, sample_rate: int = SAMPLE_RATE
) -> Samples:
    """Return the samples of a stretch of a file.

    Raises:
        ExportError: the file can't be decoded.
    """
    start = max(start_seconds, 0.0)
    bounds = ("-ss", f"{start:.3f}", "-t", f"{max(end_seconds - start, 0.001):.3f}")
    return np.concatenate([np.zeros(0, np.float32), *decode_samples(file, bounds, sample_rate)])


def find_file(seconds: float, file_starts: Mapping[Path, float]) -> tuple[Path, float]:
    """Return the file that is heard at a time, and when it begins, in seconds from the first."""
    begun = [(file, start) for file, start in file_starts.items() if start <= seconds]
    return begun[-1]


def decode_samples(
    file: Path, bounds: tuple[str, ...] = (), sample_rate: int = SAMPLE_RATE
) -> Iterator[Samples]:
    """Yield the samples of a file, block by block.

    Args:
        file: The file.
        bounds: Options of ffmpeg that choose a stretch of it.
        sample_rate: Samples per second of what is returned.

    Raises:
        ExportError: the file can't be decoded.
    """
    rest, options = b"", (*_DECODING, "-ar", str(sample_rate))
    for block in ffmpeg.decode_file(file, options, source_options=bounds):
        data = rest + block
        # a block of a pipe may end within a sample of four bytes
        whole = len(data) // 4 * 4
        rest = data[whole:]
        yield np.frombuffer(data[:whole], "<f4")


def find_window_end(samples: Samples) -> int:
    """Return the sample at which the first window ends.

    It is the middle of the longest pause between the limits of `WINDOW_SECONDS`, or the end.
    """
    first, last = (seconds * SAMPLE_RATE for seconds in WINDOW_SECONDS)
    if len(samples) <= last:
        return len(samples)
    length = SAMPLE_RATE // _FRAMES_PER_SECOND
    peaks = np.abs(samples[first:last].reshape(-1, length)).max(axis=1)
    # both ends count as loud, so that every pause has two edges
    edges = np.flatnonzero(np.concatenate([[True], peaks > _PAUSE_AMPLITUDE, [True]]))
    longest = int(np.diff(edges).argmax())
    return first + int(edges[longest] + edges[longest + 1]) // 2 * length
