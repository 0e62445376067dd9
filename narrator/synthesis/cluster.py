"""Workers on other machines, by Dask, behind the executor that local workers have too.

A worker keeps what it makes in the cache of its own machine, and sends it home with the result, so
that nothing needs to be shared. Dask gives the work of one that dies to another. A worker with
other versions refuses, and what it refused goes to the others.
"""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker, get_worker

from narrator.errors import EngineUnavailableError, OptionError
from narrator.synthesis.rendering import Refusal
from narrator.synthesis.store import Store, default_root

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 10.0
"""How long a scheduler may take to answer."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What a worker sends home."""

    value: Any
    entries: tuple[tuple[str, str, bytes], ...]
    """Kind, name and file of whatever it made or used."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """That a worker is not fit for the work."""

    worker: str
    refusal: Refusal


class ClusterPool(Executor):
    """An executor whose workers are those of a Dask scheduler.

    Raises:
        OptionError: no scheduler answers at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise OptionError(
                f"no Dask scheduler answers at {address}",
                "start one by `dask scheduler`, and workers by `dask worker ADDRESS --nthreads 1`",
            ) from error
        self._executor = self._client.get_executor(pure=False)
        self._desk = ThreadPoolExecutor(1)
        self._unfit: set[str] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As any executor's; a `Store` among the arguments is the worker's own while it works."""
        if kwargs:
            raise TypeError("what goes to a cluster has no keywords")
        promise: Future[Any] = Future()
        self._send(promise, fn, args)
        return promise

    def _send(self, promise: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        fit = {"workers": self._fit()} if self._unfit else {}
        sent = self._executor.submit(_work, fn, args, **fit)

        def receive(done: Future[Any]) -> None:
            if not done.cancelled():
                self._desk.submit(self._receive, done, promise, fn, args)

        sent.add_done_callback(receive)

    def _fit(self) -> list[str]:
        return [
            each for each in self._client.scheduler_info(-1)["workers"] if each not in self._unfit
        ]

    def _receive(
        self, done: Future[Any], promise: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...]
    ) -> None:
        """Unpack what came, or send the work to somebody else."""
        try:
            came = done.result()
            if isinstance(came, _Refused):
                self._unfit.add(came.worker)
                if not self._fit():
                    raise EngineUnavailableError(came.refusal.message, came.refusal.hint)
                self._send(promise, fn, args)
                return
            for store in (each for each in args if isinstance(each, Store)):
                for kind, name, content in came.entries:
                    store.receive(kind, name, content)
            promise.set_result(came.value)
        except KilledWorker as error:
            promise.set_exception(BrokenExecutor(str(error)))
        except Exception as error:  # noqa: BLE001 - it belongs to who waits for the promise
            promise.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; the cluster itself stays."""
        self._executor.shutdown(wait=wait)
        self._desk.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._client.close()


_BUSY = threading.Lock()  # an engine serves one call at a time, whatever the threads of its worker


def cluster(address: str) -> Callable[[int], Executor]:
    """What makes a crew of the workers at an address, as `Options.pool` takes it."""
    return lambda _: ClusterPool(address)


def _work(fn: Callable[..., Any], args: tuple[Any, ...]) -> _Parcel | _Refused:
    """What happens on the other machine."""
    luggage = Luggage()
    with _BUSY:
        try:
            value = fn(*(luggage if isinstance(each, Store) else each for each in args))
        except Refusal as refusal:
            return _Refused(get_worker().address, refusal)
    return _Parcel(value, luggage.entries())


class Luggage(Store):
    """The store of a worker's machine, which remembers what a piece of work made or used."""

    def __init__(self) -> None:
        super().__init__(default_root())
        self._packed: dict[tuple[str, str], None] = {}

    def load(self, kind: str, name: str) -> bytes | None:
        """As any store's."""
        content = super().load(kind, name)
        if content is not None:
            self._packed[kind, name] = None
        return content

    def _place(self, kind: str, name: str, made: Any) -> None:
        super()._place(kind, name, made)
        self._packed[kind, name] = None

    def entries(self) -> tuple[tuple[str, str, bytes], ...]:
        """Kind, name and file of each."""
        return tuple(
            (kind, name, self.path(kind, name).read_bytes()) for kind, name in self._packed
        )
