"""Spells out numbers in words, with the num2words library."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MISSPELT_NUMBERS = {
    "it": (("dicotto", "diciotto"),),
    "sv": (("etttusen", "ettusen"), ("förtio", "fyrtio")),
    "cs": (
        (r"(?<=dvě|tři)(st[aě])", r" \1"),
        ("čtyřista", "čtyři sta"),
        (r"(?<=[tm])set\b", " set"),
    ),
}
"""What num2words 0.5.14 misspells in some languages, as patterns, and the right spelling."""
_SINGULAR_AND_PLURAL, _SLAVIC_FORMS = 2, 3
"""Numbers of forms that a noun has after numbers."""
_MAX_DIGITS = 15
"""Most digits of a number that is read as a whole; a longer one is read digit by digit."""


@lru_cache(maxsize=4096)
def spell_number(
    number: int, tag: str, number_form: str = "cardinal", **grammar: str | bool
) -> str:
    """Return a number in words, or in digits if num2words does not support the language.

    `tag` is a primary subtag; `number_form` is `cardinal`, `ordinal` or `year`. `grammar` may name
    a case or a gender, which only Russian distinguishes.
    """
    from num2words import num2words  # noqa: PLC0415 - only books with numbers need it

    try:
        words = str(num2words(number, lang=tag, to=number_form, **grammar))
    except (NotImplementedError, OverflowError):
        return str(number)
    for wrong, right in _MISSPELT_NUMBERS.get(tag, ()):
        words = re.sub(wrong, right, words)
    return words


def spell_digits(digits: str, tag: str) -> str:
    """Return a run of digits in words: as one number, or digit by digit.

    A run of more than 15 digits, or with a leading zero such as "007", is read digit by digit.
    """
    if is_spelt_by_digits(digits):
        return spell_each_digit(digits, tag)
    return spell_number(int(digits), tag)


def is_spelt_by_digits(digits: str) -> bool:
    """Return whether a run of digits is too long for one number, or has a leading zero."""
    return len(digits) > _MAX_DIGITS or (digits[0] == "0" and len(digits) > 1)


def choose_noun_form(number: int, forms: Sequence[str], tag: str) -> str:
    """Return the form of a noun after a whole number.

    Args:
        number: the number, at least 0.
        forms: the singular and the plural. In Slavic languages, there are three: those after one,
            after two to four, and after five: "рубль", "рубля", "рублей". A fourth may follow; see
            `choose_decimal_form`.
        tag: the primary subtag of the language.
    """
    if len(forms) == _SINGULAR_AND_PLURAL:
        return forms[number != 1]
    from num2words import CONVERTER_CLASSES  # noqa: PLC0415 - only books with numbers need it

    form: str = CONVERTER_CLASSES[tag].pluralize(number, forms)
    return form


def choose_decimal_form(forms: Sequence[str]) -> str:
    """Return the form of a noun after a decimal: the plural, or the genitive in Slavic languages.

    It is the fourth form where it differs from that after two: "2,5 kilometra".
    """
    return forms[3] if len(forms) > _SLAVIC_FORMS else forms[1]


def spell_each_digit(digits: str, tag: str) -> str:
    """Return the words for each digit of a run."""
    return " ".join(spell_number(int(digit), tag) for digit in digits)


def spell_decimal(whole_digits: str, decimal_digits: str, separator_word: str, tag: str) -> str:
    """Return a number with decimals in words: the whole number, then each decimal digit."""
    decimals = spell_each_digit(decimal_digits, tag)
    return f"{spell_digits(whole_digits, tag)} {separator_word} {decimals}"


def spell_decade(number_words: str) -> str:
    """Return an English number in the plural, as for a decade: "sixty" becomes "sixties"."""
    return f"{number_words[:-1]}ies" if number_words.endswith("y") else f"{number_words}s"


def spell_denominator(number: int, *, is_plural: bool) -> str:
    """Return an English denominator: "half", "thirds"."""
    word = {2: "half", 4: "quarter"}.get(number) or spell_number(number, "en", "ordinal")
    if not is_plural:
        return word
    return "halves" if number == 2 else f"{word}s"


def spell_in_pairs(digits: str) -> str:
    """Return three or four digits in English as people say house numbers: "two twenty-one"."""
    first, last = int(digits[:-2]), int(digits[-2:])
    if int(digits) % 1000 == 0:
        return spell_number(int(digits), "en")
    first_words = spell_number(first, "en")
    if last == 0:
        return f"{first_words} hundred"
    zero = "oh " if last < 10 else ""
    return f"{first_words} {zero}{spell_number(last, 'en')}"


def spell_two_digits(digits: str) -> str:
    """Return two digits in English as people say a short year: "ninety-eight", "oh five"."""
    zero = "oh " if digits[0] == "0" else ""
    return f"{zero}{spell_number(int(digits), 'en')}"
