"""What a language says for what it writes, as data: one TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationRules:
    """The tables of one language; keys of words are in lower case, without their last dot."""

    tag: str
    """Its primary subtag, such as `en`."""
    thousands: str = ","
    """What stands between groups of three digits."""
    decimal: str = "."
    """What stands before decimals."""
    point: str = ""
    """What is said for it; empty where the language has no tables, and numbers stay digits."""
    minus: str = ""
    range: str = ""
    """Said for the dash between two numbers."""
    percent: str = ""
    degrees: str = ""
    at: str = ""
    """Said for the @ of an address; `dot` and `slash` go with it."""
    dot: str = ""
    slash: str = ""
    months: tuple[str, ...] = ()
    month_abbreviations: Words = field(default_factory=dict)
    abbreviations: Words = field(default_factory=dict)
    """Said for what ends in a dot."""
    titles: Words = field(default_factory=dict)
    """Said for what is shortened without a dot."""
    bare: frozenset[str] = frozenset()
    """Abbreviations that also stand without their dot."""
    numbered: Words = field(default_factory=dict)
    """Said for abbreviations before a number."""
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """One and many, said after a number."""
    currencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Said for a sign of money: whole, wholes, part, parts."""
    symbols: Words = field(default_factory=dict)
    fractions: Words = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    """Words after which a Roman numeral is a plain number."""
    rulers: Mapping[str, int] = field(default_factory=dict)
    """Names that rulers bore, and the highest of their numbers."""
    crowned: frozenset[str] = frozenset()
    """Titles before a name that make it a ruler's."""
    initialisms: frozenset[str] = frozenset()
    """Spelt letter by letter."""
    acronyms: frozenset[str] = frozenset()
    """Said as words though written in capitals."""
    stressed: frozenset[str] = frozenset()
    """Short words that a person stresses by capitals."""
    mumbled: frozenset[str] = frozenset()
    """Words without a vowel."""
    shortened: frozenset[str] = frozenset()
    """Every abbreviation of one word."""


@cache
def load_rules(tag: str) -> NormalisationRules:
    """The tables of a BCP 47 tag's language; empty ones for a language without a file."""
    primary = tag.replace("_", "-").split("-")[0].casefold()
    source = files(__package__) / f"{primary}.toml"
    if not primary.isalpha() or not source.is_file():
        return NormalisationRules(primary)
    table: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    for group in ("roman", "capitals"):
        table |= table.pop(group, {})
    table["bare"] = table.get("bare", {}).get("words", "")
    for key in ("counted", "crowned", "initialisms", "acronyms", "stressed", "mumbled", "bare"):
        table[key] = frozenset(table.get(key, "").split())
    table["months"] = tuple(table.get("months", "").split())
    tables = (table.get(key, {}) for key in ("abbreviations", "titles", "numbered"))
    table["shortened"] = table["bare"].union(*tables)
    return NormalisationRules(primary, **table)
