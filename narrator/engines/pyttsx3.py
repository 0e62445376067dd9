"""The default engine: pyttsx3, speaking through espeak-ng with a driver of our own.

The same voices on every platform, nothing to download, about a thousand times as fast as speech.
"""

from __future__ import annotations

from importlib import metadata
from itertools import pairwise
from typing import Any

import pyttsx3

from narrator.engines import espeak, pyttsx3_driver
from narrator.engines.interrupts import defer_interrupts
from narrator.engines.speakable_text import time_words
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import NarratorError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice
from narrator.registry import did_you_mean

RATES = (80, 450)
"""Words a minute: espeak-ng speaks no slower, and beyond it drops sounds."""

_SEMITONES = ((-6.9, 0), (-4.2, 25), (0.0, 50), (4.3, 75), (8.7, 99))
"""Pitch by espeak's setting, from the fundamental measured for en-US and its variant f2."""


class Pyttsx3:
    """See the module."""

    name = "pyttsx3"
    longest = 3000
    phonetic = True

    def __init__(self) -> None:
        pyttsx3_driver.register_driver()
        self._engine = pyttsx3.init(pyttsx3_driver.NAME)
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
        return (
            f"pyttsx3 {metadata.version('pyttsx3')}, espeak-ng {espeak.espeak_version()}, driver 1"
        )

    def validate(self, voice: Voice) -> None:
        """Look the voice up in espeak-ng's data, and its settings in their ranges."""
        base, plus, variant = voice.engine_voice.partition("+")
        if base not in espeak.list_base_voices():
            raise UnknownVoiceError(
                f"voice {voice.name}: espeak-ng has no voice '{base}'",
                did_you_mean(base, espeak.list_base_voices()),
            )
        if plus and variant not in espeak.list_variants():
            raise UnknownVoiceError(
                f"voice {voice.name}: espeak-ng has no variant '{variant}'",
                did_you_mean(variant, espeak.list_variants()),
            )
        check_range(voice, "rate", voice.rate, RATES)
        check_range(voice, "pitch", voice.pitch, (_SEMITONES[0][0], _SEMITONES[-1][0]))
        check_options(voice, ("range",))
        check_range(voice, "range", dict(voice.options).get("range", 50), (0, 99))

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak through pyttsx3's queue; sound and words come back as its notifications."""
        if not text.strip():
            return Clip(b"", espeak.SAMPLE_RATE)
        with defer_interrupts():  # or pyttsx3's queue would keep what was not worked off
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
        return Clip(sound[0], espeak.SAMPLE_RATE, time_words(text, events, len(sound[0]) // 2))


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
