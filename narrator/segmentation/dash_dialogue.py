"""Dash dialogue: a paragraph that opens with a dash, and what the narrator says within it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.segmentation.reporting_clauses import find_inline_clause

if TYPE_CHECKING:
    from narrator.segmentation.languages import Language

_OPENING = re.compile(r"[—–―‒-]+\s*")
_RAYA = re.compile(r"(?<=\s)[—–―](?=[^\W_¿¡])|[—–―](?=[\s.,;:!?…]|\Z)")
_FULL_STOPS = '.!?…»”"'
_STOPS = ",;:"
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_TOGGLE = re.compile(r"(?<=\S)\s+[—–―-]\s+(?=\S)")


def find_spoken_spans(text: str, start: int, end: int, language: Language) -> list[tuple[int, int]]:
    """The stretches of a paragraph of dash dialogue that are spoken, its dash included."""
    opening = _OPENING.match(text, start, end)
    body = opening.end() if opening else start
    for cut in (_toggled, _paired, _inline):
        spans = cut(text, start, body, end, language)
        if len(spans) > 1 or spans[0][1] < end:
            return spans
    return [(start, end)]


def _toggled(
    text: str, start: int, body: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """A dash after a stop hands over: `— Да, — сказал он. — Нет.`."""
    spans, at, speaking = [], start, True
    for match in _TOGGLE.finditer(text, body, end):
        if not _hands_over(text, match, end, language, speaking=speaking):
            continue
        if speaking:
            spans.append((at, match.start()))
        at, speaking = match.start(), not speaking
    return [*spans, (at, end)] if speaking else spans


def _hands_over(
    text: str, match: re.Match[str], end: int, language: Language, *, speaking: bool
) -> bool:
    """Whether a dash hands over: always after a full stop, else by the words that follow."""
    stop = text[match.start() - 1]
    if stop in _FULL_STOPS or (stop in _STOPS and not speaking):
        return True
    following = text[match.end() : min(end, match.end() + 60)].casefold()
    words = _WORD.findall(following)[: 4 if stop in _STOPS else 1]
    known = bool((language.speech_verbs | language.thought_verbs).intersection(words))
    return known if speaking else stop.isalnum() and not following[:1].isspace()


def _paired(
    text: str, start: int, body: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """A pair of dashes holds the narrator: `—Pasa —dijo Elena—. Siéntate.`."""
    del language
    spans, at, speaking = [], start, True
    for match in _RAYA.finditer(text, body, end):
        opens = text[match.end() : match.end() + 1].isalpha()
        if speaking and opens:
            spans.append((at, match.start()))
            at, speaking = match.start(), False
        elif not speaking and not opens:
            at, speaking = _after_stop(text, match.end(), end), True
    if speaking and at < end:
        spans.append((at, end))
    return spans


def _after_stop(text: str, at: int, end: int) -> int:
    while at < end and text[at] in ".,;:!?…":
        at += 1
    return at


def _inline(
    text: str, start: int, body: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """A clause after a comma, without a mark: `—You're early, said Frank.`."""
    found = find_inline_clause(text, body, end, language)
    if found is None:
        return [(start, end)]
    spans = [(start, found[0])]
    return [*spans, (found[1], end)] if text[found[1] : end].strip() else spans
