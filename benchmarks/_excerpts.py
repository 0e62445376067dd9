"""Cuts annotated novels into excerpts, because much is known about people in a whole book only.

A chapter or a story says less about who talks with whom, and how, than a novel. Excerpts among the
training data teach the nets to do without, and other excerpts measure it.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

TRAINING_WORDS = (1000, 2000, 4000, 8000)
"""Lengths of the excerpts to train on, in words; they alternate."""
MEASURED_WORDS, MEASURED_COUNT = 2000, 6
"""Length in words of the excerpts to measure, and their maximum number per novel."""
EMPTY_ROWS = 2
"""Number of quotations without candidates between two excerpts in one array.

The nets look at the speakers of two quotations on either side.
"""
_PARAGRAPH_BREAK = re.compile(r"\r?\n[ \t]*\r?\n\s*")


def cut_excerpts(gold: dict[str, Any], lengths: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the annotations of consecutive excerpts of a novel, each with its text.

    They end with a paragraph. The rest at the end of the novel is left out.

    Args:
        gold: the annotations of the novel, with its text.
        lengths: minimum lengths of the excerpts in words; used in turn.
    """
    start = number = words = last = 0
    for match in _PARAGRAPH_BREAK.finditer(gold["text"]):
        words += len(gold["text"][last : match.start()].split())
        last = match.end()
        if words >= lengths[number % len(lengths)]:
            yield cut_excerpt(gold, start, match.start())
            start, words, number = last, 0, number + 1


def cut_excerpt(gold: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    """Return the annotations of a part of a novel, with the quotations that lie in it.

    Args:
        gold: the annotations of the novel, with its text.
        start: offset of the first character.
        end: offset after the last one.
    """
    quotes = [
        {**quote, "parts": [[first - start, stop - start] for first, stop in quote["parts"]]}
        for quote in gold["quotes"]
        if start <= quote["parts"][0][0] and quote["parts"][-1][1] <= end
    ]
    rest = {key: value for key, value in gold.items() if key not in {"text", "quotes"}}
    return {**copy.deepcopy(rest), "text": gold["text"][start:end], "quotes": quotes}


def choose_measured_excerpts(gold: dict[str, Any]) -> list[dict[str, Any]]:
    """Return excerpts of a novel that have quotations, spread evenly over it."""
    excerpts = [e for e in cut_excerpts(gold, (MEASURED_WORDS,)) if e["quotes"]]
    places = np.linspace(0, len(excerpts) - 1, min(MEASURED_COUNT, len(excerpts)))
    return [excerpts[int(place)] for place in places]


def join_arrays(
    parts: Sequence[dict[str, NDArray[np.generic]]],
) -> dict[str, NDArray[np.generic]]:
    """Return the packed arrays of several excerpts as those of one text.

    Persons of different excerpts get different indices. `EMPTY_ROWS` quotations without candidates
    separate the excerpts, and the last one is followed by them too.
    """
    joined: dict[str, list[NDArray[np.generic]]] = {name: [] for name in parts[0]}
    person_count = 0
    for part in parts:
        persons = part["persons"]
        moved = np.where(persons >= 0, persons + person_count, persons)
        person_count += int(persons.max(initial=-1)) + 1
        for name, array in {**part, "persons": moved}.items():
            fill = 0 if name in {"values", "is_right"} else -1
            padding = [(0, EMPTY_ROWS), *([(0, 0)] * (array.ndim - 1))]
            joined[name].append(np.pad(array, padding, constant_values=fill))
    return {name: np.concatenate(arrays) for name, arrays in joined.items()}
