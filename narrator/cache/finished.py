"""Remembers what finished audiobooks were made from, so that one that still stands is let stand.

A file stands while its size and the time of its last change are what they were when it was
finished, as `make` and `git` have it: one that was changed, replaced or removed is made again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.cache.store import Store

KIND = "finished"


def record_finished_files(store: Store, name: str, files: Iterable[Path]) -> None:
    """Keep the state of the files that were made under a name, which says what from."""
    store.save(KIND, name, json.dumps([_state(file) for file in files]).encode())


def find_finished_files(store: Store, name: str) -> tuple[Path, ...] | None:
    """The files that were made under that name, or none unless all stand as they were finished."""
    kept = store.load(KIND, name)
    if kept is None:
        return None
    states = json.loads(kept)
    try:
        stand = all(_state(Path(state[0])) == state for state in states)
    except OSError:
        return None
    return tuple(Path(state[0]) for state in states) if stand else None


def _state(file: Path) -> list[str | int]:
    status = file.stat()
    return [str(file), status.st_size, status.st_mtime_ns, status.st_ino]
