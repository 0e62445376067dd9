"""The ranges of the numbers that users set in voice profiles, cast files, pauses and lexicons.

They only keep out what can't be meant, such as a rate of 0 or a pitch of 1e308. Each engine checks
the narrower range that it can speak.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """A range of numbers, including both ends."""

    lowest: float
    highest: float
    unit: str

    def __str__(self) -> str:
        return f"{self.lowest:g} to {self.highest:g} {self.unit}"

    def allow(self, value: object) -> bool:
        """Return whether a value is a number in the range; true and false are not numbers."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return self.lowest <= value <= self.highest  # False for NaN


RATE = Limits(10, 2000, "words per minute")
PITCH = Limits(-48, 48, "semitones")
VOLUME = Limits(-40, 40, "decibels")
PAUSE = Limits(0, 20, "seconds")
"""Speech services have the same limit in their mark-up."""
PAUSE_VARIATION = Limits(0, 0.5, "of the pause")
SPEED = Limits(0.25, 4, "times the usual speed")
"""Speech beyond these limits is unintelligible with every engine."""
PART_SECONDS = Limits(60, 86_400, "seconds per file")
PART_BYTES = Limits(1e6, 4e9, "bytes per file")
"""A minute of speech takes about half a megabyte. Some file systems allow 4 GB at most."""
TAKE_COUNT = Limits(1, 9, "takes")
"""More takes than this hardly ever bring a better one."""
TAKE_NUMBER = Limits(1, 99, "")
CHAPTER_NUMBER = Limits(1, 100_000, "")
"""More chapters than any book has."""
