"""Reads single keys from the terminal, without waiting for Enter."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEFT, RIGHT = "left", "right"
"""Names of the arrow keys."""
_ESCAPE_SEQUENCES = {"\x1b[D": LEFT, "\x1bOD": LEFT, "\x1b[C": RIGHT, "\x1bOC": RIGHT}
_WINDOWS_PREFIXES = ("\x00", "\xe0")
_WINDOWS_ARROWS = {"K": LEFT, "M": RIGHT}
_POLL_SECONDS = 0.05


@contextmanager
def read_keys() -> Iterator[Callable[[float], str] | None]:
    """Yield a function that waits for a key; None if standard input is not a terminal.

    The function takes the longest time to wait, in seconds, and returns a character in lower case,
    `LEFT` or `RIGHT`, or "" if no key was pressed. ^C still raises `KeyboardInterrupt`.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        yield None
    elif sys.platform == "win32":
        yield _read_windows_key
    else:
        with _deliver_keys_at_once(sys.stdin.fileno()):
            yield _read_terminal_key


@contextmanager
def _deliver_keys_at_once(descriptor: int) -> Iterator[None]:
    """Make the terminal deliver keys without Enter, and not show them, while the context runs."""
    import termios
    import tty

    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _read_terminal_key(timeout: float) -> str:
    """Return the next key of a terminal, or "" after `timeout` seconds without one."""
    import select

    descriptor = sys.stdin.fileno()
    if not select.select([descriptor], [], [], timeout)[0]:
        return ""
    # an arrow key sends several characters at once
    text = os.read(descriptor, 16).decode(errors="ignore")
    return _ESCAPE_SEQUENCES.get(text) or text[:1].lower()


def _read_windows_key(timeout: float) -> str:
    """Return the next key of the console of Windows, or "" after `timeout` seconds without one."""
    import msvcrt

    console: object = msvcrt
    end = time.monotonic() + timeout
    while not console.kbhit():  # type: ignore[attr-defined]
        if time.monotonic() >= end:
            return ""
        time.sleep(_POLL_SECONDS)
    key = str(console.getwch())  # type: ignore[attr-defined]
    if key in _WINDOWS_PREFIXES:
        return _WINDOWS_ARROWS.get(str(console.getwch()), "")  # type: ignore[attr-defined]
    return key.lower()
