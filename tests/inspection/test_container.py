import pytest

from narrator.errors import ReadingError
from narrator.inspection.container import (
    _count_channels,
    _parse_log,
    _parse_metadata,
    read_container,
)

LOG = """ffmpeg version 7.0
  configuration: --enable-gpl
Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'book.m4b':
  Metadata:
    title           : A Book
    Artist          : Ann: Author
    comment         : one line
                    : and another
  Duration: 01:02:03.50, start: 0.000000, bitrate: 65 kb/s
  Chapters:
    Chapter #0:0: start 0.000000, end 4.500000
      Metadata:
        title           : One
    Chapter #0:1: start 4.500000, end 3723.500000
  Stream #0:0[0x1](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 63 kb/s
      Metadata:
        handler_name    : SoundHandler
  Stream #0:1[0x0]: Video: mjpeg (Baseline), yuvj420p(pc), 500x500, 90k tbr (attached pic)
  Stream #0:2[0x3](und): Audio: aac (LC), 22050 Hz, mono, fltp, 32 kb/s
Output #0, null, to 'pipe:':
  Metadata:
    encoder         : Lavf61
"""


def test_a_log_is_parsed_up_to_the_output():
    container = _parse_log(LOG)
    assert container.format == "mov,mp4,m4a,3gp,3g2,mj2"
    assert container.duration_seconds == 3723.5
    assert container.tags == {
        "title": "A Book",
        "artist": "Ann: Author",
        "comment": "one line\nand another",
        "handler_name": "SoundHandler",
    }


def test_the_first_audio_stream_and_the_cover_are_found():
    container = _parse_log(LOG)
    assert (container.codec, container.sample_rate, container.channels) == ("aac", 44_100, 2)
    assert container.bit_rate_kbps == 63
    assert container.has_cover


def test_chapters_without_a_title_have_an_empty_one():
    chapters = _parse_log(LOG).chapters
    assert [(c.title, c.start_seconds, c.end_seconds) for c in chapters] == [
        ("One", 0.0, 4.5),
        ("", 4.5, 3723.5),
    ]


@pytest.mark.parametrize(
    ("log", "bit_rate"),
    [
        ("Input #0, wav, from 'a':\n  Duration: 00:00:01.00, bitrate: 705 kb/s\n", 705),
        ("Input #0, wav, from 'a':\n  Duration: 00:00:01.00\n", 0),
        ("Input #0, wav, from 'a':\n  Duration: N/A, bitrate: N/A\n", 0),
        ("a: Invalid data found when processing input\n", 0),
    ],
)
def test_what_a_log_does_not_state_is_zero(log, bit_rate):
    container = _parse_log(log)
    assert (container.bit_rate_kbps, container.sample_rate) == (bit_rate, 0)


@pytest.mark.parametrize(
    ("metadata", "sections"),
    [
        (";FFMETADATA1\ntitle=A Book\n", [{"title": "A Book"}]),
        ("TITLE=First\ntitle=Second\n", [{"title": "First"}]),
        ("title=1 \\= 2\\; \\#3\n", [{"title": "1 = 2; #3"}]),
        ("title=C:\\\\4\\\nand on\n", [{"title": "C:\\4\nand on"}]),
        (
            "artist=Ann\n[CHAPTER]\nSTART=0\ntitle=One\n[CHAPTER]\nEND=9\n",
            [{"artist": "Ann"}, {"start": "0", "title": "One"}, {"end": "9"}],
        ),
    ],
)
def test_ffmpegs_metadata_is_parsed_into_sections(metadata, sections):
    assert _parse_metadata(metadata) == sections


@pytest.mark.parametrize(
    ("layout", "channels"),
    [
        ("mono", 1),
        ("stereo", 2),
        ("2.1", 3),
        ("quad", 4),
        ("5.1(side)", 6),
        ("7.1", 8),
        ("3 channels", 3),
        ("downmix", 2),
    ],
)
def test_channels_are_counted_by_the_name_of_the_layout(layout, channels):
    assert _count_channels(layout) == channels


@pytest.mark.parametrize(
    ("options", "is_constant"),
    [(("-b:a", "64k"), True), (("-q:a", "5"), False)],
)
def test_the_bit_rate_of_an_mp3_is_constant_or_not(foreign, options, is_constant):
    assert read_container(foreign(".mp3", *options)).is_constant_bit_rate is is_constant


def test_a_file_without_audio_is_refused(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ReadingError, match=r"picture\.png"):
        read_container(path)
