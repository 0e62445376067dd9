import re

import mutagen
import numpy as np
import pytest
from mutagen.id3 import ID3

from narrator.errors import OptionError
from narrator.export import Encoding, mpeg_frames
from narrator.export.mp3 import Mp3
from tests.export.sample_audiobooks import METADATA
from tests.pictures import PNG


def count_frames(data):
    """Return the number of frames in a stream that consists of frames alone."""
    count = offset = 0
    rates = {key: sample_rate for sample_rate, key in mpeg_frames._SAMPLE_RATES.items()}
    while offset < len(data):
        header = int.from_bytes(data[offset : offset + 4], "big")
        assert header >> 21 == 0x7FF
        version, is_padded = header >> 19 & 3, header >> 9 & 1
        is_mpeg_1 = version == mpeg_frames._MPEG_1
        bit_rate_kbps = (
            mpeg_frames._MPEG_1_BIT_RATES if is_mpeg_1 else mpeg_frames._MPEG_2_BIT_RATES
        )[(header >> 12 & 15) - 1]
        sample_rate = rates[version, header >> 10 & 3]
        offset += (144 if is_mpeg_1 else 72) * bit_rate_kbps * 1000 // sample_rate + is_padded
        count += 1
    assert offset == len(data)
    return count


def test_the_sound_is_exactly_as_long_as_the_timeline(make_audiobook):
    audiobook = make_audiobook("mp3")
    assert len(audiobook.decode()) == audiobook.timeline.samples


@pytest.mark.parametrize(
    ("rate", "bit_rate"), [(44_100, 192), (24_000, 64), (44_100, 32), (8_000, 16)]
)
def test_every_rate_is_exact(make_audiobook, rate, bit_rate):
    audiobook = make_audiobook("mp3", encoding=Encoding(rate, bit_rate))
    assert len(audiobook.decode()) == audiobook.timeline.samples


def test_the_info_frame_gives_the_duration(make_audiobook):
    audiobook = make_audiobook("mp3")
    info = mutagen.File(audiobook.path).info
    assert info.length == pytest.approx(audiobook.timeline.seconds, abs=0.03)
    assert info.encoder_info.startswith("LAME 3.100")
    assert info.bitrate == pytest.approx(64_000, rel=0.001)


@pytest.mark.parametrize("sample_count", [1, 575, 576, 577, 1_152, 1_153, 30_000])
@pytest.mark.parametrize("encoding", [Encoding(22_050, 64), Encoding(44_100, 192)])
def test_a_chunk_holds_as_many_frames_as_its_samples_say(tmp_path, sample_count, encoding):
    target = tmp_path / "chunk"
    occupied = Mp3().encode_chunk([bytes(2 * sample_count)], encoding, target)
    layout = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)
    assert count_frames(target.read_bytes()) * layout.frame_samples == occupied


def test_a_chunk_without_sound_holds_nothing(tmp_path):
    assert Mp3().encode_chunk([], Encoding(), tmp_path / "chunk") == 0


def test_tags_are_id3_v2_3_and_complete(make_audiobook):
    tags = ID3(make_audiobook("mp3").path, translate=False)
    assert tags.version == (2, 3, 0)
    expected = {
        "TIT2": METADATA.title,
        "TALB": METADATA.title,
        "TPE1": "Ann Author",
        "TCOM": "Edgar",
        "TLAN": "eng",
        "TCON": "Audiobook",
        "TYER": "1897",
    }
    assert {key: str(tags[key]) for key in expected} == expected
    assert str(tags["COMM::eng"]) == METADATA.description
    assert (str(tags["TXXX:SERIES"]), str(tags["TXXX:SERIES-PART"])) == ("Tales", "2")
    assert tags["APIC:Cover"].data == PNG


def read_titles(tags, element_ids):
    """Return the titles of chapters by their ids."""
    return [str(tags[f"CHAP:{name}"].sub_frames["TIT2"]) for name in element_ids]


TITLES = ("第一章　嵐", "“Quoted” 'title' \"straight\"", "x" * 400)


def test_titles_of_any_kind_survive_in_order(make_audiobook):
    audiobook = make_audiobook("mp3", titles=TITLES)
    tags = ID3(audiobook.path)
    titles = [
        str(tags[f"CHAP:{name}"].sub_frames["TIT2"]) for name in tags["CTOC:toc"].child_element_ids
    ]
    assert titles == list(TITLES)


def test_chapters_are_contiguous_to_the_millisecond(make_audiobook):
    audiobook = make_audiobook("mp3")
    chapters = ID3(audiobook.path).getall("CHAP")
    times = sorted((chapter.start_time, chapter.end_time) for chapter in chapters)
    rate = audiobook.timeline.rate
    assert times == [
        (round(mark.start * 1000 / rate), round(mark.end * 1000 / rate))
        for mark in audiobook.timeline.marks
    ]


def test_300_chapters_stay_300_in_order(make_audiobook):
    count = 300
    audiobook = make_audiobook("mp3", lengths=[0.2] * count)
    tags = ID3(audiobook.path)
    tables = tags["CTOC:toc"].child_element_ids
    listed_ids = [name for table in tables for name in tags[f"CTOC:{table}"].child_element_ids]
    assert read_titles(tags, listed_ids) == [f"Chapter {number}" for number in range(1, count + 1)]
    frame_ids = re.findall(rb"CHAP.{6}(chp\d+)\0", audiobook.path.read_bytes(), re.DOTALL)
    assert [name.decode() for name in frame_ids] == listed_ids


@pytest.mark.parametrize(
    "encoding", [Encoding(22_051, 64), Encoding(22_050, 192), Encoding(11_025, 96)]
)
def test_a_rate_that_mp3_does_not_support_is_reported(encoding):
    with pytest.raises(OptionError, match="choose from"):
        Mp3().check_encoding(encoding)


def test_the_sound_is_as_loud_as_before_encoding(make_audiobook):
    """LAME alone makes it half a decibel quieter."""
    samples = make_audiobook("mp3", encoding=Encoding(44_100, 192)).decode()
    assert np.abs(samples).max() == pytest.approx(0.5, rel=0.03)
