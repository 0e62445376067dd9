"""Runs jobs on workers: any `concurrent.futures.Executor`, by default a pool of local processes.

A worker that crashes or hangs is replaced, and what it was working on is tried again. If a line
ends its worker twice, the error names the line; everything else that was rendered is kept.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
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
"""Jobs that are submitted per worker: enough that none is idle, few enough to fit any memory."""

SHUTDOWN_SECONDS = 0.4
"""How long workers may take to end when they are terminated, and again when they are killed. An
idle one takes a few hundredths of a second."""

_ResultT = TypeVar("_ResultT")


class LocalPool(ProcessPoolExecutor):
    """A pool of processes that leave Ctrl+C to their parent, and end when the parent does.

    They are spawned, not forked: an engine's threads don't survive a fork.
    """

    def __init__(self, worker_count: int) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(worker_count, mp_context=context, initializer=_initialise_worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Shut the pool down; without `wait`, its processes are ended at once.

        The thread that manages the processes is waited for even then, because it closes the pipe
        that wakes it. An interpreter that exits wakes it once more, and fails with an `OSError` if
        the pipe is closed at that moment (in Python 3.11, and in later versions before CPython's
        gh-125451 gave the pipe a lock).
        """
        processes = list((self._processes or {}).values())
        manager_thread: Any = self._executor_manager_thread  # typeshed does not declare a thread
        super().shutdown(wait, cancel_futures=cancel_futures)
        if not wait:
            _end_processes(processes, manager_thread)


def _end_processes(
    processes: Sequence[BaseProcess], manager_thread: threading.Thread | None
) -> None:
    """End processes, by force if necessary, and with them the thread that manages them."""
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

    As a context manager it shuts them down at the end, at once if work is left.

    Args:
        requested_count: The number of workers; 0 for one per CPU.
        executor_factory: Creates the executor from the number of workers.
    """

    def __init__(
        self,
        requested_count: int = 0,
        executor_factory: Callable[[int], Executor] = make_local_pool,
    ) -> None:
        self.requested_count = requested_count or os.cpu_count() or 1
        self.build_id = secrets.token_hex(8)
        """A name for the build, different from that of any other that shares the store."""
        self._executor_factory = executor_factory
        self._executor: Executor | None = None

    def get_executor(self) -> Executor:
        """Return the executor, which is created the first time."""
        if self._executor is None:
            self._executor = self._executor_factory(self.requested_count)
        return self._executor

    @property
    def worker_count(self) -> int:
        """Return how many workers there are now: on a cluster, they come and go."""
        return max(getattr(self.get_executor(), "workers", self.requested_count), 1)

    def warm_up(self) -> None:
        """Start the workers, which takes a while, before there is work for them."""
        for _ in range(self.requested_count):
            self.get_executor().submit(_import_worker_modules)

    def close(self, *, wait: bool = False) -> None:
        """Shut the workers down; new ones start when they are needed."""
        if self._executor is not None:
            self._executor.shutdown(wait, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _import_worker_modules() -> None:
    """Do nothing: to call this, a worker imports this module, and with it all that it needs."""


def _initialise_worker() -> None:
    """Prepare a worker process: it ignores Ctrl+C, and ends with its parent."""
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
    """A call for a worker to make, which may crash the worker."""

    function: Callable[..., _ResultT]
    arguments: tuple[Any, ...]
    cues: Sequence[Cue]
    """The lines that it synthesises, in the order in which `watch_lines` numbers them."""


def render_chunks(
    chunks: Mapping[str, Chunk],
    settings: RenderSettings,
    store: Store,
    worker_pool: WorkerPool,
) -> Iterator[RenderedChunk]:
    """Render chunks, longest first, and yield each when it is finished.

    Args:
        chunks: The chunks by name, as `RenderSettings.chunk_name` computes it.
        settings: How they are rendered.
        store: Where they are stored.
        worker_pool: The workers that render them.

    Raises:
        SynthesisError: A line could not be spoken, or ended its worker every time.
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
    """Run jobs in order, and yield the name and the result of each as it is finished.

    Args:
        jobs: The jobs by name: the one under which `watch_lines` records positions.
        store: Where workers record which line they are at.
        worker_pool: The workers that run them.

    Raises:
        SynthesisError: A line ended its worker every time, or all workers end.
        Exception: Whatever a job raises.
    """
    remaining_jobs = dict(jobs)
    # Jobs that were running when a worker crashed. They run next, one at a time, so that the one
    # that crashes a worker is found.
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
    """Run jobs, with only a few of them submitted at any time.

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

    A crash ends all workers of a pool, so each of these jobs is only suspected. One that crashes a
    worker while no other job runs is at fault.

    Args:
        jobs: The jobs that are not finished.
        store: Where workers record which line they are at.
        build_id: The build whose workers they are.
        crash_counts: Crashes so far, by job and line; updated.
        error: What the executor raised.

    Raises:
        SynthesisError: A line crashed its worker twice, or workers crash without a job.
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
