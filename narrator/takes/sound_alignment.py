"""Aligns the sounds of a clip with the phonemes of its text, to see whether they belong together.

Two features are enough: the level, and the mean frequency. An `s` is bright, a `t` quiet, a vowel
loud and dark, in every voice and language. The best alignment by dynamic programming is compared
with the best sequence of classes that is free of any text: the difference, the misfit, is small if
the clip says the text, and two to three times as large if it says another of the same length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from narrator.takes.clip_measurement import (
    Floats,
    describe_frames,
    find_loud_level,
    find_speech_frames,
)
from narrator.takes.expected_speech import list_sounds

if TYPE_CHECKING:
    from narrator.model import Clip

_FRAMES_PER_STEP = 3
"""Frames of the clip that are aligned as one."""
_LEVEL_RANGE_DB = (-38.0, 5.0)
_MIN_HERTZ = 100.0
_CLASS_MEANS = np.array(
    [[-13.1, 8.51], [-21.9, 7.61], [-20.1, 7.02], [-7.5, 5.93], [-5.3, 6.76]], np.float32
)
_CLASS_DEVIATIONS = np.array(
    [[5.8, 0.45], [5.9, 0.86], [6.6, 0.99], [6.0, 0.37], [4.9, 0.37]], np.float32
)
"""Level in decibels below the loud frames, and natural logarithm of the mean frequency in hertz, of
each of `expected_speech.SOUND_CLASSES`: fitted to 400 clips in seven voices of four engines."""
_MAX_COST = 8.0
"""The cost of a step that does not fit a class at all."""
_SKIP_COST = 1.0
"""The cost of leaving a sound out, as speakers do."""
_IMPOSSIBLE = np.float32(1e9)
NO_FIT = 9.0
"""The misfit of a clip that is too short for its text to be aligned."""


def measure_misfit(clip: Clip, text: str, language: str) -> float | None:
    """Return how badly a clip fits a text: about 0.3 if it says it; None if that is unknown.

    Args:
        clip: The clip.
        text: Its spoken text.
        language: As for `predict_speech`.
    """
    sounds = np.array(list_sounds(text, language), np.intp)
    if not len(sounds):
        return None
    steps = _describe_steps(np.frombuffer(clip.pcm, "<i2").astype(np.float32), clip.rate)
    if 2 * len(steps) < len(sounds):
        return NO_FIT
    class_costs = _cost_classes(steps)
    aligned_cost = _align(class_costs, sounds)
    free_cost = float(class_costs.min(axis=1).mean())
    return aligned_cost - free_cost


def _describe_steps(samples: Floats, rate: int) -> Floats:
    """Return level and mean frequency of each step with speech: shape (steps, 2)."""
    levels_db, brightness = describe_frames(samples, rate)
    is_speech = find_speech_frames(levels_db)
    if not is_speech.any():
        return np.zeros((0, 2), np.float32)
    loud_db = find_loud_level(levels_db)
    levels = np.clip(levels_db[is_speech] - loud_db, *_LEVEL_RANGE_DB)
    # the frequency of a sine with this brightness
    angles = np.arccos(np.clip(1 - brightness[is_speech] / 2, -1, 1))
    hertz = np.maximum(angles / (2 * np.pi) * rate, _MIN_HERTZ)
    features = np.stack([levels, np.log(hertz)], axis=1)
    count = len(features) // _FRAMES_PER_STEP
    steps = features[: count * _FRAMES_PER_STEP].reshape(count, _FRAMES_PER_STEP, 2)
    return np.asarray(steps.mean(axis=1), np.float32)


def _cost_classes(steps: Floats) -> Floats:
    """Return the negative log-likelihood of each step in each class: shape (steps, classes)."""
    deviations = (steps[:, None, :] - _CLASS_MEANS) / _CLASS_DEVIATIONS
    relative_deviations = _CLASS_DEVIATIONS / _CLASS_DEVIATIONS.mean(axis=0)
    costs = (deviations**2 / 2 + np.log(relative_deviations)).sum(axis=2)
    return np.asarray(np.minimum(costs, _MAX_COST), np.float32)


def _align(class_costs: Floats, sounds: npt.NDArray[np.intp]) -> float:
    """Return the mean cost per step of the best alignment of all steps with all sounds."""
    best = np.full(len(sounds) + 2, _IMPOSSIBLE, np.float32)
    # two places before the first sound, from which the alignment may enter it or the second
    best[2] = class_costs[0, sounds[0]]
    if len(sounds) > 1:
        best[3] = class_costs[0, sounds[1]] + _SKIP_COST
    for step_costs in class_costs[1:]:
        entered = np.minimum(best[1:-1], best[:-2] + _SKIP_COST)
        best[2:] = np.minimum(best[2:], entered) + step_costs[sounds]
    last = float(min(best[-1], best[-2] + _SKIP_COST if len(sounds) > 1 else _IMPOSSIBLE))
    return last / len(class_costs)
