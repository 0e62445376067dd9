"""Delays ^C while a library calls back into Python.

Python discards exceptions that are raised in a function called by C code. A ^C at such a moment
would stop nothing, and the sound that the function was about to collect would be missing from the
clip.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def defer_interrupts() -> Iterator[None]:
    """Run the body to its end, then deliver a ^C that arrived meanwhile.

    Does nothing outside the main thread, because only the main thread receives ^C.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received_signals: list[int] = []

    def record_signal(number: int, _frame: FrameType | None) -> None:
        received_signals.append(number)

    previous_handler = signal.getsignal(signal.SIGINT)
    if not callable(previous_handler):  # ^C is ignored, or ends the process without Python
        yield
        return
    signal.signal(signal.SIGINT, record_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous_handler)
        if received_signals:
            previous_handler(signal.SIGINT, None)
