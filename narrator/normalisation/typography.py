"""Steps for what stands between the words: quotation marks, dashes, emphasis, pictographs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.normalisation.context import NormalisationContext

_EMPHASIS = re.compile(r"(?<![^\W_])(_{1,3}|\*{1,3}|~~|`)(?=\S)(.{1,600}?)(?<=\S)\1(?![^\W_])")
_MARKS = re.compile(r"[*_`~]")
_STRAY = re.compile(r"[*_`]+")
_DOUBLE = re.compile(r"[“”„‟\"«»‹›「」『』‚]")
_SINGLE_OPEN = re.compile(r"‘(?=[’']?[^\W\d_])|(?<![^\W_])'(?=[“\"])")
_SINGLE_CLOSE = re.compile(r"(?<=[,.!?…—;:])['’]+(?![^\W_])")
_TAG = re.compile(r"<(/?[^\W\d_][^<>]*)>")
_BRACKETS = re.compile(r"[\[\]{}⟨⟩]+")
_ELLIPSIS = re.compile(r"\s?…+|\s?\.(?:\s?\.){2,}")
_DASH = re.compile(r"\s*(?:—+|―+|–(?!\d)|--+|(?<=\s)-(?=\s))\s*")
_EDGE_DASH = re.compile(r"\A[\s—]+|(?<=[,;:.!?])\s*—|\s*—(?=\s*[,;:.])")
_TO_PAUSE = re.compile(r"[…—―–-]|\.\s?\.")
"""What must be there for any of these three to find something."""
_SPACES = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r"\s+(?=[,.;:!?…)])")
_DOUBLED = re.compile(r"([,;:])(?:\s*[,;:])+")
_PICTOGRAPHS = re.compile(
    r"[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]"
    r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff\U0001f000-\U0001faff\u2600-\u27bf\u2640\u2642]*"
)
_MODIFIERS = re.compile(r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_DULL = re.compile(r"\b(?:sign|symbol|black|white|heavy|with ballot box)\b", re.IGNORECASE)


def plain(text: str, _: NormalisationContext) -> str:
    """One way to write each character: composed, ligatures apart, straight apostrophes."""
    text = unicodedata.normalize("NFC", text)
    for ligature in "ﬀﬁﬂﬃﬄﬅﬆ":
        text = text.replace(ligature, unicodedata.normalize("NFKC", ligature))
    return _SPACES.sub(" ", text)


def emphasis(text: str, _: NormalisationContext) -> str:
    """`_very_` and `**very**` are said without their marks."""
    if not _MARKS.search(text):
        return text
    for _round in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    return _STRAY.sub(" ", text)


def markup(text: str, _: NormalisationContext) -> str:
    """What looks like markup to an engine is words: `<b>` is "b", `[[x]]` is "x"."""
    text = _TAG.sub(lambda match: f" {match[1]} ", text)
    return _BRACKETS.sub(" ", text)


def pictographs(text: str, context: NormalisationContext) -> str:
    """A pictograph is said by its name in English, and is silent in other languages."""
    if context.rules.tag != "en":
        return _PICTOGRAPHS.sub(" ", text)
    return _PICTOGRAPHS.sub(lambda match: f" {_named(match[0])} ", text)


def _named(pictographs: str) -> str:
    names = [unicodedata.name(sign, "") for sign in _MODIFIERS.sub("", pictographs)]
    words = _DULL.sub(" ", " ".join(name.casefold() for name in names if name))
    return _SPACES.sub(" ", words).strip()


def closing_marks(text: str, _: NormalisationContext) -> str:
    """A single mark after a stop closes a quotation, and is silent."""
    return _SINGLE_CLOSE.sub("", text)


def quotation_marks(text: str, _: NormalisationContext) -> str:
    """Quotation marks are silent; an apostrophe is kept, and straight."""
    text = _DOUBLE.sub(" ", text)
    text = _SINGLE_OPEN.sub("", text)
    return text.replace("’", "'").replace("‘", "'")


def pauses(text: str, _: NormalisationContext) -> str:
    """Dashes and ellipses in the one form that engines know, and space where speech has it."""
    if _TO_PAUSE.search(text):
        text = _EDGE_DASH.sub("", _DASH.sub(" — ", _ELLIPSIS.sub("…", text)))
    text = _BEFORE_STOP.sub("", " ".join(text.split()))
    return _DOUBLED.sub(r"\1", text).strip(" ")
