"""The default engine: pyttsx3 with a driver for the espeak-ng that narrator brings along.

It has the same voices on every platform, needs no download, and is hundreds of times as fast as
speech.
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
from narrator.text.suggestions import did_you_mean

RATE_LIMITS = (80, 450)
"""The lowest and highest rate, in words per minute: espeak-ng can't speak more slowly, and drops
sounds at higher rates."""

_PITCH_CURVE = ((-6.9, 0), (-4.2, 25), (0.0, 50), (4.3, 75), (8.7, 99))
"""Pairs of a pitch in semitones and espeak-ng's setting for it, derived from the fundamental
frequencies measured for en-US and its variant f2."""


class Pyttsx3:
    """The engine `pyttsx3`."""

    name = "pyttsx3"
    longest = 3000
    ends_questions_flat = True  # espeak-ng raises it by 1 to 2 semitones only
    phonetic = True

    def __init__(self) -> None:
        pyttsx3_driver.register_driver()
        self._engine = pyttsx3.init(pyttsx3_driver.DRIVER_NAME)
        self._notifications: list[tuple[str, Any]] = []
        self._engine.connect("error", lambda exception, **_: self._record("error", exception))
        self._engine.connect(
            "started-word", lambda location, sample, **_: self._record("word", (location, sample))
        )
        self._engine.connect("finished-utterance", lambda pcm=b"", **_: self._record("pcm", pcm))

    def _record(self, kind: str, value: Any) -> None:
        self._notifications.append((kind, value))

    def fingerprint(self, voice: Voice) -> str:
        """Return the versions of espeak-ng, of pyttsx3 and of the driver."""
        return f"pyttsx3 {metadata.version('pyttsx3')}, {self.sound_key(voice)}"

    def sound_key(self, voice: Voice) -> str:
        """Return the versions of espeak-ng, of the driver, and of what reads the language."""
        versions = f"espeak-ng {espeak.get_espeak_version()}, driver 1"
        reading = espeak.describe_reading(voice.engine_voice)
        return f"{versions}, {reading}" if reading else versions

    def validate(self, voice: Voice) -> None:
        """Check that espeak-ng has the voice and that its settings are in range.

        Raises:
            UnknownVoiceError: espeak-ng has no such voice or variant.
            CastFileError: a setting is out of range or unknown.
            MissingExtraError: a package is missing without which the language can't be read.
        """
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
        check_range(voice, "rate", voice.rate, RATE_LIMITS)
        check_range(voice, "pitch", voice.pitch, (_PITCH_CURVE[0][0], _PITCH_CURVE[-1][0]))
        check_options(voice, ("range",))
        check_range(voice, "range", dict(voice.options).get("range", 50), (0, 99))
        espeak.check_reading(voice.engine_voice, voice.name)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak through pyttsx3's queue; sound and words come back as notifications.

        Raises:
            SynthesisError: pyttsx3 reported an error or no sound.
        """
        if not text.strip():
            return Clip(b"", espeak.SAMPLE_RATE)
        with defer_interrupts():  # an interrupt would leave commands in pyttsx3's queue
            self._notifications.clear()
            for name, value in _build_driver_properties(voice).items():
                self._engine.setProperty(name, value)
            self._engine.say(text)
            self._engine.runAndWait()
        return self._collect_clip(text, voice)

    def _collect_clip(self, text: str, voice: Voice) -> Clip:
        """Return the clip from the notifications since the last utterance.

        Raises:
            SynthesisError: they report an error or no sound.
        """
        # pyttsx3 catches every exception of a driver and reports it as a notification
        for kind, value in self._notifications:
            if isinstance(value, NarratorError):
                raise value
            if kind == "error":
                raise SynthesisError(
                    f"pyttsx3 could not speak '{text[:80]}' in the voice {voice.name}: {value}"
                ) from value
        sounds = [value for kind, value in self._notifications if kind == "pcm"]
        if len(sounds) != 1:
            raise SynthesisError(f"pyttsx3 spoke '{text[:80]}' {len(sounds)} times")
        word_events = [value for kind, value in self._notifications if kind == "word"]
        # two bytes per sample
        words = time_words(text, word_events, len(sounds[0]) // 2)
        return Clip(sounds[0], espeak.SAMPLE_RATE, words)


def _build_driver_properties(voice: Voice) -> dict[str, str | int]:
    options = dict(voice.options)
    return {
        "voice": voice.engine_voice,
        "rate": round(voice.rate),
        "pitch": _pitch_setting(voice.pitch),
        "range": int(options.get("range", 50)),
    }


def _pitch_setting(semitones: float) -> int:
    """Return espeak-ng's setting from 0 to 99, interpolated on `_PITCH_CURVE`."""
    for (low, low_setting), (high, high_setting) in pairwise(_PITCH_CURVE):
        if semitones <= high:
            share = (semitones - low) / (high - low)
            return max(0, round(low_setting + share * (high_setting - low_setting)))
    return _PITCH_CURVE[-1][1]
