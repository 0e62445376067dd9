"""Finds the flaws of a clip: what in its sound does not fit its text, or its voice.

The limits were fitted to 913 good clips in sixteen voices of four engines (pyttsx3, natural, Piper,
Kokoro) and to 4,550 damaged ones, so that one good clip in two hundred is beyond one.
`python -m benchmarks.clip_flaws` measures other voices and other sentences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from narrator.takes.clip_measurement import ClipMeasurement
    from narrator.takes.expected_speech import ExpectedSpeech

ClassMeans: TypeAlias = tuple[tuple[float, float], ...]
"""Level in decibels below the loud frames, and natural logarithm of the mean frequency in hertz, of
each of `expected_speech.SOUND_CLASSES`."""

_PACE_DEVIATION = 0.05
_SHORT_LINE_DEVIATION, _SHORT_LINE_STRETCH = 0.045, 0.065
"""Standard deviation of the logarithm of a clip's pace; the others are divided by the seconds that
the text takes, as short lines vary more: the first if a clip is too short, the second if it is too
long, because some voices draw out a single word."""
_MAX_PACE_DEVIATIONS = 3.13
_MISFIT_MARGIN = 0.15
_SHORT_LINE_MARGIN = 6.5
"""How far the misfit of a clip may be above that of its voice, if it varies as usual; the second is
divided by the number of sounds."""
_USUAL_MISFIT_DEVIATION, _LEAST_MISFIT_DEVIATION = 0.06, 0.06
"""The first is that of an average voice; the second is added to that of every voice."""
_MAX_END_LEVEL_DB = -30.0
"""The level of the last hundredth of a second, relative to the loud frames, above which a sound is
cut off. Good clips end 56 dB below, or lower."""
_MAX_CLIPPED_SHARE = 0.001
_MAX_SILENCE_SECONDS = 0.9
"""The longest silence within a clause."""
_MAX_PAUSE_SECONDS = 1.8
"""The longest silence between clauses. Kokoro's longest is 1.1 seconds."""
_LEAST_DEVIATION = 0.6
"""In semitones and decibels: the least by which pitch and level of any voice vary."""
_LEAST_TIMBRE_DEVIATION_DB = 2.2
"""The least by which the timbre of any voice varies; twenty seconds may show less."""
_SHORT_VOICE_DEVIATION = 0.5
"""How much more a line of one second varies than a long one; shorter lines vary more."""
_MAX_VOICE_DEVIATIONS = 2.8


@dataclass(frozen=True, slots=True)
class VoiceNorm:
    """How a voice usually speaks, and how much that varies from passage to passage."""

    pace: float
    """Seconds of speech for each second that `predict_speech` expects."""
    pitch_deviation: float
    """In semitones."""
    level_db: float
    """As in `ClipMeasurement`, before any gain."""
    level_deviation_db: float
    timbre_db: tuple[float, ...]
    timbre_deviation_db: float
    """Mean of all bands."""
    misfit: float
    """How badly its clips fit their texts, by `measure_misfit`."""
    misfit_deviation: float
    class_means: ClassMeans
    """How it makes the classes of sounds."""
    end_level_db: float
    """As in `ClipMeasurement`: an engine may end its clips without a silence."""
    pitch_hz: float | None = None
    """None if it is unknown."""

    def change_prosody(self, rate_factor: float, semitones: float) -> VoiceNorm:
        """Return the norm of the same voice with another rate and pitch."""
        pitch_hz = None if self.pitch_hz is None else self.pitch_hz * 2 ** (semitones / 12)
        return replace(self, pace=self.pace / rate_factor, pitch_hz=pitch_hz)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a clip."""

    description: str
    """In words that a user reads, such as "40 % too short"."""
    severity: float
    """How far beyond its limit a value is; 1 is at the limit."""


def find_flaws(
    measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm
) -> tuple[Flaw, ...]:
    """Return the flaws of a clip, worst first.

    Args:
        measurement: What was measured in the clip.
        expected: What its text leads to expect.
        norm: How its voice usually speaks.
    """
    flaws = [
        *_find_damage(measurement, expected, norm),
        *_find_wrong_pace(measurement, expected, norm),
        *_find_wrong_voice(measurement, expected, norm),
    ]
    return tuple(sorted(flaws, key=lambda flaw: -flaw.severity))


def _find_damage(
    measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm
) -> list[Flaw]:
    """Return the flaws that any voice may have."""
    flaws = []
    is_cut = norm.end_level_db < _MAX_END_LEVEL_DB < measurement.end_level_db
    if measurement.speech_seconds and is_cut:
        excess = measurement.end_level_db - _MAX_END_LEVEL_DB
        flaws.append(Flaw("cut off at the end", 1 + excess / 10))
    if measurement.clipped_share > _MAX_CLIPPED_SHARE:
        flaws.append(Flaw("clipped", measurement.clipped_share / _MAX_CLIPPED_SHARE))
    is_one_clause = expected.clause_count == 1
    max_silence = _MAX_SILENCE_SECONDS if is_one_clause else _MAX_PAUSE_SECONDS
    if measurement.longest_silence_seconds > max_silence:
        seconds = measurement.longest_silence_seconds
        flaws.append(Flaw(f"silent for {seconds:.1f} seconds", seconds / max_silence))
    return flaws


def rate_pace(measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm) -> float:
    """Return how far the pace of a clip is from that of its voice; 1 is at the limit."""
    return rate_duration(math.log(_compare_pace(measurement, expected, norm)), expected.seconds)


def rate_duration(log_ratio: float, expected_seconds: float) -> float:
    """Return how unusual the duration of a line is; 1 is at the limit.

    Args:
        log_ratio: Natural logarithm of the duration as a multiple of that of the voice.
        expected_seconds: The duration at a typical pace.
    """
    short_deviation = _SHORT_LINE_DEVIATION if log_ratio < 0 else _SHORT_LINE_STRETCH
    deviation = _PACE_DEVIATION + short_deviation / expected_seconds
    return abs(log_ratio) / deviation / _MAX_PACE_DEVIATIONS


def rate_misfit(
    excess: float, sound_count: int, deviation: float = _USUAL_MISFIT_DEVIATION
) -> float:
    """Return how badly a clip fits its text; 1 is at the limit.

    Args:
        excess: Its misfit above that of the voice.
        sound_count: Number of sounds of the text.
        deviation: As in `VoiceNorm.misfit_deviation`.
    """
    variation = (deviation + _LEAST_MISFIT_DEVIATION) / (
        _USUAL_MISFIT_DEVIATION + _LEAST_MISFIT_DEVIATION
    )
    return excess / variation / (_MISFIT_MARGIN + _SHORT_LINE_MARGIN / max(sound_count, 1))


def _compare_pace(measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm) -> float:
    """Return the duration of the speech as a multiple of what is expected of the voice."""
    return max(measurement.speech_seconds, 0.01) / (expected.seconds * norm.pace)


def _find_wrong_pace(
    measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm
) -> list[Flaw]:
    """Return a flaw if the clip is too short or too long for its text."""
    severity = rate_pace(measurement, expected, norm)
    if severity <= 1:
        return []
    ratio = _compare_pace(measurement, expected, norm)
    if ratio > 1:
        return [Flaw(f"{100 * (ratio - 1):.0f}% too long", severity)]
    return [Flaw(f"{100 * (1 - ratio):.0f}% too short", severity)]


def _find_wrong_voice(
    measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm
) -> list[Flaw]:
    """Return a flaw if the clip differs from its voice in pitch, level and timbre together."""
    if not measurement.speech_seconds:
        return []
    semitones = 0.0
    if measurement.pitch_hz and norm.pitch_hz:
        semitones = 12 * math.log2(measurement.pitch_hz / norm.pitch_hz)
    decibels = measurement.level_db - norm.level_db
    timbre_pairs = zip(measurement.timbre_db, norm.timbre_db, strict=True)
    timbre = sum(abs(a - b) for a, b in timbre_pairs) / len(norm.timbre_db)
    distance = math.hypot(
        semitones / math.hypot(norm.pitch_deviation, _LEAST_DEVIATION),
        decibels / math.hypot(norm.level_deviation_db, _LEAST_DEVIATION),
        timbre / max(norm.timbre_deviation_db, _LEAST_TIMBRE_DEVIATION_DB),
    )
    severity = distance / (1 + _SHORT_VOICE_DEVIATION / expected.seconds) / _MAX_VOICE_DEVIATIONS
    return [Flaw("unlike its voice", severity)] if severity > 1 else []
