"""Writes Japanese as it is read, in kana, with a space between phrases.

espeak-ng reads kana only, and calls every other character "Chinese letter". SudachiPy cuts a text
into words and gives the reading of each. Particles and endings are joined to the word before them:
such phrases (bunsetsu) are what a reader says in one go.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sudachipy import Dictionary, SplitMode

from narrator.normalisation.phonetic_text import join_rewritten_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudachipy import Morpheme, Tokenizer

    from narrator.normalisation.phonetic_text import RewrittenText

_PARTICLE_SOUNDS = {"は": "ワ", "へ": "エ", "を": "オ"}
"""Particles that sound otherwise than they are spelt."""
_USUAL_READINGS = {"私": "ワタシ", "明日": "アシタ"}
"""Words of which SudachiPy gives the formal reading."""
_PARTICLE = "助詞"
_JOINED_CLASSES = (_PARTICLE, "助動詞", "接尾辞")
"""Particles, auxiliary verbs and suffixes, which are said together with the word before."""
_PREFIX = "接頭辞"
_SIGNS = ("補助記号", "空白", "記号")
"""Punctuation, blanks and symbols."""
_DIGITS = re.compile(r"[0-9０-９]+")
_DIGIT_READINGS = (
    "レイ",
    "ゼロ",
    "イチ",
    "ニ",
    "サン",
    "ヨン",
    "ゴ",
    "ロク",
    "ナナ",
    "ハチ",
    "キュウ",
)
_DIGITWISE = re.compile("|".join(f"(?:{reading})" for reading in _DIGIT_READINGS))
_TEXT_LIMIT = 10_000
"""Characters that are cut into words at once; SudachiPy takes 48 kB of UTF-8."""


def rewrite_text(text: str) -> RewrittenText:
    """Return a text in kana, with spaces between phrases."""
    return join_rewritten_pieces(_read_words(text))


def _read_words(text: str) -> Iterable[tuple[str, int]]:
    """Yield the reading of each word, with the offset of the word in the text."""
    joins = True
    for start in range(0, len(text), _TEXT_LIMIT):
        for morpheme in _load_tokeniser().tokenize(text[start : start + _TEXT_LIMIT]):
            word_class = morpheme.part_of_speech()[0]
            is_sign = word_class in _SIGNS
            space = "" if joins or is_sign or word_class in _JOINED_CLASSES else " "
            yield f"{space}{_read_word(morpheme, word_class)}", start + morpheme.begin()
            joins = is_sign or word_class == _PREFIX


def _read_word(morpheme: Morpheme, word_class: str) -> str:
    """Return how a word is read; digits stay, unless they are said as one word with a counter."""
    surface, reading = str(morpheme.surface()), str(morpheme.reading_form())
    if word_class in _SIGNS:
        return surface
    if word_class == _PARTICLE and surface in _PARTICLE_SOUNDS:
        return _PARTICLE_SOUNDS[surface]
    if surface in _USUAL_READINGS:
        return _USUAL_READINGS[surface]
    # "1887" has the reading of its digits one by one, and the voice reads it as a number
    if _DIGITS.fullmatch(surface) and not _DIGITWISE.sub("", reading):
        return surface
    return reading or surface


@cache
def _load_tokeniser() -> Tokenizer:
    """Return the tokeniser, with names and set phrases as one word."""
    return Dictionary().tokenizer(mode=SplitMode.C)
