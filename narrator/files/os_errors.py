"""Turns errors of the operating system into messages that say which file can't be written."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OUTPUT_HINT = "choose another place with -o"
"""The hint about what the user named with `-o`."""

_HINTS = {
    errno.ENOSPC: "make room on the disk, or choose another place",
    errno.EDQUOT: "make room on the disk, or choose another place",
    errno.EFBIG: "the disk's file system does not hold files that large; choose another place",
}
"""Hints by error number, for errors that another place is not the best remedy for."""


@contextmanager
def convert_os_errors(target: Path, hint: str = "choose another place") -> Iterator[None]:
    """Raise each `OSError` as an `OutputError` that names the target and says what to do next."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        remedy = _HINTS.get(error.errno or 0, hint)
        raise OutputError(f"{target} can't be written ({reason})", remedy) from error
