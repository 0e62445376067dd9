"""The words of each language for numbers, abbreviations and symbols, from one TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from narrator.text.language_tags import primary_subtag

SpokenForms = Mapping[str, str]
"""Maps each written form to its spoken form."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationRules:
    """The rules of one language; written words are in lower case, without their final dot."""

    tag: str
    """Its primary subtag, such as `en`."""
    thousands_separator: str = ","
    """The character between groups of three digits."""
    decimal_separator: str = "."
    """The character before decimals."""
    decimal_word: str = ""
    """The word for the decimal separator; empty for a language without a file, which keeps digits.
    """
    minus_word: str = ""
    """The word for a minus sign."""
    range_word: str = ""
    """The word for the dash between two numbers."""
    degrees_word: str = ""
    """The word for the degree sign, in the plural."""
    at_word: str = ""
    """The word for @ in an e-mail address."""
    dot_word: str = ""
    """The word for a dot in a web or e-mail address; if empty, addresses are not spelt out."""
    slash_word: str = ""
    """The word for a slash in a web address."""
    month_names: tuple[str, ...] = ()
    """The names of the months, from January."""
    month_abbreviations: SpokenForms = field(default_factory=dict)
    """The full name of each month abbreviation."""
    abbreviations: SpokenForms = field(default_factory=dict)
    """The spoken forms of abbreviations that end in a dot."""
    title_words: SpokenForms = field(default_factory=dict)
    """The spoken forms of abbreviated titles that need no dot, such as French "mme"."""
    undotted_abbreviations: frozenset[str] = frozenset()
    """The `abbreviations` that may also lack their dot."""
    number_abbreviations: SpokenForms = field(default_factory=dict)
    """The spoken forms of abbreviations before a number, such as "no"."""
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each unit symbol, such as "km", the singular and plural of its name."""
    currency_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each currency symbol, the singular and plural of the currency, then of its hundredth."""
    symbol_words: SpokenForms = field(default_factory=dict)
    """The words for symbols such as &."""
    fraction_words: SpokenForms = field(default_factory=dict)
    """The words for fractions that are one character, such as ½."""
    counted_nouns: frozenset[str] = frozenset()
    """Nouns after which a Roman numeral is a cardinal number, such as "chapter"."""
    ruler_numbers: Mapping[str, int] = field(default_factory=dict)
    """For each name of a ruler, the highest number that a ruler of that name had."""
    ruler_titles: frozenset[str] = frozenset()
    """Titles that mark the name after them as a ruler's."""
    initialisms: frozenset[str] = frozenset()
    """Words in capitals that are spelt letter by letter."""
    acronyms: frozenset[str] = frozenset()
    """Words in capitals that are spoken as words."""
    stressed_words: frozenset[str] = frozenset()
    """Short words that books write in capitals for stress."""
    vowelless_words: frozenset[str] = frozenset()
    """Words without a vowel that are spoken as words, such as "shh"."""
    short_forms: frozenset[str] = frozenset()
    """All abbreviations, abbreviated titles and number abbreviations, from the fields above."""


_WORD_LISTS = (
    "counted_nouns",
    "ruler_titles",
    "initialisms",
    "acronyms",
    "stressed_words",
    "vowelless_words",
    "undotted_abbreviations",
)
"""Keys of a TOML file whose values are words separated by spaces."""


@cache
def load_rules(tag: str) -> NormalisationRules:
    """Return the rules for the language of a BCP 47 tag; empty rules if it has no file."""
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
