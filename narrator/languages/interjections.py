"""The sounds of each language that are no words: interjections and the starts of words.

They come from the section `[interjections]`. Its table `spellings` maps a sound, in its shortest
usual spelling, to a spelling that engines pronounce well, and, where engines need it, to its sounds
in the International Phonetic Alphabet (IPA). `consonants` says how the letters at the start of a
word sound, for stammers such as "th-thought".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from operator import ge
from typing import TYPE_CHECKING

from narrator.languages.language_files import load_language_file
from narrator.languages.sections import read_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUN = re.compile(r"(.)\1+")
_LETTERS = re.compile(r"(.)\1*")


@dataclass(frozen=True, slots=True)
class Interjection:
    """How one interjection is spoken."""

    written: str
    """Its shortest spelling, in lower case; each letter may be repeated."""
    respelling: str
    """A spelling that engines pronounce well."""
    sounds: str = ""
    """Its sounds in IPA; empty if the respelling needs none."""


@dataclass(frozen=True, slots=True, eq=False)
class InterjectionTable:
    """The interjections of one language, and what its stammers sound like."""

    interjections: Mapping[str, tuple[Interjection, ...]] = field(default_factory=dict)
    """Interjections by their spelling with all runs of equal letters reduced to one letter."""
    consonants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For letters at the start of a word, a spelling of their sound, and the sound in IPA."""
    trigger_words: frozenset[str] = frozenset()
    """The shortest spellings of the interjections that are not spoken as they are written."""
    vowels: str = ""
    """The letters that are vowels."""
    neutral_vowel: tuple[str, ...] = ("", "")
    """Spelling and sound of the vowel after a repeated consonant; empty if the vowel of the word
    itself is repeated."""
    word_starts: Mapping[str, str] = field(default_factory=dict)
    """For words that do not begin as they are written, the letters that they begin with."""
    compounds: frozenset[str] = frozenset()
    """Compounds that look like stammers, such as "d-day"."""
    has_triple_letters: bool = False
    """Whether words of the language may have three equal letters in a row."""
    double_letter_words: frozenset[str] = frozenset()
    """Common words with a double letter, which "goood" may stand for."""
    single_letter_words: frozenset[str] = frozenset()
    """Common words without a double letter, which "nooo" may stand for."""

    doubled_vowels: frozenset[str] = frozenset()
    """Vowels that are usually doubled where a word that is not listed stretches them: "oo"."""

    def find_interjection(self, word: str) -> Interjection | None:
        """Return the interjection that a word in lower case spells, or `None`."""
        candidates = self.interjections.get(collapse_runs(word), ())
        lengths = _measure_runs(word)
        return next(
            (
                interjection
                for interjection in candidates
                if all(map(ge, lengths, _measure_runs(interjection.written)))
            ),
            None,
        )


def _measure_runs(word: str) -> list[int]:
    """Return the length of each run of equal letters."""
    return [len(match[0]) for match in _LETTERS.finditer(word)]


def collapse_runs(word: str) -> str:
    """Return a word with each run of equal letters reduced to one: "shhh" becomes "sh"."""
    return _RUN.sub(r"\1", word)


@cache
def load_interjections(tag: str) -> InterjectionTable:
    """Return the table for the language of a BCP 47 tag; an empty table if it has no file."""
    section = load_language_file(tag).section("interjections")
    if not section:
        return InterjectionTable()
    values = read_fields(section, InterjectionTable)
    values["consonants"] = _pad_rows(section.rows("consonants"))
    spellings = _pad_rows(section.rows("spellings"))
    section.check_keys()
    values["trigger_words"] = frozenset(
        written for written, row in spellings.items() if row != (written, "")
    )
    return InterjectionTable(interjections=_group_by_key(spellings), **values)


def _pad_rows(rows: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, str]]:
    """Return rows of a spelling and its sounds, which are empty where they are missing."""
    return {name: ((*row, "", "")[0], (*row, "", "")[1]) for name, row in rows.items()}


def _group_by_key(rows: Mapping[str, tuple[str, str]]) -> dict[str, tuple[Interjection, ...]]:
    """Return the interjections by their collapsed spelling, the longest first."""
    grouped: dict[str, tuple[Interjection, ...]] = {}
    for written in sorted(rows, key=len, reverse=True):
        key = collapse_runs(written)
        grouped[key] = (*grouped.get(key, ()), Interjection(written, *rows[written]))
    return grouped
