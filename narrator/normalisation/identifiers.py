"""Normalisation steps for digits that name something: telephones, versions, rooms, addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.normalisation.numbers import spell_digits, spell_each_digit, spell_in_pairs

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_THIN_SPACES = "\u00a0\u2007\u2009\u202f"
_THINLY_GROUPED = re.compile(rf"(?<![\w.,])\d{{1,3}}(?:[{_THIN_SPACES}]\d{{3}})+(?!\w)")
"""Thousands with a space that does not break the line."""
_SWISS_THOUSANDS = re.compile(r"(?<![\w.,'’])\d{1,3}(?:['’]\d{3})+(?![\w'’])")
"""Thousands with apostrophes."""
_SPACED_THOUSANDS = re.compile(
    r"(?<![\w.,:$£€/+()-])(?<!\d )(?:[1-9]\d?(?: \d{3})+|[1-9]\d\d(?: \d{3})* 000(?: 000)*)"
    r"(?!\w|[-,.]\d| \d)"
)
"""Thousands with plain spaces: after one or two digits, or with a last group of zeros."""
_PHONE_NUMBER = re.compile(
    r"(?<![\w.-])(?:"
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}"
    r"|1-\d{3}-\d{3}-\d{4}"
    r"|(?:1[ -])?\(\d{3,5}\)[ -]?\d{3,4}[ .-]\d{3,4}"
    r"|\d{3}\.\d{3}\.\d{4}"
    r"|0\d{2,4}[ -]\d{3,6}(?:[ -]\d{3,4})?"
    r"|\d{2,4}(?:[- ]\d{2,4}){2,8}"
    r"|\d{3}-\d{4}"
    r"|\d{1,7}(?:-\d{1,7}){3,8}"
    r")(?![\w-]|\.\d)"
)
_PHONE_WORDS = re.compile(
    r"(?<![\w-])(1-\d{3})-(?=[A-Z]{3,}\b)|(?<![\w-])(1-\d{3}-\d{3})-(?=[A-Z]{4}\b)"
)
"""The digits of a number that ends in words: "1-800-FLOWERS"."""
_EMERGENCY_NUMBER = re.compile(
    r"\b((?:dial|call|ring|rang|rung|phon|telephon)(?:s|e|es|ed|led|ling|ing)?\s)(911|999|112|411|111|101)\b(?![.,]\d)",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?<![\w.,])(?:(?P<v>[vV])\.?)?(?P<parts>\d+(?:\.\d+){2,8})(?![\w]|\.\d|,\d)"
)
_SHORT_VERSION = re.compile(r"(?<!\w)[vV](?=\d+\.\d)")
_NAMED_NUMBER = re.compile(
    r"\b((?:[Rr]oom|[Ff]light(?:\s[A-Z]{2})?|[Hh]ighway|[Ii]nterstate|[Aa]partment|[Ss]uite|[Bb]oeing"
    r"|[Aa]irbus|[Rr]oute|[Cc]abin|Train)\s)(\d{3,4})(?![\w,.-]?\d)"
)
"""A number after the noun that it names; a flight may have the code of its airline before it."""
_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Terrace|Boulevard|Blvd|Court|Place|Square"
    "|Crescent|Way|Row|Gardens|Mews|Parkway|Close"
)
_HOUSE_NUMBER = re.compile(
    rf"(?<![\w.,$£€-])(\d{{3,4}})([A-Z]?)(?=\s(?:[NSEW]\.?\s)?(?:[A-Z][\w'’]*\s){{1,3}}"
    rf"(?:{_STREET})\b)"
)
_LETTERED_HOUSE = re.compile(r"(?<![\w.,$£€-])([1-9]\d\d)([A-F])(?!\w)")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s(\d[A-Z]{2})\b")
_ZIP_CODE = re.compile(r"\b([A-Z]{2})\s(\d{5})(?:-(\d{4}))?(?![\w-])")


def join_thin_groups(text: str, rules: NormalisationRules) -> str:
    """Return a text in which groups of digits are joined as the language joins them.

    This comes before all spaces are made equal, because a space that keeps digits on one line
    shows that they are one number.
    """
    return _THINLY_GROUPED.sub(
        lambda match: rules.thousands_separator.join(re.findall(r"\d+", match[0])), text
    )


def spell_identifiers(text: str, context: NormalisationContext) -> str:
    """Spell telephone numbers, versions, numbers of rooms and houses, and postcodes.

    Thousands that are separated by spaces are joined as the language joins them.
    """
    rules = context.rules
    if not rules.decimal_word:
        return text
    text = _SPACED_THOUSANDS.sub(
        lambda match: match[0].replace(" ", rules.thousands_separator), text
    )
    text = _SWISS_THOUSANDS.sub(
        lambda match: re.sub("['’]", rules.thousands_separator, match[0]), text
    )
    text = _PHONE_NUMBER.sub(lambda match: _spell_phone_number(match[0], rules.tag), text)
    if rules.version_word:
        text = _VERSION.sub(lambda match: _spell_version(match, rules), text)
        text = _SHORT_VERSION.sub(f"{rules.version_word} ", text)
    if rules.tag != "en":
        return text
    text = _PHONE_WORDS.sub(
        lambda match: f"{_spell_phone_number(match[1] or match[2], 'en')}, ", text
    )
    text = _EMERGENCY_NUMBER.sub(
        lambda match: f"{match[1]}{spell_each_digit(match[2], 'en')}", text
    )
    text = _POSTCODE.sub(lambda match: " ".join(f"{match[1]}{match[2]}"), text)
    text = _ZIP_CODE.sub(_spell_zip_code, text)
    text = _NAMED_NUMBER.sub(lambda match: f"{match[1]}{spell_in_pairs(match[2])}", text)
    text = _LETTERED_HOUSE.sub(_spell_house_number, text)
    return _HOUSE_NUMBER.sub(_spell_house_number, text)


def _spell_phone_number(phone_number: str, tag: str) -> str:
    """Return a telephone number digit by digit, with commas between its groups."""
    plus = "plus " if phone_number[0] == "+" and tag in {"en", "de", "fr"} else ""
    groups = re.findall(r"\d+", phone_number)
    return plus + ", ".join(spell_each_digit(group, tag) for group in groups)


def _spell_version(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a version or an address of a network with a word between its parts."""
    parts = [
        spell_each_digit(part, rules.tag) if len(part) > 2 else spell_digits(part, rules.tag)
        for part in match["parts"].split(".")
    ]
    version = f"{rules.version_word} " if match["v"] else ""
    return version + f" {rules.version_dot_word} ".join(parts)


def _spell_zip_code(match: re.Match[str]) -> str:
    """Return an American state's letters and the postcode digit by digit."""
    extension = f", {spell_each_digit(match[3], 'en')}" if match[3] else ""
    return f"{' '.join(match[1])} {spell_each_digit(match[2], 'en')}{extension}"


def _spell_house_number(match: re.Match[str]) -> str:
    """Return the number of a house in words: "two twenty-one B"."""
    letter = f" {match[2]}" if match[2] else ""
    return f"{spell_in_pairs(match[1])}{letter}"
