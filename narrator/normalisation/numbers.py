"""Spells out numbers in words, with the num2words library."""

from __future__ import annotations

from functools import lru_cache

_MISSPELT_NUMBERS = {"it": ("dicotto", "diciotto"), "sv": ("etttusen", "ettusen")}
"""What num2words 0.5.14 misspells in some languages, and the right spelling."""
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
    wrong, right = _MISSPELT_NUMBERS.get(tag, ("", ""))
    return words.replace(wrong, right) if wrong else words


def spell_digits(digits: str, tag: str) -> str:
    """Return a run of digits in words: as one number, or digit by digit.

    A run of more than 15 digits, or with a leading zero such as "007", is read digit by digit.
    """
    if len(digits) > _MAX_DIGITS or (digits[0] == "0" and len(digits) > 1):
        return spell_each_digit(digits, tag)
    return spell_number(int(digits), tag)


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
