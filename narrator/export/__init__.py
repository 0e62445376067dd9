"""Sound becomes files; one format a module.

A reel is encoded by the worker that spoke it, and all reels are joined at the end without encoding
again. A codec adds samples of its own at each end of what it encodes, so a reel occupies a little
more of the audiobook than the samples it was made from. The stitcher makes room for that in the
silence that ends each reel: it asks `slack` first.
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
    """How sound is stored."""

    sample_rate: int = 22_050
    """Samples per second."""
    bit_rate_kbps: int = 64
    """Kilobits per second; lossless formats ignore it."""


class Exporter(Hashable, Protocol):
    """Writes one format."""

    name: str
    suffix: str
    """With the dot."""

    def check_encoding(self, encoding: Encoding) -> None:
        """Find out whether the format can store sound so.

        Raises:
            OptionError: it can't.
        """
        ...

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:
        """Samples to leave out of the silence that ends a reel of this many samples.

        A reel that is planned to occupy `samples` in the audiobook is encoded from
        `samples - slack(samples, encoding)`. May be negative, where silence must be added.
        """
        ...

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one reel, block by block; return how many samples it occupies once joined."""
        ...

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Join encoded reels and write chapters, tags and cover.

        `target` is a temporary file that the caller renames when all went well. Where
        `metadata.part` tells that it is one of several files, reels and timeline are its own.

        Raises:
            ExportError: an encoder or a muxer fails.
            OutputError: the target can't be written.
        """
        ...
