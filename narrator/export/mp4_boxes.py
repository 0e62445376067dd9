"""Boxes of an MP4 file, which describe its sound and its chapters.

Sources: ISO 14496-12 (the base format, whose sections are cited below), ISO 14496-14 (`esds`),
Apple's "QuickTime File Format Specification" (the chapter track, `gmhd`, `text`), and, for Nero's
`chpl`, which was never published, what players read.
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

_IDENTITY_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""The transformation that leaves a picture as it is, of 16.16 and 2.30 fixed-point numbers."""
_MAX_UINT32 = (1 << 32) - 1
_UNITY_RATE = 0x10000
"""A playback rate of 1, as a 16.16 fixed-point number."""
MAX_NERO_CHAPTERS = 255
MAX_NERO_TITLE_BYTES = 255
"""`chpl` has one byte each for the number of chapters and the length of a title."""


def make_box(name: bytes, *contents: bytes) -> bytes:
    """Return a box: its size, its name, and its contents (4.2)."""
    body = b"".join(contents)
    return struct.pack(">I", len(body) + 8) + name + body


def make_full_box(name: bytes, version: int, flags: int, *contents: bytes) -> bytes:
    """Return a box with a version (8 bits) and flags (24 bits) before its contents (4.2)."""
    return make_box(name, struct.pack(">I", version << 24 | flags), *contents)


@dataclass(frozen=True, slots=True)
class Mp4Track:
    """The properties of a track that its boxes describe."""

    number: int
    timescale: int
    """Units of time per second."""
    duration: int
    """Length as played, in units of time."""
    stored_duration: int
    """Length as stored, including what the encoder adds, in units of time."""
    delay: int
    """Length of what is stored before the sound that is played, in units of time."""
    language: str
    """A three-letter code."""


def make_movie_header(timescale: int, duration: int, next_track: int) -> bytes:
    """Return `mvhd`, without dates (8.2.2)."""
    version, times = _pack_times(timescale, duration)
    # Rate 1, volume 1 (8.8 fixed point), 10 reserved bytes; the matrix; 24 predefined bytes.
    settings = struct.pack(">IH10x", _UNITY_RATE, 0x100) + _IDENTITY_MATRIX + bytes(24)
    return make_full_box(b"mvhd", version, 0, times, settings, struct.pack(">I", next_track))


def make_track_header(track: Mp4Track, *, is_enabled: bool, volume: int) -> bytes:
    """Return `tkhd` (8.3.2). A track that is not enabled is only referred to by others.

    Args:
        track: The track.
        is_enabled: Whether it is played by itself.
        volume: The volume, as an 8.8 fixed-point number.
    """
    is_large = track.duration > _MAX_UINT32
    # Creation and modification (no dates), the number, 4 reserved bytes, and the duration.
    layout = ">QQI4xQ" if is_large else ">III4xI"
    times = struct.pack(layout, 0, 0, track.number, track.duration)
    # 8 reserved bytes, layer, alternate group, volume, 2 reserved bytes; then width and height.
    settings = struct.pack(">8xHHHH", 0, 0, volume, 0) + _IDENTITY_MATRIX + bytes(8)
    # Flags: 1 enabled, 2 in the movie, 4 in the preview.
    flags = 7 if is_enabled else 2
    return make_full_box(b"tkhd", int(is_large), flags, times, settings)


def make_edit_list(track: Mp4Track) -> bytes:
    """Return `edts` with one edit (8.6.6), which skips what the encoder added.

    Without it everything would be late by the delay, and the sound would start with a click.
    """
    is_large = track.duration > _MAX_UINT32
    # The length of the edit, where it begins in the media, and a media rate of 1.
    layout = ">QqI" if is_large else ">IiI"
    edit = struct.pack(layout, track.duration, track.delay, _UNITY_RATE)
    edit_count = struct.pack(">I", 1)
    return make_box(b"edts", make_full_box(b"elst", int(is_large), 0, edit_count, edit))


def make_media_header(track: Mp4Track) -> bytes:
    """Return `mdhd` (8.4.2)."""
    version, times = _pack_times(track.timescale, track.stored_duration)
    # The language is three letters of five bits each, counted from "a" as 1; 2 predefined bytes.
    first, second, third = (ord(letter) - 0x60 for letter in track.language)
    language = struct.pack(">HH", first << 10 | second << 5 | third, 0)
    return make_full_box(b"mdhd", version, 0, times, language)


def _pack_times(timescale: int, duration: int) -> tuple[int, bytes]:
    """Return the version of a header, and its two dates (none), timescale and duration.

    Version 1 has 64 bits for dates and durations instead of 32.
    """
    is_large = duration > _MAX_UINT32
    layout = ">QQIQ" if is_large else ">IIII"
    return int(is_large), struct.pack(layout, 0, 0, timescale, duration)


def make_handler(media_type: bytes, name: str) -> bytes:
    """Return `hdlr`, the type of a track's media (8.4.3): predefined, type, 12 reserved bytes."""
    return make_full_box(
        b"hdlr", 0, 0, struct.pack(">I4s12x", 0, media_type), name.encode() + b"\0"
    )


def make_data_reference() -> bytes:
    """Return `dinf`, which says that the media lies in this file: flag 1 of `url ` (8.7.2)."""
    location = make_full_box(b"url ", 0, 1)
    return make_box(b"dinf", make_full_box(b"dref", 0, 0, struct.pack(">I", 1), location))


# ---------------------------------------------------------------------------------- sample tables
# A "sample" of MP4 is what one time stamp belongs to: here a frame of AAC, or a title. A "chunk"
# of MP4 is a run of samples without a gap; it has nothing to do with narrator's chunks.


def make_time_to_sample(runs: Sequence[tuple[int, int]]) -> bytes:
    """Return `stts` (8.6.1.2) from pairs of a number of samples and the duration of each."""
    entries = b"".join(struct.pack(">II", count, duration) for count, duration in runs)
    return make_full_box(b"stts", 0, 0, struct.pack(">I", len(runs)), entries)


def make_sample_sizes(sample_sizes: npt.NDArray[np.uint32]) -> bytes:
    """Return `stsz` (8.7.3.2) from sizes in bytes, of shape (samples,)."""
    # A common size of 0 says that every sample has a size of its own.
    head = struct.pack(">II", 0, len(sample_sizes))
    return make_full_box(b"stsz", 0, 0, head, sample_sizes.astype(">u4").tobytes())


def make_chunk_tables(
    sample_sizes: npt.NDArray[np.uint32], start: int, samples_per_chunk: int, *, is_large: bool
) -> bytes:
    """Return `stsc` (8.7.4) and `stco` or `co64` (8.7.5), the tables that locate each sample.

    Args:
        sample_sizes: Sizes in bytes, of shape (samples,). The samples lie without gaps.
        start: Offset in the file of the first sample.
        samples_per_chunk: Samples per chunk of MP4; the last chunk may have fewer.
        is_large: Whether offsets take 64 bits.
    """
    # sample_offsets[i] is where sample i begins, from the first; of shape (samples + 1,).
    sample_offsets = np.concatenate(
        [np.zeros(1, np.uint64), np.cumsum(sample_sizes, dtype=np.uint64)]
    )
    chunk_offsets = sample_offsets[:-1:samples_per_chunk] + np.uint64(start)
    # Each run says from which chunk on, counted from 1, chunks have how many samples.
    runs = [(1, samples_per_chunk)]
    last_count = len(sample_sizes) % samples_per_chunk
    if last_count:
        has_full_chunks = len(chunk_offsets) > 1
        last_run = (len(chunk_offsets), last_count)
        runs = [(1, samples_per_chunk), last_run] if has_full_chunks else [(1, last_count)]
    # The third number is the sample description: the first and only entry of `stsd`.
    entries = b"".join(struct.pack(">III", first, count, 1) for first, count in runs)
    sample_to_chunk = make_full_box(b"stsc", 0, 0, struct.pack(">I", len(runs)), entries)
    name, number_type = (b"co64", ">u8") if is_large else (b"stco", ">u4")
    offset_count = struct.pack(">I", len(chunk_offsets))
    packed_offsets = chunk_offsets.astype(number_type).tobytes()
    return sample_to_chunk + make_full_box(name, 0, 0, offset_count, packed_offsets)


# ---------------------------------------------------------------------------------- sound


def make_aac_entry(sample_rate: int, config: bytes, bit_rate: int) -> bytes:
    """Return `stsd` of a mono AAC track (8.5.2, 12.2.3; ISO 14496-14, 5.6).

    Args:
        sample_rate: Samples per second.
        config: The track's AudioSpecificConfig.
        bit_rate: Bits per second.
    """
    # DecoderConfigDescriptor (ISO 14496-1, 7.2.6.6): object type 0x40 (AAC), stream type audio,
    # a decoder buffer of 0x001800 bytes (24 bits), and the highest and average bit rate.
    decoder_config = struct.pack(">BBBHII", 0x40, 0x15, 0, 0x1800, bit_rate, bit_rate)
    decoder_config += _make_descriptor(5, config)  # DecoderSpecificInfo
    # ES_Descriptor (7.2.6.5): ES_ID 1 and no flags; SLConfigDescriptor predefined for MP4.
    stream = struct.pack(">HB", 1, 0) + _make_descriptor(4, decoder_config)
    stream += _make_descriptor(6, b"\x02")
    elementary_stream = make_full_box(b"esds", 0, 0, _make_descriptor(3, stream))
    # AudioSampleEntry: 6 reserved bytes, data reference 1, 8 reserved bytes, 1 channel, 16 bits,
    # 4 reserved bytes, and the sample rate as a 16.16 fixed-point number.
    audio_entry = struct.pack(">6xH8xHH4xI", 1, 1, 16, sample_rate << 16)
    sample_entry = make_box(b"mp4a", audio_entry, elementary_stream)
    return make_full_box(b"stsd", 0, 0, struct.pack(">I", 1), sample_entry)


def _make_descriptor(tag: int, body: bytes) -> bytes:
    """Return a descriptor (ISO 14496-1, 8.3.3): its tag, its size in four bytes, its body.

    The size has seven bits per byte, and the top bit says that another byte follows. Bodies are
    shorter than 128 bytes here, so that only the last byte holds anything.
    """
    return struct.pack(">BBBBB", tag, 0x80, 0x80, 0x80, len(body)) + body


# ---------------------------------------------------------------------------------- chapters


def make_title_sample(title: str) -> bytes:
    """Return a chapter's title as a sample of the text track, marked as UTF-8 (`encd` 0x100)."""
    text = title.encode()
    return struct.pack(">H", len(text)) + text + make_box(b"encd", struct.pack(">I", 0x100))


def make_text_entry() -> bytes:
    """Return `stsd` of QuickTime's text, without style, with one font that has no name."""
    # 6 reserved bytes, data reference 1, and the fields of 3GPP TS 26.245, 5.16: display flags, 25
    # bytes that are 0 (alignment, background, box, characters, font, size, colours), and the
    # opacity of the text.
    style = struct.pack(">6xHI25xB", 1, 1, 1)
    font_table = make_box(b"ftab", struct.pack(">HHB", 1, 1, 0))  # one font: number 1, no name
    text_entry = make_box(b"text", style, font_table)
    return make_full_box(b"stsd", 0, 0, struct.pack(">I", 1), text_entry)


def make_text_media_header() -> bytes:
    """Return `gmhd`, which QuickTime requires for text."""
    # Graphics mode "dither copy", a grey of three colours, balance 0, 2 reserved bytes.
    base_fields = struct.pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)
    base_header = make_full_box(b"gmin", 0, 0, base_fields)
    return make_box(b"gmhd", base_header, make_box(b"text", _IDENTITY_MATRIX))


def make_nero_chapters(marks: Sequence[ChapterMark], timescale: int) -> bytes:
    """Return `chpl`, or nothing if it can't hold all chapters: players then read the text track."""
    if len(marks) > MAX_NERO_CHAPTERS:
        return b""
    entries = []
    for mark in marks:
        title = truncate_utf8(mark.title, MAX_NERO_TITLE_BYTES)
        start = mark.start * 10_000_000 // timescale  # in units of 100 ns
        entries.append(struct.pack(">QB", start, len(title)) + title)
    # Version 1: 4 reserved bytes, then the number of chapters.
    return make_full_box(b"chpl", 1, 0, struct.pack(">IB", 0, len(marks)), *entries)
