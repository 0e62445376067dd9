"""Passes events on to all pages that are open."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.studio import messages


class Broadcaster:
    """Passes events on to all pages. Subscribers are called on the thread that publishes."""

    def __init__(self) -> None:
        self._subscribers: dict[int, Callable[[messages.Event], None]] = {}
        self._lock = threading.Lock()
        self._next_number = 0

    def subscribe(self, subscriber: Callable[[messages.Event], None]) -> Callable[[], None]:
        """Add a subscriber; return a function that removes it."""
        with self._lock:
            self._next_number += 1
            number = self._next_number
            self._subscribers[number] = subscriber

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(number, None)

        return unsubscribe

    def publish(self, event: messages.Event) -> None:
        """Pass an event on."""
        with self._lock:
            subscribers = list(self._subscribers.values())
        for subscriber in subscribers:
            subscriber(event)
