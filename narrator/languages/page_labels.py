"""The labels of the web page of a book, such as "Play": the section `[labels]` of each language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrator.errors import LanguageFileError
from narrator.languages.language_files import LanguageFile, load_language_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, eq=False, slots=True)
class PageLabels:
    """The labels of one language."""

    language: str
    """The primary subtag of the language."""
    texts: Mapping[str, str]
    """The text of each label, by its key in the files of languages."""


@cache
def load_labels(language: str) -> PageLabels:
    """Return the labels for a book's BCP 47 tag; the fallback is English.

    Raises:
        LanguageFileError: a label is missing or unknown.
    """
    english = load_language_file(_FALLBACK_LANGUAGE)
    file = load_language_file(language)
    if not file.section("labels"):
        return PageLabels(english.tag, _read_texts(english))
    texts, known_keys = _read_texts(file), english.section("labels").table.keys()
    if odd_keys := sorted(texts.keys() ^ known_keys):
        section = file.section("labels")
        raise LanguageFileError(
            f"{section.place} must have the same keys as English: see '{odd_keys[0]}'"
        )
    return PageLabels(file.tag, texts)


def _read_texts(file: LanguageFile) -> dict[str, str]:
    section = file.section("labels")
    return {key: section.text(key) for key in section.table}
