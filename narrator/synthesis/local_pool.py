"""A pool of worker processes on this machine, the default executor of a build."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.process import BaseProcess

SHUTDOWN_SECONDS = 0.4
"""Longest wait for workers to end after they are terminated, and again after they are killed. An
idle worker ends within a few hundredths of a second."""

_ResultT = TypeVar("_ResultT")


class LocalPool(ProcessPoolExecutor):
    """A pool of processes that ignore Ctrl+C, which the parent handles, and end with the parent.

    They are spawned, not forked, because the threads of an engine don't survive a fork.
    """

    def __init__(self, worker_count: int) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(worker_count, mp_context=context, initializer=_initialise_worker)

    def submit(self, fn: Callable[..., _ResultT], /, *args: Any, **kwargs: Any) -> Future[_ResultT]:
        """Submit a call, which may start a process.

        A new process takes over which signals are blocked. So a ^C does not interrupt it while it
        imports what it needs, and waits for this process until the call is submitted.
        """
        if sys.platform == "win32":
            return super().submit(fn, *args, **kwargs)
        previous_mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, previous_mask)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Shut the pool down; without `wait`, end its processes at once.

        Even then, this waits for the thread that manages the processes, because the thread closes
        the pipe through which it is woken. An exiting interpreter wakes it once more, and fails
        with an `OSError` if the pipe is just being closed (in Python 3.11, and in later versions
        before CPython's gh-125451 added a lock).
        """
        processes = list((self._processes or {}).values())
        manager_thread: Any = self._executor_manager_thread  # typeshed does not declare a thread
        super().shutdown(wait, cancel_futures=cancel_futures)
        if not wait:
            _end_processes(processes, manager_thread)


def _end_processes(
    processes: Sequence[BaseProcess], manager_thread: threading.Thread | None
) -> None:
    """End processes, by force if necessary, and wait for the thread that manages them."""
    for process in processes:
        process.terminate()
    if manager_thread is None:
        return
    manager_thread.join(SHUTDOWN_SECONDS)
    if manager_thread.is_alive():
        for process in processes:
            process.kill()
        manager_thread.join(SHUTDOWN_SECONDS)


def _initialise_worker() -> None:
    """Prepare a worker process to ignore Ctrl+C, and to end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait until the parent process ends, then end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
