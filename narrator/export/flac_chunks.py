"""Reels without loss: kept as FLAC, a third of their size, and read back as a stream.

A file without loss is written by one pass over all reels, because frames of FLAC are numbered
through a file and can't simply be laid end to end. At a thousand times real time that is quick, and
no copy of the book's sound lies anywhere but in the target.
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

_BLOCK = 1 << 18
"""Samples that are held at a time."""


class FlacChunkExporter:
    """What exporters have in common whose reels are FLAC."""

    def check_encoding(self, encoding: Encoding) -> None:
        """Any rate will do."""

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:  # noqa: ARG002 - the interface
        """Nothing: without loss, a reel is as long as its sound."""
        return 0

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one reel as FLAC."""
        return write_flac(pcm_blocks, encoding.sample_rate, target)


def write_flac(pcm: Iterable[bytes], rate: int, target: Path) -> int:
    """Write 16-bit mono blocks as FLAC; returns the number of samples.

    Raises:
        OutputError: the target can't be written, or its disk is full.
    """
    samples = 0
    with convert_os_errors(target):
        target.open("wb").close()  # says in words what libsndfile calls a system error
    try:
        with soundfile.SoundFile(target, "w", rate, 1, "PCM_16", format="FLAC") as sound:
            for block in pcm:
                sound.buffer_write(block, "int16")
                samples += len(block) // 2
    except soundfile.LibsndfileError as error:
        raise OutputError(
            f"{target} can't be written ({error.error_string})", "make sure that the disk has room"
        ) from error
    return samples


def read_flac_blocks(reels: Sequence[Path]) -> Iterator[bytes]:
    """The sound of reels of FLAC, block by block.

    Raises:
        ExportError: a reel is damaged.
    """
    for reel in reels:
        try:
            with soundfile.SoundFile(reel) as sound:
                while block := bytes(sound.buffer_read(_BLOCK, "int16")):
                    yield block
        except soundfile.LibsndfileError as error:
            raise ExportError(
                f"{reel} is damaged ({error.error_string})", "delete it, and build again"
            ) from error
