"""Judges a clip: measures it, and compares it with its text and with its voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.takes.clip_measurement import measure_clip
from narrator.takes.expected_speech import count_sounds, predict_speech
from narrator.takes.flaws import Flaw, VoiceNorm, find_flaws, rate_pace
from narrator.takes.sound_alignment import measure_misfit
from narrator.text.words import has_words

if TYPE_CHECKING:
    from narrator.model import Clip, Voice

CHECK_VERSION = 1
"""Version of the judgement; when it is increased, clips in the cache are judged again."""
_DOUBTFUL_PACE = 0.3
"""The severity of a pace from which the sounds are aligned with the text, which takes longer. A
clip of another line is as close to the usual pace in one case of thirty."""
_MISFIT_MARGIN = 0.16
_SHORT_LINE_MARGIN = 5.0
"""How far the misfit of a clip may be above that of its voice; the second is divided by the number
of sounds. Measured as the limits in `narrator.takes.flaws`."""


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
    measurement, expected = measure_clip(clip), predict_speech(text, language)
    if expected is None:
        return ()
    flaws = find_flaws(measurement, expected, norm)
    if flaws or rate_pace(measurement, expected, norm) < _DOUBTFUL_PACE:
        return flaws
    misfit = measure_misfit(clip, text, language)
    margin = _MISFIT_MARGIN + _SHORT_LINE_MARGIN / count_sounds(text, language)
    if misfit is None or misfit <= norm.misfit + margin:
        return ()
    return (Flaw("unlike its text", (misfit - norm.misfit) / margin),)


def measure_norm(clip: Clip, text: str, voice: Voice) -> VoiceNorm | None:
    """Return how a voice speaks, from one clip of about twenty seconds; None if it is unknown."""
    language = find_phoneme_language(voice)
    measurement, expected = measure_clip(clip), predict_speech(text, language)
    misfit = measure_misfit(clip, text, language)
    if expected is None or misfit is None or not measurement.speech_seconds:
        return None
    return VoiceNorm(
        pace=round(measurement.speech_seconds / expected.seconds, 4),
        pitch_hz=measurement.pitch_hz and round(measurement.pitch_hz, 1),
        level_db=round(measurement.level_db, 2),
        timbre_db=measurement.timbre_db,
        misfit=round(misfit, 3),
        end_level_db=round(measurement.end_level_db, 1),
    )


def find_phoneme_language(voice: Voice) -> str:
    """Return the language in which the phonemes of a voice's texts are predicted."""
    base, _, _ = voice.engine_voice.partition("+")
    # espeak-ng's own voices name their dialect, as in "gmw/en-US+m3"
    return base if voice.engine == "pyttsx3" else voice.language
