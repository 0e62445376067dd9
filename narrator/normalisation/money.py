"""Normalisation steps for amounts of money: `$4.50`, `US$50`, `$5-10`, `£3 10s. 6d.`, `5 €`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.cardinals import agree_with_noun
from narrator.normalisation.context import ends_line, keep_final_dot, look_back
from narrator.normalisation.numbers import (
    choose_decimal_form,
    choose_noun_form,
    is_spelt_by_digits,
    spell_decade,
    spell_digits,
)
from narrator.normalisation.quantities import (
    build_number_expression,
    counts_as_adjective,
    spell_decimal_or_whole,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_OLD_MONEY = re.compile(
    r"£(\d[\d,]*)(?:,? (\d{1,2})s(?P<dot>\.?))(?:,? (\d{1,2})d(?P<last_dot>\.?))?(?!\w)"
)
"""British money before 1971: pounds, shillings and pence."""
_SHILLINGS_AND_PENCE = re.compile(r"(?<![\w.])(\d{1,2})s\.? (\d{1,2})d(\.?)(?!\w)")
_COINS = re.compile(r"(?<![\w.'’$£€])(\d{1,2})([sd])\.(?!\w)")
_PRICED_PENCE = re.compile(
    r"\b((?:for|at|of|paid|worth|cost|costs|only|than|to)\s)(\d{1,2})d(?!\w)", re.IGNORECASE
)
_SLASHED_SHILLINGS = re.compile(r"(?<![\w/.])(\d{1,3})/-(?!\w)")
_SIXPENNY = re.compile(r"(?<![\w/.])([2-4])/6(?![\w/])")
"""Shillings and sixpence: as a fraction, it would be reduced."""
_PRICED_SHILLINGS = re.compile(
    r"\b((?:paid|pay|pays|cost|costs|charged|price of|worth)\s)(\d{1,2})/(\d{1,2})(?![\w/]|\sof\b)",
    re.IGNORECASE,
)
"""Shillings and pence after a word for paying."""
_CENTS = re.compile(r"(?<![\w.,])(\d{1,3})\s?¢")
_BANKNOTES = re.compile(r"[$£€](\d{1,4})s\b")
"""Several notes of one value: "in $20s"."""
_POUND = ("pound", "pounds")
_SHILLING = ("shilling", "shillings")
_PENNY = ("penny", "pence")
_CENT = ("cent", "cents")
_MILLION = 1_000_000
_SCALE_WORDS = {"k": " thousand", "m": " million", "bn": " billion"}


def spell_money(text: str, context: NormalisationContext) -> str:
    """Spell amounts of money: `$4.50`, `£3 10s. 6d.`, `5 €`, `$5 million`, `US$5-10`."""
    rules = context.rules
    if not rules.currency_names:
        return text
    if rules.tag == "en":
        text = _spell_british_coins(text)
    text = _compile_minus(rules).sub(f"{rules.minus_word} ", text)
    if rules.tag == "en":
        text = _BANKNOTES.sub(lambda match: spell_decade(spell_digits(match[1], "en")), text)
    money_range, symbol_first, symbol_last = _compile_money(rules)
    text = money_range.sub(lambda match: _spell_range(match, rules), text)
    text = symbol_first.sub(lambda match: _spell_amount(match, rules), text)
    text = _compile_named_money(rules).sub(lambda match: _spell_amount(match, rules), text)
    return symbol_last.sub(lambda match: _spell_symbol_last(match, rules), text)


def _spell_british_coins(text: str) -> str:
    """Spell shillings and pence, and cents."""
    text = _OLD_MONEY.sub(_spell_old_money, text)
    text = _SHILLINGS_AND_PENCE.sub(
        lambda match: (
            _join_amounts([_spell_count_of(match[1], _SHILLING), _spell_count_of(match[2], _PENNY)])
            + _keep_dot_of_sentence(match, match[3])
        ),
        text,
    )
    text = _COINS.sub(
        lambda match: (
            _spell_count_of(match[1], _SHILLING if match[2] == "s" else _PENNY)
            + _keep_dot_of_sentence(match)
        ),
        text,
    )
    text = _PRICED_PENCE.sub(lambda match: match[1] + _spell_count_of(match[2], _PENNY), text)
    text = _SLASHED_SHILLINGS.sub(lambda match: _spell_count_of(match[1], _SHILLING), text)
    text = _PRICED_SHILLINGS.sub(
        lambda match: (
            f"{match[1]}{spell_digits(match[2], 'en')} and {spell_digits(match[3], 'en')}"
        ),
        text,
    )
    text = _SIXPENNY.sub(lambda match: f"{spell_digits(match[1], 'en')} and six", text)
    return _CENTS.sub(lambda match: _spell_count_of(match[1], _CENT), text)


def _spell_old_money(match: re.Match[str]) -> str:
    """Return pounds, shillings and pence in words."""
    amounts = [
        _spell_count_of(match[1].replace(",", ""), _POUND),
        _spell_count_of(match[2], _SHILLING),
    ]
    if match[4]:
        amounts.append(_spell_count_of(match[4], _PENNY))
    dot = match["last_dot"] if match[4] else match["dot"]
    return f"{_join_amounts(amounts)}{_keep_dot_of_sentence(match, dot)}"


def _keep_dot_of_sentence(match: re.Match[str], dot: str = ".") -> str:
    """Return the dot after an amount if it also ends a sentence, of which the amount is a part."""
    return keep_final_dot(match, dot) if look_back(match).strip() else ""


def _join_amounts(amounts: list[str]) -> str:
    """Join amounts with commas, and with "and" before the last."""
    return f"{', '.join(amounts[:-1])} and {amounts[-1]}"


def _spell_count_of(digits: str, names: Sequence[str]) -> str:
    """Return an English number in words and its noun; `names` are its singular and plural."""
    return f"{spell_digits(digits, 'en')} {names[int(digits) != 1]}"


def _spell_count_in(digits: str, names: Sequence[str], rules: NormalisationRules) -> str:
    """Return a number in words and its noun, of which `names` are the forms."""
    name = choose_noun_form(int(digits), names, rules.tag)
    if is_spelt_by_digits(digits) or rules.tag == "en":
        return f"{spell_digits(digits, rules.tag)} {name}"
    words = agree_with_noun(int(digits), "", f" {name}", rules, may_be_year=False)
    return f"{words} {name}"


@cache
def _compile_money(
    rules: NormalisationRules,
) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns for a range, and for amounts with the symbol first and with it last."""
    names = sorted(rules.currency_names, key=len, reverse=True)
    short_names = [name for name in names if name.rstrip(".").isalpha() and rules.tag != "en"]
    signs = "|".join(re.escape(name) for name in names if name not in short_names)
    words = "|".join(map(re.escape, short_names)) or "(?!)"
    codes = "|".join(sorted(code.upper() for code in rules.currency_codes)) or "(?!)"
    symbol = rf"(?P<symbol>(?<![A-Za-z])(?:{signs})|\b(?:{codes})(?=\s?\d))"
    decimal = re.escape(rules.decimal_separator)
    whole = build_number_expression(rules)
    amount = rf"(?P<amount>{whole})?(?:{decimal}(?P<part>\d+))?"
    first_amount = rf"(?=\d|{decimal}\d){amount}"
    k = r"(?P<k>(?:bn|[kKmM])\b)?"
    scale_words = "|".join(rules.scale_words) or "(?!)"
    scale = rf"(?P<scale>\s(?:{scale_words})\b)?"
    return (
        re.compile(
            rf"{symbol}\s?(?P<low>(?:{whole})(?:{decimal}\d+)?)(?P<low_k>(?:bn|[kKmM])(?=\W))?"
            rf"\s?[–-]\s?(?:(?P=symbol))?(?={first_amount}{k}{scale}(?![\w–-]))(?P<high>)"
        ),
        re.compile(rf"{symbol}\s?{first_amount}{k}{scale}"),
        re.compile(
            rf"(?<![\w.,])(?:(?P<low>(?:{whole})(?:{decimal}\d+)?)\s?[–-]\s?)?(?=\d){amount}{scale}"
            # "the 3Rs" are no rupees
            rf"(?P<k>)\s?(?P<symbol>(?!(?<=\d)Rs\b(?<!\d\d..))(?:{signs})|(?:{codes})\b"
            rf"|(?:{words})(?!\w))(?:(?<=[^\W\dA-Z_])\.)?"
        ),
    )


@cache
def _map_currency_nouns(rules: NormalisationRules) -> dict[str, tuple[str, ...]]:
    """Return the forms of a currency for each of its nouns; pounds are weights too."""
    return {
        noun: names
        for symbol, names in rules.currency_names.items()
        for noun in names[: len(names) // 2]
        if symbol != "£" and rules.tag != "en"
    }


@cache
def _compile_named_money(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an amount with hundredths before the noun: "3,20 Mark"."""
    nouns = sorted(map(re.escape, _map_currency_nouns(rules)), key=len, reverse=True)
    return re.compile(
        rf"(?<![\w.,])(?P<amount>{build_number_expression(rules)}){re.escape(rules.decimal_separator)}"
        rf"(?P<part>\d\d)(?P<k>)(?P<scale>)\s(?P<symbol>{'|'.join(nouns) or '(?!)'})(?!\w)"
    )


@cache
def _compile_minus(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a minus sign before a currency symbol."""
    signs = "|".join(re.escape(sign) for sign in rules.currency_names if not sign[0].isalpha())
    return re.compile(rf"(?<![\w.,)–-])[-−](?=(?:{signs})\d)")


def _spell_range(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the lower end of a range in words, and the symbol again for the upper end."""
    low, low_k = match["low"], match["low_k"] or ""
    whole, _, part = low.replace(rules.thousands_separator, "").partition(rules.decimal_separator)
    words = spell_decimal_or_whole(whole, part, rules)
    scale = _SCALE_WORDS.get(low_k.casefold(), "")
    return f"{words}{scale} {rules.range_word} {match['symbol']}"


def _spell_symbol_last(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return an amount with the symbol last in words, with the lower end of a range before it."""
    words = _spell_amount(match, rules)
    return f"{match['low']} {rules.range_word} {words}" if match["low"] else words


def _spell_amount(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return an amount of money in words, with cents if it has exactly two decimals."""
    symbol = match["symbol"]
    names = (
        rules.currency_names.get(symbol)
        or _map_currency_nouns(rules).get(symbol)
        or rules.currency_codes[symbol.casefold()]
    )
    whole_digits = (match["amount"] or "0").replace(rules.thousands_separator, "")
    decimal_digits = match["part"]
    names, cent_names = names[: len(names) // 2], names[len(names) // 2 :]
    names = (names[0], names[0]) if _modifies_noun(match, rules) else names
    ends_sentence = rules.tag != "en" and match[0].endswith(".") and ends_line(match)
    dot = "." if ends_sentence else ""
    # "$5 million" and "$5m" are spoken the same way.
    scale = match["scale"] or _SCALE_WORDS.get((match["k"] or "").casefold(), "")
    if scale or (decimal_digits and len(decimal_digits) != 2):
        name = choose_noun_form(_MILLION, names, rules.tag) if scale else choose_decimal_form(names)
        words = spell_decimal_or_whole(whole_digits, decimal_digits, rules)
        return f"{words}{scale} {name}{dot}"
    whole_words = _spell_count_in(whole_digits, names, rules)
    if not decimal_digits or not int(decimal_digits):
        return f"{whole_words}{dot}"
    cent_words = _spell_count_in(str(int(decimal_digits)), cent_names, rules)
    if whole_digits.strip("0") == "":
        return f"{cent_words}{dot}"
    parts = (whole_words, rules.subunit_conjunction, cent_words)
    return f"{' '.join(filter(None, parts))}{dot}"


def _modifies_noun(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether an amount stands before a noun: "a $5 note" is "a five dollar note"."""
    return rules.tag == "en" and not match["part"] and counts_as_adjective(match)
