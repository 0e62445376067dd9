"""Normalisation steps for abbreviations, addresses, Roman numerals, capitals and symbols."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.model import LineKind
from narrator.normalisation.context import ends_line
from narrator.normalisation.numbers import spell_number
from narrator.text.quotes import APOSTROPHES, CLOSING_MARKS, character_class
from narrator.text.roman_numerals import parse_roman_numeral
from narrator.text.words import LETTER, LETTER_OR_DIGIT, PLAIN_WORD

if TYPE_CHECKING:
    from narrator.normalisation.context import NormalisationContext
    from narrator.normalisation.rules import NormalisationRules

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?|ftp)://)?(?P<address>"
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|www\.[\w-]+(?:\.[\w-]+)+(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<=://)[\w-]+(?:\.[\w-]+)*(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<![\w-])[\w-]+\.(?:com|org|net|co\.uk|edu|gov|io|example)\b(?:/[\w./?=&#%~+-]*[\w/])?)"
)
_ADDRESS_HINT = re.compile(r"\.\w|@|://")
"""A quick test for text that every address contains; most lines fail it."""
_ADDRESS_PART = re.compile(rf"{PLAIN_WORD}|[.@/_-]")
_SPELT_PARTS = {"www": "W W W", "http": "H T T P", "https": "H T T P S", "ftp": "F T P"}
_APOSTROPHE = character_class(APOSTROPHES)
_CLOSING = character_class(CLOSING_MARKS, ")")
_INITIALS = re.compile(
    rf"(?<!{LETTER_OR_DIGIT})((?:{LETTER}\.\s?)+{LETTER})\."
    rf"(?=(\s*{_CLOSING}*\Z)?)(?!{LETTER_OR_DIGIT})"
)
"""Several initials, such as "J.R.R."; the second group matches if they end the text."""
_INITIAL = re.compile(rf"(?<![^\W_.])([A-ZÀ-ÖØ-ÞА-ЯЁ])\.(?=\s[A-ZÀ-ÖØ-ÞА-ЯЁ][\w{APOSTROPHES}]+)")
"""One initial before a name."""
_STREET = re.compile(r"(?<=\w)(\s)(St|Dr)\.(?=\s*(?:[,;:!?\"”’')]|[a-z]|\Z))")
"""An abbreviated "Street" or "Drive" after a name. “ is not among the marks that may follow it,
because “ opens a quotation."""
_SAINT = re.compile(r"(?<!\w)(?:St|ST)\.?(?=\s[A-Z])")
_DOCTOR = re.compile(r"(?<!\w)Dr(?:\.|(?=\s[A-Z]))")
_ET_CETERA = re.compile(r"&c\b(\.?)")
_NUMERAL = re.compile(r"(?<!\w)(?:[IVXLC]+|[ivxlc]{2,})(?!\w)")
"""A quick test for a word that may be a Roman numeral; most lines fail it."""
_NAMED_NUMERAL = re.compile(
    rf"\b([A-Z][\w{APOSTROPHES}-]*)\s([IVX]+)({_APOSTROPHE}s|\.(?=,?\s+[a-z]))?(?!\w|\.[A-Z])"
)
"""A numeral after a name: "Henry VIII", "Henry VIII's"."""
_COUNTED_NUMERAL = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})(\.?)\s([IVXLC]+|[ivxlc]{2,})(?!\w)")
"""A numeral after a word: "Chapter IV", "vol. iv"."""
_HEADING_NUMERAL = re.compile(r"\A(\W*)([IVXLC]+)(?=\s*(?:[.:)—–-]|\Z))")
"""A numeral that opens a heading."""
_LONE_NUMERAL = re.compile(rf"(?<![\w{APOSTROPHES}])([IVX]{{2,}})(?![\w{APOSTROPHES}])")
_AFTER_RULER = re.compile(r"\s*(?:[,.;:!?)]|of\b|and\b|was\b|had\b|\Z)")
"""Text after a name and "I" that shows the "I" to be a numeral, not a pronoun: "Elizabeth I of"."""
_FOLLOWING_PLACE = re.compile(r"\s+of\s+(?:the\s+)?[A-Z]")
_CAPITALS = re.compile(
    rf"(?<![\w{APOSTROPHES}&])[A-ZÀ-ÖØ-Þ]{{2,}}(?:{_APOSTROPHE}[A-ZÀ-ÖØ-Þ]+)*(?![\w&])"
)
_VOWEL = re.compile(r"[AEIOUYÀ-ÖØ-Þ]")
_MAX_SPELT_LETTERS = 3
"""Most letters of an unlisted word in capitals that is spelt letter by letter."""
_POSSESSIVE = re.compile(rf"{_APOSTROPHE}S\Z")


def spell_addresses(text: str, context: NormalisationContext) -> str:
    """Spell out web and e-mail addresses: `info@inn.example` becomes "info at inn dot example"."""
    if not context.rules.dot_word or not _ADDRESS_HINT.search(text):
        return text
    return _ADDRESS.sub(lambda match: _spell_address(match, context.rules), text)


def _spell_address(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the words for one address."""
    character_words = {
        ".": rules.dot_word,
        "@": rules.at_word,
        "/": rules.slash_word,
        "-": "dash",
        "_": "underscore",
    }
    parts = _ADDRESS_PART.findall(match["address"])
    words = " ".join(_SPELT_PARTS.get(part, character_words.get(part, part)) for part in parts)
    return f"{_SPELT_PARTS[match['scheme']]} {words}" if match["scheme"] else words


def expand_abbreviations(text: str, context: NormalisationContext) -> str:
    """Expand abbreviations: `Mr.` becomes "Mister", `Bond St.` becomes "Bond Street"."""
    rules = context.rules
    if rules.tag == "en":
        # "St." is "Saint" or "Street", "Dr." is "Doctor" or "Drive": the context decides.
        text = _ET_CETERA.sub(lambda match: f"et cetera{_keep_final_dot(match)}", text)
        text = _STREET.sub(_expand_street, text)
        text = _DOCTOR.sub("Doctor", _SAINT.sub("Saint", text))
    if rules.number_abbreviations:
        text = _compile_number_abbreviations(rules).sub(
            lambda match: rules.number_abbreviations[match[1].casefold()], text
        )
    if rules.abbreviations or rules.title_words:
        text = _compile_abbreviations(rules).sub(
            lambda match: _expand_abbreviation(match, rules), text
        )
    text = _INITIALS.sub(_spell_initials, text)
    return _INITIAL.sub(r"\1", text)


def _expand_street(match: re.Match[str]) -> str:
    """Return "Street" or "Drive" for an abbreviation after a capitalised name."""
    words_before = match.string[: match.start()].split()
    if not words_before or not words_before[-1][:1].isupper():
        return match[0]
    word = {"St": "Street", "Dr": "Drive"}[match[2]]
    return f"{match[1]}{word}{_keep_final_dot(match, '.')}"


def _keep_final_dot(match: re.Match[str], dot: str = "") -> str:
    """Return the dot of an abbreviation if it also ends the text, else "".

    The dot is group 1 of the match unless it is passed as `dot`.
    """
    return (dot or match[1]) if ends_line(match) else ""


@cache
def _compile_number_abbreviations(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviation before a number, such as "No."."""
    names = "|".join(map(re.escape, sorted(rules.number_abbreviations, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.])({names})\.?(?=\s?\d|\s[IVXLC]{{2,}}\b)", re.IGNORECASE)


@cache
def _compile_abbreviations(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviation with its dot, or for one that needs no dot."""
    dotted = "|".join(map(re.escape, sorted(rules.abbreviations, key=len, reverse=True)))
    undotted_words = rules.undotted_abbreviations & {*rules.abbreviations}
    bare = "|".join(sorted({*undotted_words, *rules.title_words}))
    bare = rf"|(?P<bare>{bare})\b\.?(?=\s|\Z|[,;])" if bare else ""
    return re.compile(rf"(?<![\w.])(?:(?P<dotted>{dotted})(?P<dot>\.){bare})", re.IGNORECASE)


def _expand_abbreviation(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the words for an abbreviation, or the text unchanged if it may be another word."""
    abbreviation = match["dotted"] or match["bare"]
    key = abbreviation.casefold()
    words = rules.abbreviations.get(key) or rules.title_words[key]
    # A single lower-case letter is more often a unit, a coin or a list item than a title.
    if key in {"m", "d", "s", "p"} and not abbreviation[0].isupper():
        return match[0]
    if key in _WORDLIKE_ABBREVIATIONS and abbreviation.islower() and _keep_final_dot(match, "."):
        return match[0]
    dot = _keep_final_dot(match, ".") if match[0].endswith(".") else ""
    # "Mr.Smith" lacks a space.
    touches_word = match.string[match.end() : match.end() + 1].isalnum()
    return f"{words}{dot}{' ' * touches_word}"


_WORDLIKE_ABBREVIATIONS = frozenset({"fr", "rep", "col", "mt", "gov", "hon", "inc", "gen", "maj"})
"""Abbreviations that, in lower case at the end of a line, are taken for words."""


def _spell_initials(match: re.Match[str]) -> str:
    """Return initials in capitals with spaces between them."""
    letters = re.findall(LETTER, match[1])
    dot = "" if match[2] is None else "."
    return " ".join(letter.upper() for letter in letters) + dot


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
    text = _COUNTED_NUMERAL.sub(lambda match: _spell_after_noun(match, context), text)
    text = _NAMED_NUMERAL.sub(lambda match: _spell_after_name(match, rules), text)
    return _LONE_NUMERAL.sub(lambda match: _spell_numeral(match[1], rules) or match[1], text)


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
    may_be_pronoun = numeral == "I" and context.line_kind is not LineKind.HEADING
    if may_be_pronoun and (noun.islower() or re.match(r"\s+[a-z]", match.string[match.end() :])):
        return match[0]
    words = _spell_numeral(numeral, context.rules)
    return f"{noun}{match[2]} {words}" if words else match[0]


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
        following = match.string[match.end() :]
        return is_ruler and _AFTER_RULER.match(following) is not None
    return (
        is_ruler
        or _has_title(match, rules)
        or (len(match[2]) > 1 and _has_place_or_surname(match, rules))
    )


def _has_title(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether a title is among the two words before the name: "Pope John Paul II"."""
    words_before = match.string[: match.start()].split()[-2:]
    return any(word.casefold() in rules.ruler_titles for word in words_before)


def _has_place_or_surname(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Return whether a place follows the numeral, "of France", or two names come before it."""
    if _FOLLOWING_PLACE.match(match.string[match.end() :]):
        return True
    word_before = (match.string[: match.start()].split() or [""])[-1]
    return (
        word_before[:1].isupper()
        and word_before.isalpha()
        and word_before.casefold() not in rules.stressed_words
    )


def spell_capitals(text: str, context: NormalisationContext) -> str:
    """Spell initialisms letter by letter, `BBC`, and lower the case of other capitals, `STOP`."""
    rules = context.rules
    is_shouted = context.line_kind is LineKind.HEADING or _is_shouted(text, rules)
    return _CAPITALS.sub(
        lambda match: _spell_capitalised(match[0], rules, is_shouted=is_shouted), text
    )


def _is_shouted(text: str, rules: NormalisationRules) -> bool:
    """Return whether a text has two or more words in capitals that are not listed initialisms."""
    words = [word for word in _CAPITALS.findall(text) if word.casefold() not in rules.initialisms]
    return len(words) > 1


def _spell_capitalised(capitals: str, rules: NormalisationRules, *, is_shouted: bool) -> str:
    """Return a word in capitals spelt letter by letter, or with only its first letter capital."""
    word = capitals.casefold()
    stem = _POSSESSIVE.sub("", capitals)
    is_vowelless_word = word in rules.vowelless_words
    is_known_word = word in rules.stressed_words or word in rules.acronyms
    lacks_vowel = _VOWEL.search(stem) is None
    # Other languages have no list of initialisms, so only unpronounceable words are spelt.
    if rules.tag != "en":
        is_spelt = lacks_vowel and len(stem) <= _MAX_SPELT_LETTERS + 1
        return " ".join(capitals) if is_spelt else capitals
    is_short = len(stem) <= _MAX_SPELT_LETTERS and not is_shouted and not is_known_word
    is_initialism = word in rules.initialisms and not is_known_word
    if not is_vowelless_word and (lacks_vowel or is_short or is_initialism):
        return " ".join(stem) + capitals[len(stem) :].lower()
    return capitals.capitalize()


def name_symbols(text: str, context: NormalisationContext) -> str:
    """Replace symbols by words: `&` becomes "and"."""
    symbol_words = context.rules.symbol_words
    if not symbol_words:
        return text
    text = re.sub(r"#(?=\d)", "number ", text) if context.rules.tag == "en" else text
    return _compile_symbols(context.rules).sub(lambda match: f" {symbol_words[match[0]]} ", text)


@cache
def _compile_symbols(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for any symbol that the language has a word for."""
    return re.compile("[" + "".join(map(re.escape, rules.symbol_words)) + "]")
