"""The workers of one build, which start when they are first needed."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

_PLAIN_TEMPLATE = "narrator.synthesis.workers"
_ENGINE_TEMPLATES = {"natural": "narrator.synthesis.natural_template"}
"""The modules that load what workers share, for engines that need much memory."""


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
        self._template = _PLAIN_TEMPLATE

    def get_executor(self) -> Executor:
        """Return the executor, and create it first if necessary."""
        if self._executor is None:
            # a build with nothing to render starts no processes
            from narrator.synthesis.local_pool import choose_template  # noqa: PLC0415

            choose_template(self._template)
            self._executor = self._executor_factory(self.requested_count)
        return self._executor

    @property
    def worker_count(self) -> int:
        """Return the current number of workers, which may change on a cluster."""
        return max(getattr(self.get_executor(), "workers", self.requested_count), 1)

    def expect_engine(self, engine_name: str) -> None:
        """Let the workers share the memory of an engine, if they have not been started yet."""
        self._template = _ENGINE_TEMPLATES.get(engine_name, _PLAIN_TEMPLATE)

    def warm_up(self, max_count: int | None = None) -> None:
        """Start the workers, or this many of them, early, because this takes a while."""
        executor = self.get_executor()
        if getattr(executor, "has_template", False):
            # it is loading already, and workers are forked from it in no time
            return
        # rendering imports numpy, which a build with nothing to render does without
        from narrator.synthesis.workers import import_worker_modules  # noqa: PLC0415

        for _ in range(min(self.requested_count, max_count or self.requested_count)):
            executor.submit(import_worker_modules)

    def close(self, *, wait: bool = False) -> None:
        """Shut the workers down; new workers start when they are needed again."""
        if self._executor is not None:
            self._executor.shutdown(wait, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
