"""Fingerprints by which cached results are found again: of values, and of the program itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from narrator.cache.store import fingerprint


@cache
def program_fingerprint() -> str:
    """Return a fingerprint of the installed program, so that results of older code are not reused.

    It covers the sizes and modification times of the package's files, which change as reliably as
    their contents and are read in a hundredth of the time. The modification time of the folder
    that holds the installed libraries is included because it changes when one of them does.
    """
    package = Path(__file__).parents[1]
    files = [*package.rglob("*.py"), *package.rglob("*.toml"), Path(msgspec.__file__).parents[1]]
    stats = [(str(file), file.stat()) for file in sorted(files)]
    return fingerprint([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats])
