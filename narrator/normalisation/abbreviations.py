"""Normalisation steps for abbreviations, web addresses and symbols."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.context import find_words, keep_final_dot, look_back
from narrator.normalisation.inflection import choose_by_preposition
from narrator.normalisation.quantities import has_numbers
from narrator.text.quotes import APOSTROPHES, CLOSING_MARKS, character_class
from narrator.text.words import LETTER, LETTER_OR_DIGIT, PLAIN_WORD

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?|ftp)://)?(?P<address>"
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|www\.[\w-]+(?:\.[\w-]+)+(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<=://)[\w-]+(?:\.[\w-]+)*(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<![\w-])[\w-]+\.(?:com|org|net|(?:co|ac|org|gov)\.uk|com\.au|edu|gov|io|info"
    r"|biz|example)\b"
    r"(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<![\w-])[\w-]+\.(?:pdf|docx?|txt|jpe?g|png|gif"
    r"|mp[34]|wav|exe|zip|html?|xlsx?|csv|avi|epub)\b)"
)
_ADDRESS_HINT = re.compile(r"\.\w|@|://")
"""A quick test for text that every address contains; most lines fail it."""
_ADDRESS_PART = re.compile(rf"{PLAIN_WORD}|[.@/_-]")
_VOWEL_OR_NON_ASCII = re.compile(r"[aeiouyAEIOUY]|[^a-zA-Z\d]|\A\d+\Z")
_MAX_SPELT_PART = 4
"""Most letters of a part of an address that is spelt letter by letter."""
_SPELT_PARTS = {
    "uk": "U K",
    "nz": "N Z",
    "eu": "E U",
    "www": "W W W",
    "http": "H T T P",
    "https": "H T T P S",
    "ftp": "F T P",
}
_CLOSING = character_class(CLOSING_MARKS, ")")
_INITIALS = re.compile(
    rf"(?<!{LETTER_OR_DIGIT})((?:{LETTER}\.\s?)+{LETTER})\."
    rf"(?=(\s*{_CLOSING}*\Z)?)(?!{LETTER_OR_DIGIT})"
)
"""Several initials, such as "J.R.R."; the second group matches if they end the text."""
_INITIAL = re.compile(rf"(?<![^\W_.])([A-ZÀ-ÖØ-ÞА-ЯЁ])\.(?=\s[A-ZÀ-ÖØ-ÞА-ЯЁ][\w{APOSTROPHES}]+)")
"""One initial before a name."""
_LAST_WORD = re.compile(r"[\W_]+")
_LONGEST_SHORT_FORM = 12
_INNER_DOT = re.compile(rf"\.(?<={LETTER}\.)\s?-?{LETTER}")
"""A dot between letters, as in "e.g."."""
_STREET_WORDS = {
    "St": "Street",
    "Dr": "Drive",
    "Sq": "Square",
    "Ct": "Court",
    "Ln": "Lane",
    "Pl": "Place",
    "Ter": "Terrace",
    "Cres": "Crescent",
    "Gdns": "Gardens",
    "Pkwy": "Parkway",
}
_STREET = re.compile(rf"(?<=\w)(\s)({'|'.join(_STREET_WORDS)})\.(?=\s*(?:[,;:!?\"”’')]|[a-z]|\Z))")
"""An abbreviated "Street" or "Drive" after a name or an ordinal number. “ is not among the
marks that may follow it, because “ opens a quotation."""
_SAINT = re.compile(r"(?<!\w)(?:St|ST)\.?(?=\s[A-Z])")
_DOCTOR = re.compile(r"(?<!\w)(?:Dr|DR)(?:\.|(?=\s[A-Z]))")
_ORDINAL_ENDING = re.compile(
    r"(?:\dth|first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|teen|tie)th)\Z"
)
_BEFORE_DAY = (
    r"(?:\A|[(,;:–-]\s?|\b(?:on|every|each|last|next|this|until|till|by|since|from|and|or)\s)"
)
_AFTER_DAY = (
    r"(?=,?\s(?:\d|at\b|the\s\d|morning|afternoon|evening|night|[A-Z][a-z]{2,8}\.?\s\d)|\s?[–-])"
)
_NUMBER_SIGN = re.compile(r"#(?=\d)")
_HASHTAG = re.compile(r"(?<!\w)#(?=[^\W\d_])")
_WORD_IN_HASHTAG = re.compile(r"(?<=#)\w+")
_INNER_CAPITAL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zß-ÿ])")
_SLASHED_FORMS = {"w/o": "without", "w/": "with ", "c/o": "care of", "b/c": "because"}
_SLASHED_FORM = re.compile(r"(?<![\w/])(?:w/o|c/o|b/c)(?![\w/])|(?<![\w/])w/(?=[^\W\d_])\s?")
_SHARP = re.compile(r"(?<=\b[A-G])#(?!\w)")
_MINUS = re.compile(r"(?<=\d)\s[-–−]\s(?=\d)")
"""A dash between numbers of an equation."""
_SMALL_NUMERAL = r"(?=[ivxlc]{2})c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?<=\w)\b"
"""A Roman numeral that is well formed, unlike the word "ill"."""
_ET_CETERA = re.compile(r"&c\b(\.?)")


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
    words = " ".join(
        _SPELT_PARTS.get(part, character_words.get(part)) or _spell_address_part(part)
        for part in parts
    )
    return f"{_SPELT_PARTS[match['scheme']]} {words}" if match["scheme"] else words


def _spell_address_part(part: str) -> str:
    """Return a part of an address, letter by letter if it is short and has no vowel: "P D F"."""
    is_spelt = 1 < len(part) <= _MAX_SPELT_PART and not _VOWEL_OR_NON_ASCII.search(part)
    return " ".join(part.upper()) if is_spelt and part.isalnum() else part


def expand_abbreviations(text: str, context: NormalisationContext) -> str:
    """Expand abbreviations: `Mr.` becomes "Mister", `Bond St.` becomes "Bond Street"."""
    rules = context.rules
    if _may_have_short_forms(text, rules):
        text = _expand_short_forms(text, rules)
    # voices of languages without rules know how their initials are spoken
    if not rules.decimal_word or not _INNER_DOT.search(text):
        return text
    text = _INITIALS.sub(_spell_initials, text)
    return _INITIAL.sub(r"\1", text)


def _may_have_short_forms(text: str, rules: NormalisationRules) -> bool:
    """Return whether a text may have an abbreviation of the rules; most lines have none."""
    forms = rules.short_forms if has_numbers(text) else rules.undotted_forms
    if not forms.isdisjoint(find_words(text)) or "°" in text or _INNER_DOT.search(text):
        return True
    # What stands right before a dot is the last word of a piece.
    return (
        "&c" in text
        or "/" in text
        or (rules.compound_abbreviations and "." in text)
        or any(
            _LAST_WORD.split(piece[-_LONGEST_SHORT_FORM:])[-1].casefold() in rules.short_forms
            for piece in text.split(".")[:-1]
        )
    )


def _expand_short_forms(text: str, rules: NormalisationRules) -> str:
    """Expand the abbreviations that the rules list."""
    if rules.tag == "en":
        # "St." is "Saint" or "Street", "Dr." is "Doctor" or "Drive": the context decides.
        text = _ET_CETERA.sub(lambda match: f"et cetera{keep_final_dot(match, match[1])}", text)
        text = _SLASHED_FORM.sub(lambda match: _SLASHED_FORMS[match[0].strip()], text)
        text = _STREET.sub(_expand_street, text)
        text = _DOCTOR.sub("Doctor", _SAINT.sub("Saint", text))
    if rules.weekday_abbreviations:
        text = _expand_days(text, rules)
    if rules.month_abbreviations:
        text = _expand_months(text, rules)
    if rules.name_abbreviations:
        text = _compile_name_abbreviations(rules).sub(
            lambda match: _expand_before_name(match, rules), text
        )
    if rules.compound_abbreviations:
        text = _compile_compound_abbreviations(rules).sub(
            lambda match: rules.compound_abbreviations[match["end"]] + keep_final_dot(match), text
        )
    if rules.number_abbreviations:
        text = _compile_number_abbreviations(rules).sub(
            lambda match: _choose_form(rules.number_abbreviations[match[1].casefold()], match), text
        )
    if rules.abbreviations or rules.title_words:
        text = _compile_abbreviations(rules).sub(
            lambda match: _expand_abbreviation(match, rules), text
        )
    return text


def _expand_street(match: re.Match[str]) -> str:
    """Return "Street" or "Drive" for an abbreviation after a capitalised name."""
    words_before = look_back(match).split()
    if not words_before or not (
        words_before[-1][:1].isupper() or _ORDINAL_ENDING.search(words_before[-1])
    ):
        return match[0]
    word = _STREET_WORDS[match[2]]
    return f"{match[1]}{word}{keep_final_dot(match)}"


def _expand_days(text: str, rules: NormalisationRules) -> str:
    """Expand abbreviated days of the week."""
    days = rules.weekday_abbreviations
    for pattern in _compile_days(rules):
        text = pattern.sub(
            lambda match: (
                f"{match['before']}{days[match['day'].casefold()]}"
                f"{keep_final_dot(match, match['dot'])}"
            ),
            text,
        )
    return _compile_day_range(rules).sub(f" {rules.range_word} ", text)


def _expand_months(text: str, rules: NormalisationRules) -> str:
    """Expand abbreviated months before a year, or after a word such as "in"."""
    months = rules.month_abbreviations
    return _compile_months(rules).sub(
        lambda match: (
            f"{match['before'] or ''}{months[(match['month'] or match['dated']).casefold()]}"
            f"{keep_final_dot(match, match['dot'] or '')}"
        ),
        text,
    )


@cache
def _compile_day_range(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for the dash between two days of the week or two months."""
    names = sorted({*rules.weekday_abbreviations.values(), *rules.month_names})
    before = "|".join(rf"(?<={name})" for name in names)
    return re.compile(rf"(?:{before})\s?[–-]\s?(?=(?:{'|'.join(names)})\b)")


@cache
def _compile_days(rules: NormalisationRules) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns for a day of the week by what follows, and by what precedes."""
    days = "|".join(name.capitalize() for name in rules.weekday_abbreviations)
    return (
        re.compile(rf"(?P<before>(?<![\w.]))(?P<day>{days})(?P<dot>\.){_AFTER_DAY}"),
        re.compile(rf"(?P<before>{_BEFORE_DAY})(?P<day>{days})(?P<dot>\.)"),
    )


@cache
def _compile_months(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviated month.

    English and German months have a capital, unlike those of other languages.
    """
    case = str.capitalize if rules.month_names[0][0].isupper() else str.lower
    months = "|".join(map(case, rules.month_abbreviations))
    some = rf"(?:{months}|{'|'.join(rules.month_names)})\b"
    range_word = re.escape(rules.range_word or "to")
    words = "|".join(rules.words_before_month) or "(?!)"
    return re.compile(
        rf"(?P<before>\b(?i:{words})[\s-]|\d\.?\s)(?P<month>{months})(?P<dot>\.)"
        rf"|(?<![\w.])(?P<dated>{months})\."
        rf"(?=\s\d{{4}}\b|\s?[–-]\s?{some}|\s(?:{range_word})\s{some})"
    )


@cache
def _compile_name_abbreviations(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviation before a capitalised name, such as "Lt" or "Wm."."""
    names = "|".join(name.capitalize() for name in rules.name_abbreviations)
    following = "|".join((names, r"[A-ZÀ-ÖØ-Þ][\w'’]*[a-zß-öø-ÿ]", r"(?:[A-Z]\.\s?)+[A-Z]"))
    return re.compile(rf"(?<![\w.'’&-])({names})\.?-?(?=\s?(?:{following}))(?:\s|(?<=[.-]))")


def _expand_before_name(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the words for an abbreviation before a name, or the text unchanged."""
    key = match[1].casefold()
    before = re.search(rf"({LETTER}[\w'’-]*)\s\Z", look_back(match))
    # "Smith Sr." is the father, and "Smith & Co." a company.
    if key in _AFTER_NAMES and before is not None and before[1][0].isupper():
        is_name = before[1].casefold() not in rules.stressed_words
        if is_name:
            return match[0]
    return f"{rules.name_abbreviations[key]} "


_AFTER_NAMES = frozenset({"sr", "co", "ft"})
"""Abbreviations that mean something else after a name."""


@cache
def _compile_number_abbreviations(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviation before a number, such as "No."."""
    names = "|".join(map(re.escape, sorted(rules.number_abbreviations, key=len, reverse=True)))
    return re.compile(
        rf"(?<![\w.])({names})\.?(?=\s?\d|\s(?:{_SMALL_NUMERAL}|(?-i:[IVXLC]{{2,}}\b)))",
        re.IGNORECASE,
    )


def _choose_form(words: str, match: re.Match[str]) -> str:
    """Return the words for an abbreviation, by the preposition before it if they depend on it."""
    if ":" not in words:
        return words
    return choose_by_preposition(words, (look_back(match).split() or [""])[-1])


@cache
def _compile_compound_abbreviations(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviation at the end of a compound, such as "Hauptstr."."""
    ends = "|".join(map(re.escape, rules.compound_abbreviations))
    return re.compile(rf"(?<=[^\W\d_]{{2}})(?P<end>{ends})\.(?=\s|[,;)]|\Z)")


@cache
def _compile_abbreviations(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for an abbreviation with its dot, or for one that needs no dot."""
    dotted = "|".join(map(re.escape, sorted(rules.abbreviations, key=len, reverse=True)))
    undotted_words = rules.undotted_abbreviations & {*rules.abbreviations}
    bare_words = sorted({*undotted_words, *rules.title_words})
    bare = rf"(?P<bare>{'|'.join(map(re.escape, bare_words)) or '(?!)'})\b\.?(?=\s|\Z|[,;])"
    forms = [rf"(?P<dotted>{dotted})(?P<dot>\.)", bare]
    # "sig.ra" begins like "sig."
    if any("." in word for word in bare_words):
        forms.reverse()
    return re.compile(rf"(?<![\w.])(?:{'|'.join(forms)})", re.IGNORECASE)


def _expand_abbreviation(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the words for an abbreviation, or the text unchanged if it may be another word."""
    abbreviation = match["dotted"] or match["bare"]
    key = abbreviation.casefold()
    words = _choose_form(rules.abbreviations.get(key) or rules.title_words[key], match)
    # A single lower-case letter is more often a unit, a coin or a list item than a title.
    if key in {"m", "d", "s", "p"} and not abbreviation[0].isupper():
        return match[0]
    if key in _WORDLIKE_ABBREVIATIONS and abbreviation.islower() and keep_final_dot(match):
        return match[0]
    dot = keep_final_dot(match) if match[0].endswith(".") else ""
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


def name_symbols(text: str, context: NormalisationContext) -> str:
    """Replace symbols by words: `&` becomes "and"."""
    symbol_words = context.rules.symbol_words
    if not symbol_words:
        return text
    if context.rules.tag == "en" and "#" in text:
        text = _NUMBER_SIGN.sub("number ", text)
        text = _WORD_IN_HASHTAG.sub(lambda match: _INNER_CAPITAL.sub(" ", match[0]), text)
        text = _SHARP.sub(" sharp", _HASHTAG.sub("hashtag ", text))
    if "=" in text:
        text = _MINUS.sub(f" {context.rules.minus_word} ", text)
    return _compile_symbols(context.rules).sub(lambda match: f" {symbol_words[match[0]]} ", text)


@cache
def _compile_symbols(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for any symbol that the language has a word for."""
    return re.compile("[" + "".join(map(re.escape, rules.symbol_words)) + "]")
