"""Gives the sounds of Hebrew, which is written without vowels, as phonemes of espeak-ng.

piper-tts adds vowel points with the model Nakdimon, and derives the sounds from them by rules.
espeak-ng itself names the letters of words with vowel points one by one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from piper.phonemize_hebrew import HebrewPhonemizer

from narrator.engines.phonemes import to_hebrew_mnemonics
from narrator.normalisation.phonetic_text import join_rewritten_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.normalisation.phonetic_text import RewrittenText

_WORD = re.compile(r"[\u0591-\u05c7\u05d0-\u05ea\u05f0-\u05f4]+(?:[\"'׳״-][\u05d0-\u05ea]+)*[׳']?")
"""A Hebrew word; quotation marks inside it mark abbreviations."""


def rewrite_text(text: str) -> RewrittenText:
    """Return a text in which phonemes replace the Hebrew words."""
    return join_rewritten_pieces(_phonemise_words(text))


def _phonemise_words(text: str) -> Iterable[tuple[str, int]]:
    """Yield the phonemes of each word and the text between words, with the offset of each."""
    words = list(_WORD.finditer(text))
    sounds = _find_sounds([match[0] for match in words])
    position = 0
    for match, ipa in zip(words, sounds, strict=True):
        if match.start() > position:
            yield text[position : match.start()], position
        phonemes = to_hebrew_mnemonics(ipa)
        yield f"[[{phonemes}]]" if phonemes else match[0], match.start()
        position = match.end()
    if position < len(text):
        yield text[position:], position


def _find_sounds(words: list[str]) -> list[str]:
    """Return the sounds of the words of a text, in the International Phonetic Alphabet.

    They are found together, because the vowels depend on the words around.
    """
    phonemiser = _load_phonemiser()
    together = "".join(sign for run in phonemiser.phonemize(" ".join(words)) for sign in run)
    if len(sounds := together.split()) == len(words):
        return sounds
    return ["".join(sign for run in phonemiser.phonemize(word) for sign in run) for word in words]


@cache
def _load_phonemiser() -> HebrewPhonemizer:
    """Return the model and rules, which take half a second to load."""
    return HebrewPhonemizer()
