"""Creates the script of a long book in a process of its own, which takes its memory with it.

What attribution leaves behind, gaps between used memory and libraries that are needed no more,
would stay with the process that a build runs in: 50 MB for a novel, as long as it is spoken.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from narrator.errors import NarratorError
from narrator.synthesis.local_pool import block_interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MIN_CHARACTERS = 200_000
"""Length of a book of three hours. A shorter one leaves little behind."""


def is_worthwhile(character_count: int) -> bool:
    """Return whether a book is long enough for a process of its own, and one can be forked here.

    Libraries of macOS don't survive a fork, Windows has none, and a process with several threads
    may be forked while one of them holds a lock.
    """
    is_forkable = sys.platform == "linux" and threading.active_count() == 1
    return is_forkable and character_count >= _MIN_CHARACTERS


@contextmanager
def run_in_process(function: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Run a function in a forked process beside the block, and wait for it at the end of the block.

    What the function returns is dropped. If the block fails, the process is ended.

    Raises:
        NarratorError: the process was ended from outside.
        Exception: what the function raised.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, function, arguments), daemon=True)
    with block_interrupts():  # this process handles ^C, and ends the other
        process.start()
    sender.close()
    try:
        yield
        try:
            error: Exception | None = receiver.recv()
        except EOFError:
            process.join()
            error = NarratorError(
                f"the process that makes the script was ended ({process.exitcode})",
                "close other programs if memory is short, and try again",
            )
        if error is not None:
            raise error
    finally:
        process.terminate()
        process.join()
        receiver.close()


def _answer(sender: Any, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """Call a function, and send the exception that it raised, or None."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    error: Exception | None = None
    try:
        function(*arguments)
    except Exception as raised:  # noqa: BLE001 - the parent raises it
        error = raised
    with suppress(OSError):  # the parent has been killed
        sender.send(error)
