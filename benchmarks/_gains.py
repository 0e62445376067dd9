"""Measures the gains of the shipped voices, and writes them to a file that builds read.

Run `python -m benchmarks._gains` after a change of a voice, the reference text or the measurement.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from narrator.audio import levels
from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.synthesis import voice_gain
from narrator.synthesis.clips import load_or_synthesise

ENGINES = ("pyttsx3", "natural")
"""The engines that a book is spoken with by default; builds measure the gains of others."""
HEADER = """\
# Gains in decibels of the shipped voices, for each loudness profile. A key is the beginning of the
# fingerprint of the measurement's inputs (see voice_gain.py). Written by benchmarks/_gains.py.
"""


def main() -> None:
    """Measure all voices of the engines for all loudness profiles, and write the file."""
    shipped_voices = [voice for voice in load_voices().values() if voice.engine in ENGINES]
    voices = sorted(shipped_voices, key=lambda voice: voice.name)
    for voice in voices:
        if find_voice_problem(voice):
            print(f"left out {voice.name}: its model is not on this machine")
    voices = [voice for voice in voices if not find_voice_problem(voice)]
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


if __name__ == "__main__":
    main()
