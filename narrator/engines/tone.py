"""Whistles every word: an engine for tests and for authors of plug-ins, without dependencies.

It keeps every promise of `Engine` in a page: each word is a tone as long as the word takes to say
at the voice's rate, at the voice's pitch, so that what was spoken can be read off the sound.
"""

from __future__ import annotations

import math
import re
from array import array
from functools import cache

from narrator.errors import CastFileError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice, WordTiming

RATE = 22_050
VOICES = {"low": 110.0, "middle": 220.0, "high": 440.0}
"""What the engine calls its voices, and their pitch in hertz."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LETTERS_A_WORD = 5.0
_GAP = RATE // 50


class Tone:
    """See the module."""

    name = "tone"
    longest = 1000

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002 - all its voices are made alike
        """The version of this module's arithmetic."""
        return "tone 1"

    def validate(self, voice: Voice) -> None:
        """Raise `UnknownVoiceError` for a voice that is not in `VOICES`."""
        if voice.engine_voice not in VOICES:
            raise UnknownVoiceError(
                f"voice {voice.name}: tone has no voice '{voice.engine_voice}'",
                f"it has {', '.join(VOICES)}",
            )
        if not 1 <= voice.rate <= 10_000:
            raise CastFileError(
                f"voice {voice.name}: rate {voice.rate:g} is no number of words a minute",
                "choose one from 1 to 10000",
            )

    def speak(self, text: str, voice: Voice) -> Clip:
        """A tone a word; a fiftieth of a second of silence before, between and after.

        The option `fail` makes it refuse every text that holds the option's value, as engines do.
        """
        refused = dict(voice.options).get("fail")
        if refused is not None and str(refused) in text:
            raise SynthesisError(f"tone refuses to speak '{text[:60]}'", "it was told to")
        hertz = round(VOICES[voice.engine_voice] * 2 ** (voice.pitch / 12))
        pieces, words, at = [bytes(2 * _GAP)], [], _GAP
        for match in _WORD.finditer(text):
            seconds = len(match[0]) / _LETTERS_A_WORD * 60 / voice.rate
            wave = _wave(hertz, int(seconds * RATE))
            words.append(WordTiming(match.start(), at))
            pieces += [wave, bytes(2 * _GAP)]
            at += len(wave) // 2 + _GAP
        return Clip(b"".join(pieces), RATE, tuple(words))


@cache
def _wave(hertz: int, samples: int) -> bytes:
    """A sine at a third of full scale, to whole samples, little-endian on every machine."""
    wave = array(
        "h", (round(11_000 * math.sin(2 * math.pi * hertz * i / RATE)) for i in range(samples))
    )
    if array("H", b"\x01\x00")[0] != 1:
        wave.byteswap()
    return wave.tobytes()
