"""Downloads the models of voices that a page asks for, and tells all pages how far it has come."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from narrator.casting.profiles import find_voice, load_voices
from narrator.engines.model_download import download_model, find_required_model
from narrator.errors import NarratorError, OptionError
from narrator.studio import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.studio.broadcaster import Broadcaster

_REPORT_SECONDS = 0.25
"""Time between two reports of the progress."""


class ModelFetcher:
    """Downloads models, each on a thread of its own.

    Args:
        broadcaster: Tells all pages how far each download has come, and what went wrong.
        on_fetched: Called with the name of a voice that can speak now.
    """

    def __init__(self, broadcaster: Broadcaster, on_fetched: Callable[[str], None]) -> None:
        self._broadcaster = broadcaster
        self._on_fetched = on_fetched
        self._running: set[str] = set()

    @property
    def is_running(self) -> bool:
        """Return whether a model is being downloaded."""
        return bool(self._running)

    def start(self, voice_name: str) -> None:
        """Start to download the model of a voice.

        Raises:
            UnknownVoiceError: there is no such voice, or it needs no model.
            OptionError: the model is being downloaded already.
        """
        model = find_required_model(find_voice(voice_name, load_voices()))
        if model in self._running:
            raise OptionError("this model is already being downloaded", "wait until it is ready")
        self._running.add(model)
        threading.Thread(target=self._fetch, args=(voice_name, model), daemon=True).start()

    def _fetch(self, voice_name: str, model: str) -> None:
        """Download a model, and tell all pages how it went."""
        reported_at = 0.0

        def report(_file: str, received_bytes: int, total_bytes: int) -> None:
            nonlocal reported_at
            now = time.monotonic()
            if total_bytes and now - reported_at >= _REPORT_SECONDS:
                reported_at = now
                share = round(received_bytes / total_bytes, 3)
                self._broadcaster.publish(messages.FetchProgressed(voice_name, share))

        try:
            download_model(model, progress=report)
        except NarratorError as error:
            self._broadcaster.publish(messages.FetchProgressed(voice_name, None))
            self._broadcaster.publish(messages.Announced(str(error), is_problem=True))
        else:
            self._broadcaster.publish(messages.FetchProgressed(voice_name, None))
            self._on_fetched(voice_name)
        finally:
            self._running.discard(model)
