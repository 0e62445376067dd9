"""Tell whether one first name is a nickname of another: "Peggy" and "Margaret"."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nicknames import NickNamer

    from narrator.languages.people_words import AttributionLanguage


def is_listed_nickname(name: str, other: str, language: AttributionLanguage) -> bool:
    """Return whether the language's own list has two names as forms of one: "Lizzy", "Eliza"."""
    full_names = language.nicknames
    return full_names.get(name, name) == full_names.get(other, other)


def may_be_nickname(name: str, other: str, language: AttributionLanguage) -> bool:
    """Return whether either of two names may be short for the other.

    English nicknames are those of the package `nicknames`. Many are names of their own as well
    ("Anne" for "Anna"), so the book must not show two persons.
    """
    if is_listed_nickname(name, other, language):
        return True
    return language.has_english_nicknames and other in _list_english_nicknames(name)


@lru_cache(maxsize=4096)
def _list_english_nicknames(name: str) -> frozenset[str]:
    """Return the names that are short for an English first name, or of which it is short."""
    table = _load_table()
    return frozenset(table.nicknames_of(name) | table.canonicals_of(name))


@cache
def _load_table() -> NickNamer:
    from nicknames import NickNamer  # noqa: PLC0415 - only English books with nicknames need it

    return NickNamer()
