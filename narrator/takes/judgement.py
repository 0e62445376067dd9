"""Judges a clip: measures it, and compares it with its text and with its voice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from narrator.takes.clip_measurement import frame_clip, measure_clip, split_at_pauses
from narrator.takes.expected_speech import list_sounds, predict_speech
from narrator.takes.flaws import Flaw, VoiceNorm, find_flaws, rate_misfit, rate_pace
from narrator.takes.sound_alignment import learn_voice_sounds, measure_misfit
from narrator.text.words import has_words

if TYPE_CHECKING:
    from narrator.model import Clip, Voice

CHECK_VERSION = 3
"""Version of the judgement; when it is increased, clips in the cache are judged again."""
_MAX_TOGETHER = 1.2
"""The severity of the pace and of the misfit together, as two sides of a right angle, up to which a
clip fits its text. Another line often misses both limits by little."""


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
    if expected is None:
        return ()
    sound = frame_clip(clip)
    measurement = measure_clip(sound)
    flaws = find_flaws(measurement, expected, norm)
    if flaws:
        return flaws
    misfit = measure_misfit(sound.levels_db, sound.brightness, sound.rate, sounds, norm.class_means)
    misfit_severity = rate_misfit(misfit - norm.misfit, len(sounds), norm.misfit_deviation)
    pace_severity = rate_pace(measurement, expected, norm)
    both = math.hypot(pace_severity, max(misfit_severity, 0.0)) / _MAX_TOGETHER
    severity = max(misfit_severity, both)
    return (Flaw("unlike its text", severity),) if severity > 1 else ()


def measure_norm(clip: Clip, text: str, voice: Voice) -> VoiceNorm | None:
    """Return how a voice speaks, from one clip of about twenty seconds; None if it is unknown.

    Pitch, level and timbre are those of its passages, as they vary from one to the next.
    """
    language = find_phoneme_language(voice)
    sound, expected = frame_clip(clip), predict_speech(text, language)
    measurement = measure_clip(sound)
    voice_sounds = learn_voice_sounds(
        sound.levels_db, sound.brightness, sound.rate, list_sounds(text, language)
    )
    if expected is None or voice_sounds is None or not measurement.speech_seconds:
        return None
    passages = [measure_clip(passage) for passage in split_at_pauses(sound)] or [measurement]
    pitches = [12 * math.log2(passage.pitch_hz) for passage in passages if passage.pitch_hz]
    levels = [passage.level_db for passage in passages]
    timbres = np.array([passage.timbre_db for passage in passages])
    return VoiceNorm(
        pace=round(measurement.speech_seconds / expected.seconds, 4),
        pitch_hz=round(2 ** (float(np.median(pitches)) / 12), 1) if pitches else None,
        pitch_deviation=round(float(np.std(pitches)), 2) if pitches else 0.0,
        level_db=round(float(np.mean(levels)), 2),
        level_deviation_db=round(float(np.std(levels)), 2),
        timbre_db=tuple(round(float(level), 2) for level in timbres.mean(axis=0)),
        timbre_deviation_db=round(float(timbres.std(axis=0).mean()), 2),
        misfit=voice_sounds.misfit,
        misfit_deviation=voice_sounds.misfit_deviation,
        class_means=voice_sounds.class_means,
        end_level_db=round(measurement.end_level_db, 1),
    )


def find_phoneme_language(voice: Voice) -> str:
    """Return the language in which the phonemes of a voice's texts are predicted."""
    base, _, _ = voice.engine_voice.partition("+")
    # espeak-ng's own voices name their dialect, as in "gmw/en-US+m3"
    return base if voice.engine == "pyttsx3" else voice.language
