"""Keeps an eye on a worker: which line it is at, and whether it takes too long.

A worker that dies can't say why. So it writes down, before each line, which one it is at, in a
file that its death leaves behind. And an engine that hangs is ended, with its worker, by a thread
in C, so that this works outside Python too.
"""

from __future__ import annotations

import faulthandler
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from narrator.synthesis.store import Store

KIND = "speaking"
"""Of the entries that tell where a worker is."""

_PRECISION = 8
"""How many times within its patience a watch is wound up; winding it takes a millisecond."""


def place(store: Store, reel: str, build: str) -> Path:
    """Where it is written down which line of a reel a worker of a build is at."""
    return store.path(KIND, f"{reel}-{build}")


def last_seen(store: Store, reel: str, build: str) -> int | None:
    """The number of the line at which a worker ended that had this reel; forgets it."""
    mark = place(store, reel, build)
    try:
        written = mark.read_text("ascii")
        mark.unlink()
    except OSError:
        return None
    return int(written) if written.strip() else None


@contextmanager
def watched(
    store: Store, reel: str, build: str, patience: float
) -> Iterator[Callable[[int], None]]:
    """Watch the making of a reel; gives a function that is told the number of each line.

    The process ends when a line, from the moment it was told of, takes longer than `patience`
    seconds, or up to an eighth less.

    Raises:
        OutputError: the store can't be written to.
    """
    mark = place(store, reel, build)
    with store.told():
        mark.parent.mkdir(parents=True, exist_ok=True)
        written = mark.open("wb", buffering=0)
    wound = -patience

    def at(line: int) -> None:
        nonlocal wound
        with store.told():
            written.seek(0)
            written.write(b"%8d" % line)
        if time.monotonic() - wound > patience / _PRECISION:
            wound = time.monotonic()
            faulthandler.dump_traceback_later(patience, exit=True, file=silence)

    with open(os.devnull, "w") as silence, written:  # noqa: PTH123 - no path, a device
        try:
            yield at
        finally:
            faulthandler.cancel_dump_traceback_later()
            mark.unlink(missing_ok=True)
