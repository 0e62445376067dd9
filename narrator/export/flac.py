"""FLAC: lossless sound in half the size, with chapters as Vorbis comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutagen import MutagenError
from mutagen.flac import FLAC, Picture

from narrator.errors import ExportError
from narrator.export.flac_chunks import FlacChunkExporter, read_flac_blocks, write_flac
from narrator.export.vorbis_comments import fill_picture, list_comments
from narrator.files.os_errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.export import Encoding
    from narrator.model import Metadata, Timeline


class Flac(FlacChunkExporter):
    """An exporter of compressed lossless sound."""

    name = "flac"
    suffix = ".flac"

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Encode all chunks as one stream, then write its tags."""
        write_flac(read_flac_blocks(chunks), encoding.sample_rate, target)
        with convert_os_errors(target):
            _write_tags(target, metadata, timeline)


def _write_tags(target: Path, metadata: Metadata, timeline: Timeline) -> None:
    """Write the tags of a FLAC file.

    Raises:
        OSError: The file can't be read or written. mutagen wraps this error; it is unwrapped here.
        ExportError: mutagen fails for another reason.
    """
    try:
        flac_file = FLAC(target)
        flac_file.update(list_comments(metadata, timeline))
        if metadata.cover:
            flac_file.add_picture(fill_picture(metadata.cover, Picture()))
        flac_file.save(padding=lambda _: 0)
    except MutagenError as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from error
        raise ExportError(f"FLAC's tags could not be written ({error})") from error
