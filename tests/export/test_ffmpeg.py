from pathlib import Path

import pytest

from narrator.errors import ExportError, OutputError
from narrator.export import ffmpeg


def test_the_last_line_that_ffmpeg_prints_is_the_message(tmp_path):
    with pytest.raises(ExportError, match="Encoder not found"):
        ffmpeg.encode_pcm([bytes(2_000)], 22_050, ("-c:a", "no-such-codec"), tmp_path / "x.ogg")


def test_a_target_that_cannot_be_written_is_reported(tmp_path):
    with pytest.raises(OutputError, match="No such file"):
        ffmpeg.encode_pcm([bytes(2_000)], 22_050, ("-f", "flac"), tmp_path / "no" / "x")


def test_a_full_disk_is_reported():
    with pytest.raises(OutputError, match="No space left"):
        ffmpeg.encode_pcm([bytes(200_000)], 22_050, ("-f", "s16le"), Path("/dev/full"))


def test_ffmpeg_is_ended_if_the_sound_breaks_off(tmp_path):
    def break_off():
        yield bytes(2_000)
        raise KeyError("a clip")

    with pytest.raises(KeyError):
        ffmpeg.encode_pcm(break_off(), 22_050, ("-f", "flac"), tmp_path / "x")


def test_a_file_without_sound_is_reported(tmp_path):
    path = tmp_path / "text.mp3"
    path.write_text("no sound", encoding="utf-8")
    with pytest.raises(ExportError, match=r"text\.mp3"):
        list(ffmpeg.decode_file(path, ("-f", "s16le")))
