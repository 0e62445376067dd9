"""Divides timed lines into captions that are short enough to read and break at phrases.

The rules are those of professional subtitling:

- at most two lines of 42 characters; between 5/6 and 7 seconds on the screen; two frames between
  two captions; lines broken at punctuation, before conjunctions and prepositions, and never after
  an article (Netflix, Timed Text Style Guide: General Requirements, 1, 3 and 5);
- 17 characters per second (Netflix, English Template Timed Text Style Guide, 2, for adults).
  Captions are verbatim, so fast speech may exceed that; its captions then stay on the screen
  during the silence that follows.

Widths are counted in columns: wide characters, such as Han, take two columns, all others one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from narrator.languages.caption_words import load_break_words
from narrator.text.quotes import CLOSING_BRACKETS, CLOSING_MARKS, character_class
from narrator.text.words import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.languages.caption_words import BreakWords
    from narrator.readalong.word_timing import TimedLine

MAX_LINE_COLUMNS = 42
"""The maximum width of one line on the screen, in columns."""
MAX_CAPTION_LINES = 2
"""The maximum number of lines of one caption."""
MIN_CAPTION_SECONDS = 5 / 6
"""The shortest time that a caption should stay on the screen."""
MAX_CAPTION_SECONDS = 7.0
"""The longest time that a caption stays on the screen."""
COLUMNS_PER_SECOND = 17.0
"""The speed at which an adult reads captions."""
CAPTION_GAP_SECONDS = 2 / 24
"""The time between two captions: two frames of film."""

_CLAUSE_END = re.compile(rf"[,;:—–)]{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}*$")
_OUTER_PUNCTUATION = re.compile(r"^[\W_]+|[\W_]+$")

# The costs below have no unit: only their ratios matter.
_CLAUSE_BREAK_COST = 1.0
_WORD_BREAK_COST = 4.0
"""The cost of a break without punctuation, before a word that opens a phrase."""
_WITHIN_PHRASE_COST = 4.0
"""Added if the next word does not open a phrase."""
_DEPENDENT_WORD_COST = 6.0
"""Added if the word before the break, such as an article, belongs to the word after it."""
_CAPTION_COST = 6.0
"""The cost of each caption, about that of a poor break, which keeps the number of captions low."""
_SHORT_CAPTION_COST = 8.0
"""Added if a caption is spoken in less than `MIN_CAPTION_SECONDS`."""
_COLUMNS_PER_COST = 4
"""The difference in width between two lines, in columns, that costs one."""
_LONG_UPPER_LINE_COST = 1.0
"""Added if the upper line is the longer one, because it would hide more of a picture."""
_SPEAKER_CHANGE_BONUS = 3.0
"""Subtracted if the speaker changes at the break between two lines."""


@dataclass(frozen=True, slots=True)
class CaptionWord:
    """A word on the screen, or a part of one that is too wide for a line."""

    text: str
    has_space_before: bool
    """Whether a space precedes the word; the space is not shown if the word begins a line."""
    speaker: str | None
    """The name of the character; none for the narrator."""
    start_seconds: float
    end_seconds: float
    paragraph_key: tuple[int, int]
    """The numbers of the chapter and of the paragraph."""


@dataclass(frozen=True, slots=True)
class SpeakerRun:
    """A part of a line on the screen that one speaker says."""

    speaker: str | None
    """The name of the character; none for the narrator."""
    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """The text that is on the screen at one time."""

    start_seconds: float
    end_seconds: float
    lines: tuple[tuple[SpeakerRun, ...], ...]
    """One or two lines; the runs of a line include the spaces between them."""

    @property
    def line_texts(self) -> tuple[str, ...]:
        """Return the lines as plain text."""
        return tuple("".join(run.text for run in line) for line in self.lines)

    @property
    def text(self) -> str:
        """Return the whole text on one line."""
        return " ".join(self.line_texts)


def build_captions(
    timed_lines: Iterable[TimedLine], sample_rate: int, language: str
) -> list[Caption]:
    """Return the captions of some lines, in order and without overlap.

    Args:
        timed_lines: the lines, with their words timed.
        sample_rate: samples per second of the audio.
        language: a BCP 47 tag. If no break words are known for it, captions break at punctuation.
    """
    break_words = load_break_words(language)
    word_groups: list[Sequence[CaptionWord]] = []
    previous_end = -1
    for timed_line in timed_lines:
        # Two lines that touch in the book, as at a closing mark, have no space between them.
        has_space = timed_line.line.start != previous_end
        words = tuple(_split_words(timed_line, sample_rate, has_space_before=has_space))
        word_groups += _split_into_groups(words, break_words)
        previous_end = timed_line.line.end
    merged_groups = _merge_short_groups(word_groups)
    return _extend_captions([_lay_out_group(group, break_words) for group in merged_groups])


def measure_columns(text: str) -> int:
    """Return the number of columns that a text takes; combining marks take none."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
        if not unicodedata.combining(character)
    )


# ---------------------------------------------------------------------------------- words


def _split_words(
    timed_line: TimedLine, sample_rate: int, *, has_space_before: bool
) -> Iterator[CaptionWord]:
    """Yield the words of a line; a word that is too wide for the screen is yielded in parts."""
    line, previous_end = timed_line.line, 0
    for word in timed_line.words:
        part_texts = list(_split_wide_word(word.text))
        part_samples = (word.end_sample - word.start_sample) / len(part_texts)
        for part_index, part_text in enumerate(part_texts):
            is_spaced = word.line_offset > previous_end if previous_end else has_space_before
            yield CaptionWord(
                part_text,
                part_index == 0 and is_spaced,
                line.speaker,
                (word.start_sample + part_samples * part_index) / sample_rate,
                (word.start_sample + part_samples * (part_index + 1)) / sample_rate,
                (line.chapter, line.paragraph),
            )
        previous_end = word.line_offset + len(word.text)


def _split_wide_word(text: str) -> Iterator[str]:
    """Yield parts of a word that each fit one line, all but the last as wide as possible."""
    while measure_columns(text) > MAX_LINE_COLUMNS:
        part_length = next(
            length
            for length in range(len(text), 0, -1)
            if measure_columns(text[:length]) <= MAX_LINE_COLUMNS
        )
        yield text[:part_length]
        text = text[part_length:]
    yield text


def _join_words(words: Sequence[CaptionWord]) -> str:
    return "".join(
        f" {word.text}" if word.has_space_before and index else word.text
        for index, word in enumerate(words)
    )


# ---------------------------------------------------------------------------------- breaks


def _score_break(before: CaptionWord, after: CaptionWord, break_words: BreakWords) -> float:
    """Return the cost of a break between two words: 0 at the end of a sentence."""
    if ends_sentence(before.text):
        return 0.0
    if _CLAUSE_END.search(before.text):
        return _CLAUSE_BREAK_COST
    word_before, word_after = (
        _OUTER_PUNCTUATION.sub("", word.text).casefold() for word in (before, after)
    )
    return (
        _WORD_BREAK_COST
        + (_WITHIN_PHRASE_COST if word_after not in break_words.phrase_openers else 0.0)
        + _DEPENDENT_WORD_COST * (word_before in break_words.dependent_words)
    )


def _split_into_groups(
    words: Sequence[CaptionWord], break_words: BreakWords
) -> list[Sequence[CaptionWord]]:
    """Split a line of the book into groups that each fit one caption, at the lowest total cost.

    This is the shortest path from the first word to the last over all positions where the line may
    be split, found by dynamic programming.
    """
    # costs[end] is the lowest cost of splitting words[:end]; origins[end] is the index of the first
    # word in the last group of that split.
    costs, origins = [0.0], [0]
    for end in range(1, len(words) + 1):
        lowest_cost, best_start = float("inf"), end - 1
        for start in range(end - 1, -1, -1):
            # A single word must be accepted even if its speech takes longer than the limit.
            if end - start > 1 and not _fits_caption(words[start:end]):
                break
            cost = costs[start] + _score_group(words, start, end, break_words)
            if cost < lowest_cost:
                lowest_cost, best_start = cost, start
        costs.append(lowest_cost)
        origins.append(best_start)
    boundaries = [len(words)]
    # Walk back along the best split, from the end.
    while boundaries[-1]:
        boundaries.append(origins[boundaries[-1]])
    return [words[start:end] for start, end in pairwise(reversed(boundaries))]


def _score_group(
    words: Sequence[CaptionWord], start: int, end: int, break_words: BreakWords
) -> float:
    """Return the cost of a caption of words[start:end], with the break after it."""
    is_short = words[end - 1].end_seconds - words[start].start_seconds < MIN_CAPTION_SECONDS
    is_last = end == len(words)
    break_cost = 0.0 if is_last else _score_break(words[end - 1], words[end], break_words)
    return _CAPTION_COST + break_cost + _SHORT_CAPTION_COST * is_short


def _fits_caption(words: Sequence[CaptionWord]) -> bool:
    """Return whether words are spoken within `MAX_CAPTION_SECONDS` and fit on one or two lines."""
    if words[-1].end_seconds - words[0].start_seconds > MAX_CAPTION_SECONDS:
        return False
    return measure_columns(_join_words(words)) <= MAX_LINE_COLUMNS or bool(_find_line_breaks(words))


def _find_line_breaks(words: Sequence[CaptionWord]) -> list[int]:
    """Return the indices of the words that may begin the second of two lines."""
    total_columns = measure_columns(_join_words(words))
    # The space at the break is not shown, so one column more than two full lines may fit.
    if total_columns > MAX_CAPTION_LINES * MAX_LINE_COLUMNS + 1:
        return []
    break_indices, upper_columns = [], 0
    for index, word in enumerate(words[:-1], 1):
        upper_columns += measure_columns(word.text) + (word.has_space_before and index > 1)
        lower_columns = total_columns - upper_columns - words[index].has_space_before
        if upper_columns <= MAX_LINE_COLUMNS and lower_columns <= MAX_LINE_COLUMNS:
            break_indices.append(index)
    return break_indices


def _merge_short_groups(groups: Sequence[Sequence[CaptionWord]]) -> list[Sequence[CaptionWord]]:
    """Merge captions that are shown too briefly with a neighbour in the same paragraph."""
    merged_groups: list[Sequence[CaptionWord]] = []
    for index, group in enumerate(groups):
        if merged_groups and group[0].paragraph_key == merged_groups[-1][0].paragraph_key:
            joined_group = (*merged_groups[-1], *group)
            is_last = index + 1 == len(groups)
            next_start = float("inf") if is_last else groups[index + 1][0].start_seconds
            # Merging helps if either of the two captions would be shown too briefly.
            is_short = _is_too_short(merged_groups[-1], group[0].start_seconds) or _is_too_short(
                group, next_start
            )
            if is_short and _fits_caption(joined_group):
                merged_groups[-1] = joined_group
                continue
        merged_groups.append(group)
    return merged_groups


def _is_too_short(group: Sequence[CaptionWord], next_start: float) -> bool:
    """Return whether a caption is shown too briefly, even if it stays until the next one."""
    return next_start - CAPTION_GAP_SECONDS - group[0].start_seconds < MIN_CAPTION_SECONDS


# ---------------------------------------------------------------------------------- layout


def _lay_out_group(words: Sequence[CaptionWord], break_words: BreakWords) -> Caption:
    """Return a caption of one line, or of two lines with the break that costs least."""
    lines = [words]
    if measure_columns(_join_words(words)) > MAX_LINE_COLUMNS:
        break_index = min(
            _find_line_breaks(words),
            key=lambda index: _score_line_break(words, index, break_words),
        )
        lines = [words[:break_index], words[break_index:]]
    return Caption(
        words[0].start_seconds,
        words[-1].end_seconds,
        tuple(_group_by_speaker(line) for line in lines),
    )


def _score_line_break(
    words: Sequence[CaptionWord], break_index: int, break_words: BreakWords
) -> float:
    """Return the cost of breaking a caption before the word with index `break_index`."""
    upper_columns = measure_columns(_join_words(words[:break_index]))
    lower_columns = measure_columns(_join_words(words[break_index:]))
    before, after = words[break_index - 1], words[break_index]
    balance_cost = abs(upper_columns - lower_columns) / _COLUMNS_PER_COST + (
        _LONG_UPPER_LINE_COST if upper_columns > lower_columns else 0.0
    )
    speaker_cost = -_SPEAKER_CHANGE_BONUS if before.speaker != after.speaker else 0.0
    return _score_break(before, after, break_words) + balance_cost + speaker_cost


def _group_by_speaker(words: Sequence[CaptionWord]) -> tuple[SpeakerRun, ...]:
    """Divide one line of a caption into runs, each with the words of one speaker."""
    runs: list[SpeakerRun] = []
    # Within a line, the space before a run belongs to that run.
    for speaker, speaker_words in groupby(words, key=lambda word: word.speaker):
        run_words = list(speaker_words)
        space = " " if runs and run_words[0].has_space_before else ""
        runs.append(SpeakerRun(speaker, space + _join_words(run_words)))
    return tuple(runs)


# ---------------------------------------------------------------------------------- time


def _extend_captions(captions: Sequence[Caption]) -> list[Caption]:
    """Extend each caption to the time that reading takes, or until shortly before the next one."""
    extended_captions = []
    for index, caption in enumerate(captions):
        latest_end = float("inf")
        if index + 1 < len(captions):
            next_start = captions[index + 1].start_seconds
            # If two captions start less than two gaps apart, the gap is half of that time, because
            # a caption must not end before it starts.
            latest_end = max(
                next_start - CAPTION_GAP_SECONDS, (caption.start_seconds + next_start) / 2
            )
        reading_seconds = sum(map(measure_columns, caption.line_texts)) / COLUMNS_PER_SECOND
        shown_seconds = max(MIN_CAPTION_SECONDS, min(reading_seconds, MAX_CAPTION_SECONDS))
        preferred_end = max(caption.end_seconds, caption.start_seconds + shown_seconds)
        extended_captions.append(replace(caption, end_seconds=min(preferred_end, latest_end)))
    return extended_captions
