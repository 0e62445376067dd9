"""What a normalisation step may use besides the text: rules, kind of line, evidence of the book."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from narrator.normalisation.book_evidence import NO_EVIDENCE
from narrator.text.quotes import CLOSING_MARKS
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.model import LineKind
    from narrator.normalisation.book_evidence import BookEvidence

_WORD = re.compile(rf"{LETTER}+")
_CLOSING_CHARACTERS = CLOSING_MARKS + ") "
_CONTEXT_LENGTH = 60
"""Characters beside a match that may decide what it means."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationContext:
    """The rules of the book's language, the kind of the line, and what the book shows."""

    rules: NormalisationRules
    line_kind: LineKind
    evidence: BookEvidence = NO_EVIDENCE

    @property
    def is_day_first(self) -> bool:
        """Whether dates in digits begin with the day, not with the month."""
        if self.evidence.is_day_first is None:
            return self.rules.date_order == "dmy"
        return self.evidence.is_day_first


@lru_cache(maxsize=8)
def find_words(text: str) -> frozenset[str]:
    """Return the words of a text in lower case, without digits.

    Most steps ask for the same text, so the last results are kept.
    """
    return frozenset(_WORD.findall(text.casefold()))


def ends_line(match: re.Match[str]) -> bool:
    """Return whether only closing marks follow a match; if so, its dot also ends the sentence."""
    return not look_ahead(match).strip(_CLOSING_CHARACTERS)


def keep_final_dot(match: re.Match[str], dot: str = ".") -> str:
    """Return the dot of an abbreviation if it also ends the line, else ""."""
    return dot if ends_line(match) else ""


def look_back(match: re.Match[str]) -> str:
    """Return the text before a match: at most 60 characters, so that long lines take no longer."""
    return match.string[max(0, match.start() - _CONTEXT_LENGTH) : match.start()]


def look_ahead(match: re.Match[str]) -> str:
    """Return the text after a match: at most 60 characters."""
    return match.string[match.end() : match.end() + _CONTEXT_LENGTH]
