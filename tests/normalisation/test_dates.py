"""Dates, years and decades are spelt as people say them."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import dates
from narrator.normalisation.book_evidence import collect_evidence
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9 June 1921", "the ninth of June, nineteen twenty-one"),
        ("the 9th of June", "the ninth of June"),
        ("June 9, 1921", "June ninth, nineteen twenty-one"),
        ("Sept. 3", "September third"),
        ("1921-06-09", "June ninth, nineteen twenty-one"),
        ("1921-00-09", "1921-00-09"),
        ("May 5-7", "May fifth to seventh"),
        ("June 9:30", "June 9:30"),
    ],
)
def test_a_date_is_spelt_with_its_day_as_an_ordinal(text: str, words: str) -> None:
    assert dates.spell_dates(text, context()) == words


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "in 1931", "in nineteen thirty-one"),
        ("en", "the 1960s", "the nineteen sixties"),
        ("en", "the '60s", "the sixties"),
        ("en", "in '68", "in sixty-eight"),
        ("en", "1914-18", "nineteen fourteen to eighteen"),
        ("en", "in 1066", "in ten sixty-six"),
        ("en", "1066 men", "1066 men"),
        ("en", "the 21st", "the twenty-first"),
        ("de", "1931", "neunzehnhunderteinunddreißig"),
        ("fr", "1931", "1931"),
    ],
)
def test_a_year_is_spelt_in_pairs_of_digits(tag: str, text: str, words: str) -> None:
    assert dates.spell_years(text, context(tag)) == words


@pytest.mark.parametrize(
    ("text", "region", "words"),
    [
        ("3/4/2021", "", "March fourth, twenty twenty-one"),
        ("3/4/2021", "GB", "the third of April, twenty twenty-one"),
        ("13/4/2021", "", "the thirteenth of April, twenty twenty-one"),
        ("3.4.2021", "US", "the third of April, twenty twenty-one"),
        ("4-4-2", "", "4-4-2"),
        ("14/15/2021", "", "14/15/2021"),
    ],
)
def test_the_region_orders_a_date_in_digits(text: str, region: str, words: str) -> None:
    evidence = collect_evidence("", region, load_rules("en"))
    rules = NormalisationContext(load_rules("en"), LineKind.NARRATION, evidence)
    assert dates.spell_dates(text, rules) == words
