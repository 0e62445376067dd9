"""What holds for the text of every engine: what can't be said, and where words begin."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import WordTiming
from narrator.normalisation.phonetic_text import ANNOTATION_MARKS, blank_sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNSPEAKABLE = dict.fromkeys(
    (*range(32), 127, *range(55296, 57344), 65534, 65535, *map(ord, ANNOTATION_MARKS)), " "
)
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


def replace_unspeakable(text: str) -> str:
    """The text with spaces for what no engine takes; offsets stay.

    That is control characters, of which NUL ends a C string, and halves of characters, which UTF-8
    forbids.
    """
    return text.translate(_UNSPEAKABLE)


def has_words(text: str) -> bool:
    """Whether there is anything to pronounce."""
    return any(character.isalnum() for character in text)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every word."""
    return [match.span() for match in _WORD.finditer(blank_sounds(text))]


def time_words(
    text: str, events: Iterable[tuple[int, int]], samples: int
) -> tuple[WordTiming, ...]:
    """When each word of a text begins, by events of character offset and sample.

    Engines tell nothing of words that they run together with another, as "in the", and tell several
    times of a number. The first event within a word counts; a word without one is put between its
    neighbours, in proportion to the letters.
    """
    spans = word_spans(text)
    starts = [start for start, _ in spans]
    known: dict[int, int] = {}
    for location, sample in events:
        index = bisect_right(starts, location) - 1
        if index >= 0 and location < spans[index][1]:
            known.setdefault(index, sample)
    anchors = [(0, 0), *((starts[i], known[i]) for i in sorted(known)), (len(text), samples)]
    return tuple(_between(starts, anchors))


def _between(starts: Sequence[int], anchors: Sequence[tuple[int, int]]) -> Iterable[WordTiming]:
    """Every word, at its anchor or on the line from the anchor before it to the one after it."""
    for (start, sample), (end, next_sample) in pairwise(anchors):
        for at in starts[bisect_right(starts, start - 1) : bisect_right(starts, end - 1)]:
            share = (at - start) / max(end - start, 1)
            yield WordTiming(at, sample + int(share * max(next_sample - sample, 0)))


def count_spoken_letters(word: str) -> int:
    """About how many letters a word has when its digits are written out."""
    return sum(4 if character.isdigit() else 1 for character in word)


_PHONEMES_A_LETTER = 0.85
_RUN_TOGETHER = 3
"""Words at most that an engine runs together, as "out of the"."""
_TAKEN_APART = 9
"""Groups of phonemes at most that one written word is said as, as "1,984"."""
_UNLIKELY = 4.0
"""What it costs to believe that a word and a group of phonemes are not one and the same."""


def align_words(letters: Sequence[int], phonemes: Sequence[int]) -> list[tuple[int, int]]:
    """Which words and which groups of phonemes begin together, as pairs of their indices.

    The pairs come from the alignment of least cost, where cost is the squared difference between
    the phonemes that a word's letters make one expect and those of its groups. Empty when there is
    no alignment.
    """
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for word in range(len(letters) + 1):
        for group in range(len(phonemes) + 1):
            if (word, group) in best:
                _extend(best, (word, group), letters, phonemes)
    at = (len(letters), len(phonemes))
    pairs: list[tuple[int, int]] = []
    while at in best and at != (0, 0):
        at = best[at][1]
        pairs.append(at)
    return pairs[::-1]


def _extend(
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]],
    at: tuple[int, int],
    letters: Sequence[int],
    phonemes: Sequence[int],
) -> None:
    """Add every way to go on from a place in both."""
    word, group = at
    steps = [(count, 1) for count in range(1, _RUN_TOGETHER + 1)]
    steps += [(1, count) for count in range(2, _TAKEN_APART + 1)]
    for words, groups in steps:
        to = (word + words, group + groups)
        if to[0] > len(letters) or to[1] > len(phonemes):
            continue
        expected = _PHONEMES_A_LETTER * sum(letters[word : to[0]])
        cost = best[at][0] + (expected - sum(phonemes[group : to[1]])) ** 2
        cost += _UNLIKELY * (words + groups - 2)
        if to not in best or cost < best[to][0]:
            best[to] = (cost, at)
