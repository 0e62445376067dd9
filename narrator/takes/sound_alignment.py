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

from narrator.takes.usual_sounds import USUAL_DEVIATIONS, USUAL_MEANS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.takes.flaws import ClassMeans
    from narrator.takes.sound_frames import Floats, SoundFrames

_FRAMES_PER_STEP = 3
"""Frames of the clip that are aligned as one."""
_LEVEL_RANGE_DB = (-38.0, 5.0)
_MIN_HERTZ = 100.0
_MEANS = np.array(USUAL_MEANS, np.float32)
_DEVIATIONS = np.array(USUAL_DEVIATIONS, np.float32)
_WEIGHTS = _DEVIATIONS**-2 / 2
"""The weights of squared deviations in a negative log-likelihood."""
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
    table = _accumulate_costs(costs, len(costs))
    until, after = table[:, 0], table[::-1, 1, ::-1]
    # from a sound back to the best one that is early enough
    back = np.minimum.accumulate(after[1:], axis=1)[:, : len(sounds) - _MIN_REPEATED_SOUNDS + 1]
    repeated_cost = float((until[:-1, _MIN_REPEATED_SOUNDS - 1 :] + back).min(initial=_IMPOSSIBLE))
    return max(_finish_alignment(until[-1]) - repeated_cost, 0.0)


def _describe_steps(frames: SoundFrames, rate: int) -> Floats:
    """Return the features of each step with speech: shape (steps, features)."""
    places = np.flatnonzero(frames.is_speech)
    count = len(places) // _FRAMES_PER_STEP
    if not count:
        return np.zeros((0, _FEATURE_COUNT), np.float32)
    places = places[: count * _FRAMES_PER_STEP]
    features = np.empty((len(places), _FEATURE_COUNT), np.float32)
    features[:, 0] = np.clip(frames.levels_db[places] - frames.loud_db, *_LEVEL_RANGE_DB)
    # the frequency of a sine with this brightness
    angles = np.arccos(np.clip(1 - frames.brightness[places].astype(np.float32) / 2, -1, 1))
    features[:, 1] = np.log(np.maximum(angles * (rate / (2 * np.pi)), _MIN_HERTZ))
    features[:, 2:] = frames.cepstra[places]
    # a third of the time of the mean over a short axis
    total = sum(features[place::_FRAMES_PER_STEP] for place in range(_FRAMES_PER_STEP))
    return np.asarray(total / _FRAMES_PER_STEP, np.float32)


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
    # the squares of the deviations, multiplied out, so that one product with a matrix adds them up
    constants = (class_means**2 * _WEIGHTS).sum(axis=1) + _SPREAD_COSTS
    factors = np.hstack([_WEIGHTS, -2 * class_means * _WEIGHTS])
    costs = np.hstack([steps * steps, steps]) @ factors.T + constants
    return np.asarray(np.minimum(costs, _MAX_COST, out=costs), np.float32)


def _align(costs: Floats) -> float:
    """Return the mean cost per step of the best alignment of all steps with all sounds.

    Args:
        costs: The cost of each step in the class of each sound: shape (steps, sounds).
    """
    middle = (len(costs) + 1) // 2
    table = _accumulate_costs(costs, middle)
    if len(costs) == 1:
        return _finish_alignment(table[0, 0])
    before, after = table[middle - 1, 0], table[len(costs) - middle - 1, 1, ::-1]
    following = np.full(len(after) + 2, _IMPOSSIBLE, np.float32)
    following[:-2] = after
    entered = np.minimum(following[1:-1], following[2:] + _SKIP_COST)
    return float((before + np.minimum(after, entered)).min()) / len(costs)


def _accumulate_costs(costs: Floats, count: int) -> Floats:
    """Return the least costs of alignments from the start and, in reverse, from the end.

    A sound is reached from itself, from the one before, or, at a cost, from the second before. Both
    directions are computed together.

    Args:
        costs: As for `_align`.
        count: Number of steps in each direction.

    Returns:
        The cost up to each step, by its sound, in both directions: shape (count, 2, sounds).
    """
    size = costs.shape[1] + 2
    # in each direction, two places before the first sound let an alignment enter from either of
    # the sounds before; all is one row, because numpy takes hardly longer for a long one
    table = np.empty((count, 2 * size), np.float32)
    table[0], table[:, :2] = _IMPOSSIBLE, _IMPOSSIBLE
    step_costs = np.empty((count, 2, size), np.float32)
    step_costs[:, :, :2] = _IMPOSSIBLE
    step_costs[:, 0, 2:], step_costs[:, 1, 2:] = costs[:count], costs[::-1, ::-1][:count]
    table.reshape(count, 2, size)[0, :, 2:4] = step_costs[0, :, 2:4] + (0, _SKIP_COST)[: size - 2]
    reached = np.empty(2 * size - 2, np.float32)
    skip_cost = np.full_like(reached, _SKIP_COST)
    rows = zip(
        table[:, :-2],
        table[:, 1:-1],
        table[:, 2:],
        step_costs.reshape(count, 2 * size)[1:, 2:],
        table[1:, 2:],
        strict=False,
    )
    for second_before, before, same, row_costs, following in rows:
        np.add(second_before, skip_cost, out=reached)
        np.minimum(reached, before, out=reached)
        np.minimum(reached, same, out=reached)
        np.add(reached, row_costs, out=following)
    return table.reshape(count, 2, size)[:, :, 2:]


def _finish_alignment(last_costs: Floats) -> float:
    """Return the cost of the best alignment; at the end, the last sound may be left out."""
    skipped_cost = last_costs[-2] + _SKIP_COST if len(last_costs) > 1 else _IMPOSSIBLE
    return float(min(last_costs[-1], skipped_cost))
