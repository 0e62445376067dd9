"""A short audiobook with a timeline."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

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
