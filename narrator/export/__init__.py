"""Writes audiobooks to files; each module is one format.

Each chunk is encoded by the worker that synthesised it. At the end, all chunks are joined without
being encoded again. A codec adds samples at both ends of what it encodes, which makes the encoded
chunk slightly longer than its source. To compensate, the stitcher removes samples from the silence
at the end of each chunk; `compute_padding` returns how many.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from narrator.model import Metadata, Timeline


@dataclass(frozen=True, slots=True)
class Encoding:
    """The sample rate and bit rate of an audio file."""

    sample_rate: int = 22_050
    """Samples per second."""
    bit_rate_kbps: int = 64
    """Kilobits per second. Lossless formats ignore it."""


class Exporter(Hashable, Protocol):
    """An exporter writes audiobooks in one audio format."""

    name: str
    suffix: str
    """The file name's suffix, with the dot."""

    def check_encoding(self, encoding: Encoding) -> None:
        """Check that the format supports an encoding.

        Raises:
            OptionError: The format does not support it.
        """
        ...

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:
        """Return how many samples to remove from the silence at the end of a chunk.

        A chunk that should occupy `sample_count` samples of the audiobook is encoded from
        `sample_count - compute_padding(sample_count, encoding)` samples. If the result is negative,
        silence must be added.
        """
        ...

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one chunk, and return how many samples it occupies in the audiobook.

        Args:
            pcm_blocks: 16-bit little-endian mono samples, in blocks of any size.
            encoding: The sample rate and bit rate.
            target: The file to write.
        """
        ...

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Join encoded chunks, and write chapters, tags and the cover.

        Args:
            chunks: The files that `encode_chunk` wrote, in listening order.
            timeline: The chapters of this file. If `metadata.part` is set, the file is one of
                several, and the chunks and the timeline are those of this file alone.
            metadata: The tags.
            encoding: The encoding of all chunks.
            target: A temporary file, which the caller renames when everything is written.

        Raises:
            ExportError: An encoder fails, or a chunk is damaged.
            OutputError: The target can't be written.
        """
        ...
