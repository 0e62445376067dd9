"""The phrases of the studio's page: the section `[studio]` of each language, by English phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.languages.language_files import load_language_file
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SOURCE_LANGUAGE = "en"
"""The language of the page itself, whose phrases are the keys of all translations."""


@dataclass(frozen=True, slots=True)
class StudioPhrases:
    """The phrases of the page in one language."""

    language: str
    """Its primary subtag."""
    translations: Mapping[str, str]
    """Translations by English phrase, with the same names in braces; empty for English."""


def load_studio_phrases(languages: Iterable[str]) -> StudioPhrases:
    """Return the phrases in the first of these languages that has them, else in English.

    Args:
        languages: BCP 47 tags, of which only the primary subtags count.

    Raises:
        LanguageFileError: a file is not valid.
    """
    for tag in languages:
        language = primary_subtag(tag)
        if language == SOURCE_LANGUAGE:
            break
        section = load_language_file(language).section("studio")
        if section:
            return StudioPhrases(language, {key: section.text(key) for key in section.table})
    return StudioPhrases(SOURCE_LANGUAGE, {})
