"""Runs jobs on workers, through any `concurrent.futures.Executor`; by default, local processes.

A worker that crashes or hangs is replaced, and its job is tried again. If a line ends two workers,
the build fails with an error that names the line. Chunks that are already rendered are kept.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import sys
import threading
from collections import Counter
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from narrator.errors import SynthesisError
from narrator.synthesis.chunking import count_characters
from narrator.synthesis.render import render_chunk
from narrator.synthesis.watchdog import MAX_ATTEMPTS, crash_error, take_last_position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from multiprocessing.process import BaseProcess

    from narrator.cache.store import Store
    from narrator.model import Chunk, Cue
    from narrator.synthesis.render import RenderedChunk, RenderSettings

JOBS_PER_WORKER = 3
"""Number of jobs submitted per worker: enough to keep all busy, few enough to fit in memory."""

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


def make_local_pool(worker_count: int) -> Executor:
    """Create a pool of processes on this machine."""
    return LocalPool(worker_count)


class WorkerPool:
    """The workers of one build, which start when they are first needed or are warmed up.

    As a context manager, it shuts them down at the end without waiting for unfinished jobs.

    Args:
        requested_count: The number of workers; 0 for one per CPU.
        executor_factory: Creates the executor for a number of workers.
    """

    def __init__(
        self,
        requested_count: int = 0,
        executor_factory: Callable[[int], Executor] = make_local_pool,
    ) -> None:
        self.requested_count = requested_count or os.cpu_count() or 1
        self.build_id = secrets.token_hex(8)
        """A unique id of the build among all builds that share the store."""
        self._executor_factory = executor_factory
        self._executor: Executor | None = None

    def get_executor(self) -> Executor:
        """Return the executor, and create it first if necessary."""
        if self._executor is None:
            self._executor = self._executor_factory(self.requested_count)
        return self._executor

    @property
    def worker_count(self) -> int:
        """Return the current number of workers, which may change on a cluster."""
        return max(getattr(self.get_executor(), "workers", self.requested_count), 1)

    def warm_up(self) -> None:
        """Start the workers early, because this takes a while."""
        for _ in range(self.requested_count):
            self.get_executor().submit(_import_worker_modules)

    def close(self, *, wait: bool = False) -> None:
        """Shut the workers down; new workers start when they are needed again."""
        if self._executor is not None:
            self._executor.shutdown(wait, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _import_worker_modules() -> None:
    """Do nothing; to call this, a worker must import this module and its dependencies."""


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


@dataclass(frozen=True, slots=True)
class Job(Generic[_ResultT]):
    """A function call for a worker, which may crash the worker."""

    function: Callable[..., _ResultT]
    arguments: tuple[Any, ...]
    cues: Sequence[Cue]
    """The cues of the lines that it synthesises; `watch_lines` records indices of this sequence."""


def render_chunks(
    chunks: Mapping[str, Chunk],
    settings: RenderSettings,
    store: Store,
    worker_pool: WorkerPool,
) -> Iterator[RenderedChunk]:
    """Render chunks, longest first, and yield each when it is finished.

    Args:
        chunks: The chunks by name, as `RenderSettings.chunk_name` computes it.
        settings: The settings to render them with.
        store: The store for clips and chunks.
        worker_pool: The workers that render them.

    Raises:
        SynthesisError: A line could not be spoken, or repeatedly ended its worker.
    """
    longest_first = sorted(chunks.items(), key=lambda item: -count_characters(item[1]))
    jobs = {
        name: Job(render_chunk, (chunk, settings, name, store, worker_pool.build_id), chunk.cues)
        for name, chunk in longest_first
    }
    for _, rendered in run_jobs(jobs, store, worker_pool):
        yield rendered


def run_jobs(
    jobs: Mapping[str, Job[_ResultT]], store: Store, worker_pool: WorkerPool
) -> Iterator[tuple[str, _ResultT]]:
    """Run jobs, starting them in order, and yield the name and result of each when it is finished.

    Args:
        jobs: The jobs, by the names under which `watch_lines` records positions.
        store: The store with the position files.
        worker_pool: The workers that run the jobs.

    Raises:
        SynthesisError: A line repeatedly ended its worker, or workers end without a job.
        Exception: Any exception that a job raises.
    """
    remaining_jobs = dict(jobs)
    # Jobs that were running when a worker crashed. They run next, one at a time, to find out which
    # of them crashes its worker.
    suspects: dict[str, Job[_ResultT]] = {}
    crash_counts: Counter[str] = Counter()
    while remaining_jobs:
        next_jobs = suspects or remaining_jobs
        try:
            for name, result in _run_until_crash(
                dict(next_jobs), worker_pool, one_at_a_time=bool(suspects)
            ):
                del remaining_jobs[name]
                suspects.pop(name, None)
                yield name, result
        except BrokenExecutor as error:
            worker_pool.close()
            suspects = _find_suspects(
                remaining_jobs, store, worker_pool.build_id, crash_counts, error
            )


def _run_until_crash(
    jobs: Mapping[str, Job[_ResultT]], worker_pool: WorkerPool, *, one_at_a_time: bool
) -> Iterator[tuple[str, _ResultT]]:
    """Run jobs, submitting only a few at a time, and yield the name and result of each.

    Raises:
        BrokenExecutor: A worker crashed.
    """
    job_iterator, executor = iter(jobs.items()), worker_pool.get_executor()
    submitted_names: dict[Future[_ResultT], str] = {}
    while True:
        limit = 1 if one_at_a_time else worker_pool.worker_count * JOBS_PER_WORKER
        for name, job in islice(job_iterator, max(limit - len(submitted_names), 0)):
            submitted_names[executor.submit(job.function, *job.arguments)] = name
        if not submitted_names:
            return
        for future in wait(submitted_names, return_when=FIRST_COMPLETED).done:
            yield submitted_names.pop(future), future.result()


def _find_suspects(
    jobs: Mapping[str, Job[_ResultT]],
    store: Store,
    build_id: str,
    crash_counts: Counter[str],
    error: BrokenExecutor,
) -> dict[str, Job[_ResultT]]:
    """Return the jobs that were running when a worker crashed.

    A crash ends all workers of a pool, so any of these jobs may have caused it.

    Args:
        jobs: The unfinished jobs.
        store: The store with the position files.
        build_id: The id of the build.
        crash_counts: The number of crashes so far, by job and line index; updated in place.
        error: The exception that the executor raised.

    Raises:
        SynthesisError: A line was being spoken in two crashes, or workers crash without a job.
    """
    suspects: dict[str, Job[_ResultT]] = {}
    for name, job in jobs.items():
        line_index = take_last_position(store, name, build_id)
        if line_index is not None:
            suspects[name] = job
            crash_counts[f"{name} {line_index}"] += 1
            if crash_counts[f"{name} {line_index}"] >= MAX_ATTEMPTS:
                raise crash_error(job.cues[line_index]) from error
    crash_counts["nowhere"] += not suspects
    if crash_counts["nowhere"] >= MAX_ATTEMPTS:
        raise SynthesisError(
            "the workers can't be kept running", "see whether memory is short, or try --jobs 1"
        ) from error
    return suspects
