"""Intelligibility of each voice: the word error rate of Whisper tiny.en on a text it reads.

Error rates above the limit of the voice's engine are marked. The tests check a few voices with the
same limits. `python -m benchmarks.voices piper` measures the voices of one engine.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import soxr

from benchmarks.transcript import (
    REQUIRED_PACKAGES,
    SAMPLE_RATE,
    align_words,
    load_recogniser,
    split_words,
)
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
MAX_ERROR_RATES = {"pyttsx3": 0.25, "piper": 0.06, "kokoro": 0.06}
"""Maximum word error rate of the voices of each engine."""


def main(engines: Sequence[str] = ()) -> None:
    """Print the word error rate of each voice, and exit with an error if one is too high."""
    if missing := [name for name in REQUIRED_PACKAGES if find_spec(name) is None]:
        print(f"skipped: {' and '.join(missing)} missing; pip install -e '.[test-voices]'")
        return
    recogniser, failures = load_recogniser(), 0
    for voice in sorted(load_voices().values(), key=lambda v: (v.engine, v.name)):
        if engines and voice.engine not in engines:
            continue
        try:
            registry.load_engine(voice.engine).validate(voice)
        except NarratorError as error:
            print(f"{voice.name:<10}skipped: {error.message}")
            continue
        error_rate = measure_error_rate(voice, recogniser)
        limit = MAX_ERROR_RATES.get(voice.engine, 1.0)
        failures += error_rate > limit
        remark = "" if error_rate <= limit else f"  above {limit:.0%}"
        print(f"{voice.name:<10}{voice.engine:<10}{error_rate:>7.1%}{remark}", flush=True)
    if failures:
        sys.exit(1)


def measure_error_rate(voice: Voice, recogniser: WhisperModel) -> float:
    """Return the word error rate of the text: substitutions, deletions and insertions per word."""
    clip = speak_line(registry.load_engine(voice.engine), TEXT, voice)
    words = split_words(TEXT)
    return align_words(words, transcribe_clip(clip, recogniser))[1] / len(words)


def transcribe_clip(clip: Clip, recogniser: WhisperModel) -> list[str]:
    """Return the recognised words of a clip."""
    samples = np.frombuffer(clip.pcm, "<i2").astype("f4") / 32768
    sound = soxr.resample(samples, clip.rate, SAMPLE_RATE)
    segments, _ = recogniser.transcribe(sound, language="en")
    return split_words(" ".join(segment.text for segment in segments))


if __name__ == "__main__":
    main(sys.argv[1:])
