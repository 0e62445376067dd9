"""How well a recogniser understands each voice: Whisper tiny.en writes down a page that it reads.

Told are the words misheard, of those of the page, and where that is above the limit of the voice's
engine; the tests ask the same of a few. `python -m benchmarks.voices piper` is for one engine.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import soxr

from benchmarks.transcript import NEEDED, aligned, whisper, words
from narrator import registry
from narrator.casting.profiles import load_voices
from narrator.engines.verified_speech import speak_line
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faster_whisper import WhisperModel

    from narrator.model import Clip, Voice

TEXT = (
    "It was a bright cold morning, and the clocks were striking when Margaret came down to "
    "breakfast. Her brother had already finished his tea. He looked up from the newspaper, folded "
    "it with great care, and asked whether she had slept well. She answered that she had not. The "
    "wind had kept her awake, and besides, somebody had been walking about in the garden. Nobody "
    "believed her at first. Yet when they went outside there were footprints in the snow, leading "
    "from the gate to the kitchen window, and then back again to the road."
)
LIMITS = {"pyttsx3": 0.25, "piper": 0.06, "kokoro": 0.06}


def main(engines: Sequence[str] = ()) -> None:
    if absent := [name for name in NEEDED if find_spec(name) is None]:
        print(f"skipped: {' and '.join(absent)} missing; pip install -e '.[test-voices]'")
        return
    listener, missed = whisper(), 0
    for voice in sorted(load_voices().values(), key=lambda v: (v.engine, v.name)):
        if engines and voice.engine not in engines:
            continue
        try:
            registry.load_engine(voice.engine).validate(voice)
        except NarratorError as error:
            print(f"{voice.name:<10}skipped: {error.message}")
            continue
        share, limit = misheard(voice, listener), LIMITS.get(voice.engine, 1.0)
        missed += share > limit
        told = "" if share <= limit else f"  above {limit:.0%}"
        print(f"{voice.name:<10}{voice.engine:<10}{share:>7.1%}{told}", flush=True)
    if missed:
        sys.exit(1)


def misheard(voice: Voice, listener: WhisperModel) -> float:
    """Word error rate of the page in a voice: its words that are substituted, left out or added."""
    clip = speak_line(registry.load_engine(voice.engine), TEXT, voice)
    said = words(TEXT)
    return aligned(said, heard(clip, listener))[1] / len(said)


def heard(clip: Clip, listener: WhisperModel) -> list[str]:
    samples = np.frombuffer(clip.pcm, "<i2").astype("f4") / 32768
    segments, _ = listener.transcribe(soxr.resample(samples, clip.rate, 16_000), language="en")
    return words(" ".join(segment.text for segment in segments))


if __name__ == "__main__":
    main(sys.argv[1:])
