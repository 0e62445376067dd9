"""Turns written text into spoken words by a list of steps, each a plain function.

A step changes the text it knows and leaves the rest. The order matters: a date is read before the
numbers in it are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from narrator.normalisation import abbreviations, quantities, typography
from narrator.normalisation.context import NormalisationContext
from narrator.normalisation.rules import load_rules

if TYPE_CHECKING:
    from narrator.model import LineKind

_PLAIN_LINE = re.compile(r"[A-Z]?[a-z]+(?:(?:, | )[a-z]+)*[.!?,]?")
"""A line of small letters and usual stops, which no step changes unless it has an abbreviation."""
_CACHED_LINES = 1 << 15
"""Lines that are remembered; short ones, such as "Yes.", are frequent."""


Step: TypeAlias = Callable[[str, NormalisationContext], str]

FIRST_STEPS: tuple[Step, ...] = (
    typography.compose_characters,
    typography.remove_emphasis,
    typography.remove_single_closing_marks,
    abbreviations.spell_addresses,
    typography.name_pictographs,
)
"""Steps that come before anything else is read."""
DIGIT_STEPS: tuple[Step, ...] = (
    quantities.spell_dates,
    quantities.spell_times,
    quantities.spell_money,
    quantities.spell_measures,
    quantities.spell_fractions,
    quantities.spell_years,
)
"""Steps for lines with digits only."""
LAST_STEPS: tuple[Step, ...] = (
    abbreviations.spell_heading_numerals,
    abbreviations.expand_abbreviations,
    abbreviations.spell_roman_numerals,
    abbreviations.spell_capitals,
    typography.unwrap_markup,
    abbreviations.name_symbols,
    quantities.spell_numbers,
    typography.remove_quotation_marks,
    typography.unify_pauses,
)
"""Steps that work on what the others have left."""


@lru_cache(maxsize=_CACHED_LINES)
def normalise_text(text: str, language: str, line_kind: LineKind) -> str:
    """Return the words that are spoken for the text of a line, always the same for the same text.

    No word disappears: an abbreviation is written out, and a sign is named or silent.
    `language` is a primary subtag.
    """
    context = NormalisationContext(load_rules(language), line_kind)
    rules = context.rules
    if _PLAIN_LINE.fullmatch(text) and rules.short_forms.isdisjoint(
        text.casefold().rstrip(".!?,").replace(",", "").split()
    ):
        return text
    # Most lines have no digits, so the steps for them are skipped.
    has_numbers = quantities.has_digits(text) or any(sign in text for sign in rules.fraction_words)
    steps = (*FIRST_STEPS, *(DIGIT_STEPS if has_numbers else ()), *LAST_STEPS)
    spoken = text
    for step in steps:
        spoken = step(spoken, context)
    return spoken
