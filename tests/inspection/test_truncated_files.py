import subprocess

import imageio_ffmpeg
import pytest

from narrator.export import wav
from narrator.inspection import check_limits, inspect_audiobook
from narrator.inspection.truncated_files import is_complete_file

FORMATS = [(".wav", ()), (".opus", ("-c:a", "libopus")), (".ogg", ("-c:a", "libvorbis"))]


def failed(path):
    return [
        verdict.name
        for verdict in check_limits(inspect_audiobook(path), ["file"])
        if not verdict.passed
    ]


@pytest.mark.parametrize(("suffix", "options"), FORMATS)
def test_a_file_that_was_cut_off_fails_though_it_plays(foreign, tmp_path, suffix, options):
    data = foreign(suffix, *options, "-map_chapters", "-1").read_bytes()
    path = tmp_path / f"book{suffix}"
    path.write_bytes(data)
    assert failed(path) == []
    path.write_bytes(data[: len(data) // 2])
    assert failed(path) == ["end of the file"]


@pytest.mark.parametrize(("suffix", "options"), FORMATS)
@pytest.mark.parametrize("lost", [40, 1_000, 10_000])
def test_a_file_is_incomplete_wherever_it_was_cut_off(foreign, tmp_path, suffix, options, lost):
    path = tmp_path / f"book{suffix}"
    path.write_bytes(foreign(suffix, *options).read_bytes()[:-lost])
    assert not is_complete_file(path)


def test_an_ogg_that_was_cut_off_between_two_pages_is_incomplete(foreign, tmp_path):
    data = foreign(".opus", "-c:a", "libopus").read_bytes()
    path = tmp_path / "book.opus"
    path.write_bytes(data[: data.rindex(b"OggS")])
    assert not is_complete_file(path)


@pytest.mark.parametrize("form", ["wav", "ogg"])
def test_a_file_from_a_pipe_is_complete(foreign, tmp_path, form):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", foreign(".wav")]
    piped = subprocess.run([*command, "-f", form, "-"], capture_output=True, check=True).stdout
    path = tmp_path / "piped"
    path.write_bytes(piped)
    assert is_complete_file(path)


def test_the_64_bit_size_of_a_wav_beyond_four_gigabytes_is_read(tmp_path):
    path = tmp_path / "long.wav"
    head = wav.format_wav_head(48_000, 1 << 31, 0)
    assert head.startswith(b"RF64")
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + (1 << 32))
    assert is_complete_file(path)
    with path.open("r+b") as file:
        file.truncate(1 << 32)
    assert not is_complete_file(path)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"OggS", b"OggS" + bytes(20)])
def test_a_file_of_a_few_bytes_can_be_examined(tmp_path, content):
    path = tmp_path / "book"
    path.write_bytes(content)
    assert is_complete_file(path) == (not content.startswith(b"OggS"))
