"""Weighs the clues: a small net that reads a whole conversation at once, evaluated by numpy alone.

Each quotation has a row of candidates, each candidate a vector. A layer lets a vector hear the same
person's vectors at the four quotations before and after, and hear whom the net, so far, believes to
speak here and nearby. So alternation, answers and absences are learned, in both directions, instead
of being ruled line by line. Several nets, trained from different beginnings, are averaged.

`benchmarks/_attribution_net.py` is the same net, for training.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from narrator.cache.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from narrator.attribution.features.columns import FeatureTable

    Array = NDArray[np.float32]

NEIGHBOUR_OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
"""The quotations whose vectors of the same person are heard."""
BELIEF_OFFSETS = (-2, -1, 1, 2)
"""The quotations of which the belief is heard."""
_CHUNK = 512
"""Quotations evaluated at once, at most, which bounds the memory."""
_LEAST = 96
"""At least, as their neighbours cost as much as they do."""
_IMPOSSIBLE = np.float32(-1e4)
_LEAST_CHANCE = np.float32(1e-5)


def align_candidates(persons: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where each candidate stands among the candidates of the neighbours.

    Args:
        persons: quotations x candidates, -1 where there is none.

    Returns:
        Quotations x candidates x `OFFSETS`: the place in the other row, or the number of
        candidates where the person is not weighed there.
    """
    count, width = persons.shape
    places = np.full((count, width, len(NEIGHBOUR_OFFSETS)), width, dtype=np.int64)
    for column, offset in enumerate(NEIGHBOUR_OFFSETS):
        begin, end = max(0, -offset), count - max(0, offset)
        if end <= begin:
            continue
        here, there = persons[begin:end], persons[begin + offset : end + offset]
        same = (here[:, :, None] == there[:, None, :]) & (here[:, :, None] >= 0)
        places[begin:end, :, column] = np.where(same.any(axis=2), same.argmax(axis=2), width)
    return places


@dataclass(frozen=True, slots=True)
class Window:
    """Some quotations as the nets read them, with those around that their layers can hear."""

    inputs: Array
    """Quotations x candidates x columns, standardised; zeros where there is no candidate."""
    aligned_slots: NDArray[np.int64]
    """As `alignment` tells."""
    mask: NDArray[np.bool_]
    """Quotations x candidates: whether there is a candidate."""
    scored_start: int
    """The first quotation that is asked about; those before it are only heard."""
    scored_end: int
    """The one after the last that is asked about."""

    def compute_key(self) -> str:
        """A name for all that the chances follow from."""
        return (
            _digest(self.inputs, self.aligned_slots, self.mask)
            + f" {self.scored_start} {self.scored_end}"
        )

    def index_neighbours(self) -> NDArray[np.int64]:
        """Candidates x `OFFSETS`: where the same person stands among all the piece's candidates.

        They are counted through; one more than there are where the person is not weighed.
        """
        count, width, _ = self.aligned_slots.shape
        first = (np.arange(count)[:, None] + NEIGHBOUR_OFFSETS) * width
        there = first[:, None] + self.aligned_slots
        there[self.aligned_slots == width] = count * width
        found: NDArray[np.int64] = there.reshape(count * width, -1)
        return found

    def receptive_fields(self, layers: int) -> Iterator[tuple[int, int]]:
        """The quotations that each layer is asked about: fewer and fewer, as the rest is heard."""
        for left in range(layers - 1, -1, -1):
            reach = left * max(NEIGHBOUR_OFFSETS)
            yield max(0, self.scored_start - reach), min(len(self.inputs), self.scored_end + reach)


@dataclass(frozen=True, slots=True)
class ScoringNet:
    """One net's weights, by the name of the layer."""

    weights: Mapping[str, Array]
    layers: int

    def score_candidates(self, window: Window, neighbours: NDArray[np.int64]) -> Array:
        """Quotations that are asked about x candidates: the higher, the likelier.

        Args:
            piece: a piece of a book.
            neighbours: those of the piece.
        """
        hidden = self._linear("inp.0", window.inputs)
        vectors = self._linear("inp.3", np.maximum(hidden, 0, out=hidden))
        for layer, (begin, end) in enumerate(window.receptive_fields(self.layers)):
            self._layer(f"layers.{layer}", vectors, window.mask, neighbours, (begin, end))
        asked = slice(window.scored_start, window.scored_end)
        scores = self._linear("out", vectors[asked])[..., 0]
        return np.where(window.mask[asked], scores, _IMPOSSIBLE)

    def _linear(self, name: str, x: Array) -> Array:
        result: Array = x @ self.weights[f"{name}.weight"]
        bias = self.weights.get(f"{name}.bias")
        return result if bias is None else np.add(result, bias, out=result)

    def _layer(
        self,
        name: str,
        vectors: Array,
        weighed: NDArray[np.bool_],
        neighbours: NDArray[np.int64],
        felt: tuple[int, int],
    ) -> None:
        """Let the vectors of some quotations hear those around them; these alone are changed."""
        (begin, end), (count, width, size) = felt, vectors.shape
        low, high = max(0, begin - max(NEIGHBOUR_OFFSETS)), min(count, end + max(NEIGHBOUR_OFFSETS))
        scores = self._linear(f"{name}.u", vectors[low:high])[..., 0]
        belief = softmax(np.where(weighed[low:high], scores, _IMPOSSIBLE))[..., None]
        normal = self._normal(f"{name}.ln", vectors[low:high])
        told = np.zeros((count * width + 1, size), np.float32)  # and one who says nothing
        told[low * width : high * width] = (normal * (0.25 + 2 * belief)).reshape(-1, size)
        ears = told.take(neighbours[begin * width : end * width], axis=0)
        heard = self._linear(f"{name}.m", ears.reshape(-1, len(NEIGHBOUR_OFFSETS) * size))
        inner = slice(begin - low, end - low)
        mixed = heard.reshape(-1, width, size)
        mixed += normal[inner]
        pooled: Array = 4 * np.matmul(belief.swapaxes(1, 2), normal)[:, 0]
        mixed += self._shared(name, pooled)[inner, None]
        hidden = self._linear(f"{name}.a", mixed)
        vectors[begin:end] += self._linear(f"{name}.b", np.maximum(hidden, 0, out=hidden))

    def _shared(self, name: str, pooled: Array) -> Array:
        """What all candidates of a quotation hear: who is believed to speak here and nearby."""
        around = np.concatenate([_shifted(pooled, offset) for offset in BELIEF_OFFSETS], axis=-1)
        shared: Array = self._linear(f"{name}.n", around) + self._linear(f"{name}.c", pooled)
        return shared

    def _normal(self, name: str, x: Array) -> Array:
        evenly = np.full((x.shape[-1], 1), 1 / x.shape[-1], np.float32)
        centred: Array = x - x @ evenly
        spread = np.square(centred) @ evenly
        centred /= np.sqrt(spread + np.float32(1e-5))
        centred *= self.weights[f"{name}.weight"]
        return np.add(centred, self.weights[f"{name}.bias"], out=centred)


def _shifted(rows: Array, offset: int) -> Array:
    """Row i of the result is row i + offset; zeros beyond the ends."""
    result = np.zeros_like(rows)
    begin, end = max(0, -offset), len(rows) - max(0, offset)
    if end > begin:
        result[begin:end] = rows[begin + offset : end + offset]
    return result


def softmax(scores: Array) -> Array:
    """Scores to chances, along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Array = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def calibrate(
    probabilities: Array, mask: NDArray[np.bool_], label_smoothing: float, temperature: float
) -> Array:
    """Chances that come true as often as they say, from those that the nets give.

    Args:
        chances: quotations x candidates; those of a quotation add up to one.
        weighed: quotations x candidates: whether there is a candidate.
        doubt: the share that the nets were taught to spread over all candidates; it is taken back.
        heat: the logarithms are divided by this (C. Guo et al., On Calibration of Modern Neural
            Networks, 2017).
    """
    many = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    sure = np.maximum(probabilities - np.float32(label_smoothing) / many, _LEAST_CHANCE)
    raised = np.where(mask, sure ** np.float32(1 / temperature), 0).astype(np.float32)
    result: Array = raised / np.maximum(raised.sum(axis=1, keepdims=True), _LEAST_CHANCE)
    return result


@dataclass(frozen=True, slots=True)
class NetEnsemble:
    """The nets, and how their word becomes a chance."""

    feature_means: Array
    feature_scales: Array
    nets: tuple[ScoringNet, ...]
    label_smoothing: float
    """The share of each chance that the nets were taught to spread over all candidates."""
    temperature: float
    """What makes the chances honest; see `honest`."""

    def estimate_probabilities(
        self, features: FeatureTable, chapter_starts: Iterable[int] = (), memo: Memo | None = None
    ) -> Array:
        """Quotations x candidates: the chance of each to be the speaker.

        Args:
            features: of all quotations.
            chapters: the quotations that are the first of a chapter; the rest of a book is judged
                in the same pieces after one chapter has changed.
            draft: what was found before.
        """
        known = (memo or Memo()).get_or_compute
        chances = np.zeros(features.candidate_persons.shape, dtype=np.float32)
        for begin, end, piece in self._pieces(features, chapter_starts):
            found = known("chances", piece.compute_key(), partial(self._weighed, piece))
            chances[begin:end] = np.frombuffer(found, np.float32).reshape(end - begin, -1)
        return chances

    def _pieces(
        self, features: FeatureTable, chapters: Iterable[int]
    ) -> Iterator[tuple[int, int, Window]]:
        """The pieces of a book, and the range of the quotations that each is asked about."""
        persons, reach = features.candidate_persons, max(NEIGHBOUR_OFFSETS) * self.nets[0].layers
        places, weighed = align_candidates(persons), persons >= 0
        for begin, end in split_into_ranges(len(persons), chapters):
            low, high = max(0, begin - reach), min(len(persons), end + reach)
            values = (features.values[low:high] - self.feature_means) / self.feature_scales
            np.clip(values, -4, 4, out=values)
            values[~weighed[low:high]] = 0
            heard = values, places[low:high], weighed[low:high]
            yield begin, end, Window(*heard, begin - low, end - low)

    def _weighed(self, piece: Window) -> bytes:
        """The chances of what a piece is asked about.

        The nets are asked at once, by threads, as numpy lets go of the interpreter.
        """
        neighbours = piece.index_neighbours()

        def logs(net: ScoringNet) -> Array:
            found: Array = np.log(softmax(net.score_candidates(piece, neighbours)) + 1e-7)
            return found

        with ThreadPoolExecutor(min(len(self.nets), os.cpu_count() or 1)) as threads:
            every = list(threads.map(logs, self.nets))
        weighed = piece.mask[piece.scored_start : piece.scored_end]
        averaged = np.where(weighed, np.asarray(every, np.float32).mean(axis=0), _IMPOSSIBLE)
        return calibrate(
            softmax(averaged), weighed, self.label_smoothing, self.temperature
        ).tobytes()


def split_into_ranges(count: int, chapter_starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """So many quotations in pieces of whole chapters, but none much smaller or larger than fits."""
    begin = 0
    for end in (*chapter_starts, count):
        if end - begin < _LEAST and end < count:
            continue
        for first in range(begin, end, _CHUNK):
            yield first, min(first + _CHUNK, end)
        begin = end


def _digest(*arrays: NDArray[np.generic]) -> str:
    """A name for what arrays hold."""
    state = hashlib.blake2b(digest_size=16)
    for array in arrays:
        state.update(repr((array.shape, array.dtype.str)).encode())
        state.update(np.ascontiguousarray(array).data)
    return state.hexdigest()


@cache
def load_ensemble() -> NetEnsemble:
    """The judge that comes with the package."""
    path = files("narrator.attribution") / "weights.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return ensemble_from_arrays({name: arrays[name] for name in arrays.files})


def ensemble_from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> NetEnsemble:
    """A judge from the arrays of a weights file."""
    nets = tuple(
        ScoringNet(
            {
                name.split(":", 1)[1]: array.astype(np.float32)
                for name, array in arrays.items()
                if name.startswith(f"{number}:")
            },
            int(arrays["layers"]),
        )
        for number in range(int(arrays["nets"]))
    )
    return NetEnsemble(
        arrays["mean"].astype(np.float32),
        arrays["spread"].astype(np.float32),
        nets,
        float(arrays["doubt"]),
        float(arrays["heat"]),
    )
