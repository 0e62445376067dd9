"""Describe how a voice sounds by three numbers, so that similar voices can be kept apart.

The fundamental frequency separates a bass from a soprano, the spectral centroid a dark voice from a
bright one, and the tempo a slow speaker from a quick one. The shipped voices were measured once, by
`narrator.casting.voice_measurement`; their values are in `acoustics.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import Voice


@dataclass(frozen=True, slots=True)
class VoiceAcoustics:
    """The measured or expected sound of a voice."""

    pitch_hz: float
    """Median fundamental frequency of its voiced frames in hertz."""
    centroid_hz: float
    """Centre of gravity of its average power spectrum in hertz."""
    words_per_minute: float
    """Tempo between the first and the last sound of a reference text."""


TABLE_PATH = Path(__file__).with_name("acoustics.toml")
"""Measurements of the shipped voices, by `acoustic_key`."""

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
"""Medians of the shipped voices by gender and age, for voices that have not been measured."""
_TYPICAL_RATE = 170
"""Rate in a voice profile, in words per minute, that the typical values belong to."""


def estimate_acoustics(voice: Voice) -> VoiceAcoustics:
    """Return how a voice sounds: as in the table of measurements, or as its profile suggests."""
    return look_up_acoustics(voice) or predict_acoustics(voice)


def look_up_acoustics(voice: Voice) -> VoiceAcoustics | None:
    """Return a voice's values from the table of measurements, or None if it is not there.

    A voice that differs from a measured one only in rate and pitch has that one's values, with
    tempo and pitch converted.
    """
    measurements = load_measurements()
    if acoustic_key(voice) in measurements:
        return measurements[acoustic_key(voice)]
    prefix, options = _source_parts(voice)
    for key, acoustics in measurements.items():
        if key.startswith(f"{prefix} "):
            rate, pitch, *key_options = key.removeprefix(f"{prefix} ").split(" ")
            if key_options == options:
                pitch_ratio = 2 ** ((voice.pitch - float(pitch)) / 12)
                words_per_minute = acoustics.words_per_minute * voice.rate / float(rate)
                return VoiceAcoustics(
                    acoustics.pitch_hz * pitch_ratio, acoustics.centroid_hz, words_per_minute
                )
    return None


def _source_parts(voice: Voice) -> tuple[str, list[str]]:
    """Return the parts of a voice's key that stand before and after its rate and pitch."""
    return (
        f"{voice.engine} {voice.engine_voice}",
        [f"{key}={value}" for key, value in voice.options],
    )


def acoustic_key(voice: Voice) -> str:
    """Return a string that is the same for two voice profiles exactly if they sound the same."""
    prefix, options = _source_parts(voice)
    return " ".join((prefix, f"{voice.rate:g}", f"{voice.pitch:g}", *options))


def predict_acoustics(voice: Voice) -> VoiceAcoustics:
    """Return how a voice that has not been measured is expected to sound, from its profile."""
    typical = _TYPICAL_ACOUSTICS[voice.gender or "male", voice.age or "adult"]
    return VoiceAcoustics(
        typical.pitch_hz * 2 ** (voice.pitch / 12),
        typical.centroid_hz,
        typical.words_per_minute * voice.rate / _TYPICAL_RATE,
    )


@cache
def load_measurements() -> dict[str, VoiceAcoustics]:
    """Return the measurements of the shipped voices by `acoustic_key`."""
    table = tomllib.loads(TABLE_PATH.read_text("utf-8"))
    return {key: VoiceAcoustics(*values) for key, values in table.items()}
