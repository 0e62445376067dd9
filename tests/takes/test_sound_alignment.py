"""Alignments are computed from both ends at once, and give what one from the start gives."""

import numpy as np
import pytest

from narrator.takes.sound_alignment import measure_fit, measure_repetition
from narrator.takes.sound_frames import SoundFrames
from narrator.takes.usual_sounds import USUAL_DEVIATIONS, USUAL_MEANS

RATE = 24000
FRAMES_PER_STEP = 3
MEANS = np.array(USUAL_MEANS, np.float32) + np.array([-5, 6.5, 0, 0, 0, 0, 0, 0], np.float32)
"""How a voice makes the classes of sounds: its loudest are 5 dB above their mean, of 665 Hz."""


def make_frames(step_count: int, seed: int) -> SoundFrames:
    """Return frames of noise, all of which count as speech."""
    generator = np.random.default_rng(seed)
    return SoundFrames(
        generator.uniform(-30, -10, step_count * FRAMES_PER_STEP).astype(np.float32),
        generator.uniform(0.001, 1, step_count * FRAMES_PER_STEP).astype(np.float32),
        generator.normal(0, 20, (step_count * FRAMES_PER_STEP, 6)).astype(np.float32),
    )


def say_classes(classes: list[int]) -> SoundFrames:
    """Return frames in which each class is heard for two steps, as `MEANS` describe it."""
    features = MEANS[np.repeat(classes, 2 * FRAMES_PER_STEP)]
    angles = 2 * np.pi * np.exp(features[:, 1]) / RATE
    return SoundFrames(features[:, 0] - 20, 2 - 2 * np.cos(angles), features[:, 2:])


def cost_steps(frames: SoundFrames) -> np.ndarray:
    """Return the cost of each step in each class, from the definition: shape (steps, classes)."""
    loud_db = np.sort(frames.levels_db)[int(0.95 * (len(frames.levels_db) - 1))]
    levels = np.clip(frames.levels_db - loud_db, -38, 5)
    hertz = np.maximum(np.arccos(1 - frames.brightness / 2) / (2 * np.pi) * RATE, 100)
    features = np.column_stack([levels, np.log(hertz), frames.cepstra])
    steps = features.reshape(-1, FRAMES_PER_STEP, features.shape[1]).mean(axis=1)
    deviations = np.array(USUAL_DEVIATIONS)
    squares = ((steps[:, None] - MEANS) / deviations) ** 2
    spread = np.log(deviations / deviations.mean(axis=0)).sum(axis=1)
    return np.minimum(squares.sum(axis=2) / 2 + spread, 30)


def align_from_start(costs: np.ndarray) -> np.ndarray:
    """Return the least cost up to each step, by its sound, one step and sound after the other."""
    table = np.full(costs.shape, np.inf)
    table[0, :2] = costs[0, :2] + np.array([0, 1])[: costs.shape[1]]
    for step in range(1, len(costs)):
        for sound in range(costs.shape[1]):
            before = [table[step - 1, sound]]
            if sound >= 1:
                before.append(table[step - 1, sound - 1])
            if sound >= 2:
                before.append(table[step - 1, sound - 2] + 1)
            table[step, sound] = min(before) + costs[step, sound]
    return table


def finish(last_costs: np.ndarray) -> float:
    return float(min([last_costs[-1], *(last_costs[-2:-1] + 1)]))


@pytest.mark.parametrize(
    ("step_count", "sound_count"), [(1, 1), (1, 2), (2, 1), (2, 3), (7, 5), (8, 15), (61, 20)]
)
def test_the_misfit_is_that_of_the_best_alignment(step_count: int, sound_count: int) -> None:
    frames = make_frames(step_count, seed=step_count)
    sounds = np.random.default_rng(sound_count).integers(0, 13, sound_count)
    class_costs = cost_steps(frames)
    fit = measure_fit(frames, RATE, tuple(sounds), MEANS)
    assert fit.strangeness == pytest.approx(class_costs.min(axis=1).mean(), rel=1e-4)
    aligned = finish(align_from_start(class_costs[:, sounds])[-1]) / step_count
    assert fit.misfit + fit.strangeness == pytest.approx(aligned, rel=1e-4)


def test_the_repetition_is_what_saying_a_part_twice_saves() -> None:
    sounds = [3, 10, 0, 7, 12, 4, 8, 1, 5, 9]
    frames = say_classes(sounds[:7] + sounds[2:])
    costs = cost_steps(frames)[:, sounds]
    until, after = align_from_start(costs), align_from_start(costs[::-1, ::-1])[::-1, ::-1]
    repeated = min(
        until[step, sound] + after[step + 1, : sound - 1].min()
        for step in range(len(costs) - 1)
        for sound in range(2, costs.shape[1])
    )
    expected = finish(until[-1]) - repeated
    assert expected > 40
    assert measure_repetition(frames, RATE, sounds, MEANS) == pytest.approx(expected, rel=1e-3)
