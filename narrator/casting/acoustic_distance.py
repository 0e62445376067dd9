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
class Sound:
    """How a voice sounds."""

    pitch: float
    """Median fundamental frequency of its voiced parts in hertz."""
    centroid: float
    """Mean centre of gravity of its spectrum in hertz."""
    tempo: float
    """Words a minute, between first and last sound of a reference text."""


TABLE = Path(__file__).with_name("sounds.toml")

_TYPICAL = {
    ("female", "child"): Sound(300, 950, 220),
    ("female", "young"): Sound(230, 850, 210),
    ("female", "adult"): Sound(195, 800, 200),
    ("female", "old"): Sound(180, 850, 170),
    ("male", "child"): Sound(190, 550, 220),
    ("male", "young"): Sound(128, 650, 215),
    ("male", "adult"): Sound(100, 650, 200),
    ("male", "old"): Sound(100, 850, 170),
}
"""Medians of the shipped voices, for a voice of which nothing but its profile is known."""


def distance(one: Sound, other: Sound) -> float:
    """How far apart two voices are; 1 is what a listener tells without effort.

    Four semitones of pitch, half an octave of centroid and a fifth of tempo count as much as each
    other.
    """
    semitones = 12 * math.log2(one.pitch / other.pitch)
    brightness = math.log2(one.centroid / other.centroid)
    tempo = math.log(one.tempo / other.tempo)
    return math.hypot(semitones / 4, brightness / 0.5, tempo / 0.2)


def sound_of(voice: Voice) -> Sound:
    """How a voice sounds: as measured, or as its profile makes one expect."""
    return known(voice) or expected(voice)


def known(voice: Voice) -> Sound | None:
    """How a voice sounds, as the table has it, or as it has one that differs in rate and pitch."""
    table = measurements()
    if identity(voice) in table:
        return table[identity(voice)]
    prefix, options = _source(voice)
    for key, sound in table.items():
        if key.startswith(f"{prefix} "):
            rate, pitch, *rest = key.removeprefix(f"{prefix} ").split(" ")
            if rest == options:
                shift = 2 ** ((voice.pitch - float(pitch)) / 12)
                tempo = sound.tempo * voice.rate / float(rate)
                return Sound(sound.pitch * shift, sound.centroid, tempo)
    return None


def _source(voice: Voice) -> tuple[str, list[str]]:
    """What a voice is made from, before its rate and pitch and after them."""
    return (
        f"{voice.engine} {voice.engine_voice}",
        [f"{key}={value}" for key, value in voice.options],
    )


def identity(voice: Voice) -> str:
    """What two profiles have in common that sound the same."""
    source, options = _source(voice)
    return " ".join((source, f"{voice.rate:g}", f"{voice.pitch:g}", *options))


def expected(voice: Voice) -> Sound:
    """How a voice sounds that nobody has heard, from what its profile says."""
    typical = _TYPICAL[voice.gender or "male", voice.age or "adult"]
    return Sound(
        typical.pitch * 2 ** (voice.pitch / 12), typical.centroid, typical.tempo * voice.rate / 170
    )


@cache
def measurements() -> dict[str, Sound]:
    """What was measured, by the identities of voices."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return {key: Sound(*numbers) for key, numbers in table.items()}
