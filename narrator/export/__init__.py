"""Write audiobooks to files, with one format per module.

A chunk is encoded by the worker that spoke it. At the end, all chunks are joined without being
encoded again. A codec adds samples of its own at both ends of what it encodes, which makes a chunk
a little longer than the samples that it was made from. The stitcher makes room for this in the
silence at the end of each chunk: it asks `compute_padding` how many samples to leave out.
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
    """A writer of one audio format."""

    name: str
    suffix: str
    """The file name's suffix, with the dot."""

    def check_encoding(self, encoding: Encoding) -> None:
        """Check that the format supports an encoding.

        Raises:
            OptionError: It does not.
        """
        ...

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:
        """Return how many samples to leave out of the silence at the end of a chunk.

        A chunk that is to occupy `sample_count` samples of the audiobook is encoded from
        `sample_count - compute_padding(sample_count, encoding)` samples. The result may be
        negative, in which case silence has to be added.
        """
        ...

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one chunk, and return how many samples it occupies once joined.

        Args:
            pcm_blocks: 16-bit little-endian mono samples, in blocks of any size.
            encoding: The sample rate and the bit rate.
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
            target: A temporary file, which the caller renames once everything is written.

        Raises:
            ExportError: An encoder fails, or a chunk is damaged.
            OutputError: The target can't be written.
        """
        ...
