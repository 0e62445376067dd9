"""Gives memory that a process has freed back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress


def release_free_memory() -> None:
    """Return the free memory of this process to the system, which glibc would otherwise keep."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries have no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)
