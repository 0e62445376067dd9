"""Lower case as languages write it: Turkish has a dotless ı, whose capital is I."""

from __future__ import annotations

from narrator.text.language_tags import primary_subtag

_DOTTED_LANGUAGES = ("tr", "az", "crh", "tt")
"""Languages in which the capital of i is İ, and the capital of ı is I."""
_DOTTED_CAPITALS = str.maketrans({"İ": "i", "I": "ı"})


def lower_word(word: str, language: str) -> str:
    """Return a word in the lower case of a language, given by its BCP 47 tag."""
    if primary_subtag(language) in _DOTTED_LANGUAGES:
        word = word.translate(_DOTTED_CAPITALS)
    return word.lower()
