"""Converts the International Phonetic Alphabet to the notations of espeak-ng.

People write the alphabet in many ways: with ties, with dots between syllables, with `r` for every r
sound. espeak-ng, and models that were trained with it, use one notation, in which a stress mark
stands before the vowel instead of before the syllable.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from narrator.text.language_tags import primary_subtag

_IGNORED_SIGNS = dict.fromkeys(map(ord, "./[]() \u0361\u035c\u203f"))
_STRESS_BEFORE_SYLLABLE = re.compile(r"([ˈˌ])([^aeiouyæɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵøœɶʉʊʌʏᵻ̩ˈˌ]*)")
_EQUIVALENT_SIGNS = (("'", "ˈ"), (",", "ˌ"), (":", "ː"), ("g", "ɡ"), ("ɫ", "l"), ("ɝ", "ɜː"))
"""Signs that people write, and the signs that espeak-ng uses for the same sound."""


def to_espeak_ipa(ipa: str, language: str = "en") -> str:
    """Convert phonetic signs to espeak-ng's IPA; in English, `r` becomes `ɹ`."""
    espeak_ipa = unicodedata.normalize("NFC", ipa).translate(_IGNORED_SIGNS)
    for sign, espeak_sign in _EQUIVALENT_SIGNS:
        espeak_ipa = espeak_ipa.replace(sign, espeak_sign)
    if primary_subtag(language) == "en":
        espeak_ipa = espeak_ipa.replace("r", "ɹ")
    return _STRESS_BEFORE_SYLLABLE.sub(r"\2\1", espeak_ipa)


def to_espeak_mnemonics(ipa: str) -> str:
    """Convert phonetic signs to espeak-ng's English phonemes, leaving out all other sounds."""
    table, longest_key = _load_mnemonics()
    signs, mnemonics, position = to_espeak_ipa(ipa), list[str](), 0
    while position < len(signs):
        sizes = range(longest_key, 0, -1)
        size = next((n for n in sizes if signs[position : position + n] in table), 0)
        mnemonics.append(table[signs[position : position + size]] if size else "")
        position += max(size, 1)
    return "".join(mnemonics)


@cache
def _load_mnemonics() -> tuple[dict[str, str], int]:
    """Return the table from signs to mnemonics, and the length of its longest key."""
    source = Path(__file__).with_suffix(".toml")
    table: dict[str, str] = tomllib.loads(source.read_text("utf-8"))["english"]
    return table, max(map(len, table))
