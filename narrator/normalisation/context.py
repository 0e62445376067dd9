"""What every step of normalisation may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import Kind
    from narrator.normalisation.rules import Rules


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What a step may look at beside the text."""

    rules: Rules
    kind: Kind
