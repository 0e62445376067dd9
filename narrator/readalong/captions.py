"""A performance becomes captions: short enough to read, broken where the sentence is.

The rules are those of the trade:

- at most two lines of 42 characters; between 5/6 and 7 seconds on the screen; two frames between
  two captions; lines broken at marks, before conjunctions and prepositions, and never after an
  article (Netflix, Timed Text Style Guide: General Requirements, 1, 3 and 5);
- 17 characters a second (Netflix, English Template Timed Text Style Guide, 2, for adults). A voice
  that speaks faster is followed all the same, as these captions are verbatim; the silence after it
  is used.

A sign of twice the width, such as a Han sign, counts as two characters.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.readalong.word_timing import TimedLine

MAX_COLUMNS = 42
"""Characters a line."""
MAX_LINES = 2
MIN_SECONDS = 5 / 6
"""Seconds."""
MAX_SECONDS = 7.0
"""Seconds."""
COLUMNS_PER_SECOND = 17.0
"""Characters a second."""
GAP_SECONDS = 2 / 24
"""Seconds between two captions: two frames."""

_SENTENCE = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
_CLAUSE = re.compile(r"[,;:—–)][\"'”’»)\]]*$")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class CaptionWord:
    """A word on the screen."""

    text: str
    has_space_before: bool
    """Whether a space stands before it, where it does not begin a line."""
    speaker: str | None
    start_seconds: float
    end_seconds: float
    """Seconds."""
    paragraph_key: tuple[int, int]
    """Chapter and paragraph."""


@dataclass(frozen=True, slots=True)
class SpeakerRun:
    """A stretch of a line on the screen that one speaker says."""

    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """What is on the screen at one time."""

    start_seconds: float
    end_seconds: float
    """Seconds."""
    lines: tuple[tuple[SpeakerRun, ...], ...]
    """One or two; the stretches of a line join to it as they are."""

    @property
    def line_texts(self) -> tuple[str, ...]:
        """Its lines as plain text."""
        return tuple("".join(said.text for said in line) for line in self.lines)

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(self.line_texts)


def build_captions(
    timed_lines: Iterable[TimedLine], sample_rate: int, language: str
) -> list[Caption]:
    """The captions of some lines, in order and without overlap.

    Args:
        uttered: the lines, with their words timed.
        rate: samples per second.
        language: a BCP 47 tag; one that no phrases are known of is broken at marks alone.
    """
    phrases = load_break_words(language)
    groups: list[Sequence[CaptionWord]] = []
    last = -1
    for heard in timed_lines:
        groups += _cut(tuple(_tokens(heard, sample_rate, spaced=heard.line.start != last)), phrases)
        last = heard.line.end
    merged = _merge(groups)
    return _timed([_laid_out(group, phrases) for group in merged])


def measure_columns(text: str) -> int:
    """The width of a text, a wide sign counting as two."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
        if not unicodedata.combining(c)
    )


@dataclass(frozen=True, slots=True)
class BreakWords:
    """Words that tell where a phrase begins."""

    phrase_openers: frozenset[str] = frozenset()
    leaning_words: frozenset[str] = frozenset()


@cache
def load_break_words(language: str) -> BreakWords:
    """What is known of a language."""
    table = tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))
    known = table.get(language.partition("-")[0].lower(), {})
    return BreakWords(frozenset(known.get("opens", ())), frozenset(known.get("leans", ())))


# ---------------------------------------------------------------------------------- words


def _tokens(heard: TimedLine, rate: int, *, spaced: bool) -> Iterator[CaptionWord]:
    """The words of a line; one that is wider than a line is shown in pieces."""
    line, last = heard.line, 0
    for word in heard.words:
        texts = list(_narrow(word.text))
        share = (word.end_sample - word.start_sample) / len(texts)
        for i, text in enumerate(texts):
            yield CaptionWord(
                text,
                i == 0 and (word.line_offset > last if last else spaced),
                line.speaker,
                (word.start_sample + share * i) / rate,
                (word.start_sample + share * (i + 1)) / rate,
                (line.chapter, line.paragraph),
            )
        last = word.line_offset + len(word.text)


def _narrow(text: str) -> Iterator[str]:
    while measure_columns(text) > MAX_COLUMNS:
        cut = next(i for i in range(len(text), 0, -1) if measure_columns(text[:i]) <= MAX_COLUMNS)
        yield text[:cut]
        text = text[cut:]
    yield text


def _text(tokens: Sequence[CaptionWord]) -> str:
    return "".join(
        f" {token.text}" if token.has_space_before and i else token.text
        for i, token in enumerate(tokens)
    )


# ---------------------------------------------------------------------------------- breaks


def _strain(before: CaptionWord, after: CaptionWord, phrases: BreakWords) -> float:
    """How bad a break between two words is, from 0 for none at all."""
    if _SENTENCE.search(before.text):
        return 0.0
    if _CLAUSE.search(before.text):
        return 1.0
    first, second = (_MARKS.sub("", token.text).casefold() for token in (before, after))
    return (
        4.0
        + (4.0 if second not in phrases.phrase_openers else 0.0)
        + 6.0 * (first in phrases.leaning_words)
    )


def _cut(tokens: Sequence[CaptionWord], phrases: BreakWords) -> list[Sequence[CaptionWord]]:
    """A line of the book as pieces that each fit one caption, at the best of all places.

    The shortest path over all places where it may be cut; a piece costs as much as a rather bad
    break, so that there are few of them.
    """
    costs, came = [0.0], [0]
    for end in range(1, len(tokens) + 1):
        best, origin = float("inf"), end - 1
        for start in range(end - 1, -1, -1):
            if end - start > 1 and not _fits(tokens[start:end]):
                break
            cost = costs[start] + _cost(tokens, start, end, phrases)
            if cost < best:
                best, origin = cost, start
        costs.append(best)
        came.append(origin)
    cuts = [len(tokens)]
    while cuts[-1]:
        cuts.append(came[cuts[-1]])
    return [tokens[start:end] for start, end in pairwise(reversed(cuts))]


def _cost(tokens: Sequence[CaptionWord], start: int, end: int, phrases: BreakWords) -> float:
    hasty = tokens[end - 1].end_seconds - tokens[start].start_seconds < MIN_SECONDS
    strain = _strain(tokens[end - 1], tokens[end], phrases) if end < len(tokens) else 0.0
    return 6.0 + strain + 8.0 * hasty


def _fits(tokens: Sequence[CaptionWord]) -> bool:
    if tokens[-1].end_seconds - tokens[0].start_seconds > MAX_SECONDS:
        return False
    return measure_columns(_text(tokens)) <= MAX_COLUMNS or bool(_halves(tokens))


def _halves(tokens: Sequence[CaptionWord]) -> list[int]:
    """Where two lines could be made of it."""
    total = measure_columns(_text(tokens))
    if total > MAX_LINES * MAX_COLUMNS + 1:
        return []
    found, width = [], 0
    for i, token in enumerate(tokens[:-1], 1):
        width += measure_columns(token.text) + (token.has_space_before and i > 1)
        if width <= MAX_COLUMNS and total - width - tokens[i].has_space_before <= MAX_COLUMNS:
            found.append(i)
    return found


def _merge(groups: Sequence[Sequence[CaptionWord]]) -> list[Sequence[CaptionWord]]:
    """Captions too short to be read, joined to a neighbour in their paragraph."""
    merged: list[Sequence[CaptionWord]] = []
    for index, group in enumerate(groups):
        if merged and group[0].paragraph_key == merged[-1][0].paragraph_key:
            both = (*merged[-1], *group)
            following = (
                groups[index + 1][0].start_seconds if index + 1 < len(groups) else float("inf")
            )
            hasty = _room(merged[-1], group[0].start_seconds) or _room(group, following)
            if hasty and _fits(both):
                merged[-1] = both
                continue
        merged.append(group)
    return merged


def _room(group: Sequence[CaptionWord], following: float) -> bool:
    """Whether a caption would vanish too soon, even with all the silence after it."""
    return following - GAP_SECONDS - group[0].start_seconds < MIN_SECONDS


# ---------------------------------------------------------------------------------- layout


def _laid_out(tokens: Sequence[CaptionWord], phrases: BreakWords) -> Caption:
    rows = [tokens]
    if measure_columns(_text(tokens)) > MAX_COLUMNS:
        cut = min(_halves(tokens), key=lambda i: _unrest(tokens, i, phrases))
        rows = [tokens[:cut], tokens[cut:]]
    return Caption(
        tokens[0].start_seconds, tokens[-1].end_seconds, tuple(_row(row) for row in rows)
    )


def _unrest(tokens: Sequence[CaptionWord], cut: int, phrases: BreakWords) -> float:
    upper, lower = measure_columns(_text(tokens[:cut])), measure_columns(_text(tokens[cut:]))
    uneven = abs(upper - lower) / 4 + (1.0 if upper > lower else 0.0)
    turn = -3.0 if tokens[cut - 1].speaker != tokens[cut].speaker else 0.0
    return _strain(tokens[cut - 1], tokens[cut], phrases) + uneven + turn


def _row(tokens: Sequence[CaptionWord]) -> tuple[SpeakerRun, ...]:
    said: list[SpeakerRun] = []
    for speaker, run in groupby(tokens, key=lambda token: token.speaker):
        words = list(run)
        space = " " if said and words[0].has_space_before else ""
        said.append(SpeakerRun(speaker, space + _text(words)))
    return tuple(said)


# ---------------------------------------------------------------------------------- time


def _timed(laid_out: Sequence[Caption]) -> list[Caption]:
    """Captions that stay as long as reading takes, where the next one leaves room."""
    timed = []
    for index, caption in enumerate(laid_out):
        limit = float("inf")
        if index + 1 < len(laid_out):
            following = laid_out[index + 1].start_seconds
            limit = max(following - GAP_SECONDS, (caption.start_seconds + following) / 2)
        reading = sum(map(measure_columns, caption.line_texts)) / COLUMNS_PER_SECOND
        wanted = max(
            caption.end_seconds, caption.start_seconds + max(MIN_SECONDS, min(reading, MAX_SECONDS))
        )
        timed.append(replace(caption, end_seconds=min(wanted, limit)))
    return timed
