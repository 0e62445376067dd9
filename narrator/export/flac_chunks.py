"""Stores the chunks of lossless audiobooks as FLAC files, and reads them back as one stream.

FLAC makes the chunks a third of their size. The frames of a FLAC file are numbered, so files can't
be joined by concatenation: the audiobook is encoded again in one pass over all chunks. This runs at
a thousand times real time, and needs no temporary copy of the whole sound.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import soundfile

from narrator.errors import ExportError, OutputError
from narrator.files.os_errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from narrator.export import Encoding

_PROBE_BYTES = 1 << 20
"""Size of what is written to learn why a file can't be written: more than a disk keeps free."""
_BLOCK_SAMPLES = 1 << 18
"""Number of samples that are held in memory at a time."""


class FlacChunkExporter:
    """Base class of the lossless exporters, which store chunks as FLAC files."""

    def check_encoding(self, encoding: Encoding) -> None:
        """Check nothing: lossless formats support every sample rate."""

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:  # noqa: ARG002 - the interface
        """Return 0: a lossless codec adds no samples."""
        return 0

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one chunk as FLAC, and return its number of samples."""
        return write_flac(pcm_blocks, encoding.sample_rate, target)


def write_flac(pcm_blocks: Iterable[bytes], sample_rate: int, target: Path) -> int:
    """Write blocks of 16-bit mono PCM as a FLAC file, and return the number of samples.

    Raises:
        OutputError: The target can't be written, or its disk is full.
    """
    sample_count = 0
    with convert_os_errors(target):
        # Opened here first, because libsndfile reports all system errors in the same vague words.
        target.open("wb").close()
    try:
        with soundfile.SoundFile(target, "w", sample_rate, 1, "PCM_16", format="FLAC") as sound:
            for block in pcm_blocks:
                sound.buffer_write(block, "int16")
                sample_count += len(block) // 2
    except soundfile.LibsndfileError as error:
        _explain_failure(target)
        raise OutputError(
            f"{target} can't be written ({error.error_string})", "make sure that the disk has room"
        ) from error
    return sample_count


def _explain_failure(target: Path) -> None:
    """Write to a file that libsndfile could not write, because it does not tell the reason.

    Raises:
        OutputError: this fails too; the message gives the system's reason, such as a full disk.
    """
    with convert_os_errors(target), target.open("ab") as file:
        file.write(bytes(_PROBE_BYTES))
        file.flush()
        os.fsync(file.fileno())


def read_flac_blocks(chunks: Sequence[Path]) -> Iterator[bytes]:
    """Yield the samples of FLAC files, in order, as blocks of 16-bit PCM.

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
