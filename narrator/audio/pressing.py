"""Press the peaks of a clip towards the rest of it, so that a shout can be louder.

The limiter takes away what lies above the ceiling of the audiobook. Voices with high peaks, such as
Piper's joe, lose most of the 4 dB of a shout to it. A wave with lower peaks keeps them, and a voice
that is pressed sounds like effort, because it has more overtones.
"""

from __future__ import annotations

import numpy as np

from narrator.model import Clip

_DRIVE = 2.0
"""Steepness of the curve. Of ten sentences, each of the voices joe, edgar, heart and simon shouts
six 2.0 to 4.8 dB louder than it speaks with 2, and 0.7 to 4.0 dB without pressing."""


def press_clip(clip: Clip) -> Clip:
    """Return a clip of the same length and the same effective level, with lower peaks."""
    samples = np.frombuffer(clip.pcm, dtype="<i2").astype("f8") / 32768
    peak = float(np.abs(samples).max(initial=0.0))
    if not peak:
        return clip
    pressed = np.tanh(_DRIVE * samples / peak)
    pressed *= np.sqrt(np.mean(samples**2) / np.mean(pressed**2))
    pcm = np.rint(np.clip(pressed, -1, 1) * 32767).astype("<i2").tobytes()
    return Clip(pcm, clip.rate, clip.words)
