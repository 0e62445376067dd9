"""Tells opening marks, closing marks and apostrophes apart, paragraph by paragraph.

The same sign opens, closes or stands for a missing letter, and old books omit some. So each
paragraph is read as a whole. Every sign may open, close or mean nothing, each at a cost that its
neighbours and the book's habits set, and the cheapest sequence wins: the Viterbi algorithm, whose
states are the stacks of open quotations. An error in one paragraph does not reach the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from narrator.text.quotes import QUOTATION_MARKS, STRAIGHT_MARKS, character_class
from narrator.text.words import PLAIN_WORD, PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from narrator.segmentation.languages import Language
    from narrator.segmentation.text_view import TextView

_APOSTROPHE_SIGNS = "'’‘"
"""Marks that may also be an apostrophe; within a word, they are nothing else."""
_OTHER_SIGNS = "".join(sign for sign in QUOTATION_MARKS if sign not in _APOSTROPHE_SIGNS)
_EDGE_APOSTROPHE = rf"(?<![^\W_])[{_APOSTROPHE_SIGNS}]|[{_APOSTROPHE_SIGNS}](?![^\W_])"
_MARK = re.compile(rf"{_EDGE_APOSTROPHE}|{character_class(_OTHER_SIGNS)}")
_MARK_WITH_TEX = re.compile(rf"``|''|{_EDGE_APOSTROPHE}|{character_class(_OTHER_SIGNS)}")
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
"""The marks that may close each opening mark, and the cost of each pair: 0 for a usual one."""

_NEUTRAL_COSTS = {"'": 2.2, "’": 2.0, "‘": 2.5, '"': 6.0, "`": 3.0}
"""Cost of reading a sign as neither opening nor closing."""
_USUAL_NEUTRAL_COST = 7.0
"""The same for every other sign: it is nearly always a quotation mark."""
_SINGLE_SIGNS = frozenset("'’‘`")
"""Signs whose meaning depends on the word beside them."""
_IMPOSSIBLE = 50.0
"""Cost of a meaning that a sign never has."""
_UNCLOSED_COST = 3.0
"""Cost of a quotation that is open at the end of its paragraph."""
_CONTINUED_COST = 0.2
"""The same if the next paragraph may go on with it."""
_UNOPENED_COST = 3.5
"""Cost of a closing mark without an opening one."""
_REOPENING_COST = 3.0
"""Cost of an opening mark where the same mark is open, so that its closing mark is missing."""
_MAX_DEPTH = 3
"""Quotations that may stand within each other."""
_BEAM_WIDTH = 24
"""States that are followed; prose has no more than ten, a heap of marks may have hundreds."""


@dataclass(frozen=True, slots=True)
class QuotationMark:
    """A sign that may be a quotation mark, with the cost of each of its meanings."""

    start: int
    end: int
    sign: str
    opening_cost: float
    closing_cost: float
    neutral_cost: float
    """Cost of reading it as neither, such as an apostrophe."""


@dataclass(frozen=True, slots=True)
class MarkedQuotation:
    """An outermost quotation as its marks were read, these included."""

    start: int | None
    """`None` if the opening mark is missing."""
    end: int | None
    """`None` if it is open at the paragraph's end."""
    is_closed: bool


State: TypeAlias = tuple[str, ...]
"""The opening marks of the quotations that are open, outermost first."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The last event on the cheapest path to a state, and the step before it."""

    event: str
    """`open`, `close` or `reopen`, of an outermost quotation."""
    mark: QuotationMark
    previous: _Step | None


_Costs: TypeAlias = "dict[State, tuple[float, _Step | None]]"
"""The cost of the cheapest path to each state, and its last step."""


def find_quotation_marks(view: TextView, start: int, end: int) -> list[QuotationMark]:
    """Return the signs between two offsets that may be quotation marks, with their costs."""
    text = view.text
    pattern = _MARK_WITH_TEX if "``" in text[start:end] else _MARK
    return [_weigh_mark(view, start, end, match) for match in pattern.finditer(text, start, end)]


def _weigh_mark(view: TextView, start: int, end: int, match: re.Match[str]) -> QuotationMark:
    """Return a mark with its costs; beyond `start` and `end`, its neighbours count as space."""
    text, mark_start, mark_end, sign = view.text, match.start(), match.end(), match[0]
    left = text[mark_start - 1] if mark_start > start else " "
    right = text[mark_end] if mark_end < end else " "
    habit_cost = view.style.opening_costs.get(sign, 0.0)
    return QuotationMark(
        mark_start,
        mark_end,
        sign,
        opening_cost=_opening_cost(sign, left, right) + habit_cost,
        closing_cost=_closing_cost(sign, left, right),
        neutral_cost=_neutral_cost(text, mark_start, mark_end, sign, view.language),
    )


def _opening_cost(sign: str, left: str, right: str) -> float:
    """Return the cost of reading a sign as opening, from the signs to its left and right."""
    if sign not in CLOSING_COSTS:
        return _IMPOSSIBLE
    cost = 0.0
    if left.isalnum():
        # A straight mark or apostrophe within a word is almost never an opening mark.
        cost += 4.0 if sign in "\"'‘`" else 1.0
    elif left in ".,;:?!…" and sign in STRAIGHT_MARKS:
        cost += 1.0
    # Nothing but space or a stop after a mark speaks against its opening there.
    if right.isspace():
        # French sets space within its marks.
        cost += 0.0 if sign in "«»" and right != "\n" else 3.0
    elif right in ",.;:?!)" and sign in STRAIGHT_MARKS:
        cost += 2.0
    return cost


_CLOSING_SIGNS = frozenset(sign for closers in CLOSING_COSTS.values() for sign in closers)


def _closing_cost(sign: str, left: str, right: str) -> float:
    """Return the cost of reading a sign as closing, from the signs to its left and right."""
    if sign not in _CLOSING_SIGNS:
        return _IMPOSSIBLE
    cost = 0.0
    if left.isspace():
        cost += 0.0 if sign in "«»" else 3.0
    elif left.isalnum():
        cost += 1.0 if sign in _SINGLE_SIGNS and right.isspace() else 0.4
    # A word right after it makes a mark an opening one or an apostrophe.
    if right.isalnum():
        cost += 4.0 if sign in "\"'’" else 1.0
    return cost


def _neutral_cost(text: str, start: int, end: int, sign: str, language: Language) -> float:
    """Return the cost of reading a sign as an apostrophe, a sign of minutes or inches, or noise."""
    cost = _NEUTRAL_COSTS.get(sign, _USUAL_NEUTRAL_COST)
    left = text[start - 1 : start]
    # Feet and inches, minutes and seconds: 6' 2".
    if left.isdigit() and sign in "\"'”’":
        return 0.5
    if sign not in _SINGLE_SIGNS:
        return cost
    if left.isalnum():
        # An apostrophe at the end of a word has space after it, but for one before a comma.
        oddity_cost = 0.0 if text[end : end + 1].isspace() else 1.0
        return oddity_cost + _trailing_apostrophe_cost(text, start, cost, language)
    # The mark stands before a word, as in "'tis", or before nothing that it could shorten.
    word = PLAIN_WORD_PATTERN.match(text, end)
    if word is None:
        return cost + 2.0
    return _leading_apostrophe_cost(word[0], cost, language)


def _trailing_apostrophe_cost(
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


def _leading_apostrophe_cost(word: str, usual_cost: float, language: Language) -> float:
    """Return the cost of an apostrophe before a word: low for "'tis" and "'68"."""
    if word.casefold() in language.leading_elisions or word[:2].isdigit():
        return 0.2
    return usual_cost


def pair_quotation_marks(
    marks: list[QuotationMark], *, may_continue: bool
) -> tuple[list[MarkedQuotation], bool]:
    """Return the outermost quotations of a paragraph, and whether the last is open at its end.

    `may_continue` says that the next paragraph opens like one that goes on with a quotation.
    """
    costs: _Costs = {(): (0.0, None)}
    for mark in marks:
        costs = _advance(costs, mark)
    open_cost = _CONTINUED_COST if may_continue else _UNCLOSED_COST
    # Quotations that are still open at the end have a cost, too.
    state, (_, step) = min(
        costs.items(), key=lambda item: item[1][0] + _end_cost(item[0], open_cost)
    )
    return list(_trace_outermost(step)), bool(state)


def _end_cost(state: State, open_cost: float) -> float:
    """Return the cost of ending a paragraph with quotations open."""
    return open_cost + _UNCLOSED_COST * (len(state) - 1) if state else 0.0


def _advance(costs: _Costs, mark: QuotationMark) -> _Costs:
    """Return the cheapest path to each state after one more mark: a step of the Viterbi search."""
    best: _Costs = {}
    for state, (cost, step) in costs.items():
        for next_state, event, extra_cost in _list_meanings(state, mark):
            total = cost + extra_cost
            # Only the cheapest path to a state can be part of the best reading.
            if next_state not in best or total < best[next_state][0]:
                best[next_state] = (total, _Step(event, mark, step) if event else step)
    if len(best) <= _BEAM_WIDTH:
        return best
    return dict(sorted(best.items(), key=lambda item: item[1][0])[:_BEAM_WIDTH])


def _list_meanings(state: State, mark: QuotationMark) -> Iterator[tuple[State, str, float]]:
    """Yield what a mark can do to the open quotations: the state after it, the event, the cost."""
    yield state, "", mark.neutral_cost
    sign = mark.sign
    if mark.opening_cost < _IMPOSSIBLE:
        if len(state) < _MAX_DEPTH:
            nesting_cost = 3.0 * (sign in state) + 0.3 * bool(state)
            yield (*state, sign), "" if state else "open", mark.opening_cost + nesting_cost
        # The earlier quotation lost its closing mark, and another begins here.
        if len(state) == 1 and state[0] == sign:
            yield state, "reopen", mark.opening_cost + _REOPENING_COST
    if mark.closing_cost >= _IMPOSSIBLE:
        return
    if not state:
        yield state, "close", mark.closing_cost + _UNOPENED_COST
        return
    if sign in CLOSING_COSTS[state[-1]]:
        event = "close" if len(state) == 1 else ""
        yield state[:-1], event, mark.closing_cost + CLOSING_COSTS[state[-1]][sign]
    if len(state) > 1 and sign in CLOSING_COSTS[state[-2]]:
        # It closes two quotations at once: the inner closing mark was omitted.
        event = "close" if len(state) == 2 else ""
        yield state[:-2], event, mark.closing_cost + 2.0 + CLOSING_COSTS[state[-2]][sign]


def _trace_outermost(last_step: _Step | None) -> Iterator[MarkedQuotation]:
    """Yield the outermost quotations along a path, which is followed back from its last step."""
    steps: list[_Step] = []
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
