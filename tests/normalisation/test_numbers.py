"""Numbers are spelt in words."""

from __future__ import annotations

import pytest

from narrator.normalisation.numbers import (
    spell_decade,
    spell_decimal,
    spell_denominator,
    spell_digits,
    spell_number,
)


@pytest.mark.parametrize(
    ("digits", "tag", "words"),
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
def test_digits_are_spelt(digits: str, tag: str, words: str) -> None:
    assert spell_digits(digits, tag) == words


def test_decimals_are_spelt_digit_by_digit() -> None:
    assert spell_decimal("3", "14", "point", "en") == "three point one four"


@pytest.mark.parametrize(
    ("number", "number_form", "words"),
    [
        (1931, "year", "nineteen thirty-one"),
        (1900, "year", "nineteen hundred"),
        (3, "ordinal", "third"),
    ],
)
def test_years_and_ordinals_are_spelt(number: int, number_form: str, words: str) -> None:
    assert spell_number(number, "en", number_form) == words


@pytest.mark.parametrize(
    ("number_words", "decade"), [("sixty", "sixties"), ("nineteen hundred", "nineteen hundreds")]
)
def test_decades_are_plurals(number_words: str, decade: str) -> None:
    assert spell_decade(number_words) == decade


@pytest.mark.parametrize(
    ("number", "is_plural", "denominator"),
    [
        (2, False, "half"),
        (2, True, "halves"),
        (4, True, "quarters"),
        (3, True, "thirds"),
        (8, False, "eighth"),
    ],
)
def test_the_parts_of_a_fraction_are_named(
    number: int, denominator: str, *, is_plural: bool
) -> None:
    assert spell_denominator(number, is_plural=is_plural) == denominator
