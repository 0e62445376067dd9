"""Drivers of pyttsx3 that behave like those of other systems."""

import os

import numpy as np
import soundfile
from pyttsx3.voice import Voice


class Nsss:
    """As on macOS: speaks while its loop runs, writes AIFF, and `stop` cuts the file short."""

    def __init__(self, proxy):
        self._proxy, self._task, self._running = proxy, None, False
        self._rate = 200

    def destroy(self):
        pass

    def startLoop(self):
        self._running = True
        self._proxy.setBusy(False)
        while self._running:
            self._finish(1.0)
            self._proxy.setBusy(False)

    def endLoop(self):
        self._running = False

    def stop(self):
        self._finish(0.1)

    def _finish(self, share):
        if self._task:
            text, filename = self._task
            self._task = None
            samples = np.full(int(share * 22050 * len(text.split()) * 60 / self._rate), 0.5)
            soundfile.write(filename, samples, 22050, format="AIFF")

    def save_to_file(self, text, filename):
        self._proxy.setBusy(True)
        self._task = text, filename

    def getProperty(self, name):
        return [Voice("Daniel"), Voice("Samantha")] if name == "voices" else None

    def setProperty(self, name, value):
        if name == "voice" and value not in ("Daniel", "Samantha"):
            raise ValueError(f"unknown voice {value}")
        if name == "rate":
            self._rate = value


class Sapi(Nsss):
    """As on Windows: `save_to_file` returns when all is written, as WAV."""

    def save_to_file(self, text, filename):
        samples = np.full(22050 * len(text.split()) * 60 // self._rate, 0.5)
        soundfile.write(filename, samples, 22050, format="WAV")


class Hanging(Nsss):
    """Never comes back."""

    def startLoop(self):
        while True:
            pass


class Crashing(Nsss):
    """Takes the process with it."""

    def startLoop(self):
        os.abort()


class Silent(Nsss):
    """Says that all is well, and writes nothing."""

    def save_to_file(self, text, filename):
        pass
