"""What every step of normalisation may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import LineKind
    from narrator.normalisation.rules import NormalisationRules


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationContext:
    """What a step may look at beside the text."""

    rules: NormalisationRules
    kind: LineKind
