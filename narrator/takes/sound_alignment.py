"""Aligns the sounds of a clip with the phonemes of its text, to see whether they belong together.

Each step of a clip is compared with the classes of sounds as its voice makes them: by level, mean
frequency, and the shape of the spectrum. The best alignment with the text, by dynamic programming,
is compared with the best sequence of classes that is free of any text. The difference, the misfit,
is small if the clip says the text. The second alone, the strangeness, is small if it is the voice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from narrator.takes.sound_frames import Floats, SoundFrames, find_loud_level, find_speech_frames
from narrator.takes.usual_sounds import USUAL_DEVIATIONS, USUAL_MEANS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.takes.flaws import ClassMeans

_FRAMES_PER_STEP = 3
"""Frames of the clip that are aligned as one."""
_LEVEL_RANGE_DB = (-38.0, 5.0)
_MIN_HERTZ = 100.0
_MEANS = np.array(USUAL_MEANS, np.float32)
_DEVIATIONS = np.array(USUAL_DEVIATIONS, np.float32)
_SPREAD_COSTS = np.log(_DEVIATIONS / _DEVIATIONS.mean(axis=0)).sum(axis=1)
"""What the normal distribution of a class costs at its mean: shape (classes,)."""
_FEATURE_COUNT = _MEANS.shape[1]
_LEARNING_ROUNDS = 3
_USUAL_WEIGHT = 20.0
"""The weight of the usual mean of a class, as a number of steps, in that of a voice."""
_MAX_COST = 30.0
"""The cost of a step that does not fit a class at all."""
_SKIP_COST = 1.0
"""The cost of leaving a sound out, as speakers do."""
_MIN_REPEATED_SOUNDS = 3
_IMPOSSIBLE = np.float32(1e9)
_NO_FIT = 9.0
"""The misfit of a clip that is too short for its text to be aligned."""


@dataclass(frozen=True, slots=True)
class SoundFit:
    """How well a clip fits a text and a voice: mean costs per step.

    A cost is a negative log-likelihood: a feature that is one standard deviation off costs 0.5.
    """

    misfit: float
    """How badly it fits the text, beyond how badly it fits the voice."""
    strangeness: float
    """How unlike the sounds of the voice its sounds are, whatever they say."""


@dataclass(frozen=True, slots=True)
class VoiceSounds:
    """How a voice makes the classes of sounds."""

    class_means: ClassMeans
    fit: SoundFit
    """How well the voice fits its texts, by these means."""


def measure_fit(
    frames: SoundFrames, rate: int, sounds: Sequence[int], class_means: ClassMeans
) -> SoundFit:
    """Return how well frames fit a text and a voice.

    Args:
        frames: The frames of a clip.
        rate: Samples per second of the sound that was described.
        sounds: The classes of the sounds of the text, one or more.
        class_means: Those of the voice.
    """
    class_costs = _cost_classes(_describe_steps(frames, rate), np.array(class_means, np.float32))
    if not len(class_costs):
        return SoundFit(_NO_FIT, 0.0)
    free_cost = float(class_costs.min(axis=1).mean())
    if 2 * len(class_costs) < len(sounds):
        return SoundFit(_NO_FIT, free_cost)
    aligned_cost = _align(class_costs[:, np.array(sounds, np.intp)])
    return SoundFit(aligned_cost - free_cost, free_cost)


def measure_repetition(
    frames: SoundFrames, rate: int, sounds: Sequence[int], class_means: ClassMeans
) -> float:
    """Return how much better frames fit a text of which some part is said twice.

    Args:
        frames: The frames of a clip that can be aligned with the text.
        rate: Samples per second of the sound that was described.
        sounds: The classes of the sounds of the text.
        class_means: Those of the voice.

    Returns:
        The difference of the costs of both alignments: below 40 in 99 of 100 good clips, and 0 if
        the text is too short for a repetition.
    """
    class_costs = _cost_classes(_describe_steps(frames, rate), np.array(class_means, np.float32))
    if len(sounds) < _MIN_REPEATED_SOUNDS or 2 * len(class_costs) < len(sounds):
        return 0.0
    costs = class_costs[:, np.array(sounds, np.intp)]
    until = _accumulate_costs(costs)
    after = _accumulate_costs(costs[::-1, ::-1])[::-1, ::-1]
    # from a sound back to the best one that is early enough
    back = np.minimum.accumulate(after[1:], axis=1)[:, : len(sounds) - _MIN_REPEATED_SOUNDS + 1]
    repeated_cost = float((until[:-1, _MIN_REPEATED_SOUNDS - 1 :] + back).min(initial=_IMPOSSIBLE))
    return max(_align(costs) * len(costs) - repeated_cost, 0.0)


def _describe_steps(frames: SoundFrames, rate: int) -> Floats:
    """Return the features of each step with speech: shape (steps, features)."""
    levels_db = np.asarray(frames.levels_db, np.float32)
    is_speech = find_speech_frames(levels_db)
    count = int(is_speech.sum()) // _FRAMES_PER_STEP
    if not count:
        return np.zeros((0, _FEATURE_COUNT), np.float32)
    levels = np.clip(levels_db[is_speech] - find_loud_level(levels_db), *_LEVEL_RANGE_DB)
    # the frequency of a sine with this brightness
    brightness = np.asarray(frames.brightness[is_speech], np.float32)
    angles = np.arccos(np.clip(1 - brightness / 2, -1, 1))
    hertz = np.maximum(angles / (2 * np.pi) * rate, _MIN_HERTZ)
    cepstra = np.asarray(frames.cepstra[is_speech], np.float32)
    features = np.column_stack([levels, np.log(hertz), cepstra])[: count * _FRAMES_PER_STEP]
    steps = features.reshape(count, _FRAMES_PER_STEP, _FEATURE_COUNT)
    return np.asarray(steps.mean(axis=1), np.float32)


def learn_voice_sounds(frames: SoundFrames, rate: int, sounds: Sequence[int]) -> VoiceSounds | None:
    """Learn how a voice makes each class of sounds, by aligning its speech with a text repeatedly.

    Args:
        frames: Of some seconds of speech; the more, the better.
        rate: Samples per second of the sound that was described.
        sounds: The classes of the sounds of the text.

    Returns:
        None if the clip does not fit the text at all.
    """
    steps = _describe_steps(frames, rate)
    indices = np.array(sounds, np.intp)
    if 2 * len(steps) < len(sounds) or not len(sounds):
        return None
    usual_means = _MEANS + steps.mean(axis=0)
    means = usual_means
    for _ in range(_LEARNING_ROUNDS):
        classes = indices[_trace_alignment(_cost_classes(steps, means), indices)]
        means = np.stack(
            [
                _shrink_mean(steps[classes == number], usual)
                for number, usual in enumerate(usual_means)
            ]
        )
    class_means = tuple(tuple(round(float(value), 2) for value in mean) for mean in means)
    return VoiceSounds(class_means, measure_fit(frames, rate, sounds, class_means))


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
    deviations = (steps[:, None, :] - class_means) / _DEVIATIONS
    costs = np.einsum("ijk,ijk->ij", deviations, deviations) / 2 + _SPREAD_COSTS
    return np.asarray(np.minimum(costs, _MAX_COST), np.float32)


def _align(costs: Floats) -> float:
    """Return the mean cost per step of the best alignment of all steps with all sounds.

    Args:
        costs: The cost of each step in the class of each sound: shape (steps, sounds).
    """
    count = costs.shape[1]
    best = _start_alignment(costs[0])
    for step_costs in costs[1:]:
        best[2:] = _advance(best) + step_costs
    last = float(min(best[-1], best[-2] + _SKIP_COST if count > 1 else _IMPOSSIBLE))
    return last / len(costs)


def _accumulate_costs(costs: Floats) -> Floats:
    """Return the cost of the best alignment of the steps up to each one, by its sound: as `costs`.

    Args:
        costs: As for `_align`.
    """
    table = np.empty((len(costs), costs.shape[1] + 2), np.float32)
    table[0] = _start_alignment(costs[0])
    table[:, :2] = _IMPOSSIBLE
    for best, following, step_costs in zip(table, table[1:], costs[1:], strict=False):
        np.add(_advance(best), step_costs, out=following[2:])
    return table[:, 2:]


def _start_alignment(step_costs: Floats) -> Floats:
    """Return the costs of the first step: shape (sounds + 2,).

    Two places before the first sound let an alignment enter a sound from either of those before.
    """
    best = np.full(len(step_costs) + 2, _IMPOSSIBLE, np.float32)
    best[2:4] = step_costs[:2]
    best[3:4] += _SKIP_COST
    return best


def _advance(best: Floats) -> Floats:
    """Return the least cost of each sound before the next step: shape (sounds,).

    A sound is reached from itself, from the one before, or, at a cost, from the second before.
    """
    entered = np.minimum(best[1:-1], best[:-2] + _SKIP_COST)
    return np.asarray(np.minimum(best[2:], entered), np.float32)
