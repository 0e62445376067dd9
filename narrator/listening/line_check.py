"""Judges every line of a book by what was heard of it: missing, doubled, moved or misheard.

A recogniser makes mistakes, most of all in short lines. So words count as missing only if there is
no time in which they could have been said, and a line counts as misheard only if far more of its
words are wrong than is usual for its voice.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from narrator.listening.doubtful_words import (
    HeardPassage,
    choose_said_words,
    list_doubtful_stretches,
    split_pieces,
    spread_ratings,
)
from narrator.listening.line_pace import find_hurried_lines
from narrator.listening.word_index import LineIndex, PhraseIndex
from narrator.listening.word_matching import WordMatch, match_heard_words, split_words
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.takes.expected_speech import predict_speech

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    import numpy as np
    import numpy.typing as npt

    from narrator.listening.doubtful_words import DoubtfulStretch, TextRater
    from narrator.listening.recogniser import HeardWord

_MIN_MISSING_WORDS = 2
"""Number of words in a row, or all words of a line, that count as missing; recognisers often drop
a single word."""
_MIN_CLEAR_WORDS, _UNCLEAR_WORDS = 4, 6
"""Number of missing words from which it does not matter whether the words around them are clear,
and how many words around them that is."""
_LEAST_TIME_SHARE = 0.7
"""The share of the usual time that a stretch of lines takes at least: good ones take 0.86 or more.
Where two lines of three seconds are missing among others, it is 0.4 to 0.5."""
_MOST_TIME_SHARE, _MOST_PAUSES_SECONDS = 1.6, 2.0
"""What a line takes at most, of the usual time, and for pauses. Words that are recognised farther
from each other than that belong to what is said instead of it."""
_MOST_HEARD_SHARE, _MOST_MORE_WORDS = 1.5, 5
"""How many words may be heard in a stretch, as a multiple of its words, and how many more. If there
are more, something else is said, and what follows from the words before is likely, not said."""
_MIN_PACE_WORDS = 4
"""Number of words of the shortest line that shows the pace."""
_MISSING_TIME_SHARE = 0.5
"""The share of the time that words take, below which they can't have been said."""
_PAUSE_SECONDS = 0.8
"""The pause around a line. Words that are unlikely in their sound are missing unless there was time
for all of them."""
_MIN_REPEATED_WORDS = 3
_MAX_STRAY_WORDS = 2
"""Number of words within a run that the alignment may have given to a line elsewhere."""
_SAME_WORDS_SHARE = 0.6
"""The share of the words of a line that must be heard once more for it to be doubled or moved."""
_WRONG_SHARE = 0.6
"""The share of wrong words from which a line says something else."""
_MIN_WRONG_WORDS = 3
_MAX_WRONG_SHARE = 0.15
"""The share of wrong words up to which a line that was listened to again counts as said."""
_CHANCE = 1e-4
"""The probability, at the usual rate of its voice, below which the number of misheard words of a
line is no chance."""
_LOWEST_RATE = 0.04
"""The share of misheard words that is assumed of a voice of which nothing is known."""


class SoundProblem(StrEnum):
    """What is wrong with the sound of a line."""

    MISSING = "missing"
    DOUBLED = "doubled"
    MOVED = "moved"
    OTHER = "says something else"
    MISHEARD = "misheard"
    SHORT = "too short"


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """A line as it should be heard."""

    line_id: str
    text: str
    """As written in the book."""
    spoken: str
    """As it is to be pronounced."""
    voice: str
    """The name of the voice, or of the speaker if the voice is unknown."""


@dataclass(frozen=True, slots=True)
class LineFinding:
    """A line whose sound does not say its text."""

    line_id: str
    problem: SoundProblem
    text: str
    heard: str
    """What was heard instead; empty if nothing was."""
    missing: str
    """The words that are missing; empty if none is."""
    start_seconds: float
    end_seconds: float
    """Where it is heard, or where it should be."""
    severity: float
    """Number of words concerned."""


@dataclass(frozen=True, slots=True)
class PassageLines:
    """Which lines should be heard in a stretch of an audiobook."""

    first: int
    """The index of the first line."""
    end: int
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class _LineWords:
    """A line, and the place of its words among all words of the book."""

    line: ExpectedLine
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Copy:
    """A line that is heard once more, and the indices of the words that were heard."""

    line_words: _LineWords
    run: list[int]


class LineChecker:
    """Compares the words of all lines with all words that were heard.

    Args:
        lines: In the order in which they should be heard.
        heard_words: In the order in which they were heard.
        language: A BCP 47 tag.
        doubtful_ids: The numbers of lines whose sound is not as it should be.
        short_ids: The numbers of those that are heard for much less time than they take.
    """

    def __init__(
        self,
        lines: Sequence[ExpectedLine],
        heard_words: Sequence[HeardWord],
        language: str,
        doubtful_ids: Set[str] = frozenset(),
        short_ids: Set[str] = frozenset(),
    ) -> None:
        self._language = language
        self._doubtful_ids, self._short_ids = doubtful_ids, short_ids
        self._pace: float | None = None
        self._doubted: set[int] = set()
        self._denied: set[int] = set()
        # a heard word may be several words, as "1887" is; each gets the times of the whole
        pairs = [(part, word) for word in heard_words for part in split_words(word.text, language)]
        self._heard = [part for part, _ in pairs]
        self._heard_words = [word for _, word in pairs]
        self._expected: list[str] = []
        self._line_words: list[_LineWords] = []
        for line in lines:
            words = split_words(remove_sounds(line.spoken), language)
            first = len(self._expected)
            self._expected += words
            self._line_words.append(_LineWords(line, first, len(self._expected)))
        self._matches = match_heard_words(self._expected, self._heard, language)
        self._used = {match.heard_index for match in self._matches}
        # a word that stands for another one may belong to a line elsewhere
        self._right = {match.heard_index for match in self._matches if match.is_right}
        self._recognised = self._list_recognised_words()
        self._free_phrases = PhraseIndex(self._heard, self._right)

    def resolve_doubts(
        self, rate_texts: TextRater, passages: Sequence[PassageLines]
    ) -> Iterator[float]:
        """Rate the words that were not recognised; those that are likely count as heard.

        Yields how much of that is done, 0 to 1.

        Args:
            rate_texts: Rates a text in a part of the sound.
            passages: Which lines were heard when.
        """
        places = [
            HeardPassage(
                self._line_words[passage.first].first,
                self._line_words[passage.end - 1].end,
                passage.start_seconds,
                passage.end_seconds,
            )
            for passage in passages
            if passage.first < passage.end
        ]
        self._pace = self._measure_pace()
        self._doubt_scattered_words()
        stretches = list(list_doubtful_stretches(self._matches, self._heard_words, places))
        for number, stretch in enumerate(stretches, 1):
            self._resolve_stretch(stretch, rate_texts)
            yield number / len(stretches)

    def _resolve_stretch(self, stretch: DoubtfulStretch, rate_texts: TextRater) -> None:
        """Rate a stretch of words, and note which are said and which are not."""
        first_line = (
            bisect_right(self._line_words, stretch.context_first, key=lambda x: x.first) - 1
        )
        end_line = bisect_left(self._line_words, stretch.context_end, key=lambda x: x.first)
        context = self._line_words[first_line:end_line]
        pieces = [
            piece
            for each in context
            for piece in split_pieces(each.line.spoken, each.first, self._language)
            if stretch.context_first <= piece.first and piece.end <= stretch.context_end
        ]
        texts = [piece.text for piece in pieces]
        if not texts:
            return
        piece_ratings = rate_texts(stretch.start_seconds, stretch.end_seconds, texts)
        rating_by_word = spread_ratings(pieces, piece_ratings)
        is_possible = self._has_time(texts, stretch) and not self._has_other_words(stretch)
        for each in context:
            ratings = {
                index: rating_by_word[index]
                for index in range(each.first, each.end)
                if index in rating_by_word
            }
            doubted = {
                index
                for index in ratings
                if stretch.first <= index < stretch.end and not self._matches[index].is_right
            }
            is_short = each.line.line_id in self._short_ids
            said = choose_said_words(ratings, doubted, is_possible=is_possible, is_short=is_short)
            self._doubted |= doubted
            self._denied |= doubted - said
            for index in said:
                self._matches[index] = WordMatch(self._matches[index].heard_index, is_right=True)

    def _has_time(self, texts: Sequence[str], stretch: DoubtfulStretch) -> bool:
        """Return whether the texts of a stretch, at the usual pace, fit into its time."""
        expected = predict_speech(" ".join(texts), self._language)
        if expected is None or self._pace is None:
            return True
        needed_seconds = _LEAST_TIME_SHARE * self._pace * expected.seconds
        return stretch.end_seconds - stretch.start_seconds >= needed_seconds

    def _has_other_words(self, stretch: DoubtfulStretch) -> bool:
        """Return whether far more words are heard in a stretch than should be said in it."""
        first = bisect_left(self._heard_words, stretch.start_seconds, key=lambda each: each.start)
        end = bisect_left(self._heard_words, stretch.end_seconds, key=lambda each: each.start)
        expected_count = stretch.context_end - stretch.context_first
        return end - first > _MOST_HEARD_SHARE * expected_count + _MOST_MORE_WORDS

    def _doubt_scattered_words(self) -> None:
        """Doubt the words of each line that are recognised too far from most of its words."""
        for line_words in self._line_words:
            places = [
                (index, self._heard_words[heard_index])
                for index in range(line_words.first, line_words.end)
                if (heard_index := self._matches[index].heard_index) is not None
                and self._matches[index].is_right
            ]
            expected = predict_speech(line_words.line.spoken, self._language) if places else None
            if expected is None or self._pace is None:
                continue
            longest = _MOST_TIME_SHARE * self._pace * expected.seconds + _MOST_PAUSES_SECONDS
            if places[-1][1].end - places[0][1].start <= longest:
                continue
            near = [
                {
                    index
                    for index, word in places
                    if first.start <= word.start <= first.start + longest
                }
                for _, first in places
            ]
            for index, _ in places:
                if index not in max(near, key=len):
                    heard_index = self._matches[index].heard_index
                    self._matches[index] = WordMatch(heard_index, is_right=False)

    def _measure_pace(self) -> float | None:
        """Return how long lines usually take, as a multiple of what `predict_speech` expects.

        Only lines whose words were all recognised show this; None if there are none.
        """
        paces = []
        for line_words in self._line_words:
            matches = self._matches[line_words.first : line_words.end]
            places = [match.heard_index for match in matches if match.is_right]
            if len(matches) < _MIN_PACE_WORDS or len(places) < len(matches):
                continue
            first, last = places[0], places[-1]
            expected = predict_speech(line_words.line.spoken, self._language)
            if expected and first is not None and last is not None:
                seconds = self._heard_words[last].end - self._heard_words[first].start
                paces.append(seconds / expected.seconds)
        return median(paces) if paces else None

    def find_problems(self) -> list[LineFinding]:
        """Return the lines that are wrong, worst first."""
        copies = self._list_copies()
        self._doubt_words_in_copies(copies)
        self._recognised = self._list_recognised_words()
        rates = self._measure_voice_rates()
        findings = [
            finding
            for line_words in self._line_words
            if (finding := self._check_line(line_words, rates))
        ]
        findings += self._find_doubled_lines(copies, {finding.line_id for finding in findings})
        return sorted(findings, key=lambda finding: -finding.severity)

    def find_short_lines(self, is_speech: npt.NDArray[np.bool_]) -> set[str]:
        """Return the numbers of the lines that take much less time than others of their voice.

        From now on, they count as such.

        Args:
            is_speech: Which hundredths of a second of the audiobook hold sound: shape (frames,).
        """
        anchors = self._list_anchors()
        times = [
            self._find_time_between(anchors, line_words.first, line_words.end)
            for line_words in self._line_words
        ]
        lines = [line_words.line for line_words in self._line_words]
        self._short_ids = find_hurried_lines(lines, times, is_speech, self._language)
        return set(self._short_ids)

    def _list_anchors(self) -> list[int]:
        """Return the recognised words that follow, or precede, another one in the same way."""
        anchors = set[int]()
        for index, following in pairwise(self._recognised):
            places = [self._matches[each].heard_index or 0 for each in (index, following)]
            if following == index + 1 and places[1] == places[0] + 1:
                anchors |= {index, following}
        return sorted(anchors)

    def _find_time_between(
        self, anchors: Sequence[int], first: int, end: int
    ) -> tuple[float, float] | None:
        """Return when the word before a range of words ends, and the one after it begins."""
        before, after = bisect_left(anchors, first), bisect_left(anchors, end)
        if not before or after == len(anchors):
            return None
        return (
            self._get_heard_word(anchors[before - 1]).end,
            self._get_heard_word(anchors[after]).start,
        )

    def count_heard_forms(self) -> dict[tuple[str, str], Counter[str]]:
        """Return how often each word was heard as which, by voice and word."""
        forms = defaultdict[tuple[str, str], Counter[str]](Counter)
        for line_words in self._line_words:
            for index in range(line_words.first, line_words.end):
                heard_index = self._matches[index].heard_index
                if heard_index is not None:
                    word = (line_words.line.voice, self._expected[index])
                    forms[word][self._heard[heard_index]] += 1
        return dict(forms)

    def _measure_voice_rates(self) -> dict[str, float]:
        """Return the share of words that is usually misheard, by voice: the median of its lines."""
        shares = defaultdict(list)
        for line_words in self._line_words:
            matches = self._matches[line_words.first : line_words.end]
            if matches:
                wrong = sum(not match.is_right for match in matches)
                shares[line_words.line.voice].append((wrong, len(matches)))
        rates = {}
        for voice, counts in shares.items():
            # without the worst tenth, which may be damaged
            kept = sorted(counts, key=lambda pair: pair[0] / pair[1])
            kept = kept[: math.ceil(0.9 * len(kept))]
            rates[voice] = sum(wrong for wrong, _ in kept) / sum(total for _, total in kept)
        return {voice: max(rate, _LOWEST_RATE) for voice, rate in rates.items()}

    def _check_line(self, line_words: _LineWords, rates: dict[str, float]) -> LineFinding | None:
        """Return what is wrong with a line, or None."""
        matches = self._matches[line_words.first : line_words.end]
        if not matches:
            return None
        wrong = sum(not match.is_right for match in matches)
        missing = self._find_missing_words(line_words)
        if missing:
            # single words of it, such as "of", may be heard in what is said instead
            is_whole = wrong >= _SAME_WORDS_SHARE * len(matches)
            is_moved = is_whole and self._find_moved_copy(line_words) is not None
            problem = SoundProblem.MOVED if is_moved else SoundProblem.MISSING
            return self._describe(line_words, problem, missing)
        is_denied = self._denied.issuperset(range(line_words.first, line_words.end))
        if wrong >= max(_MIN_WRONG_WORDS, _WRONG_SHARE * len(matches)) or (
            is_denied and wrong >= _MIN_MISSING_WORDS
        ):
            return self._describe_wrong_line(line_words)
        if line_words.line.line_id in self._short_ids and len(matches) >= _MIN_MISSING_WORDS:
            return self._describe(line_words, SoundProblem.SHORT, [])
        if _is_no_chance(wrong, len(matches), rates[line_words.line.voice]):
            return self._describe(line_words, SoundProblem.MISHEARD, [])
        return None

    def _find_missing_words(self, line_words: _LineWords) -> list[str]:
        """Return the words of the longest run that was not heard, if there was no time for it."""
        run: list[int] = []
        longest: list[int] = []
        for index in range(line_words.first, line_words.end):
            run = [] if self._matches[index].is_right else [*run, index]
            longest = max(longest, run, key=len)
        if (
            longest
            and line_words.line.line_id in self._short_ids
            and self._denied.issuperset(longest)
        ):
            return self._expected[longest[0] : longest[-1] + 1]
        is_whole = len(longest) == line_words.end - line_words.first
        if not is_whole and (
            len(longest) < _MIN_MISSING_WORDS or self._may_be_said(line_words, longest)
        ):
            return []
        words = self._expected[longest[0] : longest[-1] + 1]
        expected = predict_speech(" ".join(words), self._language)
        is_replaced = all(self._matches[index].heard_index is not None for index in longest)
        if expected is None or (is_replaced and len(words) < _MIN_MISSING_WORDS):
            return []  # a recogniser takes a word alone for another one
        needed_seconds = _MISSING_TIME_SHARE * expected.seconds
        if self._denied.issuperset(longest):
            needed_seconds = expected.seconds + _PAUSE_SECONDS
        has_time = self._measure_gap(longest[0], longest[-1] + 1) >= needed_seconds
        return [] if has_time else words

    def _describe_wrong_line(self, line_words: _LineWords) -> LineFinding:
        """Return what is wrong: without time for its words, no others were said instead."""
        if self._find_moved_copy(line_words) is not None:
            return self._describe(line_words, SoundProblem.MOVED, [])
        words = self._expected[line_words.first : line_words.end]
        expected = predict_speech(" ".join(words), self._language)
        gap = self._measure_gap(line_words.first, line_words.end)
        if expected is not None and gap < _MISSING_TIME_SHARE * expected.seconds:
            return self._describe(line_words, SoundProblem.MISSING, words)
        return self._describe(line_words, SoundProblem.OTHER, [])

    def _measure_gap(self, first: int, end: int) -> float:
        """Return the time in seconds between the words that were heard around a range of words."""
        return self._find_heard_start(end) - self._find_heard_end(first)

    def _may_be_said(self, line_words: _LineWords, run: Sequence[int]) -> bool:
        """Return whether a short run of words stands among others that were hard to recognise.

        If the line does not sound as it should, the run is missing all the same.
        """
        if len(run) >= _MIN_CLEAR_WORDS or line_words.line.line_id in self._doubtful_ids:
            return False
        around = range(run[0] - _UNCLEAR_WORDS, run[-1] + _UNCLEAR_WORDS + 1)
        return not self._doubted.intersection(around).issubset(run)

    def _list_recognised_words(self) -> list[int]:
        """Return the indices of the words of the book that were recognised."""
        return [
            index
            for index, match in enumerate(self._matches)
            if match.is_right and match.heard_index is not None
        ]

    def _find_heard_end(self, index: int) -> float:
        """Return when the last recognised word before a word of the book ends."""
        place = bisect_left(self._recognised, index)
        return self._get_heard_word(self._recognised[place - 1]).end if place else 0.0

    def _find_heard_start(self, index: int) -> float:
        """Return when the first recognised word from a word of the book on begins."""
        place = bisect_left(self._recognised, index)
        if place < len(self._recognised):
            return self._get_heard_word(self._recognised[place]).start
        return self._heard_words[-1].end if self._heard_words else 0.0

    def _get_heard_word(self, index: int) -> HeardWord:
        """Return what was heard for a word of the book that was recognised."""
        return self._heard_words[self._matches[index].heard_index or 0]

    def _find_moved_copy(self, line_words: _LineWords) -> int | None:
        """Return where the words of a line are heard, in the place of other words or of none."""
        words = self._expected[line_words.first : line_words.end]
        if len(words) < _MIN_REPEATED_WORDS:
            return None
        wanted = Counter(words)
        for start in self._free_phrases.list_starts(words):
            window = range(start, start + len(words))
            free = [self._heard[index] for index in window if index not in self._right]
            if sum((Counter(free) & wanted).values()) >= _SAME_WORDS_SHARE * len(words):
                return start
        return None

    def _find_doubled_lines(
        self, copies: Sequence[_Copy], known_ids: set[str]
    ) -> list[LineFinding]:
        """Return the lines that are heard once more than they stand in the book."""
        findings = []
        for copy in copies:
            line = copy.line_words.line
            if line.line_id in known_ids:
                continue
            known_ids.add(line.line_id)
            words = [self._heard[index] for index in copy.run]
            findings.append(
                LineFinding(
                    line.line_id,
                    SoundProblem.DOUBLED,
                    line.text,
                    " ".join(words),
                    "",
                    self._heard_words[copy.run[0]].start,
                    self._heard_words[copy.run[-1]].end,
                    float(len(words)),
                )
            )
        return findings

    def _doubt_words_in_copies(self, copies: Sequence[_Copy]) -> None:
        """Doubt the words of other lines that are recognised within a copy of a line.

        A copy that stands in the place of a line may have some of its words.
        """
        indices = {match.heard_index: index for index, match in enumerate(self._matches)}
        for copy in copies:
            own = range(copy.line_words.first, copy.line_words.end)
            for heard_index in range(copy.run[0], copy.run[-1]):
                index = indices.get(heard_index)
                if index is not None and index not in own:
                    self._matches[index] = WordMatch(heard_index, is_right=False)

    def _list_copies(self) -> list[_Copy]:
        """Return the runs of words that no line needs, and that are like a line."""
        line_index = LineIndex(self._expected[each.first : each.end] for each in self._line_words)
        copies = []
        for run in self._list_unused_runs():
            words = [self._heard[index] for index in run]
            likest = [self._line_words[index] for index in line_index.find_likest(words)]
            best = min(likest, key=lambda each: abs(self._find_place(each) - run[0]), default=None)
            if best is not None and self._is_copy(best, words):
                copies.append(_Copy(best, run))
        return copies

    def _find_place(self, line_words: _LineWords) -> int:
        """Return the index of the word that is heard for the first of a line; 0 if none is."""
        return self._matches[line_words.first].heard_index or 0

    def _is_copy(self, line_words: _LineWords, words: list[str]) -> bool:
        """Return whether words are most of a line, as it is written or as it is heard elsewhere."""
        matches = self._matches[line_words.first : line_words.end]
        places = [match.heard_index for match in matches if match.heard_index is not None]
        own_words = self._expected[line_words.first : line_words.end]
        heard_words = self._heard[places[0] : places[-1] + 1] if places else []
        return any(
            len(line) >= _MIN_REPEATED_WORDS
            and sum((Counter(line) & Counter(words)).values()) >= _SAME_WORDS_SHARE * len(line)
            for line in (own_words, heard_words)
            if len(line) <= 2 * len(own_words)
        )

    def _list_unused_runs(self) -> list[list[int]]:
        """Return the runs of at least `_MIN_REPEATED_WORDS` heard words that no line needs.

        Where a line is heard twice, the alignment may take single words from the wrong copy.
        """
        runs: list[list[int]] = [[]]
        for index in range(len(self._heard)):
            if index in self._used:
                continue
            if runs[-1] and index - runs[-1][-1] - 1 > _MAX_STRAY_WORDS:
                runs.append([])
            runs[-1].append(index)
        return [run for run in runs if len(run) >= _MIN_REPEATED_WORDS]

    def _describe(
        self, line_words: _LineWords, problem: SoundProblem, missing: list[str]
    ) -> LineFinding:
        """Return a finding, with what was heard and when."""
        matches = self._matches[line_words.first : line_words.end]
        indices = [match.heard_index for match in matches if match.heard_index is not None]
        start = self._find_heard_end(line_words.first)
        end = self._find_heard_start(line_words.end)
        heard = ""
        if indices:
            span = range(indices[0], indices[-1] + 1)
            heard = " ".join(dict.fromkeys(self._heard_words[i].text for i in span))
            start, end = self._heard_words[span[0]].start, self._heard_words[span[-1]].end
        wrong = sum(not match.is_right for match in matches)
        return LineFinding(
            line_words.line.line_id,
            problem,
            line_words.line.text,
            heard,
            " ".join(missing),
            start,
            max(end, start),
            float(max(wrong, len(missing))),
        )


def _is_no_chance(wrong: int, total: int, rate: float) -> bool:
    """Return whether so many wrong words of a line are unlikely at the usual rate of its voice."""
    if wrong < _MIN_WRONG_WORDS:
        return False
    tail = sum(
        math.comb(total, count) * rate**count * (1 - rate) ** (total - count)
        for count in range(wrong, total + 1)
    )
    return tail < _CHANCE


def is_said(
    line: ExpectedLine, heard_words: Sequence[HeardWord], language: str, *, is_short: bool = False
) -> bool:
    """Return whether a line is heard among these words, as far as a recogniser can tell.

    Args:
        line: The line.
        heard_words: What was heard, in order.
        language: A BCP 47 tag.
        is_short: Whether the line is heard for much less time than it takes: then its last word
            must be among those that are heard, and its first.
    """
    words = split_words(remove_sounds(line.spoken), language)
    heard = [part for word in heard_words for part in split_words(word.text, language)]
    matches = match_heard_words(words, heard, language)
    if is_short and matches and not (matches[0].is_right and matches[-1].is_right):
        return False
    wrong = sum(not match.is_right for match in matches)
    return wrong <= _MAX_WRONG_SHARE * len(words)
