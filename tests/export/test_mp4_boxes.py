import struct

import numpy as np
import pytest

from narrator.export import mp4_boxes
from narrator.export.mp4_boxes import Mp4Track
from narrator.model import ChapterMark
from tests.export.mp4_reader import find_boxes, walk_boxes

LONG = 5_000_000_000
"""A duration that needs more than 32 bits."""


def make_track(duration=1_000):
    return Mp4Track(1, 22_050, duration, duration + 1024, 1024, "eng")


def test_a_box_is_its_size_its_name_and_its_contents():
    assert mp4_boxes.make_box(b"test", b"ab", b"c") == b"\0\0\0\x0btestabc"
    assert mp4_boxes.make_full_box(b"test", 1, 2, b"a") == b"\0\0\0\x0dtest\1\0\0\2a"


@pytest.mark.parametrize(("count", "is_listed"), [(255, True), (256, False)])
def test_neros_list_holds_255_chapters_or_is_left_out(count, is_listed):
    marks = [ChapterMark(f"Chapter {n}", n * 1_000, n * 1_000 + 1_000) for n in range(count)]
    assert bool(mp4_boxes.make_nero_chapters(marks, 1_000)) == is_listed


def test_neros_list_has_times_in_units_of_100_nanoseconds():
    box = mp4_boxes.make_nero_chapters([ChapterMark("One", 0, 3), ChapterMark("Two", 3, 6)], 2)
    assert box[4:8] == b"chpl"
    assert box[12:17] == b"\0\0\0\0\2"
    assert box[17:] == struct.pack(">QB3sQB3s", 0, 3, b"One", 15_000_000, 3, b"Two")


@pytest.mark.parametrize("count", [1, 31, 32, 33, 64, 65])
def test_every_sample_can_be_located_through_the_tables(count):
    sizes = np.arange(1, count + 1, dtype=np.uint32)
    table = mp4_boxes.make_chunk_tables(sizes, 1_000, 32, is_large=False)
    (_, sample_to_chunk, _), (_, chunk_offsets, _) = walk_boxes(table)
    numbers = struct.unpack_from(f">{len(sample_to_chunk) // 4 - 2}I", sample_to_chunk, 8)
    runs = np.array(numbers).reshape(-1, 3)
    offsets = struct.unpack_from(f">{len(chunk_offsets) // 4 - 2}I", chunk_offsets, 8)
    counts = [runs[runs[:, 0] <= chunk][-1, 1] for chunk in range(1, len(offsets) + 1)]
    assert sum(counts) == count
    first_samples = [sum(counts[:index]) for index in range(len(offsets))]
    assert list(offsets) == [1_000 + int(sizes[:first].sum()) for first in first_samples]


def test_a_file_of_more_than_four_gigabytes_has_64_bit_offsets():
    sizes = np.full(40, 1 << 27, np.uint32)
    table = mp4_boxes.make_chunk_tables(sizes, 5_000, 32, is_large=True)
    (offsets,) = find_boxes(table, b"co64")
    assert struct.unpack_from(">2Q", offsets, 8) == (5_000, 5_000 + 32 * (1 << 27))


def test_a_duration_of_more_than_32_bits_has_64():
    header = mp4_boxes.make_movie_header(44_100, LONG, 3)
    assert header[8] == 1
    assert struct.unpack_from(">IQ", header, 28) == (44_100, LONG)


@pytest.mark.parametrize(("duration", "version"), [(1_000, 0), (LONG, 1)])
def test_the_headers_of_a_track_have_the_version_that_its_duration_needs(duration, version):
    track = make_track(duration)
    track_header = mp4_boxes.make_track_header(track, is_enabled=True, volume=0x100)
    media_header = mp4_boxes.make_media_header(track)
    (edit_list,) = [body for name, body, _ in walk_boxes(mp4_boxes.make_edit_list(track))][1:]
    assert track_header[8] == media_header[8] == edit_list[0] == version
    # Sizes that ISO 14496-12 gives for each version.
    assert len(track_header) == (104 if version else 92)
    assert len(media_header) == (44 if version else 32)
    assert len(edit_list) == (28 if version else 20)


def test_the_edit_list_skips_the_encoders_delay():
    edits = mp4_boxes.make_edit_list(make_track())
    assert struct.unpack(">IiI", edits[-12:]) == (1_000, 1024, 0x10000)


@pytest.mark.parametrize(("is_enabled", "flags"), [(True, 7), (False, 2)])
def test_a_track_that_is_not_enabled_is_only_in_the_movie(is_enabled, flags):
    header = mp4_boxes.make_track_header(make_track(), is_enabled=is_enabled, volume=0)
    assert int.from_bytes(header[9:12], "big") == flags


@pytest.mark.parametrize(
    ("language", "packed"), [("eng", 0x15C7), ("und", 0x55C4), ("deu", 0x10B5)]
)
def test_a_language_is_packed_into_fifteen_bits(language, packed):
    header = mp4_boxes.make_media_header(Mp4Track(1, 1, 1, 1, 0, language))
    assert struct.unpack(">HH", header[-4:]) == (packed, 0)


def test_the_sound_entry_holds_the_rate_and_the_decoders_configuration():
    entry = mp4_boxes.make_aac_entry(22_050, b"\x13\x88", 64_000)
    assert struct.pack(">HH4xI", 1, 16, 22_050 << 16) in entry
    assert b"\x05\x80\x80\x80\x02\x13\x88" in entry
    assert struct.pack(">II", 64_000, 64_000) in entry
    # Every descriptor states the size of what it holds.
    descriptors = entry[entry.index(b"esds") + 8 :]
    assert descriptors[4] == len(descriptors) - 5


def test_a_title_is_a_sample_with_its_length_and_its_encoding():
    sample = mp4_boxes.make_title_sample("嵐")
    assert sample == b"\0\3" + "嵐".encode() + b"\0\0\0\x0cencd\0\0\1\0"
