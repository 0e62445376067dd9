"""Resolve names that are used only in address: they belong to the character who answers.

A name is called, "Miss Woodhouse, do come", and somebody answers: time and again Emma, and never
anybody who is tagged as "Miss Woodhouse". So the two are one person, although the book need not say
so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

_MIN_ANSWERS = 3
"""Fewest tagged answers by one person."""
_MIN_ANSWER_SHARE = 0.33
"""Smallest share of that person among all tagged answers to the name."""
_MAX_OWN_SHARE = 0.1
"""Largest share of answers that are tagged with the name itself."""
MAX_ANSWER_PARAGRAPHS = 3
"""Most paragraphs from a quotation to its answer."""


def resolve_vocatives(
    tokens: TokenTable,
    persons: Sequence[Person],
    tagged_speakers: Sequence[int],
    addressees: Sequence[frozenset[int]],
) -> dict[int, int]:
    """Return whose name a form of address is: from the index of its person to the answerer's.

    Args:
        tokens: the tokens of the book.
        persons: its persons.
        tagged_speakers: for each quotation, the person whom its tag names; -1 if none.
        addressees: for each quotation, the persons whom it addresses by name.
    """
    answer_counts: dict[int, Counter[int]] = defaultdict(Counter)
    for quotation_index, addressed in enumerate(addressees):
        neighbours = _list_neighbouring_speakers(
            tokens.quotations, tagged_speakers, quotation_index
        )
        for person in addressed:
            # If several are addressed, one of them may answer in place of another.
            answer_counts[person].update(neighbours - (addressed - {person}))
    # Two persons who speak in turn cannot be one.
    adjacent_speakers = {frozenset(pair) for pair in pairwise(tagged_speakers)}
    answerers: dict[int, int] = {}
    for person, counts in answer_counts.items():
        answerer = _choose_answerer(person, counts)
        if (
            answerer is not None
            and frozenset((person, answerer)) not in adjacent_speakers
            and _may_be_same(persons[person], persons[answerer])
        ):
            answerers[person] = answerer
    return answerers


def _choose_answerer(person: int, counts: Counter[int]) -> int | None:
    """Return who answers often enough to a person's name, rarely tagged with it; or None."""
    if not counts:
        return None
    total_count = counts.total()
    answerer, count = max(counts.items(), key=lambda item: (item[1], -item[0]))
    is_frequent = count >= max(_MIN_ANSWERS, _MIN_ANSWER_SHARE * total_count)
    is_rarely_tagged = counts[person] <= _MAX_OWN_SHARE * total_count
    return answerer if answerer != person and is_frequent and is_rarely_tagged else None


def _list_neighbouring_speakers(
    quotations: Sequence[TokenisedQuotation], tagged_speakers: Sequence[int], quotation_index: int
) -> set[int]:
    """Return the tagged speakers of the quotations before and after, except its own speaker."""
    paragraph = quotations[quotation_index].first_paragraph
    return {
        tagged_speakers[neighbour]
        for neighbour in (quotation_index - 1, quotation_index + 1)
        if 0 <= neighbour < len(tagged_speakers)
        and abs(quotations[neighbour].first_paragraph - paragraph) <= MAX_ANSWER_PARAGRAPHS
    } - {-1, tagged_speakers[quotation_index]}


def _may_be_same(person: Person, other_person: Person) -> bool:
    """Return whether two named persons of one known gender may be the same."""
    if person.description or other_person.description:
        return False
    return person.gender == other_person.gender is not None
