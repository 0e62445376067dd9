"""Finds out which engines work here, what the others need, and how fast they are."""

from __future__ import annotations

import re
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

_SAMPLE_SENTENCE = (
    "It was not far to the house, and yet it seemed to her that they would never arrive."
)


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What is known about one engine on this machine."""

    name: str
    voices: tuple[str, ...] = ()
    """The names of the voice profiles that it can speak with."""
    silent_voices: tuple[str, ...] = ()
    """The names of its other voice profiles; `problem` concerns the first of them."""
    problem: str = ""
    """Why the engine or one of its profiles does not work; empty if everything works."""
    remedy: str = ""
    speed: float | None = None
    """Seconds of speech per second of work; `None` if it was not measured."""
    purpose: str = ""
    """What the engine is, in one sentence: the first line of its module's docstring."""

    @property
    def is_working(self) -> bool:
        """Return whether the engine can speak, given a profile."""
        return bool(self.voices) or not self.problem

    @property
    def summary(self) -> str:
        """Return what works, as the number of voices or the engine's purpose, and what does not."""
        if not self.is_working:
            return f"{self.problem}: {self.remedy}" if self.remedy else self.problem
        if not self.voices:
            advice = "No voices yet: write a profile, as `narrator help files` shows"
            return f"{self.purpose} {advice}".lstrip()
        count = f"{len(self.voices):,} voice{'' if len(self.voices) == 1 else 's'}"
        if not self.silent_voices:
            return count
        others = f"{len(self.silent_voices)} more are" if self.silent_voices[1:] else "1 more is"
        # several voices share a model, and the remedy names one of them
        named = set(re.findall(r"[\w-]+", self.remedy))
        example = next((v for v in self.silent_voices if v in named), self.silent_voices[0])
        return f"{count}; {others} not ready, such as {example}: {self.remedy}"


def survey_engines(voices: Iterable[Voice], *, measure: bool = False) -> tuple[EngineStatus, ...]:
    """Check every installed engine with the voices that belong to it.

    Args:
        voices: all known voice profiles.
        measure: whether to time each working engine that costs nothing. It speaks a short text
            first, so the time to load it does not count.
    """
    all_voices = list(voices)
    return tuple(
        _check_engine(name, [voice for voice in all_voices if voice.engine == name], measure)
        for name in registry.list_plugins("engines")
    )


def _check_engine(name: str, voices: Sequence[Voice], measure: bool) -> EngineStatus:
    """Return the status of one engine, after validating all of its voices."""
    try:
        engine = registry.load_engine(name)
    except NarratorError as error:
        return EngineStatus(name, problem=error.message, remedy=error.hint)
    purpose = (sys.modules[type(engine).__module__].__doc__ or "").partition("\n")[0]
    usable_voices: list[Voice] = []
    silent_voices: list[str] = []
    problem = remedy = ""
    for voice in voices:
        try:
            engine.validate(voice)
        except NarratorError as error:
            if not silent_voices:
                problem, remedy = error.message, error.hint
            silent_voices.append(voice.name)
        else:
            usable_voices.append(voice)
    if not voices:
        problem, remedy = _find_unavailability(engine)
    # a call of a metered engine may cost money, and says nothing about the speed of this machine
    is_timed = usable_voices and measure and not getattr(engine, "is_metered", False)
    speed = _measure_speed(usable_voices[0]) if is_timed else None
    names = tuple(voice.name for voice in usable_voices)
    return EngineStatus(name, names, tuple(silent_voices), problem, remedy, speed, purpose)


def _find_unavailability(engine: Engine) -> tuple[str, str]:
    """Return the problem and the remedy of an engine without profiles; both empty if it works."""
    try:
        engine.validate(Voice("any", engine.name, "any"))
    except EngineUnavailableError as error:
        return error.message, error.hint
    except NarratorError:
        pass  # the engine works; it only lacks that voice
    return "", ""


def _measure_speed(voice: Voice) -> float | None:
    """Return seconds of speech per second of work, or `None` if the engine fails."""
    engine = registry.load_engine(voice.engine)
    try:
        # loads the model, whose time must not count as time for speaking
        speak_line(engine, "Ready.", voice)
        start_seconds = time.perf_counter()
        clip = speak_line(engine, _SAMPLE_SENTENCE, voice)
    except NarratorError:
        return None
    return clip.samples / clip.rate / (time.perf_counter() - start_seconds)
