"""Inflects ordinal numbers in words by case and gender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.normalisation.numbers import spell_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.languages.normalisation_rules import NormalisationRules

GENITIVE, LOCATIVE = "g", "p"
"""Cases of ordinal numbers, by the letters that num2words uses for Russian."""


def inflect_ordinal(number: int, rules: NormalisationRules, case: str, gender: str = "m") -> str:
    """Return an ordinal number in words, in a case: `n`, `g` or `p` (the locative).

    Russian has all cases of num2words. Other languages have those of their rules, and the
    nominative instead of others. The number stays in digits if no words are known for it.
    """
    if rules.tag == "ru" and gender == "p":
        return spell_number(number, rules.tag, "ordinal", case=case, plural=True)
    if rules.tag == "ru":
        return spell_number(number, rules.tag, "ordinal", case=case, gender=gender)
    # "одна тисяча" is said of amounts, not of years
    words = spell_ordinal_word(number, rules).removeprefix("одна ")
    endings = {GENITIVE: rules.genitive_endings, LOCATIVE: rules.locative_endings}.get(case, {})
    if gender == "f":
        endings = rules.feminine_ordinals if case == "n" else {}
    return " ".join(replace_ending(word, endings) for word in words.split())


def choose_by_preposition(options: str, before: str) -> str:
    """Return the option for the word before: "улице" after "на" for "на:улице|*:улица"."""
    forms = dict(option.split(":") for option in options.split("|"))
    return forms.get(before.casefold(), forms["*"])


def spell_ordinal_word(number: int, rules: NormalisationRules) -> str:
    """Return an ordinal number in the nominative, or its digits if no words are known for it."""
    if 0 < number <= len(rules.ordinal_words):
        return rules.ordinal_words[number - 1]
    return spell_number(number, rules.tag, "ordinal")


def replace_ending(word: str, endings: Mapping[str, str]) -> str:
    """Return a word with the ending that stands for its own; it is unchanged if none does."""
    for ending, replacement in endings.items():
        if word.endswith(ending):
            return f"{word.removesuffix(ending)}{replacement}"
    return word
