"""A Dask scheduler with workers on this machine, each with a cache of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks._timing import CommandFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_SECONDS = 60.0


@contextmanager
def run_local_cluster(worker_count: int, folder: Path) -> Iterator[str]:
    """Run a cluster, and yield the address of its scheduler.

    Args:
        worker_count: workers of one thread.
        folder: folder of their caches, `machine1` and so on.

    Raises:
        CommandFailedError: Dask is not installed, or does not start.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise CommandFailedError("Dask is not installed") from error
    file = folder / "scheduler.json"
    host = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    processes = [_start("dask_scheduler", folder, {}, *host, "--scheduler-file", str(file))]
    try:
        _wait_for(file, processes[0])
        options = ("--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard")
        for number in range(1, worker_count + 1):
            variables = {"NARRATOR_CACHE_DIR": str(folder / f"machine{number}")}
            processes.append(_start("dask_worker", folder, variables, *options))
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(worker_count, _START_SECONDS)
            address: str = client.scheduler.address
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait()


def _start(
    module: str, folder: Path, variables: dict[str, str], *options: str
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *options],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the scheduler has written its file.

    Raises:
        CommandFailedError: it ended, or does not start in time.
    """
    deadline = time.monotonic() + _START_SECONDS
    while not (file.exists() and file.stat().st_size):
        if process.poll() is not None or time.monotonic() > deadline:
            raise CommandFailedError("the scheduler of Dask does not start")
        time.sleep(_POLL_SECONDS)


_POLL_SECONDS = 0.05
