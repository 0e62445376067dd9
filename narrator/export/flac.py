"""FLAC: the sound as it is, in half the space, with chapters as Vorbis comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutagen.flac import FLAC, Picture

from narrator.export.comments import comments, picture
from narrator.export.lossless import FlacReels, blocks, write_flac
from narrator.export.rehearsal import rehearse
from narrator.export.writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.export import Encoding
    from narrator.model import Metadata, Timeline


class Flac(FlacReels):
    """Writes compressed sound without loss."""

    name = "flac"
    suffix = ".flac"

    def rehearse(self, encoding: Encoding) -> None:
        """Encode and join a second of sound."""
        rehearse(self, encoding)

    def join(
        self,
        reels: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Encode all reels as one stream, then tag it."""
        with writing(target), target.open("wb") as file:
            write_flac(blocks(reels), encoding.rate, file)
        sound = FLAC(target)
        sound.update(comments(metadata, timeline))
        if metadata.cover:
            sound.add_picture(picture(metadata.cover, Picture()))
        with writing(target):
            sound.save(padding=lambda _: 0)
