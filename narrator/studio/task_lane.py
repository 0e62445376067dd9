"""Runs tasks one after the other on a thread of its own, the most urgent first.

Lines are spoken on one thread, because an engine loads its model once per thread: what is only
likely to be heard soon waits for what somebody waits for now. Changes of the book run on another.
The threads don't keep the program from ending.
"""

from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_ResultT = TypeVar("_ResultT")
_MAX_LIKELY = 8
"""Number of likely tasks that wait; the oldest are dropped, because the listener has moved on."""


class Urgency(IntEnum):
    """How soon a task is needed."""

    NOW = 0
    LIKELY = 1
    IDLE = 2


class TaskLane:
    """A thread that runs tasks, the most urgent first.

    Args:
        name: The name of the thread.
        on_idle: Called on the thread whenever no task waits.
    """

    def __init__(self, name: str, on_idle: Callable[[], None] = lambda: None) -> None:
        self._on_idle = on_idle
        self._tasks: queue.PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any] | None]]
        self._tasks = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._likely: list[Future[Any]] = []
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, urgency: Urgency, task: Callable[[], _ResultT]) -> Future[_ResultT]:
        """Return the future result of a task. A dropped task is cancelled."""
        future: Future[_ResultT] = Future()
        if urgency is Urgency.LIKELY:
            self._likely = [each for each in self._likely if not each.done()]
            while len(self._likely) >= _MAX_LIKELY:
                self._likely.pop(0).cancel()
            self._likely.append(future)
        self._tasks.put((urgency, next(self._numbers), future, task))
        return future

    def close(self) -> None:
        """End the thread after the task that it runs now."""
        self._tasks.put((-1, next(self._numbers), Future(), None))

    def _run(self) -> None:
        """Run tasks until the lane is closed."""
        while True:
            _, _, future, task = self._tasks.get()
            if task is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(task())
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the result
                future.set_exception(error)
            if self._tasks.empty():
                self._on_idle()
