"""Keeps the sounds that pages are about to play, as WAV files in memory."""

from __future__ import annotations

import hashlib
import io
import threading
import wave
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.build.resident_book import SpokenLine

_MAX_BYTES = 24 << 20
"""Size of the sounds that are kept: eight minutes at 24 kHz."""


class ClipShelf:
    """The newest sounds, by a name that depends on nothing but the samples."""

    def __init__(self) -> None:
        self._clips: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def add(self, spoken: SpokenLine) -> str:
        """Add a sound, and return its name."""
        content = encode_wav(spoken.pcm, spoken.rate)
        name = hashlib.sha256(content).hexdigest()[:24]
        with self._lock:
            if name not in self._clips:
                self._clips[name] = content
                self._size += len(content)
            self._clips.move_to_end(name)
            while self._size > _MAX_BYTES and len(self._clips) > 1:
                _, removed = self._clips.popitem(last=False)
                self._size -= len(removed)
        return name

    def find(self, name: str) -> bytes | None:
        """Return a sound, or None if it is not kept any more."""
        with self._lock:
            return self._clips.get(name)


def encode_wav(pcm: bytes, rate: int) -> bytes:
    """Return 16-bit mono samples as a WAV file."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return stream.getvalue()
