"""Turns errors of the operating system into messages that say which file can't be written."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HINTS = {
    errno.ENOSPC: "make room on the disk, or choose another place",
    errno.EDQUOT: "make room on the disk, or choose another place",
    errno.EFBIG: "the disk's file system does not hold files that large; choose another place",
}
"""Hints by error number; all other errors have the hint to choose another place."""


@contextmanager
def convert_os_errors(target: Path) -> Iterator[None]:
    """Raise each `OSError` as an `OutputError` that names the target."""
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, "choose another place")
        raise OutputError(f"{target} can't be written ({error.strerror or error})", hint) from error
