"""Loads the labels of the web player, such as "Play", in the language of the book."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Mapping

_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, eq=False, slots=True)
class PageLabels:
    """The labels of one language."""

    language: str
    """The primary subtag of the language."""
    texts: Mapping[str, str]
    """The text of each label, by its key in `labels.toml`."""


def load_labels(language: str) -> PageLabels:
    """Return the labels for a book's BCP 47 tag; the fallback is English."""
    tables = _load_tables()
    primary = primary_subtag(language)
    label_language = primary if primary in tables else _FALLBACK_LANGUAGE
    return PageLabels(label_language, tables[label_language])


@cache
def _load_tables() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "labels.toml").read_text(encoding="utf-8"))
