"""Parse headings such as "CHAPTER IV. The Storm", "Part Two", "XII" and "Prologue"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import takewhile

from narrator.languages.caption_words import load_break_words
from narrator.languages.heading_words import (
    NUMBER_FIELD,
    list_heading_words,
    load_heading_words,
    make_word_key,
)
from narrator.readers.layout.heading_numbers import parse_heading_number
from narrator.readers.layout.localised_headings import list_localised_headings
from narrator.text.language_tags import primary_subtag
from narrator.text.letter_case import lower_word
from narrator.text.numerals import HAN_NUMERAL_SIGNS
from narrator.text.quotes import APOSTROPHES, QUOTATION_MARKS, character_class
from narrator.text.roman_numerals import parse_roman_numeral
from narrator.text.words import LETTER, join_spaced_letters

_WORD_FIRST = re.compile(r"(?:the\s+)?([^\W\d_]+)\.?(?:\s+|(?=\d))(.+)", re.IGNORECASE | re.DOTALL)
"""A heading that begins with a word such as "chapter". Groups: the word, the text after it."""
_NUMBER_FIRST = re.compile(r"(?:the\s+)?([\w-]+)\s+([^\W\d_]+)\b(.*)", re.IGNORECASE | re.DOTALL)
"""A heading such as "The Second Chapter". Groups: number, word, the text after them."""
_NUMERAL = re.compile(
    r"(?:no\.\s*)?((?:the\s+)?[^\W_]+(?:[- ](?:and )?[^\W\d_]+){0,3})", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:[.:)\]–—：．、|-]+|[.:)\]]?\s)\s*")
"""The punctuation or space between the label of a heading and its title."""
_NUMBER_ALONE = re.compile(
    rf"[\[(–—~*-]*\s*([\dA-Za-z][A-Za-z\d -]*?|[{HAN_NUMERAL_SIGNS}]{{1,4}})\s*[\])–—~*.:-]*"
)
_NUMBER_AND_TITLE = re.compile(r"(\d{1,3}(?!\.\d)|[IVXLC]+)\s*[.:)–—|-]\s*(\S.*)", re.DOTALL)
_ORDINAL_ENDING = re.compile(r"(?:st|nd|rd|th|last|final)$", re.IGNORECASE)
_WORD_IN_CAPITALS = re.compile(
    rf"(\d{LETTER}+)|({LETTER})((?:{LETTER}|(?<=\w){character_class(APOSTROPHES)}(?=\w))*)"
)
"""A number with letters ("2ND"), or the first letter of a word and the remaining letters."""
_STOP = re.compile(r"\s*[.:)–—-]")
_EMPHASISED = re.compile(r"(?<!\w)_([^_]+)_(?!\w)")
_BASE_LANGUAGE = "en"
_DECORATION = "_*=~ \t"
"""Decorative characters around a heading."""
MINOR_WORDS = frozenset(
    [
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "on",
        "onto", "or", "the", "to", "upon", "with",
    ]
)  # fmt: skip
"""English words that stay in lower case within a title."""
MAX_HEADING_CHARACTERS = 120
"""Maximum length of a line that is a heading."""
_MAX_ENTRY_WORDS = 4
"""Most words before the number of an entry: "Log entry: Sol 62"."""
_MAX_OPENING_WORDS = 2
_ENGLISH_WORDS_LIKE_NUMERALS = ("MIX", "DIM", "MILD")


class HeadingRank(StrEnum):
    """The kind of section that a heading opens."""

    PART = "part"
    CHAPTER = "chapter"
    NUMBER = "number"
    """A number alone or before a title ("XII", "3. The Sea"), without a word such as "chapter"."""
    ENTRY = "entry"
    """A number with a word for a part of a log, such as "Day 3"."""
    NAMED = "named"
    """A title without a number, such as "Prologue"."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The parts of a heading."""

    rank: HeadingRank
    number: int | None
    label: str
    """The heading without its title, such as "Chapter IV", "XII" or "Prologue"."""
    title: str
    """The text after the label; may be empty."""


_BETWEEN_DASHES = re.compile(r"(?P<dash>[—–-]{1,3}) ?(?P<line>[^—–]{1,80}?) ?(?P=dash)")
"""A heading between dashes: "— CHAPTER ONE —"."""


@lru_cache(maxsize=1 << 14)  # several stages parse the same lines
def parse_heading(text: str) -> Heading | None:
    """Parse a numbered or named heading; return None if the text is not a heading."""
    line = " ".join(join_spaced_letters(text).split()).strip(_DECORATION)
    if enclosed := _BETWEEN_DASHES.fullmatch(line):
        line = enclosed["line"]
    if not line or len(line) > MAX_HEADING_CHARACTERS * 2:
        return None
    return (
        _parse_word_first(line)
        or _parse_number_first(line)
        or _parse_localised(line)
        or _parse_bare_number(line)
        or _parse_unnumbered(line)
    )


def _parse_word_first(line: str) -> Heading | None:
    """Parse a heading such as "Chapter IV. The Storm"."""
    match = _WORD_FIRST.fullmatch(line)
    if not match or match[1].lower() not in _list_english_words():
        return _parse_entry(line)
    parsed = _split_number(match[2])
    if not parsed:
        return None
    number, numeral, title = parsed
    label = f"{match[1].capitalize()} {_format_numeral(numeral)}"
    return Heading(_get_word_rank(match[1]), number, label, title)


def _parse_entry(line: str) -> Heading | None:
    """Parse the heading of an entry in a log: "DAY 3", "Log entry: Sol 62", "Mission day 4"."""
    tokens = line.split()
    opening = list(takewhile(_may_open_entry, tokens[:_MAX_OPENING_WORDS]))
    last_words = list(takewhile(_is_entry_word, tokens[len(opening) : _MAX_ENTRY_WORDS]))
    words = [*opening, *last_words] if last_words else []
    parsed = _split_number(" ".join(tokens[len(words) :])) if words else None
    if not parsed:
        return None
    number, numeral, title = parsed
    label = f"{normalise_title_case(' '.join(words))} {_format_numeral(numeral)}"
    return Heading(HeadingRank.ENTRY, number, label, title)


def _may_open_entry(token: str) -> bool:
    """Return whether a word may stand before the words of an entry: "Mission" in "Mission day"."""
    return token[0].isupper() and token.isalpha() and not _is_entry_word(token)


def _is_entry_word(token: str) -> bool:
    """Return whether a word stands before the number of an entry in a log, as "day" does."""
    return make_word_key(token.strip(".:,–—-")) in _list_entry_words()


@cache
def _list_entry_words() -> frozenset[str]:
    """Return the words for the entries of a log in all languages, by `make_word_key`."""
    words = (words.entry_words for words in list_heading_words())
    return frozenset(make_word_key(word) for words_of_tag in words for word in words_of_tag)


def _parse_number_first(line: str) -> Heading | None:
    """Parse a heading such as "The Second Chapter" or "FIRST PART"."""
    match = _NUMBER_FIRST.fullmatch(line)
    if not match or match[2].lower() not in _list_english_words():
        return None
    number = parse_heading_number(match[1])
    # "one", "a" and "I" begin sentences: "One part of me ..."
    if number is None or match[1].lower() in ("one", "a", "i"):
        return None
    title = _parse_title(match[3])
    if title is None:
        return None
    label = f"{match[1].capitalize()} {match[2].capitalize()}"
    return Heading(_get_word_rank(match[2]), number, label, title)


def _get_word_rank(word: str) -> HeadingRank:
    """Return the rank of headings with a word such as "part" or "chapter"."""
    part_words = load_heading_words(_BASE_LANGUAGE).part_words
    return HeadingRank.PART if word.lower() in part_words else HeadingRank.CHAPTER


@cache
def _list_english_words() -> frozenset[str]:
    """Return the English words for chapters and parts."""
    words = load_heading_words(_BASE_LANGUAGE)
    return words.chapter_words | words.part_words


@cache
def list_volume_words() -> frozenset[str]:
    """Return the words for parts that may also number the books of a series."""
    return frozenset[str]().union(*(words.volume_words for words in list_heading_words()))


@cache
def list_scene_words() -> frozenset[str]:
    """Return the words among those for chapters that number the scenes of an act."""
    return frozenset[str]().union(*(words.scene_words for words in list_heading_words()))


@cache
def _list_unnumbered_titles() -> frozenset[str]:
    """Return the titles of sections without a number, such as "prologue", in all languages."""
    return frozenset[str]().union(*(words.unnumbered_titles for words in list_heading_words()))


def _parse_localised(line: str) -> Heading | None:
    """Parse a heading in a language other than English, such as "Zweites Kapitel"."""
    for localised in list_localised_headings(line):
        title = _parse_title(localised.rest)
        if title is None or (
            title and localised.needs_separator and not _STOP.match(localised.rest)
        ):
            continue
        label = " ".join(localised.label.split())
        if label.isupper() and len(label) > 1:
            label = convert_to_title_case(label, localised.tag)
        rank = HeadingRank.PART if localised.is_part else HeadingRank.CHAPTER
        return Heading(rank, localised.number, label, title)
    return None


def _split_number(text: str) -> tuple[int, str, str] | None:
    """Split a text into its leading number and a title; return (number, numeral, title).

    Return None if it does not begin with a number, or if what follows cannot be a title.
    """
    match = _NUMERAL.match(text)
    if not match:
        return None
    # "twenty two the end" matches as a whole: try fewer and fewer words of it as the number.
    tokens = re.split(r"([- ])", match[1])
    for length in range(len(tokens), 0, -2):
        numeral = "".join(tokens[:length])
        number = parse_heading_number(re.sub(r"^the\s+", "", numeral, flags=re.IGNORECASE))
        if number is not None:
            title = _parse_title(text[match.start(1) + len(numeral) :])
            return None if title is None else (number, numeral, title)
    return None


def _parse_title(text: str) -> str | None:
    """Return the title that follows a label, or None if the text continues like a sentence."""
    if not text.strip(" .:"):
        return ""
    match = _SEPARATOR.match(text)
    if not match or not text[match.end() :]:
        return None
    title = text[match.end() :].strip()
    has_punctuation = bool(match[0].strip())
    if title[0].islower() or (not has_punctuation and title[-1] in ".,;"):
        return None
    return title


def _parse_bare_number(line: str) -> Heading | None:
    """Parse a heading that has no word such as "chapter": "XII", "3. The Sea"."""
    match = _NUMBER_ALONE.fullmatch(line)
    number = parse_heading_number(match[1]) if match else None
    # "Two." may be an answer in dialogue; "II." and "Two" are headings.
    is_sentence = match and line[-1] == "." and match[1].isalpha() and not match[1].isupper()
    if match and number is not None and not is_sentence and not _ORDINAL_ENDING.search(match[1]):
        return Heading(HeadingRank.NUMBER, number, _format_numeral(match[1]), "")
    match = _NUMBER_AND_TITLE.fullmatch(line)
    number = parse_heading_number(match[1]) if match else None
    # a bar stands in no sentence, so that the title may be in lower case
    if match and number is not None and (not match[2][0].islower() or "|" in line):
        return Heading(HeadingRank.NUMBER, number, match[1], match[2])
    return None


def _parse_unnumbered(line: str) -> Heading | None:
    """Parse a heading without a number: "Prologue", "Epilogue: Ten Years Later"."""
    name, separator, title = line.partition(":")
    name = name.rstrip(". ")
    if name.lower() not in _list_unnumbered_titles():
        return None
    label = normalise_title_case(name)
    return Heading(HeadingRank.NAMED, None, label, title.strip() if separator else "")


def _format_numeral(numeral: str) -> str:
    """Format a numeral for a label: "XII", "12", "Twelve"."""
    if parse_roman_numeral(numeral.upper(), lenient=True):
        return numeral.upper()
    return str(int(numeral)) if numeral.isdecimal() else numeral.title().replace(" And ", " and ")


def format_heading(text: str, language: str = _BASE_LANGUAGE) -> str:
    """Format a heading as a chapter title: "I" becomes "Chapter I", capitals become title case.

    `language` is the BCP 47 tag of the book; "I" becomes "Kapitel I" in German.
    """
    lines = [
        join_spaced_letters(line.strip(_DECORATION))
        for line in text.splitlines()
        if line.strip(_DECORATION)
    ]
    heading = parse_heading(lines[0]) if lines else None
    if heading is None:
        heading = parse_heading(text)
        if heading is None or heading.rank is HeadingRank.NAMED:
            return normalise_title_case(" ".join(lines), language)
        lines = []
    title = " ".join([heading.title, *lines[1:]]).strip()
    label = heading.label
    if heading.rank is HeadingRank.NUMBER and not title:
        label = load_heading_words(language).chapter_form.replace(NUMBER_FIELD, label)
    if not title.strip(" ."):
        return label
    return f"{label}: {normalise_title_case(title, language)}"


def fold_title(title: str) -> str:
    """Return the letters and digits of a title, case-folded, to compare titles."""
    return "".join(filter(str.isalnum, title)).casefold()


def normalise_title_case(text: str, language: str = _BASE_LANGUAGE) -> str:
    """Return a title without a final full stop, converted to title case if it is in capitals."""
    text = " ".join(join_spaced_letters(text).split())
    text = _EMPHASISED.sub(r"\1", text).strip(_DECORATION)
    if text.endswith(".") and not text.endswith("..") and text.count(".") == 1:
        text = text[:-1]
    # A word of up to three letters may be an abbreviation, such as "USA".
    if not text.isupper() or (len(text) < 4 and " " not in text):
        return text
    return convert_to_title_case(text, language)


def convert_to_title_case(text: str, language: str = _BASE_LANGUAGE) -> str:
    """Convert a text in capitals to title case.

    Minor words such as "of" become lower case, except at the start and end of the title.
    """
    # Even indices hold words; odd indices hold the spaces and hyphens between them.
    pieces = re.split(r"([\s-]+)", text)
    return "".join(
        _convert_word(
            piece,
            language,
            is_edge=i == 0 or pieces[i - 2][-1:] in ":.?!" or i == len(pieces) - 1,
        )
        for i, piece in enumerate(pieces)
    )


def _convert_word(word: str, language: str, *, is_edge: bool) -> str:
    """Convert a word in capitals to title case; Roman numerals are unchanged.

    `is_edge` is whether the word begins or ends the title or a part of it.
    """
    bare_word = word.strip(".,:;!?()" + QUOTATION_MARKS)
    if (
        parse_roman_numeral(bare_word, lenient=True)
        and bare_word not in _ENGLISH_WORDS_LIKE_NUMERALS
    ):
        return word
    is_minor = lower_word(bare_word, language) in _list_minor_words(language)
    if is_minor and not is_edge and word[-1] != ".":
        return lower_word(word, language)
    return _WORD_IN_CAPITALS.sub(
        lambda match: match[1].lower() if match[1] else match[2] + lower_word(match[3], language),
        word,
    )


@cache
def _list_minor_words(language: str) -> frozenset[str]:
    """Return the words that stay in lower case within a title, in the language of a tag."""
    if primary_subtag(language) == _BASE_LANGUAGE:
        return MINOR_WORDS
    words = load_break_words(language)
    return words.dependent_words | words.phrase_openers
