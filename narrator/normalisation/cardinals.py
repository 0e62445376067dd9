"""Inflects cardinal numbers in words by the noun that they count: its gender and its case."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
from narrator.normalisation.inflection import GENITIVE, replace_ending
from narrator.normalisation.numbers import spell_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.languages.normalisation_rules import NormalisationRules

_NOUN_AFTER = re.compile(r"\s([^\W\d_]{3,})\b")
_ACCUSATIVE = "a"
_FEW = range(2, 5)
"""The last digits of numbers after which Slavic nouns have a form of their own."""
_TEENS = range(11, 15)
_ANIMATE_ENDINGS = ("a", "e", "а", "я")
"""Endings of the accusative of one man, which is the genitive."""
_LEAST_LONE_NUMBER = 100
"""The least number that may be a year if no noun follows it."""

_LIKELY_YEARS = range(1100, 2100)
"""Numbers before a word that they need not count: "en 1936 llovía"."""
_LEAST_MASCULINE_NOUN = 1_000_000
"""The least number whose words contain a noun of their own, which is masculine: "dois milhões"."""


def agree_with_noun(
    number: int,
    before: str,
    following: str,
    rules: NormalisationRules,
    *,
    may_be_year: bool = True,
) -> str:
    """Return a cardinal number in words, in the gender and case of the noun after it.

    Args:
        number: the number.
        before: the text before it. A number after a noun counts nothing: "Capitolo 1", "Zimmer 1
            war leer".
        following: the text after it, which begins with a space if a noun follows.
        rules: the rules of the language.
        may_be_year: whether the number may be a year that counts nothing.
    """
    words = spell_number(number, rules.tag)
    if not (rules.feminine_endings or rules.plural_noun_cases):
        return words
    match = _NOUN_AFTER.match(following)
    noun = match[1].casefold() if match else ""
    if _labels_noun(before, rules) or noun in load_attribution_language(rules.tag).past_verbs:
        return words
    case = _find_case(number, before, noun, rules)
    if case:
        return _decline(number, case, rules)
    if match is None or (rules.tag == "de" and not match[1][0].isupper()):
        return words
    endings = _choose_endings(number, noun, rules)
    is_likely_year = may_be_year and number in _LIKELY_YEARS
    if endings is rules.feminine_endings and number < _LEAST_MASCULINE_NOUN and not is_likely_year:
        # Spanish "doscientas una", Portuguese "duas mil"
        return " ".join(replace_ending(word, endings) for word in words.split(" "))
    return replace_ending(words, endings)


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


def _find_case(number: int, before: str, noun: str, rules: NormalisationRules) -> str:
    """Return the case of a Slavic number that its noun or a preposition shows, or ""."""
    if not rules.plural_noun_cases:
        return ""
    last_digit = 0 if number % 100 in _TEENS else number % 10
    tables = [rules.singular_noun_cases if last_digit == 1 else rules.plural_noun_cases]
    if last_digit in _FEW:
        tables.append(rules.few_noun_cases)
    for table in tables:
        for ending, case in table.items():
            if noun.endswith(ending) and noun not in rules.masculine_nouns:
                return case
    if last_digit == 1:
        return GENITIVE if _is_man_in_genitive(noun, rules.tag) else ""
    words = before.rsplit(maxsplit=1)
    is_genitive = (
        before.endswith(" ") and words[-1:] and words[-1].casefold() in rules.genitive_words
    )
    return GENITIVE if is_genitive and (noun or number < _LEAST_LONE_NUMBER) else ""


def _is_man_in_genitive(noun: str, tag: str) -> bool:
    """Return whether a noun for a man has the genitive, also as an object: Russian "1 брата"."""
    is_other_form = noun.endswith(_ANIMATE_ENDINGS) and noun not in _list_people(tag)
    return is_other_form and _find_gender_of_person(noun, tag) == "male"


def _decline(number: int, case: str, rules: NormalisationRules) -> str:
    """Return a number in another case than the nominative: by the rules, or by num2words."""
    words = spell_number(number, rules.tag)
    endings = {
        "g": rules.cardinal_genitives,
        "d": rules.cardinal_datives,
        "i": rules.cardinal_instrumentals,
        "p": rules.cardinal_genitives,
        _ACCUSATIVE: rules.cardinal_accusatives,
    }[case]
    if rules.tag == "ru" and case != _ACCUSATIVE:
        return spell_number(number, rules.tag, case=case)
    return " ".join(replace_ending(word, endings) for word in words.split())


def _choose_endings(number: int, noun: str, rules: NormalisationRules) -> Mapping[str, str]:
    """Return the endings of a number by the gender of the noun that it counts."""
    is_feminine = noun in rules.feminine_nouns
    if rules.plural_noun_cases:
        is_feminine = is_feminine or _find_gender_of_person(noun, rules.tag) == "female"
    if rules.plural_noun_cases and number % 10 != 1:
        is_feminine = is_feminine or _ends_with(noun, rules.feminine_plural_endings)
    elif _ends_with(noun, rules.neuter_noun_endings):
        return rules.neuter_endings
    elif _ends_with(noun, rules.feminine_noun_endings) and noun not in rules.masculine_nouns:
        is_feminine = True
    return rules.feminine_endings if is_feminine else rules.masculine_endings


def _ends_with(noun: str, endings: tuple[str, ...]) -> bool:
    """Return whether a noun has one of the endings; there may be none."""
    return bool(endings) and noun.endswith(endings)


@cache
def _find_gender_of_person(noun: str, tag: str) -> str:
    """Return the gender of a noun for people in any of its forms: `male`, `female`, or ""."""
    genders = _list_people(tag)
    if noun in genders:
        return genders[noun]
    for ending, other_endings in load_attribution_language(tag).name_cases.items():
        for other in other_endings:
            if noun.endswith(other) and noun.removesuffix(other) + ending in genders:
                return genders[noun.removesuffix(other) + ending]
    return ""


@cache
def _list_people(tag: str) -> Mapping[str, str]:
    """Return the nouns of a language for people, each with its gender."""
    people = load_attribution_language(tag)
    return {**people.role_nouns, **people.kin_nouns}
