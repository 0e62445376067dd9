"""The book shows which of its capitals are words, and how it orders its dates."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.normalisation.book_evidence import BookEvidence, collect_evidence, shorten_word


def test_a_word_in_capitals_is_known_if_it_occurs_in_lower_case_too() -> None:
    evidence = collect_evidence(
        "TOM! Tom ran. The DEA saw a yurrrt and a yurt.", "", load_rules("en")
    )
    assert evidence.known_words == {"tom", "yurt"}


def test_the_evidence_of_a_text_is_that_of_its_own_words() -> None:
    evidence = BookEvidence(frozenset({"tom", "sam", "no"}), True)
    assert evidence.restrict("“TOM! Nooo!”") == BookEvidence(frozenset({"tom", "no"}), True)
    assert evidence.restrict("Tom went home.") == BookEvidence(frozenset(), True)


@pytest.mark.parametrize(
    ("text", "region", "is_day_first"),
    [
        ("on 25/12/2001", "", True),
        ("on 12/25/2001", "GB", False),
        ("on 3/4/2001", "GB", True),
        ("on 3/4/2001", "US", None),
        ("", "", None),
    ],
)
def test_dates_of_the_book_decide_before_its_region(
    text: str, region: str, *, is_day_first: bool | None
) -> None:
    assert collect_evidence(text, region, load_rules("en")).is_day_first is is_day_first


def test_a_stretched_word_may_be_spelt_with_one_letter_or_two() -> None:
    assert list(shorten_word("goood")) == ["god", "good"]
    assert list(shorten_word("no")) == ["no"]
