"""Boxes of MP4: what the file says of its sound and its chapters.

Sources: ISO 14496-12 (the boxes), 14496-14 (`esds`), Apple's "QuickTime File Format" (the chapter
track, `gmhd`, `text`, `ilst`), and, for Nero's `chpl`, what players read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.text.truncation import truncate_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from narrator.model import ChapterMark

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_U32 = (1 << 32) - 1
MOST_NERO_CHAPTERS = 255
MOST_NERO_BYTES = 255
"""`chpl` counts chapters, and the bytes of a title, in one byte each."""


def make_box(name: bytes, *parts: bytes) -> bytes:
    """A box: its size, its name, what is in it."""
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def make_full_box(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with a version."""
    return make_box(name, struct.pack(">I", version << 24 | flags), *parts)


@dataclass(frozen=True, slots=True)
class Mp4Track:
    """A track, as its boxes tell of it."""

    number: int
    rate: int
    """Units of time per second."""
    duration: int
    """As played."""
    stored: int
    """As stored: what an encoder adds is in it."""
    delay: int
    """What is stored before that which is played."""
    language: str
    """Three letters."""


def movie_header(rate: int, duration: int, next_track: int) -> bytes:
    """`mvhd`, without dates."""
    version, times = _times(rate, duration)
    rest = (
        struct.pack(">IH10x", 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", next_track)
    )
    return make_full_box(b"mvhd", version, 0, times, rest)


def track_header(track: Mp4Track, *, enabled: bool, volume: int) -> bytes:
    """`tkhd`: a track that is not enabled is there for others to refer to."""
    large = track.duration > _U32
    times = struct.pack(">QQI4xQ" if large else ">III4xI", 0, 0, track.number, track.duration)
    rest = struct.pack(">8xHHHH", 0, 0, volume, 0) + _MATRIX + bytes(8)
    return make_full_box(b"tkhd", int(large), 7 if enabled else 2, times, rest)


def edits(track: Mp4Track) -> bytes:
    """`edts`: play all but what the encoder added, so that nothing is late and nothing clicks."""
    large = track.duration > _U32
    entry = struct.pack(">QqI" if large else ">IiI", track.duration, track.delay, 0x10000)
    return make_box(b"edts", make_full_box(b"elst", int(large), 0, struct.pack(">I", 1), entry))


def media_header(track: Mp4Track) -> bytes:
    """`mdhd`."""
    version, times = _times(track.rate, track.stored)
    first, second, third = (ord(letter) - 0x60 for letter in track.language)
    return make_full_box(
        b"mdhd", version, 0, times, struct.pack(">HH", first << 10 | second << 5 | third, 0)
    )


def _times(rate: int, duration: int) -> tuple[int, bytes]:
    """The version of a header, and its two dates (none), rate and duration."""
    large = duration > _U32
    return int(large), struct.pack(">QQIQ" if large else ">IIII", 0, 0, rate, duration)


def handler(kind: bytes, name: str) -> bytes:
    """`hdlr`: what sort of media a track holds."""
    return make_full_box(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, kind), name.encode() + b"\0")


def data_here() -> bytes:
    """`dinf`: the media lies in this file."""
    return make_box(
        b"dinf", make_full_box(b"dref", 0, 0, struct.pack(">I", 1), make_full_box(b"url ", 0, 1))
    )


# ---------------------------------------------------------------------------------- samples


def durations(runs: Sequence[tuple[int, int]]) -> bytes:
    """`stts`: pairs of how many samples, and how long each."""
    entries = b"".join(struct.pack(">II", count, length) for count, length in runs)
    return make_full_box(b"stts", 0, 0, struct.pack(">I", len(runs)), entries)


def sizes(of_samples: npt.NDArray[np.uint32]) -> bytes:
    """`stsz`."""
    return make_full_box(
        b"stsz", 0, 0, struct.pack(">II", 0, len(of_samples)), of_samples.astype(">u4").tobytes()
    )


def chunks(of_samples: npt.NDArray[np.uint32], start: int, each: int, *, wide: bool) -> bytes:
    """`stsc` and `stco` or `co64`: samples lie `each` to a chunk, without gaps, from `start`."""
    ends = np.concatenate([np.zeros(1, np.uint64), np.cumsum(of_samples, dtype=np.uint64)])
    offsets = ends[:-1:each] + np.uint64(start)
    runs = [(1, each)]
    rest = len(of_samples) % each
    if rest:
        runs = [(1, each), (len(offsets), rest)] if len(offsets) > 1 else [(1, rest)]
    entries = b"".join(struct.pack(">III", first, count, 1) for first, count in runs)
    to_chunk = make_full_box(b"stsc", 0, 0, struct.pack(">I", len(runs)), entries)
    name, form = (b"co64", ">u8") if wide else (b"stco", ">u4")
    places = make_full_box(
        name, 0, 0, struct.pack(">I", len(offsets)), offsets.astype(form).tobytes()
    )
    return to_chunk + places


# ---------------------------------------------------------------------------------- sound


def aac_entry(rate: int, config: bytes, bit_rate: int) -> bytes:
    """`stsd` of a mono AAC track; `config` is its AudioSpecificConfig."""
    decoder = struct.pack(">BBBHII", 0x40, 0x15, 0, 0x1800, bit_rate, bit_rate) + _descriptor(
        5, config
    )
    stream = struct.pack(">HB", 1, 0) + _descriptor(4, decoder) + _descriptor(6, b"\x02")
    esds = make_full_box(b"esds", 0, 0, _descriptor(3, stream))
    sound = struct.pack(">6xH8xHH4xI", 1, 1, 16, rate << 16)
    return make_full_box(b"stsd", 0, 0, struct.pack(">I", 1), make_box(b"mp4a", sound, esds))


def _descriptor(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBBBB", kind, 0x80, 0x80, 0x80, len(body)) + body


# ---------------------------------------------------------------------------------- chapters


def title_sample(title: str) -> bytes:
    """A chapter's title as a sample of the text track, marked as UTF-8."""
    text = title.encode()
    return struct.pack(">H", len(text)) + text + make_box(b"encd", struct.pack(">I", 0x100))


def text_entry() -> bytes:
    """`stsd` of QuickTime's text: no style, and a table of one font without a name."""
    style = struct.pack(">6xHI25xB", 1, 1, 1)
    fonts = make_box(b"ftab", struct.pack(">HHB", 1, 1, 0))
    return make_full_box(b"stsd", 0, 0, struct.pack(">I", 1), make_box(b"text", style, fonts))


def text_media_header() -> bytes:
    """`gmhd`, which QuickTime wants for text."""
    general = make_full_box(
        b"gmin", 0, 0, struct.pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)
    )
    return make_box(b"gmhd", general, make_box(b"text", _MATRIX))


def nero_chapters(marks: Sequence[ChapterMark], rate: int) -> bytes:
    """`chpl`, or nothing where it can't hold them all: then players read the text track."""
    if len(marks) > MOST_NERO_CHAPTERS:
        return b""
    entries = []
    for mark in marks:
        title = truncate_utf8(mark.title, MOST_NERO_BYTES)
        entries.append(struct.pack(">QB", mark.start * 10_000_000 // rate, len(title)) + title)
    return make_full_box(b"chpl", 1, 0, struct.pack(">IB", 0, len(marks)), *entries)
