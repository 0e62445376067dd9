"""Describe how a voice sounds by three numbers, with which casting avoids similar voices.

Pitch distinguishes a bass from a soprano, the spectral centroid a dark voice from a bright one, and
tempo a slow speaker from a fast one. `narrator.casting.voice_measurement` measured the shipped
voices; the values are in `acoustics.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.casting.catalogue import load_variant_acoustics
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from narrator.model import Voice


@dataclass(frozen=True, slots=True)
class VoiceAcoustics:
    """Measured or predicted acoustic properties of a voice."""

    pitch_hz: float
    """Median fundamental frequency of voiced frames, in hertz."""
    centroid_hz: float
    """Spectral centroid: the power-weighted mean frequency, in hertz."""
    words_per_minute: float
    """Tempo of the reference text, without silence at its start and end."""


TABLE_PATH = Path(__file__).with_name("acoustics.toml")
"""The file with the measurements of the shipped voices, by `make_acoustic_key`."""

_TYPICAL_ACOUSTICS = {
    ("female", "child"): VoiceAcoustics(300, 950, 220),
    ("female", "young"): VoiceAcoustics(230, 850, 210),
    ("female", "adult"): VoiceAcoustics(195, 800, 200),
    ("female", "old"): VoiceAcoustics(180, 850, 170),
    ("male", "child"): VoiceAcoustics(190, 550, 220),
    ("male", "young"): VoiceAcoustics(128, 650, 215),
    ("male", "adult"): VoiceAcoustics(100, 650, 200),
    ("male", "old"): VoiceAcoustics(100, 850, 170),
}
"""Medians of the shipped voices by gender and age, from which unmeasured voices are predicted."""
_TYPICAL_RATE = 170
"""Profile rate, in words per minute, for which `_TYPICAL_ACOUSTICS` holds."""


def estimate_acoustics(voice: Voice) -> VoiceAcoustics:
    """Return the acoustics of a voice from the table of measurements, or predicted if missing."""
    return look_up_acoustics(voice) or predict_acoustics(voice)


def look_up_acoustics(voice: Voice) -> VoiceAcoustics | None:
    """Return the acoustics of a voice from the table of measurements, or None if it is missing.

    For a voice that differs from a measured one only in rate or pitch, the values of the measured
    voice are converted.
    """
    measurements = load_measurements()
    if make_acoustic_key(voice) in measurements:
        return measurements[make_acoustic_key(voice)]
    prefix, options = _build_key_parts(voice)
    for key, acoustics in measurements.items():
        if key.startswith(f"{prefix} "):
            rate, pitch, *key_options = key.removeprefix(f"{prefix} ").split(" ")
            if key_options == options:
                pitch_ratio = 2 ** ((voice.pitch - float(pitch)) / 12)
                words_per_minute = acoustics.words_per_minute * voice.rate / float(rate)
                return VoiceAcoustics(
                    acoustics.pitch_hz * pitch_ratio, acoustics.centroid_hz, words_per_minute
                )
    return _look_up_variant(voice)


def _look_up_variant(voice: Voice) -> VoiceAcoustics | None:
    """Return the acoustics of a variant of espeak-ng in another language than English, or None.

    In German, Russian, Spanish and French, a variant has the same median pitch within 5 %.
    """
    if voice.engine != "pyttsx3" or primary_subtag(voice.language) == "en" or voice.options:
        return None
    variant = voice.engine_voice.partition("+")[2]
    measured = load_variant_acoustics().get(variant)
    if measured is None:
        return None
    pitch_hz, centroid_hz, words_per_minute = measured
    return VoiceAcoustics(
        pitch_hz * 2 ** (voice.pitch / 12),
        centroid_hz,
        words_per_minute * voice.rate / _TYPICAL_RATE,
    )


def _build_key_parts(voice: Voice) -> tuple[str, list[str]]:
    """Return the parts of a voice's key before and after the rate and pitch."""
    return (
        f"{voice.engine} {voice.engine_voice}",
        [f"{key}={value}" for key, value in voice.options],
    )


def make_acoustic_key(voice: Voice) -> str:
    """Return a key that is equal for two voice profiles if and only if they sound the same."""
    prefix, options = _build_key_parts(voice)
    return " ".join((prefix, f"{voice.rate:g}", f"{voice.pitch:g}", *options))


def predict_acoustics(voice: Voice) -> VoiceAcoustics:
    """Predict the acoustics of a voice from the gender, age, rate and pitch in its profile."""
    typical = _TYPICAL_ACOUSTICS[voice.gender or "male", voice.age or "adult"]
    return VoiceAcoustics(
        typical.pitch_hz * 2 ** (voice.pitch / 12),
        typical.centroid_hz,
        typical.words_per_minute * voice.rate / _TYPICAL_RATE,
    )


@cache
def load_measurements() -> dict[str, VoiceAcoustics]:
    """Load the measurements of the shipped voices, by `make_acoustic_key`."""
    table = tomllib.loads(TABLE_PATH.read_text("utf-8"))
    return {key: VoiceAcoustics(*values) for key, values in table.items()}
