"""The words of each language for numbers, abbreviations and symbols: the section `[numbers]`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.language_files import load_language_file
from narrator.languages.sections import read_fields

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class NormalisationRules:
    """The rules of one language; written words are in lower case, without their final dot."""

    tag: str
    """Its primary subtag, such as `en`."""
    thousands_separator: str = ","
    """The character between groups of three digits."""
    decimal_separator: str = "."
    """The character before decimals."""
    decimal_word: str = ""
    """The word for the decimal separator; without it, digits are left to the voice."""
    minus_word: str = ""
    """The word for a minus sign."""
    range_word: str = ""
    """The word for the dash between two numbers."""
    degrees_word: str = ""
    """The word for the degree sign, in the plural."""
    at_word: str = ""
    """The word for @ in an e-mail address."""
    dot_word: str = ""
    """The word for a dot in a web or e-mail address; if empty, addresses are not spelt out."""
    slash_word: str = ""
    """The word for a slash in a web address."""
    power_word: str = ""
    """The words before an exponent: "to the" in "ten to the six"; if empty, powers stay."""
    square_word: str = ""
    """The word after a variable that is squared."""
    cube_word: str = ""
    """The word after a variable that is cubed."""
    version_word: str = ""
    """The word for "v" before a version; if empty, versions stay."""
    version_dot_word: str = ""
    """The word between the parts of a version."""
    date_order: str = "dmy"
    """The order of dates in digits if neither book nor region decides: `dmy` or `mdy`."""
    day_first_regions: frozenset[str] = frozenset()
    """Regions, in lower case, where dates in digits begin with the day, whatever `date_order`."""
    date_form: str = ""
    """How a date is spoken, with `{day}`, `{month}` and `{year}`."""
    day_form: str = ""
    """How a date without its year is spoken."""
    day_number_form: str = "cardinal"
    """Whether the day of a date is a `cardinal` or an `ordinal` number."""
    century_word: str = ""
    """The word for "hundred" in years that are counted in hundreds, such as Swedish "hundra"."""
    celsius_word: str = "Celsius"
    """The word for the scale of Celsius."""
    first_day: str = ""
    """The word for the first day of a month, if it differs from that of other days."""
    day_suffixes: tuple[str, ...] = ()
    """What may follow the digits of a day before the name of a month, such as "." in German."""
    nominative_articles: frozenset[str] = frozenset()
    """Articles after which a German ordinal number has no n: "der dritte"."""
    clock_form: str = ""
    """How a time is spoken, with `{hour}`, `{minute}` and `{hours}`; if empty, times stay."""
    full_hour_form: str = ""
    """How a time without minutes is spoken."""
    clock_words: tuple[str, ...] = ()
    """Words and signs that mark the hour of a time, such as "Uhr" and "h"."""
    clock_zero: str = ""
    """The word for the zero in minutes below ten, if it is spoken."""
    clock_leads: frozenset[str] = frozenset()
    """Words after which "7.30" is a time, such as Italian "alle"; abbreviations lack their dot."""
    hour_words: tuple[str, ...] = ()
    """The words for the hours from 0, if they are not cardinal numbers, as in Polish."""
    hour_nominatives: Mapping[str, str] = field(default_factory=dict)
    """The endings of hour words, each with that where no word of `clock_leads` is before it."""
    hour_names: tuple[str, ...] = ()
    """The singular and plural of "hour", as `{hours}` in the forms of times."""
    feminine_endings: Mapping[str, str] = field(default_factory=dict)
    """The endings of numbers, each with the ending that it has before a feminine noun."""
    masculine_endings: Mapping[str, str] = field(default_factory=dict)
    """The endings of numbers, each with that before a masculine noun: Spanish "un" for "uno"."""
    feminine_noun_endings: tuple[str, ...] = ()
    """Endings that most feminine nouns have, and few other nouns."""
    feminine_nouns: frozenset[str] = frozenset()
    """Feminine nouns without such an ending."""
    masculine_nouns: frozenset[str] = frozenset()
    """Masculine nouns with such an ending."""
    feminine_plural_endings: tuple[str, ...] = ()
    """Endings of nouns after Slavic two that show that they are not masculine: Russian "ы"."""
    neuter_endings: Mapping[str, str] = field(default_factory=dict)
    """The endings of numbers, each with that before a neuter noun in the singular."""
    neuter_noun_endings: tuple[str, ...] = ()
    """Endings of neuter nouns in the singular."""
    singular_noun_cases: Mapping[str, str] = field(default_factory=dict)
    """Endings of nouns after Slavic one that show the case of both: `g`, `d`, `a`, `i` or `p`."""
    plural_noun_cases: Mapping[str, str] = field(default_factory=dict)
    """The same after other numbers."""
    few_noun_cases: Mapping[str, str] = field(default_factory=dict)
    """The same only after two, three and four."""
    cardinal_genitives: Mapping[str, str] = field(default_factory=dict)
    """The endings of cardinal numbers, each with that of the genitive and locative."""
    cardinal_datives: Mapping[str, str] = field(default_factory=dict)
    """The same for the dative."""
    cardinal_instrumentals: Mapping[str, str] = field(default_factory=dict)
    """The same for the instrumental."""
    cardinal_accusatives: Mapping[str, str] = field(default_factory=dict)
    """The same for the accusative of feminine nouns."""
    ordinal_words: tuple[str, ...] = ()
    """The ordinal numbers from 1, in the nominative, where num2words lacks them."""
    genitive_endings: Mapping[str, str] = field(default_factory=dict)
    """The endings of ordinal numbers, each with that of the genitive."""
    locative_endings: Mapping[str, str] = field(default_factory=dict)
    """The endings of ordinal numbers, each with that of the locative."""
    genitive_words: frozenset[str] = frozenset()
    """Prepositions before a number in the genitive."""
    locative_words: frozenset[str] = frozenset()
    """Prepositions before a number with a dot, which makes it ordinal, in the locative."""
    ruler_form: str = ""
    """How a ruler's number is spoken, with `{name}` and `{ordinal}`; if empty, it is cardinal."""
    highest_ruler_ordinal: int = 99
    """The highest number of a ruler that is ordinal: 10 in Spanish, "Felipe segundo"."""
    ordinal_endings: Mapping[str, str] = field(default_factory=dict)
    """What marks an ordinal number after digits, each with its gender, `m` or `f`, or with its case
    and gender, such as "g m"."""
    has_roman_ordinals: bool = False
    """Whether the endings of ordinal numbers also follow Roman numerals."""
    feminine_ordinals: Mapping[str, str] = field(default_factory=dict)
    """The endings of ordinal numbers, each with that before a feminine noun."""
    shortened_ordinals: Mapping[str, str] = field(default_factory=dict)
    """The endings of ordinal numbers, each with that before a masculine noun."""
    ordinal_nouns: Mapping[str, str] = field(default_factory=dict)
    """Nouns that an ordinal number precedes. Each has options in the form "preposition:case noun",
    separated by "|"; "*" stands for any word before the number, "=" for the noun as written."""
    dative_words: frozenset[str] = frozenset()
    """German words after which an ordinal number ends in n: "am dritten"."""
    scale_words: tuple[str, ...] = ()
    """Words that multiply an amount of money: "million"."""
    month_names: tuple[str, ...] = ()
    """The names of the months, from January."""
    words_before_month: tuple[str, ...] = ()
    """Words after which a month may be abbreviated: "in Sept."."""
    month_abbreviations: Mapping[str, str] = field(default_factory=dict)
    """The full name of each month abbreviation."""
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    """The spoken forms of abbreviations that end in a dot. A form that depends on the preposition
    before it has options: "на:улице|*:улица"."""
    compound_abbreviations: Mapping[str, str] = field(default_factory=dict)
    """Abbreviations at the end of compounds: German "str" in "Hauptstr."."""
    title_words: Mapping[str, str] = field(default_factory=dict)
    """The spoken forms of abbreviated titles that need no dot, such as French "mme"."""
    undotted_abbreviations: frozenset[str] = frozenset()
    """The `abbreviations` that may also lack their dot."""
    number_abbreviations: Mapping[str, str] = field(default_factory=dict)
    """The spoken forms of abbreviations before a number, such as "no"."""
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each unit symbol, such as "km", the singular and plural of its name. In Slavic languages,
    the forms after 1, after 2 to 4, after 5 and, if it differs from the second, after a decimal."""
    currency_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each currency symbol, the forms of the currency as in `unit_names`, then those of its
    hundredth."""
    currency_codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for the codes of currencies, such as "usd", in lower case."""
    subunit_conjunction: str = ""
    """The word between an amount and its hundredths: "dois euros e dez cêntimos"."""
    regional_words: Mapping[str, str] = field(default_factory=dict)
    """Words of numbers that differ in a region, by the region in lower case and the word, such as
    "br dezanove"."""
    symbol_words: Mapping[str, str] = field(default_factory=dict)
    """The words for symbols such as &."""
    fraction_words: Mapping[str, str] = field(default_factory=dict)
    """The words for fractions that are one character, such as ½."""
    counted_nouns: frozenset[str] = frozenset()
    """Nouns after which a Roman numeral is a cardinal number, such as "chapter"."""
    ruler_numbers: Mapping[str, int] = field(default_factory=dict)
    """For each name of a ruler, the highest number that a ruler of that name had."""
    ruler_titles: frozenset[str] = frozenset()
    """Titles that mark the name after them as a ruler's."""
    initialisms: frozenset[str] = frozenset()
    """Words in capitals that are spelt letter by letter."""
    acronyms: frozenset[str] = frozenset()
    """Words in capitals that are spoken as words."""
    stressed_words: frozenset[str] = frozenset()
    """Short words that books write in capitals for stress."""
    shouted_initialisms: frozenset[str] = frozenset()
    """Initialisms that are words within a shouted sentence, such as "us"."""
    initialisms_by_neighbour: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that are spelt out only beside certain others. Each has two regular expressions, for
    what comes before and for what comes after it, of which one must match."""
    name_abbreviations: Mapping[str, str] = field(default_factory=dict)
    """Abbreviations that are expanded only before a capitalised name, with or without a dot."""
    weekday_abbreviations: Mapping[str, str] = field(default_factory=dict)
    """The full name of each abbreviated day of the week."""
    vowelless_words: frozenset[str] = frozenset()
    """Words without a vowel that are spoken as words, such as "shh"."""
    undotted_forms: frozenset[str] = frozenset()
    """The abbreviations that may lack their dot and need no number after them."""
    short_forms: frozenset[str] = frozenset()
    """All abbreviations, abbreviated titles and number abbreviations, from the fields above, and
    the words of which they consist."""


_STREET_FORMS = ("st", "dr", "sq", "ct", "ln", "pl", "ter", "cres", "gdns", "pkwy")
"""Abbreviations in English addresses, which depend on the words beside them."""
_NON_WORD = re.compile(r"\W+")
_ALWAYS_UNDOTTED = ("st", "dr")
"""Abbreviations that steps expand without a dot in English."""
GROUP_NAMES = ("roman", "capitals", "dates", "times", "ordinals", "cardinals")
"""Tables that hold further fields of the rules."""
_SHORT_FORM_TABLES = (
    "abbreviations",
    "title_words",
    "number_abbreviations",
    "name_abbreviations",
    "weekday_abbreviations",
    "month_abbreviations",
)


@cache
def load_rules(tag: str) -> NormalisationRules:
    """Return the rules for the language of a BCP 47 tag; empty rules if it has none."""
    file = load_language_file(tag)
    section = file.section("numbers")
    if not section:
        return NormalisationRules(file.tag)
    values = read_fields(section, NormalisationRules)
    for name in GROUP_NAMES:
        values |= read_fields(section.subsection(name), NormalisationRules)
    section.check_keys()
    undotted_abbreviations = values.get("undotted_abbreviations", frozenset())
    short_forms = undotted_abbreviations.union(*(values.get(key, {}) for key in _SHORT_FORM_TABLES))
    values["short_forms"] = short_forms.union(_STREET_FORMS, *map(_NON_WORD.split, short_forms))
    values["undotted_forms"] = undotted_abbreviations.union(
        values.get("title_words", {}), values.get("name_abbreviations", {}), _ALWAYS_UNDOTTED
    )
    return NormalisationRules(file.tag, **values)
