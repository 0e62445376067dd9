"""Keeps an eye on a worker: which line it is at, and whether it takes too long.

A worker that dies can't say why. So it writes down, before each line, which one it is at, in a
file that its death leaves behind. And an engine that hangs is ended, with its worker, by a thread
in C, so that this works outside Python too.

On one machine whoever gave out the work reads that file. On a cluster it lies on another machine,
and whoever is given the work there next reads it: a line that ended its worker twice is not tried
again.
"""

from __future__ import annotations

import faulthandler
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.model import Cue

KIND = "speaking"
"""Of the entries that tell where a worker is."""

ATTEMPTS = 2
"""How often a line may end its worker before the build gives up."""

PATIENCE_SECONDS = 180.0
"""How long an engine may take over a line before its worker is given up. A neural engine on a slow
core, loading its model, needs under a minute for the longest line."""

_PRECISION = 8
"""How many times within its patience a watch is wound up; winding it takes a millisecond."""


def position_path(store: Store, work: str, build: str) -> Path:
    """Where it is written down which line of some work a worker of a build is at."""
    return store.path(KIND, f"{work}-{build}")


def last_seen(store: Store, work: str, build: str) -> int | None:
    """The number of the line at which a worker ended that had this work; forgets it."""
    mark = position_path(store, work, build)
    seen = _read(mark)
    mark.unlink(missing_ok=True)
    return seen[0] if seen else None


def _read(mark: Path) -> tuple[int, int] | None:
    """Which line a worker ended at, and how many had ended there before it."""
    try:
        line, before = mark.read_text("ascii").split()
    except (OSError, ValueError):
        return None
    return int(line), int(before)


def blamed(cue: Cue) -> SynthesisError:
    """What is said of a line that ended its worker every time."""
    return SynthesisError(
        f"line {cue.line_id} ended {cue.voice.engine} {ATTEMPTS} times: “{cue.spoken[:60]}”",
        f"give its speaker another voice than {cue.voice.name}, or change the line; "
        "all else that was spoken is kept",
    )


@contextmanager
def watch_lines(
    store: Store,
    work: str,
    build: str,
    cues: Sequence[Cue],
    patience: float = PATIENCE_SECONDS,
) -> Iterator[Callable[[int], None]]:
    """Watch some work on lines; gives a function that is told the number of each.

    The process ends when a line, from the moment it was told of, takes longer than `patience`
    seconds, or up to an eighth less.

    Raises:
        SynthesisError: a line has ended two workers on this machine, and nobody else was told.
        OutputError: the store can't be written to.
    """
    mark = position_path(store, work, build)
    fatal, deaths = _read(mark) or (-1, -1)
    deaths += 1
    with store.convert_write_errors():
        mark.parent.mkdir(parents=True, exist_ok=True)
        written = mark.open("wb", buffering=0)
    wound = -patience

    def at(line: int) -> None:
        nonlocal wound
        before = deaths if line == fatal else 0
        if before >= ATTEMPTS:
            raise blamed(cues[line])
        with store.convert_write_errors():
            written.seek(0)
            written.write(b"%8d %3d" % (line, before))
        if time.monotonic() - wound > patience / _PRECISION:
            wound = time.monotonic()
            faulthandler.dump_traceback_later(patience, exit=True, file=silence)

    with open(os.devnull, "w") as silence, written:  # noqa: PTH123 - no path, a device
        try:
            yield at
        finally:
            faulthandler.cancel_dump_traceback_later()
            mark.unlink(missing_ok=True)
