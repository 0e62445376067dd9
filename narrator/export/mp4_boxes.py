"""Builds the boxes of an MP4 file that describe its sound and its chapters.

Sources: ISO 14496-12 (the base format; section numbers below refer to it), ISO 14496-14 (`esds`)
and Apple's "QuickTime File Format Specification" (the chapter track, `gmhd`, `text`). The format of
Nero's `chpl` was never published; it is the one that players accept.
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
"""The identity transformation of a picture, in 16.16 and 2.30 fixed-point numbers."""
_MAX_UINT32 = (1 << 32) - 1
_UNITY_RATE = 0x10000
"""A playback rate of 1, as a 16.16 fixed-point number."""
MAX_NERO_CHAPTERS = 255
"""Most chapters in `chpl`, where their number is one byte."""
MAX_NERO_TITLE_BYTES = 255
"""Most bytes of a title in `chpl`, where its length is one byte."""


def make_box(name: bytes, *contents: bytes) -> bytes:
    """Return a box: its size, its name, and its contents (4.2)."""
    body = b"".join(contents)
    return struct.pack(">I", len(body) + 8) + name + body


def make_full_box(name: bytes, version: int, flags: int, *contents: bytes) -> bytes:
    """Return a box with a version (8 bits) and flags (24 bits) before its contents (4.2)."""
    return make_box(name, struct.pack(">I", version << 24 | flags), *contents)


@dataclass(frozen=True, slots=True)
class Mp4Track:
    """The properties of a track that its boxes contain."""

    number: int
    timescale: int
    """Time units per second."""
    duration: int
    """Duration as played, in time units."""
    stored_duration: int
    """Duration as stored, including samples that the encoder adds, in time units."""
    delay: int
    """Duration stored before the part that is played, in time units."""
    language: str
    """The three-letter ISO 639-2 code of the language."""


def make_movie_header(timescale: int, duration: int, next_track: int) -> bytes:
    """Return the movie header, `mvhd`, without dates (8.2.2)."""
    version, times = _pack_times(timescale, duration)
    # Rate 1, volume 1 (8.8 fixed point), 10 reserved bytes; the matrix; 24 predefined bytes.
    settings = struct.pack(">IH10x", _UNITY_RATE, 0x100) + _IDENTITY_MATRIX + bytes(24)
    return make_full_box(b"mvhd", version, 0, times, settings, struct.pack(">I", next_track))


def make_track_header(track: Mp4Track, *, is_enabled: bool, volume: int) -> bytes:
    """Return the track header, `tkhd` (8.3.2).

    Args:
        track: The track.
        is_enabled: Whether it is played; if not, only another track refers to it.
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
    """Return the edit list, `edts`, with one edit (8.6.6) that skips the track's delay.

    Without it, the sound would be late by the delay, and would start with a click.
    """
    is_large = track.duration > _MAX_UINT32
    # The duration of the edit, its start in the media, and a media rate of 1.
    layout = ">QqI" if is_large else ">IiI"
    edit = struct.pack(layout, track.duration, track.delay, _UNITY_RATE)
    edit_count = struct.pack(">I", 1)
    return make_box(b"edts", make_full_box(b"elst", int(is_large), 0, edit_count, edit))


def make_media_header(track: Mp4Track) -> bytes:
    """Return the media header, `mdhd` (8.4.2)."""
    version, times = _pack_times(track.timescale, track.stored_duration)
    # The language is three letters of five bits each, where "a" is 1; then 2 predefined bytes.
    first, second, third = (ord(letter) - 0x60 for letter in track.language)
    language = struct.pack(">HH", first << 10 | second << 5 | third, 0)
    return make_full_box(b"mdhd", version, 0, times, language)


def _pack_times(timescale: int, duration: int) -> tuple[int, bytes]:
    """Return the version of a header, and its fields: two dates (0), timescale and duration.

    Version 1 has 64-bit dates and durations, version 0 has 32-bit ones.
    """
    is_large = duration > _MAX_UINT32
    layout = ">QQIQ" if is_large else ">IIII"
    return int(is_large), struct.pack(layout, 0, 0, timescale, duration)


def make_handler(media_type: bytes, name: str) -> bytes:
    """Return the handler, `hdlr`, which gives the type of a track's media and a name (8.4.3)."""
    return make_full_box(
        b"hdlr", 0, 0, struct.pack(">I4s12x", 0, media_type), name.encode() + b"\0"
    )


def make_data_reference() -> bytes:
    """Return `dinf`, whose `url ` box with flag 1 means that the media is in this file (8.7.2)."""
    location = make_full_box(b"url ", 0, 1)
    return make_box(b"dinf", make_full_box(b"dref", 0, 0, struct.pack(">I", 1), location))


# ---------------------------------------------------------------------------------- sample tables
# In MP4, a "sample" is a unit with one time stamp: here, an AAC frame or a title. A "chunk" is a
# run of samples without gaps; it has nothing to do with narrator's chunks.


def make_time_to_sample(runs: Sequence[tuple[int, int]]) -> bytes:
    """Return the table of sample durations, `stts` (8.6.1.2).

    Each run is a number of consecutive samples, and the duration of each in time units.
    """
    entries = b"".join(struct.pack(">II", count, duration) for count, duration in runs)
    return make_full_box(b"stts", 0, 0, struct.pack(">I", len(runs)), entries)


def make_sample_sizes(sample_sizes: npt.NDArray[np.uint32]) -> bytes:
    """Return the table of sample sizes, `stsz` (8.7.3.2).

    `sample_sizes` holds the size of each sample in bytes, of shape (samples,).
    """
    # A common size of 0 means that each sample's size is listed.
    head = struct.pack(">II", 0, len(sample_sizes))
    return make_full_box(b"stsz", 0, 0, head, sample_sizes.astype(">u4").tobytes())


def make_chunk_tables(
    sample_sizes: npt.NDArray[np.uint32], start: int, samples_per_chunk: int, *, is_large: bool
) -> bytes:
    """Return the tables that locate each sample: `stsc` (8.7.4), and `stco` or `co64` (8.7.5).

    Args:
        sample_sizes: Sizes in bytes of consecutive samples without gaps, of shape (samples,).
        start: File offset of the first sample.
        samples_per_chunk: Samples per MP4 chunk; the last chunk may have fewer.
        is_large: Whether offsets have 64 bits instead of 32.
    """
    # sample_offsets[i] is the offset of sample i from the first sample; shape (samples + 1,).
    sample_offsets = np.concatenate(
        [np.zeros(1, np.uint64), np.cumsum(sample_sizes, dtype=np.uint64)]
    )
    chunk_offsets = sample_offsets[:-1:samples_per_chunk] + np.uint64(start)
    # Each run: the number of its first chunk, counted from 1, and the samples per chunk from there.
    runs = [(1, samples_per_chunk)]
    last_count = len(sample_sizes) % samples_per_chunk
    if last_count:
        has_full_chunks = len(chunk_offsets) > 1
        last_run = (len(chunk_offsets), last_count)
        runs = [(1, samples_per_chunk), last_run] if has_full_chunks else [(1, last_count)]
    # The third number of an entry refers to the only sample description in `stsd`.
    entries = b"".join(struct.pack(">III", first, count, 1) for first, count in runs)
    sample_to_chunk = make_full_box(b"stsc", 0, 0, struct.pack(">I", len(runs)), entries)
    name, number_type = (b"co64", ">u8") if is_large else (b"stco", ">u4")
    offset_count = struct.pack(">I", len(chunk_offsets))
    packed_offsets = chunk_offsets.astype(number_type).tobytes()
    return sample_to_chunk + make_full_box(name, 0, 0, offset_count, packed_offsets)


# ---------------------------------------------------------------------------------- sound


def make_aac_entry(sample_rate: int, config: bytes, bit_rate: int) -> bytes:
    """Return the sample description, `stsd`, of mono AAC (8.5.2, 12.2.3; ISO 14496-14, 5.6).

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
    """Return a descriptor (ISO 14496-1, 8.3.3): its tag, its size in four bytes, and its body.

    Each byte of the size has seven bits; its top bit means that another byte follows. Bodies are
    shorter than 128 bytes here, so only the last byte is not zero.
    """
    return struct.pack(">BBBBB", tag, 0x80, 0x80, 0x80, len(body)) + body


# ---------------------------------------------------------------------------------- chapters


def make_title_sample(title: str) -> bytes:
    """Return a chapter title as a sample of the text track; `encd` 0x100 marks it as UTF-8."""
    text = title.encode()
    return struct.pack(">H", len(text)) + text + make_box(b"encd", struct.pack(">I", 0x100))


def make_text_entry() -> bytes:
    """Return the sample description, `stsd`, of QuickTime text, unstyled and in an unnamed font."""
    # 6 reserved bytes, data reference 1, then the fields of 3GPP TS 26.245, 5.16: display flags, 25
    # zero bytes (alignment, background, box, characters, font, size, colours), and the opacity of
    # the text.
    style = struct.pack(">6xHI25xB", 1, 1, 1)
    font_table = make_box(b"ftab", struct.pack(">HHB", 1, 1, 0))  # one font: number 1, no name
    text_entry = make_box(b"text", style, font_table)
    return make_full_box(b"stsd", 0, 0, struct.pack(">I", 1), text_entry)


def make_text_media_header() -> bytes:
    """Return the media header of text, `gmhd`, which QuickTime requires."""
    # Graphics mode "dither copy", a grey of three colours, balance 0, 2 reserved bytes.
    base_fields = struct.pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)
    base_header = make_full_box(b"gmin", 0, 0, base_fields)
    return make_box(b"gmhd", base_header, make_box(b"text", _IDENTITY_MATRIX))


def make_nero_chapters(marks: Sequence[ChapterMark], timescale: int) -> bytes:
    """Return Nero's chapter list, `chpl`, or b"" if there are too many chapters for it.

    Players without the list read the text track.
    """
    if len(marks) > MAX_NERO_CHAPTERS:
        return b""
    entries = []
    for mark in marks:
        title = truncate_utf8(mark.title, MAX_NERO_TITLE_BYTES)
        start = mark.start * 10_000_000 // timescale  # in units of 100 ns
        entries.append(struct.pack(">QB", start, len(title)) + title)
    # Version 1: 4 reserved bytes, then the number of chapters.
    return make_full_box(b"chpl", 1, 0, struct.pack(">IB", 0, len(marks)), *entries)
