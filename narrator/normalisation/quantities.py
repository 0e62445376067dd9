"""Steps for what is written in digits: dates, times, money, measures, years, plain numbers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.numbers import (
    spell_decade,
    spell_decimal,
    spell_denominator,
    spell_digits,
    spell_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.normalisation.context import NormalisationContext
    from narrator.normalisation.rules import NormalisationRules

_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"\b(\d{1,3}(?:,\d{3}){1,6}|\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_DECADE = re.compile(r"(?<!\w)(?:['’]?(\d0)|(1\d\d0|20\d0))['’]?s\b")
_SHORT_YEAR = re.compile(r"(?<!\w)['’](\d\d)(?!\w)")
_YEARS = re.compile(r"(?<![\w.,$£€])(1\d{3}|20\d\d)\s?[–-]\s?(\d{4}|\d\d)(?![\w–-])")
_YEAR = re.compile(r"(?<![\w.,$£€#+-])(1[1-9]\d\d|20\d\d)(?![\w%]|[.,]\d|[-–]\d)")
_EARLY_YEAR = re.compile(
    r"\b((?:in|of|since|by|from|year|until|till|before|after|about|circa|c\.)\s)(10\d\d)(?![\w.,]\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\w.:])([01]?\d|2[0-4])[:.]([0-5]\d)\s?([ap])\.?\s?m\b(\.?)"
    r"|(?<![\w.:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b(\.?)", re.IGNORECASE)
_ISO_DATE = re.compile(r"(?<![\w-])(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])(?![\w-])")
_FRACTION = re.compile(r"(?<![\w/.])(?:(\d+)[ -])?(\d{1,2})/(\d{1,3})(?![\w/])")
_VULGAR = re.compile(r"(?:(?<!\d)(\d+)\s?)?([½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])")
_OLD_MONEY = re.compile(r"£(\d[\d,]*)(?:,? (\d{1,2})s\.?)(?:,? (\d{1,2})d\.?)?(?!\w)")
_SHILLINGS = re.compile(r"(?<![\w.])(\d{1,2})s\.? (\d{1,2})d\.?(?!\w)")
_COINS = re.compile(r"(?<![\w.])(\d{1,2})([sd])\.(?!\w)")
_HEIGHT = re.compile(r"(?<!\w)(\d{1,2})['’′]\s?(\d{1,2})(?:[\"”″]|['’]{2})")
_INCHES = re.compile(r"(?<!\w)(\d{1,3})[\"″](?!\w)")
_DEGREES = re.compile(r"(-|−)?(?<![\d.,])(\d+(?:[.,]\d+)?)\s?°\s?([CF])\b")
_SCALES = {"C": "Celsius", "F": "Fahrenheit"}
_PHONE = re.compile(r"(?<![\w-])\+?\d{2,4}(?:[- ]\d{2,4}){2,}(?![\w-])|\b\d{3}-\d{4}\b")
_MANY = re.compile(r"(?<![\w.,])(\d+)s\b")
_RATIO = re.compile(r"(?<=\d):(?=\d)")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def dates(text: str, context: NormalisationContext) -> str:
    """`9 June 1921`, `June 9, 1921`, `1921-06-09`."""
    months = context.rules.months
    if not months:
        return text
    text = _ISO_DATE.sub(
        lambda m: (
            f"{months[int(m[2]) - 1]} {_ordinal(m[3])}, {spell_number(int(m[1]), 'en', 'year')}"
            if int(m[2]) and int(m[3])
            else m[0]
        ),
        text,
    )
    day_first, month_first = _date_patterns(context.rules)
    text = day_first.sub(lambda match: _day_first(match, context.rules), text)
    return month_first.sub(lambda match: _month_first(match, context.rules), text)


@cache
def _date_patterns(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    short = "|".join(rf"{name.capitalize()}\b\.?" for name in rules.month_abbreviations)
    month = rf"(?P<month>(?:{'|'.join(rules.months)})\b|{short})"
    year = r"(?:(?P<comma>,?)\s(?P<year>1\d{3}|20\d\d)\b(?![.,]\d))?"
    day = r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?"
    return (
        re.compile(rf"(?P<the>\b[Tt]he\s)?(?<![\w.,:$£/-]){day}\s(?P<of>of\s)?{month}{year}"),
        re.compile(rf"\b{month}\s(?:the\s)?{day}\b(?![:/.]\d|\s?(?:%|°)){year}"),
    )


def _day_first(match: re.Match[str], rules: NormalisationRules) -> str:
    the = match["the"] or "the "
    return f"{the}{_ordinal(match['day'])} of {_month(match['month'], rules)}{_in_year(match)}"


def _month_first(match: re.Match[str], rules: NormalisationRules) -> str:
    return f"{_month(match['month'], rules)} {_ordinal(match['day'])}{_in_year(match)}"


def _in_year(match: re.Match[str]) -> str:
    return f", {spell_number(int(match['year']), 'en', 'year')}" if match["year"] else ""


def _month(written: str, rules: NormalisationRules) -> str:
    return rules.month_abbreviations.get(written.rstrip(".").casefold(), written.rstrip("."))


def _ordinal(digits: str) -> str:
    return spell_number(int(digits.replace(",", "")), "en", "ordinal")


def times(text: str, context: NormalisationContext) -> str:
    """`6:30 p.m.`, `18:00`, `6 a.m.`."""
    if context.rules.tag != "en":
        return text
    text = _CLOCK.sub(_clock, text)
    return _HOUR.sub(lambda m: f"{spell_digits(m[1], 'en')} {m[2].upper()} M{_kept(m, 3)}", text)


def _kept(match: re.Match[str], group: int) -> str:
    """The dot of an abbreviation, kept where it ends the text."""
    rest = match.string[match.end() :].strip("\"'”’)")
    return match[group] if not rest else ""


def _clock(match: re.Match[str]) -> str:
    hour, minute = (match[1] or match[5]), (match[2] or match[6])
    half = f" {match[3].upper()} M{_kept(match, 4)}" if match[3] else ""
    if minute == "00":
        whole = "" if half else " o'clock" if int(hour) <= 12 else " hundred"
        return f"{spell_number(int(hour), 'en')}{whole}{half}"
    past = (
        f"oh {spell_number(int(minute), 'en')}"
        if minute[0] == "0"
        else spell_number(int(minute), "en")
    )
    return f"{spell_number(int(hour), 'en')} {past}{half}"


def money(text: str, context: NormalisationContext) -> str:
    """`$4.50`, `£3 10s. 6d.`, `5 €`, `$5 million`."""
    rules = context.rules
    if not rules.currencies:
        return text
    if rules.tag == "en":
        text = _OLD_MONEY.sub(_old_money, text)
        text = _SHILLINGS.sub(lambda m: _and([_of(m[1], _SHILLING), _of(m[2], _PENCE)]), text)
        text = _COINS.sub(lambda m: _of(m[1], _SHILLING if m[2] == "s" else _PENCE), text)
    before, after = _money_patterns(rules)
    text = before.sub(lambda match: _amount(match, rules), text)
    return after.sub(lambda match: _amount(match, rules), text)


_SHILLING = ("shilling", "shillings")
_PENCE = ("penny", "pence")


def _old_money(match: re.Match[str]) -> str:
    parts = [_of(match[1].replace(",", ""), ("pound", "pounds")), _of(match[2], _SHILLING)]
    return _and([*parts, _of(match[3], _PENCE)] if match[3] else parts)


def _and(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _of(digits: str, names: tuple[str, ...] | list[str], tag: str = "en") -> str:
    return f"{spell_digits(digits, tag)} {names[int(digits) != 1]}"


@cache
def _money_patterns(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    signs = "".join(map(re.escape, rules.currencies))
    amount = rf"(?P<amount>{_whole(rules)})(?:{re.escape(rules.decimal)}(?P<part>\d+))?"
    scale = r"(?P<scale>\s(?:hundred|thousand|million|billion|trillion)\b)?"
    return (
        re.compile(rf"(?P<sign>[{signs}])\s?{amount}(?P<k>(?:bn|[kKmM])\b)?{scale}"),
        re.compile(rf"(?<![\w.,]){amount}{scale}(?P<k>)\s?(?P<sign>[{signs}])"),
    )


def _whole(rules: NormalisationRules) -> str:
    group = re.escape(rules.thousands)
    return rf"\d{{1,3}}(?:{group}\d{{3}}){{1,6}}(?!\d)|\d+"


def _amount(match: re.Match[str], rules: NormalisationRules) -> str:
    names = rules.currencies[match["sign"]]
    whole = match["amount"].replace(rules.thousands, "")
    part, scale = (
        match["part"],
        match["scale"]
        or {"k": " thousand", "m": " million", "bn": " billion"}.get(
            (match["k"] or "").casefold(), ""
        ),
    )
    if scale or (part and len(part) != 2):
        number = (
            spell_decimal(whole, part, rules.point, rules.tag)
            if part
            else spell_digits(whole, rules.tag)
        )
        return f"{number}{scale} {names[1]}"
    said = _of(whole, names, rules.tag)
    if not part or not int(part):
        return said
    cents = _of(str(int(part)), names[2:], rules.tag)
    if whole.strip("0") == "":
        return cents
    return f"{said} and {cents}" if rules.tag == "en" else f"{said} {cents}"


def measures(text: str, context: NormalisationContext) -> str:
    """`5 km`, `70°F`, `6' 2"`, `5 %`."""
    rules = context.rules
    if rules.tag == "en":
        text = _HEIGHT.sub(
            lambda m: f"{spell_digits(m[1], 'en')} foot {spell_digits(m[2], 'en')}", text
        )
        if text.count('"') % 2:
            text = _INCHES.sub(lambda m: f"{_of(m[1], ('inch', 'inches'))}", text)
    if rules.degrees:
        text = _DEGREES.sub(
            lambda m: f"{rules.minus + ' ' if m[1] else ''}{m[2]} {rules.degrees} {_SCALES[m[3]]}",
            text,
        )
    if rules.units:
        text = _unit_pattern(rules).sub(lambda match: _unit(match, rules), text)
    return text


@cache
def _unit_pattern(rules: NormalisationRules) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(rules.units, key=len, reverse=True)))
    number = rf"(?P<number>(?:{_whole(rules)})(?:{re.escape(rules.decimal)}\d+)?)"
    return re.compile(rf"(?<![\w.,]){number}(?P<gap>\s?)(?P<unit>{names})\b(?!['’])(?P<dot>\.?)")


_LIKE_WORDS = frozenset({"in", "m", "l", "g", "V", "W", "min", "sec"})
"""Units that are other words, unless a dot or no space marks them."""


def _unit(match: re.Match[str], rules: NormalisationRules) -> str:
    unit = match["unit"]
    if unit in _LIKE_WORDS and match["gap"] and not match["dot"]:
        return match[0]
    if unit in rules.numbered and not match["dot"] and match["gap"]:
        return match[0]
    dot = match["dot"] if not match.string[match.end() :].strip("\"'”’) ") else ""
    return f"{match['number']} {rules.units[unit][match['number'] != '1']}{dot}"


def fractions(text: str, context: NormalisationContext) -> str:
    """`1/2`, `2½`."""
    names = context.rules.fractions
    if not names:
        return text
    text = _VULGAR.sub(
        lambda m: (
            f"{m[1]} and {names[m[2]].replace('one half', 'a half')}" if m[1] else names[m[2]]
        ),
        text,
    )
    return _FRACTION.sub(_fraction, text)


def _fraction(match: re.Match[str]) -> str:
    top, bottom = int(match[2]), int(match[3])
    if not 0 < top < bottom <= 100:
        return match[0].replace("/", " ")
    if bottom > 20 and bottom not in (32, 64, 100):
        return match[0].replace("/", " over ")
    said = f"{spell_number(top, 'en')} {spell_denominator(bottom, many=top > 1)}"
    return f"{match[1]} and {said}" if match[1] else said


def years(text: str, context: NormalisationContext) -> str:
    """`1931`, `the 1960s`, `'68`, `1914-18`, `21st`."""
    if context.rules.tag == "de":
        return _YEAR.sub(lambda match: spell_number(int(match[1]), "de", "year"), text)
    if context.rules.tag != "en":
        return text
    text = _ORDINAL.sub(lambda match: _ordinal(match[1]), text)
    text = _DECADE.sub(_decade, text)
    text = _SHORT_YEAR.sub(lambda match: spell_digits(match[1], "en"), text)
    text = _YEARS.sub(_span, text)
    text = _EARLY_YEAR.sub(lambda match: match[1] + spell_number(int(match[2]), "en", "year"), text)
    return _YEAR.sub(lambda match: spell_number(int(match[1]), "en", "year"), text)


def _decade(match: re.Match[str]) -> str:
    if match[1]:
        return spell_decade(spell_number(int(match[1]), "en"))
    return spell_decade(spell_number(int(match[2]), "en", "year"))


def _span(match: re.Match[str]) -> str:
    first = spell_number(int(match[1]), "en", "year")
    last = (
        spell_number(int(match[2]), "en", "year")
        if len(match[2]) == 4
        else spell_digits(match[2], "en")
    )
    return f"{first} to {last}"


def numbers(text: str, context: NormalisationContext) -> str:
    """Whatever digits are left: telephone numbers, ranges, decimals, plain numbers."""
    rules = context.rules
    if not rules.point or not has_digits(text):
        return text
    text = _PHONE.sub(lambda match: _digits(match[0], rules.tag), text)
    if rules.tag == "en":
        text = _MANY.sub(lambda match: spell_decade(spell_digits(match[1], "en")), text)
    text = _RATIO.sub(f" {rules.range} ", _LETTER_DIGIT.sub(" ", text))
    spread, number = _number_patterns(rules)
    text = spread.sub(lambda match: f"{match[1]} {rules.range} {match[2]}", text)
    return number.sub(lambda match: _number(match, rules), text)


def _digits(written: str, tag: str) -> str:
    groups: Iterable[str] = re.findall(r"\d+", written)
    return ", ".join(" ".join(spell_number(int(digit), tag) for digit in group) for group in groups)


@cache
def _number_patterns(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    number = rf"(?:{_whole(rules)})(?:{re.escape(rules.decimal)}\d+)?"
    return (
        re.compile(rf"(?<![\w.,-])({number})\s?[–-]\s?({number})(?![\w-]|[.,]\d)"),
        re.compile(
            rf"(?P<minus>(?<![\w.,)])[-−](?=\d))?(?P<whole>{_whole(rules)})"
            rf"(?:{re.escape(rules.decimal)}(?P<part>\d+))?"
        ),
    )


def _number(match: re.Match[str], rules: NormalisationRules) -> str:
    whole = match["whole"].replace(rules.thousands, "")
    said = _said(whole, match["part"], rules)
    return f"{rules.minus} {said}" if match["minus"] else said


def _said(whole: str, part: str | None, rules: NormalisationRules) -> str:
    return (
        spell_decimal(whole, part, rules.point, rules.tag)
        if part
        else spell_digits(whole, rules.tag)
    )


def has_digits(text: str) -> bool:
    """Whether there is anything here for these steps."""
    return _DIGIT.search(text) is not None
