"""Measures the gains of the shipped voices, and writes them to a file that builds read.

Run `python -m benchmarks._gains` after a change of a voice, the reference text or the measurement.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.audio import levels
from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.synthesis import voice_gain
from narrator.synthesis.clips import load_or_synthesise
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Voice

ENGINES = ("pyttsx3", "natural")
"""The engines that a book is spoken with by default; builds measure the gains of others."""
HEADER = """\
# Gains in decibels of the shipped voices, for each loudness profile. A key is the beginning of the
# fingerprint of the measurement's inputs (see voice_gain.py). Written by benchmarks/_gains.py.
"""


def main() -> None:
    """Measure all voices of the engines for all loudness profiles, and write the file."""
    voices = list_measurable_voices(ENGINES)
    with tempfile.TemporaryDirectory() as folder:
        store, parts = Store(Path(folder)), [HEADER]
        for profile, loudness in LOUDNESS_PROFILES.items():
            if loudness.lufs is None:
                continue
            parts.append(f"\n[{profile}]\n")
            for voice in voices:
                clip = load_or_synthesise(voice_gain.make_reference_cue(voice), store).clip
                gain = levels.compute_gain(clip, loudness, voice.volume)
                key = voice_gain.shipped_gain_key(voice, loudness)
                parts.append(f'"{key}" = {gain}  # {voice.name}\n')
    voice_gain.SHIPPED_GAINS_PATH.write_text("".join(parts), encoding="utf-8")
    print(f"wrote {voice_gain.SHIPPED_GAINS_PATH}")


def list_measurable_voices(engines: Sequence[str]) -> list[Voice]:
    """Return the English voices of some engines that can speak here, by name; print the others.

    The voices of other languages are measured by the first build that uses them.
    """
    measurable_voices = []
    for voice in sorted(load_voices().values(), key=lambda voice: voice.name):
        if voice.engine not in engines or primary_subtag(voice.language) != "en":
            continue
        if find_voice_problem(voice):
            print(f"left out {voice.name}: its model is not on this machine")
        else:
            measurable_voices.append(voice)
    return measurable_voices


if __name__ == "__main__":
    main()
