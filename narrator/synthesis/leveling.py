"""The gain of each voice: measured once, and kept, as a tenth of a second adds up."""

from __future__ import annotations

import json
from concurrent.futures import BrokenExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio import levels
from narrator.errors import EngineUnavailableError
from narrator.synthesis.clips import clip_name, spoken_by
from narrator.synthesis.store import Store, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.audio.levels import Loudness
    from narrator.model import Voice
    from narrator.synthesis.workers import Crew

MEASURING = 1
"""Counts the changes in how gains are measured, so that older ones are measured anew."""


def gains(
    voices: Iterable[Voice], loudness: Loudness, store: Store, crew: Crew | None = None
) -> dict[Voice, float]:
    """Decibels by voice that bring all of them to one level; each is tried out first.

    Args:
        voices: in any order, and repeated.
        loudness: the level.
        store: where clips and gains are kept.
        crew: who measures; none for this very process, at once.

    Raises:
        UnknownVoiceError: an engine does not have a voice.
        EngineUnavailableError: an engine does not work here.
    """
    distinct = dict.fromkeys(voices)
    for voice in distinct:
        registry.engine(voice.engine).validate(voice)
    found = {voice: _kept(voice, loudness, store) for voice in distinct}
    new = [voice for voice, gain in found.items() if gain is None]
    measured = _measured(new, loudness, store, crew if len(new) > 1 else None)
    return {voice: measured[voice] if gain is None else gain for voice, gain in found.items()}


def _kept(voice: Voice, loudness: Loudness, store: Store) -> float | None:
    kept = store.load("gain", _name(voice, loudness))
    return None if kept is None else float(json.loads(kept))


def _name(voice: Voice, loudness: Loudness) -> str:
    clip = clip_name(levels.REFERENCE, voice)
    return digest("gain", MEASURING, clip, asdict(loudness), voice.volume)


def _measured(
    voices: Sequence[Voice], loudness: Loudness, store: Store, crew: Crew | None
) -> dict[Voice, float]:
    """Each voice tried out, by workers where there are any."""
    if crew is None:
        return {voice: _measure(voice, loudness, store) for voice in voices}
    executor = crew.executor()
    try:
        futures = [executor.submit(_measure, voice, loudness, store) for voice in voices]
        return {voice: each.result() for voice, each in zip(voices, futures, strict=True)}
    except BrokenExecutor as error:
        crew.dismiss()
        engines = ", ".join(sorted({voice.engine for voice in voices}))
        raise EngineUnavailableError(
            f"a worker ended while the voices of {engines} were tried out",
            "narrator engines says which engines work here",
        ) from error


def _measure(voice: Voice, loudness: Loudness, store: Store) -> float:
    found = levels.gain(spoken_by(voice, levels.REFERENCE, store), loudness, voice.volume)
    store.save("gain", _name(voice, loudness), json.dumps(found).encode())
    return found
