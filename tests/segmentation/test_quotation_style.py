"""The style of a book is inferred from the whole of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from narrator.languages import load_language
from narrator.segmentation.quotation_style import infer_quotation_style

if TYPE_CHECKING:
    from narrator.segmentation.text_view import QuotationStyle


def style_of(text: str, tag: str = "en") -> QuotationStyle:
    blocks = [(match.start(), match.end()) for match in re.finditer(r".+", text)]
    return infer_quotation_style(text, blocks, load_language(tag))


@pytest.mark.parametrize(
    ("text", "tag", "dashes"),
    [
        ("—Is it far?\n—Not very.", "en", True),
        ("“Is it far?”\n“No.”\n“So.”\n—and he left", "en", False),
        ("“Is it far?”\n“No.”\n— Oui.", "fr", True),
        ("No dash at all.", "es", False),
        ("- Une liste\n- et sa suite", "fr", True),
        ("-- Come in.", "en", True),
        ("-5 degrees", "en", False),
        ("Never again.\n— Letters, 4 March 1932", "en", False),
        ("“Regret,” she said, “is vain.”\nHe said, “No.”\n— And so to bed.", "en", False),
    ],
)
def test_dashes_are_speech_if_the_book_or_its_language_uses_them_so(
    text: str, tag: str, *, dashes: bool
) -> None:
    assert style_of(text, tag).has_dash_dialogue is dashes


@pytest.mark.parametrize(
    ("text", "tag", "never_opens"),
    [
        ("«Un.»\n«Deux.»", "fr", "»"),
        ("»Eins.«\n»Zwei.«", "fr", "«"),
        ("Kein Zeichen.", "de", "«"),
        ("„Eins.“ „Zwei.“", "de", "“"),
        ("“One.” “Two.”", "en", "”"),
    ],
)
def test_a_mark_that_closes_in_this_book_seldom_opens(
    text: str, tag: str, never_opens: str
) -> None:
    assert style_of(text, tag).opening_costs[never_opens] >= 3.0


def test_the_same_mark_opens_and_closes_in_some_books() -> None:
    assert "”" not in style_of("”Hej”, sa hon. ”Ja.”", "sv").opening_costs


def test_single_marks_cost_more_to_open_where_speech_stands_in_double_marks() -> None:
    american = style_of('"One," he said. "Two," she said. "Three."')
    british = style_of("'One,' he said. 'Two,' she said. 'Three.'")
    assert american.opening_costs["'"] > british.opening_costs.get("'", 0.0)
