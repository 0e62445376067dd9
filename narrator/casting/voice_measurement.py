"""How every voice of a casting sounds: from the table, or spoken once and remembered.

The shipped voices are in the table. A user's own voice speaks a few sentences the first time that
it takes part in a casting; what was measured is kept in the user's cache. A voice that can't be
spoken with here, or that costs money, sounds as its profile makes one expect.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import registry
from narrator.cache.places import voice_measurements_path
from narrator.casting.acoustic_distance import (
    VoiceAcoustics,
    acoustic_key,
    look_up_acoustics,
    predict_acoustics,
)
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Voice

_UNHEARD = ("server",)
"""Engines that cost money, or time on a machine of somebody else."""


def measure_voices(voices: Iterable[Voice]) -> dict[str, VoiceAcoustics]:
    """How voices sound, by name."""
    heard: dict[str, VoiceAcoustics] = {}
    unknown: list[Voice] = []
    for voice in voices:
        if sound := look_up_acoustics(voice):
            heard[voice.name] = sound
        else:
            unknown.append(voice)
    if unknown:
        heard |= _remembered(unknown)
    return heard


def _remembered(voices: Iterable[Voice]) -> dict[str, VoiceAcoustics]:
    """How voices sound that the table does not know; what is new is remembered."""
    memory = _recall()
    before = len(memory)
    heard: dict[str, VoiceAcoustics] = {}
    for voice in voices:
        try:
            heard[voice.name] = _spoken(voice, memory)
        except NarratorError:
            heard[voice.name] = predict_acoustics(voice)
    if len(memory) > before:
        _remember(memory)
    return heard


def _spoken(voice: Voice, memory: dict[str, list[float]]) -> VoiceAcoustics:
    """How a voice sounds, from memory or spoken now.

    Raises:
        NarratorError: it can't be spoken with here.
    """
    if voice.engine in _UNHEARD:
        return predict_acoustics(voice)
    engine = registry.load_engine(voice.engine)
    engine.validate(voice)
    key = f"{acoustic_key(voice)}, {engine.fingerprint(voice)}"
    if key not in memory:
        from narrator.casting.acoustics import measure_voice  # noqa: PLC0415 - loads numpy

        memory[key] = list(astuple(measure_voice(voice)))
    return VoiceAcoustics(*memory[key])


def _recall() -> dict[str, list[float]]:
    """What was remembered; nothing where that is damaged or missing."""
    try:
        memory = json.loads(voice_measurements_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remember(memory: dict[str, list[float]]) -> None:
    """Keep what was measured for the next time; without a place for it, measure again then."""
    file = voice_measurements_path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as part:
            json.dump(memory, part, indent=0)
        Path(part.name).replace(file)
    except OSError:
        return
