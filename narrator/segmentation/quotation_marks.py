"""Tells opening marks, closing marks and apostrophes apart: the cheapest reading of a paragraph.

The same sign opens, closes or stands for a missing letter, and old books forget some. So each
paragraph is read as a whole: every sign may open, close or mean nothing, each at a cost that its
neighbours and the book's habits set; and the cheapest sequence wins (Viterbi over the stack of
open quotations). What goes wrong in a paragraph stays in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from narrator.segmentation.languages import Language
    from narrator.segmentation.text_view import TextView

_PLAIN = re.compile(r"(?<![^\W_])['’‘]|['’‘](?![^\W_])|[“”„‟\"«»‹›‚`「」『』]")
_TEX = re.compile(r"``|''|(?<![^\W_])['’‘]|['’‘](?![^\W_])|[“”„‟\"«»‹›‚`「」『』]")
_WORD_AFTER = re.compile(r"[^\W_]+")
_WORD_BEFORE = re.compile(r"[^\W_]+\Z")

CLOSING_COSTS: Mapping[str, Mapping[str, float]] = {
    "“": {"”": 0.0, '"': 1.5, "“": 4.0, "„": 5.0, "''": 1.5},
    '"': {'"': 0.0, "”": 1.5, "“": 2.5},
    "‘": {"’": 0.0, "'": 1.5},
    "'": {"'": 0.0, "’": 1.5},
    "«": {"»": 0.0},
    "»": {"«": 0.0, "»": 1.5},
    "„": {"“": 0.0, "”": 0.0, '"': 1.0, "‟": 0.0},
    "‟": {"”": 0.0},
    "‚": {"‘": 0.0, "’": 0.0, "'": 1.0},
    "‹": {"›": 0.0},
    "›": {"‹": 0.0},
    "``": {"''": 0.0, '"': 1.0, "”": 1.5},
    "`": {"'": 0.0, "’": 0.5, "`": 3.0},
    "”": {"”": 0.0},
    "「": {"」": 0.0},
    "『": {"』": 0.0},
}
"""What closes what, and how odd that is."""

_MEANINGLESS = {"'": 2.2, "’": 2.0, "‘": 2.5, '"': 6.0, "`": 3.0}
"""What it costs to read a sign as neither opening nor closing; others cost 7."""
_SINGLE = frozenset("'’‘`")
_NEVER = 50.0
_OPEN_AT_END = 3.0
_CONTINUED = 0.2
_NO_OPENING = 3.5
_REOPENED = 3.0
_DEPTH = 3
_BEAM = 24
"""How many readings are followed; prose has no more than ten, a heap of marks may have hundreds."""


@dataclass(frozen=True, slots=True)
class QuotationMark:
    """A sign and what stands around it."""

    start: int
    end: int
    sign: str
    opens: float
    """The cost of reading it as opening a quotation."""
    closes: float
    """The cost of reading it as closing one."""
    means_nothing: float


@dataclass(frozen=True, slots=True)
class MarkedQuotation:
    """An outermost quotation as its marks were read, these included."""

    start: int | None
    """None where the opening mark is missing."""
    end: int | None
    """None where it is open at the paragraph's end."""
    closed: bool


State: TypeAlias = tuple[str, ...]
"""The opening marks of the quotations that are open, outermost first."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The last thing that happened in a reading, and what led to it."""

    event: str
    mark: QuotationMark
    before: _Step | None


def find_quotation_marks(page: TextView, start: int, end: int) -> list[QuotationMark]:
    """The signs between two offsets that may be quotation marks, with their costs."""
    text = page.text
    pattern = _TEX if "``" in text[start:end] else _PLAIN
    return [_mark(page, start, end, match) for match in pattern.finditer(text, start, end)]


def _mark(page: TextView, start: int, end: int, match: re.Match[str]) -> QuotationMark:
    text, at, after, sign = page.text, match.start(), match.end(), match[0]
    left = text[at - 1] if at > start else " "
    right = text[after] if after < end else " "
    opens = _opening_cost(sign, left, right) + page.style.opening_costs.get(sign, 0.0)
    nothing = _meaningless_cost(text, at, after, sign, page.language)
    return QuotationMark(at, after, sign, opens, _closing_cost(sign, left, right), nothing)


def _opening_cost(sign: str, left: str, right: str) -> float:
    if sign not in CLOSING_COSTS:
        return _NEVER
    cost = 0.0
    if left.isalnum():
        cost += 4.0 if sign in "\"'‘`" else 1.0
    elif left in ".,;:?!…" and sign in "\"'":
        cost += 1.0
    if right.isspace():
        cost += 0.0 if sign in "«»" and right != "\n" else 3.0
    elif right in ",.;:?!)" and sign in "\"'":
        cost += 2.0
    return cost


_CLOSING = frozenset(sign for closers in CLOSING_COSTS.values() for sign in closers)


def _closing_cost(sign: str, left: str, right: str) -> float:
    if sign not in _CLOSING:
        return _NEVER
    cost = 0.0
    if left.isspace():
        cost += 0.0 if sign in "«»" else 3.0
    elif left.isalnum():
        cost += 1.0 if sign in _SINGLE and right.isspace() else 0.4
    if right.isalnum():
        cost += 4.0 if sign in "\"'’" else 1.0
    return cost


def _meaningless_cost(text: str, at: int, after: int, sign: str, language: Language) -> float:
    cost = _MEANINGLESS.get(sign, 7.0)
    left = text[at - 1 : at]
    if left.isdigit() and sign in "\"'”’":
        return 0.5
    if sign not in _SINGLE:
        return cost
    if left.isalnum():
        odd = 0.0 if text[after : after + 1].isspace() else 1.0
        return odd + _trailing_cost(text, at, cost, language)
    word = _WORD_AFTER.match(text, after)
    if word is None:
        return cost + 2.0
    return _leading_cost(word[0], cost, language)


def _trailing_cost(text: str, at: int, cost: float, language: Language) -> float:
    found = _WORD_BEFORE.search(text, max(0, at - 30), at)
    word = found[0].casefold() if found else ""
    if word in language.trailing_elisions:
        return 0.1
    if word.endswith("in") and len(word) > 3:
        return 0.3
    return 0.6 if word.endswith(("s", "z", "x")) else cost


def _leading_cost(word: str, cost: float, language: Language) -> float:
    if word.casefold() in language.leading_elisions or word[:2].isdigit():
        return 0.2
    return cost


def pair_quotation_marks(
    marks: list[QuotationMark], *, continued: bool
) -> tuple[list[MarkedQuotation], bool]:
    """The outermost quotations of a paragraph, and whether the last is still open at its end.

    `continued` says that the next paragraph opens as one does that goes on with a quotation.
    """
    states: dict[State, tuple[float, _Step | None]] = {(): (0.0, None)}
    for mark in marks:
        states = _advance(states, mark)
    at_end = _CONTINUED if continued else _OPEN_AT_END
    stack, (_, step) = min(states.items(), key=lambda item: item[1][0] + _end_cost(item[0], at_end))
    return list(_outermost(step)), bool(stack)


def _end_cost(stack: State, first: float) -> float:
    return first + _OPEN_AT_END * (len(stack) - 1) if stack else 0.0


def _advance(
    states: dict[State, tuple[float, _Step | None]], mark: QuotationMark
) -> dict[State, tuple[float, _Step | None]]:
    best: dict[State, tuple[float, _Step | None]] = {}
    for stack, (cost, step) in states.items():
        for after, event, more in _choices(stack, mark):
            total = cost + more
            if after not in best or total < best[after][0]:
                best[after] = (total, _Step(event, mark, step) if event else step)
    if len(best) <= _BEAM:
        return best
    return dict(sorted(best.items(), key=lambda item: item[1][0])[:_BEAM])


def _choices(stack: State, mark: QuotationMark) -> Iterator[tuple[State, str, float]]:
    """What a mark can do to the open quotations: the stack after it, the event, the cost."""
    yield stack, "", mark.means_nothing
    sign = mark.sign
    if mark.opens < _NEVER:
        if len(stack) < _DEPTH:
            nested = 3.0 * (sign in stack) + 0.3 * bool(stack)
            yield (*stack, sign), "" if stack else "open", mark.opens + nested
        if len(stack) == 1 and stack[0] == sign:
            yield stack, "reopen", mark.opens + _REOPENED
    if mark.closes >= _NEVER:
        return
    if not stack:
        yield stack, "close", mark.closes + _NO_OPENING
        return
    if sign in CLOSING_COSTS[stack[-1]]:
        event = "close" if len(stack) == 1 else ""
        yield stack[:-1], event, mark.closes + CLOSING_COSTS[stack[-1]][sign]
    if len(stack) > 1 and sign in CLOSING_COSTS[stack[-2]]:
        event = "close" if len(stack) == 2 else ""
        yield stack[:-2], event, mark.closes + 2.0 + CLOSING_COSTS[stack[-2]][sign]


def _outermost(last: _Step | None) -> Iterator[MarkedQuotation]:
    steps: list[_Step] = []
    while last is not None:
        steps.append(last)
        last = last.before
    opened: QuotationMark | None = None
    for step in reversed(steps):
        mark = step.mark
        if step.event == "close":
            yield MarkedQuotation(opened.start if opened else None, mark.end, closed=True)
            opened = None
            continue
        if opened is not None:
            yield MarkedQuotation(opened.start, mark.start, closed=False)
        opened = mark
    if opened is not None:
        yield MarkedQuotation(opened.start, None, closed=False)
