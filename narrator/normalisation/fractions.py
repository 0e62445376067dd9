"""Normalisation steps for English fractions, dates without a year, and marks out of ten."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.context import look_ahead, look_back
from narrator.normalisation.numbers import spell_denominator, spell_digits, spell_number

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_FRACTION = re.compile(
    r"(?<![\w/.])(?:(?P<whole>\d{1,6})[ -])?(?P<top>\d{1,3})/(?P<bottom>\d{1,4})"
    r"(?P<ordinal>(?:st|nd|rd|th)s?)?(?![\w/])"
)
_CHARACTER = re.compile(r"(?:(?<!\d)(?P<whole>\d{1,6})\s?)?(?P<sign>[½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒])")
_SLASHED_DIGITS = re.compile(r"(?<=\d)/(?=\d)")
_MARKS_CONTEXT = re.compile(
    r"(?:\b(?:gave|give|gives|rated?|scored?|got|out|a|mark|marks)\b[^.]*)\Z"
)
_MUSIC_CONTEXT = re.compile(r"[ -](?:time|metre|meter|rhythm|bar|beat|waltz)\b")
_FRACTION_OF_UNIT = {"½": "half", "¼": "a quarter of", "¾": "three quarters of"}
_ODDS_CONTEXT = re.compile(
    r"\b(?:odds|bookies?|bookmakers?|favourite|favorite|bet|backed)\b[^.]*\Z"
)
_STATE_LABEL = re.compile(
    r"\b(?:HP|MP|SP|XP|EXP|health|mana|stamina|energy|experience|progress|level|strength|hunger"
    r"|quest|reward|points?|uses|charges|ammo)\s?[:,]\s?\Z",
    re.IGNORECASE,
)
_SEPTEMBER_11 = (9, 11)
_COMMON_LARGE_DENOMINATORS = frozenset({32, 64, 100, 1000})
_LEAST_PRESSURE = 40
"""Least lower value of a blood pressure, in millimetres of mercury."""


def spell_fractions(text: str, context: NormalisationContext) -> str:
    """Spell English fractions: `1/2`, `2½`, `½lb`."""
    rules = context.rules
    if not rules.fraction_words:
        return text
    text = _compile_fraction_of_unit(rules).sub(
        lambda match: _spell_fraction_of_unit(match, rules), text
    )
    text = _CHARACTER.sub(lambda match: _spell_character(match, rules), text)
    text = _FRACTION.sub(_spell_fraction, text)
    return _SLASHED_DIGITS.sub(" ", text)


@cache
def _compile_fraction_of_unit(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a fraction of one character right before a unit, such as "½lb"."""
    names = "|".join(map(re.escape, sorted(rules.unit_names, key=len, reverse=True)))
    return re.compile(
        rf"(?<!\w)(?:(?P<whole>\d{{1,6}})\s?)?(?P<sign>[½¼¾])(?P<gap>\s?)"
        rf"(?P<unit>{names})\b(?P<dot>\.?)"
    )


def _spell_fraction_of_unit(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the part of a unit in words: "half a pound"."""
    unit = match["unit"]
    if unit == "in" and match["gap"] and not match["dot"]:
        return match[0]
    is_end = not look_ahead(match).strip(" ”’\"')")
    dot = match["dot"] if is_end else ""
    name, plural = rules.unit_names[unit]
    if match["whole"]:
        part = rules.fraction_words[match["sign"]].replace("one half", "a half")
        return f"{match['whole']} and {part} {plural}{dot}"
    article = "an" if name[0] in "aeio" or name.startswith("hour") else "a"
    return f"{_FRACTION_OF_UNIT[match['sign']]} {article} {name}{dot}"


def _spell_character(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a fraction that is one character in words, with the whole number before it."""
    words = rules.fraction_words[match["sign"]]
    if not match["whole"]:
        return words
    return f"{match['whole']} and {words.replace('one half', 'a half')}"


def _spell_fraction(match: re.Match[str]) -> str:
    """Return two numbers with a slash in words, by what they usually mean."""
    top, bottom = int(match["top"]), int(match["bottom"])
    spelt_apart = f"{_spell_loose(match['top'])} {_spell_loose(match['bottom'])}"
    whole = f"{match['whole']} " if match["whole"] else ""
    if _is_state(match) and (top, bottom) != _SEPTEMBER_11:
        return f"{whole}{_spell_loose(match['top'])} out of {_spell_loose(match['bottom'])}"
    if (top, bottom) == _SEPTEMBER_11 or _MUSIC_CONTEXT.match(match.string, match.end()):
        return f"{whole}{spelt_apart}"
    if bottom == 10 and (top == bottom or _MARKS_CONTEXT.search(look_back(match))):
        return f"{whole}{_spell_loose(match['top'])} out of ten"
    # "24/7" is not a fraction.
    if not 0 < top < bottom or (bottom > 100 and bottom not in _COMMON_LARGE_DENOMINATORS):
        return _spell_ratio(match, spelt_apart)
    return _spell_proper_fraction(match, top, bottom)


def _is_state(match: re.Match[str]) -> bool:
    """Return whether a fraction is the state of a game or a task: "HP: 20/25", "(0/1)"."""
    before, after = look_back(match), look_ahead(match)
    return bool(_STATE_LABEL.search(before) or (before.endswith("(") and after.startswith(")")))


def _spell_loose(digits: str) -> str:
    """Return the words for a number on one side of a slash."""
    return spell_digits(digits, "en")


def _spell_ratio(match: re.Match[str], spelt_apart: str) -> str:
    """Return two numbers that make no fraction, such as a blood pressure."""
    top, bottom = int(match["top"]), int(match["bottom"])
    whole = f"{match['whole']} " if match["whole"] else ""
    if top > bottom >= _LEAST_PRESSURE and top >= 2 * _LEAST_PRESSURE:
        return f"{whole}{_spell_loose(match['top'])} over {_spell_loose(match['bottom'])}"
    if bottom == 1 or _ODDS_CONTEXT.search(look_back(match)):
        return f"{whole}{_spell_loose(match['top'])} to {_spell_loose(match['bottom'])}"
    if bottom == 6 and top > bottom:
        return f"{whole}{_spell_loose(match['top'])} and six"
    return f"{whole}{spelt_apart}"


def _spell_proper_fraction(match: re.Match[str], top: int, bottom: int) -> str:
    """Return a fraction that is smaller than one in words."""
    # Large denominators are hard to understand as ordinals: "sevenths", but "over twenty-three".
    if not match["ordinal"] and bottom > 20 and bottom not in _COMMON_LARGE_DENOMINATORS:
        words = f"{spell_number(top, 'en')} over {spell_number(bottom, 'en')}"
    else:
        words = f"{spell_number(top, 'en')} {spell_denominator(bottom, is_plural=top > 1)}"
    return f"{match['whole']} and {words}" if match["whole"] else words
