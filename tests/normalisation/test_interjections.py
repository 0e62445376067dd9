"""The tables of interjections can be read and make sense."""

from __future__ import annotations

from importlib.resources import files

import pytest

from narrator.normalisation import interjections as interjections_package
from narrator.normalisation.interjections import collapse_runs, load_interjections

TAGS = sorted(
    f.name[:-5] for f in files(interjections_package).iterdir() if f.name.endswith(".toml")
)


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
