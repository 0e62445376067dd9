"""What a normalisation step may use besides the text: the language's rules, the kind of line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.text.quotes import CLOSING_MARKS

if TYPE_CHECKING:
    import re

    from narrator.model import LineKind
    from narrator.normalisation.rules import NormalisationRules

_CLOSING_CHARACTERS = CLOSING_MARKS + ") "


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationContext:
    """The rules of the book's language, and the kind of the line to be normalised."""

    rules: NormalisationRules
    line_kind: LineKind


def ends_line(match: re.Match[str]) -> bool:
    """Return whether only closing marks follow a match; if so, its dot also ends the sentence."""
    return not match.string[match.end() :].strip(_CLOSING_CHARACTERS)
