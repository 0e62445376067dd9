"""Scores candidates with an ensemble of small message-passing nets, evaluated by NumPy alone.

Each candidate of each quotation has a vector. A layer updates it with messages from the vectors of
the same person at the four quotations before and after, and with summaries of the likeliest
speakers here and nearby, as estimated so far. From these, the nets learn patterns such as
alternation and answers, in both directions. The ensemble averages several nets that were trained
from different random initialisations.

`benchmarks/_attribution_net.py` contains the same net in torch, for training.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.features.feature_table import COLUMN_NAMES
from narrator.cache.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.features.feature_table import FeatureBatches, FeatureTable

    Array = NDArray[np.float32]

NEIGHBOUR_OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
"""Relative positions of the quotations from which a candidate receives messages."""
BELIEF_OFFSETS = (-2, -1, 1, 2)
"""Relative positions of the quotations whose speaker summaries a candidate receives."""
MESSAGE_WEIGHTS = (0.25, 2.0)
"""Base and slope of a message's weight, `base + slope * belief`.

The belief is the estimated probability that the person speaks the quotation.
"""
SUMMARY_SCALE = 4
"""Factor on the speaker summary, which is an average and so smaller than a single vector."""
MAX_INPUT = 4.0
"""Standardised features are clipped to plus or minus this many standard deviations."""
_MAX_WINDOW = 512
"""Maximum number of quotations to evaluate at once, which limits the memory."""
_MIN_WINDOW = 96
"""Minimum number of quotations to evaluate at once, if there are so many.

The neighbours on both sides are evaluated too; for smaller windows they would dominate the cost.
"""
_IMPOSSIBLE_SCORE = np.float32(-1e4)
"""Score of a slot without a candidate: finite, but low enough for a probability of 0."""
_MIN_PROBABILITY = np.float32(1e-5)
"""Lower bound of probabilities in calibration."""
_NORM_EPSILON = np.float32(1e-5)
"""Added to variances, as in torch's layer normalisation."""
_WEIGHTS_FILE = "weights.npz"


def find_neighbour_slots(candidate_persons: NDArray[np.int32]) -> NDArray[np.int64]:
    """Find the slot of the same person in each neighbouring quotation.

    Args:
        candidate_persons: shape (quotations, candidates): person indices, -1 in empty slots.

    Returns:
        Shape (quotations, candidates, offsets), with the offsets of `NEIGHBOUR_OFFSETS`: the
        person's slot in that quotation; equal to the number of slots if the person is not there.
    """
    count, width = candidate_persons.shape
    slots = np.full((count, width, len(NEIGHBOUR_OFFSETS)), width, dtype=np.int64)
    for column, offset in enumerate(NEIGHBOUR_OFFSETS):
        # Range of the quotations that have a neighbour at this offset.
        start, end = max(0, -offset), count - max(0, offset)
        if end <= start:
            continue
        persons = candidate_persons[start:end]
        neighbours = candidate_persons[start + offset : end + offset]
        # Shape (quotations, candidates, candidates of the neighbour).
        is_same = (persons[:, :, None] == neighbours[:, None, :]) & (persons[:, :, None] >= 0)
        slots[start:end, :, column] = np.where(is_same.any(axis=2), is_same.argmax(axis=2), width)
    return slots


def find_neighbour_slots_of_rows(
    candidate_persons: NDArray[np.int32], start: int, end: int
) -> NDArray[np.int64]:
    """Return a range of rows of what `find_neighbour_slots` returns for the whole array."""
    first = max(0, start - max(NEIGHBOUR_OFFSETS))
    nearby = candidate_persons[first : end + max(NEIGHBOUR_OFFSETS)]
    return find_neighbour_slots(nearby)[start - first : end - first]


@dataclass(frozen=True, slots=True)
class Window:
    """The input of the nets: consecutive quotations, with the neighbours that influence them."""

    inputs: Array
    """Shape (quotations, candidates, columns): standardised features; zeros in empty slots."""
    neighbour_slots: NDArray[np.int64]
    """As returned by `find_neighbour_slots`."""
    mask: NDArray[np.bool_]
    """Shape (quotations, candidates): whether a slot holds a candidate."""
    scored_start: int
    """Row of the first quotation to score; those before it only send messages."""
    scored_end: int
    """Row after the last quotation to score."""

    def compute_key(self) -> str:
        """Return a memo key: a hash of everything but the weights that affects the result."""
        digest = _hash_arrays(self.inputs, self.neighbour_slots, self.mask)
        return f"{digest} {self.scored_start} {self.scored_end}"

    def find_neighbour_rows(self) -> NDArray[np.int64]:
        """Find the message row of the same person in each neighbouring quotation.

        The message of a candidate has the row `quotation * candidates + slot`.

        Returns:
            Shape (quotations * candidates, offsets). Where the person is not a candidate, the row
            after the last one, which is all zeros.
        """
        count, width, _ = self.neighbour_slots.shape
        # Shape (quotations, offsets): row of the first slot of each neighbouring quotation.
        first_rows = (np.arange(count)[:, None] + NEIGHBOUR_OFFSETS) * width
        rows = first_rows[:, None] + self.neighbour_slots
        rows[self.neighbour_slots == width] = count * width
        neighbours: NDArray[np.int64] = rows.reshape(count * width, -1)
        return neighbours

    def iterate_receptive_fields(self, layer_count: int) -> Iterator[tuple[int, int]]:
        """Yield the range of quotations (start, end) that each layer must update, layer by layer.

        Each layer needs fewer of the neighbours around the scored quotations than the one before.
        """
        for layers_left in range(layer_count - 1, -1, -1):
            reach = layers_left * max(NEIGHBOUR_OFFSETS)
            yield max(0, self.scored_start - reach), min(len(self.inputs), self.scored_end + reach)


@dataclass(frozen=True, slots=True)
class ScoringNet:
    """A neural net of the ensemble, which scores the candidates of a window."""

    weights: Mapping[str, Array]
    """Arrays by name, such as `layers.0.update.weight`; matrices of shape (inputs, outputs)."""
    layer_count: int

    def score_candidates(self, window: Window, neighbours: NDArray[np.int64]) -> Array:
        """Return the score (logit) of each candidate.

        Args:
            window: quotations with their neighbours.
            neighbours: as returned by `window.find_neighbour_rows()`.

        Returns:
            Shape (scored quotations, candidates).
        """
        hidden = self._apply_linear("input_hidden", window.inputs)
        # Shape (quotations, candidates, vector size); the layers update it in place.
        vectors = self._apply_linear("input_output", np.maximum(hidden, 0, out=hidden))
        for layer, updated in enumerate(window.iterate_receptive_fields(self.layer_count)):
            self._apply_layer(f"layers.{layer}", vectors, window.mask, neighbours, updated)
        scored = slice(window.scored_start, window.scored_end)
        scores = self._apply_linear("output", vectors[scored])[..., 0]
        return np.where(window.mask[scored], scores, _IMPOSSIBLE_SCORE)

    def _apply_linear(self, name: str, inputs: Array) -> Array:
        outputs: Array = inputs @ self.weights[f"{name}.weight"]
        bias = self.weights.get(f"{name}.bias")
        return outputs if bias is None else np.add(outputs, bias, out=outputs)

    def _apply_layer(
        self,
        name: str,
        vectors: Array,
        mask: NDArray[np.bool_],
        neighbours: NDArray[np.int64],
        updated: tuple[int, int],
    ) -> None:
        """Update the vectors of a range of quotations in place.

        Args:
            name: prefix of the layer's weights.
            vectors: shape (quotations, candidates, vector size).
            mask: shape (quotations, candidates): whether a slot holds a candidate.
            neighbours: as returned by `Window.find_neighbour_rows`.
            updated: range of quotations (start, end) to update.
        """
        (start, end), (count, width, size) = updated, vectors.shape
        # The senders are the quotations from `low` to `high`, whose messages reach the range.
        low, high = max(0, start - max(NEIGHBOUR_OFFSETS)), min(count, end + max(NEIGHBOUR_OFFSETS))
        # Shape (senders, candidates, 1): this layer's estimate of who speaks each quotation.
        scores = self._apply_linear(f"{name}.belief", vectors[low:high])[..., 0]
        belief = softmax(np.where(mask[low:high], scores, _IMPOSSIBLE_SCORE))[..., None]
        normal = self._normalise_layer(f"{name}.norm", vectors[low:high])
        # Shape (rows + 1, size): the message of each candidate. The last row stays zero: neighbours
        # without the person refer to it.
        base, slope = MESSAGE_WEIGHTS
        messages = np.zeros((count * width + 1, size), np.float32)
        messages[low * width : high * width] = (normal * (base + slope * belief)).reshape(-1, size)
        # Shape (updated rows, offsets, size): the messages that each updated candidate receives.
        # Concatenating them gives each offset separate weights.
        received = messages.take(neighbours[start * width : end * width], axis=0)
        mixed = self._apply_linear(
            f"{name}.messages", received.reshape(-1, len(NEIGHBOUR_OFFSETS) * size)
        ).reshape(-1, width, size)
        inner = slice(start - low, end - low)  # the updated quotations among the senders
        mixed += normal[inner]
        # Shape (senders, size): the speaker summary, the mean of the candidates' vectors weighted
        # by belief.
        summary: Array = SUMMARY_SCALE * np.matmul(belief.swapaxes(1, 2), normal)[:, 0]
        mixed += self._combine_summaries(name, summary)[inner, None]
        hidden = self._apply_linear(f"{name}.hidden", mixed)
        vectors[start:end] += self._apply_linear(
            f"{name}.update", np.maximum(hidden, 0, out=hidden)
        )

    def _combine_summaries(self, name: str, summary: Array) -> Array:
        """Combine the speaker summaries of each quotation and its neighbours.

        Args:
            name: prefix of the layer's weights.
            summary: shape (quotations, vector size): the speaker summary of each quotation.

        Returns:
            Shape (quotations, vector size): what is added to all candidates of a quotation.
        """
        nearby = np.concatenate(
            [_shift_rows(summary, offset) for offset in BELIEF_OFFSETS], axis=-1
        )
        mixed: Array = self._apply_linear(f"{name}.nearby_speakers", nearby) + self._apply_linear(
            f"{name}.speaker", summary
        )
        return mixed

    def _normalise_layer(self, name: str, vectors: Array) -> Array:
        """Apply layer normalisation (Ba, Kiros and Hinton 2016) over the last axis."""
        # A mean is computed as a product with a vector of 1 / size, which is faster than `mean`.
        average = np.full((vectors.shape[-1], 1), 1 / vectors.shape[-1], np.float32)
        centred: Array = vectors - vectors @ average
        variance = np.square(centred) @ average
        centred /= np.sqrt(variance + _NORM_EPSILON)
        centred *= self.weights[f"{name}.weight"]
        return np.add(centred, self.weights[f"{name}.bias"], out=centred)


def _shift_rows(rows: Array, offset: int) -> Array:
    """Return an array whose row i is row i + offset of the input, or zeros if there is none."""
    shifted = np.zeros_like(rows)
    start, end = max(0, -offset), len(rows) - max(0, offset)
    if end > start:
        shifted[start:end] = rows[start + offset : end + offset]
    return shifted


def softmax(scores: Array) -> Array:
    """Convert scores to probabilities along the last axis."""
    # Subtracting the maximum does not change the result, but keeps `exp` from overflowing.
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def calibrate(
    probabilities: Array, mask: NDArray[np.bool_], label_smoothing: float, temperature: float
) -> Array:
    """Calibrate the probabilities of the nets: undo label smoothing, then scale by temperature.

    Calibrated probabilities match the share of right answers.

    Args:
        probabilities: shape (quotations, candidates); each row adds up to 1.
        mask: shape (quotations, candidates): whether a slot holds a candidate.
        label_smoothing: the share of each training target that was spread evenly over all
            candidates (C. Szegedy et al., Rethinking the Inception Architecture for Computer
            Vision, 2016). It makes the nets less certain, and is subtracted here.
        temperature: divides the log probabilities (C. Guo et al., On Calibration of Modern Neural
            Networks, 2017); above 1, it makes the probabilities more even.
    """
    candidate_counts = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    # The lower bound keeps the base of the power below positive.
    unsmoothed = np.maximum(
        probabilities - np.float32(label_smoothing) / candidate_counts, _MIN_PROBABILITY
    )
    # exp(log(p) / temperature) equals p ** (1 / temperature). Each row is normalised afterwards.
    powers = np.where(mask, unsmoothed ** np.float32(1 / temperature), 0).astype(np.float32)
    calibrated: Array = powers / np.maximum(powers.sum(axis=1, keepdims=True), _MIN_PROBABILITY)
    return calibrated


@dataclass(frozen=True, slots=True)
class NetEnsemble:
    """Several nets, with the constants for standardising inputs and calibrating outputs."""

    feature_means: Array
    """Shape (columns,): mean of each feature in the training data."""
    feature_scales: Array
    """Shape (columns,): standard deviation of each feature in the training data."""
    nets: tuple[ScoringNet, ...]
    label_smoothing: float
    """The value used in training; see `calibrate`."""
    temperature: float
    """Fitted to novels by authors left out of training; see `calibrate`."""

    def estimate_probabilities(
        self,
        features: FeatureTable | FeatureBatches,
        chapter_starts: Iterable[int] = (),
        memo: Memo | None = None,
    ) -> Array:
        """Return the probability that each candidate speaks; shape (quotations, candidates).

        Args:
            features: the features of all quotations of a book.
            chapter_starts: indices of the first quotations of chapters. Windows start there, so
                after a change in one chapter, the memo still holds the results of the others.
            memo: cached results of an earlier run.
        """
        get_or_compute = (memo or Memo()).get_or_compute
        probabilities = np.zeros(features.candidate_persons.shape, dtype=np.float32)
        for start, end, window in self._cut_windows(features, chapter_starts):
            values = get_or_compute(
                "speaker probabilities", window.compute_key(), partial(self._score_window, window)
            )
            probabilities[start:end] = np.frombuffer(values, np.float32).reshape(end - start, -1)
        return probabilities

    def _cut_windows(
        self, features: FeatureTable | FeatureBatches, chapter_starts: Iterable[int]
    ) -> Iterator[tuple[int, int, Window]]:
        """Yield the windows of a book, each with the range of quotations that it scores."""
        persons = features.candidate_persons
        reach = max(NEIGHBOUR_OFFSETS) * self.nets[0].layer_count
        mask = persons >= 0
        for start, end in split_at_chapters(len(persons), chapter_starts):
            low, high = max(0, start - reach), min(len(persons), end + reach)
            inputs = (features.read_rows(low, high) - self.feature_means) / self.feature_scales
            # Outliers, such as the counts of the leads in a very long book, would mislead the nets.
            np.clip(inputs, -MAX_INPUT, MAX_INPUT, out=inputs)
            inputs[~mask[low:high]] = 0
            slots = find_neighbour_slots_of_rows(persons, low, high)
            window = Window(inputs, slots, mask[low:high], start - low, end - low)
            yield start, end, window

    def _score_window(self, window: Window) -> bytes:
        """Return the calibrated probabilities of the scored quotations, as float32 bytes."""
        neighbours = window.find_neighbour_rows()

        def compute_logs(net: ScoringNet) -> Array:
            logs: Array = np.log(softmax(net.score_candidates(window, neighbours)) + 1e-7)
            return logs

        # Threads run in parallel, because NumPy releases the interpreter lock while it computes.
        with ThreadPoolExecutor(min(len(self.nets), os.cpu_count() or 1)) as threads:
            log_probabilities = list(threads.map(compute_logs, self.nets))
        mask = window.mask[window.scored_start : window.scored_end]
        # Shape (nets, quotations, candidates). The mean of the logs is the log of the geometric
        # mean of the probabilities.
        stacked = np.asarray(log_probabilities, np.float32)
        averaged = np.where(mask, stacked.mean(axis=0), _IMPOSSIBLE_SCORE)
        calibrated = calibrate(softmax(averaged), mask, self.label_smoothing, self.temperature)
        return calibrated.tobytes()


def split_at_chapters(count: int, chapter_starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield ranges of quotations (start, end) that cover a book, split where chapters start.

    Chapters with fewer quotations than `_MIN_WINDOW` are joined with the next, and ranges longer
    than `_MAX_WINDOW` are split.
    """
    start = 0
    for end in (*chapter_starts, count):
        if end - start < _MIN_WINDOW and end < count:
            continue
        for first in range(start, end, _MAX_WINDOW):
            yield first, min(first + _MAX_WINDOW, end)
        start = end


def _hash_arrays(*arrays: NDArray[np.generic]) -> str:
    """Return a hexadecimal hash of the shapes, types and values of arrays."""
    state = hashlib.blake2b(digest_size=16)
    for array in arrays:
        state.update(repr((array.shape, array.dtype.str)).encode())
        state.update(np.ascontiguousarray(array).data)
    return state.hexdigest()


@cache
def load_ensemble() -> NetEnsemble:
    """Load the ensemble that comes with the package."""
    path = files("narrator.attribution") / _WEIGHTS_FILE
    with path.open("rb") as file, np.load(file) as arrays:
        return ensemble_from_arrays({name: arrays[name] for name in arrays.files})


def ensemble_from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> NetEnsemble:
    """Build an ensemble from the arrays of a weights file.

    Raises:
        ValueError: the nets were trained on other columns than those the code computes.
    """
    _require_same_columns([str(name) for name in arrays["column_names"]])
    nets = tuple(
        ScoringNet(
            {
                name.split(":", 1)[1]: array.astype(np.float32)
                for name, array in arrays.items()
                if name.startswith(f"{number}:")
            },
            int(arrays["layer_count"]),
        )
        for number in range(int(arrays["net_count"]))
    )
    return NetEnsemble(
        arrays["feature_means"].astype(np.float32),
        arrays["feature_scales"].astype(np.float32),
        nets,
        float(arrays["label_smoothing"]),
        float(arrays["temperature"]),
    )


def _require_same_columns(trained_names: Sequence[str]) -> None:
    """Raise ValueError unless the columns are those of the training, in the same order.

    The nets read columns by position, so another order would give wrong results without an error.
    """
    for index, (trained, computed) in enumerate(zip_longest(trained_names, COLUMN_NAMES)):
        if trained != computed:
            raise ValueError(
                f"{_WEIGHTS_FILE} does not fit the features: column {index} is {trained!r} in the "
                f"file and {computed!r} in the code; train again, as docs/attribution.md describes"
            )
