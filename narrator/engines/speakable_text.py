"""Prepares text for engines, and assigns the times that they report to the words of the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import WordTiming
from narrator.normalisation.phonetic_text import ANNOTATION_MARKS, blank_sounds
from narrator.text.quotes import APOSTROPHES, character_class
from narrator.text.words import EAST_ASIAN_CHARACTERS, LETTER_OR_DIGIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNSPEAKABLE = dict.fromkeys(
    (*range(32), 127, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF, *map(ord, ANNOTATION_MARKS)), " "
)
"""Control characters (NUL ends a C string), surrogates (UTF-8 forbids them) and non-characters."""
_OTHER_CHARACTER = rf"(?:(?![{EAST_ASIAN_CHARACTERS}]){LETTER_OR_DIGIT})"
_SPOKEN_WORD = re.compile(
    rf"{LETTER_OR_DIGIT}+(?:{character_class(APOSTROPHES, '.,-')}{LETTER_OR_DIGIT}+)*"
)
"""A word as engines count them: "3.14", "o'clock" and "well-known" are one word each."""
_EAST_ASIAN_CHARACTER = re.compile(rf"[{EAST_ASIAN_CHARACTERS}]")
_MIXED_WORD = re.compile(
    rf"[{EAST_ASIAN_CHARACTERS}]|{_OTHER_CHARACTER}+"
    rf"(?:{character_class(APOSTROPHES, '.,-')}{_OTHER_CHARACTER}+)*"
)
"""The same in a text with Han or kana, where each such character is a word, as they have no spaces
between them."""


def replace_unspeakable(text: str) -> str:
    """Replace characters that engines do not accept by spaces, which preserves all offsets."""
    return text.translate(_UNSPEAKABLE)


def find_word_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end offset of every word."""
    pattern = _MIXED_WORD if _EAST_ASIAN_CHARACTER.search(text) else _SPOKEN_WORD
    return [match.span() for match in pattern.finditer(blank_sounds(text))]


def time_words(
    text: str, events: Iterable[tuple[int, int]], sample_count: int
) -> tuple[WordTiming, ...]:
    """Return the sample at which each word of a text begins.

    Engines report no event for a word that they run together with the next one ("in the"), and
    several for a number. The first event within a word counts. The time of a word without an event
    is interpolated between its neighbours, in proportion to the characters.

    Args:
        text: the text that was spoken.
        events: the character offset and the sample of each event that the engine reported.
        sample_count: the length of the sound, in samples.
    """
    spans = find_word_spans(text)
    starts = [start for start, _ in spans]
    first_samples: dict[int, int] = {}
    for offset, sample in events:
        index = bisect_right(starts, offset) - 1
        if index >= 0 and offset < spans[index][1]:
            first_samples.setdefault(index, sample)
    reported = ((starts[index], first_samples[index]) for index in sorted(first_samples))
    anchors = [(0, 0), *reported, (len(text), sample_count)]
    return tuple(_interpolate_words(starts, anchors))


def _interpolate_words(
    starts: Sequence[int], anchors: Sequence[tuple[int, int]]
) -> Iterable[WordTiming]:
    """Yield the timing of every word, interpolated between the anchors around it.

    Anchors are pairs of character offset and sample, in order.
    """
    for (start, sample), (end, next_sample) in pairwise(anchors):
        # the words that begin in the half-open range from start to end
        for offset in starts[bisect_right(starts, start - 1) : bisect_right(starts, end - 1)]:
            share = (offset - start) / max(end - start, 1)
            # an engine may report words out of order, but times must not run backwards
            yield WordTiming(offset, sample + int(share * max(next_sample - sample, 0)))


_STRESS_MARKS = "ˈˌ"


def find_word_starts(
    text: str, phonemes: Iterable[tuple[str, int]], spans: Sequence[tuple[int, int]] | None = None
) -> Iterable[tuple[int, int]]:
    """Yield the character offset and the first sample of words, from the times of phonemes.

    Spaces among the phonemes separate groups, which are aligned with the words of the text, or with
    the parts of it that are given as `spans`.

    Args:
        text: the text that was spoken.
        phonemes: each phoneme or space, and the sample at which it begins.
        spans: start and end of each part; None for the words.
    """
    group_starts: list[int] = []
    group_sizes: list[int] = []
    in_group = False
    for phoneme, sample in phonemes:
        if phoneme.isalpha() or phoneme in _STRESS_MARKS:
            if not in_group:
                group_starts.append(sample)
                group_sizes.append(0)
            # a stress mark can begin a word, but is not a phoneme
            group_sizes[-1] += phoneme not in _STRESS_MARKS
            in_group = True
        elif phoneme == " ":
            in_group = False
    spans = find_word_spans(text) if spans is None else spans
    letter_counts = [count_spoken_letters(text[start:end]) for start, end in spans]
    for word, group in align_words(letter_counts, group_sizes):
        yield spans[word][0], group_starts[group]


def count_spoken_letters(word: str) -> int:
    """Estimate how many letters a word has when its digits are written out."""
    # spoken, a digit is a word of about four letters
    return sum(4 if character.isdigit() else 1 for character in word)


_PHONEMES_PER_LETTER = 0.85
"""Average number of phonemes per letter of English text."""
_MAX_WORDS_PER_GROUP = 3
"""The largest number of words that an engine runs together, as in "out of the"."""
_MAX_GROUPS_PER_WORD = 9
"""The largest number of phoneme groups for one written word, such as "1,984"."""
_MISMATCH_COST = 4.0
"""The cost of each further word or group in a step of the alignment, in squared phonemes."""


def align_words(
    letter_counts: Sequence[int], phoneme_counts: Sequence[int]
) -> list[tuple[int, int]]:
    """Align the words of a text with the groups of phonemes that were spoken.

    Dynamic programming finds the alignment of least cost. A step joins one word with several groups
    or several words with one group; it costs the squared difference between the expected and the
    actual number of phonemes, plus `_MISMATCH_COST` for each word or group beyond one.

    Args:
        letter_counts: the letters of each word.
        phoneme_counts: the phonemes of each group.

    Returns:
        Pairs of the indices of a word and a group that begin together; empty if the alignment
        failed.
    """
    # best[i, j]: the least cost of aligning the first i words with the first j groups, and the
    # cell from which it is reached.
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for word in range(len(letter_counts) + 1):
        for group in range(len(phoneme_counts) + 1):
            if (word, group) in best:
                _extend_alignment(best, (word, group), letter_counts, phoneme_counts)
    cell = (len(letter_counts), len(phoneme_counts))
    pairs: list[tuple[int, int]] = []
    while cell in best and cell != (0, 0):  # walk back from the end
        cell = best[cell][1]
        pairs.append(cell)
    return pairs[::-1]


def _extend_alignment(
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]],
    cell: tuple[int, int],
    letter_counts: Sequence[int],
    phoneme_counts: Sequence[int],
) -> None:
    """Add the cells that one step from a cell reaches, if that costs less than before."""
    word, group = cell
    steps = [(count, 1) for count in range(1, _MAX_WORDS_PER_GROUP + 1)]
    steps += [(1, count) for count in range(2, _MAX_GROUPS_PER_WORD + 1)]
    for word_step, group_step in steps:
        target = (word + word_step, group + group_step)
        if target[0] > len(letter_counts) or target[1] > len(phoneme_counts):
            continue
        expected_phonemes = _PHONEMES_PER_LETTER * sum(letter_counts[word : target[0]])
        cost = best[cell][0] + (expected_phonemes - sum(phoneme_counts[group : target[1]])) ** 2
        cost += _MISMATCH_COST * (word_step + group_step - 2)
        if target not in best or cost < best[target][0]:
            best[target] = (cost, cell)
