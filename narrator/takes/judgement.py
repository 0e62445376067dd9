"""Judges a clip: measures it, and compares it with its text and with its voice."""

from __future__ import annotations

import math
from statistics import fmean, median, pstdev
from typing import TYPE_CHECKING

from narrator.engines.reference_text import NUMBERS
from narrator.takes.clip_measurement import frame_clip, measure_clip, split_at_pauses
from narrator.takes.expected_speech import list_sounds, predict_speech
from narrator.takes.flaws import (
    Flaw,
    VoiceNorm,
    find_flaws,
    find_wrong_voice,
    rate_misfit,
    rate_own_repetition,
    rate_pace,
    rate_repetition,
)
from narrator.takes.sound_alignment import (
    learn_voice_sounds,
    measure_fit,
    measure_repetition,
)
from narrator.text.words import has_words

if TYPE_CHECKING:
    from narrator.model import Clip, Voice

CHECK_VERSION = 5
"""Version of the judgement; when it is increased, clips in the cache are judged again."""
_MAX_TOGETHER = 1.05
"""The severity of the pace and of the misfit together, as two sides of a right angle, up to which a
clip fits its text. Another line often misses both limits by little."""
_MIN_REPETITION_PACE = 0.25
"""The severity of a slow pace from which a clip is searched for a part that is said twice."""


def judge_clip(clip: Clip, text: str, voice: Voice, norm: VoiceNorm | None) -> tuple[Flaw, ...]:
    """Return the flaws of a clip, worst first.

    Args:
        clip: As the engine made it, without effects.
        text: Its spoken text.
        voice: The voice that spoke it.
        norm: How this voice usually speaks; None if that is unknown: then no flaw is found.
    """
    if norm is None or not has_words(text):
        return ()
    language = find_phoneme_language(voice)
    expected, sounds = predict_speech(text, language), list_sounds(text, language)
    if expected is None or not sounds:
        return ()
    sound = frame_clip(clip)
    measurement = measure_clip(sound)
    flaws = find_flaws(measurement, expected, norm)
    if flaws or norm.is_of_numbers:
        return flaws
    fit = measure_fit(sound.frames, sound.rate, sounds, norm.class_means)
    misfit_severity = max(rate_misfit(fit.misfit - norm.misfit, len(sounds)), 0.0)
    pace_severity = rate_pace(measurement, expected, norm)
    severity = math.hypot(pace_severity, misfit_severity) / _MAX_TOGETHER
    if severity > 1:
        return (Flaw("unlike its text", severity),)
    is_slow = measurement.speech_seconds > expected.seconds * norm.pace
    if is_slow and pace_severity > _MIN_REPETITION_PACE:
        repetition = measure_repetition(sound.frames, sound.rate, sounds, norm.class_means)
        severity = rate_repetition(repetition - norm.repetition, pace_severity)
        if severity > 1:
            return (Flaw("says a part twice", severity),)
    return find_wrong_voice(measurement, expected, fit, len(sounds), norm)


def measure_norm(clip: Clip, text: str, voice: Voice) -> VoiceNorm | None:
    """Return how a voice speaks, from one clip of about twenty seconds; None if it is unknown.

    Pitch and level are those of its passages, as they vary from one to the next.
    """
    language = find_phoneme_language(voice)
    sound, expected = frame_clip(clip), predict_speech(text, language)
    measurement, sounds = measure_clip(sound), list_sounds(text, language)
    voice_sounds = learn_voice_sounds(sound.frames, sound.rate, sounds)
    if expected is None or voice_sounds is None or not measurement.speech_seconds:
        return None
    passages = [measure_clip(passage) for passage in split_at_pauses(sound)] or [measurement]
    means = voice_sounds.class_means
    repetition = measure_repetition(sound.frames, sound.rate, sounds, means)
    pitches = [12 * math.log2(passage.pitch_hz) for passage in passages if passage.pitch_hz]
    levels = [passage.level_db for passage in passages]
    return VoiceNorm(
        pace=round(measurement.speech_seconds / expected.seconds, 4),
        pitch_hz=round(2 ** (median(pitches) / 12), 1) if pitches else None,
        pitch_deviation=round(pstdev(pitches), 2) if pitches else 0.0,
        level_db=round(fmean(levels), 2),
        level_deviation_db=round(pstdev(levels), 2),
        misfit=round(voice_sounds.fit.misfit, 3),
        strangeness=round(voice_sounds.fit.strangeness, 3),
        class_means=means,
        end_level_db=round(measurement.end_level_db, 1),
        quiet_end_seconds=round(measurement.quiet_end_seconds, 2),
        repetition=round(rate_own_repetition(repetition), 1),
        is_of_numbers=text == NUMBERS,
    )


def find_phoneme_language(voice: Voice) -> str:
    """Return the language in which the phonemes of a voice's texts are predicted."""
    base, _, _ = voice.engine_voice.partition("+")
    # espeak-ng's own voices name their dialect, as in "gmw/en-US+m3"
    return base if voice.engine == "pyttsx3" else voice.language
