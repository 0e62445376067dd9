"""WAV: uncompressed sound, with chapters as cue points; in RF64 format beyond four gigabytes.

The ID3 tag has no chapters, because players that read both would show each chapter twice.

Sources: Microsoft and IBM's "Multimedia Programming Interface and Data Specifications 1.0" for
RIFF, cue points and labels; EBU Tech 3306 for RF64.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from narrator.export.flac_chunks import FlacChunkExporter, read_flac_blocks
from narrator.export.id3 import build_id3_tag
from narrator.files.os_errors import convert_os_errors
from narrator.model import Timeline
from narrator.text.truncation import truncate_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.export import Encoding
    from narrator.model import ChapterMark, Metadata

_MAX_RIFF_SIZE = (1 << 32) - 1
"""The largest size that RIFF can express. In RF64 it means that the real size is in `ds64`."""
_MAX_TITLE_BYTES = 511
"""Most bytes of a title. ffmpeg, and so most players, would cut a longer title, possibly within a
character."""
_DS64_BYTES = 28
"""Size of `ds64` without a table: three 64-bit sizes, and the 32-bit length of the table, 0."""
_CHUNK_HEADER_BYTES = 8


class Wav(FlacChunkExporter):
    """An exporter of uncompressed sound."""

    name = "wav"
    suffix = ".wav"

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Write all chunks as one stream, followed by chapters and tags."""
        id3_tag = build_id3_tag(metadata, Timeline(timeline.rate, (), ()))
        trailer = _make_cue_chunks(timeline.marks) + _make_riff_chunk(b"id3 ", id3_tag)
        with convert_os_errors(target), target.open("wb") as file:
            file.write(format_wav_head(encoding.sample_rate, timeline.samples, len(trailer)))
            for block in read_flac_blocks(chunks):
                file.write(block)
            file.write(trailer)


def format_wav_head(sample_rate: int, sample_count: int, trailer_bytes: int) -> bytes:
    """Return everything before the sound.

    As EBU Tech 3306 recommends, there is always room for 64-bit sizes, so small and large files
    have the same layout.
    """
    data_bytes = 2 * sample_count
    # Format 1 (PCM), 1 channel, samples and bytes per second, bytes per sample, bits per sample.
    format_fields = struct.pack("<HHIIHH", 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    format_chunk = _make_riff_chunk(b"fmt ", format_fields)
    riff_bytes = (
        4  # "WAVE"
        + _CHUNK_HEADER_BYTES
        + _DS64_BYTES
        + len(format_chunk)
        + _CHUNK_HEADER_BYTES
        + data_bytes
        + trailer_bytes
    )
    is_large = riff_bytes > _MAX_RIFF_SIZE
    # In a small file, a chunk that readers skip fills this room.
    large_sizes = struct.pack("<QQQI", riff_bytes, data_bytes, sample_count, 0)
    return b"".join(
        [
            b"RF64" if is_large else b"RIFF",
            struct.pack("<I", _MAX_RIFF_SIZE if is_large else riff_bytes),
            b"WAVE",
            _make_riff_chunk(b"ds64", large_sizes)
            if is_large
            else _make_riff_chunk(b"JUNK", bytes(_DS64_BYTES)),
            format_chunk,
            b"data",
            struct.pack("<I", _MAX_RIFF_SIZE if is_large else data_bytes),
        ]
    )


def _make_cue_chunks(marks: Sequence[ChapterMark]) -> bytes:
    """Return a cue point at the first sample of each chapter, with its title as a label.

    Chapters whose start does not fit into the 32 bits of a cue point are left out.
    """
    numbered_marks = [
        (number, mark) for number, mark in enumerate(marks, 1) if mark.start <= _MAX_RIFF_SIZE
    ]
    # Identifier, position in the playlist, chunk, offsets of the chunk and of the block (both 0 for
    # PCM), and sample offset.
    points = [
        struct.pack("<II4sIII", number, mark.start, b"data", 0, 0, mark.start)
        for number, mark in numbered_marks
    ]
    # The identifier of the cue point, then the title and a zero byte.
    labels = [
        _make_riff_chunk(
            b"labl",
            struct.pack("<I", number) + truncate_utf8(mark.title, _MAX_TITLE_BYTES) + b"\0",
        )
        for number, mark in numbered_marks
    ]
    cue_chunk = _make_riff_chunk(b"cue ", struct.pack("<I", len(points)) + b"".join(points))
    return cue_chunk + _make_riff_chunk(b"LIST", b"adtl" + b"".join(labels))


def _make_riff_chunk(name: bytes, body: bytes) -> bytes:
    """Return a RIFF chunk: its name, its size, its body, and a zero byte if the size is odd."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
