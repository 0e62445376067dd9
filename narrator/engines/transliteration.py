"""Writes words of other scripts in Latin letters, for engines that read English only.

An English book may quote a word in Greek, Russian or Chinese. The phonemiser of `natural` names
Cyrillic and Greek letters one by one, and drops Chinese. Written in Latin letters, every word is
spoken, approximately as an English reader says it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Collection

_SPOKEN_CATEGORIES = ("L", "M", "N")
"""The first letters of Unicode's categories for letters, marks on letters, and digits."""


def transliterate(text: str, known_letters: Collection[str]) -> str:
    """Write letters and digits that are neither ASCII nor `known_letters` in Latin letters."""
    if text.isascii():
        return text
    return "".join(
        character
        if character.isascii()
        or character in known_letters
        or unicodedata.category(character)[0] not in _SPOKEN_CATEGORIES
        else anyascii(character)
        for character in unicodedata.normalize("NFC", text)
    )
