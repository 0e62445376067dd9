"""Converts the International Phonetic Alphabet to the notations of espeak-ng and of misaki.

People write the alphabet in many ways: with ties, with dots between syllables, with `r` for every r
sound. espeak-ng, and models that were trained with it, use one notation, in which a stress mark
stands before the vowel instead of before the syllable. misaki, the phonemiser of Kokoro, writes
diphthongs and affricates with one letter each.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Mapping

_IGNORED_SIGNS = dict.fromkeys(map(ord, "./[]() \u0361\u035c\u203f"))
_STRESS_BEFORE_SYLLABLE = re.compile(r"([ˈˌ])([^aeiouyæɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵøœɶʉʊʌʏᵻ̩ˈˌ]*)")
_EQUIVALENT_SIGNS = (("'", "ˈ"), (",", "ˌ"), (":", "ː"), ("g", "ɡ"), ("ɫ", "l"), ("ɝ", "ɜː"))
"""Signs that people write, and the signs that espeak-ng uses for the same sound."""
_MISAKI_SIGNS = frozenset("ˈˌːAIOQTWYabdfhijklmnpstuvwzæðŋɑɒɔəɛɜɡɪɹʃʊʌʒʤʧθᵊᵻ")
"""The signs of misaki's English alphabet, American and British."""


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
    source = Path(__file__).with_suffix(".toml")
    return "".join(_replace_signs(to_espeak_ipa(ipa), _load_tables(source)["english"], ""))


def to_hebrew_mnemonics(ipa: str) -> str:
    """Convert phonetic signs to espeak-ng's Hebrew phonemes, leaving out all other sounds."""
    source = Path(__file__).with_suffix(".toml")
    return "".join(_replace_signs(to_espeak_ipa(ipa, "he"), _load_tables(source)["hebrew"], ""))


def to_misaki(ipa: str, *, is_british: bool) -> str:
    """Convert phonetic signs to misaki's English alphabet, leaving out all other sounds."""
    tables = _load_tables(Path(__file__).with_name("misaki.toml"))
    table = tables["common"] | tables["british" if is_british else "american"]
    signs = "".join(_replace_signs(to_espeak_ipa(ipa), table))
    return "".join(sign for sign in signs if sign in _MISAKI_SIGNS)


def _replace_signs(
    signs: str, table: Mapping[str, str], replacement: str | None = None
) -> list[str]:
    """Replace the longest keys of a table; return the parts.

    Signs that the table lacks become `replacement`, or stay as they are if it is None.
    """
    longest_key, parts, position = max(map(len, table)), list[str](), 0
    while position < len(signs):
        sizes = range(longest_key, 0, -1)
        size = next((n for n in sizes if signs[position : position + n] in table), 0)
        unlisted = signs[position] if replacement is None else replacement
        parts.append(table[signs[position : position + size]] if size else unlisted)
        position += max(size, 1)
    return parts


@cache
def _load_tables(source: Path) -> dict[str, dict[str, str]]:
    """Return the tables of signs in a file, by name."""
    return tomllib.loads(source.read_text("utf-8"))
