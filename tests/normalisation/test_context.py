"""A step may look at the text beside a match, and at the words of a line."""

from __future__ import annotations

import re

import pytest

from narrator.normalisation.context import ends_line, find_words, look_ahead, look_back


@pytest.mark.parametrize(
    ("text", "is_end"),
    [("etc.", True), ("etc.”", True), ("etc.“ ", True), ("etc.)", True), ("etc. and", False)],
)
def test_a_dot_ends_the_line_if_only_closing_marks_follow(text: str, *, is_end: bool) -> None:
    match = re.match(r"etc\.", text)
    assert match is not None
    assert ends_line(match) is is_end


def test_the_text_beside_a_match_is_bounded() -> None:
    match = re.search("x", "a" * 500 + "x" + "b" * 500)
    assert match is not None
    assert (look_back(match), look_ahead(match)) == ("a" * 60, "b" * 60)


def test_words_are_found_without_digits_and_in_lower_case() -> None:
    assert find_words("The 1st Été, don’t!") == {"the", "st", "été", "don", "t"}
