"""What stands around each quotation: its clues, whom it names, and who may speak it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.vocatives import answering
from narrator.attribution.speech_tags import RULES, SURE, TAGS, Clue, Scene

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import People
    from narrator.attribution.tokens import Page, Quotation

CANDIDATES = 10
"""People weighed for one quotation, at most."""
_LEADS = 8
"""People named most, who are weighed wherever there is room."""
_BACK = 1200
"""Tokens before a quotation in which candidates are looked for."""
_AHEAD = 150
"""Tokens after it."""
_NEIGHBOURS = 6
"""Quotations on either side whose tags propose candidates."""


@dataclass(slots=True)
class Surroundings:
    """Everything that the features are made from."""

    page: Page
    people: People
    clues: list[dict[str, Clue]] = field(default_factory=list)
    """By quotation: what each rule says."""
    tags: list[Clue | None] = field(default_factory=list)
    """By quotation: the surest tag."""
    called: list[frozenset[int]] = field(default_factory=list)
    """By quotation: who is addressed in it."""
    named: list[frozenset[int]] = field(default_factory=list)
    """By quotation: who else is named in it."""
    candidates: list[list[int]] = field(default_factory=list)
    """By quotation: who may speak it, likeliest first by a rough count."""


def surroundings(page: Page, people: People) -> Surroundings:
    """The surroundings of every quotation of a book."""
    around = Surroundings(page, people)
    for quotation in page.quotations:
        clues = find_clues(page, people, quotation)
        around.clues.append(clues)
        around.tags.append(tag(clues))
        called, named = _spoken_of(people, quotation)
        around.called.append(called)
        around.named.append(named)
    _add_answering(around)
    starts = [mention.start for mention in people.mentions]
    latest: list[int] = []
    for number, quotation in enumerate(page.quotations):
        around.candidates.append(_candidates(around, starts, number, latest))
        clue = around.tags[number]
        if quotation.runs and clue is not None and clue.person >= 0:
            latest = [*(p for p in latest if p != clue.person), clue.person][-3:]
    return around


def _add_answering(around: Surroundings) -> None:
    """Who is called by a name that others answer to is one of these, too."""
    named = [clue.person if clue and clue.verb == SURE else -1 for clue in around.tags]
    people = around.people.persons
    meant = answering(around.page, people, named, around.called)
    for number, called in enumerate(around.called):
        also = {meant[person] for person in called if person in meant}
        if also:
            around.called[number] = called | also
            around.named[number] -= also


def find_clues(page: Page, people: People, quotation: Quotation) -> dict[str, Clue]:
    """What each rule says of a quotation, by the rule's name."""
    if not quotation.runs:
        return {}
    scene = Scene(page, people, quotation)
    return {name: clue for name, rule in RULES if (clue := rule(scene)) is not None}


def tag(clues: dict[str, Clue]) -> Clue | None:
    """The clue of the surest tag."""
    for strength in (SURE, 1):
        for name in TAGS:
            clue = clues.get(name)
            if clue is not None and clue.verb == strength:
                return clue
    return None


def _spoken_of(people: People, quotation: Quotation) -> tuple[frozenset[int], frozenset[int]]:
    """Who is addressed, and who else is named, within a quotation."""
    called: set[int] = set()
    named: set[int] = set()
    for begin, end in quotation.runs:
        for at in range(begin, end):
            found = people.starting.get(at)
            if found is not None:
                mention = people.mentions[found]
                (called if mention.called else named).add(mention.person)
    return frozenset(called), frozenset(named)


def _candidates(
    around: Surroundings, starts: list[int], number: int, latest: list[int]
) -> list[int]:
    quotation, people = around.page.quotations[number], around.people
    if not quotation.runs:
        return []
    score: dict[int, float] = dict.fromkeys(range(min(_LEADS, len(people.persons))), 0.0)

    def add(person: int, weight: float) -> None:
        if person >= 0:
            score[person] = score.get(person, 0.0) + weight

    begin, end = quotation.runs[0][0], quotation.runs[-1][1]
    for at in range(bisect_left(starts, begin - _BACK), bisect_left(starts, end + _AHEAD)):
        mention = people.mentions[at]
        weight = (0.25 if mention.quoted else 1.0) + 0.5 * (mention.subject + mention.called)
        weight *= 0.4 if mention.role else 1.0
        add(mention.person, weight / (abs(mention.start - begin) + 20))
    for other in range(max(0, number - _NEIGHBOURS), min(len(around.tags), number + 7)):
        clue = around.tags[other]
        if clue is not None:
            add(clue.person, 0.06 / (1 + abs(other - number)))
    for clue in around.clues[number].values():
        add(clue.person, 1.0)
    add(people.narrator, 1.0)
    for person in latest:
        add(person, 0.02)
    return sorted(score, key=lambda person: (-score[person], person))[:CANDIDATES]
