"""How loud an audiobook may be: the profiles of publishers and platforms.

They lie apart from `narrator.audio.levels` because the command line lists them in its help, where
numpy should not be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """The loudness that an audiobook is to have."""

    lufs: float | None
    """Integrated loudness of speech; `None` leaves voices as loud as their engines make them."""
    peak_db: float = -1.0
    """Highest true peak, in decibels relative to full scale."""
    room_noise_db: float | None = None
    """Level of background noise under the speech, in decibels relative to full scale; `None` leaves
    pauses silent."""


LOUDNESS_PROFILES: dict[str, LoudnessTarget] = {
    # AES TD1008: speech at -18 LUFS; files are small, for portable players.
    "audiobook": LoudnessTarget(-19.0, -2.0),
    # Apple: -16 LKFS within 1 dB, true peak at most -1 dB, to which Opus at 24 kb/s may add 1 dB.
    "podcast": LoudnessTarget(-16.0, -2.0),
    # ACX: RMS from -23 to -18 dB, peak at most -3 dB, noise floor at most -60 dB, room tone.
    "acx": LoudnessTarget(-19.5, -3.5, -75.0),
    "off": LoudnessTarget(None, -0.5),
}
"""Targets that a user can choose by name."""
