"""Normalisation steps for Roman numerals: `Chapter IV`, `Henry VIII`, `MCMXCIV`, `XIXth`."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from narrator.model import LineKind
from narrator.normalisation.context import look_ahead, look_back
from narrator.normalisation.numbers import spell_number
from narrator.text.quotes import APOSTROPHES, character_class
from narrator.text.roman_numerals import parse_roman_numeral

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_APOSTROPHE = character_class(APOSTROPHES)
_NUMERAL = re.compile(r"(?<!\w)(?:[IVXLCDM]+(?:th|st|nd|rd)?|[ivxlc]{2,})(?!\w)")
"""A quick test for a word that may be a Roman numeral; most lines fail it."""
_LONG_NUMERAL = re.compile(
    r"[IVXLCDM](?:[IVXLCDM]|th|st|nd|rd|\s(?:[cC]ent|[dD]yna|[cC]orps|[lL]egi|[oO]lym|[aA]rmy))"
)
"""A numeral of several letters, or one with an ordinal ending or noun."""
_NAMED_NUMERAL = re.compile(
    rf"\b([A-Z][\w{APOSTROPHES}-]*)\s([IVX]+)({_APOSTROPHE}s|\.(?=,?\s+[a-z]))?(?!\w|\.[A-Z])"
)
"""A numeral after a name: "Henry VIII", "Henry VIII's"."""
_COUNTED_NUMERAL = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})(\.?)\s([IVXLC]+|[ivxlc]{2,})(?!\w)")
"""A numeral after a word: "Chapter IV", "vol. iv"."""
_HEADING_NUMERAL = re.compile(r"\A(\W*)([IVXLC]+)(?=\s*(?:[.:)—–-]|\Z))")
"""A numeral that opens a heading."""
_LONE_NUMERAL = re.compile(
    rf"(?<![\w{APOSTROPHES}&.-])([IVX]{{2,}}|[IVXLCDM]{{4,}})(?![\w{APOSTROPHES}&])"
)
_ORDINAL_NUMERAL = re.compile(r"(?<!\w)([IVXLCDM]+)(?:th|st|nd|rd)\b")
_COUNTED_AFTER = re.compile(
    r"(?<![\w.])([IVXLC]+)(?=\s(?:[Cc]entur(?:y|ies)|[Dd]ynast(?:y|ies)|[Cc]orps|[Ll]egion|[Oo]lympiad"
    r"|[Aa]rmy)\b)"
)
"""A numeral that is an ordinal number because of the noun after it: "the XIX century"."""
_AFTER_RULER = re.compile(r"\s*(?:[,.;:!?)]|of\b|and\b|was\b|had\b|\Z)")
"""Text after a name and "I" that shows the "I" to be a numeral, not a pronoun: "Elizabeth I of"."""
_FOLLOWING_PLACE = re.compile(r"\s+of\s+(?:the\s+)?[A-Z]")
_VERB_OF_PRONOUN = re.compile(
    rf"(?:{_APOSTROPHE}(?:m|ve|ll|d)\b|\s+(?:am|have|do|don{_APOSTROPHE}t|will|shall|would|should|could"
    r"|can|might|may|must|never|always|just|really|know|knew|think|thought|said|saw|wanted|loved)\b)"
)
_VERB_OF_NUMERAL = re.compile(r"\s+(?:is|has|of|and|or|to|in|by|ends|begins|opens|shows|deals)\b")
_DETERMINER = re.compile(
    r"\b(?:the|a|an|this|that|these|every|each|any|no|some|his|her|my|your|our|their|its|one|first"
    r"|last|only|same|next)\s+(?:\w+\s+)?\Z",
    re.IGNORECASE,
)
_WORLD = re.compile(r"\b[Ww]orld\s+\Z")
_UNICODE_NUMERALS = re.compile(r"[\u2160-\u217f]+")
_LONGEST_SMALL_NUMERAL = 3
"""Most letters of a numeral that is never read as a year."""
_SOME_NUMERAL = re.compile(r"\b[IVXL]+(?:\b|e|er|re)")
_YEARS = range(1100, 2100)
"""Values of long numerals that are read as years."""


def has_ordinal_numeral(text: str, context: NormalisationContext) -> bool:
    """Return whether a text has a Roman numeral that a step for digits may spell as an ordinal."""
    return context.rules.tag != "en" and _SOME_NUMERAL.search(text) is not None


def unfold_numerals(text: str, rules: NormalisationRules) -> str:
    """Return a text with plain capitals instead of Unicode's Roman numerals, such as `Ⅷ`.

    A numeral of one letter is spelt, because it would look like another word.
    """

    def unfold(match: re.Match[str]) -> str:
        numeral = unicodedata.normalize("NFKC", match[0]).upper()
        value = parse_roman_numeral(numeral, lenient=True)
        name = re.search(r"([^\W\d_]+)\s\Z", look_back(match))
        is_ruler = name is not None and name[1].casefold() in rules.ruler_numbers
        if value is None or len(numeral) > 1 or is_ruler or not rules.decimal_word:
            return numeral
        return spell_number(value, rules.tag)

    return _UNICODE_NUMERALS.sub(unfold, text)


def spell_heading_numerals(text: str, context: NormalisationContext) -> str:
    """Spell Roman numerals of headings: `IV. The Well` becomes "four. The Well"."""
    if context.line_kind is not LineKind.HEADING or not context.rules.counted_nouns:
        return text
    text = _HEADING_NUMERAL.sub(
        lambda match: match[1] + (_spell_numeral(match[2], context.rules) or match[2]), text
    )
    return _COUNTED_NUMERAL.sub(lambda match: _spell_after_noun(match, context), text)


def spell_roman_numerals(text: str, context: NormalisationContext) -> str:
    """Spell Roman numerals: `Chapter IV` as "Chapter four", `Henry VIII` as "Henry the eighth".

    The pronoun "I" stays unchanged.
    """
    rules = context.rules
    if not rules.counted_nouns or not _NUMERAL.search(text):
        return text
    if not _LONG_NUMERAL.search(text):
        text = _COUNTED_NUMERAL.sub(lambda match: _spell_after_noun(match, context), text)
        return _NAMED_NUMERAL.sub(lambda match: _spell_after_name(match, rules), text)
    if rules.tag == "en":
        for pattern in (_ORDINAL_NUMERAL, _COUNTED_AFTER):
            text = pattern.sub(lambda match: _spell_roman_ordinal(match, rules), text)
    text = _COUNTED_NUMERAL.sub(lambda match: _spell_after_noun(match, context), text)
    text = _NAMED_NUMERAL.sub(lambda match: _spell_after_name(match, rules), text)
    return _LONE_NUMERAL.sub(lambda match: _spell_lone(match[1], rules), text)


def _spell_roman_ordinal(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a Roman numeral as an ordinal number: `XIXth` becomes "nineteenth"."""
    value = parse_roman_numeral(match[1])
    return spell_number(value, rules.tag, "ordinal") if value else match[0]


def _spell_lone(numeral: str, rules: NormalisationRules) -> str:
    """Return a Roman numeral without a noun in words; a long one is usually a year."""
    value = parse_roman_numeral(numeral)
    if value is None:
        return numeral
    is_year = len(numeral) > _LONGEST_SMALL_NUMERAL and value in _YEARS
    return spell_number(value, rules.tag, "year" if is_year else "cardinal")


def _spell_numeral(numeral: str, rules: NormalisationRules) -> str | None:
    """Return a Roman numeral as a cardinal number in words, or `None` if it is not valid."""
    value = parse_roman_numeral(numeral.upper())
    return spell_number(value, rules.tag) if value else None


def _spell_after_noun(match: re.Match[str], context: NormalisationContext) -> str:
    """Return a noun such as "Chapter" with its numeral in words; leave other words unchanged."""
    noun, numeral = match[1], match[3]
    if noun.casefold() not in context.rules.counted_nouns:
        return match[0]
    # "I" is a pronoun in "the chapter I read", but a numeral in "Chapter I".
    if (
        numeral == "I"
        and context.line_kind is not LineKind.HEADING
        and _is_pronoun(match, context.rules)
    ):
        return match[0]
    words = _spell_numeral(numeral, context.rules)
    return f"{noun}{match[2]} {words}" if words else match[0]


def _is_pronoun(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether "I" after a noun is the pronoun: "the part I played", but not "Book I was"."""
    noun, string, end = match[1], match.string, match.end()
    if noun.casefold() == "no":
        return True
    # Other languages have no such pronoun.
    if rules.tag != "en":
        return noun.islower() and re.match(r"\s+[a-z]", string[end:]) is not None
    before = string[max(0, match.start() - 40) : match.start()]
    if noun[:1].isupper() and _WORLD.search(before):
        return False
    if noun.islower() or _VERB_OF_PRONOUN.match(string, end):
        return True
    if not re.match(r"\s+[a-z]", string[end : end + 3]) or _VERB_OF_NUMERAL.match(string, end):
        return False
    return _DETERMINER.search(before) is not None


def _spell_after_name(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a name with its numeral as an ordinal number; leave other matches unchanged."""
    name, numeral, possessive = match[1], match[2], (match[3] or "").removesuffix(".")
    value = parse_roman_numeral(numeral)
    if value is None or not rules.ruler_numbers or not _is_regnal_number(match, value, rules):
        return match[0]
    # In text in capitals, "AND I" is not a name with a numeral.
    if name.casefold() in rules.stressed_words or name.isupper():
        return match[0]
    return f"{name} the {spell_number(value, rules.tag, 'ordinal')}{possessive}"


def _is_regnal_number(match: re.Match[str], value: int, rules: NormalisationRules) -> bool:
    """Return whether a numeral after a name counts rulers or heirs, as in "Elizabeth I"."""
    is_ruler = value <= rules.ruler_numbers.get(match[1].casefold(), 0)
    # "I" is usually a pronoun, so it counts as a numeral only if the text after it fits.
    if match[2] == "I" and not match[3]:
        following = look_ahead(match)
        return is_ruler and _AFTER_RULER.match(following) is not None
    return (
        is_ruler
        or _has_title(match, rules)
        or (len(match[2]) > 1 and _has_place_or_surname(match, rules))
    )


def _has_title(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether a title is among the two words before the name: "Pope John Paul II"."""
    words_before = look_back(match).split()[-2:]
    return any(word.casefold() in rules.ruler_titles for word in words_before)


def _has_place_or_surname(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether a place follows the numeral, "of France", or two names come before it."""
    if _FOLLOWING_PLACE.match(look_ahead(match)):
        return True
    word_before = (look_back(match).split() or [""])[-1]
    return (
        word_before[:1].isupper()
        and word_before.isalpha()
        and word_before.casefold() not in rules.stressed_words
    )
