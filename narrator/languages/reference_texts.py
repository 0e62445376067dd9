"""The prose by which the voices of a language are measured: the section `[voices]`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from narrator.languages.language_files import load_language_file
from narrator.languages.sections import read_fields


@dataclass(frozen=True, slots=True)
class ReferenceTexts:
    """What the voices of one language speak in order to be measured."""

    reference_text: str = ""
    """About 400 letters of prose with a question and an exclamation, by which the loudness and the
    pace of voices are measured. If it is empty, they speak numbers, and their clips are not
    compared with their texts."""


@cache
def load_reference_texts(language: str) -> ReferenceTexts:
    """Return the texts for a BCP 47 tag; they are empty if the language has none.

    Raises:
        LanguageFileError: a key is unknown.
    """
    section = load_language_file(language).section("voices")
    values = read_fields(section, ReferenceTexts)
    section.check_keys()
    return ReferenceTexts(**values)
