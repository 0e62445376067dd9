"""Normalisation step for ordinal numbers of languages other than English: `2e`, `3.`, `2-й`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
from narrator.normalisation.context import look_ahead, look_back
from narrator.normalisation.inflection import (
    GENITIVE,
    LOCATIVE,
    choose_by_preposition,
    inflect_ordinal,
    spell_ordinal_word,
)
from narrator.normalisation.numbers import spell_number
from narrator.text.roman_numerals import parse_roman_numeral
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_GERMAN_ORDINAL = re.compile(
    r"(?:(?P<article>\b[^\W\d_]+)\s)?(?<![\w.,:/-])(?:"
    r"(?P<number>\d{1,3}|[IVXL]+)\.(?=\s[^\W\d_])|(?P<last>[IVXL]+)(?=\.[\s»«“”\"]*\Z))"
)
_GERMAN_ORDINAL_BEFORE = re.compile(r"\b(?P<article>[^\W\d_]+)\s\d{1,3}\.\s\Z")
"""The first of two ordinal numbers, with its article: "am 2. und 3. Tag"."""
_GERMAN_ENDED_DETERMINER = re.compile(
    r"(?:mein|dein|sein|ihr|unser|eur|kein|jed|jen|dies|welch)(?:e|en|em|er)"
)
"""A determiner that shows the ending of the ordinal number after it: "seine zweite Frau"."""
_GERMAN_CONJUNCTIONS = frozenset(("und", "oder", "bis"))
_GERMAN_FEMININE_AFTER = re.compile(r"\b(?:in|an|auf|mit|von|zu|bei|nach|aus|seit|vor)\s+\Z")
_GERMAN_DATIVE_PREPOSITIONS = frozenset(
    ("aus", "bei", "mit", "nach", "seit", "von", "zu", "unter", "neben", "vor", "gegenüber")
)
_GERMAN_ACCUSATIVE_PREPOSITIONS = frozenset(("durch", "für", "gegen", "ohne", "um"))
_GERMAN_NEUTER_ENDINGS = ("chen", "lein", "tum", "ment", "kapitel", "buch", "haus", "jahr", "bild")
_DOTTED_ORDINAL = re.compile(
    r"(?:(?P<before>\b[^\W\d_]+)\s)?(?<![\w.,:/-])(?P<number>\d{1,2})\.(?=\s[^\W\d_A-ZÀ-ŽА-ЯЁІЇЄҐ])"
)
"""A number that its dot makes ordinal, with the preposition before it."""
_YEARS_FROM = re.compile(
    r"\b(?P<before>[Сс]о?|[Оо]т)\s(?P<year>1\d{3}|20\d\d)(?=\s(?:по|до)\s[а-яё\s]*\bгода?\b"
    r"|\s(?:по|до)\s(?:1\d{3}|20\d\d)\b)"
)
"""The first of two years, also where the second is in words already."""
_RULER = re.compile(
    r"\b(?P<name>[^\W\d_a-zà-žа-яёіїєґ][^\W\d_]+)\s(?P<number>[IVX]+)(?!\w)(?:\.(?=\s[^\W\d_A-ZÀ-ŽА-ЯЁІЇЄҐ]))?"
)
"""A name with a Roman numeral, and the dot of an ordinal number."""
_INITIAL_DOT = re.compile(r"\.\s?\w")
"""What follows an initial, as in "Carlo V. Rossi"."""
_CASES_BY_ENDING = {
    "m": {"а": "g", "я": "g", "у": "d", "ю": "d", "м": "i", "е": "p", "a": "g", "ы": "g", "и": "g"},
    "f": {"ы": "g", "и": "g", "е": "g", "у": "a", "ю": "a", "й": "g", "y": "g"},
}
"""Cases of first names by gender and last letter. Adjectives of women have one form in most."""
_PREPOSITION = re.compile(r"(?:de|del|y|e|en|a|por)\b")
"""A word that is no noun after an ordinal number: "el 1.º de mayo"."""
_MASCULINE, _FEMININE, _PLURAL = "m", "f", "p"
_FEMININE_CASE_AFTER = re.compile(r"\s[^\W\d_]{2,}(?:е|и|ы|у|ю|ой|ей)\b")
"""A noun after "5-й" that is feminine and in another case: "в 5-й комнате"."""
_PLURAL_AFTER = re.compile(r"\s(?:годы|гг\b)")


def spell_ordinals(text: str, context: NormalisationContext) -> str:
    """Spell ordinal numbers in a language other than English, by the endings of its rules."""
    rules = context.rules
    if rules.ordinal_endings:
        text = _compile_ordinals(rules).sub(
            lambda match: _spell_number_with_ending(match, rules), text
        )
    if rules.ordinal_nouns:
        text = _compile_counted_nouns(rules).sub(
            lambda match: _spell_before_noun(match, rules), text
        )
    if rules.tag == "ru":
        text = _YEARS_FROM.sub(lambda match: _spell_first_year(match, rules), text)
    if rules.locative_words:
        text = _DOTTED_ORDINAL.sub(lambda match: _spell_dotted_ordinal(match, rules), text)
    if rules.ruler_form:
        text = _RULER.sub(lambda match: _spell_ruler(match, rules), text)
    if rules.nominative_articles:
        text = _GERMAN_ORDINAL.sub(lambda match: _spell_german(match, rules), text)
    return text


@cache
def _compile_ordinals(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a number with one of the language's ordinal endings."""
    endings = "|".join(map(re.escape, sorted(rules.ordinal_endings, key=len, reverse=True)))
    # "Le" is no numeral, but "Ve" and "XLe" are.
    roman = "|[IVX]|[IVXL]{2,}" if rules.has_roman_ordinals else ""
    return re.compile(
        rf"(?<![\w.,])(?P<number>\d{{1,4}}{roman})(?P<ending>{endings})(?!\w)(?P<noun>\s\w)?"
    )


def _spell_number_with_ending(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a number with an ordinal ending in words, in the gender and case of the ending."""
    number, grammar = _parse_number(match["number"]), rules.ordinal_endings[match["ending"]]
    noun = match["noun"] or ""
    if number is None or number == 0:
        return match[0]
    if " " in grammar:
        case, gender = grammar.split()
        if grammar == "n m" and _FEMININE_CASE_AFTER.match(match.string, match.end("ending")):
            case, gender = GENITIVE, _FEMININE
        elif gender == "n" and _PLURAL_AFTER.match(match.string, match.end("ending")):
            gender = _PLURAL
        return f"{inflect_ordinal(number, rules, case, gender)}{noun}"
    words = spell_number(number, rules.tag, "ordinal")
    if grammar == _FEMININE:
        return f"{_make_ordinal_feminine(words, rules)}{noun}"
    is_noun = noun and not _PREPOSITION.match(match.string, match.end() - 1)
    return f"{_shorten_before_noun(words, rules) if is_noun else words}{noun}"


def _parse_number(text: str) -> int | None:
    """Return the value of a number in digits or in Roman numerals, or `None`."""
    return int(text) if text.isdigit() else parse_roman_numeral(text)


def _make_ordinal_feminine(words: str, rules: NormalisationRules) -> str:
    """Return an ordinal number that counts a feminine noun."""
    for masculine, feminine in rules.feminine_ordinals.items():
        words = re.sub(rf"{masculine}\b", feminine, words)
    return words


def _shorten_before_noun(words: str, rules: NormalisationRules) -> str:
    """Return an ordinal number as it stands before a masculine noun: "tercer" for "tercero"."""
    for whole, short in rules.shortened_ordinals.items():
        words = re.sub(rf"{whole}\Z", short, words)
    return words


@cache
def _compile_counted_nouns(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a number before a noun whose form shows the case: "XVII веке"."""
    nouns = "|".join(map(re.escape, sorted(rules.ordinal_nouns, key=len, reverse=True)))
    year = r"(?:1\d{3}|20\d\d)"
    return re.compile(
        rf"(?:\b(?P<before>\w+)\s)?(?<![\w.,])(?P<number>{year}|[IVXL]+)\s(?P<noun>{nouns})(?!\w)"
        r"(?P<dot>\.?)",
        re.IGNORECASE,
    )


def _spell_before_noun(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return an ordinal number with its noun, in the case that the noun or a preposition shows."""
    number = _parse_number(match["number"].upper())
    grammar = rules.ordinal_nouns[match["noun"].casefold()]
    if number is None:
        return match[0]
    before = match["before"] or ""
    # An abbreviated noun takes its case from the preposition: "в 1887 г." is "году".
    case, noun = choose_by_preposition(grammar, before).split()
    words = inflect_ordinal(number, rules, case, _MASCULINE)
    dot = match["dot"] if not look_ahead(match).strip(' »”"') else ""
    if noun == "=":
        noun, dot = match["noun"], match["dot"]
    return f"{before} {words} {noun}{dot}".lstrip()


def _spell_first_year(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the first of two years in Russian, in the genitive: "с 1914 по 1918 год"."""
    return f"{match['before']} {inflect_ordinal(int(match['year']), rules, GENITIVE)}"


def _spell_dotted_ordinal(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a number with a dot as an ordinal number, in the case of the preposition before it."""
    before = match["before"] or ""
    case = "n"
    if before.casefold() in rules.locative_words:
        case = LOCATIVE
    elif before.casefold() in rules.genitive_words:
        case = GENITIVE
    words = inflect_ordinal(int(match["number"]), rules, case)
    return match[0] if words.isdigit() else f"{before} {words}".lstrip()


def _spell_ruler(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a ruler's name with an ordinal number; "Capitolo II" is no ruler."""
    number, name = parse_roman_numeral(match["number"]), match["name"]
    if number is None or name.casefold() in rules.counted_nouns or name.isupper():
        return match[0]
    if len(match["number"]) == 1 and not _is_ruler_name(match, rules):
        return match[0]
    if number > rules.highest_ruler_ordinal:
        return f"{name} {spell_number(number, rules.tag)}"
    ordinal = _inflect_ruler_number(number, name, rules)
    return match[0] if ordinal.isdigit() else rules.ruler_form.format(name=name, ordinal=ordinal)


def _is_ruler_name(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether a Roman numeral of one letter is no initial: it follows a first name."""
    is_initial = not match[0].endswith(".") and _INITIAL_DOT.match(match.string, match.end())
    return not is_initial and bool(_find_case(match["name"], rules))


def _inflect_ruler_number(number: int, name: str, rules: NormalisationRules) -> str:
    """Return the ordinal number of a ruler in the case and gender of the name: "Петра первого"."""
    grammar = _find_case(name, rules)
    if not grammar:
        return spell_ordinal_word(number, rules)
    case, gender = grammar.split()
    return inflect_ordinal(number, rules, case, gender)


@cache
def _find_case(name: str, rules: NormalisationRules) -> str:
    """Return the case and gender of a listed first name, such as "g m" for "Петра", or ""."""
    people, word = load_attribution_language(rules.tag), name.casefold()
    if word in people.given_names:
        return f"n {people.given_names[word][:1]}"
    for ending, oblique_endings in people.name_cases.items():
        for oblique in oblique_endings:
            stem = word.removesuffix(oblique)
            gender = people.given_names.get(stem + ending, "")[:1]
            if stem != word and gender in {"m", "f"}:
                return f"{_CASES_BY_ENDING[gender].get(oblique[-1], 'n')} {gender}"
    return ""


def _spell_german(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a German number with a dot as an ordinal number, if an article or a name shows it."""
    written = match["number"] or match["last"]
    number, article = _parse_number(written), match["article"] or ""
    is_roman = not written.isdigit()
    if number is None or number == 0:
        return match[0]
    lower = article.casefold()
    if is_roman and article[:1].isupper() and lower not in rules.counted_nouns:
        genders = load_attribution_language("de").given_names
        is_woman = "female" in {genders.get(lower), genders.get(lower.removesuffix("s"))}
        return f"{article} {_spell_german_ruler(number, match, is_woman=is_woman)}"
    if not article and look_back(match).rstrip().endswith((",", "(")):
        return spell_number(number, "de", "ordinal") + _choose_strong_ending(match, rules)
    if is_roman or not article:
        return match[0]
    if lower in _GERMAN_CONJUNCTIONS:
        first = _GERMAN_ORDINAL_BEFORE.search(look_back(match))
        lower = first["article"].casefold() if first else ""
    words = spell_number(number, "de", "ordinal")
    if lower in rules.dative_words or (
        lower == "der" and _GERMAN_FEMININE_AFTER.search(look_back(match))
    ):
        words = f"{words}n"
    elif _GERMAN_ENDED_DETERMINER.fullmatch(lower):
        words = f"{words}{'' if lower.endswith('e') else 'n'}"
    elif lower not in rules.nominative_articles:
        return match[0]
    return f"{article} {words}"


def _choose_strong_ending(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the ending of a German ordinal number without an article, in the nominative."""
    noun = PLAIN_WORD_PATTERN.search(match.string, match.end())
    word = noun[0].casefold() if noun else ""
    if word in rules.feminine_nouns or word.endswith((*rules.feminine_noun_endings, "e")):
        return ""
    return "s" if word.endswith(_GERMAN_NEUTER_ENDINGS) else "r"


def _spell_german_ruler(number: int, match: re.Match[str], *, is_woman: bool) -> str:
    """Return a German ruler's number with its article, in the case that the words before show."""
    words, name = spell_number(number, "de", "ordinal"), match["article"].casefold()
    before = look_back(match).casefold().split()[-1:]
    given_names = load_attribution_language("de").given_names
    is_genitive = name not in given_names and name.removesuffix("s") in given_names
    if is_genitive or _GERMAN_DATIVE_PREPOSITIONS.issuperset(before or [""]):
        article = "der" if is_woman else "des" if is_genitive else "dem"
        return f"{article} {words}n"
    if _GERMAN_ACCUSATIVE_PREPOSITIONS.issuperset(before or [""]) and not is_woman:
        return f"den {words}n"
    return f"{'die' if is_woman else 'der'} {words}"
