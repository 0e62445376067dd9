"""A pool of worker processes on this machine, the default executor of a build.

On Linux, workers are forked from a process that has loaded what all of them need, the template.
They share its memory and start at once. Elsewhere they are spawned: libraries of macOS don't
survive a fork, and Windows has none.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from multiprocessing.process import BaseProcess

CAN_FORK = sys.platform == "linux"

SHUTDOWN_SECONDS = 0.4
"""Longest wait for workers to end after they are terminated, and again after they are killed. An
idle worker ends within a few hundredths of a second."""

_SAFE_PATH_VARIABLE = "PYTHONSAFEPATH"

_ResultT = TypeVar("_ResultT")


class LocalPool(ProcessPoolExecutor):
    """A pool of processes that ignore Ctrl+C, which the parent handles, and end with the parent.

    They are not forked from the parent itself, whose threads would not survive. The template is a
    process of its own, which loads libraries but starts no threads with them.
    """

    has_template = CAN_FORK
    """Whether workers start in no time, because a template loads what they need."""

    def __init__(self, worker_count: int) -> None:
        context = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
        # the template keeps the environment in which it was started
        initialise = partial(_initialise_worker, dict(os.environ))
        super().__init__(worker_count, mp_context=context, initializer=initialise)
        self._needs_template = CAN_FORK
        if CAN_FORK:
            _template.acquire()

    def submit(self, fn: Callable[..., _ResultT], /, *args: Any, **kwargs: Any) -> Future[_ResultT]:
        """Submit a call, which may start a process.

        A new process takes over which signals are blocked. So a ^C does not interrupt it while it
        imports what it needs, and waits for this process until the call is submitted.

        Raises:
            BrokenProcessPool: a worker has ended, or no further one can be started. If a worker
                ends just then, Python closes the queue that the further one is to inherit.
        """
        with block_interrupts():
            try:
                return super().submit(fn, *args, **kwargs)
            except OSError as error:
                raise BrokenProcessPool("a worker cannot be started") from error

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
        # the template ends only after all workers that were forked from it
        if self._needs_template and not any(process.is_alive() for process in processes):
            self._needs_template = False
            _template.release()


class _Template:
    """The process from which the workers of all pools are forked; it runs as long as they do.

    It is the fork server of `multiprocessing`, of which each process has one. It could be left to
    end with this process, but would keep its memory in a studio, and its processor time would not
    be added to that of this process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool_count = 0

    def acquire(self) -> None:
        """Start the process, if it is not running."""
        from multiprocessing import forkserver  # noqa: PLC0415 - Windows has none

        with self._lock, block_interrupts(), _keep_working_directory_off_path():
            self._pool_count += 1
            forkserver.ensure_running()

    def release(self) -> None:
        """End the process, if no other pool has acquired it."""
        from multiprocessing import forkserver  # noqa: PLC0415 - Windows has none

        with self._lock:
            self._pool_count -= 1
            if not self._pool_count:
                server: Any = forkserver._forkserver
                if server._forkserver_pid is not None:
                    # it notices that it is needed no more only when it has loaded everything
                    with suppress(ProcessLookupError):
                        os.kill(server._forkserver_pid, signal.SIGTERM)
                server._stop()


_template = _Template()


def choose_template(module: str) -> None:
    """Choose the module that the template imports, unless it is running already.

    If the module can't be imported, workers import what they need one by one.
    """
    if CAN_FORK:
        multiprocessing.get_context("forkserver").set_forkserver_preload([module])


@contextmanager
def block_interrupts() -> Iterator[None]:
    """Block SIGINT for processes that start in this context."""
    if sys.platform == "win32":
        yield
        return
    previous_mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous_mask)


@contextmanager
def _keep_working_directory_off_path() -> Iterator[None]:
    """Keep a Python that starts in this context from importing modules of the working directory.

    A book may lie beside a file that has the name of a module.
    """
    previous = os.environ.get(_SAFE_PATH_VARIABLE)
    os.environ[_SAFE_PATH_VARIABLE] = "1"
    try:
        yield
    finally:
        del os.environ[_SAFE_PATH_VARIABLE]
        if previous is not None:
            os.environ[_SAFE_PATH_VARIABLE] = previous


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


def _initialise_worker(environment: Mapping[str, str]) -> None:
    """Prepare a worker process to ignore Ctrl+C, and to end with its parent.

    Args:
        environment: The environment variables of the parent.
    """
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait until the parent process ends, then end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
