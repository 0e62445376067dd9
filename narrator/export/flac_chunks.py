"""Stores lossless chunks as FLAC, a third of their size, and reads them back as a stream.

A lossless audiobook is written in one pass over all chunks: FLAC frames are numbered through a
file, so the frames of several files can't simply be concatenated. The pass runs at a thousand times
real time, and the sound of the whole book is never copied anywhere but into the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import soundfile

from narrator.errors import ExportError, OutputError
from narrator.files.errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from narrator.export import Encoding

_BLOCK_SAMPLES = 1 << 18
"""Samples that are held in memory at a time."""


class FlacChunkExporter:
    """Base class of the lossless exporters, whose chunks are FLAC files."""

    def check_encoding(self, encoding: Encoding) -> None:
        """Check nothing: lossless formats support every sample rate."""

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:  # noqa: ARG002 - the interface
        """Return 0: a lossless codec adds no samples."""
        return 0

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one chunk as FLAC, and return its number of samples."""
        return write_flac(pcm_blocks, encoding.sample_rate, target)


def write_flac(pcm_blocks: Iterable[bytes], sample_rate: int, target: Path) -> int:
    """Write 16-bit mono blocks as FLAC, and return the number of samples.

    Raises:
        OutputError: The target can't be written, or its disk is full.
    """
    sample_count = 0
    with convert_os_errors(target):
        # Opened here first, as libsndfile reports every system error in the same vague words.
        target.open("wb").close()
    try:
        with soundfile.SoundFile(target, "w", sample_rate, 1, "PCM_16", format="FLAC") as sound:
            for block in pcm_blocks:
                sound.buffer_write(block, "int16")
                sample_count += len(block) // 2
    except soundfile.LibsndfileError as error:
        raise OutputError(
            f"{target} can't be written ({error.error_string})", "make sure that the disk has room"
        ) from error
    return sample_count


def read_flac_blocks(chunks: Sequence[Path]) -> Iterator[bytes]:
    """Yield the samples of FLAC files, one file after another, in blocks of 16-bit PCM.

    Raises:
        ExportError: A file is damaged.
    """
    for chunk in chunks:
        try:
            with soundfile.SoundFile(chunk) as sound:
                while block := bytes(sound.buffer_read(_BLOCK_SAMPLES, "int16")):
                    yield block
        except soundfile.LibsndfileError as error:
            raise ExportError(
                f"{chunk} is damaged ({error.error_string})", "delete it, and build again"
            ) from error
