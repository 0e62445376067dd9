"""Watches a worker: records which line it is at, and ends it if a line takes too long.

A worker that crashes can't say why. So before each line it writes the line's number to a file that
survives the worker's end. A worker whose engine hangs is ended by a watchdog thread that runs in C,
which works even if the engine never returns to Python.

On one machine, the process that handed out the work reads that file. On a cluster, it lies on
another machine, where the next worker that gets the same work reads it: a line that ended its
worker twice is not tried again.
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

POSITION_KIND = "speaking"
"""Kind of the store's files that record which line a worker is at."""

MAX_ATTEMPTS = 2
"""How often a line may end its worker before the build gives up."""

LINE_TIMEOUT_SECONDS = 180.0
"""How long an engine may take for a line before its worker is ended. A neural engine on a slow
core, including the time that its model takes to load, needs less than a minute for the longest
line."""

_RESETS_PER_TIMEOUT = 8
"""How many times within the timeout the watchdog is reset at most; one reset takes a
millisecond."""


def position_path(store: Store, job_name: str, build_id: str) -> Path:
    """Return the file that records which line of a job a worker of a build is at."""
    return store.path(POSITION_KIND, f"{job_name}-{build_id}")


def take_last_position(store: Store, job_name: str, build_id: str) -> int | None:
    """Return the index of the line at which a worker on a job ended, and remove the record."""
    path = position_path(store, job_name, build_id)
    position = _read_position(path)
    path.unlink(missing_ok=True)
    return position[0] if position else None


def _read_position(path: Path) -> tuple[int, int] | None:
    """Return the line at which a worker ended, and how many had ended there before it."""
    try:
        line_index, earlier_ends = map(int, path.read_text("ascii").split())
    except (OSError, ValueError):
        return None
    return line_index, earlier_ends


def crash_error(cue: Cue) -> SynthesisError:
    """Return the error about a line that ended its worker every time."""
    return SynthesisError(
        f"line {cue.line_id} ended {cue.voice.engine} {MAX_ATTEMPTS} times: “{cue.spoken[:60]}”",
        f"give its speaker another voice than {cue.voice.name}, or change the line; "
        "all else that was spoken is kept",
    )


@contextmanager
def watch_lines(
    store: Store,
    job_name: str,
    build_id: str,
    cues: Sequence[Cue],
    timeout_seconds: float = LINE_TIMEOUT_SECONDS,
) -> Iterator[Callable[[int], None]]:
    """Watch the lines of a job: yield a function to call with each line's index before the line.

    The process ends if a line takes longer than `timeout_seconds` from that call on, or up to an
    eighth less.

    Raises:
        SynthesisError: By that function, if the line has ended two workers on this machine.
        OutputError: The store can't be written to.
    """
    path = position_path(store, job_name, build_id)
    # A file that exists was left by a worker that ended at this line, after as many others.
    fatal_index, end_count = _read_position(path) or (-1, -1)
    end_count += 1
    with store.convert_write_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without a buffer, which a crash would lose.
        position_file = path.open("wb", buffering=0)
    last_reset = -timeout_seconds

    def start_line(line_index: int) -> None:
        nonlocal last_reset
        earlier_ends = end_count if line_index == fatal_index else 0
        if earlier_ends >= MAX_ATTEMPTS:
            raise crash_error(cues[line_index])
        with store.convert_write_errors():
            position_file.seek(0)
            # Of fixed width, so that it overwrites all of what was there.
            position_file.write(b"%8d %3d" % (line_index, earlier_ends))
        if time.monotonic() - last_reset > timeout_seconds / _RESETS_PER_TIMEOUT:
            last_reset = time.monotonic()
            faulthandler.dump_traceback_later(timeout_seconds, exit=True, file=null_device)

    with open(os.devnull, "w") as null_device, position_file:  # noqa: PTH123 - a device, not a path
        try:
            yield start_line
        finally:
            faulthandler.cancel_dump_traceback_later()
            path.unlink(missing_ok=True)
