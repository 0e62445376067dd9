"""Recognises ISBNs by their check digits (ISO 2108)."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s‐-―-]+")
_PREFIX = re.compile(r"(?:urn:)?isbn(?:-1[03])?:?", re.IGNORECASE)


def normalise_isbn(text: str) -> str | None:
    """Return the digits of an ISBN of 10 or 13 digits, or None if the text is not one.

    >>> normalise_isbn("urn:isbn:978-0-14-143958-7"), normalise_isbn("0-14-143958-0")
    ('9780141439587', '0141439580')
    """
    digits = _SEPARATORS.sub("", _PREFIX.sub("", text.strip())).upper()
    if re.fullmatch(r"[0-9]{13}", digits):
        total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
        return digits if total % 10 == 0 else None
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        values = [10 if digit == "X" else int(digit) for digit in digits]
        total = sum(value * (10 - index) for index, value in enumerate(values))
        return digits if total % 11 == 0 else None
    return None
