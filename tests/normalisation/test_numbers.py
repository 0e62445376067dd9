"""Numbers as words."""

from __future__ import annotations

import pytest

from narrator.normalisation.numbers import (
    roman,
    spell_decade,
    spell_decimal,
    spell_denominator,
    spell_digits,
    spell_number,
)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("I", 1), ("IV", 4), ("IX", 9), ("XL", 40), ("XCIX", 99), ("CD", 400), ("MCMXXXI", 1931)],
)
def test_a_roman_numeral_has_a_value(numeral: str, value: int) -> None:
    assert roman(numeral) == value


@pytest.mark.parametrize("word", ["", "IIII", "VX", "IC", "ABC", "MIX IT", "iv"])
def test_what_is_no_roman_numeral_has_none(word: str) -> None:
    assert roman(word) is None


@pytest.mark.parametrize(
    ("digits", "tag", "said"),
    [
        ("21", "en", "twenty-one"),
        ("007", "en", "zero zero seven"),
        ("0", "en", "zero"),
        ("21", "de", "einundzwanzig"),
        ("21", "fr", "vingt et un"),
        ("21", "es", "veintiuno"),
        ("21", "ru", "двадцать один"),
        ("1" * 16, "en", " ".join(["one"] * 16)),
        ("21", "xx", "21"),
    ],
)
def test_digits_are_said(digits: str, tag: str, said: str) -> None:
    assert spell_digits(digits, tag) == said


def test_decimals_are_said_one_by_one() -> None:
    assert spell_decimal("3", "14", "point", "en") == "three point one four"


@pytest.mark.parametrize(
    ("number", "to", "said"),
    [
        (1931, "year", "nineteen thirty-one"),
        (1900, "year", "nineteen hundred"),
        (3, "ordinal", "third"),
    ],
)
def test_years_and_ranks_are_said(number: int, to: str, said: str) -> None:
    assert spell_number(number, "en", to) == said


@pytest.mark.parametrize(
    ("word", "many"), [("sixty", "sixties"), ("nineteen hundred", "nineteen hundreds")]
)
def test_decades_are_many(word: str, many: str) -> None:
    assert spell_decade(word) == many


@pytest.mark.parametrize(
    ("number", "many", "said"),
    [
        (2, False, "half"),
        (2, True, "halves"),
        (4, True, "quarters"),
        (3, True, "thirds"),
        (8, False, "eighth"),
    ],
)
def test_the_parts_of_a_fraction_are_named(number: int, said: str, *, many: bool) -> None:
    assert spell_denominator(number, many=many) == said
