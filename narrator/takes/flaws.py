"""Finds the flaws of a clip: what in its sound does not fit its text, or its voice.

The limits were fitted to 1,206 good clips in eighteen voices of four engines (pyttsx3, natural,
Piper, Kokoro) and to 6,030 damaged ones, so that one good clip in two hundred is beyond one.
`python -m benchmarks.clip_flaws` measures other voices and other sentences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from narrator.takes.clip_measurement import ClipMeasurement
    from narrator.takes.expected_speech import ExpectedSpeech
    from narrator.takes.sound_alignment import SoundFit

ClassMeans: TypeAlias = tuple[tuple[float, ...], ...]
"""For each of `expected_speech.SOUND_CLASSES`: level in decibels below the loud frames, natural
logarithm of the mean frequency in hertz, and the cepstrum."""

_PACE_DEVIATION = 0.05
_SHORT_LINE_DEVIATION, _SHORT_LINE_STRETCH = 0.045, 0.065
"""Standard deviation of the logarithm of a clip's pace; the others are divided by the seconds that
the text takes, as short lines vary more: the first if a clip is too short, the second if it is too
long, because some voices draw out a single word."""
_MAX_PACE_DEVIATIONS = 3.4
_TONE_DEVIATIONS = 2.0
"""How much more the pace varies in languages with tones, in Vietnamese and Chinese of espeak-ng."""
_MISFIT_DEVIATION, _SHORT_LINE_MISFIT = 0.08, 7.0
"""Standard deviation of the misfit of good clips; the second is divided by the number of sounds."""
_MAX_MISFIT_DEVIATIONS = 4.5
_MAX_REPETITION, _PACE_SHARE = 70.0, 0.6
"""The repetition of a clip of the usual pace that is no chance, and the weight of its pace: a clip
in which a part is said twice is also too long."""
_USUAL_REPETITION = 40.0
"""The repetition of a sample of twenty seconds that few voices exceed: of 33 Korean, German and
Japanese voices of espeak-ng, three do, all of them Korean and female."""
_STRANGENESS_DEVIATION, _SHORT_LINE_STRANGENESS = 0.12, 5.0
"""Likewise, of the strangeness of the sounds of a voice to itself."""
_MAX_END_LEVEL_DB = -30.0
"""The level of the last hundredth of a second, relative to the loud frames, above which a sound is
cut off. Good clips end 56 dB below, or lower."""
_SILENT_END_LEVEL_DB = -90.0
_MAX_QUIET_END_SECONDS, _QUIET_END_SHARE = 0.08, 0.6
"""How long clips must be quiet after their last sound, in voices whose end level is below the
first, at most, and as a share of what the voice usually leaves: 0.13 seconds or more in eighteen
voices. A cut within the closure of a stop leaves less."""
_MAX_CLIPPED_SHARE = 0.001
_MAX_SILENCE_SECONDS = 0.9
"""The longest silence within a clause."""
_MAX_PAUSE_SECONDS = 1.8
"""The longest silence between clauses. Kokoro's longest is 1.1 seconds."""
_LEAST_DEVIATION = 0.6
"""In semitones and decibels: the least by which pitch and level of any voice vary."""
_STRANGENESS_WEIGHT = 0.6
"""The weight of strangeness, which pitch and level depend on too, against each of these."""
_SHORT_VOICE_DEVIATION = 0.5
"""How much more a line of one second varies than a long one; shorter lines vary more."""
_MAX_VOICE_DEVIATIONS = 3.15


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
    misfit: float
    """As in `SoundFit`, for its own texts by the means below."""
    strangeness: float
    """Likewise."""
    class_means: ClassMeans
    """How it makes the classes of sounds."""
    end_level_db: float
    """As in `ClipMeasurement`: an engine may end its clips without a silence."""
    pitch_hz: float | None = None
    """None if it is unknown."""
    quiet_end_seconds: float = 0.13
    """As in `ClipMeasurement`: an engine may trim its clips. Shipped voices leave this or more."""
    repetition: float = 0.0
    """As `rate_own_repetition` returns it: some voices seem to repeat sounds that they say once."""
    is_of_numbers: bool = False
    """Whether it was measured on numbers, which have other sounds and another pace than prose: then
    only damage is found."""

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
    """Return the flaws of a clip that show without its phonemes, worst first.

    Args:
        measurement: What was measured in the clip.
        expected: What its text leads to expect.
        norm: How its voice usually speaks.
    """
    flaws = _find_damage(measurement, expected, norm)
    if not norm.is_of_numbers:
        flaws += _find_wrong_pace(measurement, expected, norm)
    return tuple(sorted(flaws, key=lambda flaw: -flaw.severity))


def _find_damage(
    measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm
) -> list[Flaw]:
    """Return the flaws that any voice may have."""
    flaws = []
    if measurement.speech_seconds and (severity := _rate_end(measurement, norm)) > 1:
        flaws.append(Flaw("cut off at the end", severity))
    if measurement.clipped_share > _MAX_CLIPPED_SHARE:
        flaws.append(Flaw("clipped", measurement.clipped_share / _MAX_CLIPPED_SHARE))
    is_one_clause = expected.clause_count == 1
    max_silence = _MAX_SILENCE_SECONDS if is_one_clause else _MAX_PAUSE_SECONDS
    if measurement.longest_silence_seconds > max_silence:
        seconds = measurement.longest_silence_seconds
        flaws.append(Flaw(f"silent for {seconds:.1f} seconds", seconds / max_silence))
    return flaws


def _rate_end(measurement: ClipMeasurement, norm: VoiceNorm) -> float:
    """Return how abruptly a clip ends, for its voice; 1 is at the limit."""
    if norm.end_level_db >= _MAX_END_LEVEL_DB:
        return 0.0
    loudness = 1 + (measurement.end_level_db - _MAX_END_LEVEL_DB) / 10
    if norm.end_level_db > _SILENT_END_LEVEL_DB:
        return loudness
    least_seconds = min(_MAX_QUIET_END_SECONDS, _QUIET_END_SHARE * norm.quiet_end_seconds)
    return max(loudness, 2 - measurement.quiet_end_seconds / least_seconds)


def rate_pace(measurement: ClipMeasurement, expected: ExpectedSpeech, norm: VoiceNorm) -> float:
    """Return how far the pace of a clip is from that of its voice; 1 is at the limit."""
    log_ratio = math.log(_compare_pace(measurement, expected, norm))
    severity = rate_duration(log_ratio, expected.seconds)
    return severity / _TONE_DEVIATIONS if expected.has_tones else severity


def rate_duration(log_ratio: float, expected_seconds: float) -> float:
    """Return how unusual the duration of a line is; 1 is at the limit.

    Args:
        log_ratio: Natural logarithm of the duration as a multiple of that of the voice.
        expected_seconds: The duration at a typical pace.
    """
    short_deviation = _SHORT_LINE_DEVIATION if log_ratio < 0 else _SHORT_LINE_STRETCH
    deviation = _PACE_DEVIATION + short_deviation / expected_seconds
    return abs(log_ratio) / deviation / _MAX_PACE_DEVIATIONS


def rate_misfit(excess: float, sound_count: int) -> float:
    """Return how badly a clip fits its text; 1 is at the limit.

    Args:
        excess: Its misfit above that of the voice.
        sound_count: Number of sounds of the text.
    """
    deviation = _MISFIT_DEVIATION + _SHORT_LINE_MISFIT / max(sound_count, 1)
    return excess / deviation / _MAX_MISFIT_DEVIATIONS


def rate_own_repetition(repetition: float) -> float:
    """Return how much a voice's own sample seems to repeat above the usual, 0 or more.

    Args:
        repetition: As `measure_repetition` returns it for the sample.
    """
    return max(repetition - _USUAL_REPETITION, 0.0)


def rate_repetition(repetition: float, pace_severity: float) -> float:
    """Return how likely some part of a clip is said twice; 1 is at the limit.

    Args:
        repetition: As `measure_repetition` returns it.
        pace_severity: As `rate_pace` returns it.
    """
    return repetition / _MAX_REPETITION + _PACE_SHARE * pace_severity


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


def find_wrong_voice(
    measurement: ClipMeasurement,
    expected: ExpectedSpeech,
    fit: SoundFit,
    sound_count: int,
    norm: VoiceNorm,
) -> tuple[Flaw, ...]:
    """Return a flaw if the clip differs from its voice in pitch, level and sounds together.

    Args:
        measurement: What was measured in the clip.
        expected: What its text leads to expect.
        fit: How strange its sounds are to the voice.
        sound_count: Number of sounds of the text, one or more.
        norm: How its voice usually speaks.
    """
    if not measurement.speech_seconds:
        return ()
    semitones = 0.0
    if measurement.pitch_hz and norm.pitch_hz:
        semitones = 12 * math.log2(measurement.pitch_hz / norm.pitch_hz)
    decibels = measurement.level_db - norm.level_db
    distance = math.hypot(
        semitones / math.hypot(norm.pitch_deviation, _LEAST_DEVIATION),
        decibels / math.hypot(norm.level_deviation_db, _LEAST_DEVIATION),
    ) / (1 + _SHORT_VOICE_DEVIATION / expected.seconds)
    strangeness_deviation = _STRANGENESS_DEVIATION + _SHORT_LINE_STRANGENESS / sound_count
    strangeness = max(fit.strangeness - norm.strangeness, 0.0) / strangeness_deviation
    severity = math.hypot(distance, _STRANGENESS_WEIGHT * strangeness) / _MAX_VOICE_DEVIATIONS
    return (Flaw("unlike its voice", severity),) if severity > 1 else ()
