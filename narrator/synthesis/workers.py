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
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING

from narrator.errors import SynthesisError
from narrator.synthesis.clips import clip_name
from narrator.synthesis.reels import length
from narrator.synthesis.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from narrator.model import Cue, Reel
    from narrator.synthesis.rendering import Recipe, Rendered
    from narrator.synthesis.store import Store

ATTEMPTS = 2
"""How often a line may end its worker before the build gives up."""


def local_pool(workers: int) -> Executor:
    """A pool of processes that leave ^C to their parent, and end when it does.

    They are spawned, not forked: an engine's threads don't survive a fork.
    """
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_settle
    )


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
    workers: int,
    pool: Callable[[int], Executor] = local_pool,
) -> Iterator[Rendered]:
    """Make reels, longest first, and yield each as it is done.

    Args:
        reels: by name, as `Recipe.name` gives it.
        recipe: how they are made.
        store: where they are kept.
        workers: how many at a time.
        pool: makes an executor of that many workers.

    Raises:
        SynthesisError: a line could not be spoken, or ended its worker every time.
    """
    waiting = dict(sorted(reels.items(), key=lambda item: -length(item[1])))
    deaths: Counter[str] = Counter()
    while waiting:
        try:
            for rendered in _shift(waiting, recipe, min(workers, len(waiting)), pool):
                del waiting[rendered.name]
                yield rendered
        except BrokenExecutor as error:
            _blame(waiting, store, deaths, error)


def _shift(
    waiting: Mapping[str, Reel],
    recipe: Recipe,
    workers: int,
    pool: Callable[[int], Executor],
) -> Iterator[Rendered]:
    executor = pool(workers)
    try:
        futures = [executor.submit(render, reel, recipe) for reel in waiting.values()]
        for future in as_completed(futures):
            yield future.result()
        executor.shutdown()
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise


def _blame(
    waiting: Mapping[str, Reel], store: Store, deaths: Counter[str], error: BrokenExecutor
) -> None:
    """Count the lines that were being spoken when a worker ended; raise for a repeated one."""
    marked: dict[str, Cue] = {}
    for reel in waiting.values():
        for cue in reel.cues:
            name = clip_name(cue.spoken, cue.voice)
            if store.holds("speaking", name):
                marked[name] = cue
                store.remove("speaking", name)
    deaths.update(list(marked) or ["somewhere else"])
    if deaths["somewhere else"] >= ATTEMPTS:
        raise SynthesisError(
            "the workers can't be kept running", "see whether memory is short, or try --jobs 1"
        ) from error
    for name, cue in marked.items():
        if deaths[name] >= ATTEMPTS:
            raise SynthesisError(
                f"line {cue.line} ended {cue.voice.engine} {ATTEMPTS} times: “{cue.spoken[:60]}”",
                f"give its speaker another voice than {cue.voice.name}, or change the line; "
                "all else that was spoken is kept",
            ) from error
