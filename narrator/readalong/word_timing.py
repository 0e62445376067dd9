"""Determines when each written word is heard.

An engine reports when each spoken word begins, but spoken words differ from written ones: "Dr. Lee
paid £5" is spoken as "Doctor Lee paid five pounds". Written and spoken words are therefore aligned
first. Words that agree take their time from the engine; the words between them share the time that
is left. If the engine reports nothing, the time of the line is divided in proportion to the length
of its words, and the words are marked as estimates.

Both texts are split into tokens in the same way. A position among the spoken words is a float:
2.0 is the beginning of the third spoken word, 2.5 its middle. Such positions, converted to samples
by linear interpolation, are the times of the written words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from narrator.model import Span
from narrator.normalisation.phonetic_text import blank_sounds
from narrator.text.quotes import (
    CLOSING_BRACKETS,
    CLOSING_MARKS,
    EAST_ASIAN_CLOSING,
    SPACED_OPENING_MARKS,
    character_class,
)
from narrator.text.words import ALL_SENTENCE_ENDS, CLAUSE_ENDS, EAST_ASIAN_CHARACTERS, has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book, Line, LineTiming, WordTiming

_MARKS_AFTER_DASH = "\"'”’»)\\]"
"""Marks that close a quotation after a dash. `CLOSING_MARKS` would be too wide: in English, “ after
a dash belongs to the next word."""
_CJK_PUNCTUATION = character_class(ALL_SENTENCE_ENDS, CLAUSE_ENDS, EAST_ASIAN_CLOSING)
_TOKEN_PATTERN = re.compile(
    # A Han or kana character, with other characters joined to its front, and closing marks.
    rf"[^\s—–{EAST_ASIAN_CHARACTERS}]*[{EAST_ASIAN_CHARACTERS}]{_CJK_PUNCTUATION}*"
    # A word that ends in a dash, with closing marks that no other word follows at once.
    rf"|[^\s—–{EAST_ASIAN_CHARACTERS}]*[—–]+[{_MARKS_AFTER_DASH}]*(?!\w)"
    # A word that ends in a dash, followed at once by the next word.
    rf"|[^\s—–{EAST_ASIAN_CHARACTERS}]*[—–]+"
    # Any other word.
    rf"|[^\s—–{EAST_ASIAN_CHARACTERS}]+"
)
"""A word with the punctuation around it. A dash ends a word, and each Han or kana character is a
word of its own, as these scripts have no spaces."""
_SPACED_OPENING = frozenset(SPACED_OPENING_MARKS)
_PAUSE_MARK = re.compile(rf"[,;:.!?…—–]{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}*$")

PUNCTUATION_WEIGHT = 3.0
"""The pause at a comma or full stop within a line, in units of the time of one letter. With espeak
at 170 words per minute, the pause takes 0.15 to 0.3 seconds, and one letter takes about 1/14."""
DIGIT_WEIGHT = 4.0
"""The time of a digit, in units of the time of one letter: "7" is spoken as "seven"."""
WORD_WEIGHT = 1.0
"""The time that each word takes in addition to its letters, in units of the time of one letter."""


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word of a text, with the punctuation around it."""

    start: int
    end: int
    """Character offsets into the text; the space after the word is left out."""
    match_key: str
    """Its letters and digits in lower case, by which written and spoken words are compared."""
    letter_weight: float
    """The estimated time that it takes to say, in units of the time of one letter."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A written word, and when it is heard."""

    text: str
    """The word with the punctuation around it."""
    line_offset: int
    """The character offset of its start in `Line.text`."""
    source_span: Span
    start_sample: int
    """The sample at which it begins, from the beginning of the audiobook."""
    end_sample: int
    """The sample at which the next word begins, or the speech of the line ends."""
    is_estimated: bool
    """Whether `start_sample` is an estimate rather than a report of the engine."""


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A line, and when each of its words is heard."""

    line: Line
    start_sample: int
    """The sample at which it begins, from the beginning of the audiobook."""
    end_sample: int
    """The sample at which its speech ends, before the pause."""
    words: tuple[TimedWord, ...] = field(repr=False)

    def shift(self, sample_offset: int) -> TimedLine:
        """Return the same line, with all of its times later by `sample_offset` samples."""
        words = tuple(
            replace(
                word,
                start_sample=word.start_sample + sample_offset,
                end_sample=word.end_sample + sample_offset,
            )
            for word in self.words
        )
        return replace(
            self,
            start_sample=self.start_sample + sample_offset,
            end_sample=self.end_sample + sample_offset,
            words=words,
        )


def time_line_words(line: Line, line_timing: LineTiming, book: Book) -> TimedLine:
    """Return a line with each of its written words timed.

    Every character of `Line.text` except spaces is in exactly one word. A line that consists of
    punctuation, such as "...", is one word.
    """
    written_tokens = split_word_tokens(line.text)
    spoken_tokens = split_word_tokens(blank_sounds(line.spoken or line.text))
    sample_count = line_timing.end - line_timing.start
    spoken_starts, reported_indices = _find_spoken_starts(
        spoken_tokens, line_timing.word_timings, sample_count
    )
    positions = align_written_words(written_tokens, spoken_tokens)
    # Position i of the spoken words is heard at spoken_starts[i], the position after the last one
    # at the end of the speech. Times are truncated to whole samples.
    known_samples = [*spoken_starts, sample_count]
    boundary_samples = np.interp(positions, range(len(known_samples)), known_samples).astype(int)
    source_spans = _find_source_spans(line, written_tokens, book)
    words = tuple(
        TimedWord(
            line.text[token.start : token.end],
            token.start,
            source_span,
            line_timing.start + start_sample,
            line_timing.start + end_sample,
            # Only a written word that begins with a reported word has a reported time.
            not (position.is_integer() and int(position) in reported_indices),
        )
        # `positions` has one element more than the others: the end of the last word.
        for token, source_span, position, (start_sample, end_sample) in zip(
            written_tokens,
            source_spans,
            positions,
            pairwise(boundary_samples.tolist()),
            strict=False,
        )
    )
    return TimedLine(line, line_timing.start, line_timing.end, words)


def split_word_tokens(text: str) -> list[WordToken]:
    """Split a text into words.

    Punctuation that stands alone belongs to the word before it, or to the first word. An opening
    mark that is set apart, as in French, belongs to the word after it.
    """
    spans: list[tuple[int, int]] = []
    punctuation_start = None  # where punctuation before the next word starts
    for match in _TOKEN_PATTERN.finditer(text):
        start, end = match.span()
        if has_words(match[0]):
            spans.append((start if punctuation_start is None else punctuation_start, end))
            punctuation_start = None
        elif punctuation_start is not None:
            continue
        elif spans and match[0] not in _SPACED_OPENING:
            spans[-1] = (spans[-1][0], end)
        else:
            punctuation_start = start
    if punctuation_start is not None:
        last_start = spans.pop()[0] if spans else punctuation_start
        spans.append((last_start, len(text.rstrip())))
    return [_create_token(text[start:end], start, end) for start, end in spans]


def _create_token(text: str, start: int, end: int) -> WordToken:
    match_key = "".join(filter(str.isalnum, text)).casefold()
    digit_count = sum(character.isdecimal() for character in match_key)
    punctuation_weight = PUNCTUATION_WEIGHT if _PAUSE_MARK.search(text) else 0.0
    # Each digit counts as a letter in the length of the key already.
    letter_weight = (
        len(match_key) + (DIGIT_WEIGHT - 1) * digit_count + punctuation_weight + WORD_WEIGHT
    )
    return WordToken(start, end, match_key, letter_weight)


class _AlignedRange(NamedTuple):
    """Written words and the spoken words that they correspond to, as half-open ranges."""

    written_start: int
    written_end: int
    spoken_start: int
    spoken_end: int

    @property
    def has_empty_side(self) -> bool:
        """Return whether words were not spoken, or were spoken without being written."""
        return self.written_start == self.written_end or self.spoken_start == self.spoken_end


def align_written_words(
    written_tokens: Sequence[WordToken], spoken_tokens: Sequence[WordToken]
) -> list[float]:
    """Return the position of each written word among the spoken ones, and the end of the last.

    The result has one element more than there are written words. Positions never decrease, and each
    written word gets some of the time, unless there are no spoken words.
    """
    written_keys = [token.match_key for token in written_tokens]
    spoken_keys = [token.match_key for token in spoken_tokens]
    if not written_keys or written_keys == spoken_keys:
        return [float(index) for index in range(len(written_keys) + 1)]
    positions: list[float] = []
    for written_start, written_end, spoken_start, spoken_end in _match_ranges(
        written_keys, spoken_keys
    ):
        if written_end - written_start == spoken_end - spoken_start:
            positions += [float(index) for index in range(spoken_start, spoken_end)]
        else:
            weights = [token.letter_weight for token in written_tokens[written_start:written_end]]
            positions += _divide_range(weights, spoken_start, spoken_end)
    return [*positions, float(len(spoken_tokens))]


def _match_ranges(written_keys: list[str], spoken_keys: list[str]) -> list[_AlignedRange]:
    """Return ranges of written and spoken words that correspond, as small as possible.

    Neither side of a range is empty: words that were not spoken, or were spoken without being
    written, belong to the word before them, or to the first one.
    """
    aligned_ranges: list[_AlignedRange] = []
    matcher = SequenceMatcher(None, written_keys, spoken_keys, autojunk=False)
    for _, written_start, written_end, spoken_start, spoken_end in matcher.get_opcodes():
        word_count = written_end - written_start
        if word_count == spoken_end - spoken_start:
            # As many words on both sides: they correspond one to one, whether they agree or not.
            new_ranges = [
                _AlignedRange(
                    written_start + offset,
                    written_start + offset + 1,
                    spoken_start + offset,
                    spoken_start + offset + 1,
                )
                for offset in range(word_count)
            ]
        else:
            new_ranges = [_AlignedRange(written_start, written_end, spoken_start, spoken_end)]
        for new_range in new_ranges:
            previous_range = aligned_ranges[-1] if aligned_ranges else None
            if previous_range and (new_range.has_empty_side or previous_range.has_empty_side):
                aligned_ranges[-1] = previous_range._replace(
                    written_end=new_range.written_end, spoken_end=new_range.spoken_end
                )
            else:
                aligned_ranges.append(new_range)
    return aligned_ranges


def _divide_range(weights: Sequence[float], start: int, end: int) -> list[float]:
    """Divide a range among words in proportion to their weights; return where each begins."""
    total_weight = sum(weights)
    weights_before = accumulate(weights[:-1], initial=0.0)
    return [start + (end - start) * weight / total_weight for weight in weights_before]


def _find_spoken_starts(
    spoken_tokens: Sequence[WordToken], word_timings: Sequence[WordTiming], sample_count: int
) -> tuple[list[float], set[int]]:
    """Return when each spoken word begins, and the indices of those that the engine reported.

    Times are in samples from the beginning of the line. They never decrease, and are at most
    `sample_count`, the length of the speech.
    """
    reported_samples = _match_reports(spoken_tokens, word_timings)
    # The weight of all words before each spoken word; the last element is that of the whole line.
    weights_before = [0.0, *accumulate(token.letter_weight for token in spoken_tokens)]
    # Word index -> sample, in order of the index: the ends of the line and the reported words.
    anchor_samples = {0: 0, **reported_samples, len(spoken_tokens): sample_count}
    # A report may be later than the end of the speech or earlier than the one before it.
    rising_samples = np.maximum.accumulate(
        [min(sample, sample_count) for sample in anchor_samples.values()]
    )
    # Words between two anchors share the time between them in proportion to their weights.
    starts = np.interp(
        weights_before[:-1], [weights_before[index] for index in anchor_samples], rising_samples
    )
    return starts.tolist(), set(reported_samples)


def _match_reports(
    spoken_tokens: Sequence[WordToken], word_timings: Sequence[WordTiming]
) -> dict[int, int]:
    """Return the reported sample of each spoken word that the engine reported, by word index.

    A report belongs to the word that contains its character offset. If a word has several reports,
    as for the parts of a compound, the first one counts.
    """
    reported_samples: dict[int, int] = {}
    reports = iter(sorted(word_timings, key=lambda word_timing: word_timing.start))
    report = next(reports, None)
    for index, token in enumerate(spoken_tokens):
        is_last = index + 1 == len(spoken_tokens)
        next_start = float("inf") if is_last else spoken_tokens[index + 1].start
        while report is not None and report.start < next_start:
            if report.start >= token.start or index == 0:
                reported_samples.setdefault(index, report.sample)
            report = next(reports, None)
    return reported_samples


def _find_source_spans(line: Line, written_tokens: Sequence[WordToken], book: Book) -> list[Span]:
    """Return the span of each written word in the book, or the span of the line if it was edited.

    `Line.text` is a stretch of the book's text with different spaces and without some marks that
    are not spoken, so its characters are searched for one after the other. The line was edited if a
    character is missing, or if the search skips a letter or digit of the book.
    """
    # book_offsets holds the offset in the book of each character of the line that is not a space.
    book_offsets, search_start = [], line.start
    for character in line.text.replace(" ", ""):
        book_offset = book.readable_text.find(character, search_start, line.end)
        if book_offset < 0 or has_words(book.readable_text[search_start:book_offset]):
            return [Span(line.start, line.end)] * len(written_tokens)
        book_offsets.append(book_offset)
        search_start = book_offset + 1
    # character_counts[i] is the number of characters in line.text[:i] that are not spaces.
    character_counts = [0, *accumulate(character != " " for character in line.text)]
    return [
        Span(
            book_offsets[character_counts[token.start]],
            book_offsets[character_counts[token.end] - 1] + 1,
        )
        for token in written_tokens
    ]
