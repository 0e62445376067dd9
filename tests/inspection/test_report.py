import json
import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest

from narrator.errors import ReadingError
from narrator.inspection import inspect_audiobook
from tests.inspection.conftest import BOOK, RATE, silence, tone


def measure_with_ebur128(path):
    """Return the integrated loudness as ffmpeg measures it, rounded to a tenth."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-i",
        path,
        "-vn",
        "-af",
        "ebur128",
        "-f",
        "null",
        "-",
    ]
    log = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return float(re.findall(r"I:\s+(\S+) LUFS", log)[-1])


def test_the_report_states_format_and_tags(report):
    assert (report.codec, report.rate, report.channels, report.bit_rate) == ("mp3", RATE, 1, 192)
    assert report.constant_bit_rate
    assert report.duration == pytest.approx(8.0, abs=0.001)
    assert report.header_duration == pytest.approx(8.0, abs=0.05)
    assert (report.tags["title"], report.tags["artist"]) == ("A Book", "Ann; Author")


@pytest.mark.parametrize(
    ("layout", "channels"), [("mono", 1), ("stereo", 2), ("2.1", 3), ("quad", 4), ("5.1", 6)]
)
def test_the_channels_of_any_layout_are_counted(foreign, layout, channels):
    assert inspect_audiobook(foreign(".flac", "-channel_layout", layout)).channels == channels


def test_levels_are_measured(report):
    assert report.integrated == pytest.approx(measure_with_ebur128(report.path), abs=0.11)
    assert report.sample_peak == pytest.approx(-20, abs=0.3)
    assert -20.3 < report.true_peak < -19.2  # the curve overshoots where a tone begins
    assert report.rms == pytest.approx(-23.01 + 10 * np.log10(4.75 / 8), abs=0.35)
    assert report.clipped_samples == 0


def test_silences_are_measured(report):
    assert report.head == pytest.approx(0.75, abs=0.02)
    assert report.tail == pytest.approx(2.0, abs=0.03)
    assert report.longest_silence == pytest.approx(0.5, abs=0.03)
    assert report.longest_silence_at == pytest.approx(3.75, abs=0.02)
    assert report.noise_floor < -90


def test_chapters_are_those_of_the_file(report):
    assert [chapter.title for chapter in report.chapters] == ["One: the “first”", "Two"]
    assert [chapter.start for chapter in report.chapters] == [0, 4]
    assert all(chapter.contiguous and not chapter.silent for chapter in report.chapters)
    assert report.chapters_cover_all


@pytest.mark.parametrize(
    ("suffix", "options", "codec"),
    [
        (".m4b", ("-c:a", "aac"), "aac"),
        (".opus", ("-c:a", "libopus"), "opus"),
        (".flac", (), "flac"),
        (".wav", (), "pcm_s16le"),
        (".ogg", ("-c:a", "libvorbis"), "vorbis"),
        (".m4a", ("-c:a", "aac", "-ac", "2"), "aac"),
        (".mka", ("-c:a", "flac"), "flac"),
    ],
)
def test_every_format_gives_the_same_measurements(foreign, suffix, options, codec):
    found = inspect_audiobook(foreign(suffix, *options))
    assert found.codec == codec
    assert found.duration == pytest.approx(8.0, abs=0.1)
    assert found.head == pytest.approx(0.75, abs=0.05)
    assert found.tags["title"] == "A Book"
    assert found.integrated == pytest.approx(measure_with_ebur128(found.path), abs=0.11)


@pytest.mark.parametrize(("suffix", "options"), [(".mp3", ()), (".m4b", ("-c:a", "aac"))])
def test_long_titles_are_read_in_full(foreign, suffix, options):
    title = "How it wënt on, " * 20
    written = foreign(suffix, *options, title=f"{title}1 \\= 2\\; \\#3, C:\\\\4\\\nand so on")
    [_, chapter] = inspect_audiobook(written).chapters
    assert chapter.title == f"{title}1 = 2; #3, C:\\4\nand so on"


def test_a_gap_and_a_silent_chapter_are_found(foreign):
    sound = np.concatenate([tone(4, -20), silence(4)])
    found = inspect_audiobook(foreign(".mp3", sound=sound, second=5000))
    assert [chapter.contiguous for chapter in found.chapters] == [True, False]
    assert [chapter.silent for chapter in found.chapters] == [False, True]


def test_clipping_and_peaks_between_samples_are_found(foreign):
    crests = np.sqrt(2) * 0.9 * np.sin(np.pi / 2 * np.arange(4 * RATE) + np.pi / 4)
    between = inspect_audiobook(foreign(".wav", sound=crests))
    assert between.sample_peak == pytest.approx(-0.92, abs=0.02)
    assert between.true_peak == pytest.approx(2.1, abs=0.2)
    assert between.clipped_samples == 0
    assert (
        inspect_audiobook(foreign(".wav", sound=np.clip(2 * crests, -1, 1))).clipped_samples > RATE
    )


def test_a_file_of_silence_can_be_measured(foreign):
    found = inspect_audiobook(foreign(".flac", sound=silence(2)))
    assert (found.head, found.longest_silence, found.clipped_samples) == (2.0, 0.0, 0)
    assert found.integrated == -120


@pytest.mark.parametrize("length", [1, 100, 4_409, 4_410, 4_411])
def test_the_shortest_audio_can_be_measured(foreign, length):
    found = inspect_audiobook(foreign(".wav", sound=BOOK[RATE : RATE + length]))
    assert found.duration == pytest.approx(length / RATE)


def test_a_report_can_be_written_as_json(report):
    values = json.loads(json.dumps(report.as_json()))
    assert values["chapters"][1] == {
        "title": "Two", "start": 4.0, "end": 8.0, "contiguous": True, "silent": False,
    }  # fmt: skip
    assert "measurement" not in values


@pytest.mark.parametrize("content", [None, b"", b"no sound at all\n" * 100])
def test_a_file_without_audio_raises_a_reading_error(tmp_path, content):
    path = tmp_path / "book.mp3"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadingError, match=r"book\.mp3"):
        inspect_audiobook(path)
