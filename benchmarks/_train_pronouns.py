"""Fits the weights of the pronoun model, and measures it on unseen authors.

    python -m benchmarks._train_pronouns

writes `narrator/attribution/pronoun_weights.toml`. The training data are the tags of annotated
novels whose subject is "he" or "she": the speaker is the person that the pronoun means. The model
is a conditional logit: the probability of a candidate is proportional to the exponential of the
weighted sum of the features.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks import _novels
from narrator.attribution.coreference.antecedents import MENTION_FEATURES, TAG_FEATURES
from narrator.attribution.pronoun_model import find_antecedents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import SimpleNamespace

    from numpy.typing import NDArray

WEIGHTS_PATH = Path(__file__).parents[1] / "narrator" / "attribution" / "pronoun_weights.toml"
FEATURE_NAMES = (*MENTION_FEATURES, *TAG_FEATURES)
STEP_COUNT, STEP_SIZE, PENALTY = 600, 0.05, 1.0
"""Steps of Adam (Kingma and Ba 2015), their size, and the weight of the squared weights."""
DECAYS = (0.9, 0.99)
MIN_SCALE = 1e-3
"""Added to standard deviations, which may be 0."""


class TagSample(NamedTuple):
    """The candidates of the pronoun of one tag."""

    features: NDArray[np.float64]
    """Shape (candidates, features)."""
    is_right: NDArray[np.bool_]
    """Shape (candidates,): whether each is the speaker."""


def list_samples(novel: _novels.AnnotatedNovel, scorer: SimpleNamespace) -> list[TagSample]:
    """Return the samples of a novel."""
    speakers, _ = _novels.match_quotations(novel)
    characters = _novels.match_characters(novel, speakers, scorer)
    samples = []
    for quotation, persons, features in find_antecedents(novel.context):
        if quotation in speakers:
            is_right = [characters.get(person) == speakers[quotation] for person in persons]
            samples.append(TagSample(features, np.array(is_right)))
    return samples


def fit_weights(samples: Sequence[TagSample]) -> NDArray[np.float64]:
    """Return the weights with the greatest likelihood, less a penalty for large ones."""
    usable = [sample for sample in samples if sample.is_right.any()]
    rows = np.concatenate([sample.features for sample in usable])
    right = np.concatenate([sample.is_right for sample in usable])
    scales = rows.std(axis=0) + MIN_SCALE
    rows = (rows - rows.mean(axis=0)) / scales
    starts = np.cumsum([0, *(len(sample.is_right) for sample in usable)])[:-1]
    sizes = np.array([len(sample.is_right) for sample in usable])
    weights = first = second = np.zeros(len(FEATURE_NAMES))
    for step in range(1, STEP_COUNT + 1):
        scores = rows @ weights
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        expected = powers / np.repeat(np.add.reduceat(powers, starts), sizes)
        of_right = expected * right
        observed = of_right / np.repeat(np.add.reduceat(of_right, starts), sizes)
        gradient = (rows.T @ (expected - observed) + PENALTY * weights) / len(usable)
        first = DECAYS[0] * first + (1 - DECAYS[0]) * gradient
        second = DECAYS[1] * second + (1 - DECAYS[1]) * gradient**2
        mean, variance = first / (1 - DECAYS[0] ** step), second / (1 - DECAYS[1] ** step)
        weights = weights - STEP_SIZE * mean / (np.sqrt(variance) + 1e-8)
    rounded: NDArray[np.float64] = np.round(weights / scales, 3)
    return rounded


def count_right(samples: Iterable[TagSample], weights: NDArray[np.float64]) -> tuple[int, int]:
    """Return the number of samples whose likeliest candidate is right, and of all."""
    results = [s.is_right[int((s.features @ weights).argmax())] for s in samples]
    return int(sum(results)), len(results)


def main() -> None:
    """Measure the model on each author, with weights fitted to the others; write the weights."""
    scorer, samples = _novels.load_scorer(), defaultdict[str, list[TagSample]](list)
    for folder in _novels.list_novel_folders():
        novel = _novels.load_novel(folder, scorer)
        samples[_novels.find_author(folder.name)] += list_samples(novel, scorer)
    totals = np.zeros(2, int)
    for author, own in samples.items():
        others = [s for other, theirs in samples.items() if other != author for s in theirs]
        counts = count_right(own, fit_weights(others))
        totals += counts
        print(f"{author:30} {counts[0]:5} of {counts[1]:5}")
    print(f"{'unseen authors':30} {totals[0]:5} of {totals[1]:5} {totals[0] / totals[1]:.1%}")
    weights = fit_weights([s for own in samples.values() for s in own])
    lines = [f"{name} = {weight}" for name, weight in zip(FEATURE_NAMES, weights, strict=True)]
    heading = "# Weights of the pronoun model (see coreference/antecedents.py)."
    WEIGHTS_PATH.write_text("\n".join([heading, *lines, ""]), "utf-8")


if __name__ == "__main__":
    main()
