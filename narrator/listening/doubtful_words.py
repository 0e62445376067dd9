"""Finds the words of a text that were not recognised, and the sound in which they should be.

A recogniser that writes down what it hears leaves out clauses, and takes rare words for others. It
is far more certain when it is asked how likely a given text is in a sound. So each stretch of words
that were not recognised is rated in its sound, with a few words before and after it that were.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, TypeAlias

from narrator.listening.word_matching import split_words
from narrator.normalisation.phonetic_text import remove_sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

    from narrator.listening.recogniser import HeardWord
    from narrator.listening.word_matching import WordMatch

    TextRater: TypeAlias = Callable[[float, float, Sequence[str]], list[float]]
    """Returns how likely each piece of a text is between two times, in seconds: the mean natural
    logarithm of the probability of its parts, given the sound and the pieces before it."""

_CONTEXT_WORDS = 6
"""Number of words before and after a stretch that are rated with it; also the number of recognised
words that end a stretch."""
_MAX_SECONDS = 26.0
"""The longest sound that is rated at once; Whisper hears 30 seconds."""
_MAX_STRETCH_WORDS = 45
"""Number of words after which a stretch ends at the next recognised word."""
_MAX_RATED_WORDS = 120
"""Number of words that are rated at once; nobody says more in that time."""
_MARGIN_SECONDS = 0.15
_SMOOTHED_WORDS = 4
"""Number of words in a row whose ratings are averaged, because one rare word means nothing."""
_MIN_SAID_RATING = -4.5
"""The mean rating from which words are said. In 63 stretches of good lines, of espeak-ng and the
natural voice, the worst four words in a row had -4.1 or more; in 13 with damaged lines, they had
-5.0 or less."""
_UNCERTAIN_SHARE = 0.5
"""The share of its words that are not recognised, from which a line may not be said at all."""
_MIN_SURE_RATING = -2.0
"""The mean rating of a line from which it is said even if there is too little time. Most lines that
are said have -1.5 or more, whether they were recognised or not; missing ones have -3 or less."""


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of a text between two spaces, and the words in it."""

    text: str
    first: int
    """The index of its first word among all words of the book."""
    end: int


@dataclass(frozen=True, slots=True)
class DoubtfulStretch:
    """Words that were not recognised, those around them, and the sound that should say them."""

    first: int
    end: int
    context_first: int
    context_end: int
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class HeardPassage:
    """A stretch of an audiobook that was heard, and the words that should be in it."""

    first: int
    """The index of the first word among all words of the book."""
    end: int
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A word that was recognised, and when it is heard."""

    index: int
    """Among all words of the book."""
    start_seconds: float
    end_seconds: float


def split_pieces(spoken: str, first: int, language: str) -> list[TextPiece]:
    """Return the pieces of a line; their words are those of `split_words` for the whole line.

    Args:
        spoken: The spoken text of the line.
        first: The index of its first word among all words of the book.
        language: A BCP 47 tag.
    """
    text, pieces, place = remove_sounds(spoken), [], first
    for part in re.sub(r"[“”„«»\"—–]+", " ", text).replace("’", "'").split():
        count = len(split_words(part, language))
        if count:
            pieces.append(TextPiece(part, place, place + count))
            place += count
    words = split_words(text, language)
    if place - first == len(words):
        return pieces
    # a number may be written with a space
    return [TextPiece(word, index, index + 1) for index, word in enumerate(words, first)]


def list_doubtful_stretches(
    matches: Sequence[WordMatch],
    heard_words: Sequence[HeardWord],
    passages: Sequence[HeardPassage],
) -> Iterator[DoubtfulStretch]:
    """Yield the stretches of words that were not recognised, where it is known when they are said.

    Args:
        matches: What was heard for each word of the book.
        heard_words: The words that `WordMatch.heard_index` counts.
        passages: What was heard, in order.
    """
    for passage in passages:
        anchors = _list_anchors(matches, heard_words, passage)
        for first, end in _group_wrong_words(matches, passage):
            stretch = _surround(first, end, anchors, passage)
            seconds = stretch.end_seconds - stretch.start_seconds
            word_count = stretch.context_end - stretch.context_first
            if 0 < seconds <= _MAX_SECONDS and word_count <= _MAX_RATED_WORDS:
                yield stretch


def _list_anchors(
    matches: Sequence[WordMatch], heard_words: Sequence[HeardWord], passage: HeardPassage
) -> list[_Anchor]:
    """Return the words of which the time is certain.

    They were recognised, and so was the next word or the one before it, in its place.
    """
    indices = set()
    for index, following in pairwise(range(passage.first, passage.end)):
        places = [matches[each].heard_index for each in (index, following)]
        are_right = matches[index].is_right and matches[following].is_right
        if are_right and None not in places and places[1] == (places[0] or 0) + 1:
            indices |= {index, following}
    return [
        _Anchor(index, heard_words[place].start, heard_words[place].end)
        for index in sorted(indices)
        if (place := matches[index].heard_index) is not None
    ]


def _group_wrong_words(
    matches: Sequence[WordMatch], passage: HeardPassage
) -> Iterator[tuple[int, int]]:
    """Yield the first word of each stretch, and the word after its last."""
    first = last = None
    for index in range(passage.first, passage.end):
        if matches[index].is_right:
            continue
        is_far = last is not None and index - last > _CONTEXT_WORDS
        is_long = (
            last is not None and index - last > 1 and index - (first or 0) > _MAX_STRETCH_WORDS
        )
        if first is not None and last is not None and (is_far or is_long):
            yield first, last + 1
            first = None
        first = index if first is None else first
        last = index
    if first is not None and last is not None:
        yield first, last + 1


def _surround(
    first: int, end: int, anchors: Sequence[_Anchor], passage: HeardPassage
) -> DoubtfulStretch:
    """Return a stretch with the words around it."""
    before = bisect_right(anchors, first - _CONTEXT_WORDS, key=lambda each: each.index) - 1
    after = bisect_left(anchors, end + _CONTEXT_WORDS - 1, key=lambda each: each.index)
    context_first, start = passage.first, passage.start_seconds
    context_end, stop = passage.end, passage.end_seconds
    if after < len(anchors):
        context_end, stop = anchors[after].index + 1, anchors[after].end_seconds + _MARGIN_SECONDS
    if before >= 0:
        context_first, start = anchors[before].index, anchors[before].start_seconds
        start = max(start - _MARGIN_SECONDS, 0.0)
    elif first - passage.first <= _CONTEXT_WORDS:
        # something else may be said before the first line
        start = max(start, stop - _MAX_SECONDS)
    if after == len(anchors) and passage.end - end <= _CONTEXT_WORDS:
        stop = min(stop, start + _MAX_SECONDS)
    return DoubtfulStretch(first, end, context_first, context_end, start, stop)


def choose_said_words(
    ratings: Mapping[int, float], doubted: Set[int], *, is_possible: bool, is_short: bool = False
) -> set[int]:
    """Return which of the doubted words of a line are said after all.

    Args:
        ratings: The rating of each word that was rated, by its index.
        doubted: The words of the line that were not recognised; each has a rating.
        is_possible: Whether all words that were rated together fit into their sound, and are most
            of what is said in it. If not, some are missing, and a line of which most words were not
            recognised is said only if it is very likely: words that follow from those before it
            always have a high rating.
        is_short: Whether the line itself is heard for much less time than it takes.
    """
    is_whole = len(doubted) >= _UNCERTAIN_SHARE * len(ratings)
    if not is_short and (is_possible or not is_whole):
        smoothed = dict(zip(ratings, _smooth_ratings(list(ratings.values())), strict=True))
        return {index for index in doubted if smoothed[index] >= _MIN_SAID_RATING}
    if not doubted or fmean(ratings[index] for index in doubted) < _MIN_SURE_RATING:
        return set()
    return set(doubted)


def _smooth_ratings(ratings: Sequence[float]) -> list[float]:
    """Return for each word of a line the mean rating of the words around it."""
    size = min(_SMOOTHED_WORDS, len(ratings))
    smoothed = []
    for index in range(len(ratings)):
        first = min(max(index - size // 2, 0), len(ratings) - size)
        smoothed.append(sum(ratings[first : first + size]) / max(size, 1))
    return smoothed


def spread_ratings(pieces: Iterable[TextPiece], ratings: Iterable[float]) -> dict[int, float]:
    """Return the rating of each word, by its index, from those of the pieces of a text."""
    return {
        index: rating
        for piece, rating in zip(pieces, ratings, strict=True)
        for index in range(piece.first, piece.end)
    }
