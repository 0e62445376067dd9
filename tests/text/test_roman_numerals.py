import pytest

from narrator.text.roman_numerals import parse_roman_numeral


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("I", 1), ("IV", 4), ("XIV", 14), ("XC", 90), ("CX", 110), ("MCMXCIX", 1999), ("MMMD", 3500)],
)
def test_well_formed_numerals_have_a_value(numeral, value):
    assert parse_roman_numeral(numeral) == value
    assert parse_roman_numeral(numeral, lenient=True) == value


@pytest.mark.parametrize("numeral", ["", "iv", "IC", "VV", "IIX", "MMMM", "A", "X.", "X\n"])
def test_anything_else_has_none(numeral):
    assert parse_roman_numeral(numeral) is None
    assert parse_roman_numeral(numeral, lenient=True) is None


@pytest.mark.parametrize(("numeral", "value"), [("IIII", 4), ("XXXX", 40), ("CCCC", 400)])
def test_four_equal_digits_are_taken_only_leniently(numeral, value):
    assert parse_roman_numeral(numeral) is None
    assert parse_roman_numeral(numeral, lenient=True) == value
