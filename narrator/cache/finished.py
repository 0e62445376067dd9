"""Records finished audiobooks, to avoid writing one that is up to date again.

As in `git`, a file counts as unchanged while its size, inode and modification time are the same as
when it was finished. A file that was changed, replaced or removed is written again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.cache.store import Store

_FINISHED_KIND = "finished"


def record_finished_files(store: Store, name: str, files: Iterable[Path]) -> None:
    """Record the state of an audiobook's files; `name` is a fingerprint of its inputs."""
    states = [_read_file_state(file) for file in files]
    store.save(_FINISHED_KIND, name, json.dumps(states).encode())


def find_finished_files(store: Store, name: str) -> tuple[Path, ...] | None:
    """Return the files recorded under a name if all are unchanged, else `None`."""
    record = store.load(_FINISHED_KIND, name)
    if record is None:
        return None
    states = json.loads(record)
    try:
        is_unchanged = all(_read_file_state(Path(state[0])) == state for state in states)
    except OSError:  # one of them was removed
        return None
    return tuple(Path(state[0]) for state in states) if is_unchanged else None


def _read_file_state(file: Path) -> list[str | int]:
    """Return a file's path, size, modification time and inode."""
    status = file.stat()
    return [str(file), status.st_size, status.st_mtime_ns, status.st_ino]
