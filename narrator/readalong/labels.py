"""What stands on the page beside the book: in the book's language, where there are words for it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHERWISE = "en"


@dataclass(frozen=True, eq=False, slots=True)
class PageLabels:
    """The words of one language."""

    language: str
    """Its primary subtag."""
    texts: Mapping[str, str]
    """By what they are for."""


def load_labels(language: str) -> PageLabels:
    """The words for a book in a language named by its BCP 47 tag; English where there are none."""
    tables = _tables()
    primary = language.replace("_", "-").split("-")[0].casefold()
    tag = primary if primary in tables else _OTHERWISE
    return PageLabels(tag, tables[tag])


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "labels.toml").read_text(encoding="utf-8"))
