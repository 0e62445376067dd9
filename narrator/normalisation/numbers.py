"""Numbers as words, through num2words."""

from __future__ import annotations

import re
from functools import lru_cache

_ROMAN = re.compile(r"(?=.)M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\Z")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_LONGEST = 15
"""Digits; longer numbers are read one digit at a time."""


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral in capitals, or none where it is not well formed."""
    if not _ROMAN.match(numeral):
        return None
    values = [_VALUES[letter] for letter in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


@lru_cache(maxsize=4096)
def spell_number(number: int, tag: str, number_form: str = "cardinal") -> str:
    """A number in words: `cardinal`, `ordinal` or `year`; its digits where the language is unknown.

    `tag` is a language's primary subtag.
    """
    from num2words import num2words  # noqa: PLC0415 - only books with numbers need it

    try:
        return str(num2words(number, lang=tag, to=number_form))
    except (NotImplementedError, OverflowError):
        return str(number)


def spell_digits(digits: str, tag: str) -> str:
    """A run of digits in words; one by one where it opens with a zero or is very long."""
    if len(digits) > _LONGEST or (digits[0] == "0" and len(digits) > 1):
        return " ".join(spell_number(int(digit), tag) for digit in digits)
    return spell_number(int(digits), tag)


def spell_decimal(whole: str, part: str, point: str, tag: str) -> str:
    """A number with decimals in words: its whole, then its decimals one by one."""
    return f"{spell_digits(whole, tag)} {point} {' '.join(spell_number(int(digit), tag) for digit in part)}"


def spell_decade(words: str) -> str:
    """An English number as a decade: "sixty" is "sixties"."""
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def spell_denominator(number: int, *, many: bool) -> str:
    """An English denominator: "half", "thirds"."""
    word = {2: "half", 4: "quarter"}.get(number) or spell_number(number, "en", "ordinal")
    if not many:
        return word
    return "halves" if number == 2 else f"{word}s"
