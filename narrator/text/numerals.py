"""Numbers that are written with signs: digits of any script, Han, Greek and Hebrew numerals.

Numbers in words are in the files of languages; Roman numerals have a module of their own.
"""

from __future__ import annotations

import re
import unicodedata

_MAX_DIGITS = 4
_HAN_DIGITS = {
    sign: value
    for value, signs in enumerate(
        ("〇零", "一壱壹", "二弐貳两兩", "三参參", "四", "五", "六", "七", "八", "九")
    )
    for sign in signs
}
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}
HAN_NUMERAL_SIGNS = "".join([*_HAN_DIGITS, *_HAN_UNITS])
"""All signs of Han numerals up to 9,999."""
_GREEK_VALUES = {
    letter: value
    for letters, unit in (("ΑΒΓΔΕϚΖΗΘ", 1), ("ΙΚΛΜΝΞΟΠϞ", 10), ("ΡΣΤΥΦΧΨΩϠ", 100))
    for value, letter in zip(range(unit, 10 * unit, unit), letters, strict=True)
}
_GREEK_NUMERAL = re.compile(r"([ͰͲΑ-ΩϘ-Ϡα-ω]{1,4})['’΄ʹ′´]|(ΣΤ|στ)['’΄ʹ′´]")
"""A Greek numeral with its sign; 6 may also be written ΣΤ."""
_HEBREW_VALUES = dict(
    zip(
        "אבגדהוזחטיכלמנסעפצקרשת",
        [*range(1, 10), *range(10, 100, 10), *range(100, 500, 100)],
        strict=True,
    )
)
_HEBREW_NUMERAL = re.compile(r"([א-ת])['’׳]|([א-ת]{1,3})[\"”״]([א-ת])")
"""A Hebrew numeral: one letter with a geresh, or several with gershayim before the last."""


def parse_numeral_signs(text: str) -> int | None:
    """Return the value of a number from 1 to 9,999 that is written with signs, or None.

    It may have digits of any script ("12", "١٢"), or be a Han ("十二"), Greek ("ΙΒ΄") or Hebrew
    numeral ("י״ב").
    """
    if text.isdecimal():
        return int(text) if len(text) <= _MAX_DIGITS else None
    return _parse_han_numeral(text) or _parse_greek_numeral(text) or _parse_hebrew_numeral(text)


def _parse_han_numeral(text: str) -> int | None:
    """Return the value of a Han numeral, positional ("一二") or with units ("十二"), or None."""
    if not text or any(sign not in HAN_NUMERAL_SIGNS for sign in text):
        return None
    if all(sign in _HAN_DIGITS for sign in text):
        return int("".join(str(_HAN_DIGITS[sign]) for sign in text)) if len(text) < 5 else None
    total = digit = 0
    for sign in text:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
            continue
        unit = _HAN_UNITS[sign]
        total += unit if unit in (20, 30) else (digit or 1) * unit
        digit = 0
    return total + digit


def _parse_greek_numeral(text: str) -> int | None:
    """Return the value of a Greek numeral with its sign, or None."""
    match = _GREEK_NUMERAL.fullmatch(text)
    if match is None:
        return None
    letters = unicodedata.normalize("NFD", (match[1] or match[2]).upper()).replace("ΣΤ", "Ϛ")
    values = [_GREEK_VALUES.get(letter, 0) for letter in letters]
    return sum(values) if all(values) and values == sorted(values, reverse=True) else None


def _parse_hebrew_numeral(text: str) -> int | None:
    """Return the value of a Hebrew numeral with its sign, or None."""
    match = _HEBREW_NUMERAL.fullmatch(text)
    return sum(_HEBREW_VALUES.get(sign, 0) for sign in text) or None if match else None
