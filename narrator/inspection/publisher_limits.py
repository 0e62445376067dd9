"""What publishers and players ask of an audiobook, as limits, and whether it keeps to them.

Sources: ACX's "Audio Submission Requirements"; Apple's "Audio requirements" for podcasts; for the
house's own profile, AES TD1008 (speech at -18 LUFS) with two decibels of room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from narrator.errors import OptionError
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from narrator.inspection.report import InspectionReport


@dataclass(frozen=True, slots=True)
class Limit:
    """Between which numbers something may lie."""

    name: str
    measure: Callable[[InspectionReport], float]
    minimum: float = -math.inf
    maximum: float = math.inf
    unit: str = ""

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it is so or is not, and no number is asked for."""
        return self.minimum == self.maximum == 1

    @property
    def description(self) -> str:
        """The limit as a person reads it."""
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
    """Whether an audiobook keeps to one limit of one profile."""

    profile: str
    name: str
    """Of what was measured."""
    measured: float
    limit: str
    """In words."""
    passed: bool

    @property
    def measured_text(self) -> str:
        """As a person reads it: a count without decimals, a fact as yes or no."""
        if self.limit == "yes":
            return "yes" if self.measured else "no"
        whole = float(self.measured).is_integer()
        return f"{self.measured:.0f}" if whole else f"{self.measured:.2f}"

    @property
    def failure_summary(self) -> str:
        """What is wrong, for a limit that was missed: `peak -2.44`, `no title`."""
        return f"no {self.name}" if self.limit == "yes" else f"{self.name} {self.measured_text}"

    @property
    def failure_message(self) -> str:
        """What is wrong, with the limit: `acx: peak -2.44, and should be at most -3 dB`."""
        should = "" if self.limit == "yes" else f", and should be {self.limit}"
        return f"{self.profile}: {self.failure_summary}{should}"

    def as_json(self) -> dict[str, Any]:
        """As objects that JSON knows."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "measured": round(self.measured, 3)
        }


def _untitled(report: InspectionReport) -> float:
    return sum(not chapter.title.strip() for chapter in report.chapters)


def _silent(report: InspectionReport) -> float:
    """How many chapters are silent; a file without chapters is one."""
    nothing = report.head >= report.duration
    return sum(chapter.silent for chapter in report.chapters) if report.chapters else nothing


def _longest_silence(report: InspectionReport) -> float:
    """Seconds, at the ends as well as between."""
    return max(report.longest_silence, report.head, report.tail)


def _gaps(report: InspectionReport) -> float:
    apart = sum(not chapter.contiguous for chapter in report.chapters)
    return apart + (bool(report.chapters) and not report.chapters_cover_all)


LIMIT_PROFILES: dict[str, tuple[Limit, ...]] = {
    "file": (
        Limit("end of the file", lambda r: r.whole, 1, 1),
        Limit("gaps around chapters", _gaps, maximum=0),
        Limit("chapters without a title", _untitled, maximum=0),
        Limit("silent chapters", _silent, maximum=0),
        Limit("title", lambda r: bool(r.tags.get("title", "").strip()), 1, 1),
        Limit("clipped samples", lambda r: r.clipped_samples, maximum=0),
        Limit(
            "header off by", lambda r: abs(r.duration - r.header_duration), maximum=0.1, unit="s"
        ),
        Limit("longest silence", _longest_silence, maximum=5.0, unit="s"),
    ),
    "audiobook": (
        Limit("loudness", lambda r: r.integrated, -20.5, -17.5, "LUFS"),
        Limit("true peak", lambda r: r.true_peak, maximum=-1.0, unit="dB"),
    ),
    "podcast": (
        Limit("loudness", lambda r: r.integrated, -17.0, -15.0, "LUFS"),
        Limit("true peak", lambda r: r.true_peak, maximum=-1.0, unit="dB"),
    ),
    "acx": (
        Limit("RMS", lambda r: r.rms, -23.0, -18.0, "dB"),
        Limit("peak", lambda r: r.sample_peak, maximum=-3.0, unit="dB"),
        Limit("noise floor", lambda r: r.noise_floor, maximum=-60.0, unit="dB"),
        Limit("MP3", lambda r: r.codec == "mp3", 1, 1),
        Limit("bit rate", lambda r: r.bit_rate, minimum=192.0, unit="kb/s"),
        Limit("constant bit rate", lambda r: r.constant_bit_rate is not False, 1, 1),
        Limit("sample rate", lambda r: r.rate, 44_100, 44_100, "Hz"),
        Limit("silence at the head", lambda r: r.head, 0.5, 1.0, "s"),
        Limit("silence at the tail", lambda r: r.tail, 1.0, 5.0, "s"),
        Limit("duration", lambda r: r.duration / 60, maximum=120.0, unit="min"),
    ),
}
"""What is asked, by profile; `file` is what every player needs. 1 stands for yes, 0 for no."""


def check_limits(
    report: InspectionReport, profiles: Iterable[str] = tuple(LIMIT_PROFILES)
) -> tuple[LimitCheck, ...]:
    """Hold an audiobook against each limit of some profiles.

    Raises:
        OptionError: there is no such profile.
    """
    verdicts = []
    for profile in profiles:
        if profile not in LIMIT_PROFILES:
            raise OptionError(
                f"no profile is called '{profile}'", did_you_mean(profile, LIMIT_PROFILES)
            )
        verdicts += [_verdict(report, profile, limit) for limit in LIMIT_PROFILES[profile]]
    return tuple(verdicts)


_TOLERANCE = 0.005
"""Half of the last digit that is shown: what reads as the limit keeps to it."""


def _verdict(report: InspectionReport, profile: str, limit: Limit) -> LimitCheck:
    measured = float(limit.measure(report))
    passed = limit.minimum - _TOLERANCE <= measured <= limit.maximum + _TOLERANCE
    return LimitCheck(profile, limit.name, measured, limit.description, passed)
