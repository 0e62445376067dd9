"""Digits are spelt by what they measure."""

from __future__ import annotations

import re

import pytest

from narrator.model import LineKind
from narrator.normalisation import quantities
from narrator.normalisation.context import NormalisationContext, ends_line
from narrator.normalisation.rules import load_rules


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
        ("June 9:30", "June 9:30"),
    ],
)
def test_a_date_is_spelt_with_its_day_as_an_ordinal(text: str, words: str) -> None:
    assert quantities.spell_dates(text, context()) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("6:30 p.m.", "six thirty P M."),
        ("at 6:30 p.m. he", "at six thirty P M he"),
        ("18:00", "eighteen hundred"),
        ("6:00", "six o'clock"),
        ("6:05", "six oh five"),
        ("6 a.m.”", "six A M.”"),
    ],
)
def test_a_time_is_spelt_as_it_is_spoken(text: str, words: str) -> None:
    assert quantities.spell_times(text, context()) == words


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "$4.50", "four dollars and fifty cents"),
        ("en", "$0.05", "five cents"),
        ("en", "$1", "one dollar"),
        ("en", "$5 million", "five million dollars"),
        ("en", "£3 10s. 6d.", "three pounds, ten shillings and six pence"),
        ("en", "1s. 1d.", "one shilling and one penny"),
        ("de", "5 €", "fünf Euro"),
    ],
)
def test_money_is_spelt_with_its_currency(tag: str, text: str, words: str) -> None:
    assert quantities.spell_money(text, context(tag)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5 km", "5 kilometres"),
        ("1 km", "1 kilometre"),
        ("5 in the morning", "5 in the morning"),
        ("5in. tall", "5 inches tall"),
        ("6' 2\"", "six foot two"),
        ("-3 °C", "minus 3 degrees Celsius"),
        ("5 km.”", "5 kilometres.”"),
    ],
)
def test_a_unit_is_spelt_unless_it_may_be_a_word(text: str, words: str) -> None:
    assert quantities.spell_measures(text, context()) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/2", "one half"),
        ("2½", "2 and a half"),
        ("2 3/4", "2 and three quarters"),
        ("7/3", "7 3"),
        ("5/64", "five sixty-fourths"),
        ("5/63", "5 over 63"),
    ],
)
def test_a_fraction_is_spelt_if_it_is_a_usual_one(text: str, words: str) -> None:
    assert quantities.spell_fractions(text, context()) == words


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
    assert quantities.spell_years(text, context(tag)) == words


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "555-1234", "five five five, one two three four"),
        ("en", "3-4", "three to four"),
        ("en", "2.5", "two point five"),
        ("en", "-2", "minus two"),
        ("en", "1,250", "one thousand, two hundred and fifty"),
        ("en", "B52", "B fifty-two"),
        ("de", "2,5", "zwei Komma fünf"),
        ("de", "1.250", "eintausendzweihundertfünfzig"),
        ("xx", "12", "12"),
    ],
)
def test_all_other_digits_are_spelt_as_plain_numbers(tag: str, text: str, words: str) -> None:
    assert quantities.spell_numbers(text, context(tag)) == words


@pytest.mark.parametrize(
    ("text", "is_end"),
    [("etc.", True), ("etc.”", True), ("etc.“ ", True), ("etc.)", True), ("etc. and", False)],
)
def test_a_dot_ends_the_line_if_only_closing_marks_follow(text: str, *, is_end: bool) -> None:
    match = re.match(r"etc\.", text)
    assert match is not None
    assert ends_line(match) is is_end
