"""Normalisation step for words in capitals: initialisms, acronyms, shouting and names.

A word in capitals is spelt if it is an initialism, and otherwise spoken as a word. What a book
writes elsewhere in lower case is a word: "TOM!" is Tom if the book knows him.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
from narrator.model import LineKind
from narrator.normalisation.context import look_back
from narrator.text.quotes import APOSTROPHES, character_class
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_APOSTROPHE = character_class(APOSTROPHES)
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_CAPITALS = re.compile(
    rf"(?<![^\W\d]|[{APOSTROPHES}&])[{_CAPITAL}]{{2,}}(?:{_APOSTROPHE}[{_CAPITAL}]+)*(?![^\W\d]|[&])"
)
_TWO_CAPITALS = re.compile(rf"[{_CAPITAL}]{{2}}|[A-Z]&")
"""A quick test for words in capitals; most lines fail it."""
_CAPITALS_IN_PLURAL = re.compile(rf"(?<![\w{APOSTROPHES}&])([{_CAPITAL}]{{2,5}})s(?!\w)")
"""Several of an initialism: "the MPs"."""
_MIXED_CASE = re.compile(
    rf"(?<![\w{APOSTROPHES}@./-])(?P<small>[a-z]{{1,3}})(?P<capitals>[A-Z]{{2,4}})(?![\w@])"
)
"""An initialism with small letters before it: "iOS", "mRNA", "macOS"."""
_JOINED_BY_AMPERSAND = re.compile(r"\b([A-Z]{1,3})&([A-Z]{1,3})\b")
_CAPITALS_BESIDE_DIGIT = re.compile(r"(?<=\d)(?=[A-Z]{2})|(?<=[A-Z]{2})(?=\d)")
_BETWEEN_CAPITALS = re.compile(r"[^\w]*(?:(?:I|A|O)\b[^\w]*)*")
"""What may separate two words in capitals that are shouted together."""
_VOWEL = re.compile(r"[AEIOUYÀ-ÖØ-Þ]")
_MIN_NAME_LETTERS = 3
_DETERMINER = re.compile(
    r"\b(?:the|an?|this|that|each|every|his|her|its|their|our|my)\s+\Z", re.IGNORECASE
)
_MAX_SPELT_LETTERS = 3
"""Most letters of an unlisted word in capitals that is spelt letter by letter."""
_UNPRONOUNCEABLE = re.compile(
    r"\A(?!(?:SH|CH|TH|WH|PH|KN|WR|GN|PS|RH|SC|SCH|SK|SL|SM|SN|SP|ST|SQ|SW|SPR|SPL|STR|SCR|SHR|THR"
    r"|[BCFGKPS]L|[BCDFGKPTW]R|[DTKG]W|QU|CHR|PHR|SPH|LL|MC|TS|ZH|KH|BH|DH|GH)[AEIOUYÀ-ÖØ-Þ])"
    r"[B-DF-HJ-NP-TV-XZ]{2,}|[B-DF-HJ-NP-TV-XZ]{5,}"
)
"""Consonants that begin no English word, or more than a word has in a row."""
_POSSESSIVE = re.compile(rf"{_APOSTROPHE}S\Z")
_LOWER_CASE_WORD = re.compile(rf"(?<![^\W\d_]){LETTER}*[a-zß-öø-ÿ]{LETTER}*")


def spell_capitals(text: str, context: NormalisationContext) -> str:
    """Spell initialisms letter by letter, `BBC`, and lower the case of other capitals, `STOP`."""
    rules = context.rules
    # voices of languages without rules know their own initialisms
    if not rules.decimal_word or not _TWO_CAPITALS.search(text):
        return text
    text = _separate_capitals(text, context)
    matches = list(_CAPITALS.finditer(text))
    if not matches:
        return _spell_plurals(text, rules)
    is_all_shouted = context.line_kind is LineKind.HEADING or _is_shouted(text, len(matches))
    pieces, position = [], 0
    for run in _group_runs(text, matches):
        is_shouted = is_all_shouted or _is_shouted_run(run, context)
        for match in run:
            pieces.append(text[position : match.start()])
            pieces.append(_spell_capitalised(match, context, is_shouted=is_shouted))
            position = match.end()
    return _spell_plurals("".join([*pieces, text[position:]]), rules)


def _is_shouted(text: str, capital_count: int) -> bool:
    """Return whether a text is all in capitals: several words, or one with an exclamation mark."""
    return not _LOWER_CASE_WORD.search(text) and (capital_count > 1 or "!" in text)


def _spell_plurals(text: str, rules: NormalisationRules) -> str:
    """Spell several of an English initialism: "MPs" becomes "M P's"."""
    if rules.tag != "en":
        return text
    return _CAPITALS_IN_PLURAL.sub(lambda match: f"{' '.join(match[1])}'s", text)


def _separate_capitals(text: str, context: NormalisationContext) -> str:
    """Separate capitals from digits beside them, and spell those around an ampersand: "AT&T"."""
    if context.rules.tag != "en":
        return text
    text = _JOINED_BY_AMPERSAND.sub(
        lambda match: f"{' '.join(match[1])} & {' '.join(match[2])}", text
    )
    text = _MIXED_CASE.sub(_spell_mixed_case, text)
    return _CAPITALS_BESIDE_DIGIT.sub(" ", text)


def _spell_mixed_case(match: re.Match[str]) -> str:
    """Return an initialism with small letters in parts: "i O S", "mac O S"."""
    small = match["small"]
    # letters without a vowel are no syllable: "kWh" is a unit, "mRNA" is spelt
    first = small if len(small) > 1 and _VOWEL.search(small.upper()) else " ".join(small)
    return f"{first} {' '.join(match['capitals'])}"


def _group_runs(text: str, matches: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Return the words in capitals, those that follow each other directly in one list."""
    runs = [[matches[0]]]
    for match in matches[1:]:
        if _BETWEEN_CAPITALS.fullmatch(text, runs[-1][-1].end(), match.start()):
            runs[-1].append(match)
        else:
            runs.append([match])
    return runs


def _is_shouted_run(run: list[re.Match[str]], context: NormalisationContext) -> bool:
    """Return whether words in capitals that follow each other are stressed, not initialisms."""
    return len(run) > 1 and any(_is_word(match[0], context) for match in run)


def _is_word(capitals: str, context: NormalisationContext) -> bool:
    """Return whether capitals are surely a word: a usual one, one of the book, or a long one."""
    rules, word = context.rules, capitals.casefold()
    if word in rules.initialisms or word in rules.acronyms:
        return False
    is_long = len(capitals) > _MAX_SPELT_LETTERS and _VOWEL.search(capitals) is not None
    return is_long or word in rules.stressed_words or word in context.evidence.known_words


def _spell_capitalised(
    match: re.Match[str], context: NormalisationContext, *, is_shouted: bool
) -> str:
    """Return a word in capitals spelt letter by letter, or with only its first letter capital."""
    rules, capitals = context.rules, match[0]
    stem = _POSSESSIVE.sub("", capitals)
    lacks_vowel = _VOWEL.search(stem) is None
    # Other languages have no list of initialisms, so only unpronounceable words are spelt.
    if rules.tag != "en":
        is_spelt = lacks_vowel and len(stem) <= _MAX_SPELT_LETTERS + 1
        return " ".join(capitals) if is_spelt else capitals
    if _is_spelt(match, stem.casefold(), context, is_shouted=is_shouted):
        return " ".join(stem) + capitals[len(stem) :].lower()
    return capitals.capitalize()


def _is_spelt(
    match: re.Match[str], word: str, context: NormalisationContext, *, is_shouted: bool
) -> bool:
    """Return whether a word in capitals is spelt letter by letter; `word` is in lower case."""
    rules = context.rules
    if word in rules.initialisms_by_neighbour:
        return _has_neighbour(match, *rules.initialisms_by_neighbour[word])
    if word in rules.initialisms:
        return not (is_shouted and word in rules.shouted_initialisms)
    usual_words = (rules.vowelless_words, rules.acronyms, rules.stressed_words)
    forms = {word, match[0].casefold()}
    if not all(map(forms.isdisjoint, (*usual_words, context.evidence.known_words))):
        return False
    if _is_shouted_name(match, word, rules):
        return False
    if _VOWEL.search(word.upper()) is None:
        return True
    is_short = len(word) <= _MAX_SPELT_LETTERS or _UNPRONOUNCEABLE.search(match[0]) is not None
    return is_short and not is_shouted


def _is_shouted_name(match: re.Match[str], word: str, rules: NormalisationRules) -> bool:
    """Return whether a word is a first name, "You TOM!", and not an initialism: "the IRA"."""
    return (
        len(word) >= _MIN_NAME_LETTERS
        and word in load_attribution_language(rules.tag).given_names
        and _DETERMINER.search(look_back(match)) is None
    )


def _has_neighbour(match: re.Match[str], before: str, after: str) -> bool:
    """Return whether the text before or after a word fits the patterns that make it letters."""
    string = match.string
    text_before, text_after = (
        string[max(0, match.start() - 30) : match.start()],
        string[match.end() :],
    )
    return bool(
        (before and re.search(rf"(?:{before})\W*\Z", text_before))
        or (after and re.match(rf"[\s-](?:{after})\b", text_after[:30], re.IGNORECASE))
    )
