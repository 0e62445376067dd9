"""When each written word is heard.

An engine tells when the words begin that it spoke, and what is spoken is not what is written:
"Dr. Lee paid £5" is said as "Doctor Lee paid five pounds". So written and spoken words are aligned
first; what agrees takes its time from the engine, and what lies between shares the time between.
Where an engine tells nothing, time is shared out by the length of the words, and marked so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from narrator.model import Span
from narrator.normalisation.phonetic_text import blank_sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book, Line, LineTiming, WordTiming

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[^\s—–{_CJK}]*[{_CJK}]|[^\s—–{_CJK}]*[—–]+[\"'”’»)\]]*(?!\w)|[^\s—–{_CJK}]*[—–]+|[^\s—–{_CJK}]+"
)
"""A word with its marks: a dash ends it, and each Han or kana sign is a word of its own."""
_SOUNDING = re.compile(r"[^\W_]")
_SILENT = re.compile(r"[\W_]+")
_CLAUSE = re.compile(r"[,;:.!?…—–][\"'”’»)\]]*$")

PUNCTUATION_WEIGHT = 3.0
"""Letters' worth of time that a comma or a full stop takes within a line, in an estimate: 0.15 to
0.3 seconds, where speech at 170 words a minute has about 14 letters a second (espeak, measured)."""
DIGIT_WEIGHT = 4.0
"""Letters' worth of time that a digit takes in an estimate: "7" is "seven"."""
WORD_WEIGHT = 1.0
"""Letters' worth of time that each word takes beside its letters."""


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word as it stands in a text, with the marks around it."""

    start: int
    end: int
    """Character offsets into the text; the space after it is left out."""
    match_key: str
    """What two spellings of one word share."""
    letter_weight: float
    """How long it takes to say, in letters."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A written word, and when it is heard."""

    text: str
    """With the marks around it."""
    line_offset: int
    """Character offset into `Line.text`."""
    source_span: Span
    start_sample: int
    """Sample at which it begins, from the beginning of the audiobook."""
    end_sample: int
    """Sample at which the next word begins, or the line's speech ends."""
    is_estimated: bool
    """Whether its beginning is a guess, and not told by the engine."""


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A line, heard."""

    line: Line
    start_sample: int
    """Sample at which it begins."""
    end_sample: int
    """Sample at which its speech ends, before the pause."""
    words: tuple[TimedWord, ...] = field(repr=False)

    def shift(self, sample_offset: int) -> TimedLine:
        """The same, so many samples later."""
        words = tuple(
            replace(
                w,
                start_sample=w.start_sample + sample_offset,
                end_sample=w.end_sample + sample_offset,
            )
            for w in self.words
        )
        return replace(
            self,
            start_sample=self.start_sample + sample_offset,
            end_sample=self.end_sample + sample_offset,
            words=words,
        )


def time_line(line: Line, line_timing: LineTiming, book: Book) -> TimedLine:
    """A line with each of its written words timed.

    Every character of `Line.text` but space lies in exactly one word. A line of marks alone, such
    as "...", has one word of them.
    """
    written = split_word_tokens(line.text)
    said = split_word_tokens(blank_sounds(line.spoken or line.text))
    length = line_timing.end - line_timing.start
    begins, told = _begins(said, line_timing.word_timings, length)
    places = align_written_words(written, said)
    edges = np.interp(places, range(len(said) + 1), [*begins, length]).astype(int).tolist()
    sources = _sources(line, written, book)
    words = tuple(
        TimedWord(
            line.text[piece.start : piece.end],
            piece.start,
            source,
            line_timing.start + first,
            line_timing.start + last,
            not (place.is_integer() and int(place) in told),
        )
        for piece, source, place, (first, last) in zip(
            written, sources, places, pairwise(edges), strict=False
        )
    )
    return TimedLine(line, line_timing.start, line_timing.end, words)


def split_word_tokens(text: str) -> list[WordToken]:
    """The words of a text; marks that stand alone belong to the word before, or to the first."""
    spans: list[tuple[int, int]] = []
    waiting = None
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if _SOUNDING.search(match[0]):
            spans.append((start if waiting is None else waiting, end))
            waiting = None
        elif spans:
            spans[-1] = (spans[-1][0], end)
        elif waiting is None:
            waiting = start
    if waiting is not None:
        spans.append((waiting, len(text.rstrip())))
    return [_piece(text[start:end], start, end) for start, end in spans]


def _piece(text: str, start: int, end: int) -> WordToken:
    key = _SILENT.sub("", text).casefold()
    digits = sum(character.isdecimal() for character in key)
    mark = PUNCTUATION_WEIGHT if _CLAUSE.search(text) else 0.0
    return WordToken(start, end, key, len(key) + (DIGIT_WEIGHT - 1) * digits + mark + WORD_WEIGHT)


def align_written_words(
    written_tokens: Sequence[WordToken], spoken_tokens: Sequence[WordToken]
) -> list[float]:
    """Where each written word begins among the spoken ones, and where the last one ends.

    2.0 is the beginning of the third spoken word, 2.5 its middle. The places never fall, and each
    written word has room of its own.
    """
    ours, theirs = [p.match_key for p in written_tokens], [p.match_key for p in spoken_tokens]
    if not ours or ours == theirs:
        return [float(i) for i in range(len(ours) + 1)]
    places: list[float] = []
    for first, last, start, end in _stretches(ours, theirs):
        if last - first == end - start:
            places += [float(i) for i in range(start, end)]
        else:
            places += _shares([p.letter_weight for p in written_tokens[first:last]], start, end)
    return [*places, float(len(spoken_tokens))]


def _stretches(ours: list[str], theirs: list[str]) -> list[tuple[int, int, int, int]]:
    """Ranges of written and of spoken words that belong together, as small as they can be.

    None is empty on either side: what was left unsaid, or said without being written, belongs with
    the word before it, or with the first.
    """
    found: list[tuple[int, int, int, int]] = []
    for _, first, last, start, end in SequenceMatcher(
        None, ours, theirs, autojunk=False
    ).get_opcodes():
        alike = last - first == end - start
        atoms = [(first + i, first + i + 1, start + i, start + i + 1) for i in range(last - first)]
        for atom in atoms if alike else [(first, last, start, end)]:
            if found and (_lonely(atom) or _lonely(found[-1])):
                found[-1] = (found[-1][0], atom[1], found[-1][2], atom[3])
            else:
                found.append(atom)
    return found


def _lonely(atom: tuple[int, int, int, int]) -> bool:
    return atom[0] == atom[1] or atom[2] == atom[3]


def _shares(weights: Sequence[float], start: int, end: int) -> list[float]:
    """The beginnings of words that share a stretch, by their weight."""
    total = sum(weights)
    sums = accumulate(weights[:-1], initial=0.0)
    return [start + (end - start) * done / total for done in sums]


def _begins(
    said: Sequence[WordToken], told: Sequence[WordTiming], length: int
) -> tuple[list[float], set[int]]:
    """The sample at which each spoken word begins, and which of them the engine told."""
    known: dict[int, int] = {}
    words = iter(sorted(told, key=lambda word: word.start))
    word = next(words, None)
    for index, piece in enumerate(said):
        limit = said[index + 1].start if index + 1 < len(said) else float("inf")
        while word is not None and word.start < limit:
            if word.start >= piece.start or index == 0:
                known.setdefault(index, word.sample)
            word = next(words, None)
    sums = [0.0, *accumulate(piece.letter_weight for piece in said)]
    anchors = {0: 0, **known, len(said): length}
    highest = np.maximum.accumulate([min(sample, length) for sample in anchors.values()])
    begins = np.interp(sums[:-1], [sums[i] for i in anchors], highest)
    return begins.tolist(), set(known)


def _sources(line: Line, written: Sequence[WordToken], book: Book) -> list[Span]:
    """Where each written word stands in the book; the whole line, where somebody edited the words.

    `Line.text` is the book's text with other spaces, and without some marks that are not read:
    letters and digits are all there, in their order.
    """
    places, at = [], line.start
    for character in line.text.replace(" ", ""):
        place = book.readable_text.find(character, at, line.end)
        if place < 0 or _SOUNDING.search(book.readable_text, at, place):
            return [Span(line.start, line.end)] * len(written)
        places.append(place)
        at = place + 1
    counts = [0, *accumulate(character != " " for character in line.text)]
    return [Span(places[counts[p.start]], places[counts[p.end] - 1] + 1) for p in written]
