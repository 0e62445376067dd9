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

import numpy as np

from narrator.engines.espeak_phonemes import phonemise_clauses
from narrator.normalisation.numbers import spell_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_ANCHOR_WORDS = 3
"""Number of words in a row that anchor the alignment where they occur once on both sides."""
_MAX_GAP_CELLS = 36_000_000
"""The largest table of edits that is computed between two anchors, with three bytes per cell; a
larger gap has no words in common, and is taken as removed and added."""
_EDIT_COST, _CHANGE_COST = 7, 10
"""The costs of a word that is missing or added, and of one that is heard as another one."""
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
    is_same = _compare_all(expected, heard, language)
    for row, column in pair_words(is_same, _EDIT_COST, _CHANGE_COST):
        is_right = bool(is_same[row, column])
        matches[starts[0] + row] = WordMatch(starts[1] + column, is_right)


def pair_words(
    is_same: npt.NDArray[np.bool_], edit_cost: int = 1, change_cost: int = 1
) -> list[tuple[int, int]]:
    """Return which words stand for each other in the cheapest sequence of edits: two indices each.

    Args:
        is_same: Whether each word of one side is the same as each of the other: shape (rows,
            columns).
        edit_cost: The cost of a word that only one side has.
        change_cost: The cost of a word in the place of another one.
    """
    row_count, column_count = is_same.shape
    steps = edit_cost * np.arange(column_count + 1, dtype=np.int32)
    costs = steps
    # how each cell is reached: together with the cell before it in the diagonal, or from above
    is_pair = np.zeros((row_count, column_count), bool)
    is_from_above = np.zeros((row_count, column_count), bool)
    for row in range(row_count):
        paired = costs[:-1] + np.where(is_same[row], 0, change_cost).astype(np.int32)
        from_above = costs[1:] + edit_cost
        best = np.concatenate([[costs[0] + edit_cost], np.minimum(paired, from_above)])
        # from the left, a cell can be reached from any cell before it, at the same cost per step
        costs = np.minimum.accumulate(best - steps) + steps
        is_pair[row] = costs[1:] == paired
        is_from_above[row] = costs[1:] == from_above
    pairs = []
    row, column = row_count - 1, column_count - 1
    while row >= 0 and column >= 0:
        if is_pair[row, column]:
            pairs.append((row, column))
            row, column = row - 1, column - 1
        elif is_from_above[row, column]:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def _compare_all(
    expected: Sequence[str], heard: Sequence[str], language: str
) -> npt.NDArray[np.bool_]:
    """Return whether each expected word is nearly each heard word: shape (expected, heard).

    Different words are compared once, and only if they have enough letters or sounds in common.
    """
    rows, columns = (
        {word: index for index, word in enumerate(dict.fromkeys(words))}
        for words in (expected, heard)
    )
    sounds = [[_list_sounds(word, language) for word in words] for words in (rows, columns)]
    may_be_same = _limit_similarity(list(rows), list(columns)) >= _MIN_SIMILAR_SPELLING
    may_be_same |= _limit_similarity(*sounds) >= _MIN_SIMILAR_SOUND
    row_words, column_words = list(rows), list(columns)
    is_same = np.zeros(may_be_same.shape, bool)
    for row, column in np.argwhere(may_be_same):
        is_same[row, column] = is_same_word(row_words[row], column_words[column], language)
    row_indices = [rows[word] for word in expected]
    return is_same[np.ix_(row_indices, [columns[word] for word in heard])]


def _limit_similarity(first: Sequence[str], second: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the most that `_compare` could return for each pair: shape (first, second).

    It is the share of signs that both have, in any order.
    """
    common = np.zeros((len(first), len(second)), np.float32)
    for sign in sorted(set("".join(first)) & set("".join(second))):
        counts = (np.array([word.count(sign) for word in words]) for words in (first, second))
        common += np.minimum.outer(*counts)
    lengths = (np.array([len(word) for word in words], np.float32) for words in (first, second))
    return np.asarray(2 * common / np.maximum(np.add.outer(*lengths), 1), np.float32)


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
