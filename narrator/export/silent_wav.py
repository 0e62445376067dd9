"""Writes WAV files that are silent except for a few passages.

The silence is never written: the file gets its whole length at once, and file systems with sparse
files store only the passages. A character who speaks for a minute of a book of ten hours takes
three megabytes there instead of 1.6 gigabytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.export.wav import format_wav_head
from narrator.files.os_errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SAMPLE_BYTES = 2
_HEAD_BYTES = len(format_wav_head(1, 0, 0))
"""Size of what precedes the sound, which does not depend on its length."""


def create_silent_wav(path: Path, sample_rate: int, sample_count: int) -> None:
    """Create a WAV file of 16-bit mono silence.

    Raises:
        OutputError: it can't be written.
    """
    with convert_os_errors(path), path.open("wb") as file:
        file.write(format_wav_head(sample_rate, sample_count, 0))
        file.truncate(_HEAD_BYTES + _SAMPLE_BYTES * sample_count)


def write_passages(path: Path, passages: Iterable[tuple[int, bytes]]) -> None:
    """Write passages of sound into a file of `create_silent_wav`.

    Args:
        path: The file.
        passages: The first sample of each passage, and its sound as 16-bit little-endian samples.

    Raises:
        OutputError: it can't be written.
    """
    with convert_os_errors(path), path.open("r+b") as file:
        for first_sample, pcm in passages:
            file.seek(_HEAD_BYTES + _SAMPLE_BYTES * first_sample)
            file.write(pcm)
