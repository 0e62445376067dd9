"""Watches a worker: records which line it is working on, and ends it if a line takes too long.

A worker that crashes can't report the cause. So before each line it writes the line's index to a
file, the position file, which remains after a crash. If an engine hangs, a watchdog thread ends the
worker. The thread runs in C, so it works even if the engine never returns to Python. On a busy
machine, time in which other programs had the processor does not count.

For local workers, the parent process reads the position file. On a cluster, the file is on the
worker's machine, where the next worker with the same job reads it. A line that has ended two
workers is not tried again.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator import registry
from narrator.errors import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Self, TextIO

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
"""How often the watchdog is set again within one timeout, which takes a millisecond, and how often
it is looked up how much the worker has computed."""

_IDLE_SHARE = 0.002
"""The share of processor time below which a worker waits for a lock or a server, not for the
processor: beside twelve busy programs on two cores, Linux gives 0.02 to a worker of niceness 10."""


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
        "if memory is short, try --jobs 1; everything else that was spoken is kept",
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

    The process ends if the time since that call exceeds `timeout_seconds`, or up to an eighth less;
    `_LineClock` says which time counts.
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

    def start_line(line_index: int) -> None:
        earlier_ends = end_count if line_index == fatal_index else 0
        if earlier_ends >= MAX_ATTEMPTS:
            raise crash_error(cues[line_index])
        with store.convert_write_errors():
            position_file.seek(0)
            # The fixed width overwrites all of the previous content.
            position_file.write(b"%8d %3d" % (line_index, earlier_ends))
        line_seconds = _find_line_timeout(cues[line_index], timeout_seconds)
        clock.start(line_seconds)

    with (
        open(os.devnull, "w", encoding="utf-8") as null_device,  # noqa: PTH123 - a device, not a path
        position_file,
        _LineClock(null_device) as clock,
    ):
        try:
            yield start_line
        finally:
            path.unlink(missing_ok=True)


class _LineClock:
    """Ends the process if a line takes too long.

    While the process computes, its processor time counts, or the time that passes if that is less
    because it computes on several cores. While it waits, the time that passes counts.
    """

    def __init__(self, null_device: TextIO) -> None:
        self._null_device = null_device
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._limit_seconds = self._left_seconds = 0.0
        self._seen_at = self._computed_seconds = 0.0
        self._ends_at = 0.0  # on the monotonic clock; when the process will be ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed.set()
        if self._watcher.ident is not None:
            self._watcher.join()
        faulthandler.cancel_dump_traceback_later()

    def start(self, limit_seconds: float) -> None:
        """Give a new line its time."""
        with self._lock:
            self._limit_seconds = self._left_seconds = limit_seconds
            self._seen_at, self._computed_seconds = time.monotonic(), time.process_time()
            latest_end = self._seen_at + limit_seconds
            if not latest_end - limit_seconds / _RESETS_PER_TIMEOUT <= self._ends_at <= latest_end:
                self._set_end()
        if self._watcher.ident is None:
            self._watcher.start()

    def _watch(self) -> None:
        """Count the time of the lines until there are no more."""
        while not self._is_closed.wait(self._limit_seconds / _RESETS_PER_TIMEOUT):
            self.count_time()

    def count_time(self) -> None:
        """Put off the end by the time in which others had the processor."""
        with self._lock:
            now, computed_seconds = time.monotonic(), time.process_time()
            passed = now - self._seen_at
            computed = computed_seconds - self._computed_seconds
            self._seen_at, self._computed_seconds = now, computed_seconds
            if _IDLE_SHARE * passed <= computed < passed:
                self._left_seconds -= computed
                if self._left_seconds > 0:
                    self._set_end()
            else:
                self._left_seconds -= passed

    def _set_end(self) -> None:
        """End the process when the time that is left has passed."""
        self._ends_at = self._seen_at + self._left_seconds
        faulthandler.dump_traceback_later(self._left_seconds, exit=True, file=self._null_device)
