"""An audiobook whose lines were removed, doubled, moved, replaced, truncated or swapped."""

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from narrator.build.options import Options
from narrator.build.pipeline import narrate

STORY = """\
CHAPTER ONE

The harbour master had seen three ships go down that winter. Nobody answered the bell.

You may leave your boots beside the stove, and come and sit with us. It is a cold night.

He knew the road by heart, and yet he lost it twice before the bridge. The lamps were out.

In the morning the snow had covered every track, and the dogs refused to leave the house.

We counted eleven barrels on the quay, and none of them belonged to the customs officer.

My grandmother kept the letters in a tin, and read them aloud whenever it rained.

CHAPTER TWO

The train was late, as it had been every Thursday since the war. A boy sold apples.

Whoever painted this door did not care for green, and cared even less for brushes.

There is nothing to be gained by waiting, said the notice, so nobody waited.

The widow in the corner house bought two loaves, and gave one of them to the birds.

Under the bridge the water was black and quiet, and the boats knocked against each other.

When the clock struck seven they put away the cards, and the evening was over.
"""


def run(steps: Generator[float, None, Any]) -> Any:
    """Take all steps of a generator, and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


@dataclass(frozen=True)
class TimedSound:
    """The samples of an audiobook, and its timeline."""

    samples: np.ndarray
    rate: int
    timeline: dict

    def find_line(self, index: int) -> tuple[int, int]:
        """Return the first sample of a line, and that of the next."""
        lines = self.timeline["lines"]
        starts = [round(line["start"] * self.rate) for line in lines[index : index + 2]]
        return starts[0], starts[1]


def build_audiobook(folder: Path, voice: str, suffix: str = "wav") -> Path:
    """Narrate the story with a timeline, and return the audiobook."""
    book = folder / "story.txt"
    book.write_text(STORY, "utf-8")
    target = folder / f"story.{suffix}"
    options = Options(
        format=suffix, voice=voice, companions=("timeline",), jobs=1, cache_dir=folder / "cache"
    )
    narrate([str(book)], target, options)
    return target


def load_audiobook(path: Path) -> TimedSound:
    samples, rate = soundfile.read(path, dtype="int16")
    timeline = json.loads(path.with_suffix(".timeline.json").read_text("utf-8"))
    return TimedSound(samples, rate, timeline)


def remove(sound: TimedSound, index: int) -> np.ndarray:
    start, end = sound.find_line(index)
    return np.concatenate([sound.samples[:start], sound.samples[end:]])


def double(sound: TimedSound, index: int) -> np.ndarray:
    _, end = sound.find_line(index)
    start, _ = sound.find_line(index)
    return np.concatenate([sound.samples[:end], sound.samples[start:]])


def move(sound: TimedSound, index: int) -> np.ndarray:
    """Return the sound with a line after the sixth line from it."""
    start, end = sound.find_line(index)
    place, _ = sound.find_line((index + 6) % (len(sound.timeline["lines"]) - 1))
    line, rest = sound.samples[start:end], remove(sound, index)
    place -= end - start if place > start else 0
    return np.concatenate([rest[:place], line, rest[place:]])


def replace_line(sound: TimedSound, index: int) -> np.ndarray:
    """Return the sound with another line in the place of a line."""
    start, end = sound.find_line(index)
    other_start, other_end = sound.find_line((index + 5) % (len(sound.timeline["lines"]) - 1))
    other = sound.samples[other_start:other_end]
    return np.concatenate([sound.samples[:start], other, sound.samples[end:]])


def truncate(sound: TimedSound, index: int) -> np.ndarray:
    """Return the sound without the second half of a line."""
    line = sound.timeline["lines"][index]
    _, end = sound.find_line(index)
    middle = round((line["start"] + line["end"]) / 2 * sound.rate)
    pause = np.zeros(sound.rate // 3, "i2")
    return np.concatenate([sound.samples[:middle], pause, sound.samples[end:]])


def swap(sound: TimedSound, index: int) -> np.ndarray:
    """Return the sound with a line after the next one."""
    start, end = sound.find_line(index)
    _, following_end = sound.find_line(index + 1)
    line, following = sound.samples[start:end], sound.samples[end:following_end]
    return np.concatenate([sound.samples[:start], following, line, sound.samples[following_end:]])


DAMAGES: dict[str, Callable[[TimedSound, int], np.ndarray]] = {
    "removed": remove,
    "doubled": double,
    "moved": move,
    "replaced": replace_line,
    "truncated": truncate,
    "swapped": swap,
}
