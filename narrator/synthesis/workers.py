"""Runs jobs on workers, through any `concurrent.futures.Executor`.

A worker that crashes or hangs is replaced, and its job is tried again. If a line ends two workers,
the build fails with an error that names the line. Chunks that are already rendered are kept.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from narrator.errors import SynthesisError
from narrator.synthesis.render import render_chunk
from narrator.synthesis.watchdog import MAX_ATTEMPTS, crash_error, take_last_position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from narrator.cache.store import Store
    from narrator.model import Chunk, Cue
    from narrator.synthesis.rendered_chunks import RenderedChunk, RenderSettings
    from narrator.synthesis.worker_pool import WorkerPool

JOBS_PER_WORKER = 3
"""Number of jobs submitted per worker: enough to keep all busy, few enough to fit in memory."""

_ResultT = TypeVar("_ResultT")


@dataclass(frozen=True, slots=True)
class Job(Generic[_ResultT]):
    """A function call for a worker, which may crash the worker."""

    function: Callable[..., _ResultT]
    arguments: tuple[Any, ...]
    cues: Sequence[Cue]
    """The cues of the lines that it synthesises; `watch_lines` records indices of this sequence."""


def import_worker_modules() -> None:
    """Do nothing; to call this, a worker must import this module and its dependencies."""


def render_chunks(
    chunks: Mapping[str, Chunk],
    settings: RenderSettings,
    store: Store,
    worker_pool: WorkerPool,
) -> Iterator[RenderedChunk]:
    """Render chunks, starting them in order, and yield each when it is finished.

    Args:
        chunks: The chunks by name, as `RenderSettings.chunk_name` computes it.
        settings: The settings to render them with.
        store: The store for clips and chunks.
        worker_pool: The workers that render them.

    Raises:
        SynthesisError: A line could not be spoken, or repeatedly ended its worker.
    """
    jobs = {
        name: Job(render_chunk, (chunk, settings, name, store, worker_pool.build_id), chunk.cues)
        for name, chunk in chunks.items()
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

    Results that are ready at the same time are yielded in the order of the jobs.

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
        done = wait(submitted_names, return_when=FIRST_COMPLETED).done
        # in the order of submission, which a set does not keep
        for future in [future for future in submitted_names if future in done]:
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
            "the workers keep ending", "free some memory, or try --jobs 1"
        ) from error
    return suspects
