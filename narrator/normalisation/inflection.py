"""Inflects numbers in words: ordinal numbers by case, and cardinal numbers by gender."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.normalisation.numbers import spell_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.languages.normalisation_rules import NormalisationRules

_NOUN_AFTER = re.compile(r"\s([^\W\d_]{3,})\b")
GENITIVE, LOCATIVE = "g", "p"
"""Cases of ordinal numbers, by the letters that num2words uses for Russian."""


def inflect_ordinal(number: int, rules: NormalisationRules, case: str, gender: str = "m") -> str:
    """Return an ordinal number in words, in a case: `n`, `g` or `p` (the locative).

    Russian has all cases of num2words. Other languages have those of their rules, and the
    nominative instead of others. The number stays in digits if no words are known for it.
    """
    if rules.tag == "ru":
        return spell_number(number, rules.tag, "ordinal", case=case, gender=gender)
    # "одна тисяча" is said of amounts, not of years
    words = spell_ordinal_word(number, rules).removeprefix("одна ")
    endings = {GENITIVE: rules.genitive_endings, LOCATIVE: rules.locative_endings}.get(case, {})
    if case == "n" and gender == "f":
        endings = rules.feminine_ordinals
    return " ".join(replace_ending(word, endings) for word in words.split())


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


def agree_with_noun(words: str, following: str, rules: NormalisationRules) -> str:
    """Return a cardinal number in the gender of the noun at the start of the text after it."""
    match = _NOUN_AFTER.match(following)
    if match is None or not rules.feminine_endings:
        return words
    noun = match[1]
    is_feminine = noun in rules.feminine_nouns or (
        bool(rules.feminine_noun_endings)
        and noun.endswith(rules.feminine_noun_endings)
        and noun not in rules.masculine_nouns
    )
    return replace_ending(words, rules.feminine_endings if is_feminine else rules.masculine_endings)
