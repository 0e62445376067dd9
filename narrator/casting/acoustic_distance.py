"""Compute how different two voices sound to a listener."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.casting.acoustics import VoiceAcoustics

_PITCH_UNIT_SEMITONES = 4
_CENTROID_UNIT_OCTAVES = 0.5
_TEMPO_UNIT = 0.2
"""Differences that count as a distance of 1.

The tempo unit is the natural logarithm of a ratio; 0.2 is about a fifth.
"""


def compute_acoustic_distance(first: VoiceAcoustics, second: VoiceAcoustics) -> float:
    """Return the distance between two voices; at a distance of 1 they are easy to distinguish.

    The distance is Euclidean. Four semitones of pitch, half an octave of spectral centroid, and
    about a fifth of tempo each count as 1.
    """
    semitones = 12 * math.log2(first.pitch_hz / second.pitch_hz)
    centroid_octaves = math.log2(first.centroid_hz / second.centroid_hz)
    log_tempo_ratio = math.log(first.words_per_minute / second.words_per_minute)
    return math.hypot(
        semitones / _PITCH_UNIT_SEMITONES,
        centroid_octaves / _CENTROID_UNIT_OCTAVES,
        log_tempo_ratio / _TEMPO_UNIT,
    )
