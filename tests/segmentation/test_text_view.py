"""A text can be looked at without the space and emphasis around its words."""

from __future__ import annotations

import pytest

from narrator.languages import load_language
from narrator.segmentation.text_view import QuotationStyle, TextView


def view_text(text: str) -> TextView:
    return TextView(text, load_language("en"), QuotationStyle())


@pytest.mark.parametrize(
    ("text", "first"),
    [("word", 0), ("  word", 2), (" _*word*_", 3), ("_“word”_", 1), ("   ", 3), ("", 0)],
)
def test_space_and_emphasis_are_skipped_up_to_the_end(text: str, first: int) -> None:
    assert view_text(text).skip_space(0, len(text)) == first


@pytest.mark.parametrize(
    ("text", "span"),
    [("word", (0, 4)), (" \n word\t", (3, 7)), ("   ", (3, 3)), ("", (0, 0))],
)
def test_a_span_is_trimmed_to_its_words(text: str, span: tuple[int, int]) -> None:
    assert view_text(text).trim_span(0, len(text)) == span


def test_offsets_count_from_the_beginning_of_the_text() -> None:
    view = view_text("one,  two  ,three")
    assert view.trim_span(4, 11) == (6, 9)
    assert view.skip_space(4, 11) == 6
