"""Finds out which engines work here, and what the others need."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from narrator import registry
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Voice


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about an engine."""

    name: str
    works: bool
    about: str
    """How many voices it has; or what is missing, and the remedy."""


def survey(voices: Iterable[Voice]) -> tuple[Finding, ...]:
    """Try every engine on the first voice made for it."""
    ordered = sorted(voices, key=lambda voice: (voice.engine, voice.name))
    of_engine = {name: list(of) for name, of in groupby(ordered, key=lambda voice: voice.engine)}
    return tuple(_finding(name, of_engine.get(name, [])) for name in registry.names("engines"))


def _finding(name: str, voices: list[Voice]) -> Finding:
    try:
        engine = registry.engine(name)
        for voice in voices[:1]:
            engine.validate(voice)
    except NarratorError as error:
        return Finding(name, False, str(error))
    return Finding(name, True, f"{len(voices)} voice{'' if len(voices) == 1 else 's'}")
