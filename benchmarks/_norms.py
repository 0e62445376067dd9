"""Measures the norms of the shipped voices, and writes them to a file that builds read.

Run `python -m benchmarks._norms` after a change of a voice, the reference text or the measurement.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks._gains import ENGINES, list_measurable_voices
from narrator.cache.store import Store
from narrator.synthesis import voice_gain, voice_norms
from narrator.synthesis.norm_measurement import measure_voice_norm

HEADER = """\
# How the shipped voices usually speak: the fields of `VoiceNorm`. A key is the beginning of the
# fingerprint of the measurement's inputs (see voice_norms.py). Written by benchmarks/_norms.py.

"""


def main() -> None:
    """Measure all voices of the engines, and write the file."""
    rows = dict[str, str]()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for voice in list_measurable_voices(ENGINES):
            norm = measure_voice_norm(voice_gain.make_reference_cue(voice), store)
            if norm is None:
                print(f"left out {voice.name}: its language has no phonemes")
                continue
            key = voice_norms.shipped_norm_key(voice)
            rows[key] = f'"{key}" = {voice_norms.format_norm(norm)}  # {voice.name}\n'
    voice_norms.SHIPPED_NORMS_PATH.write_text(HEADER + "".join(rows.values()), encoding="utf-8")
    print(f"wrote {voice_norms.SHIPPED_NORMS_PATH}")


if __name__ == "__main__":
    main()
