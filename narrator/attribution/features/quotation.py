"""What a quotation shows by itself and among its neighbours, whoever may speak it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.language import ADDRESS_KINDS, RELATION_KINDS, REPORTING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

    Columns = Iterator[NDArray[np.generic]]
    Whole = NDArray[np.int64]

_GENDERS = ("male", "female", "plural", "first", "neutral")
_NO_NEIGHBOUR = (9.0, 20.0)
"""Tokens, as a logarithm, and paragraphs to a neighbour that is not there."""
_FARTHEST = 20
"""Paragraphs to a neighbour, at most."""
_IN_A_ROW = 10
"""Neighbours on either side that are asked for a tag."""
_OPENING = 60
"""Tokens of each stretch in which it is looked for what the hearer is called."""

COLUMNS = (
    *("length", "asks", "exclaims", "runs", "blocks", "alone"),
    *("gap:-1", "blocks:-1", "gap:+1", "blocks:+1"),
    *("untagged:before", "untagged:after", "scene", "candidates", "first_person", "tagged"),
    *("tag:verb", "tag:role", "tag:kin"),
    *(f"tag:{gender}" for gender in _GENDERS),
    *(f"tag:{relation}" for relation in RELATION_KINDS),
    *(f"calls:{kind}" for kind in ADDRESS_KINDS),
    *("i", "you", "answers"),
    *(f"tag:{report}" for report in REPORTING_KINDS),
)
"""Columns of a quotation."""


def compute_quotation_columns(context: QuotationContext) -> Columns:
    """The `COLUMNS` of all quotations; where one has no word, they mean nothing."""
    page, tags, count = context.tokens, context.best_tags, len(context.best_tags)
    shapes = np.array([_shape(page, quotation) for quotation in page.quotations]).T
    yield np.log1p(shapes[0])
    yield from shapes[1:]
    yield from _gaps(page)
    tagged = np.array([clue is not None for clue in tags])
    yield from _untagged(tagged)
    yield np.array(
        [page.is_scene_start[quotation.first_paragraph] for quotation in page.quotations]
    )
    yield np.array([len(chosen) for chosen in context.candidates])
    yield np.full(count, context.people.narrator_index >= 0)
    yield _share(tagged)
    kinds = [_kind(page, clue, context.people.persons) for clue in tags]
    yield from np.array(kinds).T
    yield from np.array([_words(page, quotation) for quotation in page.quotations]).T
    yield from np.array([_reports(page, clue) for clue in tags]).T


def _shape(page: TokenTable, quotation: TokenisedQuotation) -> list[int]:
    if not quotation.token_runs:
        return [0] * 6
    begin, end = quotation.token_runs[0][0], quotation.token_runs[-1][1]
    first, final = (
        page.paragraph_ranges[quotation.first_paragraph][0],
        page.paragraph_ranges[quotation.last_paragraph][1],
    )
    return [
        sum(stop - start for start, stop in quotation.token_runs),
        page.words[end - 1] == "?",
        page.words[end - 1] == "!",
        len(quotation.token_runs),
        quotation.last_paragraph - quotation.first_paragraph,
        (first, final, len(quotation.token_runs)) == (begin, end, 1),
    ]


def _gaps(page: TokenTable) -> Columns:
    """Narration between each quotation and its neighbours: log tokens, and paragraphs."""
    quotations = page.quotations
    spans = [
        (q.token_runs[0][0], q.token_runs[-1][1], q.first_paragraph, q.last_paragraph)
        if q.token_runs
        else (0,) * 4
        for q in quotations
    ]
    begin, end, first, last = np.array(spans, np.int64).T
    tokens = np.log1p(np.maximum(begin[1:] - end[:-1], 0))
    blocks = np.clip(first[1:] - last[:-1], -1, _FARTHEST)
    there = np.array([bool(quotation.token_runs) for quotation in quotations])
    for beside, pad in ((there[:-1], (1, 0)), (there[1:], (0, 1))):
        for gaps, none in zip((tokens, blocks), _NO_NEIGHBOUR, strict=True):
            yield np.pad(np.where(beside, gaps, none), pad, constant_values=none)


def _untagged(tagged: NDArray[np.bool_]) -> Columns:
    """How many neighbours in a row have no tag, before and after, up to ten."""
    for turned in (slice(None), slice(None, None, -1)):
        numbers = np.arange(len(tagged))
        latest = np.maximum.accumulate(np.where(tagged[turned], numbers, -1))
        before = np.concatenate([[-1], latest[:-1]])
        yield np.minimum(numbers - 1 - before, _IN_A_ROW)[turned]


def _share(tagged: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share of the quotations nearby that have a tag."""
    sums, numbers = np.append(0, tagged.cumsum()), np.arange(len(tagged))
    low = np.maximum(numbers - _IN_A_ROW, 0)
    high = np.minimum(numbers + _IN_A_ROW + 1, len(tagged))
    share: NDArray[np.float64] = (sums[high] - sums[low]) / (high - low)
    return share


def _kind(page: TokenTable, clue: SpeechTag | None, persons: Sequence[Person]) -> list[int]:
    """How sure the verb of the tag is, and what it says of who is meant."""
    if clue is None:
        return [0] * (3 + len(_GENDERS) + len(RELATION_KINDS))
    language = page.language
    words = set(page.lowercase_words[clue.start + 1 : clue.end]) | {
        page.lowercase_words[clue.end - 1]
    }
    relations = words if clue.is_description else set[str]()
    return [
        clue.verb_strength,
        clue.is_description,
        clue.person_index >= 0 and persons[clue.person_index].is_kin,
        *(clue.pronoun_gender == gender for gender in _GENDERS),
        *(
            not relations.isdisjoint(language.relation_nouns[relation])
            for relation in RELATION_KINDS
        ),
    ]


def _words(page: TokenTable, quotation: TokenisedQuotation) -> list[bool]:
    """What it calls the person spoken to, and whether it sounds like an answer."""
    if not quotation.token_runs:
        return [False] * (len(ADDRESS_KINDS) + 3)
    language, lower = page.language, page.lowercase_words
    words = {
        w for begin, end in quotation.token_runs for w in lower[begin : min(end, begin + _OPENING)]
    }
    return [
        *(not words.isdisjoint(language.address_words[kind]) for kind in ADDRESS_KINDS),
        not words.isdisjoint(language.first_person_words),
        not words.isdisjoint(language.second_person_words),
        lower[quotation.token_runs[0][0]] in language.answer_words,
    ]


def _reports(page: TokenTable, clue: SpeechTag | None) -> list[bool]:
    """What the verb of the tag tells of the words before: an answer, or more of the same."""
    if clue is None:
        return [False] * len(REPORTING_KINDS)
    words = page.lowercase_words[clue.start : clue.end]
    return [
        not page.language.reporting_verbs[report].isdisjoint(words) for report in REPORTING_KINDS
    ]
