"""Whom a name means by which people are called, and never told of: "Meg" is whom Margaret is.

A name is called, "Miss Woodhouse, do come", and somebody answers: time and again Emma, and never
one "Miss Woodhouse". So whoever is called by that name is Emma, though the book need not say so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

_ANSWERS = 3
"""Tagged answers of one person, at least."""
_SHARE = 0.33
"""Their share of all tagged answers to the name, at least."""
_OWN = 0.1
"""Share of the answers that bear the name itself, at most."""
MAX_ANSWER_PARAGRAPHS = 3
"""Paragraphs between a quotation and its answer, at most."""


def resolve_vocatives(
    page: TokenTable,
    persons: Sequence[Person],
    named: Sequence[int],
    called: Sequence[frozenset[int]],
) -> dict[int, int]:
    """Who answers to a name that is another's: that person's index to the answerer's.

    Args:
        page: the book.
        persons: its people.
        named: by quotation, whom its tag names; -1 where it names nobody.
        called: by quotation, who is addressed in it.
    """
    answers: dict[int, Counter[int]] = defaultdict(Counter)
    for number, people in enumerate(called):
        beside = _speakers_beside(page.quotations, named, number)
        for person in people:
            answers[person].update(beside - (people - {person}))
    met = {frozenset(pair) for pair in pairwise(named)}
    found: dict[int, int] = {}
    for person, count in answers.items():
        many = count.total()
        if not many:
            continue
        answerer, often = max(count.items(), key=lambda item: (item[1], -item[0]))
        if (
            answerer != person
            and often >= max(_ANSWERS, _SHARE * many)
            and count[person] <= _OWN * many
            and frozenset((person, answerer)) not in met
            and _alike(persons[person], persons[answerer])
        ):
            found[person] = answerer
    return found


def _speakers_beside(
    quotations: Sequence[TokenisedQuotation], named: Sequence[int], number: int
) -> set[int]:
    """Who is named as the speaker before and after, other than the speaker."""
    return {
        named[beside]
        for beside in (number - 1, number + 1)
        if 0 <= beside < len(named)
        and abs(quotations[beside].first_paragraph - quotations[number].first_paragraph)
        <= MAX_ANSWER_PARAGRAPHS
    } - {-1, named[number]}


def _alike(one: Person, other: Person) -> bool:
    """Whether two may be one by their gender; a description is nobody's name."""
    return not one.description and not other.description and one.gender == other.gender is not None
