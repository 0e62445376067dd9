"""Aligns the sounds of a clip with the phonemes of its text, to see whether they belong together.

Two features are enough: the level, and the mean frequency. An `s` is bright, a `t` quiet, a vowel
loud and dark, in every voice and language. The best alignment by dynamic programming is compared
with the best sequence of classes that is free of any text: the difference, the misfit, is small if
the clip says the text, and two to three times as large if it says another of the same length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from narrator.takes.clip_measurement import Floats, find_loud_level, find_speech_frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.takes.flaws import ClassMeans

_FRAMES_PER_STEP = 3
"""Frames of the clip that are aligned as one."""
_LEVEL_RANGE_DB = (-38.0, 5.0)
_MIN_HERTZ = 100.0
USUAL_MEANS: ClassMeans = (
    (-13.1, 8.51),
    (-21.9, 7.61),
    (-20.1, 7.02),
    (-7.5, 5.93),
    (-5.3, 6.76),
)
_CLASS_DEVIATIONS = np.array(
    [[5.8, 0.45], [5.9, 0.86], [6.6, 0.99], [6.0, 0.37], [4.9, 0.37]], np.float32
)
"""Means of all voices, and standard deviations of the steps: fitted to 400 clips in seven voices of
four engines."""
_LEARNING_ROUNDS = 3
_USUAL_WEIGHT = 30.0
"""The weight of the usual mean of a class, as a number of steps, in that of a voice."""
_PASSAGE_SOUNDS = 25
_MAX_COST = 8.0
"""The cost of a step that does not fit a class at all."""
_SKIP_COST = 1.0
"""The cost of leaving a sound out, as speakers do."""
_IMPOSSIBLE = np.float32(1e9)
NO_FIT = 9.0
"""The misfit of a clip that is too short for its text to be aligned."""


def measure_misfit(
    levels_db: Floats,
    brightness: Floats,
    rate: int,
    sounds: Sequence[int],
    class_means: ClassMeans = USUAL_MEANS,
) -> float:
    """Return how badly frames fit a text: about 0.2 if they say it.

    Args:
        levels_db: As `describe_frames` returns them: shape (frames,).
        brightness: Likewise.
        rate: Samples per second of the sound that was described.
        sounds: The classes of the sounds of the text, one or more.
        class_means: Level and logarithmic frequency of each class in this voice.
    """
    steps = _describe_steps(levels_db, brightness, rate)
    if 2 * len(steps) < len(sounds):
        return NO_FIT
    class_costs = _cost_classes(steps, np.array(class_means, np.float32))
    aligned_cost = _align(class_costs, np.array(sounds, np.intp))
    free_cost = float(class_costs.min(axis=1).mean())
    return aligned_cost - free_cost


def _describe_steps(levels_db: Floats, brightness: Floats, rate: int) -> Floats:
    """Return level and mean frequency of each step with speech: shape (steps, 2)."""
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


@dataclass(frozen=True, slots=True)
class VoiceSounds:
    """How the classes of sounds are in a voice."""

    class_means: ClassMeans
    misfit: float
    """How badly the voice fits its texts, by these means."""
    misfit_deviation: float
    """Standard deviation of the misfit of passages of `_PASSAGE_SOUNDS` sounds."""


def learn_voice_sounds(
    levels_db: Floats, brightness: Floats, rate: int, sounds: Sequence[int]
) -> VoiceSounds | None:
    """Learn how a voice makes each class of sounds, by aligning its speech with a text repeatedly.

    Args:
        levels_db: Of about twenty seconds of speech, as `describe_frames` returns them: shape
            (frames,).
        brightness: Likewise.
        rate: Samples per second of the sound that was described.
        sounds: The classes of the sounds of the text.

    Returns:
        None if the clip does not fit the text at all.
    """
    steps = _describe_steps(levels_db, brightness, rate)
    indices = np.array(sounds, np.intp)
    if 2 * len(steps) < len(sounds) or not len(sounds):
        return None
    means = np.array(USUAL_MEANS, np.float32)
    for _ in range(_LEARNING_ROUNDS):
        path = _trace_alignment(_cost_classes(steps, means), indices)
        means = np.stack(
            [
                _shrink_mean(steps[indices[path] == number], usual)
                for number, usual in enumerate(np.array(USUAL_MEANS, np.float32))
            ]
        )
    costs = _cost_classes(steps, means)
    path = _trace_alignment(costs, indices)
    step_misfits = costs[np.arange(len(steps)), indices[path]] - costs.min(axis=1)
    passages = [
        float(step_misfits[(path >= first) & (path < first + _PASSAGE_SOUNDS)].mean())
        for first in range(0, max(len(sounds) - _PASSAGE_SOUNDS, 1), _PASSAGE_SOUNDS)
    ]
    class_means = tuple((round(float(a), 2), round(float(b), 3)) for a, b in means)
    aligned_cost = _align(costs, indices) - float(costs.min(axis=1).mean())
    return VoiceSounds(class_means, round(aligned_cost, 3), round(float(np.std(passages)), 4))


def _shrink_mean(steps: Floats, usual: Floats) -> Floats:
    """Return the mean of the steps of a class, nearer to the usual one the fewer they are."""
    return np.asarray(
        (steps.sum(axis=0) + _USUAL_WEIGHT * usual) / (len(steps) + _USUAL_WEIGHT), np.float32
    )


def _trace_alignment(class_costs: Floats, sounds: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the index of the sound that each step belongs to in the best alignment."""
    best = np.full(len(sounds) + 2, _IMPOSSIBLE, np.float32)
    best[2] = class_costs[0, sounds[0]]
    if len(sounds) > 1:
        best[3] = class_costs[0, sounds[1]] + _SKIP_COST
    # how many sounds a step is after the one before it, by the sound of the step
    advances = np.zeros((len(class_costs), len(sounds)), np.intp)
    for step, step_costs in enumerate(class_costs[1:], 1):
        reached = np.stack([best[2:], best[1:-1], best[:-2] + _SKIP_COST])
        advances[step] = reached.argmin(axis=0)
        best[2:] = reached.min(axis=0) + step_costs[sounds]
    index = len(sounds) - 1 if best[-1] <= best[-2] + _SKIP_COST else len(sounds) - 2
    path = [index]
    for step in range(len(class_costs) - 1, 0, -1):
        index = max(index - int(advances[step, index]), 0)
        path.append(index)
    return np.array(path[::-1], np.intp)


def _cost_classes(steps: Floats, class_means: Floats) -> Floats:
    """Return the negative log-likelihood of each step in each class: shape (steps, classes)."""
    deviations = (steps[:, None, :] - class_means) / _CLASS_DEVIATIONS
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
