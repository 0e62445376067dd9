"""The tables of words and elements are complete and consistent."""

from dataclasses import fields
from importlib.resources import files

import pytest

from narrator.readers import web_words
from narrator.readers.web_words import (
    WebWords,
    list_navigation_phrases,
    load_furniture_elements,
    load_web_words,
)

LANGUAGES = sorted(
    file.name.removesuffix(".toml")
    for file in files(web_words).iterdir()
    if file.name.endswith(".toml") and file.name != "structure.toml"
)


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


def test_elements_are_found_by_id_or_by_their_first_class() -> None:
    elements = load_furniture_elements()
    assert elements["#preface"][0].contained_classes
    assert elements["meta"][0].classes == {"meta", "group"}
