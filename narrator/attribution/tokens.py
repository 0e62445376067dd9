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

from narrator.model import LineKind, ParagraphKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.language import AttributionLanguage
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
class TokenisedQuotation:
    """A quotation and where it stands."""

    key: int
    line_indices: list[int] = field(default_factory=list)
    """Indices of its lines in the script."""
    token_runs: list[tuple[int, int]] = field(default_factory=list)
    """Its unbroken stretches, as ranges of tokens."""
    first_paragraph: int = 0
    """Block in which it begins."""
    last_paragraph: int = 0
    """Block in which it ends."""


@dataclass(slots=True)
class TokenTable:
    """Tokens of the whole book, in order."""

    language: AttributionLanguage
    words: list[str] = field(default_factory=list)
    """As written, without a possessive ending."""
    lowercase_words: list[str] = field(default_factory=list)
    start_offsets: array[int] = field(default_factory=lambda: array("q"))
    """Offset into the book."""
    is_possessive: list[bool] = field(default_factory=list)
    is_sentence_start: list[bool] = field(default_factory=list)
    """Whether a sentence, or a stretch of speech, begins here."""
    quotation_indices: list[int] = field(default_factory=list)
    """Index of the quotation that the token belongs to; -1 in narration."""
    paragraph_indices: list[int] = field(default_factory=list)
    """Index of the paragraph, counted through the book."""
    is_separated: list[bool] = field(default_factory=list)
    """Whether "&", a bracket or the like stands between the token before and this one."""
    paragraph_ranges: list[tuple[int, int]] = field(default_factory=list)
    """Each paragraph's range of tokens."""
    paragraph_chapters: list[int] = field(default_factory=list)
    """Each paragraph's chapter."""
    is_scene_start: list[bool] = field(default_factory=list)
    """Whether a scene, or a chapter, begins with the paragraph."""
    quotations: list[TokenisedQuotation] = field(default_factory=list)


def tokenise(book: Book, lines: Sequence[Line], language: AttributionLanguage) -> TokenTable:
    """The page of a book whose lines have been found."""
    page = TokenTable(language)
    seen: dict[int, int] = {}
    place: tuple[int, int] | None = None
    for index, line in enumerate(lines):
        if (line.chapter, line.paragraph) != place:
            _open_block(page, line, place)
            place = (line.chapter, line.paragraph)
        voice = _voice(page, seen, line, index)
        _read_line(page, book.readable_text, line, voice)
    if page.paragraph_ranges:
        page.paragraph_ranges[-1] = (page.paragraph_ranges[-1][0], len(page.words))
    return page


def _open_block(page: TokenTable, line: Line, place: tuple[int, int] | None) -> None:
    at = len(page.words)
    if page.paragraph_ranges:
        page.paragraph_ranges[-1] = (page.paragraph_ranges[-1][0], at)
    page.paragraph_ranges.append((at, at))
    page.paragraph_chapters.append(line.chapter)
    page.is_scene_start.append(
        place is None or line.follows_scene_break or line.chapter != place[0]
    )


def _voice(page: TokenTable, seen: dict[int, int], line: Line, index: int) -> int:
    """The index of the line's quotation, noted; -1 where nobody speaks."""
    if line.kind is not LineKind.DIALOGUE:
        return -1
    key = line.quotation if line.quotation is not None else -1 - index
    if key not in seen:
        seen[key] = len(page.quotations)
        page.quotations.append(
            TokenisedQuotation(key, first_paragraph=len(page.paragraph_ranges) - 1)
        )
    quotation = page.quotations[seen[key]]
    quotation.line_indices.append(index)
    quotation.last_paragraph = len(page.paragraph_ranges) - 1
    return seen[key]


def _read_line(page: TokenTable, text: str, line: Line, voice: int) -> None:
    begin, block = len(page.words), len(page.paragraph_ranges) - 1
    fresh = begin == page.paragraph_ranges[-1][0] or page.quotation_indices[-1] != voice
    words, opens, starts, apart = (
        page.words,
        page.is_sentence_start,
        page.start_offsets,
        page.is_separated,
    )
    abbreviations, ended = page.language.abbreviations, line.start
    for found in _TOKEN.finditer(text, line.start, line.end):
        token, start = found.group(), found.start()
        if fresh and token in _OPENERS and page.language.has_dash_dialogue:
            continue
        if token in _OWNERSHIP and words and start - 1 == starts[-1] + len(words[-1]):
            page.is_possessive[-1] = True  # an apostrophe lost on the way: "the General s glance"
            continue
        word, low, possessive = _read(token)
        opens.append(fresh or (words[-1] in _ENDS and _sentence_ended(page, abbreviations)))
        fresh = False
        words.append(word)
        page.lowercase_words.append(low)
        starts.append(start)
        page.is_possessive.append(possessive)
        between = text[ended:start]
        apart.append(between not in _NO_WALL and not _WALLS.isdisjoint(between))
        ended = found.end()
    many = len(words) - begin
    page.quotation_indices += [voice] * many
    page.paragraph_indices += [block] * many
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


def _sentence_ended(page: TokenTable, abbreviations: frozenset[str]) -> bool:
    """Whether the last token, a stop, ends a sentence, and not a title or an initial."""
    return len(page.words) < 2 or not (
        page.words[-1] == "."
        and (page.lowercase_words[-2] in abbreviations or _initial(page.words[-2]))
    )


def _initial(word: str) -> bool:
    return len(word) == 1 and word.isupper() and word != "I"


def _note_run(quotation: TokenisedQuotation, begin: int, end: int) -> None:
    if begin == end:
        return
    if quotation.token_runs and quotation.token_runs[-1][1] == begin:
        quotation.token_runs[-1] = (quotation.token_runs[-1][0], end)
    else:
        quotation.token_runs.append((begin, end))


def find_chapter_openings(page: TokenTable) -> list[int]:
    """The quotations that are the first of their chapter."""
    chapters = [page.paragraph_chapters[quotation.first_paragraph] for quotation in page.quotations]
    return [at for at in range(1, len(chapters)) if chapters[at] != chapters[at - 1]]


def token_at(page: TokenTable, offset: int) -> int:
    """The first token at or after an offset into the book."""
    return bisect_left(page.start_offsets, offset)


def is_heading(line: Line) -> bool:
    """Whether a line is a title."""
    return line.paragraph_kind is ParagraphKind.HEADING or line.kind is LineKind.HEADING


def is_narrator_pronoun(tokens: TokenTable, index: int) -> bool:
    """Whether a token is the "I" of somebody who tells the story."""
    if tokens.quotation_indices[index] >= 0:
        return False
    return (
        tokens.lowercase_words[index] in tokens.language.first_person_pronouns
        if tokens.language.requires_name_evidence
        else tokens.words[index] == "I"
    )


def find_narrator_pronouns(tokens: TokenTable) -> list[int]:
    """The tokens that are the "I" of somebody who tells the story."""
    strict = tokens.language.requires_name_evidence
    words, said = (
        (tokens.lowercase_words, tokens.language.first_person_pronouns)
        if strict
        else (tokens.words, {"I"})
    )
    return [
        at for at, word in enumerate(words) if word in said and tokens.quotation_indices[at] < 0
    ]
