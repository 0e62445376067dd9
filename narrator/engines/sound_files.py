"""Decodes the sound files that programs and servers return; their content tells the format.

The files are not trusted: a few kilobytes can claim, or decompress to, days of sound.
"""

from __future__ import annotations

import io
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from narrator.engines.interrupts import defer_interrupts
from narrator.errors import ExportError
from narrator.export.ffmpeg import find_ffmpeg
from narrator.model import Clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_LONGEST_SECONDS = 1200.0
"""The longest sound that is decoded; the longest text of an engine takes a few minutes."""
_MAX_CHANNELS = 16
_SAMPLE_RATES = (4000, 384_000)
"""The lowest and the highest sample rate of sound files with speech."""
_BLOCK_FRAMES = 1 << 16
_UNKNOWN_SIZE = 0x7FFF_0000
"""Programs that write to a pipe can't know the size of a WAV file, and write at least this."""


_FFMPEG_FORMATS = (
    (0, b"\xff\xf1", "aac"),
    (0, b"\xff\xf9", "aac"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
)
"""Formats that libsndfile can't read: offset and bytes of a mark, and ffmpeg's name of the format.
Only these are passed to ffmpeg, because a playlist, for example, could make it open other files."""
_FFMPEG_SECONDS = 120.0
"""The time limit for ffmpeg."""


def decode_sound(data: bytes) -> Clip:
    """Decode a sound file to a mono clip; channels are averaged.

    libsndfile reads WAV, AIFF, FLAC, Ogg and MP3; ffmpeg reads AAC, WebM and MP4.

    Raises:
        ValueError: the bytes are not sound, are cut off, or are longer than twenty minutes.
    """
    format_name = _find_ffmpeg_format(data)
    return _decode_with_libsndfile(_convert_to_wav(data, format_name) if format_name else data)


def _find_ffmpeg_format(data: bytes) -> str | None:
    """Return ffmpeg's name of the format of a file that libsndfile can't read; None for others."""
    # libsndfile fails at the end of a FLAC file whose length (36 bits of its header) is unknown
    if data[:4] == b"fLaC" and not int.from_bytes(data[21:26], "big") & 0xF_FFFF_FFFF:
        return "flac"
    return next(
        (name for offset, mark, name in _FFMPEG_FORMATS if data.startswith(mark, offset)), None
    )


def _convert_to_wav(data: bytes, format_name: str) -> bytes:
    """Return the first sound in a file as WAV.

    Raises:
        ValueError: ffmpeg can't decode it.
    """
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        source = Path(folder) / "sound"
        source.write_bytes(data)
        options = (
            "-map",
            "0:a:0",
            "-t",
            f"{_LONGEST_SECONDS + 1:.0f}",
            "-ac",
            "1",
            "-f",
            "wav",
            "-",
        )
        try:
            result = subprocess.run(  # noqa: S603 - our own arguments, no shell
                [
                    find_ffmpeg(),
                    "-nostdin",
                    "-v",
                    "error",
                    "-f",
                    format_name,
                    "-i",
                    source,
                    *options,
                ],
                capture_output=True,
                timeout=_FFMPEG_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired, ExportError) as error:
            raise ValueError(f"no sound: {format_name} can't be decoded here") from error
    if result.returncode:
        raise ValueError(f"no sound: damaged {format_name}")
    return result.stdout


def _decode_with_libsndfile(data: bytes) -> Clip:
    """Decode a sound file of a format that libsndfile knows.

    Raises:
        ValueError: the bytes are not sound, are cut off, or are longer than twenty minutes.
    """
    try:
        # libsndfile reads through a callback and would take an interrupt for the end of the file.
        with (
            defer_interrupts(),
            soundfile.SoundFile(io.BytesIO(_complete_wav_size(data))) as file,
        ):
            _check_format(file)
            pcm = b"".join(block.tobytes() for block in _read_blocks(file))
            return Clip(pcm, file.samplerate)
    except soundfile.LibsndfileError as error:
        raise ValueError(f"no sound: {error.error_string}") from error


def _check_format(file: soundfile.SoundFile) -> None:
    """Check that the sound can be speech.

    Raises:
        ValueError: the sample rate or the number of channels is absurd.
    """
    lowest, highest = _SAMPLE_RATES
    if not lowest <= file.samplerate <= highest or not 1 <= file.channels <= _MAX_CHANNELS:
        raise ValueError(f"no speech: {file.channels} channels of {file.samplerate} Hz")


def _read_blocks(file: soundfile.SoundFile) -> Iterator[NDArray[np.int16]]:
    """Yield the samples in blocks of shape (n,), whatever length the file claims.

    Raises:
        ValueError: there are too many.
    """
    remaining = int(_LONGEST_SECONDS * file.samplerate)
    while len(samples := file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)):
        remaining -= len(samples)
        if remaining < 0:
            raise ValueError(f"more than {_LONGEST_SECONDS:.0f} seconds of sound")
        mono = np.clip(
            np.nan_to_num(samples.mean(axis=1)), -1, 1
        )  # (frames, channels) -> (frames,)
        yield np.rint(np.clip(np.nan_to_num(mono), -1, 1) * 32767).astype("<i2")


def _complete_wav_size(data: bytes) -> bytes:
    """Return a file in which the size of a WAV file's sound is known.

    libsndfile accepts a WAV file that was cut off, and finds no sound if the size is 0.

    Raises:
        ValueError: a WAV file has less sound than it claims.
    """
    position = _find_wav_sound(data)
    if position is None:
        return data
    (claimed,), available = struct.unpack_from("<I", data, position - 4), len(data) - position
    if available < claimed < _UNKNOWN_SIZE:
        raise ValueError(f"{available:,} of {claimed:,} bytes of sound")
    if claimed:
        return data
    return data[: position - 4] + struct.pack("<I", available) + data[position:]


def _find_wav_sound(data: bytes) -> int | None:
    """Return where the samples of a WAV file begin; None for other files."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    position = 12
    while position + 8 <= len(data):
        kind, size = data[position : position + 4], data[position + 4 : position + 8]
        position += 8
        if kind == b"data":
            return position
        (length,) = struct.unpack("<I", size)
        position += length + length % 2  # chunks begin at even offsets
    return None
