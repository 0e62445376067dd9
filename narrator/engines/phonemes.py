"""Sounds of the International Phonetic Alphabet, as espeak-ng and models trained with it take them.

People write the alphabet in many ways: with ties and dots between syllables, with an r for every r.
espeak-ng has one way, in which a stress stands before its vowel and not before its syllable.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_IGNORED = dict.fromkeys(map(ord, "./[]() \u0361\u035c\u203f"))
_STRESS = re.compile(r"([ˈˌ])([^aeiouyæɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵøœɶʉʊʌʏᵻ̩ˈˌ]*)")


def to_espeak_ipa(ipa: str, language: str = "en") -> str:
    """Sounds in espeak's way of writing the alphabet.

    In English, `r` stands for its own r.
    """
    plain = unicodedata.normalize("NFC", ipa).translate(_IGNORED)
    for ways, one in (("'", "ˈ"), (",", "ˌ"), (":", "ː"), ("g", "ɡ"), ("ɫ", "l"), ("ɝ", "ɜː")):
        plain = plain.replace(ways, one)
    if language.partition("-")[0] == "en":
        plain = plain.replace("r", "ɹ")
    return _STRESS.sub(r"\2\1", plain)


def to_espeak_mnemonics(ipa: str) -> str:
    """Sounds by espeak's names for those of English; what English has not is left out."""
    table, longest = _mnemonics()
    sounds, named, at = to_espeak_ipa(ipa), list[str](), 0
    while at < len(sounds):
        size = next((n for n in range(longest, 0, -1) if sounds[at : at + n] in table), 0)
        named.append(table[sounds[at : at + size]] if size else "")
        at += max(size, 1)
    return "".join(named)


@cache
def _mnemonics() -> tuple[dict[str, str], int]:
    source = Path(__file__).with_suffix(".toml")
    table: dict[str, str] = tomllib.loads(source.read_text("utf-8"))["english"]
    return table, max(map(len, table))
