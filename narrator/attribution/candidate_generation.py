"""What stands around each quotation: its clues, whom it names, and who may speak it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.vocatives import resolve_vocatives
from narrator.attribution.speech_tags import (
    LISTED_VERB,
    SPEAKER_RULES,
    TAG_RULE_NAMES,
    SpeakerRuleInput,
    SpeechTag,
)

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import People
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

MAX_CANDIDATES = 10
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
class QuotationContext:
    """Everything that the features are made from."""

    tokens: TokenTable
    people: People
    tags_by_rule: list[dict[str, SpeechTag]] = field(default_factory=list)
    """By quotation: what each rule says."""
    best_tags: list[SpeechTag | None] = field(default_factory=list)
    """By quotation: the surest tag."""
    addressees: list[frozenset[int]] = field(default_factory=list)
    """By quotation: who is addressed in it."""
    named_persons: list[frozenset[int]] = field(default_factory=list)
    """By quotation: who else is named in it."""
    candidates: list[list[int]] = field(default_factory=list)
    """By quotation: who may speak it, likeliest first by a rough count."""


def build_quotation_context(page: TokenTable, people: People) -> QuotationContext:
    """The surroundings of every quotation of a book."""
    around = QuotationContext(page, people)
    for quotation in page.quotations:
        clues = apply_speaker_rules(page, people, quotation)
        around.tags_by_rule.append(clues)
        around.best_tags.append(choose_best_tag(clues))
        called, named = _spoken_of(people, quotation)
        around.addressees.append(called)
        around.named_persons.append(named)
    _add_answering(around)
    starts = [mention.start for mention in people.mentions]
    latest: list[int] = []
    for number, quotation in enumerate(page.quotations):
        around.candidates.append(_candidates(around, starts, number, latest))
        clue = around.best_tags[number]
        if quotation.token_runs and clue is not None and clue.person_index >= 0:
            latest = [*(p for p in latest if p != clue.person_index), clue.person_index][-3:]
    return around


def _add_answering(around: QuotationContext) -> None:
    """Who is called by a name that others answer to is one of these, too."""
    named = [
        clue.person_index if clue and clue.verb_strength == LISTED_VERB else -1
        for clue in around.best_tags
    ]
    people = around.people.persons
    meant = resolve_vocatives(around.tokens, people, named, around.addressees)
    for number, called in enumerate(around.addressees):
        also = {meant[person] for person in called if person in meant}
        if also:
            around.addressees[number] = called | also
            around.named_persons[number] -= also


def apply_speaker_rules(
    page: TokenTable, people: People, quotation: TokenisedQuotation
) -> dict[str, SpeechTag]:
    """What each rule says of a quotation, by the rule's name."""
    if not quotation.token_runs:
        return {}
    scene = SpeakerRuleInput(page, people, quotation)
    return {name: clue for name, rule in SPEAKER_RULES if (clue := rule(scene)) is not None}


def choose_best_tag(clues: dict[str, SpeechTag]) -> SpeechTag | None:
    """The clue of the surest tag."""
    for strength in (LISTED_VERB, 1):
        for name in TAG_RULE_NAMES:
            clue = clues.get(name)
            if clue is not None and clue.verb_strength == strength:
                return clue
    return None


def _spoken_of(
    people: People, quotation: TokenisedQuotation
) -> tuple[frozenset[int], frozenset[int]]:
    """Who is addressed, and who else is named, within a quotation."""
    called: set[int] = set()
    named: set[int] = set()
    for begin, end in quotation.token_runs:
        for at in range(begin, end):
            found = people.mention_by_start.get(at)
            if found is not None:
                mention = people.mentions[found]
                (called if mention.is_addressed else named).add(mention.person_index)
    return frozenset(called), frozenset(named)


def _candidates(
    around: QuotationContext, starts: list[int], number: int, latest: list[int]
) -> list[int]:
    quotation, people = around.tokens.quotations[number], around.people
    if not quotation.token_runs:
        return []
    score: dict[int, float] = dict.fromkeys(range(min(_LEADS, len(people.persons))), 0.0)

    def add(person: int, weight: float) -> None:
        if person >= 0:
            score[person] = score.get(person, 0.0) + weight

    begin, end = quotation.token_runs[0][0], quotation.token_runs[-1][1]
    for at in range(bisect_left(starts, begin - _BACK), bisect_left(starts, end + _AHEAD)):
        mention = people.mentions[at]
        weight = (0.25 if mention.is_quoted else 1.0) + 0.5 * (
            mention.is_subject + mention.is_addressed
        )
        weight *= 0.4 if mention.is_description else 1.0
        add(mention.person_index, weight / (abs(mention.start - begin) + 20))
    for other in range(max(0, number - _NEIGHBOURS), min(len(around.best_tags), number + 7)):
        clue = around.best_tags[other]
        if clue is not None:
            add(clue.person_index, 0.06 / (1 + abs(other - number)))
    for clue in around.tags_by_rule[number].values():
        add(clue.person_index, 1.0)
    add(people.narrator_index, 1.0)
    for person in latest:
        add(person, 0.02)
    return sorted(score, key=lambda person: (-score[person], person))[:MAX_CANDIDATES]
