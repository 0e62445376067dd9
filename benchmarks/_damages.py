"""Damages audiobooks: a line is removed, doubled, moved, replaced, truncated or swapped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]
    """Samples of a whole audiobook."""

_CUTS_PER_SECOND = 50


@dataclass(frozen=True)
class TimedSound:
    """The samples of an audiobook, and its timeline."""

    samples: Samples
    rate: int
    timeline: dict[str, Any]

    def find_line(self, index: int) -> tuple[int, int]:
        """Return the first sample of a line, and that of the next."""
        lines = self.timeline["lines"]
        starts = [self.find_sample(line["start"]) for line in lines[index : index + 2]]
        return starts[0], starts[1]

    def find_sample(self, seconds: float) -> int:
        """Return the sample at a time, rounded so that what follows a cut resamples as before.

        So only the windows around a damage have to be listened to again.
        """
        return round(seconds * _CUTS_PER_SECOND) * self.rate // _CUTS_PER_SECOND

    def find_distant_line(self, index: int) -> int:
        """Return the index of a line half the book away; there are six lines or more."""
        count = len(self.timeline["lines"]) - 1
        return (index + count // 2) % count


def load_audiobook(path: Path) -> TimedSound:
    """Return an audiobook that has a timeline beside it."""
    samples, rate = soundfile.read(path, dtype="int16")
    timeline = json.loads(path.with_suffix(".timeline.json").read_text("utf-8"))
    return TimedSound(samples, rate, timeline)


def remove(sound: TimedSound, index: int) -> Samples:
    """Return the sound without a line."""
    start, end = sound.find_line(index)
    return np.concatenate([sound.samples[:start], sound.samples[end:]])


def double(sound: TimedSound, index: int) -> Samples:
    """Return the sound with a line twice."""
    start, end = sound.find_line(index)
    return np.concatenate([sound.samples[:end], sound.samples[start:]])


def move(sound: TimedSound, index: int) -> Samples:
    """Return the sound with a line in another place, half the book away."""
    start, end = sound.find_line(index)
    place, _ = sound.find_line(sound.find_distant_line(index))
    line, rest = sound.samples[start:end], remove(sound, index)
    place -= end - start if place > start else 0
    return np.concatenate([rest[:place], line, rest[place:]])


def replace_line(sound: TimedSound, index: int) -> Samples:
    """Return the sound with another line in the place of a line."""
    start, end = sound.find_line(index)
    other_start, other_end = sound.find_line(sound.find_distant_line(index))
    other = sound.samples[other_start:other_end]
    return np.concatenate([sound.samples[:start], other, sound.samples[end:]])


def truncate(sound: TimedSound, index: int) -> Samples:
    """Return the sound without the second half of a line."""
    line = sound.timeline["lines"][index]
    _, end = sound.find_line(index)
    middle = sound.find_sample((line["start"] + line["end"]) / 2)
    pause = np.zeros(sound.find_sample(0.3), "i2")
    return np.concatenate([sound.samples[:middle], pause, sound.samples[end:]])


def swap(sound: TimedSound, index: int) -> Samples:
    """Return the sound with a line after the next one."""
    start, end = sound.find_line(index)
    _, following_end = sound.find_line(index + 1)
    line, following = sound.samples[start:end], sound.samples[end:following_end]
    return np.concatenate([sound.samples[:start], following, line, sound.samples[following_end:]])


DAMAGES: dict[str, Callable[[TimedSound, int], Samples]] = {
    "removed": remove,
    "doubled": double,
    "moved": move,
    "replaced": replace_line,
    "truncated": truncate,
    "swapped": swap,
}


def damage_lines(sound: TimedSound, damages: Mapping[int, str]) -> Samples:
    """Return the sound with several damaged lines; the values are keys of `DAMAGES`, or empty.

    Each damage but the last two changes the line alone, so that lines far apart do not interfere.
    """
    count = len(sound.timeline["lines"]) - 1
    parts = [[sound.samples[slice(*sound.find_line(index))]] for index in range(count)]
    last_start, _ = sound.find_line(count - 1)
    last_start += len(parts[-1][0])
    for index, kind in damages.items():
        if not kind:
            continue
        [part] = parts[index]
        distant = sound.find_distant_line(index)
        if kind == "moved":
            parts[distant].append(part)
        elif kind == "swapped":
            parts[index + 1].append(part)
        line = sound.timeline["lines"][index]
        half = sound.find_sample((line["end"] - line["start"]) / 2)
        changed = {
            "doubled": [part, part],
            "replaced": [sound.samples[slice(*sound.find_line(distant))]],
            "truncated": [part[:half], np.zeros(sound.find_sample(0.3), "i2")],
        }
        parts[index] = changed.get(kind, [])
    return np.concatenate(
        [*(piece for part in parts for piece in part), sound.samples[last_start:]]
    )
