"""Watches a worker: records which line it is working on, and ends it if a line takes too long.

A worker that crashes can't report the cause. So before each line it writes the line's index to a
file, the position file, which remains after a crash. If an engine hangs, a watchdog thread ends the
worker. The thread runs in C, so it works even if the engine never returns to Python.

For local workers, the parent process reads the position file. On a cluster, the file is on the
worker's machine, where the next worker with the same job reads it. A line that has ended two
workers is not tried again.
"""

from __future__ import annotations

import faulthandler
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator import registry
from narrator.errors import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.model import Cue

POSITION_KIND = "speaking"
"""Kind of the position files in a store."""

MAX_ATTEMPTS = 2
"""Number of workers that a line may end before the build gives up."""

LINE_TIMEOUT_SECONDS = 180.0
"""Longest time for a line before its worker is ended. Even on a slow core, and including the time
to load the model, a neural engine needs less than a minute for the longest line."""

_SPARE_SECONDS = 60.0
"""Time for a line beyond the time limit of an engine with a clock of its own, to load the engine
and to verify and store clips. Such an engine reports the line itself."""

_RESETS_PER_TIMEOUT = 8
"""Most resets of the watchdog within one timeout; each takes a millisecond."""


def position_path(store: Store, job_name: str, build_id: str) -> Path:
    """Return the path of the position file of a job in a build."""
    return store.path(POSITION_KIND, f"{job_name}-{build_id}")


def take_last_position(store: Store, job_name: str, build_id: str) -> int | None:
    """Return the index of the line at which a job's worker ended, and remove the position file.

    Return `None` if there is no position file.
    """
    path = position_path(store, job_name, build_id)
    position = _read_position(path)
    path.unlink(missing_ok=True)
    return position[0] if position else None


def _read_position(path: Path) -> tuple[int, int] | None:
    """Return the index of the line at which a worker ended, and how many ended there before it."""
    try:
        line_index, earlier_ends = map(int, path.read_text("ascii").split())
    except (OSError, ValueError):
        return None
    return line_index, earlier_ends


def crash_error(cue: Cue) -> SynthesisError:
    """Return an error about a line that ended each of its workers."""
    return SynthesisError(
        f"line {cue.line_id} made {cue.voice.engine} fail {MAX_ATTEMPTS} times:"
        f" “{cue.spoken[:60]}”",
        f"choose another voice than {cue.voice.name} for its speaker, or change the line; "
        "everything else that was spoken is kept",
    )


def _find_line_timeout(cue: Cue, usual_seconds: float) -> float:
    """Return the longest time for a line: the usual time, or more if the engine has its own limit.

    A line that is too long for the engine takes several calls, each with at least a third of the
    longest text.
    """
    engine = registry.load_engine(cue.voice.engine)
    find_time_limit = getattr(engine, "time_limit", None)
    if find_time_limit is None:
        return usual_seconds
    call_count = 1 + 3 * len(cue.spoken) // engine.longest
    return float(max(usual_seconds, call_count * find_time_limit(cue.voice) + _SPARE_SECONDS))


@contextmanager
def watch_lines(
    store: Store,
    job_name: str,
    build_id: str,
    cues: Sequence[Cue],
    timeout_seconds: float = LINE_TIMEOUT_SECONDS,
) -> Iterator[Callable[[int], None]]:
    """Watch the lines of a job, and yield a function to call with the index of each line first.

    The process ends if the time since that call exceeds `timeout_seconds`, or up to an eighth less.
    An engine with a time limit of its own, such as one that waits for a server, gets that instead.

    Raises:
        SynthesisError: The line has ended two workers on this machine; the yielded function raises
            this.
        OutputError: The store can't be written to.
    """
    path = position_path(store, job_name, build_id)
    # An existing file was left by a worker that ended, and holds its line and earlier ends there.
    fatal_index, end_count = _read_position(path) or (-1, -1)
    end_count += 1
    with store.convert_write_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered, because a crash would lose buffered data.
        position_file = path.open("wb", buffering=0)
    end_seconds = 0.0  # on the monotonic clock; when the watchdog ends the process

    def start_line(line_index: int) -> None:
        nonlocal end_seconds
        earlier_ends = end_count if line_index == fatal_index else 0
        if earlier_ends >= MAX_ATTEMPTS:
            raise crash_error(cues[line_index])
        with store.convert_write_errors():
            position_file.seek(0)
            # The fixed width overwrites all of the previous content.
            position_file.write(b"%8d %3d" % (line_index, earlier_ends))
        line_seconds = _find_line_timeout(cues[line_index], timeout_seconds)
        latest_end = time.monotonic() + line_seconds
        if not latest_end - line_seconds / _RESETS_PER_TIMEOUT <= end_seconds <= latest_end:
            end_seconds = latest_end
            faulthandler.dump_traceback_later(line_seconds, exit=True, file=null_device)

    with open(os.devnull, "w", encoding="utf-8") as null_device, position_file:  # noqa: PTH123 - a device, not a path
        try:
            yield start_line
        finally:
            faulthandler.cancel_dump_traceback_later()
            path.unlink(missing_ok=True)
