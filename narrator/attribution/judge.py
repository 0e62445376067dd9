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

from narrator.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from narrator.attribution.features import Features

    Array = NDArray[np.float32]

OFFSETS = (-4, -3, -2, -1, 1, 2, 3, 4)
"""The quotations whose vectors of the same person are heard."""
BELIEFS = (-2, -1, 1, 2)
"""The quotations of which the belief is heard."""
_CHUNK = 512
"""Quotations evaluated at once, at most, which bounds the memory."""
_LEAST = 96
"""At least, as their neighbours cost as much as they do."""
_IMPOSSIBLE = np.float32(-1e4)


def alignment(persons: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where each candidate stands among the candidates of the neighbours.

    Args:
        persons: quotations x candidates, -1 where there is none.

    Returns:
        Quotations x candidates x `OFFSETS`: the place in the other row, or the number of
        candidates where the person is not weighed there.
    """
    count, width = persons.shape
    places = np.full((count, width, len(OFFSETS)), width, dtype=np.int64)
    for column, offset in enumerate(OFFSETS):
        begin, end = max(0, -offset), count - max(0, offset)
        if end <= begin:
            continue
        here, there = persons[begin:end], persons[begin + offset : end + offset]
        same = (here[:, :, None] == there[:, None, :]) & (here[:, :, None] >= 0)
        places[begin:end, :, column] = np.where(same.any(axis=2), same.argmax(axis=2), width)
    return places


@dataclass(frozen=True, slots=True)
class Net:
    """One net's weights, by the name of the layer."""

    weights: Mapping[str, Array]
    layers: int

    def scores(self, values: Array, same: Array, weighed: NDArray[np.bool_]) -> Array:
        """Quotations x candidates: the higher, the likelier.

        Args:
            values: quotations x candidates x columns.
            same: quotations x candidates x (offsets x candidates): 1 where a neighbour's candidate
                is the same person.
            weighed: quotations x candidates: whether there is a candidate.
        """
        vectors = self._linear("inp.3", np.maximum(self._linear("inp.0", values), 0))
        for layer in range(self.layers):
            vectors = self._layer(f"layers.{layer}", vectors, same, weighed)
        scores: Array = np.where(weighed, self._linear("out", vectors)[..., 0], _IMPOSSIBLE)
        return scores

    def _linear(self, name: str, x: Array) -> Array:
        result: Array = x @ self.weights[f"{name}.weight"]
        bias = self.weights.get(f"{name}.bias")
        return result if bias is None else result + bias

    def _layer(self, name: str, vectors: Array, same: Array, weighed: NDArray[np.bool_]) -> Array:
        scores = np.where(weighed, self._linear(f"{name}.u", vectors)[..., 0], _IMPOSSIBLE)
        belief = softmax(scores)[..., None]
        normal = self._normal(f"{name}.ln", vectors)
        pooled = (normal * belief * 4).sum(axis=1)
        heard = self._heard(f"{name}.m", normal * (0.25 + 2 * belief), same)
        around = np.concatenate([_shifted(pooled, offset) for offset in BELIEFS], axis=-1)
        shared = self._linear(f"{name}.n", around) + self._linear(f"{name}.c", pooled)
        hidden = np.maximum(self._linear(f"{name}.a", normal + heard + shared[:, None]), 0)
        result: Array = vectors + self._linear(f"{name}.b", hidden)
        return result

    def _normal(self, name: str, x: Array) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(1e-5))
        normal: Array = centred / spread * self.weights[f"{name}.weight"]
        return normal + self.weights[f"{name}.bias"]

    def _heard(self, name: str, vectors: Array, same: Array) -> Array:
        """What the same persons' vectors at the neighbours say, one offset after the other."""
        count, width, size = vectors.shape
        parts = self.weights[f"{name}.weight"].reshape(len(OFFSETS), size, size)
        ears = np.empty((count, len(OFFSETS), width, size), np.float32)
        for column, offset in enumerate(OFFSETS):
            ears[:, column] = _shifted(vectors @ parts[column], offset)
        heard: Array = same @ ears.reshape(count, -1, size)
        return heard


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


@dataclass(frozen=True, slots=True)
class Judge:
    """The nets, and how their word becomes a chance."""

    mean: Array
    spread: Array
    nets: tuple[Net, ...]
    heat: float
    """The nets' averaged scores are divided by this, which makes the chances honest."""

    def chances(
        self, features: Features, chapters: Iterable[int] = (), draft: Draft | None = None
    ) -> Array:
        """Quotations x candidates: the chance of each to be the speaker.

        Args:
            features: of all quotations.
            chapters: the quotations that are the first of a chapter; the rest of a book is judged
                in the same pieces after one chapter has changed.
            draft: what was found before.
        """
        persons, known = features.persons, (draft or Draft()).known
        places, weighed = alignment(persons), persons >= 0
        halo = max(OFFSETS) * self.nets[0].layers
        chances = np.zeros(persons.shape, dtype=np.float32)
        for begin, end in pieces(len(persons), chapters):
            low, high = max(0, begin - halo), min(len(persons), end + halo)
            values = np.clip((features.values[low:high] - self.mean) / self.spread, -4, 4)
            values[~weighed[low:high]] = 0
            heard = values, places[low:high], weighed[low:high]
            found = known("chances", _digest(*heard), partial(self._piece, *heard))
            whole = np.frombuffer(found, np.float32).reshape(high - low, -1)
            chances[begin:end] = whole[begin - low : end - low]
        return chances

    def _piece(self, values: Array, places: NDArray[np.int64], weighed: NDArray[np.bool_]) -> bytes:
        """The chances of a piece, and of the neighbours that its layers can hear.

        The nets are asked at once, by threads, as numpy lets go of the interpreter.
        """
        width = places.shape[1]
        same = (places[..., None] == np.arange(width)).astype(np.float32)
        same = same.reshape(len(places), width, -1)

        def logs(net: Net) -> Array:
            found: Array = np.log(softmax(net.scores(values, same, weighed)) + 1e-7)
            return found

        with ThreadPoolExecutor(min(len(self.nets), os.cpu_count() or 1)) as threads:
            every = list(threads.map(logs, self.nets))
        averaged: Array = np.asarray(every, np.float32).mean(axis=0) / np.float32(self.heat)
        return softmax(np.where(weighed, averaged, _IMPOSSIBLE)).tobytes()


def pieces(count: int, chapters: Iterable[int]) -> Iterator[tuple[int, int]]:
    """So many quotations in pieces of whole chapters, but none much smaller or larger than fits."""
    begin = 0
    for end in (*chapters, count):
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
def judge() -> Judge:
    """The judge that comes with the package."""
    path = files("narrator.attribution") / "weights.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return read_judge({name: arrays[name] for name in arrays.files})


def read_judge(arrays: Mapping[str, NDArray[np.generic]]) -> Judge:
    """A judge from the arrays of a weights file."""
    nets = tuple(
        Net(
            {
                name.split(":", 1)[1]: array.astype(np.float32)
                for name, array in arrays.items()
                if name.startswith(f"{number}:")
            },
            int(arrays["layers"]),
        )
        for number in range(int(arrays["nets"]))
    )
    return Judge(
        arrays["mean"].astype(np.float32),
        arrays["spread"].astype(np.float32),
        nets,
        float(arrays["heat"]),
    )
