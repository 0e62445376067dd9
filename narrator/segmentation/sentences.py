"""Sentences: nltk's Punkt with parameters held in memory, and the rules that fiction needs.

Punkt was made for newspapers. What it splits too eagerly is joined again by rules: before a word
in lower case, after a title or an initial, between a quotation and its reporting clause.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from narrator.segmentation.reporting_clauses import compile_plain_clause
from narrator.segmentation.sentence_model import build_sentence_tokeniser

if TYPE_CHECKING:
    from narrator.segmentation.languages import Language

_IN_LOWER_CASE = 1 << 4
"""Punkt's flag for a word that is also seen in lower case."""
_CLOSING = "\"'”’»)]_*›」』"
_LONE = re.compile(r"[\W_]*\Z")
_LOWER = re.compile(r"[\W_]*[^\W\d_A-ZА-ЯЁ]")
_TERMINAL = re.compile(rf"[.!?…。！？][{re.escape(_CLOSING)}\W]*\Z")
_QUOTE_END = re.compile(r"[!?…—–-][_*]*[\"”’'»]+\Z")
_INITIAL = re.compile(r"(?<![\w.])[^\W\d_]\.\Z")
_INITIAL_NEXT = re.compile(r"[^\W\d_]\.")
_COINS = re.compile(r"\d[sd]\.\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}\Z")
_HANGING = re.compile(r"(?<=\s)[«„]\s*\Z")
_ANY_WORD = re.compile(r"[^\W_]+")
_ROMAN = re.compile(r"[IVXLC]{2,}\b(?!\.?\s+[A-Z][a-z])")
_LAST_WORD = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.\Z")
_ELLIPSIS = re.compile(r"(?:…|\.\s?\.\s?\.)[\"”’'»)]*\s+(?=[\"“‘'«(_*]*[^\W\d_])")
_CJK_END = re.compile(r"[。！？]+(?![。！？”」』）])|[。！？]+[”」』）]+(?=[“「『（\s])")
"""A full-width stop; after a closing mark the reporting clause follows."""


def split_sentences(text: str, language: Language) -> list[tuple[int, int]]:
    """The sentences of one paragraph, as offsets into `text`, without the space between them.

    A quotation is split at its own sentence ends; a reporting clause stays with the last of them.
    """
    spans = _split(text, language)
    joined: list[tuple[int, int]] = []
    for span in spans:
        if joined and any(rule(text, joined[-1], span, language) for rule in JOIN_RULES):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


@cache
def _punkt(language: Language) -> Any:
    return build_sentence_tokeniser(
        abbreviations={*language.title_abbreviations, *language.abbreviations},
        starters=language.sentence_starters,
        uncertain=language.sentence_starters,
        seen=_IN_LOWER_CASE,
    )


def _split(text: str, language: Language) -> list[tuple[int, int]]:
    """The stretches between all places where a sentence may end."""
    cuts = {start for start, _ in _punkt(language).span_tokenize(text)}
    for pattern in (_ELLIPSIS, _CJK_END):
        cuts.update(m.end() for m in pattern.finditer(text) if not _stammered(text, m))
    places = [0, *sorted(_before_mark(text, cut) for cut in cuts), len(text)]
    spans = []
    for start, end in itertools.pairwise(places):
        if stripped := text[start:end].strip():
            first = text.index(stripped[0], start)
            spans.append((first, first + len(stripped)))
    return spans


def _stammered(text: str, match: re.Match[str]) -> bool:
    """Whether the same word stands before and after: "I… I don't know"."""
    before = _ANY_WORD.findall(text, max(0, match.start() - 30), match.start())
    after = _ANY_WORD.match(text, match.end())
    return bool(before) and after is not None and before[-1].casefold() == after[0].casefold()


def _before_mark(text: str, cut: int) -> int:
    """The cut, moved before an opening mark that it left hanging."""
    match = _HANGING.search(text, max(0, cut - 4), cut)
    return match.start() if match else cut


JoinRule: TypeAlias = Callable[[str, tuple[int, int], tuple[int, int], "Language"], bool]
"""Whether two neighbouring stretches of a text are one sentence."""


def _goes_on(text: str, _left: tuple[int, int], right: tuple[int, int], _: Language) -> bool:
    """Before a word in lower case."""
    found = _LOWER.match(text, *right)
    return found is not None and text[found.end() - 1].islower()


def _stray(text: str, left: tuple[int, int], right: tuple[int, int], _: Language) -> bool:
    """Nothing but marks."""
    return _LONE.match(text, *right) is not None or _LONE.match(text, *left) is not None


def _reported(text: str, left: tuple[int, int], right: tuple[int, int], lang: Language) -> bool:
    """Between `?”` and "Holmes asked"."""
    if not _QUOTE_END.search(text[left[0] : left[1]]):
        return False
    return compile_plain_clause(lang).match(text, *right) is not None


def _titled(text: str, left: tuple[int, int], _: tuple[int, int], lang: Language) -> bool:
    """After "Mr." or "J."."""
    piece = text[max(left[0], left[1] - 20) : left[1]]
    word = _LAST_WORD.search(piece)
    return word is not None and word[1].casefold() in lang.title_abbreviations


def _initialled(text: str, left: tuple[int, int], right: tuple[int, int], lang: Language) -> bool:
    """Between "J.R.R." and a name, or "H." and "B."."""
    if _INITIAL.search(text, max(left[0], left[1] - 3), left[1]):
        return _INITIAL_NEXT.match(text, *right) is not None
    if not _INITIALS.search(text, max(left[0], left[1] - 12), left[1]):
        return False
    word = _ANY_WORD.match(text, right[0])
    return word is not None and word[0].casefold() not in lang.sentence_starters


def _numbered(text: str, left: tuple[int, int], right: tuple[int, int], lang: Language) -> bool:
    """Between "No." and "5"."""
    word = _LAST_WORD.search(text[max(left[0], left[1] - 20) : left[1]])
    if _COINS.search(text, max(left[0], left[1] - 5), left[1]):
        return text[right[0]].isdigit()
    number = text[right[0]].isdigit() or _ROMAN.match(text, *right) is not None
    return word is not None and number and word[1].casefold() in lang.number_abbreviations


def _unfinished(text: str, left: tuple[int, int], _: tuple[int, int], __: Language) -> bool:
    """After a piece that ends in no terminal mark."""
    return _TERMINAL.search(text[max(left[0], left[1] - 8) : left[1]]) is None


JOIN_RULES: tuple[JoinRule, ...] = (
    _goes_on,
    _stray,
    _reported,
    _titled,
    _initialled,
    _numbered,
    _unfinished,
)
"""Any of them suffices."""
