"""The default engine: pyttsx3, speaking through espeak-ng with a driver of our own.

The same voices on every platform, nothing to download, about a thousand times as fast as speech.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from importlib import metadata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyttsx3

from narrator.engines import driver, espeak
from narrator.errors import CastFileError, NarratorError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice, Word
from narrator.registry import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

RATES = (80, 450)
"""Words a minute: espeak-ng speaks no slower, and beyond it drops sounds."""

_SEMITONES = ((-6.9, 0), (-4.2, 25), (0.0, 50), (4.3, 75), (8.7, 99))
"""Pitch by espeak's setting, from the fundamental measured for en-US and its variant f2."""

_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


class Pyttsx3:
    """See the module."""

    name = "pyttsx3"
    longest = 3000

    def __init__(self) -> None:
        driver.register()
        self._engine = pyttsx3.init(driver.NAME)
        self._reports: list[tuple[str, Any]] = []
        self._engine.connect("error", lambda exception, **_: self._note("error", exception))
        self._engine.connect(
            "started-word", lambda location, sample, **_: self._note("word", (location, sample))
        )
        self._engine.connect("finished-utterance", lambda pcm=b"", **_: self._note("pcm", pcm))

    def _note(self, kind: str, value: Any) -> None:
        self._reports.append((kind, value))

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002 - all its voices have one source
        """The versions of espeak-ng, of pyttsx3 and of the way they are used here."""
        return f"pyttsx3 {metadata.version('pyttsx3')}, espeak-ng {espeak.version()}, driver 1"

    def validate(self, voice: Voice) -> None:
        """Look the voice up in espeak-ng's data, and its settings in their ranges."""
        base, plus, variant = voice.engine_voice.partition("+")
        if base not in espeak.bases():
            raise UnknownVoiceError(
                f"voice {voice.name}: espeak-ng has no voice '{base}'",
                nearest(base, espeak.bases()),
            )
        if plus and variant not in espeak.variants():
            raise UnknownVoiceError(
                f"voice {voice.name}: espeak-ng has no variant '{variant}'",
                nearest(variant, espeak.variants()),
            )
        _check(voice, "rate", voice.rate, RATES)
        _check(voice, "pitch", voice.pitch, (_SEMITONES[0][0], _SEMITONES[-1][0]))
        for key, value in voice.options:
            if key != "range":
                raise CastFileError(
                    f"voice {voice.name}: pyttsx3 has no option '{key}'", "it has range"
                )
            _check(voice, key, value, (0, 99))

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak through pyttsx3's queue; sound and words come back as its notifications."""
        if not text.strip():
            return Clip(b"", espeak.RATE)
        self._reports.clear()
        for name, value in _properties(voice).items():
            self._engine.setProperty(name, value)
        self._engine.say(text)
        self._engine.runAndWait()
        return self._clip(text, voice)

    def _clip(self, text: str, voice: Voice) -> Clip:
        """What the notifications since the last utterance come to."""
        for kind, value in self._reports:
            if isinstance(value, NarratorError):
                raise value
            if kind == "error":
                raise SynthesisError(
                    f"pyttsx3 could not speak '{text[:80]}' in the voice {voice.name}: {value}"
                ) from value
        sound = [value for kind, value in self._reports if kind == "pcm"]
        if len(sound) != 1:
            raise SynthesisError(f"pyttsx3 spoke '{text[:80]}' {len(sound)} times")
        events = [value for kind, value in self._reports if kind == "word"]
        return Clip(sound[0], espeak.RATE, timed(text, events, len(sound[0]) // 2))


def timed(text: str, events: Sequence[tuple[int, int]], samples: int) -> tuple[Word, ...]:
    """When each word of a text begins, by espeak's events of character offset and sample.

    espeak tells nothing of words that it runs together with another, as "in the", and tells several
    times of a number. The first event within a word counts; a word without one is put between its
    neighbours, in proportion to the letters.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    starts = [start for start, _ in spans]
    known: dict[int, int] = {}
    for location, sample in events:
        index = bisect_right(starts, location) - 1
        if index >= 0 and location < spans[index][1]:
            known.setdefault(index, sample)
    anchors = [(0, 0), *((starts[i], known[i]) for i in sorted(known)), (len(text), samples)]
    words: list[Word] = []
    for (start, sample), (end, next_sample) in pairwise(anchors):
        for at in starts[bisect_right(starts, start - 1) : bisect_right(starts, end - 1)]:
            share = (at - start) / max(end - start, 1)
            words.append(Word(at, sample + int(share * max(next_sample - sample, 0))))
    return tuple(words)


def _properties(voice: Voice) -> dict[str, str | int]:
    options = dict(voice.options)
    return {
        "voice": voice.engine_voice,
        "rate": round(voice.rate),
        "pitch": _espeak_pitch(voice.pitch),
        "range": int(options.get("range", 50)),
    }


def _espeak_pitch(semitones: float) -> int:
    for (low, low_setting), (high, high_setting) in pairwise(_SEMITONES):
        if semitones <= high:
            share = (semitones - low) / (high - low)
            return max(0, round(low_setting + share * (high_setting - low_setting)))
    return _SEMITONES[-1][1]


def _check(voice: Voice, what: str, value: object, limits: tuple[float, float]) -> None:
    low, high = limits
    if not isinstance(value, (int, float)) or not low <= value <= high:
        raise CastFileError(
            f"voice {voice.name}: {what} {value} is out of range",
            f"choose one from {low:g} to {high:g}",
        )
