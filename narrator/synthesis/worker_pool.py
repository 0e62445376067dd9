"""The workers of one build, which start when they are first needed."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor


def make_local_pool(worker_count: int) -> Executor:
    """Create a pool of processes on this machine."""
    # a build with nothing to render starts no processes
    from narrator.synthesis.local_pool import LocalPool  # noqa: PLC0415

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

    def warm_up(self, max_count: int | None = None) -> None:
        """Start the workers, or this many of them, early, because this takes a while."""
        # rendering imports numpy, which a build with nothing to render does without
        from narrator.synthesis.workers import import_worker_modules  # noqa: PLC0415

        for _ in range(min(self.requested_count, max_count or self.requested_count)):
            self.get_executor().submit(import_worker_modules)

    def close(self, *, wait: bool = False) -> None:
        """Shut the workers down; new workers start when they are needed again."""
        if self._executor is not None:
            self._executor.shutdown(wait, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
