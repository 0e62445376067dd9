"""The gain of each voice: measured once, and kept, as a tenth of a second adds up."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio import levels
from narrator.synthesis.clips import clip_name, spoken_by
from narrator.synthesis.store import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Voice
    from narrator.synthesis.store import Store

MEASURING = 1
"""Counts the changes in how gains are measured, so that older ones are measured anew."""


def gains(voices: Iterable[Voice], loudness: levels.Loudness, store: Store) -> dict[str, float]:
    """Decibels by voice that bring all of them to one level; each is tried out first.

    Raises:
        UnknownVoiceError: an engine does not have a voice.
        EngineUnavailableError: an engine does not work here.
    """
    return {
        voice.name: _gain(voice, loudness, store)
        for voice in {voice.name: voice for voice in voices}.values()
    }


def _gain(voice: Voice, loudness: levels.Loudness, store: Store) -> float:
    registry.engine(voice.engine).validate(voice)
    clip = clip_name(levels.REFERENCE, voice)
    name = digest("gain", MEASURING, clip, asdict(loudness), voice.volume)
    if kept := store.load("gain", name):
        return float(json.loads(kept))
    found = levels.gain(spoken_by(voice, levels.REFERENCE, store), loudness, voice.volume)
    store.save("gain", name, json.dumps(found).encode())
    return found
