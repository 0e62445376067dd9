"""Words and sentence ends, as regular expressions find them in any language."""

from __future__ import annotations

import re

from narrator.text.quotes import AFTER_SENTENCE, APOSTROPHES, character_class, class_members

LETTER = r"[^\W\d_]"
"""A regular expression for one letter of any script."""
LETTER_OR_DIGIT = r"[^\W_]"
"""A regular expression for one letter or digit: `\\w` without the underscore, which is emphasis."""
PLAIN_WORD = rf"{LETTER_OR_DIGIT}+"
"""A run of letters and digits: "don't" is two of them."""
APOSTROPHE_WORD = rf"{LETTER_OR_DIGIT}+(?:{character_class(APOSTROPHES)}{LETTER_OR_DIGIT}+)*"
"""A word with the apostrophes in it: "don't" is one, "well-known" is two."""
HYPHENATED_WORD = rf"{LETTER_OR_DIGIT}+(?:{character_class(APOSTROPHES, '-')}{LETTER_OR_DIGIT}+)*"
"""A word with the apostrophes and hyphens in it: "don't" and "well-known" are one each."""
PLAIN_WORD_PATTERN = re.compile(PLAIN_WORD)
"""`PLAIN_WORD`, compiled."""
APOSTROPHE_WORD_PATTERN = re.compile(APOSTROPHE_WORD)
"""`APOSTROPHE_WORD`, compiled."""
HYPHENATED_WORD_PATTERN = re.compile(HYPHENATED_WORD)
"""`HYPHENATED_WORD`, compiled."""

SENTENCE_ENDS = ".!?…"
"""Marks that end a sentence and are followed by space, if a full stop is not an abbreviation's."""
FULL_WIDTH_SENTENCE_ENDS = "。！？"
"""Marks that end a sentence in Chinese and Japanese, where no space follows."""
ALL_SENTENCE_ENDS = SENTENCE_ENDS + FULL_WIDTH_SENTENCE_ENDS
"""Marks that end a sentence in any of the languages that are known here."""
CLAUSE_ENDS = ",;:，；：、"
"""Marks that end a clause within a sentence."""
SENTENCE_END_CLASS = character_class(SENTENCE_ENDS)
"""A character class of `SENTENCE_ENDS`."""
ALL_SENTENCE_ENDS_CLASS = character_class(ALL_SENTENCE_ENDS)
"""A character class of `ALL_SENTENCE_ENDS`."""
SENTENCE_END = rf"{SENTENCE_END_CLASS}{character_class(AFTER_SENTENCE)}*"
"""A regular expression for an end mark and the closing marks and brackets that follow it."""

_ENDS_SENTENCE = re.compile(
    # French sets space between the end mark and the closing mark.
    rf"{ALL_SENTENCE_ENDS_CLASS}[\s{class_members(AFTER_SENTENCE)}]*\Z"
)


def has_words(text: str) -> bool:
    """Return whether the text has a letter or a digit, so that there is something to say."""
    return any(map(str.isalnum, text))


def count_words(text: str) -> int:
    """Return the number of words; "don't" is one word, "well-known" is two."""
    return sum(1 for _ in APOSTROPHE_WORD_PATTERN.finditer(text))


def ends_sentence(text: str) -> bool:
    """Return whether the text ends with an end mark, whatever closing marks follow it."""
    return _ENDS_SENTENCE.search(text) is not None
