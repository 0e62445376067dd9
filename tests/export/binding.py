"""Audiobooks in miniature: a few seconds of tones, encoded, joined and decoded again."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import imageio_ffmpeg
import numpy as np

from narrator import registry
from narrator.audio.levels import samples_to_pcm
from narrator.export import Encoding
from narrator.model import ChapterMark, Image, Metadata, Timeline
from tests.pictures import PNG

if TYPE_CHECKING:
    from pathlib import Path

METADATA = Metadata(
    "The “Odd” Böok; a = b",
    author="Ann Author",
    language="en-GB",
    series="Tales",
    series_index="2",
    narrator="Edgar",
    publisher="House",
    published="1897-05-26",
    description="A tale # of two\nlines.",
    cover=Image(PNG, "image/png"),
)


@dataclass(frozen=True)
class Made:
    """An audiobook, and what it was made from."""

    path: Path
    timeline: Timeline
    encoding: Encoding
    reels: tuple[Path, ...]

    def decoded(self) -> np.ndarray:
        """What a player hears, from -1 to 1."""
        return decode(self.path, self.encoding.sample_rate)


def decode(path: Path, rate: int) -> np.ndarray:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path, "-ar", str(rate)]
    made = subprocess.run([*command, "-f", "s16le", "-"], capture_output=True, check=True)
    assert made.stderr == b""
    return np.frombuffer(made.stdout, "<i2").astype(np.float32) / 32_768


def beep(rate: int) -> np.ndarray:
    """A tenth of a second that can be found again: a tone that rises and falls, after 20 ms."""
    at = np.arange(rate // 10) / rate
    tone = (0.5 * np.sin(2 * np.pi * 700 * at) * np.hanning(len(at))).astype(np.float32)
    return np.concatenate([np.zeros(rate // 50, np.float32), tone])


def bind(name, folder, *, lengths=(1.5, 2.03, 1.2), titles=None, metadata=METADATA, encoding=None):
    """One reel a chapter, each beginning with a beep and ending in silence."""
    exporter, encoding = registry.load_exporter(name), encoding or Encoding()
    reels, marks, at = [], [], 0
    for index, seconds in enumerate(lengths):
        planned = round(seconds * encoding.sample_rate)
        sound = np.zeros(planned - exporter.compute_padding(planned, encoding), np.float32)
        start = beep(encoding.sample_rate)
        sound[: len(start)] = start
        reel = folder / f"reel{index}"
        pcm = samples_to_pcm(sound)
        samples = exporter.encode_chunk([pcm[:10_000], b"", pcm[10_000:]], encoding, reel)
        title = titles[index] if titles else f"Chapter {index + 1}"
        marks.append(ChapterMark(title, at, at + samples))
        reels.append(reel)
        at += samples
    timeline = Timeline(encoding.sample_rate, tuple(marks), ())
    path = folder / f"book{exporter.suffix}"
    exporter.join(reels, timeline, metadata, encoding, path)
    return Made(path, timeline, encoding, tuple(reels))
