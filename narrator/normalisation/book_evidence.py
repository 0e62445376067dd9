"""What a book shows about its own writing: its words, and the order of its dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from narrator.text.words import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.languages.normalisation_rules import NormalisationRules

_WORD = re.compile(rf"{LETTER}{{2,}}")
_CAPITALS = re.compile(r"(?<![^\W\d_])[A-ZÀ-ÖØ-Þ]{2,}(?![^\W\d_])")
_TWO_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{2}")
_TRIPLE = re.compile(r"(.)\1\1", re.DOTALL)
_STRETCHED = re.compile(rf"\b(?=\w*?(\w)\1\1){LETTER}+\b")
"""A word with three equal letters in a row."""
_RUN = re.compile(r"(\w)\1{2,}")
_MAX_RUNS = 4
"""Most runs of equal letters in a word for which all spellings are tried."""
_ORDERED_DATE = re.compile(r"(?<![\w./-])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d\d)(?![\w/])")
_MAX_MONTH = 12


@dataclass(frozen=True, slots=True)
class BookEvidence:
    """What a book shows about its own writing."""

    known_words: frozenset[str] = frozenset()
    """In lower case: words that the book also writes in capitals, or with letters repeated, as in
    "nooo"."""
    is_day_first: bool | None = None
    """Whether the book's dates in digits begin with the day; `None` if none shows it."""

    def restrict(self, text: str) -> BookEvidence:
        """Return the evidence that bears on one text, so that equal texts give equal keys."""
        if not self.known_words:
            return self
        words = _find_doubtful_words(text)
        if not words:
            return _NO_WORDS[self.is_day_first]
        return BookEvidence(self.known_words & words, self.is_day_first)


NO_EVIDENCE = BookEvidence()
"""The evidence of a text without a book."""


_NO_WORDS = {
    is_day_first: BookEvidence(frozenset(), is_day_first) for is_day_first in (None, False, True)
}


def collect_evidence(text: str, region: str, rules: NormalisationRules) -> BookEvidence:
    """Return what the text of a book shows.

    `region` is the region of its language, such as "GB", which decides on the order of dates if
    the dates themselves do not; it may be empty.
    """
    # Each word is examined once, however often it occurs.
    distinct_words = " ".join(set(text.split()))
    doubtful = _find_doubtful_words(distinct_words)
    usual = {word.casefold() for word in _WORD.findall(distinct_words) if not word.isupper()}
    is_day_first = _find_date_order(distinct_words)
    if is_day_first is None and region:
        is_day_first = region.casefold() in rules.day_first_regions or None
    return BookEvidence(frozenset(doubtful & usual), is_day_first)


@lru_cache(maxsize=8)
def has_triple_letters(text: str) -> bool:
    """Return whether a text may have a letter three times in a row; other characters count too."""
    return _TRIPLE.search(text.casefold()) is not None


def _find_doubtful_words(text: str) -> set[str]:
    """Return the words in capitals, and those that stretched words may stand for."""
    words = set[str]()
    if _TWO_CAPITALS.search(text):
        words.update(word.casefold() for word in _CAPITALS.findall(text))
    if has_triple_letters(text):
        for match in _STRETCHED.finditer(text):
            words.update(shorten_word(match[0].casefold()))
    return words


def shorten_word(word: str) -> Iterator[str]:
    """Yield the spellings that a word with repeated letters may stand for: "nooo", "noo", "no".

    In each run of at least three equal letters, one or two of them remain; one comes first.
    """
    pieces = _RUN.split(word)
    # The pattern's group alternates with the text around the runs.
    letters, others = pieces[1::2], pieces[::2]
    if len(letters) > _MAX_RUNS:
        return
    for counts in product((1, 2), repeat=len(letters)):
        runs = [letter * count for letter, count in zip(letters, counts, strict=True)]
        yield "".join(part for pair in zip(others, [*runs, ""], strict=True) for part in pair)


def _find_date_order(text: str) -> bool | None:
    """Return whether dates in digits begin with the day, by those that can have only one order."""
    day_first = month_first = 0
    for match in _ORDERED_DATE.finditer(text):
        first, second = int(match[1]), int(match[2])
        day_first += first > _MAX_MONTH >= second
        month_first += second > _MAX_MONTH >= first
    return None if day_first == month_first else day_first > month_first
