"""How the title, the author and the narrator of a book are announced: the section `[credits]`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from narrator.languages.language_files import load_language_file
from narrator.languages.page_labels import load_labels
from narrator.languages.sections import read_fields


@dataclass(frozen=True, slots=True)
class CreditForms:
    """Sentences with gaps, and headings; without a section, they have no words of any language."""

    title: str = "{title}."
    """How the title is announced, with `{title}`."""
    author: str = "{author}."
    """How the author is announced, with `{author}`."""
    narrator: str = "{narrator}."
    """How the narrator is announced, with `{narrator}`."""
    closing: str = "{title}."
    """What is said after the last chapter, with `{title}`: "The end. This was {title}."."""
    opening_heading: str = ""
    """The heading of the credits before the first chapter, which players show."""
    closing_heading: str = ""
    """The heading of those after the last chapter."""
    narrator_name: str = ""
    """What captions call the narrator, in a language without `[labels]`."""


@cache
def load_credit_forms(language: str) -> CreditForms:
    """Return the forms for a book's BCP 47 tag.

    Raises:
        LanguageFileError: a key is unknown.
    """
    section = load_language_file(language).section("credits")
    values = read_fields(section, CreditForms)
    section.check_keys()
    return CreditForms(**values)


def name_narrator(language: str) -> str:
    """Return what captions call the narrator of a book; the fallback is English.

    Raises:
        LanguageFileError: a key is unknown.
    """
    return load_credit_forms(language).narrator_name or load_labels(language).texts["narrator"]
