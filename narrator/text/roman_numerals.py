"""Roman numerals in capitals, from I to MMMCMXCIX."""

from __future__ import annotations

import re

_STRICT_NUMERAL = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_LENIENT_NUMERAL = re.compile(r"M{0,3}(CM|CD|D?C{0,4})(XC|XL|L?X{0,4})(IX|IV|V?I{0,4})")
_DIGIT_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def parse_roman_numeral(numeral: str, *, lenient: bool = False) -> int | None:
    """Return the value of a Roman numeral in capitals, or `None` if it is not well formed.

    `lenient` also accepts four equal digits in a row, such as "IIII" and "XXXX", as on clock faces
    and in the headings of old books.
    """
    pattern = _LENIENT_NUMERAL if lenient else _STRICT_NUMERAL
    if not numeral or not pattern.fullmatch(numeral):
        return None
    values = [_DIGIT_VALUES[digit] for digit in numeral]
    # A digit before a greater one is subtracted: the X in XC, but not the X in CX.
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
