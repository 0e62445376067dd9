"""The tables of words and elements are complete and consistent."""

from dataclasses import fields

import pytest

from narrator.languages.language_files import list_tags_with_section
from narrator.languages.web_words import (
    WebWords,
    list_navigation_phrases,
    load_web_words,
)

LANGUAGES = list_tags_with_section("web")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_known_keys_in_lower_case(language: str) -> None:
    words = load_web_words(language)
    for field in fields(WebWords):
        values = getattr(words, field.name)
        assert values
        assert all(value == value.casefold() == value.strip() for value in values)


def test_a_language_without_a_table_has_the_english_words() -> None:
    assert load_web_words("xx") == load_web_words("en")


def test_links_are_known_in_all_languages() -> None:
    assert {"next chapter", "nächstes kapitel", "следующая глава"} <= list_navigation_phrases()


def test_certain_labels_are_labels() -> None:
    words = load_web_words("en")
    labels = words.author_note_labels | words.translator_note_labels | words.summary_labels
    assert words.certain_labels <= labels
    assert words.certain_information_labels <= words.information_labels
