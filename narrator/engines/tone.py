"""Plays a tone for every word: an engine for tests and plug-in authors, without dependencies.

It implements the whole `Engine` interface on one page. Each tone has the voice's pitch and lasts as
long as the word would take at the voice's rate, so the text can be traced in the sound.
"""

from __future__ import annotations

import math
import re
from array import array
from functools import cache

from narrator.errors import CastFileError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice, WordTiming

SAMPLE_RATE = 22_050
VOICE_PITCHES_HZ = {"low": 110.0, "middle": 220.0, "high": 440.0}
"""The engine's voices, and their pitch in hertz."""

_WORD_PATTERN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LETTERS_PER_WORD = 5.0
_GAP_SAMPLES = SAMPLE_RATE // 50
"""The silence before, between and after words: a fiftieth of a second."""


class Tone:
    """The engine `tone`."""

    name = "tone"
    longest = 1000
    is_unlike_speech = True

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002 - the same for all voices
        """Return the version of this module's arithmetic."""
        return "tone 1"

    def validate(self, voice: Voice) -> None:
        """Check that the voice is in `VOICE_PITCHES_HZ` and its rate is possible.

        Raises:
            UnknownVoiceError: there is no such voice.
            CastFileError: the rate is out of range.
        """
        if voice.engine_voice not in VOICE_PITCHES_HZ:
            raise UnknownVoiceError(
                f"voice {voice.name}: tone has no voice '{voice.engine_voice}'",
                f"it has {', '.join(VOICE_PITCHES_HZ)}",
            )
        if not 1 <= voice.rate <= 10_000:
            raise CastFileError(
                f"voice {voice.name}: rate {voice.rate:g} is not a valid rate",
                "choose one from 1 to 10000",
            )

    def speak(self, text: str, voice: Voice) -> Clip:
        """Play one tone per word.

        Raises:
            SynthesisError: the text contains the value of the voice's option `fail`, which tests
                use.
        """
        failing_text = dict(voice.options).get("fail")
        if failing_text is not None and str(failing_text) in text:
            raise SynthesisError(f"tone refuses to speak '{text[:60]}'", "it was told to")
        hertz = round(VOICE_PITCHES_HZ[voice.engine_voice] * 2 ** (voice.pitch / 12))
        pieces, words, position = [bytes(2 * _GAP_SAMPLES)], [], _GAP_SAMPLES
        for match in _WORD_PATTERN.finditer(text):
            seconds = len(match[0]) / _LETTERS_PER_WORD * 60 / voice.rate
            wave = _sine_wave(hertz, int(seconds * SAMPLE_RATE))
            words.append(WordTiming(match.start(), position))
            pieces += [wave, bytes(2 * _GAP_SAMPLES)]
            position += len(wave) // 2 + _GAP_SAMPLES
        return Clip(b"".join(pieces), SAMPLE_RATE, tuple(words))


@cache
def _sine_wave(hertz: int, sample_count: int) -> bytes:
    """Return a sine at a third of full scale as 16-bit samples, little-endian on every machine."""
    wave = array(
        "h",
        (
            round(11_000 * math.sin(2 * math.pi * hertz * i / SAMPLE_RATE))
            for i in range(sample_count)
        ),
    )
    # true on big-endian machines, whose samples would have the wrong byte order
    if array("H", b"\x01\x00")[0] != 1:
        wave.byteswap()
    return wave.tobytes()
