"""Runs tasks one after the other on a thread of its own, the most urgent first.

Each engine has a lane, because it loads its model once per thread: what is only likely to be heard
soon waits for what somebody waits for now, and an engine that hangs keeps no other from speaking.
Changes of the book run on another lane. The threads don't keep the program from ending.
"""

from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

from narrator.errors import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ResultT = TypeVar("_ResultT")
_MAX_LIKELY = 8
"""Number of likely tasks that wait; the oldest are dropped, because the listener has moved on."""
_MAX_LINE_SECONDS = 45.0
"""Several times what Kokoro, the slowest engine, takes to load its model and speak a long line on
two busy cores."""


class Urgency(IntEnum):
    """How soon a task is needed."""

    NOW = 0
    LIKELY = 1
    IDLE = 2


class TaskLane:
    """A thread that runs tasks, the most urgent first.

    A task that takes too long fails, and the lane goes on with a new thread. The old thread can't
    be ended, so it is left alone; its result is ignored.

    Args:
        name: The name of the thread.
        on_idle: Called on the thread whenever no task waits.
        max_seconds: How long a task may take; None for as long as it likes.
    """

    def __init__(
        self,
        name: str,
        on_idle: Callable[[], None] = lambda: None,
        max_seconds: float | None = None,
    ) -> None:
        self._name, self._on_idle, self._max_seconds = name, on_idle, max_seconds
        self._tasks: queue.PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any] | None]]
        self._tasks = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._likely: list[Future[Any]] = []
        self._start_thread()

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

    def _start_thread(self) -> None:
        """Start a thread that runs the tasks from now on."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        """Run tasks until the lane is closed, or another thread has taken over."""
        while True:
            _, _, future, task = self._tasks.get()
            if task is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            with self._watch(future):
                try:
                    result = task()
                except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for it
                    _settle(future, error)
                else:
                    _settle(future, None, result)
            if threading.current_thread() is not self._thread:
                return
            if self._tasks.empty():
                self._on_idle()

    @contextmanager
    def _watch(self, future: Future[Any]) -> Iterator[None]:
        """Give a task up if it takes too long."""
        if self._max_seconds is None:
            yield
            return
        timer = threading.Timer(self._max_seconds, self._give_up, (future,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self, future: Future[Any]) -> None:
        """Let a task fail, and go on with the others on a new thread."""
        problem = f"{self._name} has not answered for {self._max_seconds:g} seconds"
        if _settle(future, SynthesisError(problem, "try again, or choose another voice")):
            self._start_thread()


class SpeechLanes:
    """The lanes of all engines that have spoken.

    Args:
        on_idle: As in `TaskLane`.
        max_seconds: How long one line may take, including the time in which a model is loaded.
    """

    def __init__(
        self, on_idle: Callable[[], None] = lambda: None, max_seconds: float = _MAX_LINE_SECONDS
    ) -> None:
        self._on_idle, self._max_seconds = on_idle, max_seconds
        self._lanes: dict[str, TaskLane] = {}
        self._lock = threading.Lock()

    def submit(
        self, engine: str, urgency: Urgency, task: Callable[[], _ResultT]
    ) -> Future[_ResultT]:
        """Return the future result of a task of an engine."""
        with self._lock:
            if engine not in self._lanes:
                self._lanes[engine] = TaskLane(engine, self._on_idle, self._max_seconds)
            lane = self._lanes[engine]
        return lane.submit(urgency, task)

    def close(self) -> None:
        """End the threads after the tasks that they run now."""
        for lane in self._lanes.values():
            lane.close()


def _settle(future: Future[Any], error: Exception | None, result: object = None) -> bool:
    """Set the outcome of a task; return False if it has one already."""
    try:
        future.set_exception(error) if error else future.set_result(result)
    except InvalidStateError:
        return False
    return True
