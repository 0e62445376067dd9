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

    from narrator.readalong.word_timing import Uttered

WIDTH = 42
"""Characters a line."""
LINES = 2
SHORTEST = 5 / 6
"""Seconds."""
LONGEST = 7.0
"""Seconds."""
SPEED = 17.0
"""Characters a second."""
GAP = 2 / 24
"""Seconds between two captions: two frames."""

_SENTENCE = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
_CLAUSE = re.compile(r"[,;:—–)][\"'”’»)\]]*$")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word on the screen."""

    text: str
    spaced: bool
    """Whether a space stands before it, where it does not begin a line."""
    speaker: str | None
    start: float
    end: float
    """Seconds."""
    paragraph: tuple[int, int]
    """Chapter and paragraph."""


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of a line on the screen that one speaker says."""

    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """What is on the screen at one time."""

    start: float
    end: float
    """Seconds."""
    lines: tuple[tuple[Said, ...], ...]
    """One or two; the stretches of a line join to it as they are."""

    @property
    def rows(self) -> tuple[str, ...]:
        """Its lines as plain text."""
        return tuple("".join(said.text for said in line) for line in self.lines)

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(self.rows)


def captions(uttered: Iterable[Uttered], rate: int, language: str) -> list[Caption]:
    """The captions of some lines, in order and without overlap.

    Args:
        uttered: the lines, with their words timed.
        rate: samples per second.
        language: a BCP 47 tag; one that no phrases are known of is broken at marks alone.
    """
    phrases = phrases_of(language)
    groups: list[Sequence[Token]] = []
    last = -1
    for heard in uttered:
        groups += _cut(tuple(_tokens(heard, rate, spaced=heard.line.start != last)), phrases)
        last = heard.line.end
    merged = _merge(groups)
    return _timed([_laid_out(group, phrases) for group in merged])


def columns(text: str) -> int:
    """The width of a text, a wide sign counting as two."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
        if not unicodedata.combining(c)
    )


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that tell where a phrase begins."""

    opens: frozenset[str] = frozenset()
    leans: frozenset[str] = frozenset()


@cache
def phrases_of(language: str) -> Phrases:
    """What is known of a language."""
    table = tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))
    known = table.get(language.partition("-")[0].lower(), {})
    return Phrases(frozenset(known.get("opens", ())), frozenset(known.get("leans", ())))


# ---------------------------------------------------------------------------------- words


def _tokens(heard: Uttered, rate: int, *, spaced: bool) -> Iterator[Token]:
    """The words of a line; one that is wider than a line is shown in pieces."""
    line, last = heard.line, 0
    for word in heard.words:
        texts = list(_narrow(word.text))
        share = (word.end - word.start) / len(texts)
        for i, text in enumerate(texts):
            yield Token(
                text,
                i == 0 and (word.at > last if last else spaced),
                line.speaker,
                (word.start + share * i) / rate,
                (word.start + share * (i + 1)) / rate,
                (line.chapter, line.paragraph),
            )
        last = word.at + len(word.text)


def _narrow(text: str) -> Iterator[str]:
    while columns(text) > WIDTH:
        cut = next(i for i in range(len(text), 0, -1) if columns(text[:i]) <= WIDTH)
        yield text[:cut]
        text = text[cut:]
    yield text


def _text(tokens: Sequence[Token]) -> str:
    return "".join(
        f" {token.text}" if token.spaced and i else token.text for i, token in enumerate(tokens)
    )


# ---------------------------------------------------------------------------------- breaks


def _strain(before: Token, after: Token, phrases: Phrases) -> float:
    """How bad a break between two words is, from 0 for none at all."""
    if _SENTENCE.search(before.text):
        return 0.0
    if _CLAUSE.search(before.text):
        return 1.0
    first, second = (_MARKS.sub("", token.text).casefold() for token in (before, after))
    return 4.0 + (4.0 if second not in phrases.opens else 0.0) + 6.0 * (first in phrases.leans)


def _cut(tokens: Sequence[Token], phrases: Phrases) -> list[Sequence[Token]]:
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


def _cost(tokens: Sequence[Token], start: int, end: int, phrases: Phrases) -> float:
    hasty = tokens[end - 1].end - tokens[start].start < SHORTEST
    strain = _strain(tokens[end - 1], tokens[end], phrases) if end < len(tokens) else 0.0
    return 6.0 + strain + 8.0 * hasty


def _fits(tokens: Sequence[Token]) -> bool:
    if tokens[-1].end - tokens[0].start > LONGEST:
        return False
    return columns(_text(tokens)) <= WIDTH or bool(_halves(tokens))


def _halves(tokens: Sequence[Token]) -> list[int]:
    """Where two lines could be made of it."""
    total = columns(_text(tokens))
    if total > LINES * WIDTH + 1:
        return []
    found, width = [], 0
    for i, token in enumerate(tokens[:-1], 1):
        width += columns(token.text) + (token.spaced and i > 1)
        if width <= WIDTH and total - width - tokens[i].spaced <= WIDTH:
            found.append(i)
    return found


def _merge(groups: Sequence[Sequence[Token]]) -> list[Sequence[Token]]:
    """Captions too short to be read, joined to a neighbour in their paragraph."""
    merged: list[Sequence[Token]] = []
    for index, group in enumerate(groups):
        if merged and group[0].paragraph == merged[-1][0].paragraph:
            both = (*merged[-1], *group)
            following = groups[index + 1][0].start if index + 1 < len(groups) else float("inf")
            hasty = _room(merged[-1], group[0].start) or _room(group, following)
            if hasty and _fits(both):
                merged[-1] = both
                continue
        merged.append(group)
    return merged


def _room(group: Sequence[Token], following: float) -> bool:
    """Whether a caption would vanish too soon, even with all the silence after it."""
    return following - GAP - group[0].start < SHORTEST


# ---------------------------------------------------------------------------------- layout


def _laid_out(tokens: Sequence[Token], phrases: Phrases) -> Caption:
    rows = [tokens]
    if columns(_text(tokens)) > WIDTH:
        cut = min(_halves(tokens), key=lambda i: _unrest(tokens, i, phrases))
        rows = [tokens[:cut], tokens[cut:]]
    return Caption(tokens[0].start, tokens[-1].end, tuple(_row(row) for row in rows))


def _unrest(tokens: Sequence[Token], cut: int, phrases: Phrases) -> float:
    upper, lower = columns(_text(tokens[:cut])), columns(_text(tokens[cut:]))
    uneven = abs(upper - lower) / 4 + (1.0 if upper > lower else 0.0)
    turn = -3.0 if tokens[cut - 1].speaker != tokens[cut].speaker else 0.0
    return _strain(tokens[cut - 1], tokens[cut], phrases) + uneven + turn


def _row(tokens: Sequence[Token]) -> tuple[Said, ...]:
    said: list[Said] = []
    for speaker, run in groupby(tokens, key=lambda token: token.speaker):
        words = list(run)
        space = " " if said and words[0].spaced else ""
        said.append(Said(speaker, space + _text(words)))
    return tuple(said)


# ---------------------------------------------------------------------------------- time


def _timed(laid_out: Sequence[Caption]) -> list[Caption]:
    """Captions that stay as long as reading takes, where the next one leaves room."""
    timed = []
    for index, caption in enumerate(laid_out):
        limit = float("inf")
        if index + 1 < len(laid_out):
            following = laid_out[index + 1].start
            limit = max(following - GAP, (caption.start + following) / 2)
        reading = sum(map(columns, caption.rows)) / SPEED
        wanted = max(caption.end, caption.start + max(SHORTEST, min(reading, LONGEST)))
        timed.append(replace(caption, end=min(wanted, limit)))
    return timed
