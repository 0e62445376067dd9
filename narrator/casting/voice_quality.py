"""Say how well a voice speaks, and whether it sounds like its gender.

The quality of the shipped voices was measured by a neural estimate of the mean opinion score; the
values are in `quality.toml`, which `make bench-listen ONLY=voices` writes. Styles of Kokoro that
were not measured have the quality of the grade that their publisher gives them. Casting prefers
voices of high quality, and uses voices outside the bounds of their gender only if no other is left.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.casting.acoustics import VoiceAcoustics
    from narrator.model import Voice

QUALITY_PATH = Path(__file__).with_name("quality.toml")
"""The file with the quality of the shipped voices, by `make_quality_key`."""

_PITCH_BOUNDS_HZ = {"female": (155.0, 330.0), "male": (60.0, 165.0)}
"""The median pitch of adult speakers, with some room: women speak at 165 to 255 Hz and men at 85 to
155 Hz (Titze 1989)."""
_CHILD_PITCH_BOUNDS_HZ = (165.0, 400.0)
_SPEAKER_GENDERS = {
    ("piper", "en_US-joe-medium"): "male",
    ("natural", "heart"): "female",
    ("natural", "kore"): "female",
    ("natural", "emma"): "female",
    ("natural", "fenrir"): "male",
    ("natural", "fable"): "male",
}
"""The gender of the speaker of a model from which voices of both genders are made."""
_FORMANT_BOUNDS = {("male", "female"): (1.1, 1.5), ("female", "male"): (0.7, 0.92)}
"""The ratio by which formants must be shifted from one gender to the other: the vocal tracts of
women are about 15 % shorter (Fant 1966)."""
_KOKORO_GRADES = {
    "A": "af_heart",
    "A-": "af_bella",
    "B-": "af_nicole bf_emma",
    "C+": "af_aoede af_kore af_sarah am_fenrir am_michael am_puck",
    "C": "af_alloy af_nova bf_isabella bm_fable bm_george",
    "C-": "af_sky",
    "D+": "bm_lewis",
    "D": "af_jessica af_river am_echo am_eric am_liam am_onyx bf_alice bf_lily bm_daniel",
    "D-": "am_santa",
    "F+": "am_adam",
}
"""The styles with each grade that the publisher of Kokoro gives them, best first (VOICES.md of
Kokoro-82M)."""
_HIGHEST_GRADE_SCORE, _GRADE_STEP = 4.6, 0.1
"""The score for the highest grade, and the difference from each grade to the next: measured English
styles of high and middle grades had scores from 4.4 to 4.7."""
_QUALITY_FLOOR, _CHILD_QUALITY_FLOOR = 4.2, 3.9
"""The scores below which voices are cast last. A shift upwards costs children's voices quality."""
_HARMLESS_SEMITONES = 2
"""A shift that changes the score by less than 0.2: af_kore 1 semitone up by 0.05, af_alloy 2
semitones up by 0.17."""


def look_up_quality(voice: Voice) -> float | None:
    """Return the estimated mean opinion score of a voice, 1 to 5; None if it is unknown.

    It was measured, or it is that of the grade of a style of Kokoro that is hardly shifted.
    """
    measured = load_qualities().get(make_quality_key(voice))
    is_shifted = abs(voice.pitch) > _HARMLESS_SEMITONES or bool(voice.options)
    if measured is not None or voice.engine != "kokoro" or is_shifted:
        return measured
    return _load_grade_scores().get(voice.engine_voice)


def meets_quality_floor(voice: Voice) -> bool:
    """Return whether a voice speaks well enough to be cast like others, as far as is known."""
    score = look_up_quality(voice)
    floor = _CHILD_QUALITY_FLOOR if voice.age == "child" else _QUALITY_FLOOR
    return score is None or score >= floor


@cache
def _load_grade_scores() -> dict[str, float]:
    """Return the scores that stand for the grades of Kokoro's styles, by style."""
    return {
        style: round(_HIGHEST_GRADE_SCORE - _GRADE_STEP * rank, 2)
        for rank, styles in enumerate(_KOKORO_GRADES.values())
        for style in styles.split()
    }


def make_quality_key(voice: Voice) -> str:
    """Return a key of everything in a profile that the quality depends on; the rate does not."""
    options = (f"{key}={value}" for key, value in voice.options)
    return " ".join((f"{voice.engine} {voice.engine_voice} {voice.pitch:g}", *options))


def is_within_bounds(voice: Voice, acoustics: VoiceAcoustics) -> bool:
    """Return whether the pitch and the formants of a voice fit its gender and age."""
    bounds = _PITCH_BOUNDS_HZ.get(voice.gender or "")
    if voice.age == "child":
        bounds = _CHILD_PITCH_BOUNDS_HZ
    if bounds and not bounds[0] <= acoustics.pitch_hz <= bounds[1]:
        return False
    speaker = _SPEAKER_GENDERS.get((voice.engine, voice.engine_voice), "")
    low, high = _FORMANT_BOUNDS.get((speaker, voice.gender or ""), (0.0, 9.0))
    return voice.age == "child" or low <= float(dict(voice.options).get("formant", 1.0)) <= high


@cache
def load_qualities() -> dict[str, float]:
    """Load the quality of the shipped voices, by `make_quality_key`."""
    return {
        key: float(score) for key, score in tomllib.loads(QUALITY_PATH.read_text("utf-8")).items()
    }
