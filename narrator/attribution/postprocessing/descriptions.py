"""Descriptions that mean somebody with a name: "the old lady" is Grandmother all along.

Before a book is weighed, everybody who is described is somebody of his own. Afterwards it shows who
else would have said what "the young girl" says. If that is mostly one person, it is she; if not,
whoever of those present is likelier. A cook or a croupier stays; "the man" hardly ever is a man of
whom nothing else is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from narrator.attribution.postprocessing.gender import apply_gender_constraint

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.language import AttributionLanguage

_OFTEN, _SHARE, _AHEAD = 3, 0.3, 2.0
"""How often, with what share of what is left, and how far ahead of the next, makes one of two."""
_DOUBT = 0.1
"""A vague description gives way to whoever has more than this part of its chance.

These four were chosen on five novels by authors whom the nets that weighed them had never seen.
"""


def is_vague_description(description: Person, language: AttributionLanguage) -> bool:
    """Whether a description fits so many that it is likely to mean somebody known."""
    described = description.description and not (description.is_kin or description.is_narrator)
    return (
        bool(described) and description.description.split()[-1].casefold() in language.vague_nouns
    )


def can_describe(description: Person, person: Person) -> bool:
    """Whether gender and age let a description mean a person."""
    if description.gender and person.gender and description.gender != person.gender:
        return False
    ages = {description.age, person.age}
    return not ("child" in ages and ages & {"adult", "old"})


def reassign_vague_descriptions(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The chances that agree with the tags, and what vague descriptions had to whom they mean.

    Args:
        around: the surroundings of every quotation.
        chances: quotations x candidates; not changed.
    """
    persons, language = context.people.persons, context.tokens.language
    vague = {
        number for number, person in enumerate(persons) if is_vague_description(person, language)
    }
    result = apply_gender_constraint(context, probabilities)
    meant = _meant(context, result, vague)
    for number, candidates in enumerate(context.candidates):
        for place, person in enumerate(candidates):
            if person in vague:
                _give_way(
                    result[number], place, _others(context, number, person), meant.get(person)
                )
    return result


def _others(around: QuotationContext, number: int, described: int) -> dict[int, int]:
    """Whom a vague description may mean in a quotation: the person, and the place in the row.

    Nobody whom the tag of the quotation before or after names: that one is the other speaker.
    """
    persons = around.people.persons
    beside = (
        around.best_tags[max(0, number - 1) : number] + around.best_tags[number + 1 : number + 2]
    )
    named = {clue.person_index for clue in beside if clue is not None}
    return {
        person: place
        for place, person in enumerate(around.candidates[number])
        if person not in named
        and not persons[person].description
        and can_describe(persons[described], persons[person])
    }


def _give_way(
    row: NDArray[np.float32], place: int, others: Mapping[int, int], meant: int | None
) -> None:
    """Give a chance to whom the description means throughout, or else to the likeliest."""
    other = others.get(meant, -1) if meant is not None else -1
    if other < 0:
        other = max(others.values(), key=lambda at: (float(row[at]), -at), default=-1)
        other = other if row[other] > _DOUBT * row[place] else -1
    if other >= 0:
        row[other] += row[place]
        row[place] = 0.0


def _meant(
    around: QuotationContext, chances: NDArray[np.float32], vague: set[int]
) -> dict[int, int]:
    """Vague descriptions to the persons that they mean throughout."""
    shares: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    often: Counter[int] = Counter()
    persons = around.people.persons
    for row, candidates in zip(chances, around.candidates, strict=True):
        best = candidates[int(row[: len(candidates)].argmax())] if candidates else -1
        if best not in vague:
            continue
        often[best] += 1
        named = [(place, p) for place, p in enumerate(candidates) if not persons[p].description]
        left = sum(float(row[place]) for place, _ in named) or 1.0
        for place, person in named:
            if can_describe(persons[best], persons[person]):
                shares[best][person] += float(row[place]) / left
    found: dict[int, int] = {}
    for described, count in often.items():
        ranked = sorted(((share, -person) for person, share in shares[described].items()))[::-1]
        (share, person), (other, _) = [*ranked, (0.0, 1), (0.0, 1)][:2]
        if share > 0 and count >= _OFTEN and share >= max(_SHARE * count, _AHEAD * other):
            found[described] = -person
    return found
