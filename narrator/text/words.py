"""Regular expressions for words and sentence ends, for all languages."""

from __future__ import annotations

import re
from itertools import islice

from narrator.text.quotes import APOSTROPHES, MARKS_AFTER_SENTENCE, character_class, class_members

LETTER = r"[^\W\d_]"
"""A regular expression for one letter of any script."""
LETTER_OR_DIGIT = r"[^\W_]"
"""A regular expression for one letter or digit: `\\w` without the underscore, which may mark
emphasis."""
PLAIN_WORD = rf"{LETTER_OR_DIGIT}+"
"""A run of letters and digits; "don't" counts as two."""
APOSTROPHE_WORD = rf"{LETTER_OR_DIGIT}+(?:{character_class(APOSTROPHES)}{LETTER_OR_DIGIT}+)*"
"""A word that may contain apostrophes: "don't" is one word, "well-known" is two."""
HYPHENATED_WORD = rf"{LETTER_OR_DIGIT}+(?:{character_class(APOSTROPHES, '-')}{LETTER_OR_DIGIT}+)*"
"""A word that may contain apostrophes and hyphens: "don't" and "well-known" are one word each."""
PLAIN_WORD_PATTERN = re.compile(PLAIN_WORD)
"""`PLAIN_WORD`, compiled."""
APOSTROPHE_WORD_PATTERN = re.compile(APOSTROPHE_WORD)
"""`APOSTROPHE_WORD`, compiled."""
HYPHENATED_WORD_PATTERN = re.compile(HYPHENATED_WORD)
"""`HYPHENATED_WORD`, compiled."""

EAST_ASIAN_CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Ranges of a character class: hiragana, katakana and Han characters, which have no spaces between
words."""

UNAMBIGUOUS_SENTENCE_ENDS = "؟۔।॥։።။។༎"
"""Further marks that end a sentence, in Arabic and Urdu, the languages of India, Armenian, Amharic,
Burmese, Khmer and Tibetan; none of them ends abbreviations."""
SENTENCE_ENDS = ".!?…" + UNAMBIGUOUS_SENTENCE_ENDS
"""Marks that end a sentence if a space follows; a full stop may instead end an abbreviation."""
FULL_WIDTH_SENTENCE_ENDS = "。！？"
"""Marks that end a sentence in Chinese and Japanese, where no space follows."""
ALL_SENTENCE_ENDS = SENTENCE_ENDS + FULL_WIDTH_SENTENCE_ENDS
"""Marks that end a sentence in any supported language."""
CLAUSE_ENDS = ",;:，；：、،؛"
"""Marks that end a clause within a sentence."""
SENTENCE_END_CLASS = character_class(SENTENCE_ENDS)
"""A character class of `SENTENCE_ENDS`."""
ALL_SENTENCE_ENDS_CLASS = character_class(ALL_SENTENCE_ENDS)
"""A character class of `ALL_SENTENCE_ENDS`."""
SENTENCE_END = rf"{SENTENCE_END_CLASS}{character_class(MARKS_AFTER_SENTENCE)}*"
"""A regular expression for an end mark and any closing marks and brackets after it."""

EAST_ASIAN_WORD_LENGTH = 1.8
"""Mean length of a word of Chinese and Japanese, in characters: 1.5 to 1.7 in Chinese, about 2 in
Japanese."""
SOUTH_EAST_ASIAN_WORD_LENGTH = 5.0
"""Mean length of a word of Thai, Lao, Khmer and Burmese, in letters and vowel signs."""
_FIRST_EAST_ASIAN = "\u3000"
_SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_EAST_ASIAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED_LETTER = re.compile(f"[{_SOUTH_EAST_ASIAN}{_EAST_ASIAN}]")
"""A letter of a run. A text without one is searched in a tenth of the time that it takes to search
for runs."""
_UNSPACED_RUN = re.compile(f"[{_SOUTH_EAST_ASIAN}]+|[{_EAST_ASIAN}]+")
"""A run of letters in a script that sets no spaces between words: South-East Asian scripts, and Han
and kana. Korean has spaces."""
_ENDS_SENTENCE = re.compile(
    # French puts a space between the end mark and the closing mark.
    rf"{ALL_SENTENCE_ENDS_CLASS}[\s{class_members(MARKS_AFTER_SENTENCE)}]*\Z"
)


_SPACED_LINE = re.compile(rf"\W*(?:{LETTER_OR_DIGIT}[.,!?:]?(?:[ \t]+|\W*\Z)){{4,}}")
"""A line of single letters, as old books print their titles: "T H E   K E Y"."""
_WORD_GAP = re.compile(r"[ \t]{2,}")


def join_spaced_letters(line: str) -> str:
    """Return a line of single letters as words: "T H E   K E Y" becomes "THE KEY".

    Other lines are returned as they are. Wider gaps separate the words.
    """
    if line[1:2] != " " or not _SPACED_LINE.fullmatch(line):
        return line
    return " ".join(word.replace(" ", "") for word in _WORD_GAP.split(line.strip()))


def has_words(text: str) -> bool:
    """Return whether the text contains a letter or a digit."""
    return any(map(str.isalnum, text))


def count_words(text: str) -> int:
    """Return the number of words; "don't" is one word, "well-known" is two.

    In scripts without spaces it is estimated from the number of characters.
    """
    # half the time of counting matches one by one
    count = len(APOSTROPHE_WORD_PATTERN.findall(text))
    return count + _count_unspaced_words(text) if _UNSPACED_LETTER.search(text) else count


def _count_unspaced_words(text: str) -> int:
    """Return how many more words scripts without spaces have than runs of their characters."""
    runs = _UNSPACED_RUN.findall(text)
    characters = sum(map(len, runs))
    letters = sum(len(run) for run in runs if run[0] < _FIRST_EAST_ASIAN)
    words = (characters - letters) / EAST_ASIAN_WORD_LENGTH + letters / SOUTH_EAST_ASIAN_WORD_LENGTH
    return max(0, round(words) - len(runs))


def has_more_words(text: str, limit: int) -> bool:
    """Return whether a text has more than `limit` words, without looking at all of a long one."""
    if _UNSPACED_LETTER.search(text):
        return count_words(text) > limit
    return next(islice(APOSTROPHE_WORD_PATTERN.finditer(text), limit, None), None) is not None


def ends_sentence(text: str) -> bool:
    """Return whether the text ends with an end mark, ignoring any closing marks after it."""
    return _ENDS_SENTENCE.search(text) is not None
