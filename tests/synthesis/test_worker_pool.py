"""Workers start when they are needed, or earlier."""

from concurrent.futures import Executor, Future

import pytest

from narrator.synthesis.worker_pool import WorkerPool


class Counter(Executor):
    """Counts the jobs that are submitted."""

    def __init__(self) -> None:
        self.job_count = 0

    def submit(self, *_: object, **__: object) -> Future:  # type: ignore[override, type-arg]
        self.job_count += 1
        return Future()


@pytest.mark.parametrize(
    ("requested", "max_count", "started"), [(3, None, 3), (3, 1, 1), (1, 2, 1)]
)
def test_as_many_workers_are_warmed_up_as_are_asked_for(
    requested: int, max_count: int | None, started: int
) -> None:
    executor = Counter()
    WorkerPool(requested, lambda _: executor).warm_up(max_count)
    assert executor.job_count == started
