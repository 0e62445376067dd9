"""Parse headings in the languages that have a file: "Zweites Kapitel", "2. luku", "第二章"."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages import load_language
from narrator.languages.heading_words import (
    NUMBER_FIELD,
    list_heading_words,
    make_word_key,
    parse_spelt_number,
)
from narrator.text.numerals import HAN_NUMERAL_SIGNS, parse_numeral_signs
from narrator.text.roman_numerals import parse_roman_numeral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.languages.heading_words import HeadingWords

BASE_LANGUAGE = "en"
"""The language whose headings `heading_syntax` parses."""
_MAX_NUMBER_WORDS = 4
"""Most words of a number: "vingt et unième"."""
_MAX_LABEL_WORDS = 6
"""Words at the start of a line of which one must be a word for a chapter or a part."""
_TOKEN = re.compile(r"[^\W\d_]{2,}(?=\d)|\S+")
"""A word, which digits may follow without a space: "Глава2"."""
_NUMBER_SIGN = re.compile(rf"[\d{HAN_NUMERAL_SIGNS}]")
_STOPS = ".:,)–—-"
_NUMBER_WITH_ENDING = re.compile(r"(\d{1,4}|[IVXLC]+)(?:[.)º°ª]|-?[^\W\d_A-Z]{1,3})")
"""A number with an ordinal ending: "2.", "1er", "IIe", "2-я"."""


@dataclass(frozen=True, slots=True)
class LocalisedHeading:
    """The parts of a heading in some language."""

    tag: str
    """The primary subtag of the language."""
    is_part: bool
    number: int
    label: str
    """The heading without its title, as it is written."""
    rest: str
    """The text after the label."""
    needs_separator: bool
    """Whether a title must be set off by punctuation, because the number may be a word."""


def list_localised_headings(line: str) -> Iterator[LocalisedHeading]:
    """Yield the ways to parse a line as a heading with a number, by the words of each language.

    The word and a number in words must be of the same language.
    """
    # most lines have no number, and testing for one is quicker than the patterns of all languages
    for tag, is_part, pattern in _compile_patterns() if _NUMBER_SIGN.search(line) else ():
        match = pattern.fullmatch(line)
        number = parse_numeral_signs(match["number"]) if match else None
        if match and number:
            yield LocalisedHeading(tag, is_part, number, match["label"], match["rest"], False)
    tokens = list(_TOKEN.finditer(line))
    for index, token in enumerate(tokens[:_MAX_LABEL_WORDS]):
        key = make_word_key(token[0].rstrip(_STOPS))
        for words, is_part in _index_words().get(key, ()):
            for number, end, needs_separator in (
                *_parse_after_word(line, tokens, index, words),
                *_parse_before_word(line, tokens, index, words),
            ):
                label = line[:end].rstrip(_STOPS)
                yield LocalisedHeading(
                    words.tag, is_part, number, label, line[len(label) :], needs_separator
                )


def _parse_after_word(
    line: str, tokens: list[re.Match[str]], index: int, words: HeadingWords
) -> Iterator[tuple[int, int, bool]]:
    """Yield the number after the word at an index, where it ends, and whether it may be a word.

    Longer numbers come first: "vingt et un" before "vingt".
    """
    if index or line[tokens[0].end() - 1] in _STOPS:
        return
    for count in range(min(_MAX_NUMBER_WORDS, len(tokens) - 1), 0, -1):
        end = tokens[count].end()
        text = line[tokens[1].start() : end].rstrip(_STOPS)
        number = _parse_number(text) or parse_spelt_number(text, words)
        if number:
            yield number, tokens[1].start() + len(text), text == "I"


def _parse_before_word(
    line: str, tokens: list[re.Match[str]], index: int, words: HeadingWords
) -> Iterator[tuple[int, int, bool]]:
    """Yield the number before the word at an index, where the word ends, and False.

    An article may stand before the number.
    """
    if not index:
        return
    determiners = load_language(words.tag).determiners
    has_article = index > 1 and tokens[0][0].casefold() in determiners
    text = line[tokens[has_article].start() : tokens[index - 1].end()]
    number = _parse_number(text.removesuffix(".")) or _parse_number(text)
    if not number:
        number = parse_spelt_number(text, words, is_ordinal=True)
    if number:
        yield number, tokens[index].start() + len(tokens[index][0].rstrip(_STOPS)), False


def _parse_number(text: str) -> int | None:
    """Return the value of a number in signs, also with the ending of an ordinal number."""
    match = _NUMBER_WITH_ENDING.fullmatch(text)
    numeral = match[1] if match else text
    value = parse_numeral_signs(numeral)
    if value is None and numeral.isupper() and numeral.isascii():
        value = parse_roman_numeral(numeral, lenient=True)
    return value


@cache
def _index_words() -> dict[str, tuple[tuple[HeadingWords, bool], ...]]:
    """Return the languages that use a word in headings, each with whether it means a part."""
    index: defaultdict[str, list[tuple[HeadingWords, bool]]] = defaultdict(list)
    for words in list_heading_words():
        if words.tag == BASE_LANGUAGE:
            continue
        for word in sorted(words.chapter_words | words.part_words):
            index[make_word_key(word)].append((words, word in words.part_words))
    return {word: tuple(entries) for word, entries in index.items()}


@cache
def _compile_patterns() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Return the patterns of all languages, each with its language and whether it means a part."""
    number = rf"(?P<number>\d{{1,4}}|[{HAN_NUMERAL_SIGNS}]{{1,5}})"
    patterns = {
        pattern: (words.tag, is_part)
        for words in list_heading_words()
        for is_part, group in ((False, words.chapter_patterns), (True, words.part_patterns))
        for pattern in group
    }
    return tuple(
        (tag, is_part, re.compile(rf"(?P<label>{_escape_pattern(pattern, number)})(?P<rest>\W.*|)"))
        for pattern, (tag, is_part) in patterns.items()
    )


def _escape_pattern(pattern: str, number: str) -> str:
    """Return a pattern as a regular expression; spaces may stand around the number."""
    before, _, after = pattern.partition(NUMBER_FIELD)
    return rf"{re.escape(before)}\s*{number}\s*{re.escape(after)}"
