"""Where reels are made: any `concurrent.futures.Executor`, a pool of local processes by default.

A worker that crashes or hangs is replaced, and what it was at is tried again. A line that ends its
worker twice is named in the error; whatever else was made is kept.
"""

from __future__ import annotations

import multiprocessing
import os
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
from itertools import islice
from typing import TYPE_CHECKING, Self

from narrator.errors import SynthesisError
from narrator.synthesis.reels import length
from narrator.synthesis.rendering import render
from narrator.synthesis.watch import last_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from narrator.model import Cue, Reel
    from narrator.synthesis.rendering import Recipe, Rendered
    from narrator.synthesis.store import Store

ATTEMPTS = 2
"""How often a line may end its worker before the build gives up."""

AHEAD = 3
"""Reels that wait for each worker: enough that none is idle, few enough to fit any memory."""


class LocalPool(ProcessPoolExecutor):
    """A pool of processes that leave ^C to their parent, and end when it does.

    They are spawned, not forked: an engine's threads don't survive a fork.
    """

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(workers, mp_context=context, initializer=_settle)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; what is not waited for is ended at once."""
        processes = list((self._processes or {}).values())
        super().shutdown(wait, cancel_futures=cancel_futures)
        for process in () if wait else processes:
            process.terminate()


def local_pool(workers: int) -> Executor:
    """That many processes on this machine."""
    return LocalPool(workers)


class Crew:
    """The workers of one build, who come when they are first needed, or are called before.

    As a context it sends them home at its end: at once where work is left undone.
    """

    def __init__(self, size: int = 0, pool: Callable[[int], Executor] = local_pool) -> None:
        self.size = size or os.cpu_count() or 1
        self._pool = pool
        self._executor: Executor | None = None

    def executor(self) -> Executor:
        """What work is submitted to."""
        if self._executor is None:
            self._executor = self._pool(self.size)
        return self._executor

    def call(self) -> None:
        """Let the workers come now, as that takes a while, and get ready for their work."""
        for _ in range(self.size):
            self.executor().submit(_ready)

    def dismiss(self, *, wait: bool = False) -> None:
        """Send the workers home; new ones come when they are needed."""
        if self._executor is not None:
            self._executor.shutdown(wait, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()


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


def render_all(
    reels: Mapping[str, Reel],
    recipe: Recipe,
    store: Store,
    crew: Crew,
) -> Iterator[Rendered]:
    """Make reels, longest first, and yield each as it is done.

    Args:
        reels: by name, as `Recipe.name` gives it.
        recipe: how they are made.
        store: where they are kept.
        crew: who makes them.

    Raises:
        SynthesisError: a line could not be spoken, or ended its worker every time.
    """
    waiting = dict(sorted(reels.items(), key=lambda item: -length(item[1])))
    suspects: dict[str, Reel] = {}
    deaths: Counter[str] = Counter()
    while waiting:
        shift, ahead = (suspects, 1) if suspects else (waiting, crew.size * AHEAD)
        try:
            for rendered in _shift(dict(shift), recipe, store, ahead, crew.executor()):
                del waiting[rendered.name]
                suspects.pop(rendered.name, None)
                yield rendered
        except BrokenExecutor as error:
            crew.dismiss()
            suspects = _suspects(waiting, recipe, store, deaths, error)


def _shift(
    waiting: Mapping[str, Reel], recipe: Recipe, store: Store, ahead: int, executor: Executor
) -> Iterator[Rendered]:
    """Make reels, of which no more than `ahead` are in the workers' hands at any time."""
    coming = iter(waiting.items())
    futures: set[Future[Rendered]] = set()
    while True:
        more = islice(coming, ahead - len(futures))
        futures |= {executor.submit(render, reel, recipe, name, store) for name, reel in more}
        if not futures:
            return
        done, futures = wait(futures, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _suspects(
    waiting: Mapping[str, Reel],
    recipe: Recipe,
    store: Store,
    deaths: Counter[str],
    error: BrokenExecutor,
) -> dict[str, Reel]:
    """The reels that were being made when a worker ended; raise for a line that ended it twice.

    With one worker all others end as well, so a reel is only suspected. Made while no other is, it
    can be blamed.
    """
    found: dict[str, Reel] = {}
    for name, reel in waiting.items():
        at = last_seen(store, name, recipe.build)
        if at is not None:
            found[name] = reel
            deaths[reel.cues[at].line] += 1
            if deaths[reel.cues[at].line] >= ATTEMPTS:
                raise _blamed(reel.cues[at]) from error
    deaths["nowhere"] += not found
    if deaths["nowhere"] >= ATTEMPTS:
        raise SynthesisError(
            "the workers can't be kept running", "see whether memory is short, or try --jobs 1"
        ) from error
    return found


def _blamed(cue: Cue) -> SynthesisError:
    return SynthesisError(
        f"line {cue.line} ended {cue.voice.engine} {ATTEMPTS} times: “{cue.spoken[:60]}”",
        f"give its speaker another voice than {cue.voice.name}, or change the line; "
        "all else that was spoken is kept",
    )
