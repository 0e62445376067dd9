from dataclasses import replace
from io import BytesIO

import pytest
from mutagen.id3 import ID3

from narrator.export import id3
from narrator.export.id3 import build_id3_tag
from narrator.model import ChapterMark, FilePart, Metadata, Timeline
from tests.export.sample_audiobooks import METADATA

SAMPLE_RATE = 1000


def _make_timeline(*titles: str) -> Timeline:
    marks = (ChapterMark(title, n * 500, n * 500 + 500) for n, title in enumerate(titles))
    return Timeline(SAMPLE_RATE, tuple(marks), ())


def _read_tag(metadata: Metadata, timeline: Timeline) -> ID3:
    return ID3(BytesIO(build_id3_tag(metadata, timeline)), translate=False)


@pytest.mark.parametrize("title", ["Emma", "Böok", "第一章　嵐", "“Quoted”", "x" * 5_000])
def test_a_title_in_any_script_is_read_back(title: str) -> None:
    tag = _read_tag(replace(METADATA, title=title), _make_timeline(title))
    assert str(tag["TIT2"]) == title
    assert str(tag["CHAP:chp0"].sub_frames["TIT2"]) == title


def test_what_is_not_known_has_no_frame() -> None:
    assert sorted(_read_tag(Metadata("Emma"), _make_timeline())) == [
        "TALB",
        "TCON",
        "TIT2",
        "TLAN",
    ]


def test_one_of_several_files_has_its_own_title_and_number() -> None:
    tag = _read_tag(replace(METADATA, part=FilePart(3, 12, "Chapter 3")), _make_timeline())
    assert (str(tag["TIT2"]), str(tag["TALB"])) == ("Chapter 3", METADATA.title)
    assert str(tag["TRCK"]) == "3/12"


def test_the_tag_states_its_size_in_seven_bits_per_byte() -> None:
    tag = build_id3_tag(METADATA, _make_timeline(*["A chapter"] * 200))
    high, second, third, low = tag[6:10]
    assert max(high, second, third, low) < 0x80
    assert (high << 21 | second << 14 | third << 7 | low) == len(tag) - 10


@pytest.mark.parametrize("number", [0, 127, 128, 0x0FFFFFFF])
def test_a_syncsafe_number_has_no_byte_with_its_top_bit_set(number: int) -> None:
    encoded = id3._to_syncsafe(number)
    assert all(byte < 0x80 for byte in encoded)
    assert sum(byte << shift for byte, shift in zip(encoded, (21, 14, 7, 0), strict=True)) == number


@pytest.mark.parametrize(("count", "table_count"), [(1, 1), (255, 1), (256, 3), (511, 4)])
def test_more_than_255_chapters_need_a_table_of_tables(count: int, table_count: int) -> None:
    tag = _read_tag(Metadata("Emma"), _make_timeline(*[f"Chapter {n}" for n in range(count)]))
    tables = tag.getall("CTOC")
    assert len(tables) == table_count
    assert len(tag.getall("CHAP")) == count
    # Of all tables, one is at the top, and each lists its children in order.
    assert sorted(int(table.flags) for table in tables) == [1] * (table_count - 1) + [3]


def test_chapters_have_times_in_milliseconds_and_no_byte_offsets() -> None:
    timeline = Timeline(3, (ChapterMark("One", 0, 2), ChapterMark("Two", 2, 4)), ())
    chapters = _read_tag(Metadata("Emma"), timeline).getall("CHAP")
    times = sorted((chapter.start_time, chapter.end_time) for chapter in chapters)
    assert times == [(0, 667), (667, 1333)]
    assert {chapter.start_offset for chapter in chapters} == {0xFFFFFFFF}
