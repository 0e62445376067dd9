"""The words that a language has for numbers, abbreviations and signs, from one TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from narrator.text.language_tags import primary_subtag

WordTable = Mapping[str, str]
"""What is spoken for each written form."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationRules:
    """The tables of one language; written words are in lower case, without their last dot."""

    tag: str
    """Its primary subtag, such as `en`."""
    thousands_separator: str = ","
    """The sign between groups of three digits."""
    decimal_separator: str = "."
    """The sign before decimals."""
    decimal_word: str = ""
    """The word for that sign; empty for a language without tables, whose numbers stay digits."""
    minus_word: str = ""
    """The word for a minus sign."""
    range_word: str = ""
    """The word for the dash between two numbers."""
    degrees_word: str = ""
    """The word for the sign of degrees."""
    at_word: str = ""
    """The word for the @ of an address."""
    dot_word: str = ""
    """The word for the dot of an address; empty if addresses are left as they are."""
    slash_word: str = ""
    """The word for the slash of an address."""
    month_names: tuple[str, ...] = ()
    """The names of the months, from January."""
    month_abbreviations: WordTable = field(default_factory=dict)
    """The names of months by their abbreviations."""
    abbreviations: WordTable = field(default_factory=dict)
    """The words for abbreviations that end in a dot."""
    title_words: WordTable = field(default_factory=dict)
    """The words for abbreviations without a dot."""
    undotted_abbreviations: frozenset[str] = frozenset()
    """Those of `abbreviations` that also stand without their dot."""
    number_abbreviations: WordTable = field(default_factory=dict)
    """The words for abbreviations before a number."""
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The singular and the plural of units after a number."""
    currency_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a currency sign, the singular and plural of the currency and of its hundredth."""
    symbol_words: WordTable = field(default_factory=dict)
    """The words for signs such as &."""
    fraction_words: WordTable = field(default_factory=dict)
    """The words for fractions that are one sign."""
    counted_nouns: frozenset[str] = frozenset()
    """Words after which a Roman numeral is a plain number, such as "chapter"."""
    ruler_numbers: Mapping[str, int] = field(default_factory=dict)
    """The names of rulers, and the highest number that a ruler of that name had."""
    ruler_titles: frozenset[str] = frozenset()
    """Titles that make the name after them a ruler's."""
    initialisms: frozenset[str] = frozenset()
    """Words in capitals that are spelt letter by letter."""
    acronyms: frozenset[str] = frozenset()
    """Words in capitals that are spoken as words."""
    stressed_words: frozenset[str] = frozenset()
    """Short words that are written in capitals for stress."""
    vowelless_words: frozenset[str] = frozenset()
    """Words without a vowel that are spoken as words, such as "shh"."""
    short_forms: frozenset[str] = frozenset()
    """Every abbreviation and number abbreviation; made from the tables above."""


_WORD_LISTS = (
    "counted_nouns",
    "ruler_titles",
    "initialisms",
    "acronyms",
    "stressed_words",
    "vowelless_words",
    "undotted_abbreviations",
)
"""Keys of a file whose values are words with spaces between them."""


@cache
def load_rules(tag: str) -> NormalisationRules:
    """Return the tables of a BCP 47 tag's language; empty ones for a language without a file."""
    primary = primary_subtag(tag)
    source = files(__package__) / f"{primary}.toml"
    if not primary.isalpha() or not source.is_file():
        return NormalisationRules(primary)
    table: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    for group in ("roman", "capitals"):
        table |= table.pop(group, {})
    table["undotted_abbreviations"] = table.get("undotted_abbreviations", {}).get("words", "")
    for key in _WORD_LISTS:
        table[key] = frozenset(table.get(key, "").split())
    table["month_names"] = tuple(table.get("month_names", "").split())
    abbreviation_tables = (
        table.get(key, {}) for key in ("abbreviations", "title_words", "number_abbreviations")
    )
    table["short_forms"] = table["undotted_abbreviations"].union(*abbreviation_tables)
    return NormalisationRules(primary, **table)
