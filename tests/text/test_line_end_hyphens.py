"""Tests of the evidence for compounds at line ends."""

import pytest

from narrator.text.line_end_hyphens import LineEndHyphens

WORDS = [
    "the",
    "old",
    "house",
    "good",
    "good-natured",
    "well",
    "the",
    "sea",
    "sea-wall",
    "informed",
    "performed",
    "inform",
    "into",
    "inside",
    "indeed",
    "careless",
    "endless",
    "useless",
    "fearless",
    "end",
    "sun",
    "sunlight",
    "sunset",
    "sunny",
    "light",
    "known",
    "unknown",
    "retire",
    "return",
    "reread",
    "president",
    "tired",
    "sized",
]


@pytest.mark.parametrize(
    ("first", "second", "keeps"),
    [
        ("re", "tired", False),
        ("end", "less", False),
        ("sun", "set", False),
        ("good", "tempered", True),
        ("sea", "breeze", True),
        ("well", "informed", True),
        ("half", "past", True),
        ("ex", "penses", False),
        ("mother-in", "law", True),
        ("anti", "American", True),
    ],
)
def test_a_compound_at_a_line_end_keeps_its_hyphen(first: str, second: str, keeps: bool) -> None:
    assert LineEndHyphens(WORDS, []).keeps_hyphen(first, second) is keeps


def test_a_book_that_hyphenates_no_words_keeps_all_hyphens() -> None:
    breaks = [("sea", "breeze"), ("good", "sized"), ("old", "world"), ("half", "past")] * 3
    assert LineEndHyphens(WORDS, breaks).keeps_hyphen("card", "tables")


def test_german_writes_compounds_as_one_word() -> None:
    words = ["haus", "tür", "alt"]
    assert not LineEndHyphens(words, [], "de").keeps_hyphen("Haus", "tür")
    assert LineEndHyphens(words, [], "de").keeps_hyphen("Haus", "Tür")
