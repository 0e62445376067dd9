"""Stress single words of a clip, with Praat: higher, longer and louder than the engine says them.

Only the interval of the word changes, with a short fade on both sides; the rest of the clip keeps
the samples of the engine.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from narrator.engines.voice_shaping import REPEATABLE_COMMAND
from narrator.model import Clip, WordTiming

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

STRESS_SEMITONES = 2.0
STRESS_LENGTH_FACTOR = 1.15
STRESS_DB = 1.5
_PITCH_FLOOR_HZ, _PITCH_CEILING_HZ = 60.0, 450.0
_PITCH_STEP_SECONDS = 0.01
_CONTEXT_SECONDS = 0.06
"""Sound on both sides of the word in which Praat sees its pitch, and over which the word fades."""
_SHORTEST_SECONDS = 0.08
"""The shortest word; Praat finds no pitch in less than 0.05 seconds."""
_LONGEST_SECONDS = 1.5
"""The longest word; an interval beyond it holds a pause."""
_EDGE_SECONDS = 0.001
_SILENCE = 1e-6


def stress_words(clip: Clip, starts: Iterable[int]) -> Clip:
    """Return a clip in which words are stressed, with the times of the words after them moved.

    Args:
        clip: the clip; without word times it stays as it is.
        starts: where the words begin, in characters of the spoken text, ascending.
    """
    for start in starts:
        clip = _stress_word(clip, start)
    return clip


def _stress_word(clip: Clip, start: int) -> Clip:
    """Return a clip in which the word that begins at a character is stressed."""
    interval = find_word_samples(clip, start)
    if interval is None:
        return clip
    samples = np.frombuffer(clip.pcm, dtype="<i2").astype("f8") / 32768
    context = round(_CONTEXT_SECONDS * clip.rate)
    first, last = max(0, interval[0] - context), min(len(samples), interval[1] + context)
    inner = interval[0] - first, interval[1] - first
    piece = samples[first:last]
    stressed = _reshape(piece, clip.rate, inner)
    added = len(stressed) - len(piece)
    joined = np.concatenate([samples[:first], stressed, samples[last:]])
    pcm = np.rint(np.clip(joined, -1, 1) * 32767).astype("<i2").tobytes()
    return Clip(pcm, clip.rate, move_words(clip.words, interval, added))


def find_word_samples(clip: Clip, start: int) -> tuple[int, int] | None:
    """Return the first sample of the word that begins at a character, and the one after its last.

    None if the clip does not tell, or if the word is too short or too long to be one.
    """
    ends = [*(word.sample for word in clip.words[1:]), clip.samples]
    for word, end in zip(clip.words, ends, strict=False):
        if word.start == start:
            seconds = (min(end, clip.samples) - word.sample) / clip.rate
            is_word = _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS
            return (word.sample, min(end, clip.samples)) if is_word else None
    return None


def move_words(
    words: Sequence[WordTiming], interval: tuple[int, int], added: int
) -> tuple[WordTiming, ...]:
    """Return the times of words after an interval has become longer by some samples."""
    first, last = interval
    # a time within the interval moves in proportion
    shifts = (
        round(added * min(max(word.sample - first, 0) / (last - first), 1.0)) for word in words
    )
    return tuple(
        WordTiming(word.start, word.sample + shift)
        for word, shift in zip(words, shifts, strict=True)
    )


def _reshape(piece: Floats, rate: int, inner: tuple[int, int]) -> Floats:
    """Return a piece of sound in which the inner part is stressed, and fades on both sides."""
    import parselmouth  # noqa: PLC0415 - 73 MB, which most lines don't need
    from parselmouth.praat import call, run  # noqa: PLC0415 - as above

    run(REPEATABLE_COMMAND)
    sound = parselmouth.Sound(piece, rate)
    start, end = inner[0] / rate, inner[1] / rate
    with warnings.catch_warnings():
        # Praat warns that a sound has no voiced part
        warnings.simplefilter("ignore", parselmouth.PraatWarning)
        manipulation = call(
            sound, "To Manipulation", _PITCH_STEP_SECONDS, _PITCH_FLOOR_HZ, _PITCH_CEILING_HZ
        )
    tier = call(manipulation, "Extract pitch tier")
    call(tier, "Shift frequencies", start, end, STRESS_SEMITONES, "semitones")
    call([tier, manipulation], "Replace pitch tier")
    durations = call(manipulation, "Extract duration tier")
    for time, factor in (
        (max(0.0, start - _EDGE_SECONDS), 1.0),
        (start + _EDGE_SECONDS, STRESS_LENGTH_FACTOR),
        (end - _EDGE_SECONDS, STRESS_LENGTH_FACTOR),
        (end + _EDGE_SECONDS, 1.0),
    ):
        call(durations, "Add point", time, factor)
    call([durations, manipulation], "Replace duration tier")
    shaped: Floats = call(manipulation, "Get resynthesis (overlap-add)").values[0]
    return _join_edges(piece, shaped, inner)


def _join_edges(piece: Floats, shaped: Floats, inner: tuple[int, int]) -> Floats:
    """Return the shaped sound, louder, which begins and ends with the samples of the piece."""
    before, after = inner[0], len(piece) - inner[1]
    before_weights, after_weights = np.linspace(0, 1, before), np.linspace(1, 0, after)
    middle = np.ones(len(shaped) - before - after)
    weights = np.concatenate([before_weights, middle, after_weights])
    original = np.concatenate([piece[:before], np.zeros(len(middle)), piece[len(piece) - after :]])
    shaped_level = _measure_level(shaped[before : len(shaped) - after])
    # overlap-add changes the level a little
    level_db = 20 * np.log10(_measure_level(piece[inner[0] : inner[1]]) / shaped_level)
    gains = 10 ** ((STRESS_DB + level_db) * weights / 20)
    joined: Floats = original * (1 - weights) + shaped * gains * weights
    return joined


def _measure_level(samples: Floats) -> float:
    """Return the root mean square of samples, above zero."""
    return float(np.sqrt(np.mean(samples**2))) + _SILENCE
