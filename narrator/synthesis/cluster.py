"""Workers on other machines, by Dask, behind the executor that local workers have too.

A worker keeps what it makes in the cache of its own machine, and sends it home with the result, so
that nothing needs to be shared. It is sent the clips that are known at home; work for which all are
known is done at home. With a cache that is shared, at a URL, everybody looks there instead.

Dask gives the work of a worker that dies to another. A worker with other versions refuses, and what
it refused goes to the others.
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
from narrator.synthesis.clips import clip_name
from narrator.synthesis.render import VersionMismatchError
from narrator.synthesis.workers import LocalPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SCHEDULER_TIMEOUT_SECONDS = 10.0
"""How long a scheduler may take to answer."""

ARRIVAL_SECONDS = 60.0
"""How long it may take until there is a worker at all."""

_FAREWELL_SECONDS = 0.3

Entries: TypeAlias = "dict[tuple[str, str], bytes]"
"""Files of a store by kind and name."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What a worker sends home."""

    value: Any
    entries: Entries
    """Whatever it made or used, but was not sent."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """That a worker is not fit for the work."""

    worker: str
    refusal: VersionMismatchError


@dataclass(frozen=True, slots=True)
class _Failed:
    """That the work failed; as a value, since Dask can't bring home whatever is raised."""

    error: Exception


class ClusterPool(Executor):
    """An executor whose workers are those of a Dask scheduler.

    Raises:
        OptionError: no scheduler answers at the address, or no worker comes to it.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = Client(address, timeout=SCHEDULER_TIMEOUT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise OptionError(
                f"no Dask scheduler answers at {address}",
                "start one by `dask scheduler`, and workers by `dask worker ADDRESS --nthreads 1`",
            ) from error
        try:
            self._client.wait_for_workers(1, ARRIVAL_SECONDS)
        except TimeoutError as error:
            self._client.close()
            raise OptionError(
                f"the Dask scheduler at {address} has no workers",
                f"start some by `dask worker {address} --nthreads 1`",
            ) from error
        self._executor = self._client.get_executor(pure=False)
        self._desk = ThreadPoolExecutor(1)
        self._home: Executor | None = None
        self._unfit: set[str] = set()
        self._over = False

    @property
    def workers(self) -> int:
        """How many there are at this moment, those that refused not counted."""
        return len(self._fit())

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As any executor's; a `Store` among the arguments is the worker's own while it works."""
        if kwargs:
            raise TypeError("what goes to a cluster has no keywords")
        wanted, known = _clips(args)
        if wanted and len(known) == len(wanted):
            self._home = self._home or LocalPool(os.cpu_count() or 1)
            return self._home.submit(fn, *args)
        promise: Future[Any] = Future()
        self._send(promise, fn, args, known)
        return promise

    def _send(
        self,
        promise: Future[Any],
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        known: Entries,
    ) -> None:
        fit = {"workers": self._fit()} if self._unfit else {}
        sent = self._executor.submit(_work, fn, args, known, **fit)

        def receive(done: Future[Any]) -> None:
            if self._over:
                promise.cancel()
            elif done.cancelled():
                promise.set_exception(BrokenExecutor("the scheduler is gone"))
            else:
                self._desk.submit(self._receive, done, promise, fn, args, known)

        sent.add_done_callback(receive)

    def _fit(self) -> list[str]:
        return [
            each for each in self._client.scheduler_info(-1)["workers"] if each not in self._unfit
        ]

    def _receive(
        self,
        done: Future[Any],
        promise: Future[Any],
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        known: Entries,
    ) -> None:
        """Unpack what came, or send the work to somebody else."""
        try:
            came = done.result()
            if isinstance(came, _Refused):
                self._unfit.add(came.worker)
                if not self._fit():
                    raise EngineUnavailableError(came.refusal.message, came.refusal.hint)
                self._send(promise, fn, args, known)
                return
            if isinstance(came, _Failed):
                raise came.error
            for store in filter(_travels_not, args):
                for (kind, name), content in came.entries.items():
                    store.import_entry(kind, name, content)
            promise.set_result(came.value)
        except KilledWorker as error:
            promise.set_exception(BrokenExecutor(str(error)))
        except Exception as error:  # noqa: BLE001 - it belongs to who waits for the promise
            promise.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; the cluster itself stays."""
        self._over = True
        if self._home:
            self._home.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._executor.shutdown(wait=wait)
        self._desk.shutdown(wait=wait, cancel_futures=cancel_futures)
        with suppress(TimeoutError):  # who does not wait is not kept waiting by the network either
            self._client.close(None if wait else _FAREWELL_SECONDS)


def cluster_pool_factory(address: str) -> Callable[[int], Executor]:
    """What makes a crew of the workers at an address, as `Options.pool` takes it."""
    return lambda _: ClusterPool(address)


def _travels_not(each: object) -> TypeGuard[Store]:
    """Whether something is a store that another machine can't reach."""
    return isinstance(each, Store) and not isinstance(each, SharedStore)


def _clips(args: Sequence[object]) -> tuple[frozenset[str], Entries]:
    """The names of the clips that some work needs, and those that are known here alone."""
    cues = [cue for each in args if isinstance(each, Chunk) for cue in each.cues]
    cues += [each for each in args if isinstance(each, Cue)]
    wanted = frozenset(clip_name(cue.spoken, cue.voice) for cue in cues)
    known: Entries = {}
    for store in filter(_travels_not, args):
        for name in wanted:
            with suppress(OSError):
                known["clip", name] = store.path("clip", name).read_bytes()
    return wanted, known


# ---------------------------------------------------------------------------------- over there

_BUSY = threading.Lock()  # an engine serves one call at a time, whatever the threads of its worker


def _work(
    fn: Callable[..., Any], args: tuple[Any, ...], known: Entries
) -> _Parcel | _Refused | _Failed:
    """What happens on the other machine."""
    luggage = Luggage(known)
    with _BUSY:
        try:
            value = fn(*(luggage if _travels_not(each) else each for each in args))
        except VersionMismatchError as refusal:
            return _Refused(get_worker().address, refusal)
        except NarratorError as error:
            return _Failed(error)
        except Exception as error:  # noqa: BLE001 - it is told at home
            return _Failed(RuntimeError("".join(traceback.format_exception(error, limit=-9))))
    return _Parcel(value, luggage.entries())


class Luggage(Store):
    """The store of a worker's machine, with what it was sent for a piece of work.

    It remembers what the work made or used.
    """

    def __init__(self, known: Mapping[tuple[str, str], bytes]) -> None:
        super().__init__(local_cache_root())
        self._known = known
        self._packed: dict[tuple[str, str], None] = {}

    def load(self, kind: str, name: str) -> bytes | None:
        """As any store's."""
        content = super().load(kind, name)
        if content is None and (kind, name) in self._known:
            self.import_entry(kind, name, self._known[kind, name])
            content = super().load(kind, name)
        if content is not None:
            self._packed[kind, name] = None
        return content

    def _put_in_place(self, kind: str, name: str, made: Any) -> None:
        super()._put_in_place(kind, name, made)
        self._packed[kind, name] = None

    def entries(self) -> Entries:
        """Each of them, but for what came from home."""
        return {
            (kind, name): self.path(kind, name).read_bytes()
            for kind, name in self._packed
            if (kind, name) not in self._known
        }
