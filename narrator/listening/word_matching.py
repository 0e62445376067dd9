"""Aligns the words of a text with the words that were heard.

Words that occur once in both, in the same company, anchor the alignment; between two anchors, the
cheapest sequence of edits is found. A word counts as heard if it is written alike or sounds alike,
because a recogniser spells names, numbers and compounds in its own way.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from narrator.engines.espeak_phonemes import phonemise_clauses
from narrator.normalisation.numbers import spell_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_ANCHOR_WORDS = 3
"""Number of words in a row that anchor the alignment where they occur once on both sides."""
_MAX_GAP_CELLS = 4_000_000
"""The largest table of edits that is computed between two anchors; a larger gap has no words in
common, and is taken as removed and added."""
_EDIT_COST = 0.7
"""The cost of a word that is missing or added; a word that is heard as another one costs 1."""
_MIN_SIMILAR_SPELLING = 0.8
_MIN_SIMILAR_SOUND = 0.6
"""The similarity of two words, 0 to 1, from which they count as the same; unrelated words have
about 0.3."""


@dataclass(frozen=True, slots=True)
class WordMatch:
    """What was heard for a word of the text."""

    heard_index: int | None
    """The index of the heard word; None if no word was heard for it."""
    is_right: bool
    """Whether the heard word is the word of the text."""


def split_words(text: str, language: str) -> list[str]:
    """Return the words of a text in lower case, without accents, and with numbers in words."""
    without_marks = text.casefold().replace("’", "'").replace("'", "")
    decomposed = unicodedata.normalize("NFKD", without_marks)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    joined = re.sub(r"(?<=\d)[,. ](?=\d{3}\b)", "", plain)
    spelt = re.sub(r"\d+", lambda number: f" {spell_number(int(number[0]), language)} ", joined)
    return re.findall(r"[^\W\d_]+", spelt)


def match_heard_words(
    expected: Sequence[str], heard: Sequence[str], language: str
) -> list[WordMatch]:
    """Return what was heard for each word of a text.

    Args:
        expected: The words of the text, as `split_words` returns them.
        heard: The words that were heard, likewise.
        language: The language in which words are compared by sound.
    """
    matches = [WordMatch(None, is_right=False)] * len(expected)
    expected_start = heard_start = 0
    ends = [*_find_anchors(expected, heard), (len(expected), len(heard), 0)]
    for expected_end, heard_end, length in ends:
        _align_gap(
            expected[expected_start:expected_end],
            heard[heard_start:heard_end],
            (expected_start, heard_start),
            language,
            matches,
        )
        for offset in range(length):
            matches[expected_end + offset] = WordMatch(heard_end + offset, is_right=True)
        expected_start, heard_start = expected_end + length, heard_end + length
    return matches


def _find_anchors(expected: Sequence[str], heard: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return where equal runs of words stand on both sides: two indices and a length, in order."""
    places = [_index_unique_runs(words) for words in (expected, heard)]
    pairs = sorted((place, places[1][run]) for run, place in places[0].items() if run in places[1])
    anchors: list[tuple[int, int, int]] = []
    for expected_index, heard_index in _select_increasing(pairs):
        if anchors:
            last_expected, last_heard, length = anchors[-1]
            step = expected_index - last_expected
            if step == heard_index - last_heard and step <= length:
                anchors[-1] = (last_expected, last_heard, step + _ANCHOR_WORDS)
                continue
            # an anchor that overlaps the one before on one side only would use a word twice
            if step < length or heard_index - last_heard < length:
                continue
        anchors.append((expected_index, heard_index, _ANCHOR_WORDS))
    return anchors


def _index_unique_runs(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return the index of each run of `_ANCHOR_WORDS` words that occurs once."""
    runs = list(zip(*(words[offset:] for offset in range(_ANCHOR_WORDS)), strict=False))
    counts = Counter(runs)
    return {run: index for index, run in enumerate(runs) if counts[run] == 1}


def _select_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest selection of pairs, sorted by the first number, whose second increases."""
    tails: list[int] = []
    tail_indices: list[int] = []
    previous: list[int | None] = []
    for index, (_, second) in enumerate(pairs):
        place = bisect_left(tails, second)
        previous.append(tail_indices[place - 1] if place else None)
        tails[place : place + 1] = [second]
        tail_indices[place : place + 1] = [index]
    selected: list[tuple[int, int]] = []
    current = tail_indices[-1] if tail_indices else None
    while current is not None:
        selected.append(pairs[current])
        current = previous[current]
    return selected[::-1]


def _align_gap(
    expected: Sequence[str],
    heard: Sequence[str],
    starts: tuple[int, int],
    language: str,
    matches: list[WordMatch],
) -> None:
    """Align the words between two anchors by the cheapest edits, and enter what was heard.

    Args:
        expected: The words of the text in the gap.
        heard: The heard words in the gap.
        starts: The index of the first word of the gap on each side.
        language: As for `match_heard_words`.
        matches: What was heard for each word of the text; updated in place.
    """
    if not expected or not heard or len(expected) * len(heard) > _MAX_GAP_CELLS:
        return
    costs = [[_EDIT_COST * column for column in range(len(heard) + 1)]]
    for row, word in enumerate(expected, 1):
        line, above = [_EDIT_COST * row], costs[-1]
        for column, other in enumerate(heard, 1):
            change = above[column - 1] + (0 if is_same_word(word, other, language) else 1)
            line.append(min(change, above[column] + _EDIT_COST, line[-1] + _EDIT_COST))
        costs.append(line)
    row, column = len(expected), len(heard)
    while row and column:
        is_right = is_same_word(expected[row - 1], heard[column - 1], language)
        change = costs[row - 1][column - 1] + (0 if is_right else 1)
        if costs[row][column] == change:
            row, column = row - 1, column - 1
            matches[starts[0] + row] = WordMatch(starts[1] + column, is_right)
        elif costs[row][column] == costs[row - 1][column] + _EDIT_COST:
            row -= 1
        else:
            column -= 1


@lru_cache(maxsize=1 << 16)
def is_same_word(word: str, other: str, language: str) -> bool:
    """Return whether two words are written or sound nearly alike."""
    if word == other:
        return True
    if _compare(word, other) >= _MIN_SIMILAR_SPELLING:
        return True
    sounds, other_sounds = _list_sounds(word, language), _list_sounds(other, language)
    return bool(sounds) and _compare(sounds, other_sounds) >= _MIN_SIMILAR_SOUND


def _compare(first: str, second: str) -> float:
    """Return the similarity of two strings, 0 to 1."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


@lru_cache(maxsize=1 << 15)
def _list_sounds(word: str, language: str) -> str:
    """Return the phonemes of a word, without stress and length."""
    clauses = phonemise_clauses(word, language) or ()
    return "".join(
        sign for clause in clauses for sign in clause if unicodedata.category(sign) in {"Ll", "Lo"}
    )
