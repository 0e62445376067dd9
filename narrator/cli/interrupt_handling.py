"""Ends commands on ^C and SIGTERM with one line, at any moment.

Only what every Python program has loaded is imported here, because signals are handled before
anything slow is imported.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

STOPPED = ("stopped", "what was made is kept, and the same command continues")
"""The message and the hint after ^C."""
_IMPORT_FILE = "<frozen importlib._bootstrap>"
"""The file of the functions of Python that import a module."""
_IMPORT_SECONDS = 0.01
"""Time after which ^C is tried again while a module is being imported."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""The signals that end a command: ^C, and what `kill` sends."""


def exit_at_once(_number: int, _frame: object) -> None:
    """End the process: before and after a command there is nothing to clean up."""
    with suppress(OSError):
        os.write(2, f"narrator: {': '.join(STOPPED)}\n".encode())
    os._exit(130)


def end_process() -> None:
    """End the process without an error, whatever still runs in its threads.

    What Python does at its end takes half a second for a long novel, and waits for threads.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _interrupt(_number: int, _frame: object) -> None:
    """Raise `KeyboardInterrupt`; while a module is being imported, do so a little later.

    Python and some libraries turn an exception that interrupts an import into another one.
    """
    if not _is_importing() or not hasattr(signal, "setitimer"):  # Windows has no timer
        raise KeyboardInterrupt
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, _IMPORT_SECONDS)


def _is_importing() -> bool:
    """Return whether the main thread, which handles signals, is importing a module."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT_FILE:
            return True
        frame = frame.f_back
    return False


def set_handler(number: int, handler: Any) -> Any:
    """Set the handler of a signal unless the signal is ignored, and return the previous one."""
    previous_handler = signal.getsignal(number)
    if previous_handler is not signal.SIG_IGN:  # as for a process that a shell starts with `&`
        signal.signal(number, handler)
    return previous_handler


@contextmanager
def raise_interrupts() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on ^C and SIGTERM while the context runs.

    So workers end, and temporary files are removed. Does nothing outside the main thread, which
    alone receives signals.
    """
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous_handlers = {number: set_handler(number, _interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous_handlers.items():
            set_handler(number, handler)
