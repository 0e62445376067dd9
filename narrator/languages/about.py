"""What a language is called: the section `[about]`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from narrator.languages.language_files import load_language_file
from narrator.languages.sections import read_fields


@dataclass(frozen=True, slots=True)
class LanguageAbout:
    """The names of a language."""

    native_name: str = ""
    """Its name in the language itself, such as "Deutsch"."""


@cache
def load_about(tag: str) -> LanguageAbout:
    """Return the names of the language of a BCP 47 tag; empty if it has no file."""
    section = load_language_file(tag).section("about")
    about = LanguageAbout(**read_fields(section, LanguageAbout))
    section.check_keys()
    return about
