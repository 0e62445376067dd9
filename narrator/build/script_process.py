"""Runs a function in a process of its own, which takes its memory with it.

What reading and attribution leave behind, gaps between used memory and libraries that are needed no
more, would stay with the process that a build runs in: 60 MB for a novel, as long as it is spoken.
For a very long book, each of these steps has a process.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from narrator.errors import NarratorError
from narrator.synthesis.local_pool import block_interrupts

if TYPE_CHECKING:
    from collections.abc import Callable

_ResultT = TypeVar("_ResultT")
_PARENT_DEATH_SIGNAL = 1
"""The number by which `prctl` of Linux knows the signal for a process whose parent ends."""
_MIN_BYTES = 200_000
"""Size of the files of a book from which a process is worth its start: a plain text of three hours.
A smaller book leaves little behind."""
_MIN_BYTES_PER_STEP = 4_000_000
"""Size of a book from which each step of its script is worth a process: about 700,000 words."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a process sends at its end."""

    error: Exception | None
    is_missing: bool = False
    """Whether the process ended without sending anything."""


def is_worthwhile(byte_count: int) -> bool:
    """Return whether a book is large enough for a process of its own, and one can be forked here.

    Libraries of macOS don't survive a fork, Windows has none, and a process with several threads
    may be forked while one of them holds a lock.
    """
    is_forkable = sys.platform == "linux" and threading.active_count() == 1
    return is_forkable and byte_count >= _MIN_BYTES


def is_worthwhile_per_step(byte_count: int) -> bool:
    """Return whether a book is so large that each step of its script is worth a process."""
    return byte_count >= _MIN_BYTES_PER_STEP and is_worthwhile(byte_count)


def compute_in_process(function: Callable[[], _ResultT]) -> _ResultT:
    """Return what a function returns in a forked process. It has to be picklable.

    Raises:
        NarratorError: the process was ended from outside.
        Exception: what the function raised.
    """
    results: list[_ResultT] = []
    run_in_process(lambda report: report(function()), results.append)
    return results[0]


def run_in_process(
    function: Callable[[Callable[..., None]], object], on_report: Callable[..., object]
) -> None:
    """Run a function in a forked process, and wait for it. What it returns is dropped.

    Args:
        function: Takes a function by which it can report. The arguments have to be picklable.
        on_report: Called in this process with each report. If it fails, the other process is ended.

    Raises:
        NarratorError: the process was ended from outside.
        Exception: what one of the functions raised.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run_and_report, args=(sender, function, os.getpid()))
    with block_interrupts():  # this process handles ^C, and ends the other
        process.start()
    sender.close()
    try:
        while not isinstance(message := _receive(receiver), _Outcome):
            on_report(*message)
        if message.is_missing:
            process.join()
            message = _Outcome(
                NarratorError(
                    f"the process that makes the script was ended ({process.exitcode})",
                    "close other programs if memory is short, and try again",
                )
            )
        if message.error is not None:
            raise message.error
    finally:
        process.terminate()
        process.join()
        receiver.close()


def _receive(receiver: Any) -> Any:
    """Return the next report, as a tuple, or the outcome."""
    try:
        return receiver.recv()
    except EOFError:
        return _Outcome(None, is_missing=True)


def _run_and_report(
    sender: Any, function: Callable[[Callable[..., None]], object], parent_pid: int
) -> None:
    """Call a function, and send its reports and its outcome."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # a process of multiprocessing that ends with its parent can't have processes of its own
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent_pid:
        return
    error: Exception | None = None
    try:
        function(lambda *report: sender.send(report))
    except Exception as raised:  # noqa: BLE001 - the parent raises it
        error = raised
    with suppress(OSError):  # the parent has been killed
        sender.send(_Outcome(error))
