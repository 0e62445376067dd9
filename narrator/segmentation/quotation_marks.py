"""Tells opening marks, closing marks and apostrophes apart, paragraph by paragraph.

The same symbol may open a quotation, close one, or be an apostrophe, and old books omit some marks.
So each paragraph is read as a whole. Each symbol may open, close or be neither, at a cost that
depends on its neighbours and on the style of the book. The Viterbi algorithm finds the cheapest
reading; its states are the stacks of open quotations. Paragraphs are independent, so an error in
one does not affect the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from narrator.text.quotes import QUOTATION_MARKS, STRAIGHT_MARKS, character_class
from narrator.text.words import PLAIN_WORD, PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from narrator.languages import Language
    from narrator.segmentation.text_view import TextView

_APOSTROPHE_LIKE_MARKS = "'’‘"
"""Marks that may also be apostrophes; within a word, they always are."""
_OTHER_MARKS = "".join(symbol for symbol in QUOTATION_MARKS if symbol not in _APOSTROPHE_LIKE_MARKS)
_EDGE_APOSTROPHE = rf"(?<![^\W_])[{_APOSTROPHE_LIKE_MARKS}]|[{_APOSTROPHE_LIKE_MARKS}](?![^\W_])"
_OTHER_MARK = rf"{character_class(_OTHER_MARKS)}(?!(?<=[א-ת]\")[א-ת])"
"""Any other mark, except the one within Hebrew abbreviations and numerals."""
_MARK = re.compile(rf"{_EDGE_APOSTROPHE}|{_OTHER_MARK}")
_MARK_WITH_TEX = re.compile(rf"``|''|{_EDGE_APOSTROPHE}|{_OTHER_MARK}")
_LAST_WORD = re.compile(rf"{PLAIN_WORD}\Z")

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
    "｢": {"｣": 0.0},
    "〝": {"〟": 0.0, "〞": 0.0},
}
"""For each opening mark, the marks that may close it, with the cost of each pair: 0 if usual."""

_NEUTRAL_COSTS = {"'": 2.2, "’": 2.0, "‘": 2.5, '"': 6.0, "`": 3.0}
"""Cost of reading a symbol as neither opening nor closing."""
_USUAL_NEUTRAL_COST = 7.0
"""The same cost for every other symbol: high, because it is nearly always a quotation mark."""
_SINGLE_SYMBOLS = frozenset("'’‘`")
"""Symbols that may be apostrophes, which depends on the word beside them."""
_IMPOSSIBLE_COST = 50.0
"""Cost of a reading that is never right."""
_UNCLOSED_COST = 3.0
"""Cost of a quotation that is still open at the end of its paragraph."""
_CONTINUED_COST = 0.2
"""The same cost if the next paragraph may continue the quotation."""
_UNOPENED_COST = 3.5
"""Cost of a closing mark without an opening one."""
_REOPENING_COST = 3.0
"""Cost of an opening mark while the same mark is open, because a closing mark must be missing."""
_SPACE = " \t\r\n\u00a0\u202f*_"
_MAX_DEPTH = 3
"""Deepest nesting of quotations."""
_BEAM_WIDTH = 24
"""Most states kept after each mark; prose needs at most ten, a run of many marks hundreds."""


@dataclass(frozen=True, slots=True)
class QuotationMark:
    """A symbol that may be a quotation mark, with the cost of each way to read it."""

    start: int
    end: int
    symbol: str
    opening_cost: float
    closing_cost: float
    neutral_cost: float
    """Cost of reading it as neither: for example, as an apostrophe."""


@dataclass(frozen=True, slots=True)
class MarkedQuotation:
    """The span of an outermost quotation, including its marks."""

    start: int | None
    """`None` if the opening mark is missing."""
    end: int | None
    """`None` if it is still open at the end of the paragraph."""
    is_closed: bool


MarkStack: TypeAlias = tuple[str, ...]
"""The opening marks of the quotations that are open, outermost first."""


@dataclass(frozen=True, slots=True)
class _PathStep:
    """The last event on the cheapest path to a state, linked to the step before it."""

    event: str
    """What happens to the outermost quotation: `open`, `close` or `reopen`."""
    mark: QuotationMark
    previous: _PathStep | None


_PathCosts: TypeAlias = "dict[MarkStack, tuple[float, _PathStep | None]]"
"""The cost of the cheapest path to each state, and its last step."""


def find_quotation_marks(view: TextView, start: int, end: int) -> list[QuotationMark]:
    """Return the symbols between two offsets that may be quotation marks, with their costs."""
    text = view.text
    pattern = _MARK_WITH_TEX if "``" in text[start:end] else _MARK
    return [
        _compute_mark_costs(view, start, end, match) for match in pattern.finditer(text, start, end)
    ]


def _compute_mark_costs(
    view: TextView, start: int, end: int, match: re.Match[str]
) -> QuotationMark:
    """Return a mark with its costs; text outside `start` and `end` counts as space."""
    text, mark_start, mark_end, symbol = view.text, match.start(), match.end(), match[0]
    if repeats_closing_guillemet(view, start, mark_start):
        symbol = "«"
    left = text[mark_start - 1] if mark_start > start else " "
    right = text[mark_end] if mark_end < end else " "
    style_cost = view.style.opening_costs.get(symbol, 0.0)
    return QuotationMark(
        mark_start,
        mark_end,
        symbol,
        opening_cost=_compute_opening_cost(symbol, left, right) + style_cost,
        closing_cost=_compute_closing_cost(symbol, left, right),
        neutral_cost=_compute_neutral_cost(text, mark_start, mark_end, symbol, view.language),
    )


def repeats_closing_guillemet(view: TextView, paragraph_start: int, offset: int) -> bool:
    """Return whether a » at the start of a paragraph repeats the mark of a running quotation.

    It does where « opens quotations, as in Spanish and in old French books.
    """
    return (
        view.text[offset : offset + 1] == "»"
        and "»" in view.style.opening_costs
        and not view.text[paragraph_start:offset].strip(_SPACE)
    )


def _compute_opening_cost(symbol: str, left: str, right: str) -> float:
    """Return the cost of reading a symbol as opening, from the characters to its left and right."""
    if symbol not in CLOSING_COSTS:
        return _IMPOSSIBLE_COST
    cost = 0.0
    if left.isalnum():
        # A straight mark or apostrophe within a word is almost never an opening mark.
        cost += 4.0 if symbol in "\"'‘`" else 1.0
    elif left in ".,;:?!…" and symbol in STRAIGHT_MARKS:
        cost += 1.0
    # Only a space or a stop after a mark makes it unlikely to open a quotation.
    if right.isspace():
        # French puts spaces inside its marks.
        cost += 0.0 if symbol in "«»" and right != "\n" else 3.0
    elif right in ",.;:?!)" and symbol in STRAIGHT_MARKS:
        cost += 2.0
    return cost


_CLOSING_CHARACTERS = frozenset(symbol for closers in CLOSING_COSTS.values() for symbol in closers)


def _compute_closing_cost(symbol: str, left: str, right: str) -> float:
    """Return the cost of reading a symbol as closing, from the characters to its left and right."""
    if symbol not in _CLOSING_CHARACTERS:
        return _IMPOSSIBLE_COST
    cost = 0.0
    if left.isspace():
        cost += 0.0 if symbol in "«»" else 3.0
    elif left.isalnum():
        cost += 1.0 if symbol in _SINGLE_SYMBOLS and right.isspace() else 0.4
    # A mark right before a word more likely opens a quotation or is an apostrophe.
    if right.isalnum():
        cost += 4.0 if symbol in "\"'’" else 1.0
    return cost


def _compute_neutral_cost(
    text: str, start: int, end: int, symbol: str, language: Language
) -> float:
    """Return the cost of reading a symbol as an apostrophe, as minutes or inches, or as noise."""
    cost = _NEUTRAL_COSTS.get(symbol, _USUAL_NEUTRAL_COST)
    left = text[start - 1 : start]
    # Feet and inches, minutes and seconds: 6' 2".
    if left.isdigit() and symbol in "\"'”’":
        return 0.5
    if symbol not in _SINGLE_SYMBOLS:
        return cost
    if left.isalnum():
        # An apostrophe at the end of a word usually has a space after it.
        oddity_cost = 0.0 if text[end : end + 1].isspace() else 1.0
        return oddity_cost + _compute_trailing_apostrophe_cost(text, start, cost, language)
    # A leading apostrophe needs a word after it, as in "'tis".
    word = PLAIN_WORD_PATTERN.match(text, end)
    if word is None:
        return cost + 2.0
    return _compute_leading_apostrophe_cost(word[0], cost, language)


def _compute_trailing_apostrophe_cost(
    text: str, word_end: int, usual_cost: float, language: Language
) -> float:
    """Return the cost of an apostrophe after a word: low for "goin'" and "the miners'"."""
    match = _LAST_WORD.search(text, max(0, word_end - 30), word_end)
    word = match[0].casefold() if match else ""
    if word in language.trailing_elisions:
        return 0.1
    # Dialect writes "goin'" for "going".
    if word.endswith("in") and len(word) > 3:
        return 0.3
    # The possessive of a plural, or of a name such as "James".
    return 0.6 if word.endswith(("s", "z", "x")) else usual_cost


def _compute_leading_apostrophe_cost(word: str, usual_cost: float, language: Language) -> float:
    """Return the cost of an apostrophe before a word: low for "'tis" and "'68"."""
    if word.casefold() in language.leading_elisions or word[:2].isdigit():
        return 0.2
    return usual_cost


def pair_quotation_marks(
    marks: list[QuotationMark], *, may_continue: bool
) -> tuple[list[MarkedQuotation], bool]:
    """Return the outermost quotations of a paragraph, and whether the last is open at its end.

    `may_continue` is true if the opening of the next paragraph looks like a continued quotation.
    """
    costs: _PathCosts = {(): (0.0, None)}
    for mark in marks:
        costs = _advance_paths(costs, mark)
    open_cost = _CONTINUED_COST if may_continue else _UNCLOSED_COST
    # Quotations that are still open at the end add to the cost.
    state, (_, step) = min(
        costs.items(), key=lambda item: item[1][0] + _compute_end_cost(item[0], open_cost)
    )
    return list(_trace_outermost(step)), bool(state)


def _compute_end_cost(state: MarkStack, open_cost: float) -> float:
    """Return the cost of ending a paragraph in a state; `open_cost` is for the outermost quotation.

    Each inner quotation that is still open costs `_UNCLOSED_COST`.
    """
    return open_cost + _UNCLOSED_COST * (len(state) - 1) if state else 0.0


def _advance_paths(costs: _PathCosts, mark: QuotationMark) -> _PathCosts:
    """Return the cheapest path to each state after one more mark: a step of the Viterbi search."""
    best: _PathCosts = {}
    for state, (cost, step) in costs.items():
        for next_state, event, extra_cost in _list_readings(state, mark):
            total = cost + extra_cost
            # Only the cheapest path to each state can be part of the cheapest reading.
            if next_state not in best or total < best[next_state][0]:
                best[next_state] = (total, _PathStep(event, mark, step) if event else step)
    if len(best) <= _BEAM_WIDTH:
        return best
    return dict(sorted(best.items(), key=lambda item: item[1][0])[:_BEAM_WIDTH])


def _list_readings(state: MarkStack, mark: QuotationMark) -> Iterator[tuple[MarkStack, str, float]]:
    """Yield each way to read a mark: the state after it, the event, if any, and the cost."""
    yield state, "", mark.neutral_cost
    symbol = mark.symbol
    if mark.opening_cost < _IMPOSSIBLE_COST:
        if len(state) < _MAX_DEPTH:
            nesting_cost = 3.0 * (symbol in state) + 0.3 * bool(state)
            yield (*state, symbol), "" if state else "open", mark.opening_cost + nesting_cost
        # The open quotation lacks its closing mark, and another begins here.
        if len(state) == 1 and state[0] == symbol:
            yield state, "reopen", mark.opening_cost + _REOPENING_COST
    if mark.closing_cost >= _IMPOSSIBLE_COST:
        return
    if not state:
        yield state, "close", mark.closing_cost + _UNOPENED_COST
        return
    if symbol in CLOSING_COSTS[state[-1]]:
        event = "close" if len(state) == 1 else ""
        yield state[:-1], event, mark.closing_cost + CLOSING_COSTS[state[-1]][symbol]
    if len(state) > 1 and symbol in CLOSING_COSTS[state[-2]]:
        # The mark closes two quotations at once, because the inner closing mark is missing.
        event = "close" if len(state) == 2 else ""
        yield state[:-2], event, mark.closing_cost + 2.0 + CLOSING_COSTS[state[-2]][symbol]


def _trace_outermost(last_step: _PathStep | None) -> Iterator[MarkedQuotation]:
    """Yield the outermost quotations of the path that ends with a step."""
    steps: list[_PathStep] = []
    while last_step is not None:
        steps.append(last_step)
        last_step = last_step.previous
    opening_mark: QuotationMark | None = None
    for step in reversed(steps):
        mark = step.mark
        if step.event == "close":
            start = opening_mark.start if opening_mark else None
            yield MarkedQuotation(start, mark.end, is_closed=True)
            opening_mark = None
            continue
        if opening_mark is not None:
            yield MarkedQuotation(opening_mark.start, mark.start, is_closed=False)
        opening_mark = mark
    if opening_mark is not None:
        yield MarkedQuotation(opening_mark.start, None, is_closed=False)
