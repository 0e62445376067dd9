"""Finds the lines that are like some words, and the places where a line is said, by its words.

Comparing each line with each place would take hours for an audiobook of another book.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

_MOST_STARTS, _MOST_VOTES = 5, 1000
"""Number of places where a phrase may begin, and of places of its rarest pairs of words that tell:
where it is said, most of its pairs are heard."""


class LineIndex:
    """Knows which lines have which words.

    Args:
        lines: The words of each line.
    """

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._lines_by_word = defaultdict[tuple[str, int], list[int]](list)
        for index, words in enumerate(lines):
            for word in _number_words(words):
                self._lines_by_word[word].append(index)

    def find_likest(self, words: Sequence[str]) -> list[int]:
        """Return the indices of the lines that share the most words with others.

        A word that occurs twice on both sides counts twice. No line if none shares a word.
        """
        common_counts = Counter(
            chain.from_iterable(self._lines_by_word.get(word, ()) for word in _number_words(words))
        )
        most = max(common_counts.values(), default=0)
        return [index for index, count in common_counts.items() if count == most]


class PhraseIndex:
    """Knows where which two words are heard one after the other.

    Args:
        words: All words that were heard.
        left_out: The indices of words that are not considered.
    """

    def __init__(self, words: Sequence[str], left_out: Container[int | None]) -> None:
        self._word_count = len(words)
        self._places = defaultdict[tuple[str, str], list[int]](list)
        for index, pair in enumerate(pairwise(words)):
            if index not in left_out and index + 1 not in left_out:
                self._places[pair].append(index)

    def list_starts(self, phrase: Sequence[str]) -> list[int]:
        """Return where a phrase may begin, as its pairs of adjacent words tell; likeliest first."""
        places = [self._places.get(pair, ()) for pair in pairwise(phrase)]
        rarest_first = sorted(enumerate(places), key=lambda pair: len(pair[1]))
        starts = (place - offset for offset, places in rarest_first for place in places)
        votes = Counter(islice(starts, _MOST_VOTES))
        last_start = self._word_count - len(phrase)
        # a word more or less before a pair shifts it
        likely = [
            start + shift for start, _ in votes.most_common(_MOST_STARTS) for shift in (0, -1, 1)
        ]
        return [start for start in dict.fromkeys(likely) if 0 <= start <= last_start]


def _number_words(words: Sequence[str]) -> list[tuple[str, int]]:
    """Return each word with the number of times that it occurred before."""
    counts = Counter[str]()
    numbered = []
    for word in words:
        numbered.append((word, counts[word]))
        counts[word] += 1
    return numbered
