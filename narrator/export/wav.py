"""WAV: the sound as it is, with chapters as cue points; RF64 beyond four gigabytes.

Sources: Microsoft's "Multimedia Programming Interface" for RIFF, cue points and labels; EBU Tech
3306 for RF64. The ID3 tag tells of the book, but not of its chapters: who reads both would show
each chapter twice.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from narrator.export.flac_chunks import FlacChunkExporter, read_flac_blocks
from narrator.export.id3 import build_id3_tag
from narrator.files.errors import convert_os_errors
from narrator.model import Timeline
from narrator.text.truncation import truncate_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.export import Encoding
    from narrator.model import ChapterMark, Metadata

_MOST = (1 << 32) - 1
"""The largest size that RIFF can write down."""
_MOST_TITLE = 511
"""Bytes of a title: ffmpeg, and so most players, reads no more, and may end within a character."""


class Wav(FlacChunkExporter):
    """Writes uncompressed sound."""

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
        """Write all reels as one stream, with chapters behind it."""
        words = build_id3_tag(metadata, Timeline(timeline.rate, (), ()))
        behind = _labels(timeline.marks) + _chunk(b"id3 ", words)
        with convert_os_errors(target), target.open("wb") as file:
            file.write(_head(encoding.sample_rate, timeline.samples, len(behind)))
            for block in read_flac_blocks(chunks):
                file.write(block)
            file.write(behind)


def _head(rate: int, samples: int, behind: int) -> bytes:
    """All that comes before the sound.

    Room for 64-bit sizes is always kept, as the standard recommends, so that small files and large
    ones have one layout.
    """
    data = 2 * samples
    form = _chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16))
    whole = 4 + 8 + 28 + len(form) + 8 + data + behind
    large = whole > _MOST
    sizes = struct.pack("<QQQI", whole, data, samples, 0) if large else bytes(28)
    return b"".join(
        [
            b"RF64" if large else b"RIFF",
            struct.pack("<I", _MOST if large else whole),
            b"WAVE",
            _chunk(b"ds64" if large else b"JUNK", sizes),
            form,
            b"data",
            struct.pack("<I", _MOST if large else data),
        ]
    )


def _labels(marks: Sequence[ChapterMark]) -> bytes:
    """Cue points at the chapters' first samples, and their titles, as far as 32 bits count."""
    reached = [(number, mark) for number, mark in enumerate(marks, 1) if mark.start <= _MOST]
    points = [
        struct.pack("<II4sIII", number, mark.start, b"data", 0, 0, mark.start)
        for number, mark in reached
    ]
    titles = [
        _chunk(b"labl", struct.pack("<I", number) + truncate_utf8(mark.title, _MOST_TITLE) + b"\0")
        for number, mark in reached
    ]
    cues = _chunk(b"cue ", struct.pack("<I", len(points)) + b"".join(points))
    return cues + _chunk(b"LIST", b"adtl" + b"".join(titles))


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
