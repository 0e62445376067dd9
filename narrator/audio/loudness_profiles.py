"""Loudness profiles: the loudness and peak limits of publishers and platforms.

They are not in `narrator.audio.levels`, which imports numpy: the command line lists them in its
help, and numpy would slow it down.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrator.errors import OptionError
from narrator.text.suggestions import did_you_mean, join_choices


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """The loudness, peak limit and room noise of an audiobook."""

    lufs: float | None
    """Integrated loudness of speech; `None` leaves each voice at the loudness of its engine."""
    peak_db: float = -1.0
    """Highest true peak, in decibels relative to full scale."""
    room_noise_db: float | None = None
    """Level of added background noise, in decibels relative to full scale; `None` for none."""


LOUDNESS_PROFILES: dict[str, LoudnessTarget] = {
    # AES TD1008: speech at -18 LUFS; files are small, for portable players.
    "audiobook": LoudnessTarget(-19.0, -2.0),
    # Apple: -16 LKFS within 1 dB, true peak at most -1 dB. Opus at 24 kb/s may raise peaks by 1 dB.
    "podcast": LoudnessTarget(-16.0, -2.0),
    # ACX: RMS from -23 to -18 dB, peak at most -3 dB, noise floor at most -60 dB, room tone.
    "acx": LoudnessTarget(-19.5, -3.5, -75.0),
    "off": LoudnessTarget(None, -0.5),
}
"""Targets that a user can choose by name."""

_QUIETEST_LUFS, _LOUDEST_LUFS = -40.0, -8.0
"""Limits of a loudness target that a user gives as a number."""


def resolve_loudness(choice: str) -> LoudnessTarget:
    """Return the loudness target for a user's choice: the name of a profile, or a number of LUFS.

    Raises:
        OptionError: the choice is neither, or the number is outside -40 to -8 LUFS.
    """
    if choice in LOUDNESS_PROFILES:
        return LOUDNESS_PROFILES[choice]
    try:
        lufs = float(choice)
    except ValueError as error:
        choices = join_choices((*LOUDNESS_PROFILES, "a number of LUFS"))
        raise OptionError(
            f"--loudness '{choice}' is not known",
            did_you_mean(choice, LOUDNESS_PROFILES, f"choose {choices}"),
        ) from error
    if not _QUIETEST_LUFS <= lufs <= _LOUDEST_LUFS:
        raise OptionError(
            f"--loudness {choice} is not valid for speech",
            f"choose from {_QUIETEST_LUFS:g} (faint) to {_LOUDEST_LUFS:g} (a shout)",
        )
    return LoudnessTarget(lufs)
