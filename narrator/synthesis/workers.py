"""Who speaks: any `concurrent.futures.Executor`, by default a pool of processes on this machine.

A worker that crashes or hangs is replaced, and what it was at is tried again. A line that ends its
worker twice is named in the error; whatever else was made is kept.
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
from narrator.synthesis.watchdog import ATTEMPTS, blamed, last_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from multiprocessing.process import BaseProcess

    from narrator.cache.store import Store
    from narrator.model import Chunk, Cue
    from narrator.synthesis.render import RenderedChunk, RenderSettings

AHEAD = 3
"""Jobs that wait for each worker: enough that none is idle, few enough to fit any memory."""

PARTING = 0.4
"""Seconds that workers have to end when they are told to, and again when they are made to; an idle
one ends in a few hundredths."""

Made = TypeVar("Made")


class LocalPool(ProcessPoolExecutor):
    """A pool of processes that leave ^C to their parent, and end when it does.

    They are spawned, not forked: an engine's threads don't survive a fork.
    """

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(workers, mp_context=context, initializer=_settle)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; what is not waited for is ended at once.

        The thread that looks after the processes is waited for even so, as it closes the pipe by
        which it is woken: an interpreter that ends wakes it once more, and if the pipe is closed
        at that moment, fails with an `OSError` (in Python 3.11, and in later ones until the pipe
        got a lock by CPython's gh-125451).
        """
        processes = list((self._processes or {}).values())
        keeper: Any = self._executor_manager_thread  # a thread; the stubs have it wrong
        super().shutdown(wait, cancel_futures=cancel_futures)
        if not wait:
            _part(processes, keeper)


def _part(processes: Sequence[BaseProcess], keeper: threading.Thread | None) -> None:
    """End processes, by force where need be, and with them the thread that looks after them."""
    for process in processes:
        process.terminate()
    if keeper is None:
        return
    keeper.join(PARTING)
    if keeper.is_alive():
        for process in processes:
            process.kill()
        keeper.join(PARTING)


def make_local_pool(workers: int) -> Executor:
    """That many processes on this machine."""
    return LocalPool(workers)


class WorkerPool:
    """The workers of one build, who come when they are first needed, or are called before.

    As a context it sends them home at its end: at once where work is left undone.
    """

    def __init__(self, size: int = 0, pool: Callable[[int], Executor] = make_local_pool) -> None:
        self.requested_count = size or os.cpu_count() or 1
        self.build_id = secrets.token_hex(8)
        """A name for the build, among those that share the store."""
        self._pool = pool
        self._executor: Executor | None = None

    def get_executor(self) -> Executor:
        """What work is submitted to."""
        if self._executor is None:
            self._executor = self._pool(self.requested_count)
        return self._executor

    @property
    def worker_count(self) -> int:
        """How many there are at this moment: on a cluster they come and go."""
        return max(getattr(self.get_executor(), "workers", self.requested_count), 1)

    def warm_up(self) -> None:
        """Let the workers come now, as that takes a while, and get ready for their work."""
        for _ in range(self.requested_count):
            self.get_executor().submit(_ready)

    def close(self, *, wait: bool = False) -> None:
        """Send the workers home; new ones come when they are needed."""
        if self._executor is not None:
            self._executor.shutdown(wait, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ready() -> None:
    """Import what every reel needs; this module has done so."""


def _settle() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@dataclass(frozen=True, slots=True)
class Job(Generic[Made]):
    """What a worker is to do, and may end of."""

    work: Callable[..., Made]
    arguments: tuple[Any, ...]
    cues: Sequence[Cue]
    """The lines at which it will be, as `watched` counts them."""


def render_all(
    reels: Mapping[str, Chunk],
    recipe: RenderSettings,
    store: Store,
    crew: WorkerPool,
) -> Iterator[RenderedChunk]:
    """Make reels, longest first, and yield each as it is done.

    Args:
        reels: by name, as `Recipe.name` gives it.
        recipe: how they are made.
        store: where they are kept.
        crew: who makes them.

    Raises:
        SynthesisError: a line could not be spoken, or ended its worker every time.
    """
    ordered = sorted(reels.items(), key=lambda item: -count_characters(item[1]))
    jobs = {
        name: Job(render_chunk, (reel, recipe, name, store, crew.build_id), reel.cues)
        for name, reel in ordered
    }
    for _, rendered in carry_out(jobs, store, crew):
        yield rendered


def carry_out(
    jobs: Mapping[str, Job[Made]], store: Store, crew: WorkerPool
) -> Iterator[tuple[str, Made]]:
    """Let jobs be done, first come, first served, and yield each name with what came of it.

    Args:
        jobs: by the names under which they are `watched`.
        store: where it is written down what workers are at.
        crew: who does them.

    Raises:
        SynthesisError: a line ended its worker every time, or all workers end.
        Exception: whatever a job itself raises.
    """
    waiting = dict(jobs)
    suspects: dict[str, Job[Made]] = {}
    deaths: Counter[str] = Counter()
    while waiting:
        shift = suspects or waiting
        try:
            for name, made in _shift(dict(shift), crew, one_by_one=bool(suspects)):
                del waiting[name]
                suspects.pop(name, None)
                yield name, made
        except BrokenExecutor as error:
            crew.close()
            suspects = _suspects(waiting, store, crew.build_id, deaths, error)


def _shift(
    waiting: Mapping[str, Job[Made]], crew: WorkerPool, *, one_by_one: bool
) -> Iterator[tuple[str, Made]]:
    """Let jobs be done, of which no more than a few are in the workers' hands at any time."""
    coming, executor = iter(waiting.items()), crew.get_executor()
    names: dict[Future[Made], str] = {}
    while True:
        ahead = 1 if one_by_one else crew.worker_count * AHEAD
        for name, job in islice(coming, max(ahead - len(names), 0)):
            names[executor.submit(job.work, *job.arguments)] = name
        if not names:
            return
        for future in wait(names, return_when=FIRST_COMPLETED).done:
            yield names.pop(future), future.result()


def _suspects(
    waiting: Mapping[str, Job[Made]],
    store: Store,
    build: str,
    deaths: Counter[str],
    error: BrokenExecutor,
) -> dict[str, Job[Made]]:
    """The jobs that were being done when a worker ended; raise for a line that ended it twice.

    With one worker all others end as well, so a job is only suspected. Done while no other is, it
    can be blamed.
    """
    found: dict[str, Job[Made]] = {}
    for name, job in waiting.items():
        at = last_seen(store, name, build)
        if at is not None:
            found[name] = job
            deaths[f"{name} {at}"] += 1
            if deaths[f"{name} {at}"] >= ATTEMPTS:
                raise blamed(job.cues[at]) from error
    deaths["nowhere"] += not found
    if deaths["nowhere"] >= ATTEMPTS:
        raise SynthesisError(
            "the workers can't be kept running", "see whether memory is short, or try --jobs 1"
        ) from error
    return found
