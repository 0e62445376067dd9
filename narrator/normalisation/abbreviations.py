"""Steps for what is shortened or set in capitals: abbreviations, addresses, Roman numerals."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.model import LineKind
from narrator.normalisation.numbers import roman, spell_number

if TYPE_CHECKING:
    from narrator.normalisation.context import NormalisationContext
    from narrator.normalisation.rules import NormalisationRules

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?|ftp)://)?(?P<address>"
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|www\.[\w-]+(?:\.[\w-]+)+(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<=://)[\w-]+(?:\.[\w-]+)*(?:/[\w./?=&#%~+-]*[\w/])?"
    r"|(?<![\w-])[\w-]+\.(?:com|org|net|co\.uk|edu|gov|io|example)\b(?:/[\w./?=&#%~+-]*[\w/])?)"
)
_DOTTED = re.compile(r"\.\w|@|://")
"""What every address has."""
_SPELT = {"www": "W W W", "http": "H T T P", "https": "H T T P S", "ftp": "F T P"}
_INITIALS = re.compile(r"(?<![^\W_])((?:[^\W\d_]\.\s?)+[^\W\d_])\.(?=(\s*[\"'”’)]*\Z)?)(?![^\W_])")
_INITIAL = re.compile(r"(?<![^\W_.])([A-ZÀ-ÖØ-ÞА-ЯЁ])\.(?=\s[A-ZÀ-ÖØ-ÞА-ЯЁ][\w'’]+)")
_STREET = re.compile(r"(?<=\w)(\s)(St|Dr)\.(?=\s*(?:[,;:!?\"”’')]|[a-z]|\Z))")
_SAINT = re.compile(r"(?<!\w)(?:St|ST)\.?(?=\s[A-Z])")
_DOCTOR = re.compile(r"(?<!\w)Dr(?:\.|(?=\s[A-Z]))")
_ET_CETERA = re.compile(r"&c\b(\.?)")
_NUMERAL = re.compile(r"(?<!\w)(?:[IVXLC]+|[ivxlc]{2,})(?!\w)")
"""What stands apart and may be one."""
_NAMED_NUMERAL = re.compile(r"\b([A-Z][\w’'-]*)\s([IVX]+)(['’]s|\.(?=,?\s+[a-z]))?(?!\w|\.[A-Z])")
_COUNTED_NUMERAL = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})(\.?)\s([IVXLC]+|[ivxlc]{2,})(?!\w)")
_HEAD_NUMERAL = re.compile(r"\A(\W*)([IVXLC]+)(?=\s*(?:[.:)—–-]|\Z))")
_LONE_NUMERAL = re.compile(r"(?<![\w'’])([IVX]{2,})(?![\w'’])")
_RULED = re.compile(r"\s*(?:[,.;:!?)]|of\b|and\b|was\b|had\b|\Z)")
_CAPITALS = re.compile(r"(?<![\w'’&])[A-ZÀ-ÖØ-Þ]{2,}(?:['’][A-ZÀ-ÖØ-Þ]+)*(?![\w&])")
_VOWEL = re.compile(r"[AEIOUYÀ-ÖØ-Þ]")
_LONGEST_SPELT = 3
_ZERO_POSSESSIVE = re.compile(r"['’]S\Z")


def addresses(text: str, context: NormalisationContext) -> str:
    """`info@inn.example` is "info at inn dot example"."""
    if not context.rules.dot or not _DOTTED.search(text):
        return text
    return _ADDRESS.sub(lambda match: _address(match, context.rules), text)


def _address(match: re.Match[str], rules: NormalisationRules) -> str:
    signs = {".": rules.dot, "@": rules.at, "/": rules.slash, "-": "dash", "_": "underscore"}
    parts = re.findall(r"[^\W_]+|[.@/_-]", match["address"])
    said = " ".join(_SPELT.get(part, signs.get(part, part)) for part in parts)
    return f"{_SPELT[match['scheme']]} {said}" if match["scheme"] else said


def abbreviations(text: str, context: NormalisationContext) -> str:
    """`Mr.` is "Mister", `St. Ives` is "Saint Ives", `Bond St.` is "Bond Street"."""
    rules = context.rules
    if rules.tag == "en":
        text = _ET_CETERA.sub(lambda m: f"et cetera{_end_dot(m)}", text)
        text = _STREET.sub(_street, text)
        text = _DOCTOR.sub("Doctor", _SAINT.sub("Saint", text))
    if rules.numbered:
        text = _numbered_pattern(rules).sub(lambda m: rules.numbered[m[1].casefold()], text)
    if rules.abbreviations or rules.titles:
        text = _abbreviation_pattern(rules).sub(lambda m: _abbreviation(m, rules), text)
    text = _INITIALS.sub(_initials, text)
    return _INITIAL.sub(r"\1", text)


def _street(match: re.Match[str]) -> str:
    before = match.string[: match.start()].split()
    if not before or not before[-1][:1].isupper():
        return match[0]
    word = {"St": "Street", "Dr": "Drive"}[match[2]]
    return f"{match[1]}{word}{_end_dot(match, '.')}"


def _end_dot(match: re.Match[str], dot: str = "") -> str:
    """The dot of an abbreviation, where it also ends the text."""
    rest = match.string[match.end() :].strip("\"'”’)» ")
    return "" if rest else dot or match[1]


@cache
def _numbered_pattern(rules: NormalisationRules) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(rules.numbered, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.])({names})\.?(?=\s?\d|\s[IVXLC]{{2,}}\b)", re.IGNORECASE)


@cache
def _abbreviation_pattern(rules: NormalisationRules) -> re.Pattern[str]:
    dotted = "|".join(map(re.escape, sorted(rules.abbreviations, key=len, reverse=True)))
    bare = "|".join(sorted({*rules.bare & {*rules.abbreviations}, *rules.titles}))
    bare = rf"|(?P<bare>{bare})\b\.?(?=\s|\Z|[,;])" if bare else ""
    return re.compile(rf"(?<![\w.])(?:(?P<dotted>{dotted})(?P<dot>\.){bare})", re.IGNORECASE)


def _abbreviation(match: re.Match[str], rules: NormalisationRules) -> str:
    key = (match["dotted"] or match["bare"]).casefold()
    said = rules.abbreviations.get(key) or rules.titles[key]
    written = match["dotted"] or match["bare"]
    if key in {"m", "d", "s", "p"} and not written[0].isupper():
        return match[0]
    if key in _WORDS_TOO and written.islower() and _end_dot(match, "."):
        return match[0]
    dot = _end_dot(match, ".") if match[0].endswith(".") else ""
    touching = match.string[match.end() : match.end() + 1].isalnum()
    return f"{said}{dot}{' ' * touching}"


_WORDS_TOO = frozenset({"fr", "rep", "col", "mt", "gov", "hon", "inc", "gen", "maj"})


def _initials(match: re.Match[str]) -> str:
    letters = re.findall(r"[^\W\d_]", match[1])
    dot = "" if match[2] is None else "."
    return " ".join(letter.upper() for letter in letters) + dot


def numbered_heading(text: str, context: NormalisationContext) -> str:
    """`IV. The Well` is "four. The Well", in a heading only."""
    if context.kind is not LineKind.HEADING or not context.rules.counted:
        return text
    text = _HEAD_NUMERAL.sub(lambda m: m[1] + (_counted(m[2], context.rules) or m[2]), text)
    return _COUNTED_NUMERAL.sub(lambda m: _after_counted(m, context), text)


def romans(text: str, context: NormalisationContext) -> str:
    """`Chapter IV` is "Chapter four", `Henry VIII` is "Henry the eighth"; "I" stays a pronoun."""
    rules = context.rules
    if not rules.counted or not _NUMERAL.search(text):
        return text
    text = _COUNTED_NUMERAL.sub(lambda m: _after_counted(m, context), text)
    text = _NAMED_NUMERAL.sub(lambda m: _after_name(m, rules), text)
    return _LONE_NUMERAL.sub(lambda m: _counted(m[1], rules) or m[1], text)


def _counted(numeral: str, rules: NormalisationRules) -> str | None:
    value = roman(numeral.upper())
    return spell_number(value, rules.tag) if value else None


def _after_counted(match: re.Match[str], context: NormalisationContext) -> str:
    word, numeral = match[1], match[3]
    if word.casefold() not in context.rules.counted:
        return match[0]
    lone = numeral == "I" and context.kind is not LineKind.HEADING
    if lone and (word.islower() or re.match(r"\s+[a-z]", match.string[match.end() :])):
        return match[0]
    said = _counted(numeral, context.rules)
    return f"{word}{match[2]} {said}" if said else match[0]


def _after_name(match: re.Match[str], rules: NormalisationRules) -> str:
    name, numeral, owned = match[1], match[2], (match[3] or "").removesuffix(".")
    value = roman(numeral)
    if value is None or not rules.rulers or not _reigns(match, value, rules):
        return match[0]
    if name.casefold() in rules.stressed or name.isupper():
        return match[0]
    return f"{name} the {spell_number(value, rules.tag, 'ordinal')}{owned}"


def _reigns(match: re.Match[str], value: int, rules: NormalisationRules) -> bool:
    """Whether a numeral ranks who is named: "Elizabeth I, who", not "Mary, I said", "Malcolm X"."""
    known = value <= rules.rulers.get(match[1].casefold(), 0)
    if match[2] == "I" and not match[3]:
        following = match.string[match.end() :]
        return known and _RULED.match(following) is not None
    return known or _is_crowned(match, rules) or (len(match[2]) > 1 and _is_heir(match, rules))


def _is_crowned(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Whether a title stands before the name, or before the name before it: "Pope John Paul II"."""
    before = match.string[: match.start()].split()[-2:]
    return any(word.casefold() in rules.crowned for word in before)


def _is_heir(match: re.Match[str], rules: NormalisationRules) -> bool:
    """Whether a land follows the numeral, or two names precede it: "Thurston Howell III"."""
    if re.match(r"\s+of\s+(?:the\s+)?[A-Z]", match.string[match.end() :]):
        return True
    before = (match.string[: match.start()].split() or [""])[-1]
    return before[:1].isupper() and before.isalpha() and before.casefold() not in rules.stressed


def capitals(text: str, context: NormalisationContext) -> str:
    """`BBC` is spelt; `STOP` is a word, as is a whole heading."""
    rules = context.rules
    shouted = context.kind is LineKind.HEADING or _shouts(text, rules)
    return _CAPITALS.sub(lambda match: _capital(match[0], rules, shouted=shouted), text)


def _shouts(text: str, rules: NormalisationRules) -> bool:
    words = [word for word in _CAPITALS.findall(text) if word.casefold() not in rules.initialisms]
    return len(words) > 1


def _capital(written: str, rules: NormalisationRules, *, shouted: bool) -> str:
    word = written.casefold()
    bare = _ZERO_POSSESSIVE.sub("", written)
    mumbled, known = word in rules.mumbled, word in rules.stressed or word in rules.acronyms
    silent = _VOWEL.search(bare) is None
    if rules.tag != "en":
        return " ".join(written) if silent and len(bare) <= _LONGEST_SPELT + 1 else written
    short = len(bare) <= _LONGEST_SPELT and not shouted and not known
    if not mumbled and (silent or short or (word in rules.initialisms and not known)):
        return " ".join(bare) + written[len(bare) :].lower()
    return written.capitalize()


def symbols(text: str, context: NormalisationContext) -> str:
    """`&` is "and", and so on."""
    table = context.rules.symbols
    if not table:
        return text
    text = re.sub(r"#(?=\d)", "number ", text) if context.rules.tag == "en" else text
    return _symbol_pattern(context.rules).sub(lambda match: f" {table[match[0]]} ", text)


@cache
def _symbol_pattern(rules: NormalisationRules) -> re.Pattern[str]:
    return re.compile("[" + "".join(map(re.escape, rules.symbols)) + "]")
