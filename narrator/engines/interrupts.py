"""Keeps ^C waiting while a library calls back, which would swallow it and lose what it was handed.

Python ignores whatever is raised within a function that C code calls. A ^C at such a moment would
stop nothing, and the sound that the function was to collect would be missing from a clip.
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
    """Let what is within come to its end first; ^C counts after it.

    Other threads than the main one are never interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = signal.getsignal(signal.SIGINT)
    if not callable(before):  # ^C is ignored, or ends the process without Python
        yield
        return
    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(signal.SIGINT, None)
