"""Which language a recogniser hears in the voices of espeak-ng, and with which probability.

`python -m benchmarks.heard_languages FOLDER TEXTS [TAG...]` prints, for each text `xx.txt` in the
folder TEXTS and each voice of its language, the language that multilingual Whisper hears in the
first half minute, and the probability of the right one. FOLDER holds the model in the format of
CTranslate2. The narrators in `narrator/casting/catalogue/espeak.toml` were chosen by it, with the
base model and two texts of 500 to 700 characters per language; `docs/voices.md` has the figures
for other texts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from narrator import registry
from narrator.casting.catalogue import list_catalogue_voices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from narrator.model import Voice

SAMPLE_RATE, WINDOW_SECONDS = 16_000, 30
"""Samples per second that Whisper expects, and the seconds from which it hears the language."""
LANGUAGE_CODES = {"nb": "no"}
"""Whisper's codes of languages that differ from their tags."""


def compare_voices(arguments: Sequence[str]) -> None:
    """Print a row for each voice of each text."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - only this benchmark needs it

    folder, texts, *tags = arguments
    model = WhisperModel(folder, "cpu", compute_type="int8")
    for path in sorted(Path(texts).glob("*.txt")):
        if tags and path.stem not in tags:
            continue
        text = " ".join(path.read_text("utf-8").split())
        for voice in list_catalogue_voices():
            if voice.engine == "pyttsx3" and voice.language == path.stem:
                heard, _, shares = model.detect_language(speak_window(text, voice))
                share = dict(shares).get(LANGUAGE_CODES.get(path.stem, path.stem), 0.0)
                print(f"{voice.name:16} {heard:4} {share:.3f}")


def speak_window(text: str, voice: Voice) -> NDArray[np.float32]:
    """Return the first half minute of a text in a voice: mono, at `SAMPLE_RATE`."""
    clip = registry.load_engine(voice.engine).speak(text, voice)
    samples = np.frombuffer(clip.pcm, "<i2").astype(np.float32) / 32768
    resampled: NDArray[np.float32] = soxr.resample(samples, clip.rate, SAMPLE_RATE)
    return resampled[: SAMPLE_RATE * WINDOW_SECONDS]


if __name__ == "__main__":
    compare_voices(sys.argv[1:])
