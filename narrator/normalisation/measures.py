"""Normalisation steps for measures: `5 km`, `70°F`, `5'8`, `12°30′ W`, `2x4`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.context import ends_line
from narrator.normalisation.numbers import choose_decimal_form, choose_noun_form, spell_digits
from narrator.normalisation.quantities import build_number_expression, counts_as_adjective
from narrator.text.quotes import APOSTROPHES, character_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_APOSTROPHE = character_class(APOSTROPHES)
_HEIGHT = re.compile(
    rf"(?<!\w)(\d{{1,2}})[{APOSTROPHES}′]\s?(\d{{1,2}})(½)?(?:[\"”″]|{_APOSTROPHE}{{2}}|(?![\w,.]\d|\w))"
)
"""Feet and inches; the mark of the inches may be missing."""
_FEET = re.compile(r"(?<!\w)(\d{1,6})′(?!\w)")
_INCHES = re.compile(r"(?<![\w/])(\d{1,3})([\"″])(?!\w)")
_FRACTION_OF_INCH = re.compile(r"(?<![\w/])(\d{1,2}/\d{1,2})(?:″|\"(?=\s\w))")
_STONES = re.compile(
    r"(?<![\w.,])(\d{1,2})\s?st\.?(?=\s\d{1,2}\s?lbs?\b)"
    r"|(?<![\w.,])([02-9]|[1-9][02-9]|11)st(?:(?=\s\d{1,2}(?![\w./:]))|\b)"
)
"""A weight in stones: "9 st 4 lb", "9st 4"; "21st" is an ordinal."""
_DEGREES = re.compile(r"(-|−)?(?<![\d.,])(\d+(?:[.,]\d+)?)\s?°\s?([CF])(?![A-Za-z\d])")
_ANGLE = re.compile(
    r"(?<![\w.,])(?P<degrees>\d{1,3}(?:\.\d+)?)\s?°\s?"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s?[′'’])?\s?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s?(?:″|\"|”|''|’’))?"
    r"(?:\s?(?P<direction>[NSEW])\b(?!\.?\w))?"
)
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_DIMENSIONS = re.compile(r"(?<=\d)(?:x|×)(?=\d)|(?<=\d)\sx\s(?=\d)|(?<=[′\"″])\s?[x×]\s?(?=\d)")
_SIZE_IN_FEET = re.compile(r"(?<![\w.,])(\d{1,3})[’'′]\s?(?:by|x|×)\s?(\d{1,3})[’'′](?![\w\"″])")
"""A size in feet: "6' by 4'"."""
_DURATION = re.compile(
    r"(?<![\w.,:])(?P<hours>\d{1,3})\s?hr?s?\.?\s?(?P<minutes>[0-5]?\d)\s?m(?:ins?)?\b\.?(?!\w)"
    r"(?:\s?(?P<seconds>[0-5]?\d)\s?s(?:ecs?)?\b)?"
)
"""Hours and minutes: "2h 15m"."""
_PERCENT_RANGE = re.compile(r"(?<=\d)\s?%\s?[–-]\s?(?=\d+\s?%)")
_TIMES = re.compile(r"(?<![\w.,])(\d+(?:\.\d+)?)x(?!\w)")
_AMBIGUOUS_UNITS = frozenset({"in", "l", "g", "V", "W", "A", "st", "pt"})
"""Units that may be other words: they need a dot after them, or no space before them."""
_METRES = ("m", "м")
_ELECTRIC_UNITS = frozenset({"V", "W"})
_LARGER_UNIT = re.compile(r"\b(?:ft|feet|foot|yds?|yards?)\.?,?\s\Z")
"""A unit before inches: "6 ft 2 in"."""
_BORE_UNITS = frozenset({"mm"})
_AFTER_BORE = re.compile(
    r"[\s-](?:film|lens|camera|pistol|gun|guns|shell|shells|round|rounds|cannon|slides|slide|mortar"
    r"|mortars|bullet|bullets|automatic|Beretta|Glock|Luger|handgun|Browning|print|prints)\b"
)


def spell_measures(text: str, context: NormalisationContext) -> str:
    """Spell measures: `5 km`, `70°F`, `6' 2"`, `5 %`, `12°30′ W`."""
    rules = context.rules
    if rules.degrees_word:
        text = _DEGREES.sub(lambda match: _spell_degrees(match, rules), text)
    if rules.tag == "en":
        text = _ANGLE.sub(_spell_angle, text)
        text = _DURATION.sub(_spell_duration, text)
        text = _SIZE_IN_FEET.sub(_spell_size, text)
        text = _spell_feet_and_inches(text)
        text = _DIMENSIONS.sub(" by ", text)
        text = _TIMES.sub(r"\1 times", text)
        text = _STONES.sub(lambda match: f"{spell_digits(match[1] or match[2], 'en')} stone", text)
        text = _PERCENT_RANGE.sub(f"% {rules.range_word} ", text)
    if rules.unit_names:
        text = _compile_units(rules).sub(lambda match: _spell_unit(match, rules), text)
    return text


def _spell_feet_and_inches(text: str) -> str:
    """Spell feet and inches that are written as marks."""
    text = _HEIGHT.sub(_spell_height, text)
    text = _FRACTION_OF_INCH.sub(r"\1 inch", text)
    text = _FEET.sub(lambda match: _spell_marked(match, "foot", "feet"), text)
    # An even number of double marks is probably pairs of quotation marks.
    is_quoted = text.count('"') % 2 == 0
    return _INCHES.sub(
        lambda match: (
            match[0] if match[2] == '"' and is_quoted else _spell_marked(match, "inch", "inches")
        ),
        text,
    )


def _spell_duration(match: re.Match[str]) -> str:
    """Return a duration in words: "two hours fifteen minutes"."""
    parts = [
        f"{spell_digits(str(int(value)), 'en')} {unit if int(value) == 1 else unit + 's'}"
        for unit in ("hour", "minute", "second")
        if (value := match[f"{unit}s"]) is not None
    ]
    is_end = match[0].endswith(".") and not match.string[match.end() :].strip()
    return " ".join(parts) + ("." if is_end else "")


def _spell_size(match: re.Match[str]) -> str:
    """Return a size in words: "six foot by four foot"."""
    return f"{spell_digits(match[1], 'en')} foot by {spell_digits(match[2], 'en')} foot"


def _spell_marked(match: re.Match[str], singular: str, plural: str) -> str:
    """Return a number with the noun for its mark."""
    is_singular = int(match[1]) == 1 or counts_as_adjective(match)
    return f"{spell_digits(match[1], 'en')} {singular if is_singular else plural}"


def _spell_height(match: re.Match[str]) -> str:
    """Return feet and inches in words: "five foot eight"."""
    half = " and a half" if match[3] else ""
    # "’" may close a quotation rather than mark feet, so a height without inches must be likely.
    is_marked = match[0][-1] in "\"”″'’"
    if not is_marked and not (3 <= int(match[1]) <= 8 and int(match[2]) < 12):
        return match[0]
    return f"{spell_digits(match[1], 'en')} foot {spell_digits(match[2], 'en')}{half}"


def _spell_degrees(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a temperature with its unit in words; a later step spells its digits."""
    minus = f"{rules.minus_word} " if match[1] else ""
    scale = rules.celsius_word if match[3] == "C" else "Fahrenheit"
    return f"{minus}{match[2]} {rules.degrees_word} {scale}"


def _spell_angle(match: re.Match[str]) -> str:
    """Return an angle or a place on a map in words: "twelve degrees thirty minutes west"."""
    parts = []
    for part in ("degrees", "minutes", "seconds"):
        number = match[part]
        if number is not None:
            parts.append(f"{number} {part.removesuffix('s') if number == '1' else part}")
    if match["direction"]:
        parts.append(_DIRECTIONS[match["direction"]])
    following = match.string[match.end() : match.end() + 1]
    return " ".join(parts) + " " * following.isalnum()


@cache
def _compile_units(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a number with a unit."""
    names = "|".join(map(re.escape, sorted(rules.unit_names, key=len, reverse=True)))
    decimal = re.escape(rules.decimal_separator)
    number = rf"(?P<number>(?:{build_number_expression(rules)})(?:{decimal}\d+)?)"
    return re.compile(
        rf"(?<![\w.,]){number}(?P<gap>[\s-]?)(?P<unit>{names})(?!\w)"
        rf"(?!{_APOSTROPHE})(?P<dot>\.?)"
    )


def _spell_unit(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a number with its unit in words; a later step spells its digits."""
    unit = match["unit"]
    is_ambiguous = unit in rules.number_abbreviations or (
        rules.tag == "en" and unit in _AMBIGUOUS_UNITS
    )
    if is_ambiguous and match["gap"] and not match["dot"] and not _is_certain_unit(match):
        return match[0]
    dot = match["dot"] if ends_line(match) else ""
    names = rules.unit_names[unit]
    whole, _, part = match["number"].partition(rules.decimal_separator)
    if (
        unit in _METRES
        and rules.tag != "en"
        and len(part) == len("00")
        and int(whole)
        and int(part)
    ):
        # "1,80 m" is "un mètre quatre-vingts".
        name = choose_noun_form(int(whole), names, rules.tag)
        words = (whole, name, rules.subunit_conjunction, str(int(part)))
        return f"{' '.join(filter(None, words))}{dot}"
    if rules.tag == "en" and _is_attributive(match):
        name = names[0]
    else:
        name = _choose_unit_form(match["number"], names, rules)
    return f"{match['number']} {name}{dot}"


def _choose_unit_form(number: str, names: Sequence[str], rules: NormalisationRules) -> str:
    """Return the name of a unit after a number in digits."""
    digits = number.replace(rules.thousands_separator, "")
    if digits.isdecimal():
        return choose_noun_form(int(digits), names, rules.tag)
    return choose_decimal_form(names)


def _is_certain_unit(match: re.Match[str]) -> bool:
    """Return whether a unit that may be another word is one: "6 ft 2 in", "220 V"."""
    if match["unit"] == "in":
        return _LARGER_UNIT.search(match.string, 0, match.start()) is not None
    return match["unit"] in _ELECTRIC_UNITS and len(match["number"]) > 1


def _is_attributive(match: re.Match[str]) -> bool:
    """Return whether a measure stands before a noun: "a 10kg sack" is "a ten kilogram sack"."""
    if match["unit"] in _BORE_UNITS and _AFTER_BORE.match(match.string, match.end()):
        return True
    return counts_as_adjective(match)
