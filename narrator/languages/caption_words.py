"""The words at which captions break: the section `[captions]` of each language.

A break is good before a phrase opener, and bad after a dependent word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from narrator.languages.language_files import load_language_file
from narrator.languages.sections import read_fields


@dataclass(frozen=True, slots=True)
class BreakWords:
    """Words of one language, in lower case, that show where a line should or should not break."""

    phrase_openers: frozenset[str] = frozenset()
    """Words before which a line may break: conjunctions, prepositions, relative pronouns."""
    dependent_words: frozenset[str] = frozenset()
    """Words after which a line should not break, such as articles and possessives."""


@cache
def load_break_words(language: str) -> BreakWords:
    """Return the break words for a BCP 47 tag; empty sets if the language has none."""
    section = load_language_file(language).section("captions")
    words = BreakWords(**read_fields(section, BreakWords))
    section.check_keys()
    return words
