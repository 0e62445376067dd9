"""The words of headings, such as "chapter", "part" and "prologue": the section `[headings]`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.language_files import list_tags_with_section, load_language_file
from narrator.languages.sections import read_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_FIELD = "{number}"
"""What stands for the number in forms and patterns."""
_MAX_SPELT_NUMBER = 100
"""Highest number of a heading that is recognised in words."""
_MAX_ENDING = 2
"""Most letters in which the endings of two forms of one ordinal number differ: "primera",
"primero"."""
_MIN_STEM = 3
_NUM2WORDS_TAGS = {"nb": "no"}
"""Tags that num2words knows by another name."""
_JOINING_SIGNS = re.compile(r"[\s\u200c-]+")


@dataclass(frozen=True, slots=True, eq=False)
class HeadingWords:
    """The words of headings in one language, in lower case."""

    tag: str
    """The primary subtag of the language."""
    chapter_form: str = NUMBER_FIELD
    """The title of a chapter that has only a number, such as "Kapitel {number}"."""
    chapter_words: frozenset[str] = frozenset()
    """Words for a chapter, before or after its number: "chapter"."""
    scene_words: frozenset[str] = frozenset()
    """The words for a chapter that number the scenes of an act: "scene"."""
    part_words: frozenset[str] = frozenset()
    """Words for a part that has chapters: "part", "book", "act"."""
    volume_words: frozenset[str] = frozenset()
    """The words for a part that may also number the books of a series: "volume"."""
    entry_words: frozenset[str] = frozenset()
    """Words before the number of an entry in a log or diary: "day"."""
    unnumbered_titles: frozenset[str] = frozenset()
    """Titles of sections without a number, such as "prologue"."""
    note_titles: frozenset[str] = frozenset()
    """Headings of the notes at the end of a chapter or a book, such as "endnotes"."""
    chapter_patterns: tuple[str, ...] = ()
    """Headings of chapters in languages without spaces, with `{number}`, such as "第{number}章"."""
    part_patterns: tuple[str, ...] = ()
    """The same for parts."""
    ordinals: tuple[str, ...] = ()
    """Ordinal numbers in words, from 1, each in all forms that occur, separated by "|". Those that
    are missing come from num2words, where it knows the language."""
    numbers_by_key: Mapping[str, int] = field(default_factory=dict)
    """The values of `ordinals`, by `make_number_key`."""


@cache
def load_heading_words(tag: str) -> HeadingWords:
    """Return the words for the language of a BCP 47 tag; there may be none."""
    file = load_language_file(tag)
    section = file.section("headings")
    values = read_fields(section, HeadingWords)
    section.check_keys()
    numbers = {
        make_number_key(form): number
        for number, forms in enumerate(values.get("ordinals", ()), 1)
        for form in forms.split("|")
        if form
    }
    return HeadingWords(**{"tag": file.tag, **values, "numbers_by_key": numbers})


@cache
def list_heading_words() -> tuple[HeadingWords, ...]:
    """Return the words of all languages that have some."""
    return tuple(map(load_heading_words, list_tags_with_section("headings")))


def make_word_key(word: str) -> str:
    """Return a word without its case and accents, which capitals often lack: "ΚΕΦΑΛΑΙΟ"."""
    if word.isascii():
        return word.casefold()
    # a Turkish capital İ becomes an i with a dot that is an accent
    decomposed = unicodedata.normalize("NFD", word.casefold())
    # marks that are letters of their own, as in Hindi, are no accents of class Mn above a letter
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).replace("ı", "i")


def make_number_key(text: str) -> str:
    """Return a number in words without case, accents, spaces and hyphens."""
    return _JOINING_SIGNS.sub("", make_word_key(text))


def parse_spelt_number(text: str, words: HeadingWords, *, is_ordinal: bool = False) -> int | None:
    """Return the value of a number in the words of a language, or None.

    Args:
        text: the number, such as "vingt et unième".
        words: the words of the language.
        is_ordinal: whether only an ordinal number counts, because "two parts" is no heading.
    """
    key = make_number_key(text)
    if key in words.numbers_by_key:
        return words.numbers_by_key[key]
    cardinals, ordinals = _spell_numbers(words.tag)
    if key in ordinals or is_ordinal:
        return ordinals.get(key) or _find_by_stem(text, words.tag)
    return cardinals.get(key) or _find_by_stem(text, words.tag)


def _find_by_stem(text: str, tag: str) -> int | None:
    """Return the ordinal number that differs from a text only in the endings of its words."""
    words = _split_key(text)
    matches = {
        number: sum(map(len, stems))
        for number, spelling in _spell_ordinals(tag).items()
        if (stems := _match_stems(words, _split_key(spelling)))
    }
    longest = max(matches.values(), default=0)
    best = [number for number, length in matches.items() if length == longest]
    return best[0] if len(best) == 1 else None


def _split_key(text: str) -> list[str]:
    return _JOINING_SIGNS.split(make_word_key(text).strip())


def _match_stems(words: list[str], others: list[str]) -> list[str]:
    """Return the common stems of two lists of words, or [] if a pair has none."""
    if len(words) != len(others):
        return []
    stems = [_find_stem(word, other) for word, other in zip(words, others, strict=True)]
    return stems if all(stems) else []


def _find_stem(word: str, other: str) -> str:
    """Return what two forms of a word have in common, or "" if their endings are too long."""
    length = next(
        (i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b),
        min(len(word), len(other)),
    )
    is_stem = length >= _MIN_STEM and max(len(word), len(other)) - length <= _MAX_ENDING
    return word[:length] if is_stem else ""


@cache
def _spell_numbers(tag: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the values of cardinal and of ordinal numbers in words, by `make_number_key`."""
    cardinals = {
        make_number_key(words): number for number, words in _spell_all(tag, "cardinal").items()
    }
    ordinals = {make_number_key(words): number for number, words in _spell_ordinals(tag).items()}
    return cardinals, ordinals


@cache
def _spell_ordinals(tag: str) -> dict[int, str]:
    return _spell_all(tag, "ordinal")


def _spell_all(tag: str, kind: str) -> dict[int, str]:
    """Return the numbers that num2words can spell in a language; none if it doesn't know it."""
    spelt = {number: _spell(number, tag, kind) for number in range(1, _MAX_SPELT_NUMBER + 1)}
    return {number: words for number, words in spelt.items() if words}


def _spell(number: int, tag: str, kind: str) -> str:
    """Return a number in words, or "" where num2words cannot spell it."""
    from num2words import num2words  # noqa: PLC0415 - few books have numbers in words in headings

    try:
        return str(num2words(number, lang=_NUM2WORDS_TAGS.get(tag, tag), to=kind))
    # some of its languages lack ordinals, or have gaps
    except (NotImplementedError, KeyError, ValueError, TypeError, IndexError):
        return ""
