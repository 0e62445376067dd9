"""Checks the files of languages that a user wrote, before a book is read with them."""

from __future__ import annotations

from functools import cache

from narrator.languages import load_language
from narrator.languages.about import load_about
from narrator.languages.caption_words import load_break_words
from narrator.languages.credit_forms import load_credit_forms
from narrator.languages.heading_words import load_heading_words
from narrator.languages.interjections import load_interjections
from narrator.languages.language_files import find_language_files, load_language_file
from narrator.languages.manners import load_manner_words
from narrator.languages.normalisation_rules import load_rules
from narrator.languages.page_labels import load_labels
from narrator.languages.people_words import load_attribution_language
from narrator.languages.reference_texts import load_reference_texts
from narrator.languages.speaking_forms import load_speaking_forms
from narrator.languages.web_words import load_web_words

SECTION_LOADERS = (
    load_about,
    load_language,
    load_reference_texts,
    load_heading_words,
    load_attribution_language,
    load_rules,
    load_interjections,
    load_manner_words,
    load_credit_forms,
    load_labels,
    load_break_words,
    load_speaking_forms,
    load_web_words,
)
"""Functions that each load what one step must know about a language, given by its tag."""


def check_language(tag: str) -> None:
    """Check all sections of a language's file.

    Raises:
        LanguageFileError: the file has an unknown key, or a value of the wrong type.
    """
    for load_section in SECTION_LOADERS:
        load_section(tag)


@cache
def check_user_languages() -> None:
    """Check the files of languages in the user's folders.

    Raises:
        LanguageFileError: as for `check_language`.
    """
    for tag in find_language_files():
        if load_language_file(tag).is_from_user:
            check_language(tag)
