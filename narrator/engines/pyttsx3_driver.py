"""Drives espeak-ng for pyttsx3, in place of pyttsx3's own driver.

pyttsx3's own driver speaks in one of espeak-ng's threads. It loses the first file of a loop, drops
changes of rate and pitch, crashes on long texts, prints and sleeps. This driver speaks while the
command queue is processed, so commands stay in order. It is used like any driver of pyttsx3:
`pyttsx3.init(NAME)`, `setProperty`, `say` or `save_to_file`, `runAndWait`. Nothing is played:
callbacks connected to "finished-utterance" receive the sound of `say` as `pcm`.
"""

from __future__ import annotations

import sys
import wave
from pathlib import Path
from typing import Any

from pyttsx3.voice import Voice

from narrator.engines import espeak

DRIVER_NAME = "narrator_espeak"
"""The name for `pyttsx3.init`, after `register_driver`."""


def register_driver() -> None:
    """Make the driver known to pyttsx3, which imports drivers from its package only."""
    sys.modules[f"pyttsx3.drivers.{DRIVER_NAME}"] = sys.modules[__name__]


def buildDriver(proxy: Any) -> EspeakDriver:
    """Create the driver; pyttsx3 calls this."""
    return EspeakDriver(proxy)


class EspeakDriver:
    """A driver that finishes each command of the queue before the next one."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._voice = "gmw/en-US"
        self._parameters = {"rate": 175, "volume": 100, "pitch": 50, "range": 50}

    def destroy(self) -> None:
        """Do nothing: nothing stays open between utterances."""

    def startLoop(self) -> None:
        """Process the queue, whose last command is `endLoop`."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:
        """Do nothing: the queue is empty."""

    def stop(self) -> None:
        """Do nothing: no speech continues after its command."""

    def say(self, text: str) -> None:
        """Speak into memory; words and samples are sent as pyttsx3's notifications."""
        self._proxy.notify("started-utterance")
        utterance = espeak.synthesise_utterance(text, self._voice, self._parameters)
        for location, sample in utterance.word_starts:
            self._proxy.notify("started-word", location=location, length=0, sample=sample)
        self._proxy.notify("finished-utterance", completed=True, pcm=utterance.pcm)

    def save_to_file(self, text: str, filename: str) -> None:
        """Speak into a WAV file, which appears complete or not at all."""
        utterance = espeak.synthesise_utterance(text, self._voice, self._parameters)
        part = Path(f"{filename}.part")
        with part.open("wb") as stream, wave.open(stream) as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(espeak.SAMPLE_RATE)
            file.writeframes(utterance.pcm)
        part.replace(filename)
        self._proxy.notify("finished-utterance", completed=True)

    def getProperty(self, name: str) -> Any:
        """Return `voices`, `voice`, `rate`, `pitch`, `range`, or `volume` from 0 to 1."""
        if name == "voices":
            return [Voice(base, base, [Path(base).name]) for base in espeak.list_base_voices()]
        if name == "voice":
            return self._voice
        if name == "volume":
            return self._parameters["volume"] / 100
        return self._parameters[name]

    def setProperty(self, name: str, value: Any) -> None:
        """Set a property that `getProperty` returns; a voice may name a variant: `gmw/en+f3`.

        Raises:
            KeyError: there is no such property.
        """
        if name == "voice":
            self._voice = str(value)
        elif name == "volume":
            self._parameters["volume"] = round(value * 100)
        elif name in self._parameters:
            self._parameters[name] = int(value)
        else:
            raise KeyError(name)
