"""The tables of interjections can be read and make sense."""

from __future__ import annotations

import pytest

from narrator.languages.interjections import collapse_runs, load_interjections
from narrator.languages.language_files import list_tags_with_section

TAGS = list_tags_with_section("interjections")


@pytest.mark.parametrize("tag", TAGS)
def test_every_interjection_is_in_lower_case_and_has_something_to_speak(tag: str) -> None:
    table = load_interjections(tag)
    rows = [each for group in table.interjections.values() for each in group]
    assert len(rows) >= 35
    assert all(each.written == each.written.casefold() and each.respelling for each in rows)
    assert table.vowels
    assert table.consonants


@pytest.mark.parametrize(
    ("word", "respelling"),
    [("shhhhh", "shush"), ("oh", "oh"), ("ohhh", "oh"), ("ooh", "ooh"), ("ooooohh", "ooh")],
)
def test_letters_of_an_interjection_may_be_repeated(word: str, respelling: str) -> None:
    found = load_interjections("en").find_interjection(word)
    assert found is not None
    assert found.respelling == respelling


def test_a_word_is_no_interjection() -> None:
    assert load_interjections("en").find_interjection("harbour") is None
    assert load_interjections("xx").find_interjection("shh") is None
    assert collapse_runs("aabbb") == "ab"
