"""What mixed voices sound like together, measured by ffmpeg and not by narrator itself.

The story in `seeds/` and a chapter of each book of `shared/books` are built, with as many voices as
speak in them; one chapter by two engines too. `NARRATOR_BENCH_MINUTES` says how much of a chapter:
all of it unless it does. `NARRATOR_BENCH_TEXTS` may name what is to be built alone, by words of the
titles.
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

from benchmarks._shelf import Text, texts
from narrator.audio.pauses import Pauses
from narrator.build.pipeline import Options

if TYPE_CHECKING:
    import numpy.typing as npt

    from narrator.model import Audiobook

MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "inf"))
WANTED = os.environ.get("NARRATOR_BENCH_TEXTS", "").split()
HEARD = 5.0
"""Seconds that a voice must speak to have a loudness worth comparing."""
QUIET = -55
"""Decibels, below which ffmpeg is told to hear silence: the room tone of ACX lies lower."""
FULL_SCALE = 32_767
EDGE = 0.002
"""Seconds on either side of a join in which a jump would be a click."""


@dataclass(frozen=True)
class Figure:
    """A number that was measured, and between which it should lie."""

    name: str
    measured: float
    low: float = -np.inf
    high: float = np.inf
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.low <= self.measured <= self.high

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "FAILS"
        limits = " to ".join(f"{x:g}" if np.isfinite(x) else "" for x in (self.low, self.high))
        return (
            f"  {self.name:<46}{self.measured:>9.2f} {self.unit:<5}{limits.strip():<14} {verdict}"
        )


def main() -> None:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        for number, text in enumerate(texts(MINUTES, WANTED, mixed=True)):
            print(f"\n{text.name}: {len(text.voices)} voices", flush=True)
            place = Path(folder) / str(number)
            place.mkdir()
            for figure in (*mixed(text, place), *published(text, place)):
                print(figure, flush=True)
                failed += not figure.holds
    print(f"\n{failed or 'none'} of the figures lie outside of their limits")
    if failed:
        sys.exit(1)


# ---------------------------------------------------------------------------------- one file


def mixed(text: Text, folder: Path) -> list[Figure]:
    """The book as one file: its levels, its silences, its joins."""
    made = text.narrated(folder / "book.wav", Options(format="wav"))
    stored = text.narrated(folder / "book.mp3", Options())
    pcm = samples(made.files[0])
    inner, outer = jumps(made, pcm)
    clipped = int((np.abs(pcm.astype(int)) >= FULL_SCALE).sum())
    levels = spread(text, made, pcm)
    policy = Pauses()
    return [
        Figure("voices that speak long enough to be measured", len(levels), low=1),
        Figure("between the loudest and the softest voice", levels[-1] - levels[0], 0, 1, "LU"),
        Figure("loudness of all", loudness(made.files[0])[0], -20.0, -18.0, "LUFS"),
        Figure("true peak of the MP3", loudness(stored.files[0])[1], high=-1.0, unit="dB"),
        Figure("samples clipped", clipped, high=0),
        Figure("samples clipped in the MP3", over(stored.files[0]), high=0),
        Figure("longest silence", max(silences(made.files[0])), 0, policy.longest_pause + 0.1, "s"),
        Figure("largest jump at a join, of the speech's own", outer / inner, high=1.0),
    ]


def samples(path: Path) -> npt.NDArray[np.int16]:
    with wave.open(str(path)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


def spread(text: Text, made: Audiobook, pcm: npt.NDArray[np.int16]) -> list[float]:
    """The loudness of each voice over all of its lines, softest first."""
    spoken = {line.id: text.cast.voice_of(line.speaker) for line in text.script.lines}
    parts = defaultdict(list)
    for line in made.timeline.line_timings:
        parts[spoken[line.line_id].name].append(pcm[line.start : line.end])
    rate = made.timeline.rate
    long = [np.concatenate(own) for own in parts.values() if sum(map(len, own)) > HEARD * rate]
    raw = ("-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-")
    return sorted(integrated(ffmpeg(*raw, *_EBUR, data=own.tobytes())) for own in long)


def jumps(made: Audiobook, pcm: npt.NDArray[np.int16]) -> tuple[float, float]:
    """The largest step from a sample to the next: within speech, and where lines are joined."""
    steps = np.abs(np.diff(pcm.astype(np.int32)))
    edge = round(EDGE * made.timeline.rate)
    joins = [at for line in made.timeline.line_timings for at in (line.start, line.end)]
    near = np.zeros(len(steps), bool)
    for at in joins:
        near[max(at - edge, 0) : at + edge] = True
    return float(steps[~near].max()), float(steps[near].max())


# ---------------------------------------------------------------------------------- a publisher


def published(text: Text, folder: Path) -> list[Figure]:
    """The book as ACX asks for it: the worst file of all decides."""
    options = Options(loudness="acx", split=True)
    files = text.narrated(folder / "acx", options).files
    stats = [{**astats(file), **edges(file)} for file in files]
    facts = [MP3(file).info for file in files]

    def worst(key: str, unit: str, low: float = -np.inf, high: float = np.inf) -> Figure:
        found = [each[key] for each in stats]
        furthest = max(found, key=lambda x: max(low - x, x - high))
        return Figure(f"ACX, worst of {len(files)} files: {key}", furthest, low, high, unit)

    constant = all(
        (i.bitrate_mode, round(i.bitrate, -3), i.sample_rate, i.channels)
        == (BitrateMode.CBR, 192_000, 44_100, 1)
        for i in facts
    )
    return [
        worst("RMS", "dB", -23.0, -18.0),
        worst("peak", "dB", high=-3.0),
        worst("noise floor", "dB", high=-60.0),
        worst("head", "s", 0.5, 1.0),
        worst("tail", "s", 1.0, 5.0),
        Figure("ACX: 192 kb/s constant, 44.1 kHz, mono", float(constant), 1, 1),
        Figure("ACX: true peak", max(loudness(file)[1] for file in files), high=-3.0, unit="dB"),
    ]


def astats(path: Path) -> dict[str, float]:
    told = ffmpeg("-i", str(path), "-af", "astats=measure_perchannel=none", "-f", "null", "-")
    names = {"RMS": "RMS level dB", "peak": "Peak level dB", "noise floor": "Noise floor dB"}
    return {key: last_number(told, name) for key, name in names.items()}


def edges(path: Path) -> dict[str, float]:
    found = silences(path, inner=False)
    return {"head": found[0], "tail": found[-1]}


# ---------------------------------------------------------------------------------- ffmpeg

_EBUR = ("-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")


def ffmpeg(*options: str, data: bytes | None = None) -> str:
    """What ffmpeg tells of a sound."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", *options]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stderr.decode(errors="replace")


def last_number(told: str, name: str) -> float:
    return float(re.findall(rf"{name}:\s*(-?[\d.]+|-?inf)", told)[-1])


def integrated(told: str) -> float:
    return last_number(told, r"\bI")


def loudness(path: Path) -> tuple[float, float]:
    """LUFS, and the true peak in decibels."""
    told = ffmpeg("-i", str(path), *_EBUR)
    return integrated(told), last_number(told, "Peak")


def over(path: Path) -> int:
    """Samples of a decoded file that would be cut off."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    decoded = subprocess.run(command, capture_output=True, check=True).stdout
    return int((np.abs(np.frombuffer(decoded, "<f4")) >= 1).sum())


def silences(path: Path, *, inner: bool = True) -> list[float]:
    """Seconds of each silence; without those at the ends, or these alone."""
    found = ffmpeg("-i", str(path), "-af", f"silencedetect=n={QUIET}dB:d=0.2", "-f", "null", "-")
    starts = [float(x) for x in re.findall(r"silence_start: (-?[\d.]+)", found)]
    lengths = [float(x) for x in re.findall(r"silence_duration: ([\d.]+)", found)]
    if inner:
        return [n for at, n in zip(starts, lengths, strict=True) if at > 0.1][:-1] or [0.0]
    return [lengths[0] if starts[0] < 0.1 else 0.0, lengths[-1]]


if __name__ == "__main__":
    main()
