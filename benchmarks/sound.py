"""Sound quality of audiobooks with several voices, measured with ffmpeg instead of narrator.

The story in `seeds/` and a chapter of each book in `shared/books` are built with all their voices,
and one chapter again with voices of two engines. `NARRATOR_BENCH_MINUTES` sets how much of each
chapter to build (all by default). `NARRATOR_BENCH_TEXTS` selects texts by words of their titles.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import wave
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import imageio_ffmpeg
import numpy as np
from mutagen.mp3 import MP3, BitrateMode

from benchmarks._sample_texts import SampleText, list_sample_texts
from narrator.audio.pauses import Pauses
from narrator.build.pipeline import Options

if TYPE_CHECKING:
    import numpy.typing as npt

    from narrator.model import Audiobook

MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "inf"))
TITLE_WORDS = os.environ.get("NARRATOR_BENCH_TEXTS", "").split()
MIN_SPEECH_SECONDS = 5.0
"""Minimum speech of a voice whose loudness is compared."""
SILENCE_DB = -55
"""Level below which ffmpeg detects silence: above the room tone that ACX asks for."""
FULL_SCALE = 32_767
"""Largest amplitude of a 16-bit sample."""
JOIN_SECONDS = 0.002
"""Time before and after a join in which a jump counts as a click."""


@dataclass(frozen=True)
class Figure:
    """A measured value, with its lower and upper limit."""

    name: str
    value: float
    low: float = -np.inf
    high: float = np.inf
    unit: str = ""

    @property
    def is_within_limits(self) -> bool:
        """Return whether the value lies between its limits."""
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        remark = "ok" if self.is_within_limits else "FAILS"
        limits = " to ".join(f"{x:g}" if np.isfinite(x) else "" for x in (self.low, self.high))
        return f"  {self.name:<46}{self.value:>9.2f} {self.unit:<5}{limits.strip():<14} {remark}"


def main() -> None:
    """Print all figures, and exit with an error if one lies outside its limits."""
    failures = 0
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        for number, text in enumerate(list_sample_texts(MINUTES, TITLE_WORDS, mixed=True)):
            print(f"\n{text.name}: {len(text.voice_names)} voices", flush=True)
            text_folder = Path(folder) / str(number)
            text_folder.mkdir()
            figures = (*measure_mix(text, text_folder), *measure_for_acx(text, text_folder))
            for figure in figures:
                print(figure, flush=True)
                failures += not figure.is_within_limits
    print(f"\n{failures or 'none'} of the figures lie outside of their limits")
    if failures:
        sys.exit(1)


# One file


def measure_mix(text: SampleText, folder: Path) -> list[Figure]:
    """Return figures of the book as one file: loudness, clipping, silences and joins."""
    audiobook = text.narrate(folder / "book.wav", Options(format="wav"))
    mp3 = text.narrate(folder / "book.mp3", Options())
    wav_path, mp3_path = audiobook.files[0], mp3.files[0]
    samples = read_samples(wav_path)
    jump_in_speech, jump_at_joins = measure_jumps(audiobook, samples)
    clipped = int((np.abs(samples.astype(int)) >= FULL_SCALE).sum())
    levels = measure_voice_loudness(text, audiobook, samples)
    longest_silence = max(measure_silences(wav_path))
    return [
        Figure("voices that speak long enough to be measured", len(levels), low=1),
        Figure("between the loudest and the softest voice", levels[-1] - levels[0], 0, 1, "LU"),
        Figure("loudness of all", measure_loudness(wav_path)[0], -20.0, -18.0, "LUFS"),
        Figure("true peak of the MP3", measure_loudness(mp3_path)[1], high=-1.0, unit="dB"),
        Figure("samples clipped", clipped, high=0),
        Figure("samples clipped in the MP3", count_clipped(mp3_path), high=0),
        Figure("longest silence", longest_silence, 0, Pauses().longest_pause + 0.1, "s"),
        Figure(
            "largest jump at a join, of the speech's own", jump_at_joins / jump_in_speech, high=1.0
        ),
    ]


def read_samples(path: Path) -> npt.NDArray[np.int16]:
    """Return the samples of a WAV file."""
    with wave.open(str(path)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


def measure_voice_loudness(
    text: SampleText, audiobook: Audiobook, samples: npt.NDArray[np.int16]
) -> list[float]:
    """Return the loudness in LUFS of each voice over all its lines, softest first."""
    voices = {line.id: text.cast.voice_of(line.speaker) for line in text.script.lines}
    speech = defaultdict(list)
    for timing in audiobook.timeline.line_timings:
        speech[voices[timing.line_id].name].append(samples[timing.start : timing.end])
    rate = audiobook.timeline.rate
    long_enough = [
        np.concatenate(pieces)
        for pieces in speech.values()
        if sum(map(len, pieces)) > MIN_SPEECH_SECONDS * rate
    ]
    raw_input = ("-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-")
    return sorted(
        parse_integrated_loudness(run_ffmpeg(*raw_input, *_LOUDNESS_FILTER, data=voice.tobytes()))
        for voice in long_enough
    )


def measure_jumps(audiobook: Audiobook, samples: npt.NDArray[np.int16]) -> tuple[float, float]:
    """Return the largest step between consecutive samples: within speech, and near joins."""
    steps = np.abs(np.diff(samples.astype(np.int32)))
    reach = round(JOIN_SECONDS * audiobook.timeline.rate)
    # Shape (samples - 1,): whether a step is near the start or the end of a line.
    is_join = np.zeros(len(steps), bool)
    for timing in audiobook.timeline.line_timings:
        for sample in (timing.start, timing.end):
            is_join[max(sample - reach, 0) : sample + reach] = True
    return float(steps[~is_join].max()), float(steps[is_join].max())


# A publisher's limits


def measure_for_acx(text: SampleText, folder: Path) -> list[Figure]:
    """Return figures of the book built for ACX, each from the worst of all files."""
    options = Options(loudness="acx", split=True)
    files = text.narrate(folder / "acx", options).files
    measurements = [{**measure_statistics(file), **measure_edges(file)} for file in files]
    streams = [MP3(file).info for file in files]

    def find_worst(key: str, unit: str, low: float = -np.inf, high: float = np.inf) -> Figure:
        values = [measurement[key] for measurement in measurements]
        worst = max(values, key=lambda x: max(low - x, x - high))
        return Figure(f"ACX, worst of {len(files)} files: {key}", worst, low, high, unit)

    has_acx_format = all(
        (stream.bitrate_mode, round(stream.bitrate, -3), stream.sample_rate, stream.channels)
        == (BitrateMode.CBR, 192_000, 44_100, 1)
        for stream in streams
    )
    true_peak = max(measure_loudness(file)[1] for file in files)
    return [
        find_worst("RMS", "dB", -23.0, -18.0),
        find_worst("peak", "dB", high=-3.0),
        find_worst("noise floor", "dB", high=-60.0),
        find_worst("head", "s", 0.5, 1.0),
        find_worst("tail", "s", 1.0, 5.0),
        Figure("ACX: 192 kb/s constant, 44.1 kHz, mono", float(has_acx_format), 1, 1),
        Figure("ACX: true peak", true_peak, high=-3.0, unit="dB"),
    ]


def measure_statistics(path: Path) -> dict[str, float]:
    """Return RMS, peak and noise floor of a file in decibels."""
    report = run_ffmpeg("-i", str(path), "-af", "astats=measure_perchannel=none", *_NO_OUTPUT)
    names = {"RMS": "RMS level dB", "peak": "Peak level dB", "noise floor": "Noise floor dB"}
    return {key: parse_last_number(report, name) for key, name in names.items()}


def measure_edges(path: Path) -> dict[str, float]:
    """Return the seconds of silence at both ends of a file."""
    silences = measure_silences(path, inner=False)
    return {"head": silences[0], "tail": silences[-1]}


# ffmpeg

_NO_OUTPUT = ("-f", "null", "-")
_LOUDNESS_FILTER = ("-af", "ebur128=peak=true:framelog=quiet", *_NO_OUTPUT)


def run_ffmpeg(*options: str, data: bytes | None = None) -> str:
    """Return the report that ffmpeg prints.

    Args:
        options: arguments of ffmpeg.
        data: bytes for its standard input.
    """
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", *options]
    process = subprocess.run(command, input=data, capture_output=True, check=True)
    return process.stderr.decode(errors="replace")


def parse_last_number(report: str, name: str) -> float:
    """Return the number after the last occurrence of a name in a report."""
    return float(re.findall(rf"{name}:\s*(-?[\d.]+|-?inf)", report)[-1])


def parse_integrated_loudness(report: str) -> float:
    """Return the integrated loudness in LUFS."""
    return parse_last_number(report, r"\bI")


def measure_loudness(path: Path) -> tuple[float, float]:
    """Return the integrated loudness in LUFS, and the true peak in decibels."""
    report = run_ffmpeg("-i", str(path), *_LOUDNESS_FILTER)
    return parse_integrated_loudness(report), parse_last_number(report, "Peak")


def count_clipped(path: Path) -> int:
    """Return the number of samples of a decoded file that exceed full scale, and would clip."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    decoded = subprocess.run(command, capture_output=True, check=True).stdout
    return int((np.abs(np.frombuffer(decoded, "<f4")) >= 1).sum())


def measure_silences(path: Path, *, inner: bool = True) -> list[float]:
    """Return the seconds of silences in a file.

    Args:
        path: the file.
        inner: whether to return those within the file, or the two at its start and end.
    """
    silence_filter = f"silencedetect=n={SILENCE_DB}dB:d=0.2"
    report = run_ffmpeg("-i", str(path), "-af", silence_filter, *_NO_OUTPUT)
    starts = [float(x) for x in re.findall(r"silence_start: (-?[\d.]+)", report)]
    lengths = [float(x) for x in re.findall(r"silence_duration: ([\d.]+)", report)]
    if inner:
        pairs = zip(starts, lengths, strict=True)
        return [length for start, length in pairs if start > 0.1][:-1] or [0.0]
    return [lengths[0] if starts[0] < 0.1 else 0.0, lengths[-1]]


if __name__ == "__main__":
    main()
