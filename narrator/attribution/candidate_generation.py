"""Collect what surrounds each quotation: its speech tags, who is named in it, who may speak it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from narrator.attribution.coreference.vocatives import resolve_vocatives
from narrator.attribution.speech_tags import (
    LIKELY_VERB,
    LISTED_VERB,
    SPEAKER_RULES,
    TAG_RULE_NAMES,
    SpeakerRuleInput,
    SpeechTag,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

MAX_CANDIDATES = 10
"""Most candidates that are scored for one quotation."""
_MAIN_PERSON_COUNT = 8
"""Persons named most often in the book, who fill places that are left among the candidates."""
_TOKENS_BEFORE = 1200
"""Tokens before a quotation in which candidates are mentioned."""
_TOKENS_AFTER = 150
"""Tokens after a quotation in which candidates are mentioned."""
_NEIGHBOUR_REACH = 6
"""Quotations on either side whose tags propose candidates."""
_RECENT_SPEAKER_COUNT = 3
"""Tagged speakers who are remembered, however long ago they spoke."""

# Weights of what proposes a candidate: a rough count that only has to keep the true speaker among
# the first `MAX_CANDIDATES`; the order among them is the scoring's task.
_QUOTED_WEIGHT, _NARRATED_WEIGHT = 0.25, 1.0
"""Weights of a mention in a quotation and in narration, before division by its distance."""
_ACTIVE_WEIGHT = 0.5
"""Added if the mention is a subject, and again if it is addressed."""
_DESCRIPTION_FACTOR = 0.4
"""Factor for a description: most persons who are described speak little."""
_DISTANCE_OFFSET = 20
"""Tokens added to each distance: the nearest mentions weigh much the same."""
_NEIGHBOUR_WEIGHT, _RECENT_WEIGHT, _CERTAIN_WEIGHT = 0.06, 0.02, 1.0


@dataclass(slots=True)
class QuotationContext:
    """The surroundings of every quotation of a book, from which the features are computed."""

    tokens: TokenTable
    people: People
    tags_by_rule: list[dict[str, SpeechTag]] = field(default_factory=list)
    """For each quotation, the result of each rule that applies, by the rule's name."""
    best_tags: list[SpeechTag | None] = field(default_factory=list)
    """For each quotation, its strongest speech tag."""
    addressees: list[frozenset[int]] = field(default_factory=list)
    """For each quotation, the persons whom it addresses by name."""
    named_persons: list[frozenset[int]] = field(default_factory=list)
    """For each quotation, the other persons whom it names."""
    candidates: list[list[int]] = field(default_factory=list)
    """For each quotation, the persons who may speak it, likeliest first by a rough count."""


def build_quotation_context(tokens: TokenTable, people: People) -> QuotationContext:
    """Return the surroundings of every quotation of a book."""
    context = QuotationContext(tokens, people)
    for quotation in tokens.quotations:
        tags_by_rule = apply_speaker_rules(tokens, people, quotation)
        context.tags_by_rule.append(tags_by_rule)
        context.best_tags.append(choose_best_tag(tags_by_rule))
        addressees, named_persons = _list_mentioned_persons(people, quotation)
        context.addressees.append(addressees)
        context.named_persons.append(named_persons)
    _add_resolved_vocatives(context)
    _add_candidates(context)
    return context


def _add_resolved_vocatives(context: QuotationContext) -> None:
    """Add to the addressees those who answer to a name that is used only in address."""
    tagged_speakers = [
        tag.person_index if tag and tag.verb_strength == LISTED_VERB else -1
        for tag in context.best_tags
    ]
    answerers = resolve_vocatives(
        context.tokens, context.people.persons, tagged_speakers, context.addressees
    )
    for index, addressees in enumerate(context.addressees):
        resolved = {answerers[person] for person in addressees if person in answerers}
        if resolved:
            context.addressees[index] = addressees | resolved
            context.named_persons[index] -= resolved


def apply_speaker_rules(
    tokens: TokenTable, people: People, quotation: TokenisedQuotation
) -> dict[str, SpeechTag]:
    """Return the results of all rules that find something for a quotation, by name of the rule."""
    if not quotation.token_runs:
        return {}
    rule_input = SpeakerRuleInput(tokens, people, quotation)
    return {name: tag for name, rule in SPEAKER_RULES if (tag := rule(rule_input)) is not None}


def choose_best_tag(tags_by_rule: dict[str, SpeechTag]) -> SpeechTag | None:
    """Return the strongest speech tag; of equal ones, that of the first rule."""
    for strength in (LISTED_VERB, LIKELY_VERB):
        for name in TAG_RULE_NAMES:
            tag = tags_by_rule.get(name)
            if tag is not None and tag.verb_strength == strength:
                return tag
    return None


def _list_mentioned_persons(
    people: People, quotation: TokenisedQuotation
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the persons whom a quotation addresses, and those whom it names otherwise."""
    addressees: set[int] = set()
    named_persons: set[int] = set()
    for start, end in quotation.token_runs:
        for index in range(start, end):
            mention_index = people.mention_by_start.get(index)
            if mention_index is not None:
                mention = people.mentions[mention_index]
                persons = addressees if mention.is_addressed else named_persons
                persons.add(mention.person_index)
    return frozenset(addressees), frozenset(named_persons)


def _add_candidates(context: QuotationContext) -> None:
    """Choose the candidates of every quotation, from the first to the last."""
    mention_starts = [mention.start for mention in context.people.mentions]
    recent_speakers: list[int] = []
    # In order, because the recent speakers of a quotation are those before it.
    for index, quotation in enumerate(context.tokens.quotations):
        context.candidates.append(_rank_candidates(context, mention_starts, index, recent_speakers))
        tag = context.best_tags[index]
        if quotation.token_runs and tag is not None and tag.person_index >= 0:
            earlier_speakers = [p for p in recent_speakers if p != tag.person_index]
            recent_speakers = [*earlier_speakers, tag.person_index][-_RECENT_SPEAKER_COUNT:]


def _rank_candidates(
    context: QuotationContext,
    mention_starts: Sequence[int],
    quotation_index: int,
    recent_speakers: Sequence[int],
) -> list[int]:
    """Return the candidates for one quotation, likeliest first; none if it has no tokens."""
    people = context.people
    if not context.tokens.quotations[quotation_index].token_runs:
        return []
    scores: dict[int, float] = dict.fromkeys(
        range(min(_MAIN_PERSON_COUNT, len(people.persons))), 0.0
    )
    # The order of the additions is part of the result, because sums of floats depend on it.
    weights = chain(
        _weigh_mentions(context, mention_starts, quotation_index),
        _weigh_tags(context, quotation_index),
        ((people.narrator_index, _CERTAIN_WEIGHT),),
        ((person, _RECENT_WEIGHT) for person in recent_speakers),
    )
    for person, weight in weights:
        if person >= 0:
            scores[person] = scores.get(person, 0.0) + weight
    return sorted(scores, key=lambda person: (-scores[person], person))[:MAX_CANDIDATES]


def _weigh_mentions(
    context: QuotationContext, mention_starts: Sequence[int], quotation_index: int
) -> Iterator[tuple[int, float]]:
    """Yield each person who is mentioned nearby, with a weight that falls with the distance."""
    token_runs = context.tokens.quotations[quotation_index].token_runs
    start, end = token_runs[0][0], token_runs[-1][1]
    first = bisect_left(mention_starts, start - _TOKENS_BEFORE)
    stop = bisect_left(mention_starts, end + _TOKENS_AFTER)
    for mention in context.people.mentions[first:stop]:
        distance = abs(mention.start - start) + _DISTANCE_OFFSET
        yield mention.person_index, _weigh_mention(mention) / distance


def _weigh_tags(context: QuotationContext, quotation_index: int) -> Iterator[tuple[int, float]]:
    """Yield each person whom a tag names, or -1, with a weight: of neighbours, then its own."""
    best_tags = context.best_tags
    start = max(0, quotation_index - _NEIGHBOUR_REACH)
    for neighbour in range(start, min(len(best_tags), quotation_index + _NEIGHBOUR_REACH + 1)):
        tag = best_tags[neighbour]
        if tag is not None:
            distance = abs(neighbour - quotation_index)
            yield tag.person_index, _NEIGHBOUR_WEIGHT / (1 + distance)
    for tag in context.tags_by_rule[quotation_index].values():
        yield tag.person_index, _CERTAIN_WEIGHT


def _weigh_mention(mention: Mention) -> float:
    """Return how strongly a mention proposes its person as a speaker, before its distance."""
    weight = _QUOTED_WEIGHT if mention.is_quoted else _NARRATED_WEIGHT
    weight += _ACTIVE_WEIGHT * (mention.is_subject + mention.is_addressed)
    return weight * _DESCRIPTION_FACTOR if mention.is_description else weight
