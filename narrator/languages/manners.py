"""The words by which books say how a line is spoken: the section `[manners]` of each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.language_files import load_language_file

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN_DELIVERY = "plain"
DELIVERIES = ("natural", PLAIN_DELIVERY)
"""Whether lines are spoken as the book says, or all in the same manner; the first is the usual."""


class Manner(StrEnum):
    """In which manner a line is spoken; the values are the names that users write."""

    PLAIN = "plain"
    WHISPER = "whisper"
    SOFT = "soft"
    SHOUT = "shout"
    EXCLAIM = "exclaim"
    LIVELY = "lively"
    HARD = "hard"
    FLAT = "flat"
    SLOW = "slow"
    FAST = "fast"
    THOUGHT = "thought"


@dataclass(frozen=True, slots=True, eq=False)
class MannerWords:
    """The words of one language, in lower case."""

    verbs: Mapping[str, Manner]
    """Verbs of speech that say how."""
    adverbs: Mapping[str, Manner]
    """Adverbs that say how, beside any verb of speech."""
    phrases: Mapping[str, Manner]
    """Phrases of several words that say how."""

    @property
    def phrase_pattern(self) -> re.Pattern[str]:
        """Return a pattern that finds any of the phrases."""
        return _compile_phrases(tuple(sorted(self.phrases, key=len, reverse=True)))


@cache
def load_manner_words(tag: str) -> MannerWords:
    """Return the words for the language of a BCP 47 tag; there may be none."""
    section = load_language_file(tag).section("manners")
    section.expect_keys(Manner)
    groups = [(Manner(name), section.subsection(name)) for name in Manner if name in section.table]
    words = MannerWords(
        {word: manner for manner, group in groups for word in group.word_sequence("verbs")},
        {word: manner for manner, group in groups for word in group.word_sequence("adverbs")},
        {
            phrase.casefold(): manner
            for manner, group in groups
            for phrase in group.word_sequence("phrases")
        },
    )
    section.check_keys()
    return words


@cache
def _compile_phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, phrases)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
