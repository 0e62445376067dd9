"""Join a drop capital, the large first letter of a chapter, to the rest of its word.

It may be a picture whose `alt` text is the letter, a span, or a block of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from narrator.text.quotes import USUAL_OPENING_CLASS
from narrator.text.words import LETTER, PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.readers.layout.markup_elements import Element

_CAPITAL = re.compile(rf"{USUAL_OPENING_CLASS}{{0,2}}{LETTER}")
_DROP_CAPITAL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:cap|dc|drop-?_?cap(?:ital)?s?\d*|dropped|initial(?:cap|letter)?|lettrine|versal|first-?letter|"
    r"big-?letter|illum\w*)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_WORDS_OF_ONE_LETTER = frozenset("AIOEYUÀÉÓÈВИКОСУЯАÁÖÅ")
"""Capitals that are words by themselves in some language."""


def is_drop_capital(text: str) -> bool:
    """Return whether a text is one capital letter, perhaps after an opening mark."""
    return bool(_CAPITAL.fullmatch(text)) and text[-1].isupper()


def has_drop_capital_class(element: Element) -> bool:
    """Return whether the class of an element declares a drop capital."""
    return _declares_drop_capital(element.get("class") or "")


@lru_cache(maxsize=1024)  # a book has few classes and many elements
def _declares_drop_capital(class_names: str) -> bool:
    """Return whether one of these class names is usual for drop capitals."""
    return bool(_DROP_CAPITAL_CLASS.search(class_names))


def may_be_word(capital: str) -> bool:
    """Return whether a capital may be a word by itself, such as "A"."""
    return capital[-1] in _WORDS_OF_ONE_LETTER


def join_to_text(capital: str, following: str, word_counts: Mapping[str, int]) -> str:
    """Return a text with a drop capital before it, and a space if the capital is a word.

    A capital such as "A" may be a word by itself; how often the words that would result occur in
    the text decides. `word_counts` has its words in lower case.
    """
    match = PLAIN_WORD_PATTERN.match(following)
    if match and may_be_word(capital):
        is_known = word_counts.get(f"{capital[-1]}{match[0]}".casefold(), 0) > 0
        is_word = word_counts.get(match[0].casefold(), 0) > 1  # elsewhere, too
        return f"{capital} {following}" if is_word and not is_known else capital + following
    return capital + following
