"""How voices sound, in three numbers, so that those who talk to each other can be told apart.

The fundamental frequency tells a bass from a soprano, the centroid of the spectrum a dark voice
from a bright one, and the tempo a slow speaker from a quick one. The shipped voices were measured
once, by `narrator.casting.acoustics`; the numbers lie in `sounds.toml`.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import Voice


@dataclass(frozen=True, slots=True)
class VoiceAcoustics:
    """How a voice sounds."""

    pitch_hz: float
    """Median fundamental frequency of its voiced parts in hertz."""
    centroid_hz: float
    """Mean centre of gravity of its spectrum in hertz."""
    words_per_minute: float
    """Words a minute, between first and last sound of a reference text."""


TABLE_PATH = Path(__file__).with_name("sounds.toml")

_TYPICAL = {
    ("female", "child"): VoiceAcoustics(300, 950, 220),
    ("female", "young"): VoiceAcoustics(230, 850, 210),
    ("female", "adult"): VoiceAcoustics(195, 800, 200),
    ("female", "old"): VoiceAcoustics(180, 850, 170),
    ("male", "child"): VoiceAcoustics(190, 550, 220),
    ("male", "young"): VoiceAcoustics(128, 650, 215),
    ("male", "adult"): VoiceAcoustics(100, 650, 200),
    ("male", "old"): VoiceAcoustics(100, 850, 170),
}
"""Medians of the shipped voices, for a voice of which nothing but its profile is known."""


def acoustic_distance(first: VoiceAcoustics, second: VoiceAcoustics) -> float:
    """How far apart two voices are; 1 is what a listener tells without effort.

    Four semitones of pitch, half an octave of centroid and a fifth of tempo count as much as each
    other.
    """
    semitones = 12 * math.log2(first.pitch_hz / second.pitch_hz)
    brightness = math.log2(first.centroid_hz / second.centroid_hz)
    tempo = math.log(first.words_per_minute / second.words_per_minute)
    return math.hypot(semitones / 4, brightness / 0.5, tempo / 0.2)


def estimate_acoustics(voice: Voice) -> VoiceAcoustics:
    """How a voice sounds: as measured, or as its profile makes one expect."""
    return look_up_acoustics(voice) or predict_acoustics(voice)


def look_up_acoustics(voice: Voice) -> VoiceAcoustics | None:
    """How a voice sounds, as the table has it, or as it has one that differs in rate and pitch."""
    table = load_measurements()
    if acoustic_key(voice) in table:
        return table[acoustic_key(voice)]
    prefix, options = _source(voice)
    for key, sound in table.items():
        if key.startswith(f"{prefix} "):
            rate, pitch, *rest = key.removeprefix(f"{prefix} ").split(" ")
            if rest == options:
                shift = 2 ** ((voice.pitch - float(pitch)) / 12)
                tempo = sound.words_per_minute * voice.rate / float(rate)
                return VoiceAcoustics(sound.pitch_hz * shift, sound.centroid_hz, tempo)
    return None


def _source(voice: Voice) -> tuple[str, list[str]]:
    """What a voice is made from, before its rate and pitch and after them."""
    return (
        f"{voice.engine} {voice.engine_voice}",
        [f"{key}={value}" for key, value in voice.options],
    )


def acoustic_key(voice: Voice) -> str:
    """What two profiles have in common that sound the same."""
    source, options = _source(voice)
    return " ".join((source, f"{voice.rate:g}", f"{voice.pitch:g}", *options))


def predict_acoustics(voice: Voice) -> VoiceAcoustics:
    """How a voice sounds that nobody has heard, from what its profile says."""
    typical = _TYPICAL[voice.gender or "male", voice.age or "adult"]
    return VoiceAcoustics(
        typical.pitch_hz * 2 ** (voice.pitch / 12),
        typical.centroid_hz,
        typical.words_per_minute * voice.rate / 170,
    )


@cache
def load_measurements() -> dict[str, VoiceAcoustics]:
    """What was measured, by the identities of voices."""
    table = tomllib.loads(TABLE_PATH.read_text("utf-8"))
    return {key: VoiceAcoustics(*numbers) for key, numbers in table.items()}
