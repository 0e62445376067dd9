"""Weighs the clues: forests in a row, each reading what the one before thought of the talk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.context import conversation
from narrator.attribution.forest import Forest, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.attribution.features import Situation


@dataclass(frozen=True, slots=True)
class Judge:
    """The stages, and what calibrates their last word."""

    stages: tuple[Forest, ...]
    heat: float
    """Scores of the last stage are divided by this before they become chances."""

    def chances(self, situation: Situation) -> NDArray[np.float32]:
        """For each row of the situation, the chance that its candidate speaks."""
        rows, groups = situation.rows, situation.quotation
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        scores = self.stages[0].score(rows)
        for stage in self.stages[1:]:
            guess = softmax(scores, groups)
            scores = stage.score(np.hstack([rows, conversation(situation, guess)]))
        return softmax(scores / np.float32(self.heat), groups)


@cache
def judge() -> Judge:
    """The judge whose weights `benchmarks/train_attribution.py` made."""
    path = files("narrator.attribution") / "weights.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        stages = int(arrays["stages"])
        forests = tuple(Forest.read(arrays, stage) for stage in range(stages))
        return Judge(forests, float(arrays["heat"]))
