"""Find headings whose words no language file knows by their series: "1. kafli", "2. kafli"."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout.heading_syntax import Heading, HeadingRank
from narrator.text.numerals import parse_numeral_signs
from narrator.text.roman_numerals import parse_roman_numeral
from narrator.text.words import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

_MIN_WORD_LETTERS = 3
"""Fewest letters of the word that all headings of a series share."""
_MIN_ORDINALS = 3
"""Fewest headings of a series whose numbers are words, which prove less than digits."""
_MAX_WORD_SHARE = 0.01
"""Greatest share of all words that is the shared word of these; articles exceed it."""
_STOPS = ".:)ºª°"
_SENTENCE_MARKS = ".!?…,;:。！？؟।"
_DECIMAL_HEADING = re.compile(
    r"(?:(?P<words>[^\W\d_][^\d.!?]{1,40})\s)?(?P<arc>\d{1,3})\.(?P<chapter>\d{1,2})"
    r"(?:\s*[.:–—-]?\s+(?P<title>[^\W\d_a-zß-ÿ].*[^.!?;,]))?"
)
_MAX_DECIMAL_CHARACTERS = 80
_PREFIXED_HEADING = re.compile(
    r"(?P<prefix>[^\W\d_][^.!?\n]{2,60}?\s)(?P<number>\d{1,4})(?:\s*[:.–—-]\s*(?P<title>\S[^\n]{1,60}))?"
)
"""A heading with words before the number: "Arc 2, Chapter 1: Pale Harbour"."""
_MAX_TITLE_CHARACTERS = 60
_MIN_PROSE_CHARACTERS = 60
"""Fewest characters of a paragraph between two headings of a series."""


def find_numbered_series(blocks: Sequence[Block]) -> dict[int, Heading]:
    """Return the headings that share a word and count from one, by block index.

    Their numbers are digits or Roman numerals, before or after one or two words. Where all numbers
    are words ("თავი პირველი"), three headings are needed, of which the first opens the text. Prose
    must stand between each two of them.
    """
    series: defaultdict[tuple[str, bool], list[tuple[int, int, str]]] = defaultdict(list)
    for index, block in enumerate(blocks):
        line = block.spoken_text.strip()
        words = line.split()
        if block.kind is not ParagraphKind.TEXT or block.skip_reason or len(words) not in {2, 3}:
            continue
        for is_last, number, other_words in (
            (True, words[-1], words[:-1]),
            (False, words[0], words[1:]),
        ):
            key = " ".join(other_words).rstrip(_STOPS).casefold()
            if len(key) >= _MIN_WORD_LETTERS and key.replace(" ", "").isalpha():
                series[key, is_last].append((index, _parse_number(number), line))
    for (shared, _), headings in sorted(series.items(), key=lambda item: -len(item[1])):
        if _is_series(headings, blocks, shared):
            return {
                index: Heading(HeadingRank.CHAPTER, number or count, line, "")
                for count, (index, number, line) in enumerate(headings, 1)
            }
    return {}


def find_decimal_series(blocks: Sequence[Block]) -> dict[int, Heading]:
    """Return the headings with the numbers of an arc and of a chapter in it: "3.2 The Wrench".

    Words before the number are the same within an arc, as in "Undertow 3.2". Each number follows
    the one before, and prose stands between.
    """
    found = [
        (index, match)
        for index, block in enumerate(blocks)
        if block.kind is ParagraphKind.TEXT
        and not block.skip_reason
        and len(block.text) <= _MAX_DECIMAL_CHARACTERS
        and (match := _DECIMAL_HEADING.fullmatch(block.text.strip()))
    ]
    numbers = [(int(match["arc"]), int(match["chapter"])) for _, match in found]
    ends = [index for index, _ in found[1:]] + [len(blocks)]
    if len(found) < 2 or not all(
        _has_prose(blocks, index + 1, end) for (index, _), end in zip(found, ends, strict=True)
    ):
        return {}
    is_counted = all(
        after in ((before[0], before[1] + 1), (before[0] + 1, 1), (before[0] + 1, 0))
        for before, after in pairwise(numbers)
    )
    words = {(match["words"] or "", match["arc"]) for _, match in found}
    if not is_counted or len(words) > len({arc for arc, _ in numbers}):
        return {}
    return {
        index: Heading(
            HeadingRank.CHAPTER,
            count,
            " ".join(filter(None, (match["words"], f"{match['arc']}.{match['chapter']}"))),
            match["title"] or "",
        )
        for count, (index, match) in enumerate(found, 1)
    }


def find_prefixed_series(blocks: Sequence[Block]) -> dict[int, Heading]:
    """Return the headings with the same words before numbers that follow each other.

    These are lines such as "The Ferry - Chapter 3". A heading may stand twice.
    """
    series: defaultdict[str, list[tuple[int, int, re.Match[str]]]] = defaultdict(list)
    for index, block in enumerate(blocks):
        match = _PREFIXED_HEADING.fullmatch(block.text.strip())
        if match is None or block.kind is not ParagraphKind.TEXT or block.skip_reason:
            continue
        if (match["title"] or "0")[-1] in _SENTENCE_MARKS:
            continue
        found = series[match["prefix"].casefold()]
        if not found or found[-1][1] != int(match["number"]):
            found.append((index, int(match["number"]), match))
    for found in series.values():
        starts = [index for index, _, _ in found]
        ends = [*starts[1:], len(blocks)]
        is_counted = all(after[1] == before[1] + 1 for before, after in pairwise(found))
        if (
            len(found) > 1
            and is_counted
            and not _has_prose(blocks, 0, starts[0])
            and all(_has_prose(blocks, i + 1, end) for i, end in zip(starts, ends, strict=True))
        ):
            return {
                index: Heading(
                    HeadingRank.CHAPTER, number, f"{match['prefix']}{number}", match["title"] or ""
                )
                for index, number, match in found
            }
    return {}


def find_doubled_titles(blocks: Sequence[Block]) -> dict[int, Heading]:
    """Return the titles that stand twice above each chapter, as in texts copied from websites."""
    starts = [
        index
        for index, (block, following) in enumerate(pairwise(blocks))
        if block.text == following.text
        and block.kind is ParagraphKind.TEXT
        and len(block.text) <= _MAX_TITLE_CHARACTERS
        and block.text[0].isupper()
        and block.text[-1] not in _SENTENCE_MARKS
    ]
    ends = [*starts[1:], len(blocks)]
    is_series = len({blocks[index].text for index in starts}) == len(starts) > 1 and all(
        _has_prose(blocks, index + 2, end) for index, end in zip(starts, ends, strict=True)
    )
    if not is_series or _has_prose(blocks, 0, starts[0]):
        return {}
    return {
        index: Heading(HeadingRank.CHAPTER, count, blocks[index].text, "")
        for count, index in enumerate(starts, 1)
    }


def _parse_number(text: str) -> int:
    """Return the value of digits or a Roman numeral in capitals, or 0."""
    numeral = text.strip(_STOPS)
    value = parse_numeral_signs(numeral)
    if value is None and numeral.isupper() and numeral.isascii():
        value = parse_roman_numeral(numeral, lenient=True)
    return value or 0


def _is_series(
    headings: Sequence[tuple[int, int, str]], blocks: Sequence[Block], shared: str
) -> bool:
    """Return whether lines that share words are the headings of a text."""
    indices = [index for index, _, _ in headings]
    numbers = [number for _, number, _ in headings]
    ends = [*indices[1:], len(blocks)]
    sections = [blocks[index + 1 : end] for index, end in zip(indices, ends, strict=True)]
    long_count = sum(_has_prose(section, 0, len(section)) for section in sections)
    if len(headings) < 2 or not all(map(_has_sentence, sections)):
        return False
    if numbers == list(range(1, len(headings) + 1)):
        return long_count * 2 > len(sections)
    lines = [line for _, _, line in headings]
    return (
        len(headings) >= _MIN_ORDINALS
        and long_count == len(sections)
        and not any(numbers)
        and len(set(lines)) == len(lines)
        and not any(line[-1] in _SENTENCE_MARKS for line in lines)
        and not _has_prose(blocks, 0, indices[0])
        and _measure_share(blocks, shared) <= _MAX_WORD_SHARE
    )


def _measure_share(blocks: Sequence[Block], shared: str) -> float:
    """Return the share of all words of prose that are the first word that headings share."""
    words = [
        word
        for block in blocks
        if len(block.text) >= _MIN_PROSE_CHARACTERS
        for word in block.text.casefold().split()
    ]
    return words.count(shared.split(maxsplit=1)[0]) / max(len(words), 1)


def _has_sentence(section: Sequence[Block]) -> bool:
    """Return whether a block of a section ends like a sentence."""
    return any(ends_sentence(block.text) for block in section)


def _has_prose(blocks: Sequence[Block], start: int, end: int) -> bool:
    """Return whether a range of blocks has a paragraph of prose."""
    return any(len(block.text) >= _MIN_PROSE_CHARACTERS for block in blocks[start:end])
