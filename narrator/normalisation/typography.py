"""Steps for signs between words: quotation marks, dashes, emphasis, pictographs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from narrator.text.quotes import QUOTATION_MARKS, character_class
from narrator.text.words import LETTER, LETTER_OR_DIGIT

if TYPE_CHECKING:
    from narrator.normalisation.context import NormalisationContext

_EMPHASIS = re.compile(r"(?<![^\W_])(_{1,3}|\*{1,3}|~~|`)(?=\S)(.{1,600}?)(?<=\S)\1(?![^\W_])")
_EMPHASIS_CHARACTER = re.compile(r"[*_`~]")
_STRAY_EMPHASIS = re.compile(r"[*_`]+")
_APOSTROPHE_LIKE_MARKS = "'’‘"
"""Quotation marks that may also be apostrophes, which an engine must see."""
_NEVER_APOSTROPHE = re.compile(
    character_class(*(sign for sign in QUOTATION_MARKS if sign not in _APOSTROPHE_LIKE_MARKS + "`"))
)
"""A mark that is never an apostrophe; the backtick is removed as emphasis."""
_SINGLE_OPENING = re.compile(rf"‘(?=[’']?{LETTER})|(?<!{LETTER_OR_DIGIT})'(?=[“\"])")
_SINGLE_CLOSING = re.compile(
    rf"(?<=[,.!?…—;:]){character_class(_APOSTROPHE_LIKE_MARKS)}+(?!{LETTER_OR_DIGIT})"
)
_TAG = re.compile(r"<(/?[^\W\d_][^<>]*)>")
_BRACKETS = re.compile(r"[\[\]{}⟨⟩]+")
_ELLIPSIS = re.compile(r"\s?…+|\s?\.(?:\s?\.){2,}")
_DASH = re.compile(r"\s*(?:—+|―+|–(?!\d)|--+|(?<=\s)-(?=\s))\s*")
_EDGE_DASH = re.compile(r"\A[\s—]+|(?<=[,;:.!?])\s*—|\s*—(?=\s*[,;:.])")
_MAY_PAUSE = re.compile(r"[…—―–-]|\.\s?\.")
"""A sign that one of the three patterns before needs; most lines have none."""
_SPACES = re.compile(r"\s+")
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[,.;:!?…)])")
_REPEATED_STOPS = re.compile(r"([,;:])(?:\s*[,;:])+")
_PICTOGRAPHS = re.compile(
    r"[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]"
    r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff\U0001f000-\U0001faff\u2600-\u27bf\u2640\u2642]*"
)
_MODIFIERS = re.compile(r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
"""Skin tones, joiners and the like, which a name leaves out."""
_UNINFORMATIVE_WORDS = re.compile(
    r"\b(?:sign|symbol|black|white|heavy|with ballot box)\b", re.IGNORECASE
)
"""Words of Unicode names that say nothing to a listener."""


def compose_characters(text: str, _: NormalisationContext) -> str:
    """Return a text with one spelling of each character: composed, without ligatures."""
    text = unicodedata.normalize("NFC", text)
    for ligature in "ﬀﬁﬂﬃﬄﬅﬆ":
        text = text.replace(ligature, unicodedata.normalize("NFKC", ligature))
    return _SPACES.sub(" ", text)


def remove_emphasis(text: str, _: NormalisationContext) -> str:
    """Remove the marks of emphasis: `_very_` and `**very**` are "very"."""
    if not _EMPHASIS_CHARACTER.search(text):
        return text
    for _round in range(2):  # one emphasis may stand within another
        text = _EMPHASIS.sub(r"\2", text)
    return _STRAY_EMPHASIS.sub(" ", text)


def unwrap_markup(text: str, _: NormalisationContext) -> str:
    """Remove the signs that an engine would take for mark-up: `<b>` is "b", `[[x]]` is "x"."""
    text = _TAG.sub(lambda match: f" {match[1]} ", text)
    return _BRACKETS.sub(" ", text)


def name_pictographs(text: str, context: NormalisationContext) -> str:
    """Replace a pictograph by its English name, or by a space in other languages."""
    # Python has the Unicode names in English only.
    if context.rules.tag != "en":
        return _PICTOGRAPHS.sub(" ", text)
    return _PICTOGRAPHS.sub(lambda match: f" {_describe_pictographs(match[0])} ", text)


def _describe_pictographs(pictographs: str) -> str:
    """Return the Unicode names of pictographs, without words that say nothing to a listener."""
    names = [unicodedata.name(sign, "") for sign in _MODIFIERS.sub("", pictographs)]
    words = _UNINFORMATIVE_WORDS.sub(" ", " ".join(name.casefold() for name in names if name))
    return _SPACES.sub(" ", words).strip()


def remove_single_closing_marks(text: str, _: NormalisationContext) -> str:
    """Remove single marks after a stop: they close a quotation."""
    return _SINGLE_CLOSING.sub("", text)


def remove_quotation_marks(text: str, _: NormalisationContext) -> str:
    """Remove quotation marks, and make apostrophes straight."""
    text = _NEVER_APOSTROPHE.sub(" ", text)
    text = _SINGLE_OPENING.sub("", text)
    return text.replace("’", "'").replace("‘", "'")


def unify_pauses(text: str, _: NormalisationContext) -> str:
    """Set dashes and ellipses in the one form that engines know, and single spaces."""
    # Three substitutions are spared for the many lines without a dash or an ellipsis.
    if _MAY_PAUSE.search(text):
        text = _EDGE_DASH.sub("", _DASH.sub(" — ", _ELLIPSIS.sub("…", text)))
    text = _SPACE_BEFORE_STOP.sub("", " ".join(text.split()))
    return _REPEATED_STOPS.sub(r"\1", text).strip(" ")
