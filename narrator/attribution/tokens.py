"""The book as attribution reads it: one run of tokens, each knowing whether it is spoken.

Parallel lists, not objects: a novel has two hundred thousand tokens, and five seconds.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING

from narrator.model import Form, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.language import Language
    from narrator.model import Book, Line

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.,;:!?…]|--+|[—–]")
_ENDS = frozenset(".!?…")
_OPENERS = frozenset(("—", "–", "--"))
"""What stands before a speech, and before what is told within it, in many languages."""
_WALLS = frozenset("&()[]{}/+=<>|")
"""Marks without a token that part two words."""
_NO_WALL = frozenset(("", " "))
_POSSESSIVE = ("'s", "’s")
_OWNERSHIP = frozenset(("s", *_POSSESSIVE))


@dataclass(slots=True)
class Quotation:
    """A quotation and where it stands."""

    number: int
    lines: list[int] = field(default_factory=list)
    """Indices of its lines in the script."""
    runs: list[tuple[int, int]] = field(default_factory=list)
    """Its unbroken stretches, as ranges of tokens."""
    first: int = 0
    """Block in which it begins."""
    last: int = 0
    """Block in which it ends."""


@dataclass(slots=True)
class Page:
    """Tokens of the whole book, in order."""

    language: Language
    words: list[str] = field(default_factory=list)
    """As written, without a possessive ending."""
    lower: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("q"))
    """Offset into the book."""
    possessive: list[bool] = field(default_factory=list)
    opens: list[bool] = field(default_factory=list)
    """Whether a sentence, or a stretch of speech, begins here."""
    voice: list[int] = field(default_factory=list)
    """Index of the quotation that the token belongs to; -1 in narration."""
    block: list[int] = field(default_factory=list)
    """Index of the paragraph, counted through the book."""
    apart: list[bool] = field(default_factory=list)
    """Whether "&", a bracket or the like stands between the token before and this one."""
    blocks: list[tuple[int, int]] = field(default_factory=list)
    """Each paragraph's range of tokens."""
    chapters: list[int] = field(default_factory=list)
    """Each paragraph's chapter."""
    breaks: list[bool] = field(default_factory=list)
    """Whether a scene, or a chapter, begins with the paragraph."""
    quotations: list[Quotation] = field(default_factory=list)


def turn(book: Book, lines: Sequence[Line], language: Language) -> Page:
    """The page of a book whose lines have been found."""
    page = Page(language)
    seen: dict[int, int] = {}
    place: tuple[int, int] | None = None
    for index, line in enumerate(lines):
        if (line.chapter, line.paragraph) != place:
            _open_block(page, line, place)
            place = (line.chapter, line.paragraph)
        voice = _voice(page, seen, line, index)
        _read_line(page, book.readable, line, voice)
    if page.blocks:
        page.blocks[-1] = (page.blocks[-1][0], len(page.words))
    return page


def _open_block(page: Page, line: Line, place: tuple[int, int] | None) -> None:
    at = len(page.words)
    if page.blocks:
        page.blocks[-1] = (page.blocks[-1][0], at)
    page.blocks.append((at, at))
    page.chapters.append(line.chapter)
    page.breaks.append(place is None or line.scene or line.chapter != place[0])


def _voice(page: Page, seen: dict[int, int], line: Line, index: int) -> int:
    """The index of the line's quotation, noted; -1 where nobody speaks."""
    if line.kind is not Kind.DIALOGUE:
        return -1
    key = line.quotation if line.quotation is not None else -1 - index
    if key not in seen:
        seen[key] = len(page.quotations)
        page.quotations.append(Quotation(key, first=len(page.blocks) - 1))
    quotation = page.quotations[seen[key]]
    quotation.lines.append(index)
    quotation.last = len(page.blocks) - 1
    return seen[key]


def _read_line(page: Page, text: str, line: Line, voice: int) -> None:
    begin, block = len(page.words), len(page.blocks) - 1
    fresh = begin == page.blocks[-1][0] or page.voice[-1] != voice
    words, opens, starts, apart = page.words, page.opens, page.starts, page.apart
    abbreviations, ended = page.language.abbreviations, line.start
    for found in _TOKEN.finditer(text, line.start, line.end):
        token, start = found.group(), found.start()
        if fresh and token in _OPENERS and page.language.dash_dialogue:
            continue
        if token in _OWNERSHIP and words and start - 1 == starts[-1] + len(words[-1]):
            page.possessive[-1] = True  # an apostrophe lost on the way: "the General s glance"
            continue
        word, low, possessive = _read(token)
        opens.append(fresh or (words[-1] in _ENDS and _sentence_ended(page, abbreviations)))
        fresh = False
        words.append(word)
        page.lower.append(low)
        starts.append(start)
        page.possessive.append(possessive)
        between = text[ended:start]
        apart.append(between not in _NO_WALL and not _WALLS.isdisjoint(between))
        ended = found.end()
    many = len(words) - begin
    page.voice += [voice] * many
    page.block += [block] * many
    if voice >= 0:
        _note_run(page.quotations[voice], begin, len(words))


@lru_cache(maxsize=1 << 15)
def _read(token: str) -> tuple[str, str, bool]:
    """A token without its possessive ending, in lower case, and whether it had one.

    A long book has few words, many times over: each is kept once.
    """
    possessive = token.endswith(_POSSESSIVE)
    word = intern(token[:-2] if possessive else token)
    return word, intern(word.lower()), possessive


def _sentence_ended(page: Page, abbreviations: frozenset[str]) -> bool:
    """Whether the last token, a stop, ends a sentence, and not a title or an initial."""
    return len(page.words) < 2 or not (
        page.words[-1] == "." and (page.lower[-2] in abbreviations or _initial(page.words[-2]))
    )


def _initial(word: str) -> bool:
    return len(word) == 1 and word.isupper() and word != "I"


def _note_run(quotation: Quotation, begin: int, end: int) -> None:
    if begin == end:
        return
    if quotation.runs and quotation.runs[-1][1] == begin:
        quotation.runs[-1] = (quotation.runs[-1][0], end)
    else:
        quotation.runs.append((begin, end))


def openings(page: Page) -> list[int]:
    """The quotations that are the first of their chapter."""
    chapters = [page.chapters[quotation.first] for quotation in page.quotations]
    return [at for at in range(1, len(chapters)) if chapters[at] != chapters[at - 1]]


def token_at(page: Page, offset: int) -> int:
    """The first token at or after an offset into the book."""
    return bisect_left(page.starts, offset)


def is_heading(line: Line) -> bool:
    """Whether a line is a title."""
    return line.form is Form.HEADING or line.kind is Kind.HEADING


def is_narrator(page: Page, at: int) -> bool:
    """Whether a token is the "I" of somebody who tells the story."""
    if page.voice[at] >= 0:
        return False
    return page.lower[at] in page.language.first if page.language.strict else page.words[at] == "I"


def tellings(page: Page) -> list[int]:
    """The tokens that are the "I" of somebody who tells the story."""
    strict = page.language.strict
    words, said = (page.lower, page.language.first) if strict else (page.words, {"I"})
    return [at for at, word in enumerate(words) if word in said and page.voice[at] < 0]
