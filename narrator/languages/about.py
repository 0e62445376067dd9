"""What a language is called, and how far it has come: the section `[about]`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from narrator.languages.language_files import load_language_file
from narrator.languages.sections import read_fields


@dataclass(frozen=True, slots=True)
class LanguageAbout:
    """The names of a language, and its level."""

    native_name: str = ""
    """Its name in the language itself, such as "Deutsch"."""
    level: int = 0
    """The level that its tests prove: 1 spoken right, 2 segmented right, 3 attributed right."""


@cache
def load_about(tag: str) -> LanguageAbout:
    """Return the names and level of the language of a BCP 47 tag; empty if it has no file."""
    section = load_language_file(tag).section("about")
    about = LanguageAbout(**read_fields(section, LanguageAbout))
    section.check_keys()
    return about
