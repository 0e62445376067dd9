"""A driver of espeak-ng for pyttsx3, in place of pyttsx3's own.

pyttsx3's own driver speaks in a thread of espeak's. It loses the first file of a loop, drops
changes of rate and pitch, crashes on long texts, prints and sleeps. This one speaks while the queue
of commands is worked off, so that nothing can overtake anything. It is used as pyttsx3 is always
used: `pyttsx3.init(NAME)`, `setProperty`, `say` or `save_to_file`, `runAndWait`. What `say` speaks
is handed to whoever is connected to "finished-utterance", as `pcm`; nothing is played.
"""

from __future__ import annotations

import sys
import wave
from pathlib import Path
from typing import Any

from pyttsx3.voice import Voice

from narrator.engines import espeak

NAME = "narrator_espeak"
"""What to call `pyttsx3.init` with, after `register`."""


def register_driver() -> None:
    """Make the driver known to pyttsx3, which looks for drivers in a package of its own."""
    sys.modules[f"pyttsx3.drivers.{NAME}"] = sys.modules[__name__]


def buildDriver(proxy: Any) -> EspeakDriver:
    """Called by pyttsx3."""
    return EspeakDriver(proxy)


class EspeakDriver:
    """Works off one command of the queue after the other, each to its end."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._voice = "gmw/en-US"
        self._parameters = {"rate": 175, "volume": 100, "pitch": 50, "range": 50}

    def destroy(self) -> None:
        """Nothing stays open between utterances."""

    def startLoop(self) -> None:
        """Work off the queue; `endLoop` is its last command."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:
        """The queue is worked off."""

    def stop(self) -> None:
        """Nothing is ever left speaking."""

    def say(self, text: str) -> None:
        """Speak into memory: words and samples go out with pyttsx3's notifications."""
        self._proxy.notify("started-utterance")
        utterance = espeak.synthesise_utterance(text, self._voice, self._parameters)
        for location, sample in utterance.word_starts:
            self._proxy.notify("started-word", location=location, length=0, sample=sample)
        self._proxy.notify("finished-utterance", completed=True, pcm=utterance.pcm)

    def save_to_file(self, text: str, filename: str) -> None:
        """Speak into a WAV file, which appears whole or not at all."""
        utterance = espeak.synthesise_utterance(text, self._voice, self._parameters)
        part = Path(f"{filename}.part")
        with part.open("wb") as raw, wave.open(raw) as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(espeak.SAMPLE_RATE)
            file.writeframes(utterance.pcm)
        part.replace(filename)
        self._proxy.notify("finished-utterance", completed=True)

    def getProperty(self, name: str) -> Any:
        """`voices`, `voice`, `rate`, `pitch`, `range`, or `volume` from 0 to 1."""
        if name == "voices":
            return [Voice(base, base, [Path(base).name]) for base in espeak.list_base_voices()]
        if name == "voice":
            return self._voice
        if name == "volume":
            return self._parameters["volume"] / 100
        return self._parameters[name]

    def setProperty(self, name: str, value: Any) -> None:
        """Like `getProperty`; a voice may have a variant, as `gmw/en+f3`."""
        if name == "voice":
            self._voice = str(value)
        elif name == "volume":
            self._parameters["volume"] = round(value * 100)
        elif name in self._parameters:
            self._parameters[name] = int(value)
        else:
            raise KeyError(name)
