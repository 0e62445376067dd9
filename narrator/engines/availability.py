"""Finds out which engines work here, what the others need, and how fast they are."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator import registry
from narrator.engines.verified_speech import speak_line
from narrator.errors import EngineUnavailableError, NarratorError
from narrator.model import Voice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.engines import Engine

_SAMPLE = "It was not far to the house, and yet it seemed to her that they would never arrive."
_COSTLY = ("server",)
"""Engines whose speech may cost money, and says nothing of this machine."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What was found out about an engine."""

    name: str
    voices: tuple[str, ...] = ()
    """The profiles that it can speak with, by name."""
    problem: str = ""
    """Why it does not work, or why one of its profiles does not; empty when all is well."""
    remedy: str = ""
    speed: float | None = None
    """Seconds of speech for each second of work; none where it was not measured."""
    purpose: str = ""
    """What it is, in a sentence, as its module says."""

    @property
    def is_working(self) -> bool:
        """Whether it can speak, given a profile."""
        return bool(self.voices) or not self.problem

    @property
    def summary(self) -> str:
        """How many voices it has, or what it is for; what is missing, and the remedy."""
        counted = f"{len(self.voices)} voice{'' if len(self.voices) == 1 else 's'}"
        if not self.voices:
            counted = f"{self.purpose} No voices yet: write a profile, see docs/files.md".strip()
        missing = f"{self.problem}: {self.remedy}" if self.remedy else self.problem
        return "; ".join(filter(None, (counted if self.is_working else "", missing)))


def survey_engines(voices: Iterable[Voice], *, measure: bool = False) -> tuple[EngineStatus, ...]:
    """Try every installed engine on the voices made for it, by name.

    With `measure`, each that works here, and costs nothing, speaks a sentence twice, and is timed
    the second time.
    """
    everyone = list(voices)
    return tuple(
        _finding(name, [voice for voice in everyone if voice.engine == name], measure)
        for name in registry.list_plugins("engines")
    )


def _finding(name: str, voices: Sequence[Voice], measure: bool) -> EngineStatus:
    try:
        engine = registry.load_engine(name)
    except NarratorError as error:
        return EngineStatus(name, (), error.message, error.hint)
    purpose = (sys.modules[type(engine).__module__].__doc__ or "").partition("\n")[0]
    working: list[Voice] = []
    problem = remedy = ""
    for voice in voices:
        try:
            engine.validate(voice)
        except NarratorError as error:
            problem, remedy = error.message, error.hint
        else:
            working.append(voice)
    if not voices:
        problem, remedy = _absence(engine)
    speed = _speed(working[0]) if working and measure and name not in _COSTLY else None
    return EngineStatus(
        name, tuple(voice.name for voice in working), problem, remedy, speed, purpose
    )


def _absence(engine: Engine) -> tuple[str, str]:
    """Why an engine can't be used here, and the remedy, where there is no profile to try."""
    try:
        engine.validate(Voice("any", engine.name, "any"))
    except EngineUnavailableError as error:
        return error.message, error.hint
    except NarratorError:
        pass  # it only lacks that voice
    return "", ""


def _speed(voice: Voice) -> float | None:
    engine = registry.load_engine(voice.engine)
    try:
        speak_line(engine, "Ready.", voice)
        start = time.perf_counter()
        clip = speak_line(engine, _SAMPLE, voice)
    except NarratorError:
        return None
    return clip.samples / clip.rate / (time.perf_counter() - start)
