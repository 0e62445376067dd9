import struct
from dataclasses import replace

import mutagen
import numpy as np
import pytest
from mutagen.mp4 import MP4

from narrator.errors import ExportError, OptionError
from narrator.export import Encoding, m4b
from narrator.export.m4b import M4b
from narrator.model import FilePart
from tests.export.mp4_reader import find_boxes, read_title_samples, walk_boxes
from tests.export.sample_audiobooks import METADATA, decode_audio
from tests.pictures import PNG

TITLES = ("第一章　嵐", "“Quoted” = 'title'; # \"straight\"", "ä" * 400)


def test_the_sound_is_exactly_as_long_as_the_timeline(make_audiobook):
    audiobook = make_audiobook("m4b")
    timeline = audiobook.timeline
    assert len(audiobook.decode()) == timeline.samples
    (header,) = find_boxes(audiobook.path.read_bytes(), b"mvhd")
    assert struct.unpack_from(">II", header, 12) == (timeline.rate, timeline.samples)


def test_it_is_an_audiobook_by_brand_and_tags(make_audiobook):
    audiobook = make_audiobook("m4b")
    data, tags = audiobook.path.read_bytes(), MP4(audiobook.path).tags
    assert data[4:12] == b"ftypM4B "
    assert (tags["stik"], tags["pgap"]) == ([2], True)
    expected = {
        "\xa9nam": METADATA.title,
        "\xa9ART": "Ann Author",
        "\xa9wrt": "Edgar",
        "\xa9gen": "Audiobook",
    }
    assert {key: tags[key] for key in expected} == {key: [value] for key, value in expected.items()}
    assert bytes(tags["covr"][0]) == PNG
    assert bytes(tags["----:com.apple.iTunes:SERIES"][0]) == b"Tales"


def test_one_of_several_files_is_numbered(make_audiobook):
    audiobook = make_audiobook("m4b", metadata=replace(METADATA, part=FilePart(3, 12, "Chapter 3")))
    tags = MP4(audiobook.path).tags
    assert (tags["trkn"], tags["\xa9nam"], tags["\xa9alb"]) == (
        [(3, 12)],
        ["Chapter 3"],
        [METADATA.title],
    )


def test_the_movie_box_comes_before_the_sound(make_audiobook):
    data = make_audiobook("m4b").path.read_bytes()
    names = [name for name, _, _ in walk_boxes(data) if name in {b"moov", b"mdat"}]
    assert names == [b"moov", b"mdat"]


def test_it_holds_no_date_and_no_encoders_name(make_audiobook):
    data = make_audiobook("m4b").path.read_bytes()
    assert b"Lavc" not in data
    assert b"Lavf" not in data
    headers = [box for name in (b"mvhd", b"tkhd", b"mdhd") for box in find_boxes(data, name)]
    for header in headers:
        assert header[4:12] == bytes(8)


def test_titles_are_whole_in_the_track_and_truncated_between_characters_in_the_list(
    make_audiobook,
):
    audiobook = make_audiobook("m4b", titles=TITLES)
    assert tuple(read_title_samples(audiobook.path.read_bytes())) == TITLES
    listed_titles = [chapter.title for chapter in mutagen.File(audiobook.path).chapters]
    assert listed_titles == [TITLES[0], TITLES[1], "ä" * 127]


def test_chapters_start_where_the_timeline_says(make_audiobook):
    audiobook = make_audiobook("m4b")
    marks = audiobook.timeline.marks
    starts = [chapter.start for chapter in mutagen.File(audiobook.path).chapters]
    expected = [mark.start / audiobook.timeline.rate for mark in marks]
    assert starts == pytest.approx(expected, abs=0.0005)
    _, time_to_sample = find_boxes(audiobook.path.read_bytes(), b"stts")
    durations = struct.unpack_from(f">{2 * len(marks)}I", time_to_sample, 8)[1::2]
    assert list(durations) == [mark.end - mark.start for mark in marks]


def test_an_audiobook_without_chapters_has_no_text_track(make_audiobook, tmp_path):
    audiobook = make_audiobook("m4b")
    target = tmp_path / "plain.m4b"
    timeline = replace(audiobook.timeline, marks=())
    M4b().join(audiobook.chunks, timeline, METADATA, audiobook.encoding, target)
    data = target.read_bytes()
    assert len(find_boxes(data, b"trak")) == 1
    assert find_boxes(data, b"tref") == []


def test_the_frame_at_the_end_is_silent(make_audiobook):
    samples = decode_audio(make_audiobook("m4b").path, 22_050)
    assert np.abs(samples[-2_000:]).max() < 0.001


def test_a_sample_rate_that_aac_does_not_support_is_reported():
    with pytest.raises(OptionError, match="choose from"):
        M4b().check_encoding(Encoding(22_051, 64))


@pytest.mark.parametrize(
    ("sample_rate", "config"),
    [(48_000, "1188"), (44_100, "1208"), (22_050, "1388"), (8_000, "1588")],
)
def test_the_decoder_is_told_the_sample_rate(sample_rate, config):
    assert m4b._build_audio_specific_config(sample_rate).hex() == config


@pytest.mark.parametrize("damage", [b"\0" * 8, b"\xff\xf1\x50\x40\x00\x00\x00", b"\xff"])
def test_a_stream_that_is_not_adts_is_reported(tmp_path, damage):
    with pytest.raises(ExportError, match="chunk: ffmpeg's AAC can't be understood"):
        list(m4b._split_adts(damage, tmp_path / "chunk"))


@pytest.mark.parametrize("sample_count", [1, 2_000, 22_050, 1_234_567])
def test_a_chunk_is_padded_to_whole_frames(sample_count):
    padding = M4b().compute_padding(sample_count, Encoding())
    sound_frames, remainder = divmod(sample_count - padding, 1024)
    assert remainder == 0
    occupied = (sound_frames + 1) * 1024  # one frame more for the encoder's delay
    assert abs(occupied - sample_count) <= 512 or sound_frames == 1
