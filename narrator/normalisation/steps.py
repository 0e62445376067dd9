"""From what is written to what is said: a list of steps, each a plain function.

A step changes what it knows and leaves the rest. The order matters: a date is read before the
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

_NOTHING_TO_DO = re.compile(r"[A-Z]?[a-z]+(?:(?:, | )[a-z]+)*[.!?,]?")
_REMEMBERED = 1 << 15


Step: TypeAlias = Callable[[str, NormalisationContext], str]

BEFORE: tuple[Step, ...] = (
    typography.plain,
    typography.emphasis,
    typography.closing_marks,
    abbreviations.addresses,
    typography.pictographs,
)
WITH_DIGITS: tuple[Step, ...] = (
    quantities.dates,
    quantities.times,
    quantities.money,
    quantities.measures,
    quantities.fractions,
    quantities.years,
)
"""Only for lines with digits."""
AFTER: tuple[Step, ...] = (
    abbreviations.numbered_heading,
    abbreviations.abbreviations,
    abbreviations.romans,
    abbreviations.capitals,
    typography.markup,
    abbreviations.symbols,
    quantities.numbers,
    typography.quotation_marks,
    typography.pauses,
)


@lru_cache(maxsize=_REMEMBERED)
def normalise_text(written: str, language: str, kind: LineKind) -> str:
    """What is said for a line as written. The same line is always said the same way.

    No word disappears: what is shortened is written out, what is a sign is named or silent.
    """
    context = NormalisationContext(load_rules(language), kind)
    if _NOTHING_TO_DO.fullmatch(written) and context.rules.shortened.isdisjoint(
        written.casefold().rstrip(".!?,").replace(",", "").split()
    ):
        return written
    digits = quantities.has_digits(written) or any(c in written for c in context.rules.fractions)
    steps = (*BEFORE, *(WITH_DIGITS if digits else ()), *AFTER)
    said = written
    for step in steps:
        said = step(said, context)
    return said
