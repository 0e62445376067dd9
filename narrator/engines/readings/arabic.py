"""Adds the vowels to Arabic, which is written without most of them.

The model of libtashkeel, which comes with piper-tts, reads whole sentences: the vowels depend on
the grammar.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from piper.tashkeel import TashkeelDiacritizer

from narrator.normalisation.phonetic_text import join_rewritten_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.normalisation.phonetic_text import RewrittenText

_ARABIC_RUN = re.compile(r"[\u0621-\u065f\u0670-\u06d3][\u0621-\u065f\u0670-\u06d3\s،؛؟.!:]*")
"""A run of Arabic words and the punctuation between them."""
_MAX_RUN = 2_000
"""Characters that the model gets at once; it takes 12,000."""
_VOWEL_CATEGORY = "Mn"
"""Unicode's category of marks above and below a letter."""


def rewrite_text(text: str) -> RewrittenText:
    """Return a text with vowel marks; what is not Arabic stays as it is."""
    return join_rewritten_pieces(_add_vowels(text))


def _add_vowels(text: str) -> Iterable[tuple[str, int]]:
    """Yield pieces of the text with vowel marks, with the offset of each in the text."""
    position = 0
    for match in _ARABIC_RUN.finditer(text):
        if match.start() > position:
            yield text[position : match.start()], position
        for start in range(match.start(), match.end(), _MAX_RUN):
            piece = text[start : min(start + _MAX_RUN, match.end())]
            yield from _align(piece, _load_diacritiser()(piece), start)
        position = match.end()
    if position < len(text):
        yield text[position:], position


def _align(piece: str, vocalised: str, start: int) -> Iterable[tuple[str, int]]:
    """Yield each word with its marks and its offset; the piece itself if the letters differ."""
    words, marked_words = re.findall(r"\s*\S+\s*", piece), vocalised.split()
    if len(words) != len(marked_words) or any(
        _strip_marks(word) != _strip_marks(marked)
        for word, marked in zip(words, marked_words, strict=True)
    ):
        yield piece, start
        return
    for word, marked in zip(words, marked_words, strict=True):
        stripped = word.strip()
        yield word.replace(stripped, marked), start
        start += len(word)


def _strip_marks(text: str) -> str:
    """Return a text without vowel marks and blanks."""
    return "".join(
        sign
        for sign in text
        if unicodedata.category(sign) != _VOWEL_CATEGORY and not sign.isspace()
    )


@cache
def _load_diacritiser() -> TashkeelDiacritizer:
    """Return the model, which takes half a second to load."""
    return TashkeelDiacritizer()
