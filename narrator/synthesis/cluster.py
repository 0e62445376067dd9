"""Runs jobs on other machines with Dask, through the same interface as local workers.

The machines need not share a disk. A worker stores new clips and chunks in its own machine's cache,
and sends them back with the result. A job is sent together with its clips that this machine already
has; if it has all of them, the job runs here. If the cache is at a URL, all machines use that cache
instead.

If a worker ends, Dask gives its job to another worker. A worker with different software versions
refuses its jobs, which then go to the other workers.
"""

from __future__ import annotations

import os
import threading
import traceback
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from distributed import Client, KilledWorker, get_worker

from narrator.cache.places import local_cache_root
from narrator.cache.remote import SharedStore
from narrator.cache.store import Store
from narrator.errors import EngineUnavailableError, NarratorError, OptionError
from narrator.model import Chunk, Cue
from narrator.synthesis.clip_names import cue_clip_name
from narrator.synthesis.local_pool import LocalPool
from narrator.synthesis.render import VersionMismatchError
from narrator.text.credentials import show_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SCHEDULER_TIMEOUT_SECONDS = 10.0
"""Longest time to wait for an answer of the scheduler."""

FIRST_WORKER_SECONDS = 60.0
"""Longest time to wait for the first worker."""

_CLOSE_SECONDS = 0.3
"""Longest time to close the connection in a shutdown without `wait`."""

StoredEntries: TypeAlias = "dict[tuple[str, str], bytes]"
"""The bytes of cache files, by the kind and name of their entries."""


@dataclass(frozen=True, slots=True)
class _WorkerResult:
    """A worker's answer to a finished job."""

    value: Any
    """The value that the job returned."""
    new_entries: StoredEntries
    """The cache entries that the job created or used, without those sent with the job."""


@dataclass(frozen=True, slots=True)
class _WorkerRefusal:
    """A worker's answer that its software versions differ, so it can't run the job."""

    worker_address: str
    error: VersionMismatchError


@dataclass(frozen=True, slots=True)
class _WorkerFailure:
    """A worker's answer to a failed job: a value, because Dask can't send back every exception."""

    error: Exception


class ClusterPool(Executor):
    """An executor that runs jobs on the workers of a Dask scheduler.

    Raises:
        OptionError: No scheduler answers at the address, or it has no workers.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = Client(address, timeout=SCHEDULER_TIMEOUT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise OptionError(
                f"no Dask scheduler answers at {show_address(address)}",
                "start one with `dask scheduler`,"
                " and workers with `dask worker ADDRESS --nthreads 1`",
            ) from error
        try:
            self._client.wait_for_workers(1, FIRST_WORKER_SECONDS)
        except TimeoutError as error:
            self._client.close()
            raise OptionError(
                f"the Dask scheduler at {show_address(address)} has no workers",
                f"start some with `dask worker {show_address(address)} --nthreads 1`",
            ) from error
        # pure=False, or Dask would run jobs with equal arguments only once.
        self._executor = self._client.get_executor(pure=False)
        # Unpacks results one at a time, outside the thread of Dask's client.
        self._unpacker = ThreadPoolExecutor(1)
        self._local_pool: Executor | None = None
        self._refusing_workers: set[str] = set()
        self._is_shut_down = False

    @property
    def worker_count(self) -> int:
        """Return the current number of workers, without those that refused a job."""
        return len(self._usable_workers())

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit a job; its worker replaces a local `Store` among the arguments by its own."""
        if kwargs:
            raise TypeError("what goes to a cluster has no keywords")
        needed_names, stored_clips = _collect_clips(args)
        # If nothing is left to synthesise, running the job here saves sending all of its clips.
        if needed_names and len(stored_clips) == len(needed_names):
            self._local_pool = self._local_pool or LocalPool(os.cpu_count() or 1)
            return self._local_pool.submit(fn, *args)
        promise: Future[Any] = Future()
        self._send_job(promise, fn, args, stored_clips)
        return promise

    def _send_job(
        self,
        promise: Future[Any],
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        sent_entries: StoredEntries,
    ) -> None:
        """Send a job to a worker that has not refused one; `promise` will get the result."""
        restrictions = {"workers": self._usable_workers()} if self._refusing_workers else {}
        # Callers get `promise`, not Dask's future, because a refused job is sent again.
        dask_future = self._executor.submit(_run_job, fn, args, sent_entries, **restrictions)

        def receive_result(finished: Future[Any]) -> None:
            if self._is_shut_down:
                promise.cancel()
            elif finished.cancelled():
                promise.set_exception(BrokenExecutor("the scheduler is gone"))
            else:
                self._unpacker.submit(
                    self._unpack_result, finished, promise, fn, args, sent_entries
                )

        dask_future.add_done_callback(receive_result)

    def _usable_workers(self) -> list[str]:
        """Return the addresses of the workers that have not refused a job."""
        addresses = self._client.scheduler_info(-1)["workers"]
        return [address for address in addresses if address not in self._refusing_workers]

    def _unpack_result(
        self,
        finished: Future[Any],
        promise: Future[Any],
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        sent_entries: StoredEntries,
    ) -> None:
        """Store the entries a worker sent and set the result, or send the job to another worker."""
        try:
            answer = finished.result()
            if isinstance(answer, _WorkerRefusal):
                self._refusing_workers.add(answer.worker_address)
                if not self._usable_workers():
                    raise EngineUnavailableError(answer.error.message, answer.error.hint)
                self._send_job(promise, fn, args, sent_entries)
                return
            if isinstance(answer, _WorkerFailure):
                raise answer.error
            for store in filter(_is_local_store, args):
                for (kind, name), content in answer.new_entries.items():
                    store.import_entry(kind, name, content)
            promise.set_result(answer.value)
        except KilledWorker as error:
            promise.set_exception(BrokenExecutor(str(error)))
        except Exception as error:  # noqa: BLE001 - it is raised where the promise is waited for
            promise.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Shut down this executor; the cluster keeps running."""
        self._is_shut_down = True
        if self._local_pool:
            self._local_pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._executor.shutdown(wait=wait)
        self._unpacker.shutdown(wait=wait, cancel_futures=cancel_futures)
        with suppress(TimeoutError):  # without `wait`, a slow network must not delay the shutdown
            self._client.close(None if wait else _CLOSE_SECONDS)


def cluster_pool_factory(address: str) -> Callable[[int], Executor]:
    """Return a function that creates a `ClusterPool` at a scheduler's address, for `Options`.

    Raises:
        OptionError: The address has user information, which Dask has no use for.
    """
    if "@" in address:
        raise OptionError(
            f"--cluster {show_address(address)} contains a user name, which Dask does not support",
            "write it as tcp://HOST:PORT",
        )
    return lambda _: ClusterPool(address)


def _is_local_store(value: object) -> TypeGuard[Store]:
    """Return whether a value is a store that another machine can't reach."""
    return isinstance(value, Store) and not isinstance(value, SharedStore)


def _collect_clips(args: Sequence[object]) -> tuple[frozenset[str], StoredEntries]:
    """Return the names of the clips that a job needs, and the stored files of those that exist.

    Clips in a shared store are not included: workers can load them themselves.
    """
    cues = [cue for value in args if isinstance(value, Chunk) for cue in value.cues]
    cues += [value for value in args if isinstance(value, Cue)]
    needed_names = frozenset(cue_clip_name(cue) for cue in cues)
    stored_clips: StoredEntries = {}
    for store in filter(_is_local_store, args):
        for name in needed_names:
            with suppress(OSError):  # the clip is not stored yet
                stored_clips["clip", name] = store.path("clip", name).read_bytes()
    return needed_names, stored_clips


# ---------------------------------------------------------------------------------- on the workers

_JOB_LOCK = threading.Lock()  # a worker may have several threads, but an engine serves only one


def _run_job(
    fn: Callable[..., Any], args: tuple[Any, ...], sent_entries: StoredEntries
) -> _WorkerResult | _WorkerRefusal | _WorkerFailure:
    """Run a job in a worker, with the store of the worker's machine."""
    worker_store = PrefetchedStore(sent_entries)
    with _JOB_LOCK:
        try:
            value = fn(*(worker_store if _is_local_store(value) else value for value in args))
        except VersionMismatchError as error:
            return _WorkerRefusal(get_worker().address, error)
        except NarratorError as error:
            return _WorkerFailure(error)
        except Exception as error:  # noqa: BLE001 - the submitting machine raises it
            description = "".join(traceback.format_exception(error, limit=-9))
            return _WorkerFailure(RuntimeError(description))
    return _WorkerResult(value, worker_store.new_entries())


class PrefetchedStore(Store):
    """The store of a worker's machine, plus the entries that were sent with a job.

    It records which entries the job created or used.
    """

    def __init__(self, sent_entries: Mapping[tuple[str, str], bytes]) -> None:
        super().__init__(local_cache_root())
        self._sent_entries = sent_entries
        self._touched_names: dict[tuple[str, str], None] = {}

    def load(self, kind: str, name: str) -> bytes | None:
        """Return the content of an entry, or `None` if it is missing or was damaged."""
        content = super().load(kind, name)
        if content is None and (kind, name) in self._sent_entries:
            self.import_entry(kind, name, self._sent_entries[kind, name])
            content = super().load(kind, name)
        if content is not None:
            self._touched_names[kind, name] = None
        return content

    def _move_into_place(self, kind: str, name: str, finished_file: Path) -> None:
        """Rename a finished file to the path of an entry, and record the entry as used."""
        super()._move_into_place(kind, name, finished_file)
        self._touched_names[kind, name] = None

    def new_entries(self) -> StoredEntries:
        """Return the entries that the job created or used, without those sent with the job."""
        return {
            (kind, name): self.path(kind, name).read_bytes()
            for kind, name in self._touched_names
            if (kind, name) not in self._sent_entries
        }
