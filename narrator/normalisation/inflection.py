"""Inflects numbers in words: ordinal numbers by case, and cardinal numbers by gender."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
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


def agree_with_noun(words: str, before: str, following: str, rules: NormalisationRules) -> str:
    """Return a cardinal number in the gender of the noun at the start of the text after it.

    A number after a noun counts nothing: "Capitolo 1", "Zimmer 1 war leer".
    """
    match = _NOUN_AFTER.match(following)
    if match is None or not (rules.feminine_endings or rules.tag == "ru"):
        return words
    noun = match[1].casefold()
    if _labels_noun(before, rules) or noun in load_attribution_language(rules.tag).past_verbs:
        return words
    if rules.tag == "ru":
        return _agree_in_russian(words, noun, rules)
    if rules.tag == "de" and not match[1][0].isupper():
        return words
    is_feminine = noun in rules.feminine_nouns or (
        bool(rules.feminine_noun_endings)
        and noun.endswith(rules.feminine_noun_endings)
        and noun not in rules.masculine_nouns
    )
    return replace_ending(words, rules.feminine_endings if is_feminine else rules.masculine_endings)


def _labels_noun(before: str, rules: NormalisationRules) -> bool:
    """Return whether a number follows the noun that it numbers."""
    words = before.split()
    if not words or not before.endswith(" ") or not words[-1][-1].isalpha():
        return False
    word = words[-1]
    if rules.tag == "de" and word[0].isupper() and len(words) > 1 and words[-2][-1] not in ".!?":
        return True
    nouns = rules.counted_nouns.union(rules.number_abbreviations.values())
    return word.casefold() in nouns


def _agree_in_russian(words: str, noun: str, rules: NormalisationRules) -> str:
    """Return a Russian number that ends in one or two, in the gender that the noun's form shows.

    After two, feminine nouns end in "ы" or "и", others in "а" or "я"; after one, in "а" or "я".
    """
    if words.endswith("два"):
        return f"{words[:-1]}е" if noun.endswith(("ы", "и")) else words
    if not words.endswith("один") or noun in rules.masculine_nouns:
        return words
    stem = words.removesuffix("один")
    if noun.endswith(("а", "я")) and not noun.endswith("мя"):
        return f"{stem}одна"
    return f"{stem}одно" if noun.endswith(("о", "е", "ё", "мя")) else words
