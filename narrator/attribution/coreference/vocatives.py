"""Resolve names that are used only in direct address: they belong to the character who answers.

If characters often say "Miss Woodhouse, do come", and Emma usually answers, while no speech tag
ever names Miss Woodhouse, then the two names belong to one person.
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
"""Minimum number of answers to a name that are tagged with the person it belongs to."""
_MIN_ANSWER_SHARE = 0.33
"""Minimum share of that person in all tagged answers to the name."""
_MAX_SELF_SHARE = 0.1
"""Maximum share of answers that are tagged with the name itself."""
MAX_ANSWER_PARAGRAPHS = 3
"""Maximum distance in paragraphs from a quotation to its answer."""


def resolve_vocatives(
    tokens: TokenTable,
    persons: Sequence[Person],
    tagged_speakers: Sequence[int],
    addressees: Sequence[frozenset[int]],
) -> dict[int, int]:
    """Find the character behind each name that is used only in direct address.

    Args:
        tokens: the tokens of the book.
        persons: its persons.
        tagged_speakers: for each quotation, the person named by its tag; -1 if there is none.
        addressees: for each quotation, the persons it addresses by name.

    Returns:
        Index of the person with such a name to the index of the character who answers to it.
    """
    answer_counts: dict[int, Counter[int]] = defaultdict(Counter)
    for quotation_index, addressed in enumerate(addressees):
        neighbours = _list_neighbouring_speakers(
            tokens.quotations, tagged_speakers, quotation_index
        )
        for person in addressed:
            # An answer by another addressee of the same quotation says nothing about this name.
            answer_counts[person].update(neighbours - (addressed - {person}))
    # Two names that are tagged in adjacent quotations belong to different persons.
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
    """Return the person who usually answers to another person's name, or None.

    Args:
        person: the person addressed by the name.
        counts: the number of answers by each tagged speaker.
    """
    if not counts:
        return None
    total_count = counts.total()
    answerer, count = max(counts.items(), key=lambda item: (item[1], -item[0]))
    is_frequent = count >= max(_MIN_ANSWERS, _MIN_ANSWER_SHARE * total_count)
    is_rarely_tagged = counts[person] <= _MAX_SELF_SHARE * total_count
    return answerer if answerer != person and is_frequent and is_rarely_tagged else None


def _list_neighbouring_speakers(
    quotations: Sequence[TokenisedQuotation], tagged_speakers: Sequence[int], quotation_index: int
) -> set[int]:
    """Return the tagged speakers of the quotations before and after, without this one's speaker."""
    paragraph = quotations[quotation_index].first_paragraph
    return {
        tagged_speakers[neighbour]
        for neighbour in (quotation_index - 1, quotation_index + 1)
        if 0 <= neighbour < len(tagged_speakers)
        and abs(quotations[neighbour].first_paragraph - paragraph) <= MAX_ANSWER_PARAGRAPHS
    } - {-1, tagged_speakers[quotation_index]}


def _may_be_same(person: Person, other_person: Person) -> bool:
    """Return whether both persons have a name and the same, known gender."""
    if person.description or other_person.description:
        return False
    return person.gender == other_person.gender is not None
