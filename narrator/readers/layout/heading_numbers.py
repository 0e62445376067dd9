"""Parse the numbers of English headings: "12", "XII", "Twelve", "Twelfth"."""

from __future__ import annotations

from narrator.text.numerals import parse_numeral_signs
from narrator.text.roman_numerals import parse_roman_numeral

_UNITS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_IRREGULAR_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "last": 999, "final": 999,
}  # fmt: skip


def _map_number_words() -> dict[str, int]:
    """Map English number words up to 199 to their values; spaces replace hyphens."""
    cardinals: dict[str, int] = {word: n for n, word in enumerate(_UNITS, 1)}
    ordinals = {f"{word}th": n for n, word in enumerate(_UNITS, 1)} | _IRREGULAR_ORDINALS
    for n, ten in enumerate(_TENS, 2):
        cardinals[ten] = 10 * n
        ordinals[ten[:-1] + "ieth"] = 10 * n
        for unit, word in enumerate(_UNITS[:9], 1):
            cardinals[f"{ten} {word}"] = 10 * n + unit
        # "twenty first" to "twenty ninth", from the one-word ordinals
        for word, unit in [*ordinals.items()]:
            if unit < 10 and " " not in word:
                ordinals[f"{ten} {word}"] = 10 * n + unit
    hundreds = {"hundred": 100, "one hundred": 100, "a hundred": 100}
    for name in ("one hundred", "a hundred"):
        hundreds |= {f"{name} {word}": 100 + n for word, n in cardinals.items()}
        hundreds |= {f"{name} and {word}": 100 + n for word, n in cardinals.items()}
    return cardinals | ordinals | hundreds


_NUMBERS_BY_WORDS = _map_number_words()


def parse_heading_number(text: str) -> int | None:
    """Return the value of a number in a heading, or None if the text is not a number.

    Roman numerals may be upper case, or lower case if they have more than one letter.
    """
    if number := parse_numeral_signs(text):
        return number
    if text.isupper() or (text.islower() and text.isascii() and len(text) > 1):
        number = parse_roman_numeral(text.upper(), lenient=True)
        if number:
            return number
    return _NUMBERS_BY_WORDS.get(" ".join(text.lower().replace("-", " ").split()))
