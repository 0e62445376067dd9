"""Normalisation steps for dates, years and decades: `9 June 1921`, `3/4/2021`, `the 1960s`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.context import keep_final_dot, look_back
from narrator.normalisation.inflection import inflect_ordinal
from narrator.normalisation.numbers import (
    spell_decade,
    spell_number,
    spell_two_digits,
)
from narrator.text.quotes import APOSTROPHES, character_class

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_APOSTROPHE = character_class(APOSTROPHES)
_ORDINAL = re.compile(r"\b(\d{1,3}(?:,\d{3}){1,6}|\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_OLD_ORDINAL = re.compile(
    r"(?<![\w.,£$])(\d*[23])d(?=\s[A-Z][a-z]|\s(?:ult|inst|prox|cousin|edition)\b)"
)
"""An ordinal number as it was written until about 1900: "the 2d Regiment"."""
_DECADE = re.compile(rf"(?<!\w)(?:{_APOSTROPHE}?(\d0)|(1\d\d0|20\d0)){_APOSTROPHE}?s\b")
_ROUND_PLURAL = re.compile(rf"(?<![\w.,])(100|1,?000|10,?000|100,?000){_APOSTROPHE}?s(?=\sof\b)")
_ROUND_PLURAL_WORDS = {
    "100": "hundreds",
    "1000": "thousands",
    "10000": "tens of thousands",
    "100000": "hundreds of thousands",
}
_CENTURY_APOSTROPHE = re.compile(rf"(?<!\w){_APOSTROPHE}(?=\d\d(?![\w{APOSTROPHES}]))")
_DECADE_IN_COINS = re.compile(
    r"(?P<before>\b(?:the|his|her|their|my|your|our|its|early|late|mid|middle|upper|lower|high|low)[\s-]"
    r"|\A(?-i:[A-ZÀ-Þ])[^\W\d]*(?:[ .'’-][^\W\d]+){0,4},\s)(?P<tens>[2-9]0)s\.(?=[\s”\"’')]*\Z)",
    re.IGNORECASE,
)
"""A decade at the end of a sentence, which looks like an amount in shillings: "in her 20s.", or the
age of a person in a play: "PRIYA, 30s."."""
_SHORT_YEAR = re.compile(rf"(?<!\w){_APOSTROPHE}(\d\d)(?!\w)")
_YEAR_RANGE = re.compile(r"(?<![\w.,$£€])(1\d{3}|20\d\d)\s?[–-]\s?(\d{4}|\d\d)(?![\w–-])")
_YEAR = re.compile(r"(?<![\w.,$£€#+-])(1[1-9]\d\d|20\d\d)(?![\w%]|[.,]\d|[-–]\d)")
_CENTURY = re.compile(r"(?<![\w.,])(1\d\d0|\d0)-(?=tal)")
"""The number of a century or decade: "1800-talet"."""
_GERMAN_DECADE = re.compile(r"(?<![\w.,])((?:1\d|20)?\d0)er\b")
_EARLY_YEAR = re.compile(
    r"\b((?:in|of|since|by|from|year|until|till|before|after|about|circa|c\.)\s)(10\d\d)(?![\w.,]\d)"
    r"(?!\s(?!(?:a|the|and|when|as|he|she|it|they|we|I|to|by|with|at|on|of|in|was|were|for|that|this"
    r"|had|all|after|before|his|her|its|their|an|or|but|no|nor|there)\b)[a-z]+s?\b)",
    re.IGNORECASE,
)
"""A year of the eleventh century; only the words beside it distinguish it from other numbers."""
_ISO_DATE = re.compile(r"(?<![\w-])(\d{4})([-/.])(0\d|1[0-2])\2([0-2]\d|3[01])(?![\w-])")
_NUMERIC_DATE = re.compile(
    r"(?P<the>\b[Tt]he\s)?(?<![\w.,:$£€/+-])"
    r"(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)"
    r"(?![\w/-]|[.,:]\d)"
)
_CIRCA = re.compile(r"(?<![\w.])ca?\.\s?(?=\d{3,4}\b)")
_BORN_OR_DIED = re.compile(r"(?<=[(,;])(\s?)([bd])\.\s?(?=\d{4}\b)")
_DAY_AND_MONTH = re.compile(
    r"(?P<before>\b(?:[Oo]n|[Bb]y|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Dd]ated|[Dd]ue|[Bb]orn"
    r"|[Tt]ill|[Ff]rom)\s)?(?<![\w./,:$£€-])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\w/]|[.,:]\d)"
    r"(?!\s(?:of|inch|inches|scale|cup|cups|mile|miles|time|chance)\b)"
)
"""A date without its year; a word before it distinguishes it from a fraction."""
_NOT_DATES = frozenset({(9, 11), (24, 7), (7, 24)})
_DATE_BEFORE = re.compile(
    r"\b(?:dated|on|since|until|till|before|after|born|died|der|am|vom|bis|le|du|el|del)\s\Z",
    re.IGNORECASE,
)
_VERSION_BEFORE = re.compile(
    r"\b(?:v|ver|version|release|build|software|firmware|ip|address)\.?\s?\Z", re.IGNORECASE
)
_DOTTED_DATE = re.compile(
    r"(?<![\w.,:/-])(?P<day>[12]\d|3[01]|0?\d)\.\s?(?P<month>1[0-2]|0?\d)\.(?!\s?\d|\w)"
)
_GIVEN_YEAR = r"(?:(?P<comma>,?)\s(?P<year>1\d{3}|20\d\d)\b(?![.,]\d))?"
_DAY = r"(?:[12]\d|3[01]|0?\d)"
_MAX_MONTH, _MAX_DAY = 12, 31


def spell_dates(text: str, context: NormalisationContext) -> str:
    """Spell dates in digits, and dates with the name of a month.

    `9 June 1921`, `June 9, 1921`, `May 5-7`, `1921-06-09`, `3/4/2021`; the order of day and month
    in digits is that of the book.
    """
    rules = context.rules
    if not rules.month_names:
        return text
    text = _ISO_DATE.sub(lambda match: _spell_iso_date(match, rules), text)
    text = _NUMERIC_DATE.sub(lambda match: _spell_numeric_date(match, context), text)
    if rules.tag != "en":
        return _spell_foreign_dates(text, rules)
    text = _BORN_OR_DIED.sub(
        lambda match: f"{match[1]}{'born' if match[2] == 'b' else 'died'} ", text
    )
    text = _CIRCA.sub("circa ", text)
    text = _DAY_AND_MONTH.sub(lambda match: _spell_day_and_month(match, context), text)
    day_first, month_first = _compile_dates(rules)
    text = day_first.sub(lambda match: _spell_day_first(match, rules), text)
    return month_first.sub(lambda match: _spell_month_first(match, rules), text)


def _spell_iso_date(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a date with the year first in words."""
    day, month = int(match[4]), int(match[3])
    if not (day and month):
        return match[0]
    return _compose_date(day, month, match[1], rules, is_day_first=rules.date_order == "dmy")


def _spell_numeric_date(match: re.Match[str], context: NormalisationContext) -> str:
    """Return a date in digits in words, or the text unchanged if it may be something else."""
    mark, year = match["mark"], match["year"]
    # "4-4-2" is a formation, and "2.0.1" a version.
    two_digits = len(match["first"]) == len(match["second"]) == 2
    is_announced = _DATE_BEFORE.search(look_back(match)) is not None
    if len(year) == 2 and (mark == "-" or (mark == "." and not (two_digits or is_announced))):
        return match[0]
    if mark == "." and _VERSION_BEFORE.search(look_back(match)):
        return match[0]
    is_day_first = mark == "." or context.is_day_first or int(match["first"]) > _MAX_MONTH
    day_and_month = _order_date(match["first"], match["second"], is_day_first=is_day_first)
    if day_and_month is None:
        return match[0]
    words = _compose_date(*day_and_month, year, context.rules, is_day_first=is_day_first)
    article = match["the"] or ""
    return f"{article}{words.removeprefix('the ')}" if article else words


def _order_date(first: str, second: str, *, is_day_first: bool) -> tuple[int, int] | None:
    """Return day and month, in the other order if the given one is impossible, or `None`."""
    day, month = int(first), int(second)
    if not is_day_first:
        day, month = month, day
    if month > _MAX_MONTH >= day:
        day, month = month, day
    return (day, month) if 0 < day <= _MAX_DAY and 0 < month <= _MAX_MONTH else None


def _compose_date(
    day: int, month: int, year: str, rules: NormalisationRules, *, is_day_first: bool
) -> str:
    """Return a date in words, in the form of the language; `year` may be empty."""
    month_name = rules.month_names[month - 1]
    year_words = _spell_date_year(year, rules)
    if rules.tag != "en":
        form = rules.date_form if year else rules.day_form
        return form.format(day=_spell_day(day, rules), month=month_name, year=year_words)
    comma = ", " if year else ""
    day_words = spell_number(day, "en", "ordinal")
    if is_day_first:
        return f"the {day_words} of {month_name}{comma}{year_words}"
    return f"{month_name} {day_words}{comma}{year_words}"


def _spell_date_year(year: str, rules: NormalisationRules) -> str:
    """Return the year of a date in words; it has four digits, two or none."""
    tag = rules.tag
    if not year:
        return ""
    if rules.genitive_endings and not rules.ordinal_words:
        return inflect_ordinal(int(year), rules, "g")
    if len(year) == 2 and tag == "en":
        return spell_two_digits(year)
    if tag == "ru":
        return spell_number(int(year), tag, "ordinal", case="g")
    return spell_number(int(year), tag, "year")


def _spell_day(day: int, rules: NormalisationRules) -> str:
    """Return the day of a date in words, in a language other than English."""
    if day == 1 and rules.first_day:
        return rules.first_day
    if rules.tag == "ru":
        return spell_number(day, rules.tag, "ordinal", case="g", gender="n")
    if rules.genitive_endings:
        return inflect_ordinal(day, rules, "g")
    words = spell_number(day, rules.tag, rules.day_number_form)
    return f"{words}n" if rules.tag == "de" else words


def _spell_day_and_month(match: re.Match[str], context: NormalisationContext) -> str:
    """Return a date without a year in words, or the text unchanged if it may be a fraction."""
    before, first, second = match["before"] or "", int(match["first"]), int(match["second"])
    is_order_given = second > _MAX_MONTH or first > _MAX_MONTH
    is_day_first = context.is_day_first or first > _MAX_MONTH
    day_and_month = _order_date(match["first"], match["second"], is_day_first=is_day_first)
    # "12/25" is no usual fraction, and "25/12" is none at all.
    is_unusual = is_order_given and max(first, second) > 20 and max(first, second) != 24
    is_date = (bool(before) or is_unusual) and (first, second) not in _NOT_DATES
    if day_and_month is None or not is_date:
        return match[0]
    words = _compose_date(*day_and_month, "", context.rules, is_day_first=is_day_first)
    return f"{before}{words}"


@cache
def _compile_dates(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return one pattern for dates with the day first, and one for dates with the month first."""
    month = _build_month_expression(rules)
    day, last_day = (
        rf"(?P<{name}>{_DAY})(?:st|nd|rd|th|(?<=[23])d)?" for name in ("day", "last_day")
    )
    days = rf"{day}(?:\s?[–-]\s?{last_day})?"
    return (
        re.compile(
            rf"(?P<the>\b[Tt]he\s)?(?<![\w.,:$£/-]){days}\s(?P<of>of\s)?{month}{_GIVEN_YEAR}"
        ),
        re.compile(rf"\b{month}\s(?:the\s)?{days}\b(?![:/.–-]\d|\s?(?:%|°)){_GIVEN_YEAR}"),
    )


def _build_month_expression(rules: NormalisationRules) -> str:
    """Return a regular expression for a month's name or abbreviation."""
    abbreviations = rules.month_abbreviations
    short_names = "|".join(rf"{name.capitalize()}\b\.?" for name in abbreviations) or "(?!)"
    return rf"(?P<month>(?:{'|'.join(rules.month_names)})\b|{short_names})"


def _spell_day_first(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a date with the day first in words: "the ninth of June, nineteen twenty-one"."""
    article, month = match["the"] or "the ", _expand_month(match["month"], rules)
    last_day = f" to the {_spell_english_ordinal(match['last_day'])}" if match["last_day"] else ""
    days = f"{_spell_english_ordinal(match['day'])}{last_day}"
    year = _spell_year_of_date(match)
    has_final_dot = not year and match["month"].endswith(".")
    return f"{article}{days} of {month}{year}{keep_final_dot(match) if has_final_dot else ''}"


def _spell_month_first(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a date with the month first in words: "June ninth, nineteen twenty-one"."""
    month = _expand_month(match["month"], rules)
    last_day = f" to {_spell_english_ordinal(match['last_day'])}" if match["last_day"] else ""
    return f"{month} {_spell_english_ordinal(match['day'])}{last_day}{_spell_year_of_date(match)}"


def _spell_year_of_date(match: re.Match[str]) -> str:
    """Return a comma and the year of a date in words, or "" if the date has no year."""
    return f", {spell_number(int(match['year']), 'en', 'year')}" if match["year"] else ""


def _expand_month(month: str, rules: NormalisationRules) -> str:
    """Return the full name of a month that may be abbreviated."""
    name = month.rstrip(".")
    return rules.month_abbreviations.get(name.casefold(), name)


def _spell_english_ordinal(digits: str) -> str:
    """Return an English ordinal number in words."""
    return spell_number(int(digits.replace(",", "")), "en", "ordinal")


def _spell_foreign_dates(text: str, rules: NormalisationRules) -> str:
    """Spell a day before the name of a month in a language other than English."""
    if rules.date_order == "dmy" and "." in rules.day_suffixes:
        text = _DOTTED_DATE.sub(lambda match: _spell_dotted_date(match, rules), text)
    return _compile_foreign_date(rules).sub(lambda match: _spell_foreign_date(match, rules), text)


def _spell_dotted_date(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a day and a month with dots in words: "am 24. 12." as "am ... zwölften"."""
    day, month = int(match["day"]), int(match["month"])
    if not (0 < day <= _MAX_DAY and 0 < month <= _MAX_MONTH):
        return match[0]
    return f"{_spell_day(day, rules)} {_spell_day(month, rules)}{keep_final_dot(match)}"


@cache
def _compile_foreign_date(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a day and the name of a month, as the rules write them."""
    month = _build_month_expression(rules)
    suffix = "|".join(map(re.escape, rules.day_suffixes))
    return re.compile(
        rf"(?<![\w.,:/-])(?P<day>{_DAY})(?:{suffix})?"
        rf"(?P<gap>\s(?:de\s)?){month}(?P<year>\s(?:de\s)?(?:1\d{{3}}|20\d\d)\b(?!\s?[грr](?:\.|\b)|\sрок|\srok))?",
        re.IGNORECASE,
    )


def _spell_foreign_date(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a day and a month in words; the year stays for a later step."""
    day_words = _spell_day(int(match["day"]), rules)
    words_before = look_back(match).split()
    if words_before and words_before[-1].casefold() in rules.nominative_articles:
        day_words = day_words.removesuffix("n")
    year = match["year"] or ""
    if year and (rules.tag == "ru" or (rules.genitive_endings and not rules.ordinal_words)):
        year = f" {_spell_date_year(year.strip(), rules)}"
    has_final_dot = not year and match["month"].endswith(".")
    dot = keep_final_dot(match) if has_final_dot else ""
    return f"{day_words}{match['gap']}{_expand_month(match['month'], rules)}{year}{dot}"


def spell_years(text: str, context: NormalisationContext) -> str:
    """Spell years and ordinals: `1931`, `the 1960s`, `'68`, `1914-18`, `21st`."""
    if context.rules.range_word and context.rules.tag != "en":
        text = _YEAR_RANGE.sub(rf"\1 {context.rules.range_word} \2", text)
    if context.rules.tag == "de":
        text = _GERMAN_DECADE.sub(
            lambda match: f"{spell_number(int(match[1]), 'de', 'year')}er", text
        )
        return _YEAR.sub(lambda match: spell_number(int(match[1]), "de", "year"), text)
    if context.rules.century_word:
        text = _CENTURY.sub(lambda match: _spell_century(match[1], context.rules), text)
        return _YEAR.sub(lambda match: _spell_by_centuries(match[1], context.rules), text)
    if context.rules.tag != "en":
        return text
    for pattern in (_ORDINAL, _OLD_ORDINAL):
        text = pattern.sub(lambda match: _spell_english_ordinal(match[1]), text)
    text = _ROUND_PLURAL.sub(lambda match: _ROUND_PLURAL_WORDS[match[1].replace(",", "")], text)
    text = _DECADE.sub(_spell_decade_match, text)
    text = _SHORT_YEAR.sub(lambda match: spell_two_digits(match[1]), text)
    text = _YEAR_RANGE.sub(_spell_year_range, text)
    text = _EARLY_YEAR.sub(lambda match: match[1] + spell_number(int(match[2]), "en", "year"), text)
    return _YEAR.sub(lambda match: spell_number(int(match[1]), "en", "year"), text)


def _spell_century(number: str, rules: NormalisationRules) -> str:
    """Return a century or decade in words: Swedish "artonhundra" of "1800-talet"."""
    is_year = len(number) > len("90")
    return _spell_by_centuries(number, rules) if is_year else spell_number(int(number), rules.tag)


def _spell_by_centuries(year: str, rules: NormalisationRules) -> str:
    """Return a year as a number of hundreds: Swedish "artonhundraåttiosju"."""
    hundreds, year_of_century = divmod(int(year), 100)
    if not hundreds % 10:
        return spell_number(int(year), rules.tag)
    rest_words = spell_number(year_of_century, rules.tag) if year_of_century else ""
    return f"{spell_number(hundreds, rules.tag)}{rules.century_word}{rest_words}"


def remove_century_apostrophes(text: str, context: NormalisationContext) -> str:
    """Return a text without the apostrophe for a century that is left out: "gli anni '60"."""
    return text if context.rules.tag == "en" else _CENTURY_APOSTROPHE.sub("", text)


def spell_final_decades(text: str, context: NormalisationContext) -> str:
    """Spell an English decade that ends a sentence: "in her 20s." is not about shillings."""
    if context.rules.tag != "en":
        return text
    return _DECADE_IN_COINS.sub(
        lambda match: f"{match['before']}{spell_decade(spell_number(int(match['tens']), 'en'))}.",
        text,
    )


def _spell_decade_match(match: re.Match[str]) -> str:
    """Return a decade in words: "sixties", "nineteen sixties"."""
    if match[1]:
        return spell_decade(
            "two thousand" if match[1] == "00" else spell_number(int(match[1]), "en")
        )
    return spell_decade(spell_number(int(match[2]), "en", "year"))


def _spell_year_range(match: re.Match[str]) -> str:
    """Return a range of years in words; the second year may have only two digits."""
    first = spell_number(int(match[1]), "en", "year")
    is_full_year = len(match[2]) == 4
    last = spell_number(int(match[2]), "en", "year") if is_full_year else spell_two_digits(match[2])
    return f"{first} to {last}"
