"""Normalisation steps for the digits that no other step has spelt."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.cardinals import agree_with_noun
from narrator.normalisation.context import look_ahead, look_back
from narrator.normalisation.numbers import (
    is_spelt_by_digits,
    spell_decade,
    spell_decimal,
    spell_digits,
    spell_each_digit,
    spell_in_pairs,
)

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_NUMERIC_CHARACTER = re.compile(r"[\d¼-¾⅐-⅞⁰¹²³⁴-⁹₀-₉ⁿ]")
_DIGIT = re.compile(r"\d")
_PLURAL_NUMBER = re.compile(r"(?<![\w.,])(\d+)s\b")
_RATIO = re.compile(r"(?<=\d):(?=\d)")
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DECIMAL_WITHOUT_WHOLE = re.compile(r"(?<![\w.,…])(?P<minus>[-−])?\.(?P<part>\d+)(?!\w|[.,]\d)")
_CALIBRE = re.compile(
    r"[\s-](?:cal\b|calib|magnum|rifle|pistol|revolver|round|cartridge|bullet|gun|colt|winchester"
    r"|weatherby|holland|nitro|shell|smith|webley|enfield|remington|mauser)",
    re.IGNORECASE,
)
_EQUAL_HALVES = re.compile(r"(?<![\w.,-])(20|50)[–-]\1(?![\w-]|[.,]\d)")
_BILLIONS = re.compile(r"(?<=\d)bn\b")
_DETERMINERS = re.compile(r"(?:\A|[\s(“\"‘])(?:an?|another|each|every|one)\s\Z", re.IGNORECASE)
_NOUN_AFTER = re.compile(
    r"[\s-](?!(?:a|an|about|above|after|again|ago|all|an?d|any|apart|around|as|at|away|back|because"
    r"|before|behind|below|but|by|dead|deep|down|each|every|extra|for|from|further|he|high|i"
    r"|if|in|inside|into|is|it|less|long|longer|more|of|off|old|on|or|out|over|per|she|short|since"
    r"|so|square|tall|than|that|the|then|they|thick|to|tops|under|until|up|was|we|were|when|where"
    r"|which|while|wide|will|with|worth|would|you)\b)[a-z]{2,}",
    re.IGNORECASE,
)


def has_numbers(text: str) -> bool:
    """Return whether a text has digits or other characters that stand for numbers."""
    return _NUMERIC_CHARACTER.search(text) is not None


def counts_as_adjective(match: re.Match[str]) -> bool:
    """Return whether "a" comes before a match and a noun after it, as in "a 5 km walk"."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return (
        _DETERMINERS.search(before) is not None
        and _NOUN_AFTER.match(match.string, match.end()) is not None
    )


def spell_numbers(text: str, context: NormalisationContext) -> str:
    """Spell all remaining digits: ranges, decimals, plain numbers."""
    rules = context.rules
    if not rules.decimal_word or not has_digits(text):
        return text
    if rules.tag == "en":
        text = _PLURAL_NUMBER.sub(lambda match: spell_decade(spell_digits(match[1], "en")), text)
        text = _EQUAL_HALVES.sub(r"\1 \1", _BILLIONS.sub(" billion", text))
    text = _DECIMAL_WITHOUT_WHOLE.sub(lambda match: _spell_part(match, rules), text)
    # Split "B52" and "4:5", or their numbers would not be matched.
    text = _RATIO.sub(f" {rules.range_word} ", _LETTER_BESIDE_DIGIT.sub(" ", text))
    range_pattern, number_pattern = _compile_numbers(rules)
    text = range_pattern.sub(lambda match: f"{match[1]} {rules.range_word} {match[2]}", text)
    return number_pattern.sub(lambda match: _spell_plain_number(match, rules), text)


def _spell_part(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a decimal without its whole number in words; two digits are mostly a calibre."""
    part, minus = match["part"], f"{rules.minus_word} " if match["minus"] else ""
    is_calibre = len(part) == 2 or (
        len(part) == 3 and _CALIBRE.match(match.string, match.end()) is not None
    )
    if rules.tag == "en" and is_calibre and part[0] != "0":
        words = spell_in_pairs(part) if len(part) == 3 else spell_digits(part, "en")
    else:
        words = spell_each_digit(part, rules.tag)
    return f"{minus}{rules.decimal_word} {words}"


@cache
def _compile_numbers(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return one pattern for a range of numbers, and one for a single number."""
    decimal = re.escape(rules.decimal_separator)
    number = rf"(?:{build_number_expression(rules)})(?:{decimal}\d+)?"
    return (
        re.compile(rf"(?<![\w.,-])({number})\s?[–-]\s?({number})(?![\w-]|[.,]\d)"),
        re.compile(
            rf"(?P<minus>(?<![\w.,)])[-−](?=\d))?(?P<whole>{build_number_expression(rules)})"
            rf"(?:{decimal}(?P<part>\d+))?"
        ),
    )


def _spell_plain_number(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a number in words, including its minus sign."""
    whole_digits = match["whole"].replace(rules.thousands_separator, "")
    if match["part"] or is_spelt_by_digits(whole_digits):
        words = spell_decimal_or_whole(whole_digits, match["part"], rules)
    else:
        words = agree_with_noun(int(whole_digits), look_back(match), look_ahead(match), rules)
    return f"{rules.minus_word} {words}" if match["minus"] else words


def spell_decimal_or_whole(
    whole_digits: str, decimal_digits: str | None, rules: NormalisationRules
) -> str:
    """Return a decimal or whole number in words; `decimal_digits` may be empty."""
    if decimal_digits:
        return spell_decimal(whole_digits, decimal_digits, rules.decimal_word, rules.tag)
    return spell_digits(whole_digits, rules.tag)


def has_digits(text: str) -> bool:
    """Return whether a text has digits, which the steps of this module spell."""
    return _DIGIT.search(text) is not None


def build_number_expression(rules: NormalisationRules) -> str:
    """Return a regular expression for a whole number, with or without thousands separators."""
    separator = re.escape(rules.thousands_separator)
    return rf"\d{{1,3}}(?:{separator}\d{{3}}){{1,6}}(?!\d)|\d+"
