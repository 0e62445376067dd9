import struct
from dataclasses import replace

import mutagen
import numpy as np
import pytest
from mutagen.mp4 import MP4

from narrator.errors import OptionError
from narrator.export import Encoding, mp4_boxes
from narrator.export.m4b import M4b
from narrator.model import ChapterMark, FilePart
from tests.export.sample_audiobooks import METADATA, decode_audio
from tests.pictures import PNG

HOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"tref"}
TITLES = ("第一章　嵐", "“Quoted” = 'title'; # \"straight\"", "ä" * 400)


def walk(data, start=0, end=None):
    """Every box of a file, with its place: (name, body, offset)."""
    at, end = start, len(data) if end is None else end
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        yield name, data[at + 8 : at + size], at
        if name in HOLDERS:
            yield from walk(data, at + 8, at + size)
        at += size
    assert at == end


def boxes_named(data, name):
    return [body for found, body, _ in walk(data) if found == name]


def chapter_samples(data):
    """The titles of the text track, read through its tables."""
    tables = {name: boxes_named(data, name)[1] for name in (b"stsz", b"stco")}
    (start,) = struct.unpack_from(">I", tables[b"stco"], 8)
    _, _, count = struct.unpack_from(">III", tables[b"stsz"])
    sizes = struct.unpack_from(f">{count}I", tables[b"stsz"], 12)
    for size in sizes:
        (length,) = struct.unpack_from(">H", data, start)
        yield data[start + 2 : start + 2 + length].decode()
        start += size
    assert start == len(data)


def test_the_sound_is_exactly_as_long_as_the_timeline(make_audiobook):
    audiobook = make_audiobook("m4b")
    assert len(audiobook.decode()) == audiobook.timeline.samples
    (header,) = boxes_named(audiobook.path.read_bytes(), b"mvhd")
    assert struct.unpack_from(">II", header, 12) == (
        audiobook.timeline.rate,
        audiobook.timeline.samples,
    )


def test_it_is_an_audiobook_by_brand_and_tags(make_audiobook):
    audiobook = make_audiobook("m4b")
    data, tags = audiobook.path.read_bytes(), MP4(audiobook.path).tags
    assert data[4:12] == b"ftypM4B "
    assert (tags["stik"], tags["pgap"]) == ([2], True)
    told = {
        "\xa9nam": METADATA.title,
        "\xa9ART": "Ann Author",
        "\xa9wrt": "Edgar",
        "\xa9gen": "Audiobook",
    }
    assert {key: tags[key] for key in told} == {key: [value] for key, value in told.items()}
    assert bytes(tags["covr"][0]) == PNG
    assert bytes(tags["----:com.apple.iTunes:SERIES"][0]) == b"Tales"


def test_a_part_is_numbered(make_audiobook):
    audiobook = make_audiobook("m4b", metadata=replace(METADATA, part=FilePart(3, 12, "Chapter 3")))
    tags = MP4(audiobook.path).tags
    assert (tags["trkn"], tags["\xa9nam"], tags["\xa9alb"]) == (
        [(3, 12)],
        ["Chapter 3"],
        [METADATA.title],
    )


def test_contents_come_before_the_sound(make_audiobook):
    names = [
        name
        for name, _, _ in walk(make_audiobook("m4b").path.read_bytes())
        if name in (b"moov", b"mdat")
    ]
    assert names == [b"moov", b"mdat"]


def test_nothing_tells_when_or_by_what_it_was_made(make_audiobook):
    data = make_audiobook("m4b").path.read_bytes()
    assert b"Lavc" not in data
    assert b"Lavf" not in data
    for header in (
        boxes_named(data, b"mvhd") + boxes_named(data, b"tkhd") + boxes_named(data, b"mdhd")
    ):
        assert header[4:12] == bytes(8)


def test_titles_are_whole_in_the_track_and_cut_between_characters_in_the_list(make_audiobook):
    audiobook = make_audiobook("m4b", titles=TITLES)
    assert tuple(chapter_samples(audiobook.path.read_bytes())) == TITLES
    listed = [chapter.title for chapter in mutagen.File(audiobook.path).chapters]
    assert listed == [TITLES[0], TITLES[1], "ä" * 127]


def test_chapters_start_where_the_timeline_says(make_audiobook):
    audiobook = make_audiobook("m4b")
    starts = [chapter.start for chapter in mutagen.File(audiobook.path).chapters]
    expected = [mark.start / audiobook.timeline.rate for mark in audiobook.timeline.marks]
    assert starts == pytest.approx(expected, abs=0.0005)
    _, durations = boxes_named(audiobook.path.read_bytes(), b"stts")
    found = struct.unpack_from(f">{2 * len(expected)}I", durations, 8)[1::2]
    assert list(found) == [mark.end - mark.start for mark in audiobook.timeline.marks]


@pytest.mark.parametrize(("count", "listed"), [(255, True), (256, False)])
def test_neros_list_holds_255_chapters_or_is_left_out(count, listed):
    marks = [ChapterMark(f"Chapter {n}", n * 1_000, n * 1_000 + 1_000) for n in range(count)]
    assert bool(mp4_boxes.make_nero_chapters(marks, 1_000)) == listed


@pytest.mark.parametrize("count", [1, 31, 32, 33, 64, 65])
def test_every_frame_can_be_found_through_the_tables(count):
    sizes = np.arange(1, count + 1, dtype=np.uint32)
    table = mp4_boxes.make_chunk_tables(sizes, 1_000, 32, is_large=False)
    (_, to_chunk, _), (_, offsets, _) = walk(table)
    runs = np.array(struct.unpack_from(f">{len(to_chunk) // 4 - 2}I", to_chunk, 8)).reshape(-1, 3)
    places = struct.unpack_from(f">{len(offsets) // 4 - 2}I", offsets, 8)
    per_chunk = [runs[runs[:, 0] <= chunk][-1, 1] for chunk in range(1, len(places) + 1)]
    assert sum(per_chunk) == count
    firsts = [sum(per_chunk[:index]) for index in range(len(places))]
    assert list(places) == [1_000 + int(sizes[:first].sum()) for first in firsts]


def test_a_book_of_more_than_four_gigabytes_gets_wide_offsets():
    sizes = np.full(40, 1 << 27, np.uint32)
    table = mp4_boxes.make_chunk_tables(sizes, 5_000, 32, is_large=True)
    offsets = boxes_named(table, b"co64")[0]
    assert struct.unpack_from(">2Q", offsets, 8) == (5_000, 5_000 + 32 * (1 << 27))


def test_a_book_of_more_than_32_bits_of_samples_gets_wide_times():
    header = mp4_boxes.make_movie_header(44_100, 5_000_000_000, 3)
    assert header[8] == 1
    assert struct.unpack_from(">IQ", header, 28) == (44_100, 5_000_000_000)


def test_the_silent_frame_at_the_end_is_silent(make_audiobook):
    sound = decode_audio(make_audiobook("m4b").path, 22_050)
    assert np.abs(sound[-2_000:]).max() < 0.001


def test_a_rate_that_aac_does_not_know_is_told():
    with pytest.raises(OptionError, match="choose from"):
        M4b().check_encoding(Encoding(22_051, 64))
