import struct

import pytest

from narrator.errors import OptionError
from narrator.export import mpeg_frames
from narrator.export.mpeg_frames import frame_layout, make_info_frame

LAYOUTS = [
    (rate, bit_rate)
    for rate, (version, _) in mpeg_frames._SAMPLE_RATES.items()
    for bit_rate in mpeg_frames._BIT_RATES_KBPS[version]
]


@pytest.mark.parametrize(
    ("sample_rate", "bit_rate_kbps", "header", "frame_bytes", "frame_samples", "side_info_bytes"),
    [
        (44_100, 128, "fffb90c4", 417, 1152, 17),
        (48_000, 320, "fffbe4c4", 960, 1152, 17),
        (22_050, 64, "fff380c4", 208, 576, 9),
        (16_000, 8, "fff318c4", 36, 576, 9),
        (8_000, 64, "ffe388c4", 576, 576, 9),
    ],
)
def test_a_frame_is_laid_out_as_the_standard_says(
    sample_rate: int,
    bit_rate_kbps: int,
    header: str,
    frame_bytes: int,
    frame_samples: int,
    side_info_bytes: int,
) -> None:
    layout = frame_layout(sample_rate, bit_rate_kbps)
    assert layout.header.hex() == header
    assert layout.frame_bytes == frame_bytes
    assert layout.frame_samples == frame_samples
    assert layout.side_info_bytes == side_info_bytes


@pytest.mark.parametrize(
    ("sample_rate", "bit_rate_kbps", "message"),
    [
        (22_051, 64, "no sample rate of 22051 Hz: choose from 8000, 11025"),
        (22_050, 320, "at 22050 Hz has no bit rate of 320 kb/s: choose from 8, 16"),
        (44_100, 8, "at 44100 Hz has no bit rate of 8 kb/s: choose from 32, 40"),
        (8_000, 80, "at 8000 Hz has no bit rate of 80 kb/s"),
    ],
)
def test_a_rate_that_mp3_does_not_support_is_reported(
    sample_rate: int, bit_rate_kbps: int, message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        frame_layout(sample_rate, bit_rate_kbps)


@pytest.mark.parametrize(("sample_rate", "bit_rate_kbps"), LAYOUTS)
def test_every_layout_has_an_info_frame_that_holds_its_fields(
    sample_rate: int, bit_rate_kbps: int
) -> None:
    layout = frame_layout(sample_rate, bit_rate_kbps)
    frame = make_info_frame(layout, 1_000, 208_000, 1_105)
    tag = frame[4 + layout.side_info_bytes :]
    assert frame[4 : 4 + layout.side_info_bytes] == bytes(layout.side_info_bytes)
    assert tag[:4] == b"Info"
    flags, frame_count, total_bytes = struct.unpack_from(">III", tag, 4)
    assert (flags, frame_count, total_bytes) == (15, 1_000, 208_000 + len(frame))
    assert tag[120:129] == b"LAME3.100"
    delays = int.from_bytes(tag[141:144], "big")
    assert (delays >> 12, delays & 0xFFF) == (mpeg_frames.ENCODER_DELAY, 1_105)
    assert struct.unpack_from(">I", tag, 148) == (total_bytes,)


def test_the_seek_table_of_a_constant_bit_rate_is_a_straight_line() -> None:
    layout = frame_layout(22_050, 64)
    tag = make_info_frame(layout, 1, 1, 0)[4 + layout.side_info_bytes :]
    assert list(tag[16:116]) == [percent * 256 // 100 for percent in range(100)]


def test_a_stream_beyond_four_gigabytes_leaves_its_size_out_of_the_extension() -> None:
    layout = frame_layout(44_100, 320)
    # The Info tag's own field still has 32 bits, so the largest size that fits is tested.
    frame = make_info_frame(layout, 1, (1 << 32) - 1 - layout.frame_bytes, 0)
    assert frame[4 + 17 + 148 :][:4] == b"\xff" * 4


@pytest.mark.parametrize(
    ("data", "crc"), [(b"", 0), (b"123456789", 0xBB3D), (b"\0" * 100, 0), (b"\1", 0xC0C1)]
)
def test_the_crc_is_crc_16_arc(data: bytes, crc: int) -> None:
    assert mpeg_frames._compute_crc16(data) == crc


def test_the_crc_of_a_whole_tag_is_zero() -> None:
    layout = frame_layout(22_050, 64)
    frame = make_info_frame(layout, 10, 2_080, 0)
    tag_end = 4 + layout.side_info_bytes + 154
    stored = int.from_bytes(frame[tag_end : tag_end + 2], "big")
    assert stored == mpeg_frames._compute_crc16(frame[:tag_end])
    assert frame[tag_end + 2 :] == bytes(len(frame) - tag_end - 2)
