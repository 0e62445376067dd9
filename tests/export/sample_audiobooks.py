"""Audiobooks of a few seconds: tones that are encoded, joined and decoded again."""

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
class SampleAudiobook:
    """An audiobook, and what it was made from."""

    path: Path
    timeline: Timeline
    encoding: Encoding
    chunks: tuple[Path, ...]

    def decode(self) -> np.ndarray:
        """Return the samples that a player outputs, from -1 to 1."""
        return decode_audio(self.path, self.encoding.sample_rate)


def decode_audio(path: Path, sample_rate: int) -> np.ndarray:
    """Decode a file with ffmpeg, to samples from -1 to 1; fail if it prints a warning."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path, "-ar", str(sample_rate)]
    result = subprocess.run([*command, "-f", "s16le", "-"], capture_output=True, check=True)
    assert result.stderr == b""
    return np.frombuffer(result.stdout, "<i2").astype(np.float32) / 32_768


def make_beep(sample_rate: int) -> np.ndarray:
    """Return a tenth of a second that can be located: a tone that rises and falls, after 20 ms."""
    times = np.arange(sample_rate // 10) / sample_rate
    tone = (0.5 * np.sin(2 * np.pi * 700 * times) * np.hanning(len(times))).astype(np.float32)
    return np.concatenate([np.zeros(sample_rate // 50, np.float32), tone])


def write_audiobook(
    name, folder, *, lengths=(1.5, 2.03, 1.2), titles=None, metadata=METADATA, encoding=None
):
    """Write an audiobook of one chunk per chapter, each a beep and then silence.

    Args:
        name: The exporter's name.
        folder: Where the chunks and the audiobook are written.
        lengths: The chapters' lengths in seconds.
        titles: The chapters' titles, "Chapter 1" and so on by default.
        metadata: The tags.
        encoding: The encoding, the default one if it is `None`.
    """
    exporter, encoding = registry.load_exporter(name), encoding or Encoding()
    chunks, marks, position = [], [], 0
    for index, seconds in enumerate(lengths):
        planned_count = round(seconds * encoding.sample_rate)
        padding = exporter.compute_padding(planned_count, encoding)
        samples = np.zeros(planned_count - padding, np.float32)
        beep = make_beep(encoding.sample_rate)
        samples[: len(beep)] = beep
        chunk = folder / f"chunk{index}"
        pcm = samples_to_pcm(samples)
        # Blocks of any size are allowed, even empty ones.
        sample_count = exporter.encode_chunk([pcm[:10_000], b"", pcm[10_000:]], encoding, chunk)
        title = titles[index] if titles else f"Chapter {index + 1}"
        marks.append(ChapterMark(title, position, position + sample_count))
        chunks.append(chunk)
        position += sample_count
    timeline = Timeline(encoding.sample_rate, tuple(marks), ())
    path = folder / f"book{exporter.suffix}"
    exporter.join(chunks, timeline, metadata, encoding, path)
    return SampleAudiobook(path, timeline, encoding, tuple(chunks))
