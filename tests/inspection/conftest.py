"""Audiobooks made of tones, whose measurements are known in advance."""

import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from narrator.inspection import inspect_audiobook

RATE = 44_100
META = """;FFMETADATA1
title=A Book
artist=Ann\\; Author
[CHAPTER]
TIMEBASE=1/1000
START=0
END=4000
title=One: the “first”
[CHAPTER]
TIMEBASE=1/1000
START={second}
END=8000
title={title}
"""


def tone(seconds, decibels):
    return 10 ** (decibels / 20) * np.sin(2 * np.pi * 997 * np.arange(round(seconds * RATE)) / RATE)


def silence(seconds):
    return np.zeros(round(seconds * RATE))


BOOK = np.concatenate([silence(0.75), tone(3, -20), silence(0.5), tone(1.75, -20), silence(2)])
"""Eight seconds."""


@pytest.fixture(scope="session")
def foreign(tmp_path_factory):
    """Return a function that makes audiobooks as other programs would, with ffmpeg."""

    def make(suffix, *options, sound=BOOK, second=4000, title="Two"):
        folder = tmp_path_factory.mktemp("foreign")
        soundfile.write(folder / "in.wav", sound, RATE)
        meta = folder / "meta.txt"
        meta.write_text(META.format(second=second, title=title), encoding="utf-8")
        target = folder / f"book{suffix}"
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-i",
            folder / "in.wav",
            "-i",
            meta,
        ]
        maps = ["-map", "0:a", "-map_metadata", "1", "-map_chapters", "1", "-id3v2_version", "3"]
        subprocess.run([*command, *maps, *options, target], check=True)
        return target

    return make


@pytest.fixture(scope="session")
def report(foreign):
    """Return the report of an MP3 as ACX requires it."""
    return inspect_audiobook(foreign(".mp3", "-b:a", "192k"))
