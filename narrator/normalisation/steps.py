"""Turns written text into spoken words, in a sequence of steps.

Each step is a function that rewrites one kind of text and leaves the rest unchanged. Their order
matters: dates are spelt out before plain numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from narrator.languages.interjections import load_interjections
from narrator.languages.normalisation_rules import load_rules
from narrator.normalisation import (
    abbreviations,
    capitals,
    dates,
    exponents,
    fractions,
    identifiers,
    measures,
    money,
    ordinals,
    quantities,
    references,
    roman,
    times,
    typography,
    utterances,
)
from narrator.normalisation.book_evidence import NO_EVIDENCE
from narrator.normalisation.context import NormalisationContext

if TYPE_CHECKING:
    from narrator.model import LineKind
    from narrator.normalisation.book_evidence import BookEvidence

_PLAIN_LINE = re.compile(r"[A-Z]?[a-z]+(?:(?:, | )[a-z]+)*[.!?,]?")
"""A line of lower-case words and common stops; no step changes it unless it has an abbreviation."""
_SMALL_NUMERAL = re.compile(r" [ivxlc]{2,}\b")
"""What may be a Roman numeral in such a line, as in "See page xii."."""
_MAX_CACHED_LINES = 1 << 15
"""Size of the cache of normalised lines; short lines, such as "Yes.", recur often."""


NormalisationStep: TypeAlias = Callable[[str, NormalisationContext], str]

FIRST_STEPS: tuple[NormalisationStep, ...] = (
    typography.compose_characters,
    typography.remove_emphasis,
    typography.remove_single_closing_marks,
    abbreviations.spell_addresses,
    typography.name_pictographs,
)
"""Steps that come before all others."""
NUMBER_STEPS: tuple[NormalisationStep, ...] = (
    dates.remove_century_apostrophes,
    references.spell_references,
    references.spell_verses,
    exponents.spell_exponents,
    dates.spell_dates,
    ordinals.spell_ordinals,
    identifiers.spell_identifiers,
    times.spell_times,
    dates.spell_final_decades,
    money.spell_money,
    measures.spell_measures,
    fractions.spell_fractions,
    dates.spell_years,
)
"""Steps that only lines with digits, or other characters for numbers, need."""
LAST_STEPS: tuple[NormalisationStep, ...] = (
    roman.spell_heading_numerals,
    abbreviations.expand_abbreviations,
    roman.spell_roman_numerals,
    utterances.spell_sounds,
    utterances.spell_stammers,
    capitals.spell_capitals,
    typography.unwrap_markup,
    abbreviations.name_symbols,
    quantities.spell_numbers,
    typography.remove_quotation_marks,
    typography.unify_pauses,
)
"""Steps that come after all others."""


@lru_cache(maxsize=_MAX_CACHED_LINES)
def normalise_text(
    text: str, language: str, line_kind: LineKind, evidence: BookEvidence = NO_EVIDENCE
) -> str:
    """Return the words that are spoken for the text of a line.

    No word disappears: abbreviations are expanded, and symbols are named or left out. The same
    arguments always give the same result. `language` is a primary subtag.
    """
    context = NormalisationContext(load_rules(language), line_kind, evidence)
    rules = context.rules
    if (
        _PLAIN_LINE.fullmatch(text)
        and not _SMALL_NUMERAL.search(text)
        and rules.short_forms.isdisjoint(text.casefold().rstrip(".!?,").replace(",", "").split())
        and not utterances.may_have_sounds(text, load_interjections(language))
    ):
        return text
    # Most lines have no numbers, so the steps for them are skipped.
    has_numbers = quantities.has_numbers(text) or roman.has_ordinal_numeral(text, context)
    number_steps = NUMBER_STEPS if has_numbers else ()
    steps = (*FIRST_STEPS, *number_steps, *LAST_STEPS)
    spoken = text
    for step in steps:
        spoken = step(spoken, context)
    return spoken
