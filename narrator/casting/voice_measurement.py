"""Measure how voices sound by synthesising a reference text.

The measurements of the shipped voices are in a table. A user's own voice is measured when it is
first used in a casting, and the result is cached. If a voice can't be synthesised on this computer,
or costs money, its values are predicted from its profile.

`python -m narrator.casting.voice_measurement` adds missing English voices to the table. To measure
a voice again, delete its line from the table first.
"""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from narrator import registry
from narrator.casting.acoustics import (
    TABLE_PATH,
    VoiceAcoustics,
    load_measurements,
    look_up_acoustics,
    make_acoustic_key,
    predict_acoustics,
)
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.engines.reference_text import choose_reference_text
from narrator.errors import NarratorError, OutputError
from narrator.files import atomic
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from narrator.model import Voice

REFERENCE_TEXT = (
    "The rain had stopped before they reached the old house on the hill. Nobody was at home, "
    "and yet a lamp burned in the upper window. She knocked twice, waited for a while, and then "
    "pushed the heavy door open with both hands."
)
"""The text that every English voice speaks to be measured: 43 words with all vowels."""


def measure_voices(
    voices: Iterable[Voice], cache_path: Path | None = None, *, measure_missing: bool = True
) -> dict[str, VoiceAcoustics]:
    """Return the acoustics of voices by name, from the table, the cache, or a new measurement.

    Args:
        voices: The voices.
        cache_path: The file that caches measurements, or None for no cache.
        measure_missing: Whether voices that were never measured speak now; else their acoustics
            are predicted.
    """
    acoustics: dict[str, VoiceAcoustics] = {}
    unlisted_voices: list[Voice] = []
    for voice in voices:
        if listed := look_up_acoustics(voice):
            acoustics[voice.name] = listed
        else:
            unlisted_voices.append(voice)
    if unlisted_voices:
        acoustics |= _measure_unlisted(unlisted_voices, cache_path, measure_missing=measure_missing)
    return acoustics


def _measure_unlisted(
    voices: Iterable[Voice], cache_path: Path | None, *, measure_missing: bool
) -> dict[str, VoiceAcoustics]:
    """Return the acoustics of voices outside the table, by name, and cache new measurements."""
    cached = _load_cache(cache_path)
    count_before = len(cached)
    acoustics: dict[str, VoiceAcoustics] = {}
    for voice in voices:
        try:
            acoustics[voice.name] = _measure_with_cache(
                voice, cached, measure_missing=measure_missing
            )
        except NarratorError:
            acoustics[voice.name] = predict_acoustics(voice)
    if cache_path and len(cached) > count_before:
        _save_cache(cache_path, cached)
    return acoustics


def _measure_with_cache(
    voice: Voice, cached: dict[str, list[float]], *, measure_missing: bool
) -> VoiceAcoustics:
    """Return the acoustics of a voice, from `cached`, or measured and then added to it.

    Voices of metered engines are predicted: to measure them might cost money. So are new voices
    unless `measure_missing` is true.

    Raises:
        NarratorError: the voice can't be synthesised on this computer.
    """
    engine = registry.load_engine(voice.engine)
    if getattr(engine, "is_metered", False):
        return predict_acoustics(voice)
    engine.validate(voice)
    key = f"{make_acoustic_key(voice)}, {engine.fingerprint(voice)}"
    if key not in cached:
        if not measure_missing:
            return predict_acoustics(voice)
        cached[key] = list(astuple(measure_voice(voice)))
    return VoiceAcoustics(*cached[key])


def measure_voice(voice: Voice) -> VoiceAcoustics:
    """Synthesise a reference text with a voice, and return its acoustics.

    Voices that are not English speak numbers. How many words these are depends on the language, so
    that the tempo is predicted.
    """
    from narrator.casting.acoustic_analysis import analyse_clip  # noqa: PLC0415 - loads numpy

    text = choose_reference_text(voice.language, REFERENCE_TEXT)
    clip = registry.load_engine(voice.engine).speak(text, voice)
    acoustics = analyse_clip(clip, len(text.split()))
    if text == REFERENCE_TEXT:
        return acoustics
    return replace(acoustics, words_per_minute=predict_acoustics(voice).words_per_minute)


_Measurement: TypeAlias = tuple[float, float, float]
"""The values of a `VoiceAcoustics`."""


def _load_cache(path: Path | None) -> dict[str, list[float]]:
    """Load the cached measurements; return {} if the file is missing or damaged."""
    if path is None:
        return {}
    try:
        measurements = msgspec.json.decode(path.read_bytes(), type=dict[str, _Measurement])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return {key: list(values) for key, values in measurements.items()}


def _save_cache(path: Path, cached: dict[str, list[float]]) -> None:
    """Save the cached measurements; ignore failures, which only cause measuring again."""
    try:
        with atomic.write_atomically(path) as temporary_path:
            temporary_path.write_text(json.dumps(cached, indent=0), "utf-8")
    except OutputError:
        return


def format_measurements(voices: Iterable[Voice], measurements: Mapping[str, VoiceAcoustics]) -> str:
    """Format the table of measurements as TOML, with one line per voice.

    `measurements` are existing measurements by `make_acoustic_key`; missing voices are measured,
    except those whose model is not on this machine.
    """
    lines = [
        "# Pitch in hertz, spectral centroid in hertz, words per minute; "
        "written by voice_measurement.py."
    ]
    for voice in sorted(voices, key=make_acoustic_key):
        acoustics = measurements.get(make_acoustic_key(voice))
        if acoustics is None:
            if find_voice_problem(voice) is not None:
                continue
            acoustics = measure_voice(voice)
        values = ", ".join(f"{value:g}" for value in astuple(acoustics))
        lines.append(f"{json.dumps(make_acoustic_key(voice))} = [{values}] # {voice.name}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    english_voices = [
        voice for voice in load_voices().values() if primary_subtag(voice.language) == "en"
    ]
    table = format_measurements(english_voices, load_measurements())
    TABLE_PATH.write_text(table, "utf-8")
