"""Normalisation steps for digits: dates, times, money, measures, years and plain numbers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.context import ends_line
from narrator.normalisation.numbers import (
    spell_decade,
    spell_decimal,
    spell_denominator,
    spell_digits,
    spell_number,
)
from narrator.text.quotes import APOSTROPHES, character_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.normalisation.context import NormalisationContext
    from narrator.normalisation.rules import NormalisationRules

_APOSTROPHE = character_class(APOSTROPHES)
_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"\b(\d{1,3}(?:,\d{3}){1,6}|\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_DECADE = re.compile(rf"(?<!\w)(?:{_APOSTROPHE}?(\d0)|(1\d\d0|20\d0)){_APOSTROPHE}?s\b")
_SHORT_YEAR = re.compile(rf"(?<!\w){_APOSTROPHE}(\d\d)(?!\w)")
_YEAR_RANGE = re.compile(r"(?<![\w.,$£€])(1\d{3}|20\d\d)\s?[–-]\s?(\d{4}|\d\d)(?![\w–-])")
_YEAR = re.compile(r"(?<![\w.,$£€#+-])(1[1-9]\d\d|20\d\d)(?![\w%]|[.,]\d|[-–]\d)")
_EARLY_YEAR = re.compile(
    r"\b((?:in|of|since|by|from|year|until|till|before|after|about|circa|c\.)\s)(10\d\d)(?![\w.,]\d)",
    re.IGNORECASE,
)
"""A year of the eleventh century; only the word before it distinguishes it from other numbers."""
_CLOCK = re.compile(
    r"(?<![\w.:])([01]?\d|2[0-4])[:.]([0-5]\d)\s?([ap])\.?\s?m\b(\.?)"
    r"|(?<![\w.:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
"""A time with minutes: groups 1 to 4 match if it has "a.m." or "p.m.", otherwise 5 and 6."""
_HOUR = re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b(\.?)", re.IGNORECASE)
_ISO_DATE = re.compile(r"(?<![\w-])(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])(?![\w-])")
_FRACTION = re.compile(r"(?<![\w/.])(?:(\d+)[ -])?(\d{1,2})/(\d{1,3})(?![\w/])")
_FRACTION_CHARACTER = re.compile(r"(?:(?<!\d)(\d+)\s?)?([½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])")
_OLD_MONEY = re.compile(r"£(\d[\d,]*)(?:,? (\d{1,2})s\.?)(?:,? (\d{1,2})d\.?)?(?!\w)")
"""British money before 1971: pounds, shillings and pence."""
_SHILLINGS_AND_PENCE = re.compile(r"(?<![\w.])(\d{1,2})s\.? (\d{1,2})d\.?(?!\w)")
_COINS = re.compile(r"(?<![\w.])(\d{1,2})([sd])\.(?!\w)")
_HEIGHT = re.compile(
    rf"(?<!\w)(\d{{1,2}})[{APOSTROPHES}′]\s?(\d{{1,2}})(?:[\"”″]|{_APOSTROPHE}{{2}})"
)
"""Feet and inches."""
_INCHES = re.compile(r"(?<!\w)(\d{1,3})[\"″](?!\w)")
_DEGREES = re.compile(r"(-|−)?(?<![\d.,])(\d+(?:[.,]\d+)?)\s?°\s?([CF])\b")
_SCALE_NAMES = {"C": "Celsius", "F": "Fahrenheit"}
_PHONE_NUMBER = re.compile(r"(?<![\w-])\+?\d{2,4}(?:[- ]\d{2,4}){2,}(?![\w-])|\b\d{3}-\d{4}\b")
_PLURAL_NUMBER = re.compile(r"(?<![\w.,])(\d+)s\b")
_RATIO = re.compile(r"(?<=\d):(?=\d)")
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def spell_dates(text: str, context: NormalisationContext) -> str:
    """Spell English dates: `9 June 1921`, `June 9, 1921`, `1921-06-09`."""
    month_names = context.rules.month_names
    if not month_names:
        return text
    text = _ISO_DATE.sub(
        lambda match: (
            f"{month_names[int(match[2]) - 1]} {_spell_ordinal(match[3])}, "
            f"{spell_number(int(match[1]), 'en', 'year')}"
            if int(match[2]) and int(match[3])
            else match[0]
        ),
        text,
    )
    day_first, month_first = _compile_dates(context.rules)
    text = day_first.sub(lambda match: _spell_day_first(match, context.rules), text)
    return month_first.sub(lambda match: _spell_month_first(match, context.rules), text)


@cache
def _compile_dates(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return one pattern for dates with the day first, and one for dates with the month first."""
    short_names = "|".join(rf"{name.capitalize()}\b\.?" for name in rules.month_abbreviations)
    month = rf"(?P<month>(?:{'|'.join(rules.month_names)})\b|{short_names})"
    year = r"(?:(?P<comma>,?)\s(?P<year>1\d{3}|20\d\d)\b(?![.,]\d))?"
    day = r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?"
    return (
        re.compile(rf"(?P<the>\b[Tt]he\s)?(?<![\w.,:$£/-]){day}\s(?P<of>of\s)?{month}{year}"),
        re.compile(rf"\b{month}\s(?:the\s)?{day}\b(?![:/.]\d|\s?(?:%|°)){year}"),
    )


def _spell_day_first(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a date with the day first in words: "the ninth of June, nineteen twenty-one"."""
    article, month = match["the"] or "the ", _expand_month(match["month"], rules)
    return f"{article}{_spell_ordinal(match['day'])} of {month}{_spell_year_of_date(match)}"


def _spell_month_first(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a date with the month first in words: "June ninth, nineteen twenty-one"."""
    month = _expand_month(match["month"], rules)
    return f"{month} {_spell_ordinal(match['day'])}{_spell_year_of_date(match)}"


def _spell_year_of_date(match: re.Match[str]) -> str:
    """Return a comma and the year of a date in words, or "" if the date has no year."""
    return f", {spell_number(int(match['year']), 'en', 'year')}" if match["year"] else ""


def _expand_month(month: str, rules: NormalisationRules) -> str:
    """Return the full name of a month that may be abbreviated."""
    name = month.rstrip(".")
    return rules.month_abbreviations.get(name.casefold(), name)


def _spell_ordinal(digits: str) -> str:
    """Return an English ordinal number in words."""
    return spell_number(int(digits.replace(",", "")), "en", "ordinal")


def spell_times(text: str, context: NormalisationContext) -> str:
    """Spell English times: `6:30 p.m.`, `18:00`, `6 a.m.`."""
    if context.rules.tag != "en":
        return text
    text = _CLOCK.sub(_spell_clock, text)
    return _HOUR.sub(
        lambda match: (
            f"{spell_digits(match[1], 'en')} {match[2].upper()} M{_keep_final_dot(match, 3)}"
        ),
        text,
    )


def _keep_final_dot(match: re.Match[str], group: int) -> str:
    """Return the dot of an abbreviation, matched by a group, if it also ends the text, else ""."""
    return match[group] if ends_line(match) else ""


def _spell_clock(match: re.Match[str]) -> str:
    """Return a time with minutes in words: "six thirty P M", "six o'clock"."""
    hour, minute = (match[1] or match[5]), (match[2] or match[6])
    half_of_day = f" {match[3].upper()} M{_keep_final_dot(match, 4)}" if match[3] else ""
    hour_words = spell_number(int(hour), "en")
    if minute == "00":
        full_hour = "" if half_of_day else " o'clock" if int(hour) <= 12 else " hundred"
        return f"{hour_words}{full_hour}{half_of_day}"
    minute_words = spell_number(int(minute), "en")
    # "6:05" is spoken as "six oh five".
    if minute[0] == "0":
        minute_words = f"oh {minute_words}"
    return f"{hour_words} {minute_words}{half_of_day}"


def spell_money(text: str, context: NormalisationContext) -> str:
    """Spell amounts of money: `$4.50`, `£3 10s. 6d.`, `5 €`, `$5 million`."""
    rules = context.rules
    if not rules.currency_names:
        return text
    if rules.tag == "en":
        text = _OLD_MONEY.sub(_spell_old_money, text)
        text = _SHILLINGS_AND_PENCE.sub(
            lambda match: _join_amounts(
                [_spell_count_of(match[1], _SHILLING), _spell_count_of(match[2], _PENNY)]
            ),
            text,
        )
        text = _COINS.sub(
            lambda match: _spell_count_of(match[1], _SHILLING if match[2] == "s" else _PENNY),
            text,
        )
    symbol_first, symbol_last = _compile_money(rules)
    text = symbol_first.sub(lambda match: _spell_amount(match, rules), text)
    return symbol_last.sub(lambda match: _spell_amount(match, rules), text)


_POUND = ("pound", "pounds")
_SHILLING = ("shilling", "shillings")
_PENNY = ("penny", "pence")
_SCALE_WORDS = {"k": " thousand", "m": " million", "bn": " billion"}


def _spell_old_money(match: re.Match[str]) -> str:
    """Return pounds, shillings and pence in words."""
    amounts = [
        _spell_count_of(match[1].replace(",", ""), _POUND),
        _spell_count_of(match[2], _SHILLING),
    ]
    return _join_amounts([*amounts, _spell_count_of(match[3], _PENNY)] if match[3] else amounts)


def _join_amounts(amounts: list[str]) -> str:
    """Join amounts with commas, and with "and" before the last."""
    return f"{', '.join(amounts[:-1])} and {amounts[-1]}"


def _spell_count_of(digits: str, names: tuple[str, ...] | list[str], tag: str = "en") -> str:
    """Return a number in words and its noun; `names` starts with the noun's singular and plural."""
    return f"{spell_digits(digits, tag)} {names[int(digits) != 1]}"


@cache
def _compile_money(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return one pattern for amounts with the symbol first, and one for those with it last."""
    symbols = "".join(map(re.escape, rules.currency_names))
    decimal = re.escape(rules.decimal_separator)
    amount = rf"(?P<amount>{_build_number_expression(rules)})(?:{decimal}(?P<part>\d+))?"
    scale = r"(?P<scale>\s(?:hundred|thousand|million|billion|trillion)\b)?"
    return (
        re.compile(rf"(?P<symbol>[{symbols}])\s?{amount}(?P<k>(?:bn|[kKmM])\b)?{scale}"),
        re.compile(rf"(?<![\w.,]){amount}{scale}(?P<k>)\s?(?P<symbol>[{symbols}])"),
    )


def _build_number_expression(rules: NormalisationRules) -> str:
    """Return a regular expression for a whole number, with or without thousands separators."""
    separator = re.escape(rules.thousands_separator)
    return rf"\d{{1,3}}(?:{separator}\d{{3}}){{1,6}}(?!\d)|\d+"


def _spell_amount(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return an amount of money in words, with cents if it has exactly two decimals."""
    names = rules.currency_names[match["symbol"]]
    whole_digits = match["amount"].replace(rules.thousands_separator, "")
    decimal_digits = match["part"]
    # "$5 million" and "$5m" are spoken the same way.
    scale = match["scale"] or _SCALE_WORDS.get((match["k"] or "").casefold(), "")
    if scale or (decimal_digits and len(decimal_digits) != 2):
        return f"{_spell_decimal_or_whole(whole_digits, decimal_digits, rules)}{scale} {names[1]}"
    whole_words = _spell_count_of(whole_digits, names, rules.tag)
    if not decimal_digits or not int(decimal_digits):
        return whole_words
    cent_words = _spell_count_of(str(int(decimal_digits)), names[2:], rules.tag)
    if whole_digits.strip("0") == "":
        return cent_words
    separator = " and " if rules.tag == "en" else " "
    return f"{whole_words}{separator}{cent_words}"


def spell_measures(text: str, context: NormalisationContext) -> str:
    """Spell measures: `5 km`, `70°F`, `6' 2"`, `5 %`."""
    rules = context.rules
    if rules.tag == "en":
        text = _HEIGHT.sub(
            lambda match: f"{spell_digits(match[1], 'en')} foot {spell_digits(match[2], 'en')}",
            text,
        )
        if text.count('"') % 2:  # an even number is probably pairs of quotation marks
            text = _INCHES.sub(lambda match: _spell_count_of(match[1], ("inch", "inches")), text)
    if rules.degrees_word:
        text = _DEGREES.sub(lambda match: _spell_degrees(match, rules), text)
    if rules.unit_names:
        text = _compile_units(rules).sub(lambda match: _spell_unit(match, rules), text)
    return text


def _spell_degrees(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a temperature with its unit in words; a later step spells its digits."""
    minus = f"{rules.minus_word} " if match[1] else ""
    return f"{minus}{match[2]} {rules.degrees_word} {_SCALE_NAMES[match[3]]}"


@cache
def _compile_units(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a number with a unit."""
    names = "|".join(map(re.escape, sorted(rules.unit_names, key=len, reverse=True)))
    decimal = re.escape(rules.decimal_separator)
    number = rf"(?P<number>(?:{_build_number_expression(rules)})(?:{decimal}\d+)?)"
    return re.compile(
        rf"(?<![\w.,]){number}(?P<gap>\s?)(?P<unit>{names})\b(?!{_APOSTROPHE})(?P<dot>\.?)"
    )


_AMBIGUOUS_UNITS = frozenset({"in", "m", "l", "g", "V", "W", "min", "sec"})
"""Units that may be other words: they need a dot after them, or no space before them."""


def _spell_unit(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a number with its unit in words; a later step spells its digits."""
    unit = match["unit"]
    is_ambiguous = unit in _AMBIGUOUS_UNITS or unit in rules.number_abbreviations
    if is_ambiguous and match["gap"] and not match["dot"]:
        return match[0]
    dot = match["dot"] if ends_line(match) else ""
    return f"{match['number']} {rules.unit_names[unit][match['number'] != '1']}{dot}"


def spell_fractions(text: str, context: NormalisationContext) -> str:
    """Spell English fractions: `1/2`, `2½`."""
    fraction_words = context.rules.fraction_words
    if not fraction_words:
        return text
    text = _FRACTION_CHARACTER.sub(
        lambda match: (
            f"{match[1]} and {fraction_words[match[2]].replace('one half', 'a half')}"
            if match[1]
            else fraction_words[match[2]]
        ),
        text,
    )
    return _FRACTION.sub(_spell_fraction, text)


def _spell_fraction(match: re.Match[str]) -> str:
    """Return a fraction in words if it is a common one, else its two numbers without the slash."""
    numerator, denominator = int(match[2]), int(match[3])
    # "24/7" is not a fraction.
    if not 0 < numerator < denominator <= 100:
        return match[0].replace("/", " ")
    # Large denominators are hard to understand as ordinals: "sevenths", but "over twenty-three".
    if denominator > 20 and denominator not in (32, 64, 100):
        return match[0].replace("/", " over ")
    denominator_word = spell_denominator(denominator, is_plural=numerator > 1)
    words = f"{spell_number(numerator, 'en')} {denominator_word}"
    return f"{match[1]} and {words}" if match[1] else words


def spell_years(text: str, context: NormalisationContext) -> str:
    """Spell years and ordinals: `1931`, `the 1960s`, `'68`, `1914-18`, `21st`."""
    if context.rules.tag == "de":
        return _YEAR.sub(lambda match: spell_number(int(match[1]), "de", "year"), text)
    if context.rules.tag != "en":
        return text
    text = _ORDINAL.sub(lambda match: _spell_ordinal(match[1]), text)
    text = _DECADE.sub(_spell_decade_match, text)
    text = _SHORT_YEAR.sub(lambda match: spell_digits(match[1], "en"), text)
    text = _YEAR_RANGE.sub(_spell_year_range, text)
    text = _EARLY_YEAR.sub(lambda match: match[1] + spell_number(int(match[2]), "en", "year"), text)
    return _YEAR.sub(lambda match: spell_number(int(match[1]), "en", "year"), text)


def _spell_decade_match(match: re.Match[str]) -> str:
    """Return a decade in words: "sixties", "nineteen sixties"."""
    if match[1]:
        return spell_decade(spell_number(int(match[1]), "en"))
    return spell_decade(spell_number(int(match[2]), "en", "year"))


def _spell_year_range(match: re.Match[str]) -> str:
    """Return a range of years in words; the second year may have only two digits."""
    first = spell_number(int(match[1]), "en", "year")
    is_full_year = len(match[2]) == 4
    last = (
        spell_number(int(match[2]), "en", "year") if is_full_year else spell_digits(match[2], "en")
    )
    return f"{first} to {last}"


def spell_numbers(text: str, context: NormalisationContext) -> str:
    """Spell all remaining digits: telephone numbers, ranges, decimals, plain numbers."""
    rules = context.rules
    if not rules.decimal_word or not has_digits(text):
        return text
    text = _PHONE_NUMBER.sub(lambda match: _spell_each_digit(match[0], rules.tag), text)
    if rules.tag == "en":
        text = _PLURAL_NUMBER.sub(lambda match: spell_decade(spell_digits(match[1], "en")), text)
    # Split "B52" and "4:5", or their numbers would not be matched.
    text = _RATIO.sub(f" {rules.range_word} ", _LETTER_BESIDE_DIGIT.sub(" ", text))
    range_pattern, number_pattern = _compile_numbers(rules)
    text = range_pattern.sub(lambda match: f"{match[1]} {rules.range_word} {match[2]}", text)
    return number_pattern.sub(lambda match: _spell_plain_number(match, rules), text)


def _spell_each_digit(phone_number: str, tag: str) -> str:
    """Return a telephone number digit by digit, with commas between its groups."""
    groups: Iterable[str] = re.findall(r"\d+", phone_number)
    return ", ".join(" ".join(spell_number(int(digit), tag) for digit in group) for group in groups)


@cache
def _compile_numbers(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return one pattern for a range of numbers, and one for a single number."""
    decimal = re.escape(rules.decimal_separator)
    number = rf"(?:{_build_number_expression(rules)})(?:{decimal}\d+)?"
    return (
        re.compile(rf"(?<![\w.,-])({number})\s?[–-]\s?({number})(?![\w-]|[.,]\d)"),
        re.compile(
            rf"(?P<minus>(?<![\w.,)])[-−](?=\d))?(?P<whole>{_build_number_expression(rules)})"
            rf"(?:{decimal}(?P<part>\d+))?"
        ),
    )


def _spell_plain_number(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a number in words, including its minus sign."""
    whole_digits = match["whole"].replace(rules.thousands_separator, "")
    words = _spell_decimal_or_whole(whole_digits, match["part"], rules)
    return f"{rules.minus_word} {words}" if match["minus"] else words


def _spell_decimal_or_whole(
    whole_digits: str, decimal_digits: str | None, rules: NormalisationRules
) -> str:
    """Return a decimal or whole number in words; `decimal_digits` may be empty."""
    if decimal_digits:
        return spell_decimal(whole_digits, decimal_digits, rules.decimal_word, rules.tag)
    return spell_digits(whole_digits, rules.tag)


def has_digits(text: str) -> bool:
    """Return whether a text has digits, which the steps of this module spell."""
    return _DIGIT.search(text) is not None
