"""Checks audiobooks against the limits of players and publishers.

Sources: ACX's "Audio Submission Requirements"; Apple's "Audio requirements" for podcasts; for the
profile `audiobook`, AES TD1008, which recommends -18 LUFS for speech. The profile accepts 2.5 dB
less and 0.5 dB more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from narrator.errors import OptionError
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from narrator.inspection.report import InspectionReport


@dataclass(frozen=True, slots=True)
class Limit:
    """A measure of an audiobook, and the range in which it must be."""

    name: str
    """The name of the measure."""
    measure: Callable[[InspectionReport], float]
    """The function that returns the measure."""
    minimum: float = -math.inf
    maximum: float = math.inf
    unit: str = ""

    @property
    def is_yes_or_no(self) -> bool:
        """Return whether the measure is a fact, 1 for yes and 0 for no, rather than a number."""
        return self.minimum == self.maximum == 1

    @property
    def description(self) -> str:
        """Return the limit in words: "at most -3 dB"."""
        unit = f" {self.unit}" if self.unit else ""
        if self.is_yes_or_no:
            return "yes"
        if self.minimum == self.maximum:
            return f"{self.minimum:g}{unit}"
        if self.minimum == -math.inf:
            return f"at most {self.maximum:g}{unit}"
        if self.maximum == math.inf:
            return f"at least {self.minimum:g}{unit}"
        return f"{self.minimum:g} to {self.maximum:g}{unit}"


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """The result of checking one limit of one profile.

    The names of the fields are the keys of the JSON that `narrator check --json` prints.
    """

    profile: str
    name: str
    """The name of the measure."""
    measured: float
    limit: str
    """The limit in words."""
    passed: bool

    @property
    def measured_text(self) -> str:
        """Return the measure for display: a count without decimals, a fact as yes or no."""
        if self.limit == "yes":
            return "yes" if self.measured else "no"
        is_whole = float(self.measured).is_integer()
        return f"{self.measured:.0f}" if is_whole else f"{self.measured:.2f}"

    @property
    def failure_summary(self) -> str:
        """Return what is wrong if the check failed: "peak -2.44", "no title"."""
        return f"no {self.name}" if self.limit == "yes" else f"{self.name} {self.measured_text}"

    @property
    def failure_message(self) -> str:
        """Return what is wrong and the limit: "acx: peak -2.44, and should be at most -3 dB"."""
        expectation = "" if self.limit == "yes" else f", and should be {self.limit}"
        return f"{self.profile}: {self.failure_summary}{expectation}"

    def as_json(self) -> dict[str, Any]:
        """Return the result as values that JSON can hold."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "measured": round(self.measured, 3)
        }


def _count_untitled_chapters(report: InspectionReport) -> float:
    return sum(not chapter.title.strip() for chapter in report.chapters)


def _count_silent_chapters(report: InspectionReport) -> float:
    """Return the number of silent chapters; a file without chapters counts as one chapter."""
    is_silent = report.head >= report.duration
    return sum(chapter.silent for chapter in report.chapters) if report.chapters else is_silent


def _find_longest_silence(report: InspectionReport) -> float:
    """Return the length of the longest silence, including those at the ends, in seconds."""
    return max(report.longest_silence, report.head, report.tail)


def _count_gaps(report: InspectionReport) -> float:
    """Count gaps and overlaps between chapters, and add one if they miss an end of the audio."""
    gaps = sum(not chapter.contiguous for chapter in report.chapters)
    return gaps + (bool(report.chapters) and not report.chapters_cover_all)


LIMIT_PROFILES: dict[str, tuple[Limit, ...]] = {
    "file": (
        Limit("end of the file", lambda report: report.whole, 1, 1),
        Limit("gaps around chapters", _count_gaps, maximum=0),
        Limit("chapters without a title", _count_untitled_chapters, maximum=0),
        Limit("silent chapters", _count_silent_chapters, maximum=0),
        Limit("title", lambda report: bool(report.tags.get("title", "").strip()), 1, 1),
        Limit("clipped samples", lambda report: report.clipped_samples, maximum=0),
        Limit(
            "header off by",
            lambda report: abs(report.duration - report.header_duration),
            maximum=0.1,
            unit="s",
        ),
        Limit("longest silence", _find_longest_silence, maximum=5.0, unit="s"),
    ),
    "audiobook": (
        Limit("loudness", lambda report: report.integrated, -20.5, -17.5, "LUFS"),
        Limit("true peak", lambda report: report.true_peak, maximum=-1.0, unit="dB"),
    ),
    "podcast": (
        Limit("loudness", lambda report: report.integrated, -17.0, -15.0, "LUFS"),
        Limit("true peak", lambda report: report.true_peak, maximum=-1.0, unit="dB"),
    ),
    "acx": (
        Limit("RMS", lambda report: report.rms, -23.0, -18.0, "dB"),
        Limit("peak", lambda report: report.sample_peak, maximum=-3.0, unit="dB"),
        Limit("noise floor", lambda report: report.noise_floor, maximum=-60.0, unit="dB"),
        Limit("MP3", lambda report: report.codec == "mp3", 1, 1),
        Limit("bit rate", lambda report: report.bit_rate, minimum=192.0, unit="kb/s"),
        Limit("constant bit rate", lambda report: report.constant_bit_rate is not False, 1, 1),
        Limit("sample rate", lambda report: report.rate, 44_100, 44_100, "Hz"),
        Limit("silence at the head", lambda report: report.head, 0.5, 1.0, "s"),
        Limit("silence at the tail", lambda report: report.tail, 1.0, 5.0, "s"),
        Limit("duration", lambda report: report.duration / 60, maximum=120.0, unit="min"),
    ),
}
"""The limits of each profile. Those of `file` apply to every player."""
_TOLERANCE = 0.005
"""Half of the last displayed digit: a measure passes if it is displayed as equal to the limit."""


def check_limits(
    report: InspectionReport, profiles: Iterable[str] = tuple(LIMIT_PROFILES)
) -> tuple[LimitCheck, ...]:
    """Check an audiobook against every limit of the given profiles.

    Raises:
        OptionError: a profile is not known.
    """
    limit_checks = []
    for profile in profiles:
        if profile not in LIMIT_PROFILES:
            hint = did_you_mean(profile, LIMIT_PROFILES)
            raise OptionError(f"no profile is called '{profile}'", hint)
        limit_checks += [_check_limit(report, profile, limit) for limit in LIMIT_PROFILES[profile]]
    return tuple(limit_checks)


def _check_limit(report: InspectionReport, profile: str, limit: Limit) -> LimitCheck:
    measured = float(limit.measure(report))
    has_passed = limit.minimum - _TOLERANCE <= measured <= limit.maximum + _TOLERANCE
    return LimitCheck(profile, limit.name, measured, limit.description, has_passed)
