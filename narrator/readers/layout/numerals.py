"""Numbers as they stand in headings: "12", "XII", "Twelve", "Twelfth"."""

from __future__ import annotations

import re

_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,4})(XC|XL|L?X{0,4})(IX|IV|V?I{0,4})")
_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}

_UNITS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "last": 999, "final": 999,
}  # fmt: skip


def _spelt() -> dict[str, int]:
    """Every number up to 199 as a word, hyphens as spaces."""
    below: dict[str, int] = {word: n for n, word in enumerate(_UNITS, 1)}
    ordinal = {f"{word}th": n for n, word in enumerate(_UNITS, 1)} | _ORDINALS
    for n, ten in enumerate(_TENS, 2):
        below[ten] = 10 * n
        ordinal[ten[:-1] + "ieth"] = 10 * n
        for unit, word in enumerate(_UNITS[:9], 1):
            below[f"{ten} {word}"] = 10 * n + unit
        for word, unit in [*ordinal.items()]:
            if unit < 10 and " " not in word:
                ordinal[f"{ten} {word}"] = 10 * n + unit
    hundreds = {"hundred": 100, "one hundred": 100, "a hundred": 100}
    for name in ("one hundred", "a hundred"):
        hundreds |= {f"{name} {w}": 100 + n for w, n in below.items()}
        hundreds |= {f"{name} and {w}": 100 + n for w, n in below.items()}
    return below | ordinal | hundreds


_SPELT = _spelt()


def parse_heading_number(text: str) -> int | None:
    """The number that a numeral of a heading stands for, or none.

    Roman numerals count in capitals, or in small letters where there are several of one case.
    """
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    if text.isupper() or (text.islower() and text.isascii() and len(text) > 1):
        number = roman(text.upper())
        if number:
            return number
    return _SPELT.get(" ".join(text.lower().replace("-", " ").split()))


def roman(text: str) -> int | None:
    """The value of a roman numeral in capitals; none for anything else."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    digits = [_DIGITS[c] for c in text]
    following = [*digits[1:], 0]
    return sum(-d if d < after else d for d, after in zip(digits, following, strict=True))
