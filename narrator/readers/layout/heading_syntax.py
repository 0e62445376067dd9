"""What a heading says: "CHAPTER IV. The Storm", "Part Two", "XII", "Prologue"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from narrator.readers.layout import numerals

PART_WORDS = frozenset(
    [
        "part", "book", "volume", "vol", "act", "teil", "buch", "band", "partie", "livre", "tome",
        "parte", "libro", "deel", "boek", "часть", "книга", "том",
    ]
)  # fmt: skip
CHAPTER_WORDS = frozenset(
    [
        "chapter", "chap", "stave", "canto", "letter", "episode", "kapitel", "chapitre", "capítulo",
        "capitulo", "capitolo", "hoofdstuk", "kapitola", "rozdział", "глава", "scene", "fytte",
    ]
)  # fmt: skip
UNNUMBERED_TITLES = frozenset(
    [
        "prologue", "epilogue", "interlude", "preface", "foreword", "introduction", "afterword",
        "postscript", "conclusion", "appendix", "finale", "coda", "intermezzo", "prelude",
        "author's note", "author’s note", "a note on the text", "introductory", "proem",
        "prolog", "epilog",
        "vorwort", "nachwort", "einleitung", "prólogo", "epílogo", "prologo", "epilogo", "épilogue",
        "préface", "avant-propos",
    ]
)  # fmt: skip
"""Titles that open a chapter without a number."""

_HEAD = re.compile(r"(?:the\s+)?([^\W\d_]+)\.?(?:\s+|(?=\d))(.+)", re.IGNORECASE | re.DOTALL)
_TURNED = re.compile(r"(?:the\s+)?([\w-]+)\s+([^\W\d_]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(
    r"(?:no\.\s*)?((?:the\s+)?[^\W_]+(?:[- ](?:and )?[^\W\d_]+){0,3})", re.IGNORECASE
)
_REST = re.compile(r"\s*(?:[.:)\]–—-]+|[.:)\]]?\s)\s*")
_BARE = re.compile(r"[\[(–—~*-]*\s*([\dA-Za-z][A-Za-z\d -]*?)\s*[\])–—~*.:-]*")
_LED = re.compile(r"(\d{1,3}|[IVXLC]+)\s*[.:)–—-]\s*(\S.*)", re.DOTALL)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|last|final)$", re.IGNORECASE)
_CAPITALS = re.compile(r"(\d[^\W\d_]+)|([^\W\d_])((?:[^\W\d_]|(?<=\w)['’](?=\w))*)")
_WRAPPERS = "_*=~ \t"
MINOR_WORDS = frozenset(
    [
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "on",
        "onto", "or", "the", "to", "upon", "with",
    ]
)  # fmt: skip
MAX_HEADING_CHARACTERS = 120
"""Characters of the longest line that may be a heading."""


class HeadingRank(StrEnum):
    """What a heading opens."""

    PART = "part"
    CHAPTER = "chapter"
    NUMBER = "number"
    """A number alone or before a title: a chapter where its neighbours are numbered too."""
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading understood."""

    rank: HeadingRank
    number: int | None
    label: str
    """"Chapter IV", "XII", "Prologue"."""
    title: str
    """What follows the label; may be empty."""


@lru_cache(maxsize=4096)  # each stage asks again of the same few lines
def parse_heading(text: str) -> Heading | None:
    """What a heading says, or none where the text is no numbered or named heading."""
    flat = " ".join(text.split()).strip(_WRAPPERS)
    if not flat or len(flat) > MAX_HEADING_CHARACTERS * 2:
        return None
    return _worded(flat) or _turned(flat) or _numbered(flat) or _named(flat)


def _worded(flat: str) -> Heading | None:
    match = _HEAD.fullmatch(flat)
    if not match or match[1].lower() not in PART_WORDS | CHAPTER_WORDS:
        return None
    found = _number(match[2])
    if not found:
        return None
    number, written, rest = found
    return _heading(match[1], written, number, rest)


def _turned(flat: str) -> Heading | None:
    """A heading with its number first: "The Second Chapter", "FIRST PART"."""
    match = _TURNED.fullmatch(flat)
    if not match or match[2].lower() not in PART_WORDS | CHAPTER_WORDS:
        return None
    number = numerals.parse_heading_number(match[1])
    if number is None or match[1].lower() in ("one", "a", "i"):
        return None
    rest = _rest(match[3])
    if rest is None:
        return None
    rank = HeadingRank.PART if match[2].lower() in PART_WORDS else HeadingRank.CHAPTER
    return Heading(rank, number, f"{match[1].capitalize()} {match[2].capitalize()}", rest)


def _heading(word: str, written: str, number: int, rest: str) -> Heading:
    rank = HeadingRank.PART if word.lower() in PART_WORDS else HeadingRank.CHAPTER
    return Heading(rank, number, f"{word.capitalize()} {_numeral(written)}", rest)


def _number(text: str) -> tuple[int, str, str] | None:
    """The number that a text begins with, as written, and the rest, if that may be a title."""
    match = _NUMBER.match(text)
    if not match:
        return None
    tokens = re.split(r"([- ])", match[1])
    for length in range(len(tokens), 0, -2):
        written = "".join(tokens[:length])
        number = numerals.parse_heading_number(re.sub(r"^the\s+", "", written, flags=re.IGNORECASE))
        if number is not None:
            rest = _rest(text[match.start(1) + len(written) :])
            return None if rest is None else (number, written, rest)
    return None


def _rest(text: str) -> str | None:
    """What follows a label; none where it goes on as a sentence would."""
    if not text.strip(" .:"):
        return ""
    match = _REST.match(text)
    if not match or not text[match.end() :]:
        return None
    title = text[match.end() :].strip()
    separated = bool(match[0].strip())
    if title[0].islower() or (not separated and title[-1] in ".,;"):
        return None
    return title


def _numbered(flat: str) -> Heading | None:
    match = _BARE.fullmatch(flat)
    number = numerals.parse_heading_number(match[1]) if match else None
    counted = match and flat[-1] == "." and match[1].isalpha() and not match[1].isupper()
    if match and number is not None and not counted and not _ORDINAL.search(match[1]):
        return Heading(HeadingRank.NUMBER, number, _numeral(match[1]), "")
    match = _LED.fullmatch(flat)
    number = numerals.parse_heading_number(match[1]) if match else None
    if match and number is not None and not match[2][0].islower():
        return Heading(HeadingRank.NUMBER, number, match[1], match[2])
    return None


def _named(flat: str) -> Heading | None:
    name, separator, rest = flat.partition(":")
    if name.rstrip(". ").lower() not in UNNUMBERED_TITLES:
        return None
    return Heading(
        HeadingRank.NAMED,
        None,
        normalise_title_case(name.rstrip(". ")),
        rest.strip() if separator else "",
    )


def _numeral(written: str) -> str:
    if numerals.roman(written.upper()):
        return written.upper()
    return (
        str(int(written))
        if written.isascii() and written.isdigit()
        else written.title().replace(" And ", " and ")
    )


def format_heading(text: str) -> str:
    """A heading as players show it: "I" becomes "Chapter I", capitals become a title."""
    lines = [line.strip(_WRAPPERS) for line in text.splitlines() if line.strip(_WRAPPERS)]
    heading = parse_heading(lines[0]) if lines else None
    if heading is None:
        heading = parse_heading(text)
        if heading is None or heading.rank is HeadingRank.NAMED:
            return normalise_title_case(" ".join(lines))
        lines = []
    rest = " ".join([heading.title, *lines[1:]]).strip()
    label = heading.label
    if heading.rank is HeadingRank.NUMBER and not rest:
        label = f"Chapter {label}"
    return f"{label}: {normalise_title_case(rest)}" if rest.strip(" .") else label


def normalise_title_case(text: str) -> str:
    """A title in capitals as a title in small letters; any other title as it is."""
    text = " ".join(text.split()).strip(_WRAPPERS)
    if text.endswith(".") and not text.endswith("..") and text.count(".") == 1:
        text = text[:-1]
    if not text.isupper() or (len(text) < 4 and " " not in text):
        return text
    return convert_to_title_case(text)


def convert_to_title_case(text: str) -> str:
    """A text in capitals as a title."""
    pieces = re.split(r"([\s-]+)", text)
    return "".join(
        _cased(piece, first=i == 0 or pieces[i - 2][-1:] in ":.?!" or i == len(pieces) - 1)
        for i, piece in enumerate(pieces)
    )


def _cased(word: str, *, first: bool) -> str:
    bare = word.strip(".,:;!?\"'“”‘’()")
    if numerals.roman(bare) and bare not in ("MIX", "DIM", "MILD"):
        return word
    if bare.lower() in MINOR_WORDS and not first and word[-1] != ".":
        return word.lower()
    return _CAPITALS.sub(
        lambda found: found[1].lower() if found[1] else found[2] + found[3].lower(), word
    )
