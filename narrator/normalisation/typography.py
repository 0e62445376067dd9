"""Normalisation steps for punctuation: quotation marks, dashes, emphasis marks, pictographs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from narrator.normalisation.exponents import lower_raised_letters
from narrator.normalisation.identifiers import join_thin_groups
from narrator.normalisation.phonetic_text import ANNOTATION_MARKS
from narrator.normalisation.roman import unfold_numerals
from narrator.text.quotes import QUOTATION_MARKS, character_class
from narrator.text.words import LETTER, LETTER_OR_DIGIT

if TYPE_CHECKING:
    from narrator.normalisation.context import NormalisationContext

_EMPHASIS = re.compile(r"(?<![^\W_])(_{1,3}|\*{1,3}|~~|`)(?=\S)(.{1,600}?)(?<=\S)\1(?![^\W_])")
_EMPHASIS_CHARACTER = re.compile(r"[*_/`~]")
_STRAY_EMPHASIS = re.compile(r"[*_`]+")
_APOSTROPHE_LIKE_MARKS = "'’‘"
"""Quotation marks that may also be apostrophes, which engines need for pronunciation."""
_NEVER_APOSTROPHE = re.compile(
    character_class(*(mark for mark in QUOTATION_MARKS if mark not in _APOSTROPHE_LIKE_MARKS + "`"))
)
"""A quotation mark that is never an apostrophe; the backtick is removed as an emphasis mark."""
_TYPED_MARK = re.compile(r"(?<!\S)(?:,,|'')(?=\S)|(?<=\S)''(?!\w)")
"""A low mark typed as two commas, or a mark typed as two apostrophes: ,,so''."""
_GERSHAYIM = re.compile('(?<=[א-ת])"(?=[א-ת])')
"""A straight mark within a Hebrew word, which shows an abbreviation or a number."""
_SINGLE_OPENING = re.compile(rf"‘(?=[’']?{LETTER})|(?<!{LETTER_OR_DIGIT})'(?=[“\"])")
_SINGLE_CLOSING = re.compile(
    rf"(?<=[,.!?…—;:।॥؟۔。！？]){character_class(_APOSTROPHE_LIKE_MARKS)}+(?!{LETTER_OR_DIGIT})"
)
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_COMPATIBILITY_CHARACTERS = re.compile("[\u2103\u2109\u2460-\u24ff\u3371-\u33df\uff10-\uff19]")
"""Degrees with a scale, circled and full-width digits, and units as one character."""
_FRACTION_SLASH = re.compile(r"[\d⁰¹²³⁴-⁹]\s?⁄\s?[\d₀-₉]|[⁰¹²³⁴-⁹]+⁄[₀-₉]+")
_FRACTION_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉⁄", "01234567890123456789/", " ")
_BLANKED_MARKS = dict.fromkeys(map(ord, ANNOTATION_MARKS), " ")
_TAG = re.compile(r"<(/?[^\W\d_][^<>]*)>")
_BRACKETS = re.compile(r"[\[\]{}⟨⟩]+")
_ELLIPSIS = re.compile(r"\s?…+|\s?\.(?:\s?\.){2,}")
_DASH = re.compile(r"\s*(?:—+|―+|–(?!\d)|--+|(?<=\s)-(?=\s))\s*")
_EDGE_DASH = re.compile(r"\A[\s—]+|(?<=[,;:.!?])\s*—|\s*—(?=\s*[,;:.])")
_MAY_PAUSE = re.compile(r"[…—―–-]|\.\s?\.")
"""A quick test for the three patterns above; most lines have no ellipsis or dash."""
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[,.;:!?…)])")
_REPEATED_STOPS = re.compile(r"([,;:])(?:\s*[,;:])+")
_PICTOGRAPHS = re.compile(
    r"[\U0001f000-\U0001faff\u2600-\u266c\u2670-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]"
    r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff\U0001f000-\U0001faff\u2600-\u27bf\u2640\u2642]*"
)
_MODIFIERS = re.compile(r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
"""Modifiers of a pictograph, such as skin tones and joiners, which its spoken name leaves out."""
_UNINFORMATIVE_WORDS = re.compile(
    r"\b(?:sign|symbol|black|white|heavy|with ballot box)\b", re.IGNORECASE
)
"""Words in the Unicode names of pictographs that tell a listener nothing."""


def compose_characters(text: str, context: NormalisationContext) -> str:
    """Return a text in Unicode's composed form (NFC), without ligatures and unusual digits."""
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = _simplify_characters(text, context)
    return _SPACES.sub(" ", text)


def _simplify_characters(text: str, context: NormalisationContext) -> str:
    """Return a text with plain characters for ligatures, units, numerals and raised letters."""
    text = text.translate(_BLANKED_MARKS)
    text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    # Voices of languages without rules know their own signs.
    if not context.rules.decimal_word:
        return text
    text = _COMPATIBILITY_CHARACTERS.sub(
        lambda match: unicodedata.normalize("NFKC", match[0]), text
    )
    text = _FRACTION_SLASH.sub(lambda match: match[0].translate(_FRACTION_DIGITS), text)
    text = unfold_numerals(lower_raised_letters(text), context.rules)
    return join_thin_groups(text, context.rules)


_SLASHED = re.compile(r"(?<![^\s\"'“‘(])/([^\W\d_](?:[^\W\d_]|[ '’-])*)/(?![^\s.,;:!?\"'”’)])")
"""Words between slashes, which emphasised in the mails of old: "/very/ good"."""


def remove_emphasis(text: str, _: NormalisationContext) -> str:
    """Remove emphasis marks: `_very_` and `**very**` become "very"."""
    if not _EMPHASIS_CHARACTER.search(text):
        return text
    text = _SLASHED.sub(r"\1", text)
    for _round in range(2):  # emphasis may be nested
        text = _EMPHASIS.sub(r"\2", text)
    return _STRAY_EMPHASIS.sub(" ", text)


def unwrap_markup(text: str, _: NormalisationContext) -> str:
    """Remove what an engine could take for mark-up: `<b>` becomes "b", `[[x]]` becomes "x"."""
    text = _TAG.sub(lambda match: f" {match[1]} ", text)
    return _BRACKETS.sub(" ", text)


def name_pictographs(text: str, context: NormalisationContext) -> str:
    """Replace pictographs by their English names, or by spaces if the language is not English."""
    # Python has Unicode names in English only.
    if context.rules.tag != "en":
        return _PICTOGRAPHS.sub(" ", text)
    return _PICTOGRAPHS.sub(lambda match: f" {_describe_pictographs(match[0])} ", text)


def _describe_pictographs(pictographs: str) -> str:
    """Return the Unicode names of pictographs, without words that tell a listener nothing."""
    names = [unicodedata.name(character, "") for character in _MODIFIERS.sub("", pictographs)]
    words = _UNINFORMATIVE_WORDS.sub(" ", " ".join(name.casefold() for name in names if name))
    return _SPACES.sub(" ", words).strip()


def remove_single_closing_marks(text: str, _: NormalisationContext) -> str:
    """Remove single quotation marks right after a stop, where they close a quotation."""
    return _SINGLE_CLOSING.sub("", text)


def remove_quotation_marks(text: str, _: NormalisationContext) -> str:
    """Remove quotation marks, and straighten apostrophes."""
    text = _NEVER_APOSTROPHE.sub(" ", _GERSHAYIM.sub("״", text))
    text = _SINGLE_OPENING.sub("", _TYPED_MARK.sub("", text))
    return text.replace("’", "'").replace("‘", "'")


def unify_pauses(text: str, _: NormalisationContext) -> str:
    """Write dashes, ellipses and repeated stops in one form that all engines understand."""
    # Most lines have no dash or ellipsis, and skip these three substitutions.
    if _MAY_PAUSE.search(text):
        text = _EDGE_DASH.sub("", _DASH.sub(" — ", _ELLIPSIS.sub("…", text)))
    text = _SPACE_BEFORE_STOP.sub("", " ".join(text.split()))
    return _REPEATED_STOPS.sub(r"\1", text).strip(" ")
